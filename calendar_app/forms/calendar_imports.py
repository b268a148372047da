"""Forms that bring in a calendar file: the file itself, then what becomes of each of its lines."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import SubmissionField
from amnt.core.links import LinkField
from calendar_app.forms.dates import cycle_field
from calendar_app.importers.calendar_files import LARGEST
from calendar_app.models import Deadline, Meeting
from calendar_app.read_models.imported_events import ImportLine
from calendar_app.services.calendar_imports import Chosen
from resolutions.models import RegionalGroup

# What a calendar of others may add: no call of a circle; and the assembly has its dates already.
KINDS = [
    (_("Meetings"), [choice for choice in Meeting.Kind.choices if choice[0] not in (Meeting.Kind.CALL, Meeting.Kind.ASSEMBLY)]),
    (_("Deadlines"), Deadline.Kind.choices),
]


class CalendarSourceForm(forms.Form):
    """A calendar to follow: where it is, and what it is about."""

    fields: dict[str, Any]

    address = LinkField(
        label=_("Address of the calendar"), help_text=_("The public address of the file itself, which begins with https://.")
    )
    assembly = cycle_field()
    group: "forms.ModelChoiceField[RegionalGroup]" = forms.ModelChoiceField(
        RegionalGroup.objects.all(), label=_("Regional group"), required=False, to_field_name="code", empty_label="—"
    )
    language = forms.ChoiceField(label=_("Language of its titles"), choices=settings.LANGUAGES)
    submission = SubmissionField(required=False)


class CalendarImportForm(CalendarSourceForm):
    file = forms.FileField(
        label=_("Calendar file"),
        required=False,
        help_text=_("A file whose name ends in .ics, of 1 MB and 500 events at most. It is read, then deleted."),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    pasted = forms.CharField(
        label=_("Or paste it"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false"}),
    )
    address = LinkField(
        label=_("Where it comes from"), help_text=_("The page or file where anyone can check it: the source of these dates.")
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise forms.ValidationError(gettext("This calendar is larger than 1 MB. Bring in a part of it."))
        return file

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.has_error("file") and not self.has_error("pasted"):
            has_words = bool((found.get("pasted") or "").strip())
            if not has_words and not found.get("file"):
                self.add_error("file", gettext("Choose a file, or paste what is in it."))
            elif has_words and found.get("file"):
                self.add_error("pasted", gettext("Choose a file or paste it, not both."))
        return found

    @property
    def data_of_file(self) -> bytes:
        file = self.cleaned_data["file"]
        content: bytes = file.read() if file else self.cleaned_data["pasted"].encode()
        return content


class LinesForm(forms.Form):
    """What becomes of the lines of one page: `take_3`, `kind_3` and `group_3` of the line in place 3."""

    def __init__(self, *args, lines: Iterable[ImportLine], groups: dict[str, RegionalGroup], group: RegionalGroup | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = groups
        self.lines = [line for line in lines if line.may_be_taken]
        group_choices = [("", "—"), *((code, each.acronym) for code, each in groups.items())]
        for line in self.lines:
            n, title = line.place, line.event.title
            first = gettext("the date it was matched to") if line.target else "—"
            self.fields[f"take_{n}"] = forms.BooleanField(label=title, required=False, initial=True)
            kind = forms.ChoiceField(label=gettext("Kind"), choices=[("", first), *KINDS], required=False)
            kind.widget.attrs["aria-label"] = gettext("Kind of “%(title)s”") % {"title": title}
            kind.initial = Meeting.Kind.REGIONAL if group and not line.target else ""
            self.fields[f"kind_{n}"] = kind
            groups_field = forms.ChoiceField(label=gettext("Regional group"), choices=group_choices, required=False)
            groups_field.widget.attrs["aria-label"] = gettext("Regional group of “%(title)s”") % {"title": title}
            groups_field.initial = group.code if group else ""
            self.fields[f"group_{n}"] = groups_field

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for line in self.lines:
            if found.get(f"take_{line.place}") and not found.get(f"kind_{line.place}") and line.target is None:
                self.add_error(f"kind_{line.place}", gettext("Say what it is, or leave it out."))
        return found

    @property
    def chosen(self) -> dict[int, Chosen]:
        said = self.cleaned_data
        return {
            line.place: Chosen(said[f"kind_{line.place}"], self.groups.get(said[f"group_{line.place}"]))
            for line in self.lines
            if said[f"take_{line.place}"]
        }

    def fields_of(self, line: ImportLine) -> dict[str, Any]:
        """The bound fields of one line; none for one of which nothing can be taken."""
        if f"take_{line.place}" not in self.fields:
            return {}
        return {name: self[f"{name}_{line.place}"] for name in ("take", "kind", "group")}

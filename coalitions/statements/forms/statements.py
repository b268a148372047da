"""Forms of statements: opening one, another text, its closing, and the answer of an organisation."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField, LinesField, SubmissionField
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from coalitions.forms.follow_ups import CircleChoiceField, DueForm, ResolutionField
from coalitions.models import Statement, StatementAnswer, StatementVersion

Choice = StatementAnswer.Choice


class ClosingMixin(DueForm):
    """When it closes, in the user's time."""

    fields_of_rules: ClassVar[dict[str, str]] = {"closes_at": "due_on"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["due_on"].label = gettext("Closes on")

    def clean(self):
        data = super().clean() or self.cleaned_data
        data["closes_at"] = self.due_from(data)
        data.pop("due_on", None), data.pop("due_hour", None)
        return data


class StatementForm(ClosingMixin):
    title = LineField(label=_("Title"), max_length=max_length(Statement, "title"), widget=forms.TextInput(attrs={"dir": "auto"}))
    text = LinesField(
        label=_("The text to sign"),
        max_length=StatementVersion.LONGEST,
        help_text=_("It is frozen when you open it. Another text is another version, about which everyone is asked again."),
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    circle = CircleChoiceField(label=_("Who reads it and may answer"))
    resolution = ResolutionField(help_text=_("If it is about one."))
    draft_link = LinkField(
        label=_("Where it was drafted"), required=False, help_text=_("What is written there afterwards changes nothing here.")
    )
    submission = SubmissionField(required=False)
    field_order: ClassVar[list[str]] = ["title", "text", "language", "due_on", "due_hour", "circle", "resolution", "draft_link"]

    def __init__(self, *args, user, circles, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["circle"].offer_all(circles)
        self.fields["resolution"].offer_to(user)


class SeenMixin(forms.Form):
    """What one saw: if it has changed since, nothing happens, and the form says so and keeps what was typed."""

    fields: dict[str, Any]
    data: Any

    def see_again(self, **seen: object) -> None:
        self.data = self.data.copy()
        for name, value in seen.items():
            self.data[name] = "" if value is None else str(value)


class VersionForm(SeenMixin):
    text = LinesField(
        label=_("The new text"),
        max_length=StatementVersion.LONGEST,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    submission = SubmissionField(required=False)


class ClosingForm(ClosingMixin, SeenMixin):
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)


def choices_of(number: int):
    help_of = {
        Choice.NOT_NOW: _("No reason is asked."),
        Choice.TIME: _("Does not count as agreement."),
    }
    labels = {
        Choice.ENDORSE: _("Endorse, on v%(number)s"),
        Choice.RESERVATION: _("Endorse with a reservation"),
        Choice.NOT_NOW: _("Not this time"),
        Choice.TIME: _("Need more time"),
    }
    found = []
    for choice, label in labels.items():
        said = str(label) % {"number": number}
        found.append((choice.value, format_html('{}<span class="help">{}</span>', said, help_of[choice]) if choice in help_of else said))
    return found


NAMED, COUNTED = "named", "counted"
COUNT_US = _("Count us without naming us")


def naming_field(label, *, otherwise=COUNT_US) -> forms.TypedChoiceField:
    """Whether the organisation is named there. Nothing is chosen beforehand but what it said before."""
    return forms.TypedChoiceField(
        label=label,
        choices=[(NAMED, _("Name us")), (COUNTED, otherwise)],
        coerce=lambda value: value == NAMED,
        initial=COUNTED,
        widget=forms.RadioSelect,
    )


def reservation_field() -> LineField:
    return LineField(
        label=_("Your reservation"),
        max_length=StatementAnswer.LONGEST_RESERVATION,
        required=False,
        help_text=_("One sentence, shown beside your name. Without the name it is shown to nobody."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class AnswerForm(SeenMixin):
    choice = forms.ChoiceField(widget=forms.RadioSelect)
    reservation = reservation_field()
    inside = naming_field(_("Inside the coalition"))
    outside = naming_field(_("On the public list"))
    seen_number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_answer = forms.UUIDField(required=False, widget=forms.HiddenInput)
    submission = SubmissionField(required=False)

    def __init__(self, *args, statement: Statement, organisation, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = choices_of(statement.newest)
        self.fields["choice"].label = str(organisation)
        names = [mandate.membership.user.short_name for mandate in others]
        said = gettext("You answer for it.")
        if names:
            said = ngettext("You answer for it; %(names)s may too.", "You answer for it; %(names)s may too.", len(names)) % {
                "names": ", ".join(names)
            }
        self.fields["choice"].help_text = said


FORMATS = [("txt", _("plain text")), ("md", "Markdown"), ("docx", "Word (.docx)")]


class ListFileForm(forms.Form):
    extension = forms.ChoiceField(label=_("As"), choices=FORMATS, widget=forms.RadioSelect, initial="txt")

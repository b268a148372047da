from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField, SubmissionField
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from coalitions.texts.forms.uploads import ACCEPTED
from resolutions.domain.budgets import LARGEST_FILE, MOST_CHARACTERS
from resolutions.importers.docx import RefusalCode
from resolutions.importers.refusals import REFUSALS
from resolutions.models import Assembly, Resolution, Revision, RevisionText, Series, TextLanguage
from resolutions.services.revisions import conference, possible_revision

ANOTHER = "another"
# The longest text, with its verb lines and numbers.
MOST_LETTERS = MOST_CHARACTERS + 200_000


class RevisionForm(forms.Form):
    """Which assembly adopted the text: a revision that is known, or one that is added with its text."""

    fields: dict[str, Any]

    revision = forms.ChoiceField(label=_("Revision"))
    year = forms.IntegerField(
        label=_("Year of the conference"),
        required=False,
        min_value=1865,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=_("Only for a conference that is not in the list: it is added with the text, to be checked."),
    )
    place = LineField(label=_("Place of the conference"), required=False, max_length=max_length(Assembly, "city"))
    is_first = forms.BooleanField(
        label=_("This assembly adopted it first"),
        required=False,
        help_text=_("Only for a revision that is not known here: tick this if the resolution was new then."),
    )

    def __init__(self, *args, resolution: Resolution, revisions: list[Revision], missing: list[Assembly], **kwargs):
        """missing -- assemblies of which no revision is known: one is added with its text"""
        super().__init__(*args, **kwargs)
        self.resolution = resolution
        self.revisions = {revision.assembly.code: revision for revision in revisions}
        self.missing = {assembly.code: assembly for assembly in missing}
        known = [(code, revision.label) for code, revision in reversed(self.revisions.items())]
        others = [(code, f"{possible_revision(resolution, each).label} ({each})") for code, each in self.missing.items()]
        # Nothing is preselected among those not known: the first one might be added by inattention.
        start = known or [("", gettext("Choose the assembly"))]
        added = [(gettext("Not known here yet: it is added, to be checked"), others)] if others else []
        self.fields["revision"].choices = [*start, *added]
        if resolution.series == Series.WTSA:
            del self.fields["year"], self.fields["place"]
        else:
            self.fields["revision"].choices = [*known, *added, (ANOTHER, gettext("Another conference"))]
            self.fields["is_first"].label = gettext("This conference adopted it first")
        if not others and resolution.series == Series.WTSA:
            del self.fields["is_first"]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        found["is_first"] = bool(found.get("is_first"))
        if (code := found.get("revision")) == ANOTHER:
            if not found.get("year") and not self.has_error("year"):
                self.add_error("year", gettext("Say in which year it was adopted."))
            elif found.get("year"):
                held = conference(self.resolution.series, found["year"], found.get("place", ""))
                known = self.revisions.get(held.code)
                found["revision"] = known or possible_revision(self.resolution, held, is_first=found["is_first"])
        elif code:
            found["revision"] = self.revisions.get(code) or possible_revision(
                self.resolution, self.missing[code], is_first=found["is_first"]
            )
        return found

    def clean_year(self) -> int | None:
        year = self.cleaned_data["year"]
        if year and year > now().year:
            raise forms.ValidationError(gettext("This year has not come yet."))
        return year


class TextInForceForm(RevisionForm):
    """The revision, language and source; and the text, pasted or as a file."""

    language = forms.ChoiceField(label=_("Language of the text"), choices=TextLanguage.choices)
    pasted = forms.CharField(
        label=_("Paste the text"),
        required=False,
        max_length=MOST_LETTERS,
        strip=False,
        help_text=_("The whole text, one paragraph on each line. You will see how it was split before it is stored."),
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )
    file = forms.FileField(
        label=_("Or choose a file"),
        required=False,
        help_text=_("A .docx or .odt file. It is read, then deleted; tracked changes in it are taken as accepted."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    source = LineField(
        label=_("Where it comes from"),
        max_length=max_length(RevisionText, "source"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    url = LinkField(label=_("Public link"), required=False)
    submission = SubmissionField()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(REFUSALS[RefusalCode.TOO_LARGE])
        return file

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if not self.has_error("pasted") and not self.has_error("file"):
            has_words = bool((found.get("pasted") or "").strip())
            if not has_words and not found.get("file"):
                self.add_error("pasted", gettext("Paste the text, or choose a file."))
            elif has_words and found.get("file"):
                self.add_error("file", gettext("Paste the text or choose a file, not both."))
        if not self.has_error("source") and not self.has_error("url") and not found.get("source") and not found.get("url"):
            self.add_error("source", gettext("Say where the text comes from, or give a public link."))
        return super().clean()

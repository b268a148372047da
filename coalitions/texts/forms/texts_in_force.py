from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField, SubmissionField
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from coalitions.texts.forms.uploads import ACCEPTED
from resolutions.domain.budgets import LARGEST_FILE, MOST_CHARACTERS
from resolutions.importers.docx import RefusalCode
from resolutions.importers.refusals import REFUSALS
from resolutions.models import Revision, RevisionText, TextLanguage

# The longest text, with its verb lines and numbers.
MOST_LETTERS = MOST_CHARACTERS + 200_000


class TextInForceForm(forms.Form):
    """The revision, language and source; and the text, pasted or as a file."""

    fields: dict[str, Any]

    revision = forms.ChoiceField(label=_("Revision"))
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

    def __init__(self, *args, revisions: list[Revision], **kwargs):
        super().__init__(*args, **kwargs)
        self.revisions = {revision.assembly.code: revision for revision in revisions}
        self.fields["revision"].choices = [(code, revision.label) for code, revision in reversed(self.revisions.items())]

    def clean_revision(self) -> Revision:
        return self.revisions[self.cleaned_data["revision"]]

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
        return found

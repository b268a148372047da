"""Manual entry of a new resolution: the document and the title, then its words, pasted whole or clause by clause."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField, whole_number
from coalitions.texts.forms.manual_entry import EnteredDocumentForm, as_pasted_field, clause_drafts, paste_notices, read_pasted
from resolutions.domain.budgets import LONGEST_CALL, LONGEST_CLAUSE, LONGEST_NUMBER, MOST_CHARACTERS
from resolutions.drafts import ClauseDraft
from resolutions.importers.docx import ResolutionText, call
from resolutions.models import Part, Proposal, ProposedClause, Resolution, TextLanguage
from resolutions.services.new_resolutions import LABEL_MISSING, LONGEST_LABEL, LONGEST_TITLE, new_resolution

ROWS_AT_ONCE, MOST_ROWS = 4, 400
TITLES = ("title", "label")


class LabelField(LineField):
    """The label of a draft without a number; brackets are added if missing."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Label of the draft"))
        attrs = {"class": "short", "dir": "auto", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=LONGEST_LABEL, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.error_messages["required"] = LABEL_MISSING

    def to_python(self, value):
        bare = str(super().to_python(value) or "").strip("[] ")
        return f"[{bare}]" if bare else ""


class NewResolutionForm(EnteredDocumentForm):
    """The document, label and title. The action is always ADD."""

    says_action = "identifier"
    # The action is always ADD, and access public.
    action = None  # type: ignore[assignment]
    access = None  # type: ignore[assignment]
    circle = None  # type: ignore[assignment]

    label = LabelField(help_text=_("As printed in brackets: [AFCP-1]. If there is none, choose a word or two."))
    title = LineField(
        label=_("Title of the new resolution"),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Give its title, in the language of the document.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language of the title and the wording"), choices=TextLanguage.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, resolution=None, circles=(), **kwargs)
        self.fields["identifier"].help_text = gettext("As printed. “ADD AFCP/35A12/1” says who asks, and in which document.")

    def clean(self):
        self.cleaned_data["action"] = Proposal.Action.ADD
        return super().clean()

    def about_resolution(self) -> Resolution:
        about = self.cleaned_data
        return new_resolution(about["label"], title=about["title"], language=about["language"])

    def is_contradicted(self, words: "NewResolutionTextForm") -> bool:
        """Whether the words are in another language than chosen; adds an error."""
        found, chosen = words.language, self.cleaned_data["language"]
        if not found or found == chosen:
            return False
        name = get_language_info("zh-hans" if found == "zh" else found)["name_local"]
        self.add_error("language", gettext("This wording is in another language (%(language)s): choose that one.") % {"language": name})
        return True


@dataclass(frozen=True)
class NewClause:
    """The fields of one clause: the line with its verb, its number, its words."""

    call: Any
    number: Any
    text: Any


class NewResolutionTextForm(forms.Form):
    """The words of a new resolution, pasted or clause by clause, a few rows at a time."""

    fields: dict[str, Any]
    data: Any

    pasted = forms.CharField(
        label=_("Its whole text"),
        required=False,
        max_length=MOST_CHARACTERS,
        help_text=_("One paragraph per line, verb lines too. If you leave it empty, you enter it clause by clause on the next page."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    as_pasted = as_pasted_field()
    read: ResolutionText | None = None

    def __init__(self, data=None, *, step: str, **kwargs):
        super().__init__(data, **kwargs)
        self.row_count = (whole_number(data.get("rows", ""), digits=3) if data else None) or 0
        has_text = bool(data and data.get("pasted", "").strip())
        if step == "more" or (step == "words" and not self.row_count and not has_text):
            self.row_count += ROWS_AT_ONCE
        self.row_count = min(self.row_count, MOST_ROWS)
        for place in range(self.row_count):
            self._add_row(place)

    def _add_row(self, place: int) -> None:
        number = {"number": place + 1}
        self.fields |= {
            f"call-{place}": LineField(label=gettext("Verb line above it"), required=False, max_length=LONGEST_CALL),
            f"number-{place}": LineField(label=gettext("Its number"), required=False, max_length=LONGEST_NUMBER),
            f"text-{place}": forms.CharField(
                label=gettext("Wording of clause %(number)d") % number, required=False, max_length=LONGEST_CLAUSE, widget=forms.Textarea()
            ),
        }
        self.fields[f"call-{place}"].widget.attrs["dir"] = "auto"
        self.fields[f"number-{place}"].widget.attrs |= {"dir": "auto", "class": "short"}
        self.fields[f"text-{place}"].widget.attrs |= {"rows": 3, "dir": "auto"}
        if place == 0:
            self.fields["call-0"].help_text = gettext("For example “resolves” or “considering”. If left empty, the one above applies.")

    @property
    def paste_notices(self) -> list[str]:
        return paste_notices(self.read)

    @property
    def asks_for_words(self) -> bool:
        return bool(self.row_count)

    def rows(self) -> Iterator[NewClause]:
        for place in range(self.row_count):
            yield NewClause(self[f"call-{place}"], self[f"number-{place}"], self[f"text-{place}"])

    def clean(self):
        about = super().clean() or {}
        for place in range(self.row_count):
            if not about.get(f"text-{place}") and (about.get(f"call-{place}") or about.get(f"number-{place}")):
                self.add_error(f"text-{place}", gettext("Write the wording of this clause, or clear its line."))
        self.typed = [place for place in range(self.row_count) if about.get(f"text-{place}")]
        self.read, self.language = None, ""
        if about.get("pasted"):
            try:
                self.read = read_pasted(about["pasted"], "", as_pasted=about["as_pasted"])
                self.language = self.read.language or ""
            except forms.ValidationError as error:
                self.add_error("pasted", error)
            if self.typed:
                self.add_error("pasted", gettext("Either enter it clause by clause or paste the whole text, not both."))
        return about

    def drafts(self, language: str) -> list[ClauseDraft]:
        """The clauses to store; empty if no words are known yet."""
        added = ProposedClause.Change.ADDED
        if self.read:
            return clause_drafts(self.read, language, added)
        drafts: list[ClauseDraft] = []
        part = line = ""
        for place in self.typed:
            number, words = self.cleaned_data[f"number-{place}"], " ".join(self.cleaned_data[f"text-{place}"].split())
            line = self.cleaned_data[f"call-{place}"] or line
            part = part_of(line, number, part, language)
            drafts.append(ClauseDraft(part, words, call=line, number=number, change=added))
        return drafts


def part_of(line: str, number: str, before: str, language: str) -> str:
    """The part of a clause under this verb line. Unknown verbs continue the part before; the first is decided by its number."""
    found = call(line, language) if line else None
    if before == Part.OPERATIVE:
        return before
    if found:
        return found.part
    return before or (Part.OPERATIVE if number[:1].isdigit() else Part.PREAMBLE)

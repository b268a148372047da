"""Manual entry of a proposal: the document, then its clauses or the new text pasted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.errors import RuleBroken
from amnt.core.forms import LineField, LinesField, SubmissionField
from amnt.core.languages import with_colon
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from amnt.core.times import ITU_ZONE
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.models import Circle
from coalitions.texts.forms.proposals import ASSEMBLY, BY_THE_ASSEMBLY, FIRST_STATUSES, DayReceived, StatesField
from resolutions.domain.budgets import LONGEST_CLAUSE, LONGEST_NUMBER, LONGEST_REASONS, MOST_CHARACTERS
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.importers.clause_origins import rows_of
from resolutions.importers.docx import FileRefused, ResolutionText, WarningCode, split_pasted
from resolutions.importers.identifiers import document_of, read_identifier
from resolutions.importers.paragraphs import RepairKind
from resolutions.importers.refusals import REPAIRS, TROUBLES
from resolutions.models import Assembly, Clause, Contribution, Proposal, ProposedClause, RegionalGroup, Resolution, RevisionText
from resolutions.services.contributions import check_action, check_is_from_somebody
from resolutions.services.publishing import groups_by_code, senders_of, states_by_symbol
from resolutions.services.texts import check_any_clause

Action, Change = Proposal.Action, ProposedClause.Change
STATES = "states"
START = "start"  # the key for adding a clause before the first one
NOON = time(12)
LONGEST_TYPED = 300  # characters of an identifier with its action, as it is printed


class EnteredDocumentForm(forms.Form):
    """The document and the action. The identifier alone gives most of it."""

    fields: dict[str, Any]
    # The field of the error if the identifier has another action.
    says_action = "action"

    identifier = LineField(
        label=_("Identifier"),
        required=False,
        max_length=LONGEST_TYPED,
        help_text=_("As printed. “MOD EUR/38A7/1” says what is asked, who asks, and in which document."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    action = forms.ChoiceField(label=_("What it asks"), required=False, widget=forms.RadioSelect)
    who = forms.ChoiceField(label=_("Who asks"), required=False)
    countries = StatesField(required=False)
    number = LineField(
        label=_("Number of the document"),
        required=False,
        max_length=max_length(Contribution, "number"),
        help_text=_("Only if the identifier does not say it. For example 38A7, for Addendum 7 to Document 38."),
        widget=forms.TextInput(attrs={"dir": "ltr", "class": "short"}),
    )
    status = forms.ChoiceField(label=_("Status"), choices=FIRST_STATUSES, initial=Proposal.Status.SUBMITTED)
    received_on = DayReceived(label=_("Received on"))
    is_late = forms.BooleanField(label=_("Late"), required=False, help_text=_("It came after the deadline for contributions."))
    access = forms.ChoiceField(
        label=_("Access"),
        choices=[
            (Contribution.Access.PUBLIC, _("The document is public")),
            (Contribution.Access.NUMBER_ONLY, _("It is not public: keep only the number of the document")),
        ],
        initial=Contribution.Access.PUBLIC,
        widget=forms.RadioSelect,
    )
    circle = CircleChoiceField(label=_("Who may know that we have this number"), required=False)
    url = LinkField(label=_("Public link"), required=False)
    title = LineField(
        label=_("Title as given"), required=False, max_length=max_length(Proposal, "title"), widget=forms.TextInput(attrs={"dir": "auto"})
    )
    reasons = LinesField(label=_("Reasons as given"), required=False, max_length=LONGEST_REASONS)
    submission = SubmissionField()

    def __init__(self, *args, resolution: Resolution | None, circles: Sequence[Circle], **kwargs):
        initial = {"received_on": localdate(timezone=ZoneInfo(ITU_ZONE))} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        self.resolution = resolution
        self.groups = {group.code: group for group in RegionalGroup.objects.order_by("-is_recognised", "code")}
        if "action" in self.fields:
            self.fields["action"].choices = [(value, f"{value} {label}") for value, label in Action.choices]
        self.fields["who"].choices = [
            ("", gettext("As its identifier says")),
            *((code, str(group)) for code, group in self.groups.items()),
            (STATES, gettext("One or several States")),
            BY_THE_ASSEMBLY,
        ]
        if "circle" in self.fields:
            self.fields["circle"].offer_all(list(circles))
            self.fields["circle"].choices = [("", gettext("Only me")), *self.fields["circle"].choices]
        self.fields["reasons"].widget.attrs.update({"rows": 3, "dir": "auto"})
        self.fields["countries"].help_text = gettext(
            "Names or codes, separated by commas. For a regional text too: a State either signs it or does not."
        )

    @property
    def is_number_only(self) -> bool:
        return self.cleaned_data.get("access") == Contribution.Access.NUMBER_ONLY

    def clean(self):
        about = super().clean() or {}
        code = read_identifier(about["identifier"], about.get("action", "")) if about.get("identifier") else None
        about["revision"] = 0
        about["sources"], about["group"] = (), None
        if about.get("identifier") and code is None and not about.get("number"):
            self.add_error("identifier", gettext("This is not an identifier. An identifier looks like this: EUR/38A7/1."))
        if code:
            self._take_from(code, about)
        elif about.get("who") in self.groups:
            about["group"] = self.groups[about["who"]]
        if not about.get("number") and "identifier" not in self.errors:
            self.add_error("number", gettext("Give the identifier, or the number of the document."))
        if self.is_number_only:
            return about
        # Services refuse both too, but only once the clauses are written.
        try:
            check_action(about.get("action", ""))
        except RuleBroken as error:
            self.add_error("action", str(error))
        if "countries" not in self.errors:
            try:
                check_is_from_somebody(
                    about["group"], about.get("countries", ()), about["sources"], is_consolidated=about.get("who") == ASSEMBLY
                )
            except RuleBroken as error:
                self.add_error("countries" if about.get("who") == STATES else "who", str(error))
        return about

    def _take_from(self, code, about: dict[str, Any]) -> None:
        said = about["identifier"].split(maxsplit=1)[0].strip("()").upper()
        if said in ("MOD", "ADD", "SUP", "NOC", "UNC") and about.get("action") and about["action"] != code.action:
            self.add_error(self.says_action, gettext("The identifier says %(action)s.") % {"action": code.action})
        about["action"] = about.get("action") or (code.action if said in (*Action.values, "UNC") else "")
        number, about["revision"] = document_of(code)
        if about.get("number") and about["number"] != number:
            self.add_error("number", gettext("The identifier says that this is document %(number)s.") % {"number": number})
        about["number"], about["identifier"], about["sources"] = number, str(code), code.sources
        senders = senders_of(code.sources, groups_by_code(), states_by_symbol())
        about["group"] = self.groups.get(about["who"]) if about.get("who") else senders.group
        if about.get("who") in ("", STATES, None) and not about.get("countries"):
            about["countries"] = senders.countries
        if not (about["group"] or about.get("countries") or about.get("who") == ASSEMBLY):
            unknown = ", ".join(senders.unknown or code.sources)
            self.add_error("who", gettext("“%(code)s” is not known here: say who asks.") % {"code": unknown})

    def received_at(self) -> datetime:
        day = self.cleaned_data["received_on"]
        if day == localdate(timezone=ZoneInfo(ITU_ZONE)):
            return now()
        return datetime.combine(day, NOON, ZoneInfo(ITU_ZONE)).astimezone(UTC)

    def about_resolution(self) -> Resolution:
        assert self.resolution is not None  # noqa: S101 - new resolutions have their own form
        return self.resolution

    def draft(self, assembly: Assembly, *, language: str = "", clauses: Sequence[ClauseDraft] = ()) -> ContributionDraft:
        about = self.cleaned_data
        asked = ProposalDraft(
            self.about_resolution(),
            about["action"],
            about["identifier"],
            status=about["status"],
            sources=tuple(about["sources"]),
            group=about["group"],
            countries=tuple(about["countries"] or ()),
            is_consolidated=about["who"] == ASSEMBLY,
            title=about["title"],
            reasons=about["reasons"],
            clauses=tuple(clauses),
        )
        return ContributionDraft(
            assembly,
            about["number"],
            (asked,),
            revision=about["revision"],
            language=language,
            received_at=self.received_at(),
            is_late=about["is_late"],
            url=about["url"],
            is_history=assembly.ends_on is not None and assembly.ends_on < now().date(),
        )


# --- A whole text, pasted ------------------------------------------------------------------------------------------------


def as_pasted_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Leave its lines as they are"),
        required=False,
        help_text=_("Otherwise lines that the pages of a PDF cut are joined, and page numbers and running heads are left out."),
    )


def read_pasted(pasted: str, language: str, *, as_pasted: bool) -> ResolutionText:
    """Split into its clauses. ValidationError if there are none.

    language -- where the text does not tell its own; as_pasted -- without putting together what the pages of a PDF cut
    """
    try:
        read = split_pasted(pasted, undone=tuple(RepairKind) if as_pasted else ())
        check_any_clause(rows_of(read.clauses, read.language or language))
    except FileRefused:
        raise forms.ValidationError(gettext("This text is too long.")) from None
    except RuleBroken as error:
        raise forms.ValidationError(str(error)) from None
    return read


def paste_notices(read: ResolutionText | None) -> list[str]:
    """What is to be said of a paste before it is recorded: what was put together, or that its lines still want it."""
    if read is None:
        return []
    counts = Counter(repair.kind for repair in read.repairs)
    notices = [with_colon(REPAIRS[kind], counts[kind]) for kind in RepairKind if counts[kind]]
    return notices + [str(TROUBLES[warned.code]) for warned in read.warnings if warned.code == WarningCode.LINES_NOT_JOINED]


def clause_drafts(read: ResolutionText, language: str, change: str) -> list[ClauseDraft]:
    rows = rows_of(read.clauses, language)
    return [ClauseDraft(row.part, row.text, call=row.call, number=row.number, kind=row.kind, change=change, cell=row.cell) for row in rows]


# --- Clause by clause ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClauseFields:
    """A clause of the text in force, and the fields that change it."""

    clause: Clause | None
    key: str
    is_changed: bool
    is_deleted: bool
    is_followed: bool
    text: Any = None
    new_number: Any = None
    new_text: Any = None


class ClausesForm(forms.Form):
    """Which clauses change, are deleted or get a new one after them; and the words of those ticked. Or the whole new text, pasted."""

    fields: dict[str, Any]
    data: Any

    change = forms.MultipleChoiceField(required=False)
    delete = forms.MultipleChoiceField(required=False)
    after = forms.MultipleChoiceField(required=False)
    pasted = forms.CharField(
        label=_("Or paste the whole new text"),
        required=False,
        max_length=MOST_CHARACTERS,
        help_text=_("One paragraph per line, verb lines too. It is compared with the text in force, clause by clause."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    as_pasted = as_pasted_field()

    def __init__(self, data=None, *, text: RevisionText | None, clauses: Sequence[Clause], language: str):
        super().__init__(data)
        self.text, self.clauses, self.language = text, list(clauses), language
        keys = [(clause.identity.hex, clause.name) for clause in self.clauses]
        for name in ("change", "delete", "after"):
            self.fields[name].choices = [*keys, (START, "")] if name == "after" else keys
            self.fields[name].error_messages["invalid_choice"] = gettext(
                "The text in force has changed meanwhile. Choose its clauses again."
            )
        known = {key for key, _name in keys} | {START}
        for name, ticked in (("change", self.ticked("change")), ("after", self.ticked("after"))):
            for key in ticked & known:
                self._add_fields(name, key)
        # Clauses just ticked start with the words in force.
        missing = {
            name: field.initial or "" for name, field in self.fields.items() if "-" in name and self.is_bound and name not in self.data
        }
        self.has_words = not missing
        if missing:
            self.data = self.data.copy()
            for name, begun in missing.items():
                self.data[name] = begun

    def _add_fields(self, name: str, key: str) -> None:
        words = forms.CharField(max_length=LONGEST_CLAUSE, required=False, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}))
        if name == "change":
            clause = next(clause for clause in self.clauses if clause.identity.hex == key)
            words.initial = clause.text
            words.label = gettext("New wording of %(clause)s") % {"clause": clause.name}
            self.fields[f"text-{key}"] = words
        else:
            words.label = gettext("Wording of the new clause")
            number = LineField(
                label=gettext("Its number"), required=False, max_length=LONGEST_NUMBER, help_text=gettext("For example 3 bis.")
            )
            self.fields |= {f"number-{key}": number, f"new-{key}": words}

    def ticked(self, name: str) -> set[str]:
        return set(self.data.getlist(name)) if hasattr(self.data, "getlist") else set()

    @property
    def asks_for_words(self) -> bool:
        return any("-" in name for name in self.fields)

    @property
    def is_untouched(self) -> bool:
        return not (self.ticked("change") or self.ticked("delete") or self.ticked("after") or self.data.get("pasted", "").strip())

    def start(self) -> ClauseFields | None:
        """What is added before the first clause."""
        return self._fields_of(START, None) if START in self.ticked("after") else None

    def rows(self) -> Iterator[ClauseFields]:
        for clause in self.clauses:
            yield self._fields_of(clause.identity.hex, clause)

    def ticked_rows(self) -> list[ClauseFields]:
        return [row for row in self.rows() if row.is_changed or row.is_deleted or row.is_followed]

    def _fields_of(self, key: str, clause: Clause | None) -> ClauseFields:
        def field(name: str) -> Any:
            return self[name] if name in self.fields else None

        return ClauseFields(
            clause,
            key,
            is_changed=key in self.ticked("change"),
            is_deleted=key in self.ticked("delete"),
            is_followed=key in self.ticked("after"),
            text=field(f"text-{key}"),
            new_number=field(f"number-{key}"),
            new_text=field(f"new-{key}"),
        )

    def clean(self):
        about = super().clean() or {}
        if about.get("pasted") and (about.get("change") or about.get("delete") or about.get("after")):
            self.add_error("pasted", gettext("Either choose clauses above or paste the whole text, not both."))
        for key in set(about.get("change", ())) & set(about.get("delete", ())):
            clause = next(clause for clause in self.clauses if clause.identity.hex == key)
            self.add_error("delete", gettext("%(clause)s cannot be both changed and deleted.") % {"clause": clause.name})
        for name in list(self.fields):
            if self.has_words and name.startswith("new-") and not about.get(name):
                self.add_error(name, gettext("Write the wording of the new clause, or untick it."))
        return about

    # --- What it comes to ----------------------------------------------------------------------------------------------------

    def language_of(self) -> str:
        """The language of the text in force, or of what was pasted."""
        return self._pasted_language or (self.language if not self.is_untouched else "")

    _pasted_language = ""
    read: ResolutionText | None = None

    @property
    def paste_notices(self) -> list[str]:
        return paste_notices(self.read)

    def drafts(self, action: str) -> list[ClauseDraft]:
        """The clauses of the proposal. Raises ValidationError with a sentence if there are none."""
        if self.cleaned_data.get("pasted"):
            return self._from_paste(action)
        if self.is_untouched:
            return []
        if action != Action.MOD:
            raise forms.ValidationError(
                gettext("%(action)s changes no single clause. Choose MOD, or untick the clauses.") % {"action": action}
            )
        return list(self._clause_by_clause())

    def _from_paste(self, action: str) -> list[ClauseDraft]:
        if action in (Action.SUP, Action.NOC):
            raise forms.ValidationError(gettext("%(action)s needs no wording: leave the text out.") % {"action": action})
        self.read = read = read_pasted(self.cleaned_data["pasted"], self.language, as_pasted=self.cleaned_data["as_pasted"])
        self._pasted_language = read.language or self.language
        return clause_drafts(read, self._pasted_language, Change.ADDED if action == Action.ADD else Change.UNKNOWN)

    def _clause_by_clause(self) -> Iterator[ClauseDraft]:
        about = self.cleaned_data
        first = self.clauses[0] if self.clauses else None
        if START in about["after"] and first:
            yield self._added(START, first)
        for clause in self.clauses:
            key = clause.identity.hex
            if key in about["delete"]:
                yield _draft(clause, text="", change=Change.REMOVED, is_chosen=True)
            elif key in about["change"] and (words := _words(about[f"text-{key}"], clause)) != clause.text:
                if words:
                    yield _draft(clause, text=words, change=Change.MODIFIED, is_chosen=True)
                else:
                    yield _draft(clause, text="", change=Change.REMOVED, is_chosen=True)
            else:
                yield _draft(clause, text=clause.text, change=Change.UNCHANGED)
            if key in about["after"]:
                yield self._added(key, clause)

    def _added(self, key: str, beside: Clause) -> ClauseDraft:
        about = self.cleaned_data
        words = " ".join(about[f"new-{key}"].split())
        return ClauseDraft(beside.part, words, call=beside.call, number=about[f"number-{key}"], change=Change.ADDED)


def _words(entered: str, clause: Clause) -> str:
    """On one line; those of a cell keep theirs."""
    lines = entered.splitlines() if clause.cell else [entered]
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _draft(clause: Clause, *, text: str, change: str, is_chosen: bool = False) -> ClauseDraft:
    return ClauseDraft(
        clause.part,
        text,
        clause.text,
        clause.call if text else "",
        clause.call,
        clause.number if text else "",
        clause.number,
        kind=clause.kind,
        cell=clause.cell,
        change=change,
        anchor=clause.identity,
        is_chosen=is_chosen,
    )

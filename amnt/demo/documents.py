"""Builds example texts and proposals through the services that pages use. Texts and documents are invented, and say so."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import F
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.demo import contribution_data
from amnt.demo.contribution_data import (
    DOCUMENTS,
    OPINIONS,
    ExampleBase,
    ExampleDocument,
    ExampleEdit,
    ExampleNewClause,
    ExamplePosition,
    ExampleProposal,
)
from amnt.demo.people_data import LEAD, SECOND_LEAD, TRANSLATOR
from amnt.demo.submission_ids import submission
from coalitions.models import Circle, Position, Reading, RedLine
from coalitions.positions.services.positions import PositionParts, RedLineDraft, take_position
from coalitions.texts.services.readings import read_proposal
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.importers.docx import ResolutionText, TextClause, split_pasted
from resolutions.models import Assembly, Clause, Contribution, Proposal, ProposalEvent, RegionalGroup, Resolution, Revision, RevisionText
from resolutions.services.contributions import record
from resolutions.services.proposals import withdraw
from resolutions.services.texts import check_text, enter_text

SOURCE = "https://example.org/"
# In the language of what they stand beside.
TITLES = {
    "ar": "وثيقة على سبيل المثال، ليست من وثائق الاتحاد",
    "en": "Example document, not one of the ITU’s",
    "es": "Ejemplo de documento, que no es de la UIT",
    "fr": "Document d’exemple, qui n’est pas de l’UIT",
}
SOURCES = {"en": "Example, in our own words", "fr": "Exemple, rédigé par nous", "es": "Ejemplo, con nuestras palabras"}
FILES = Path(__file__).resolve().parent / "texts"
NAME = re.compile(r"(\d+)_(.+)_(..)\.txt")
# The revision for a resolution whose reference data names none.
LABELS = {"label_en": "Example", "label_fr": "Exemple", "label_es": "Ejemplo"}


def build_texts_and_proposals(assembly: Assembly, circle: Circle, core: Circle, people: dict[str, User]) -> None:
    """The texts, then the documents in order of receipt, then readings and positions."""
    for number, code, language in sorted(texts()):
        enter_example(number, code, language, people)
    for document in sorted(DOCUMENTS, key=lambda each: each.day):
        build_document(document, assembly, people[SECOND_LEAD])
    build_opinions(circle, core, people)


# --- Texts ----------------------------------------------------------------------------------------------------------------


def texts() -> Iterator[tuple[int, str, str]]:
    """Resolution, assembly and language of each file, the oldest first."""
    for path in FILES.glob("*.txt"):
        if found := NAME.fullmatch(path.name):
            yield int(found[1]), found[2].upper(), found[3]


def example_text(number: int, code: str, language: str) -> ResolutionText:
    return split_pasted((FILES / f"{number}_{code.lower()}_{language}.txt").read_text())


def starting_text(number: int, language: str) -> ResolutionText:
    """The latest text in this language; where none is entered, the words that a document in it starts from."""
    codes = [code for of, code, tongue in texts() if (of, tongue) == (number, language)]
    if codes:
        return example_text(number, max(codes), language)
    return split_pasted((FILES / "stated" / f"{number}_{language}.txt").read_text())


def enter_example(number: int, code: str, language: str, people: dict[str, User]) -> None:
    """Entered by one person, checked by another; the Spanish one is not checked yet."""
    resolution, assembly = Resolution.objects.of_assembly().filter(number=number).first(), Assembly.objects.filter(code=code).first()
    if resolution is None or assembly is None:
        return
    example = {"confidence": "medium", "source": SOURCE, **LABELS}
    revision, _is_new = Revision.objects.get_or_create(resolution=resolution, assembly=assembly, defaults=example)
    text = enter_text(
        revision,
        language=language,
        clauses=example_text(number, code, language).clauses,
        by=people[SECOND_LEAD],
        source=SOURCES[language],
        url=SOURCE,
        is_example=True,
        submission=submission(f"text/{number}/{code}/{language}"),
    )
    if language != "es":
        check_text(text, by=people[TRANSLATOR])
    earlier = now() - timedelta(days=40)
    RevisionText.objects.filter(pk=text.pk).update(entered_at=earlier)
    RevisionText.objects.filter(pk=text.pk).exclude(checked_at=None).update(checked_at=earlier + timedelta(days=2))


# --- Documents --------------------------------------------------------------------------------------------------------------


def build_document(document: ExampleDocument, assembly: Assembly, by: User) -> None:
    received = now() + timedelta(days=document.day)
    proposals = [found for ask in document.asks if (found := proposal_of(ask, document.language))]
    if not proposals:
        return
    draft = ContributionDraft(
        assembly,
        document.number,
        tuple(proposals),
        revision=document.revision,
        title=TITLES[document.language],
        language=document.language,
        received_at=received,
        is_late=document.is_late,
        url=SOURCE,
    )
    contribution = record(draft, by=by, submission=submission(document.key))
    for ask in document.asks:
        if ask.is_withdrawn:
            for proposal in contribution.proposals.filter(identifier=ask.identifier):
                withdraw(proposal, by=by, at=received + timedelta(days=4))
    if not document.is_news:
        date_back(contribution, received)


def date_back(contribution: Contribution, received: datetime) -> None:
    """Set the instants of its events to the day of receipt."""
    Contribution.objects.filter(pk=contribution.pk).update(entered_at=received)
    Proposal.objects.filter(contribution=contribution).update(created_at=received, moved_at=received)
    ProposalEvent.objects.filter(proposal__contribution=contribution).update(recorded_at=F("at"))


def proposal_of(ask: ExampleProposal, language: str) -> ProposalDraft | None:
    """None if the resolution does not exist."""
    about = {"number": ask.resolution} if ask.resolution else {"slug": contribution_data.DRAFT}
    resolution = Resolution.objects.of_assembly().filter(**about).first()
    group = RegionalGroup.objects.filter(code=ask.group).first()
    if resolution is None or (ask.group and group is None):
        return None
    return ProposalDraft(
        resolution,
        ask.action,
        ask.identifier,
        status=ask.status,
        sources=(ask.identifier.split("/")[0],) if ask.identifier else (),
        group=group,
        countries=ask.countries,
        is_consolidated=ask.is_consolidated,
        reasons=ask.reasons,
        clauses=tuple(clauses_of(ask, language)),
    )


def clauses_of(ask: ExampleProposal, language: str) -> Iterator[ClauseDraft]:
    """The whole text as it proposes it."""
    if ask.action == "ADD":
        yield from new_text(ask)
    if ask.action != "MOD":
        return
    for clause in starting_text(ask.resolution, language).clauses:
        if clause.kind == "item":
            yield from edited(clause, ask)


def new_text(ask: ExampleProposal) -> Iterator[ClauseDraft]:
    for edit in ask.edits:
        if isinstance(edit, ExampleNewClause):
            part, call = ("operative", "resolves") if edit.number.isdigit() else ("preamble", "considering")
            yield ClauseDraft(part, edit.text, call=call, number=edit.number, change="added")


def edited(clause: TextClause, ask: ExampleProposal) -> Iterator[ClauseDraft]:
    before, after, added = clause.text, clause.text, []
    is_deleted = False
    for edit in ask.edits:
        match edit:
            case ExampleEdit(words=words, to=None) if words in clause.text:
                is_deleted = True
            case ExampleEdit(words=words, to=str(to)) if words in clause.text:
                after = after.replace(words, to)
            case ExampleBase(words=words, instead=instead) if words in clause.text:
                before, after = before.replace(words, instead), after.replace(words, instead)
            case ExampleNewClause(after=words) if words in clause.text:
                added.append(edit)
    change = "removed" if is_deleted else "unchanged" if before == after else "modified"
    call = clause.section or ""
    number = "" if is_deleted else clause.number
    yield ClauseDraft(
        clause.part or "preamble",
        "" if is_deleted else after,
        before,
        "" if is_deleted else call,
        call,
        number,
        clause.number,
        change=change,
    )
    for edit in added:
        yield ClauseDraft(clause.part or "preamble", edit.text, call=call, number=edit.number, change="added")


# --- What we make of them -------------------------------------------------------------------------------------------------


def build_opinions(circle: Circle, core: Circle, people: dict[str, User]) -> None:
    standing = Proposal.objects.standing().filter(contribution__submission__in=[submission(each.key) for each in DOCUMENTS])
    by_identifier = {proposal.identifier: proposal for proposal in standing.select_related("contribution", "resolution")}
    for opinion in OPINIONS:
        if proposal := by_identifier.get(opinion.identifier):
            key = submission(f"reading/{opinion.identifier}")
            reading = read_proposal(proposal, circle=circle, tone=opinion.tone, note=opinion.note, by=people[opinion.by], submission=key)
            Reading.objects.filter(pk=reading.pk).update(at=now() - timedelta(days=1))
    for each in contribution_data.POSITIONS:
        if resolution := Resolution.objects.of_assembly().filter(number=each.number).first():
            position = take_position(
                resolution,
                circle=core if each.is_draft else circle,
                stance=each.stance,
                words=each.words,
                written_for=by_identifier.get(each.written_for) if each.written_for else None,
                parts=parts_of(each, resolution, core),
                by=people[LEAD if each.is_draft else SECOND_LEAD],
                submission=submission(f"position/{each.number}/{each.day}"),
            )
            written = now() + timedelta(days=each.day)
            Position.objects.filter(pk=position.pk).update(at=written)
            position.red_lines.update(at=written)


def parts_of(each: ExamplePosition, resolution: Resolution, core: Circle) -> PositionParts:
    def clause(words: str) -> UUID | None:
        found = Clause.objects.filter(version__superseded_at=None, version__revision__resolution=resolution, text__contains=words)
        return found.values_list("identity", flat=True).first() if words else None

    lines = [(RedLine.Kind.RED, *said) for said in each.red] + [(RedLine.Kind.FALLBACK, *said) for said in each.fallback]
    return PositionParts(
        cited=[identity for words in each.cited if (identity := clause(words))],
        red_lines=[RedLineDraft(core, kind, text, clause(words)) for kind, words, text in lines],
        talking_points=each.points,
        source=each.source,
    )

"""The form of the correction screen: doubtful clauses, each with the clauses in force it may start from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from coalitions.texts.forms.reviewing import Review
from coalitions.texts.services.anchor_answers import LATER, NEW
from resolutions.domain.aligning import PAIR, Similarities
from resolutions.domain.wording import Diff, diff, same_wording
from resolutions.importers.anchoring import Starting
from resolutions.models import Clause, RevisionText
from resolutions.models.contributions import ProposalQuerySet
from resolutions.services import publishing
from resolutions.services.anchors import starting_side, tied_twice

ALL = "all"  # the button that answers all questions at once
MOST_QUESTIONS = 20  # at a time
# In per cent: how much two clauses have in common that a person would take for one, elsewhere and in the same place.
ALIKE, ALIKE_IN_PLACE = round(100 * PAIR), 30


@dataclass
class Offer:
    """value -- identity of the clause in force; likeness -- in per cent, None across languages
    has_same_number -- it stands in the same part under the same number and, in one language, the same verb line
    """

    value: str
    name: str
    words: str
    likeness: int | None
    has_same_number: bool = False


@dataclass
class Question:
    """One doubtful clause. `key` is its name in the form, `chosen` the present answer.

    guess -- the answer that is preselected where none was given: an offer, a new clause, or later; `reason` says why
    """

    key: str
    proposal: str
    name: str
    words: str
    language: str
    base: RevisionText
    offers: list[Offer] = field(default_factory=list)
    others: list[Offer] = field(default_factory=list)
    chosen: str = LATER
    guess: str = LATER
    reason: str = ""
    is_answered: bool = False

    def answer(self, said):
        """The answer sent, if it is one of those offered."""
        answer = NEW if said.get(ALL) == NEW else said.get(self.key, LATER)
        self.chosen = answer if answer in {NEW, LATER, *(offer.value for offer in (*self.offers, *self.others))} else LATER
        self.is_answered = True

    @property
    def selected(self) -> str:
        return self.chosen if self.is_answered or self.chosen != LATER else self.guess

    @property
    def pieces(self) -> Diff:
        """From the words in force of the clause that is selected to those the document starts from; empty where they are not compared."""
        offer = next((offer for offer in (*self.offers, *self.others) if offer.value == self.selected), None)
        return diff(offer.words, self.words) if offer and self.base.language == self.language else ()


def answer(questions: "Questions", said: QueryDict | None) -> str:
    """Apply the answers sent, if any. Returns an error, or an empty string."""
    if said is None:
        return ""
    for question in questions:
        question.answer(said)
    # Services refuse it when the document is published; it is said here while the questions are on the page.
    chosen = [(question.proposal, question.chosen) for question in questions if question.chosen not in (NEW, LATER)]
    return str(tied_twice()) if len(set(chosen)) < len(chosen) else ""


def answers_of(questions: "Questions") -> dict[int, dict[str, str]]:
    """The answer for each clause, by proposal (its place in the document, or its key) and clause; "" for none."""
    answers: dict[int, dict[str, str]] = {}
    for question in questions:
        _letter, proposal, clause = question.key.split("-")
        answers.setdefault(int(proposal), {})[clause] = question.chosen
    return answers


# --- Before it is published --------------------------------------------------------------------------------------------------------


def open_questions(reviewed: Review) -> "Questions":
    """Questions on all doubtful clauses, answered ones too: an answer may be changed."""
    decided = reviewed.upload.choices.get("anchors", {})
    questions = []
    for place, item in enumerate(reviewed.items):
        answers, outlook = decided.get(str(place), {}), item.outlook
        bases = Counter(tie.base.identity for tie in outlook.ties if tie.base)
        in_force = InForce(outlook.in_force, is_one_language=outlook.is_one_language, taken=bases)
        for tie in outlook.ties:
            answer = answers.get(str(tie.place), LATER)
            if outlook.base and (answer or tie.is_doubtful):
                question = Question(
                    key=f"a-{place}-{tie.place}",
                    proposal=f"{item.read.action} {item.read.identifier}",
                    name=tie.name,
                    words=tie.words,
                    language=str(reviewed.about["language"].value() or ""),
                    base=outlook.base,
                    chosen=answer,
                )
                own = tie.base.identity if tie.base else None
                questions.append((question, in_force, starting_side(tie.draft), own))
    # Unanswered ones first, so that the next page follows.
    return shown(sorted(questions, key=lambda asked: asked[0].chosen != LATER))


# --- Afterwards, for what was left for later -----------------------------------------------------------------------------------------


def stored_questions(proposals: ProposalQuerySet) -> "Questions":
    """Questions on the clauses of stored proposals that are still doubtful."""
    questions = []
    for proposal in proposals.select_related("base__revision__resolution", "base__revision__assembly", "contribution").order_by("pk"):
        base = proposal.base
        rows = list(proposal.clauses.in_order()) if base else []
        if base is None or not any(row.is_doubtful for row in rows):
            continue
        is_one_language = base.language == proposal.contribution.language
        bases = Counter(row.identity for row in rows if row.base_clause_id)
        in_force = InForce(list(base.clauses.in_order()), is_one_language=is_one_language, taken=bases)
        for row in rows:
            if row.is_doubtful:
                question = Question(
                    key=f"a-{proposal.pk}-{row.identity.hex}",
                    proposal=str(proposal),
                    name=" ".join(filter(None, (row.call_before or row.call, row.number_before or row.number))),
                    words=row.before or row.text,
                    language=proposal.contribution.language,
                    base=base,
                )
                side = Starting(row.part, row.kind, row.call_before or row.call, row.number_before or row.number, question.words, row.cell)
                questions.append((question, in_force, side, row.identity if row.base_clause_id else None))
    return shown(questions)


# --- What is offered ---------------------------------------------------------------------------------------------------------------


@dataclass
class InForce:
    """The clauses that may be chosen. taken -- how many clauses are tied to each, by its identity"""

    clauses: Sequence[Clause]
    is_one_language: bool
    taken: Counter[UUID]

    @cached_property
    def similarities(self):
        return Similarities(clause.text for clause in self.clauses) if self.is_one_language else None


class Questions(list[Question]):
    """The questions shown at a time; `left` more follow."""

    left = 0


def shown(questions):
    """The first questions with their choices: computing similarity takes time."""
    kept = Questions()
    for question, in_force, side, own in questions[:MOST_QUESTIONS]:
        taken = {identity for identity, count in in_force.taken.items() if count > (identity == own)}
        offer(question, side, in_force, taken)
        kept.append(question)
    kept.left = len(questions) - len(kept)
    guess(kept)
    return kept


def guess(questions: "Questions") -> None:
    """Preselect the best answer to each, with its reason: no clause in force twice, the most similar pairs first."""
    taken = {(question.proposal, question.chosen) for question in questions if question.chosen not in (NEW, LATER)}
    scored = [
        (offer.has_same_number, offer.likeness or 0, -place, -rank)
        for place, question in enumerate(questions)
        for rank, offer in enumerate(question.offers)
        if (offer.likeness is None and offer.has_same_number)
        or (offer.likeness is not None and offer.likeness >= (ALIKE_IN_PLACE if offer.has_same_number else ALIKE))
    ]
    for has_same_number, likeness, place, rank in sorted(scored, key=lambda each: (each[1], each[0], each[2:]), reverse=True):
        question = questions[-place]
        offer = question.offers[-rank]
        if question.guess != LATER or (question.proposal, offer.value) in taken:
            continue
        taken.add((question.proposal, offer.value))
        question.guess = offer.value
        if likeness and has_same_number:
            question.reason = _("the same place, %(n)s%% of its words in common") % {"n": likeness}
        elif likeness:
            question.reason = _("%(n)s%% of its words in common") % {"n": likeness}
        else:
            question.reason = _("the same number in the same part; the languages differ")
    for question in questions:
        if question.guess == LATER and question.base.language == question.language:
            question.guess, question.reason = NEW, _("nothing in force resembles it")
        elif question.guess == LATER:
            question.reason = _("the languages differ, and no clause in force has its number")


def offer(question, side, in_force, taken):
    alike, others = publishing.candidates_for(side, in_force.clauses, taken=taken, similarities=in_force.similarities)
    question.offers = [offered(clause, candidate.likeness, side, in_force) for clause, candidate in alike]
    question.others = [offered(clause, None, side, in_force) for clause in others]


def offered(clause, likeness, side, in_force):
    name = " ".join(filter(None, (clause.call, clause.number)))
    is_same = (clause.part, bare(clause.number)) == (side.part, bare(side.number)) and bool(bare(side.number))
    has_same_number = is_same and (not in_force.is_one_language or same_wording(clause.call, side.call))
    return Offer(clause.identity.hex, name, clause.text, None if likeness is None else round(100 * likeness), has_same_number)


def bare(number: str) -> str:
    return number.strip(" .()（）").casefold()

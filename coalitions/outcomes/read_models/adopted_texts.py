"""The text that an assembly adopted, and what changed in it since the text before, as far as both are entered here."""

from collections.abc import Sequence
from dataclasses import dataclass

from amnt.accounts.models import User
from resolutions.domain.comparing import Cell, ComparedText, compare, name_of
from resolutions.domain.wording import Diff
from resolutions.models import Assembly, Resolution, Revision, RevisionText
from resolutions.read_models.versions import Version, text_key, with_clauses

MOST_SHOWN = 12


@dataclass(frozen=True)
class ChangedClause:
    """pieces -- empty where the clause is too long to be compared; then `text` is the new one"""

    name: str
    pieces: Diff
    text: str


@dataclass(frozen=True)
class AdoptedText:
    """text -- None where nobody entered it; before -- the text of the revision before, in the same language"""

    revision: Revision | None
    text: RevisionText | None = None
    before: RevisionText | None = None
    changed: Sequence[ChangedClause] = ()
    more: int = 0

    @property
    def key(self) -> str:
        """How an address of the comparison names it."""
        return text_key(self.text) if self.text else ""

    @property
    def key_before(self) -> str:
        return text_key(self.before) if self.before else ""


def adopted_text(resolution: Resolution, assembly: Assembly, user: User, *, language: str) -> AdoptedText:
    """In this language if it is entered in it, else in another one that the text before has too. Four queries at most.

    resolution -- with its revisions, as `for_page` reads them
    """
    revisions = list(resolution.revisions.all())
    revision = next((each for each in revisions if each.assembly_id == assembly.pk), None)
    if revision is None:
        return AdoptedText(None)
    texts = list(RevisionText.objects.visible_to(user).current().filter(revision__in=revisions).in_order())
    adopted = [text for text in texts if text.revision_id == revision.pk]
    if not adopted:
        return AdoptedText(revision)
    earlier = {text.language: text for text in texts if assembly.is_after(text.revision.assembly)}
    text = min(adopted, key=lambda each: (each.language not in earlier, each.language != language, each.language))
    before = earlier.get(text.language)
    if before is None:
        return AdoptedText(revision, text)
    old, new = with_clauses([_version(before), _version(text)])
    comparison = compare(ComparedText(text.language, old.clauses), [ComparedText(text.language, new.clauses)])
    changed = [
        ChangedClause(name_of(row.first), _pieces(cell), cell.text)
        for row in comparison.rows
        if not row.is_quiet and (cell := row.cells[0]) is not None
    ]
    return AdoptedText(revision, text, before, changed[:MOST_SHOWN], max(0, len(changed) - MOST_SHOWN))


def _version(text: RevisionText) -> Version:
    return Version(text_key(text), text.revision.label, text.language, text.revision.assembly, text=text)


def _pieces(cell: Cell) -> Diff:
    return () if cell.is_too_long else cell.pieces

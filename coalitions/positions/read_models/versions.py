"""The versions of one position: who decided what when, and what two of them say differently, in every part that the reader may read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from amnt.accounts.models import User
from amnt.core.languages import own_name
from coalitions.models import Position, RedLine, StillHolds, TalkingPoints
from coalitions.permissions import MembershipContext
from coalitions.positions.read_models.cards import PositionCard
from coalitions.positions.read_models.clauses import NamedClause, clauses_by_identity
from resolutions.domain.wording import Diff, Piece, diff
from resolutions.models import Resolution


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of two versions. circle -- who reads it, where that is not who reads the position"""

    name: str
    pieces: Diff
    language: str = ""
    circle: str = ""

    @property
    def is_same(self) -> bool:
        return all(piece.is_same for piece in self.pieces)


def whole(before: str, after: str) -> Diff:
    """Two short texts that are read whole, not word by word."""
    if not before and not after:
        return ()
    return (Piece(before, after, before == after),)


def differences(
    user: User, resolution: Resolution, memberships: MembershipContext, old: PositionCard, new: PositionCard
) -> list[Difference]:
    """Part by part; of what both lack, nothing. Five queries."""
    pair = [old.position, new.position]
    prefetch_related_objects(pair, "cited")
    points = _by_version(list(TalkingPoints.objects.filter(position__in=pair)), pair)
    rows = RedLine.objects.visible_to(user, memberships.circles).filter(position__in=pair).select_related("circle__coalition")
    red_lines = _by_version(list(rows.order_by("pk")), pair)
    identities = {each.identity for position in pair for each in position.cited.all()}
    identities |= {row.clause for lines in red_lines for row in lines if row.clause}
    names = clauses_by_identity(identities, user)
    found = [
        Difference(gettext("Position"), whole(*(each.get_stance_display() for each in pair))),
        Difference(gettext("In two lines"), diff(old.position.words, new.position.words)),
        Difference(gettext("Written for"), whole(_written_for(old), _written_for(new))),
        Difference(
            gettext("Cited clauses"), _lists(*([_called(each.identity, names) for each in position.cited.all()] for position in pair))
        ),
    ]
    for circle in dict.fromkeys(row.circle for lines in red_lines for row in lines):
        for kind, name in ((RedLine.Kind.RED, gettext("Red lines")), (RedLine.Kind.FALLBACK, gettext("Fallback wordings"))):
            said = [[_line(row, names) for row in lines if row.circle_id == circle.pk and row.kind == kind] for lines in red_lines]
            everyone = gettext("Everyone in the coalition") if circle.is_everyone else ""
            found.append(Difference(name, diff(*("\n".join(lines) for lines in said)), circle=everyone or circle.name))
    texts = [{point.language: point.text for point in said} for said in points]
    for language in sorted({*texts[0], *texts[1]}):
        name = gettext("Talking points: %(language)s") % {"language": own_name(language)}
        found.append(Difference(name, diff(texts[0].get(language, ""), texts[1].get(language, "")), language))
    return [each for each in found if each.pieces]


def _by_version[Row: (TalkingPoints, RedLine)](rows: Sequence[Row], pair: Sequence[Position]) -> list[list[Row]]:
    return [[row for row in rows if row.position_id == position.pk] for position in pair]


def _written_for(card: PositionCard) -> str:
    if card.written_for:
        return f"{card.written_for.action} {card.written_for.name}"
    return card.written_for_text.label if card.written_for_text else ""


def _called(identity: UUID, names: dict[UUID, NamedClause]) -> str:
    return names[identity].name if identity in names else gettext("a clause that is not here any more")


def _line(row: RedLine, names: dict[UUID, NamedClause]) -> str:
    return f"{_called(row.clause, names)}: {row.text}" if row.clause else row.text


def _lists(old: Collection[str], new: Collection[str]) -> Diff:
    """Names a line each: those that stay, those that went, those that came."""
    lines = [Piece(name, name, True) for name in old if name in new]
    lines += [Piece(name, "", False) for name in old if name not in new]
    lines += [Piece("", name, False) for name in new if name not in old]
    return tuple(piece for line in lines for piece in (line, Piece("\n", "\n", True)))[:-1]


def found_to_hold(cards: Sequence[PositionCard]) -> list[StillHolds]:
    """Every time one of these versions was found to hold, the latest first."""
    rows = StillHolds.objects.filter(position__in=[card.position for card in cards])
    return list(rows.select_related("by", "position").order_by("-at", "-pk"))

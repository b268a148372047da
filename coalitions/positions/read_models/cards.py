"""The positions of circles on a resolution, as pages show them."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from amnt.accounts.models import User
from amnt.core.languages import LANGUAGE_CODES, current_language, with_colon
from coalitions.models import Circle, Membership, Position, RedLine, StillHolds, TalkingPoints
from coalitions.permissions import MembershipContext
from coalitions.positions.read_models.clauses import NamedClause, clauses_by_identity
from coalitions.positions.read_models.touches import PositionNews, news_of_positions, touched_lines
from coalitions.read_models.names import display_name
from resolutions.models import Proposal, Resolution, Revision


@dataclass
class PositionCard:
    """The position of one circle on a resolution: the latest version, who found it to hold since, and earlier versions."""

    position: Position
    by_name: str
    drafted_by_name: str
    written_for: Proposal | None
    held: StillHolds | None = None
    held_by_name: str = ""
    earlier: list["PositionCard"] = field(default_factory=list)

    @property
    def is_adopted(self) -> bool:
        return self.position.circle.is_everyone

    @property
    def written_for_text(self) -> Revision | None:
        return self.position.written_for_text

    @property
    def is_to_review(self) -> bool:
        return self.position.is_to_review


def position_cards(user: User, resolution: Resolution, memberships: MembershipContext) -> list[PositionCard]:
    """The positions on this resolution that this person may read, those of whole coalitions first. Four queries at most."""
    rows = (
        Position.objects.visible_to(user, memberships.circles)
        .filter(resolution=resolution)
        .with_review(user, memberships.circles)
        .select_related("by", "drafted_by", "circle__coalition", "resolution", "written_for_text__assembly", "in_force__assembly")
    )
    versions = list(rows.order_by("circle__coalition__name", "circle", "-version"))
    if not versions:
        return []
    asked = Proposal.objects.visible_to(user, memberships.circles).filter(pk__in={row.written_for_id for row in versions})
    readable = {proposal.pk: proposal for proposal in asked.select_related("contribution")}
    here = Membership.objects.current().filter(coalition__in=memberships.roles).people_by_coalition()
    found: dict[int, PositionCard] = {}
    for row in versions:
        people = here[row.circle.coalition_id]
        written_for = readable.get(row.written_for_id or 0)
        card = PositionCard(row, display_name(row.by, people), display_name(row.drafted_by, people), written_for)
        if row.circle_id in found:
            found[row.circle_id].earlier.append(card)
        else:
            found[row.circle_id] = card
    held = {card.position.pk: card for card in found.values() if card.position.since != card.position.at}
    for said in StillHolds.objects.filter(position__in=held).select_related("by").order_by("at", "pk") if held else ():
        card = held[said.position_id]
        card.held, card.held_by_name = said, display_name(said.by, here[card.position.circle.coalition_id])
    return sorted(found.values(), key=lambda card: not card.is_adopted)


# --- The page of positions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedRedLine:
    row: RedLine
    clause: NamedClause | None
    is_touched: bool


@dataclass
class RedLinesOfCircle:
    circle: Circle
    red: list[NamedRedLine]
    fallback: list[NamedRedLine]


@dataclass(frozen=True, slots=True)
class ShownTalkingPoints:
    """source -- the language they were translated from, where that says something else now"""

    row: TalkingPoints
    source: str

    @property
    def lines(self) -> list[str]:
        return [line for line in self.row.text.splitlines() if line]


@dataclass(frozen=True, slots=True)
class CitedClause:
    identity: UUID
    clause: NamedClause | None
    is_touched: bool


@dataclass
class PositionSheet:
    """A position whole, as far as this person may read it."""

    card: PositionCard
    news: PositionNews
    cited: list[CitedClause]
    red_lines: list[RedLinesOfCircle]
    talking_points: list[ShownTalkingPoints]

    @property
    def points_in_order(self) -> list[ShownTalkingPoints]:
        """Those of the reader's language first."""
        return sorted(self.talking_points, key=lambda shown: shown.row.language != current_language())

    @property
    def languages_to_ask(self) -> list[str]:
        """Of the site, those in which there are no talking points, or whose source has changed: somebody may be asked to translate them."""
        good = {shown.row.language for shown in self.talking_points if not shown.source}
        return [code for code in LANGUAGE_CODES if code not in good]

    @property
    def message(self) -> str:
        """What may be copied for a messaging app: what the whole coalition reads of it, without names."""
        position = self.card.position
        version = f"v{position.version}"
        said = gettext("%(version)s, to be reviewed") % {"version": version} if self.card.is_to_review else version
        first = f"{with_colon(position.resolution.short_name, position.get_stance_display())} ({said})"
        return "\n".join(filter(None, (first, position.words)))

    @property
    def messages_with_points(self) -> list[tuple[str, str]]:
        """The same with the talking points of each language."""
        return [
            (shown.row.language, "\n".join((self.message, "", *(f"– {line}" for line in shown.lines)))) for shown in self.points_in_order
        ]


def position_sheets(user: User, resolution: Resolution, memberships: MembershipContext, cards: list[PositionCard]) -> list[PositionSheet]:
    """Each of these with all that stands beside it."""
    positions = [card.position for card in cards]
    prefetch_related_objects(positions, "cited")
    news = news_of_positions(user, resolution, positions, memberships)
    lines = RedLine.objects.visible_to(user, memberships.circles).filter(position__in=positions)
    red_lines = list(lines.select_related("circle__coalition").order_by("pk"))
    points = list(TalkingPoints.objects.filter(position__in=positions).select_related("written_from").order_by("language"))
    identities = {clause.identity for each in positions for clause in each.cited.all()} | {row.clause for row in red_lines if row.clause}
    names = clauses_by_identity(identities, user)
    apart = touched_lines(resolution, positions, red_lines)
    sheets = []
    for card in cards:
        found = news[card.position.pk]
        for touched in (clause for source in found.sources for clause in source.clauses):
            touched.name = names[touched.identity].name if touched.identity in names else ""
        cited = [CitedClause(each.identity, names.get(each.identity), each.identity in found.touched) for each in card.position.cited.all()]
        mine = [row for row in red_lines if row.position_id == card.position.pk]
        sheets.append(
            PositionSheet(
                card,
                found,
                cited,
                _by_circle([NamedRedLine(row, names.get(row.clause), row.clause in found.touched or row.pk in apart) for row in mine]),
                _with_sources([row for row in points if row.position_id == card.position.pk]),
            )
        )
    return sheets


def _by_circle(lines: list[NamedRedLine]) -> list[RedLinesOfCircle]:
    found: dict[int, RedLinesOfCircle] = {}
    for line in lines:
        of_circle = found.setdefault(line.row.circle_id, RedLinesOfCircle(line.row.circle, [], []))
        (of_circle.red if line.row.kind == RedLine.Kind.RED else of_circle.fallback).append(line)
    return list(found.values())


def _with_sources(rows: list[TalkingPoints]) -> list[ShownTalkingPoints]:
    now = {row.language: row.text for row in rows}
    return [ShownTalkingPoints(row, changed_source(row, now)) for row in rows]


def changed_source(row: TalkingPoints, now: dict[str, str]) -> str:
    """The language these points were translated from, where it says something else now; now -- what each language says"""
    source = row.written_from
    return source.language if source and now.get(source.language) != source.text else ""

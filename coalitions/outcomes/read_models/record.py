"""What became of what a coalition asked of an assembly: asked, got, verdict and where next, resolution by resolution."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.utils.timezone import make_aware, now

from amnt.accounts.models import User
from coalitions.models import Position, StudyGroupFollower, Verdict
from coalitions.read_models.chosen_coalition import Ours
from resolutions.models import Assembly, Outcome, Resolution, Revision, RevisionText, StudyGroupLink


@dataclass
class NextStep:
    """A study group that works on the resolution in the period after the assembly, and who of us follows it there."""

    link: StudyGroupLink
    followers: list[User] = field(default_factory=list)

    def is_followed_by(self, user: User) -> bool:
        return user in self.followers


@dataclass
class OutcomeRow:
    """One resolution. position -- the version that counted at the end; of_circles -- verdicts of the reader's other circles"""

    resolution: Resolution
    outcome: Outcome | None = None
    revision: Revision | None = None
    position: Position | None = None
    verdict: Verdict | None = None
    of_circles: list[Verdict] = field(default_factory=list)
    next_steps: list[NextStep] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether our position asked anything of the assembly."""
        return self.position is not None and self.position.stance not in (Position.Stance.NONE, Position.Stance.WATCH)

    @property
    def is_unchanged(self) -> bool:
        return self.outcome is not None and self.outcome.action == Outcome.Action.NOC


def last_assembly() -> Assembly | None:
    """The last one that has begun."""
    return Assembly.objects.of_wtsa().filter(starts_on__lte=now().date()).order_by("-starts_on", "-pk").first()


def end_of(assembly: Assembly) -> datetime | None:
    """The instant after which a position no longer counted; None while it is not over."""
    if assembly.ends_on is None or assembly.ends_on >= now().date():
        return None
    return make_aware(datetime.combine(assembly.ends_on + timedelta(days=1), time()))


def positions_asked(assembly: Assembly, ours: Ours, user: User, *, resolution: Resolution | None = None) -> dict[int, Position]:
    """The version of the coalition's position that counted at the end of the assembly, by resolution. One query."""
    mine = Position.objects.visible_to(user, ours.circles).filter(circle=ours.everyone)
    if resolution is not None:
        mine = mine.filter(resolution=resolution).select_related("by")
    return {position.resolution_id: position for position in mine.newest(as_of=end_of(assembly))}


def outcome_rows(assembly: Assembly, user: User, ours: Ours | None, *, also: Collection[int] = ()) -> list[OutcomeRow]:
    """Every resolution on which something was decided, asked or judged, in order. Eight queries however many there are.

    also -- keys of resolutions that are in it whatever is known of them
    """
    outcomes = {outcome.resolution_id: outcome for outcome in Outcome.objects.filter(assembly=assembly).select_related("verified_by")}
    entered = RevisionText.objects.visible_to(user).current().filter(revision=OuterRef("pk"))
    found = Revision.objects.filter(assembly=assembly).annotate(has_text=Exists(entered))
    revisions = {revision.resolution_id: revision for revision in found}
    positions = positions_asked(assembly, ours, user) if ours else {}
    verdicts: dict[int, list[Verdict]] = defaultdict(list)
    if ours:
        for verdict in (
            Verdict.objects.visible_to(user, ours.circles).filter(assembly=assembly).newest().select_related("circle", "by").order_by("pk")
        ):
            verdicts[verdict.resolution_id].append(verdict)
    keys = {*outcomes, *positions, *verdicts, *also}
    steps = next_steps(keys, assembly, user, ours)
    rows = []
    for resolution in Resolution.objects.visible_to(user).of_assembly().filter(pk__in=keys).in_order():
        mine = verdicts[resolution.pk]
        row = OutcomeRow(resolution, outcomes.get(resolution.pk), revisions.get(resolution.pk), positions.get(resolution.pk))
        row.verdict = next((each for each in mine if ours and each.circle_id == ours.everyone), None)
        row.of_circles = [each for each in mine if each != row.verdict]
        row.next_steps = steps.get(resolution.pk, [])
        rows.append(row)
    return rows


def next_steps(keys: Collection[int], assembly: Assembly, user: User, ours: Ours | None) -> dict[int, list[NextStep]]:
    """By resolution: its study groups of the first period after the assembly that is known, else of the latest. Two queries."""
    links: dict[int, list[StudyGroupLink]] = defaultdict(list)
    for link in StudyGroupLink.objects.visible_to(user).filter(resolution__in=keys).in_order():
        links[link.resolution_id].append(link)
    followers: dict[tuple[int, int], list[User]] = defaultdict(list)
    if ours and links:
        for row in StudyGroupFollower.objects.visible_to(user, [ours.coalition]).filter(resolution__in=keys).here():
            followers[row.resolution_id, row.study_group_id].append(row.user)
    found = {}
    for key, known in links.items():
        later = sorted({link.study_group.period for link in known if link.study_group.period > assembly.study_period})
        period = later[0] if later else known[0].study_group.period
        chosen = [link for link in known if link.study_group.period == period]
        found[key] = [NextStep(link, followers[key, link.study_group_id]) for link in chosen]
    return found

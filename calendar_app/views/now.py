"""S01: what do I need to do now?"""

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import FETCH_RAISE, Case, CharField, Count, Exists, IntegerField, OuterRef, Q, Value, When
from django.shortcuts import render
from django.utils.timezone import now as instant_now
from django.views.decorators.http import require_safe

from amnt.templatetags.amnt import language
from calendar_app import timeline
from calendar_app.models import DateChange, Deadline, Meeting
from calendar_app.models.entries import Entry, as_entries, entries
from calendar_app.views.calendar import where_we_are
from calendar_app.views.dates import page_of
from coalitions.models import Circle, FollowUp, FollowUpEvent, Membership
from coalitions.permissions import Standing, standing_of
from resolutions.models import Assembly, Outcome, Resolution, Revision, Watch

LINES = 7
# "See all" of what moved: nobody was away for so long that she would read more.
MOST_MOVED = 50
DATES_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Moved:
    """One line of what changed since the last visit."""

    kind: str
    url: str = ""
    title: str = ""
    change: DateChange | None = None
    resolution: Resolution | None = None
    parts: set[str] = field(default_factory=set)


@require_safe
def now(request):
    user, instant = request.user, instant_now()
    standing = standing_of(user)
    counts = _counts(user, standing)
    mine = _mine(user)[:LINES] if standing.works else []
    unowned = _unowned(user, standing)[:LINES] if standing.led else []
    to_confirm = _to_confirm(user) if standing.led else []
    dates = _dates(user)
    soon = [entry for entry in dates if entry.at < instant + DATES_AHEAD]
    moved, in_circles = _moved(user)
    most = MOST_MOVED if request.GET.get("all") == "moved" else LINES
    assembly = Assembly.objects.current()
    has_days = assembly is not None and assembly.starts_on is not None
    upcoming = next((entry for entry in dates if entry.at > instant), None)
    return render(
        request,
        "calendar_app/now.html",
        {
            "section": "now",
            "form": None,
            "standing": standing,
            "lacks_second_factor": standing.lacks_second_factor or (_leads(standing) and _is_only_asked(user)),
            "mine": mine,
            "to_confirm": to_confirm,
            "mine_in_circles": counts["mine_in_circles"],
            "mine_count": counts["mine"] + counts["mine_in_circles"] + len(to_confirm),
            "mine_more": counts["mine"] > LINES,
            "dates": soon[:LINES],
            "dates_more": len(soon) > LINES,
            "upcoming": upcoming,
            "upcoming_days": (upcoming.at - instant).days if upcoming else None,
            "moved": moved[:most],
            "moved_count": len(moved) + bool(in_circles),
            "moved_more": len(moved) > most,
            "moved_in_circles": in_circles,
            "since": user.seen_before_at,
            "unowned": unowned,
            "unowned_count": counts["unowned"],
            "unowned_more": counts["unowned"] > LINES,
            "is_quiet": not (mine or to_confirm or counts["mine_in_circles"] or soon or moved or in_circles or unowned),
            "for_messaging": {
                "dates": [entry for entry in soon if not entry.is_private][:LINES],
                # Words of one coalition are not for the ears of another: only who stands in a single one copies them.
                "follow_ups": unowned if len(standing.roles) == 1 else [],
            },
            "chart": timeline.draw(assembly.starts_on, assembly.ends_on or assembly.starts_on, instant, small=True) if has_days else None,
            "today": instant,
            "tomorrow": instant + timedelta(days=1),
            "here": "/",
            **where_we_are(assembly, instant, user),
        },
    )


def _leads(standing: Standing) -> bool:
    return Membership.Role.LEAD in standing.roles.values()


def _is_only_asked(user) -> bool:
    """Where this instance does not insist on a second factor, it asks for one all the same."""
    return not settings.LEADS_NEED_SECOND_FACTOR and not is_mfa_enabled(user)


# --- Mine, and nobody's: only what everyone in the coalition may read is named here -------------------------------------


def _counts(user, standing: Standing) -> dict[str, int]:
    is_mine, is_open_to_all = Q(owner=user), Q(circle__kind=Circle.Kind.EVERYONE)
    return (
        FollowUp.objects.visible_to(user)
        .open()
        .aggregate(
            mine=Count("pk", filter=is_mine & is_open_to_all),
            mine_in_circles=Count("pk", filter=is_mine & Q(circle__kind=Circle.Kind.RESTRICTED)),
            unowned=Count("pk", filter=Q(owner=None, circle__coalition__in=standing.led) & is_open_to_all),
        )
    )


def _mine(user):
    """What waits for an answer first, then by due instant."""
    waits = Case(When(state=FollowUp.State.TO_ACCEPT, then=0), default=1, output_field=IntegerField())
    mine = FollowUp.objects.visible_to(user).readable_by_all().open().filter(owner=user)
    return mine.for_list().order_by(waits, "due_at", "pk").fetch_mode(FETCH_RAISE)


def _unowned(user, standing: Standing):
    rows = FollowUp.objects.visible_to(user).readable_by_all().unowned().filter(circle__coalition__in=standing.led)
    return rows.for_list().fetch_mode(FETCH_RAISE)


def _to_confirm(user) -> list[Moved]:
    """Changes of public dates that another lead proposed and a second one must confirm."""
    rows = DateChange.objects.visible_to(user).pending().exclude(proposed_by=user).for_list().order_by("proposed_at")[:LINES]
    return [Moved("change", page_of(row.target), change=row) for row in rows]


# --- Dates --------------------------------------------------------------------------------------------------------------


def _dates(user) -> list[Entry]:
    """The next dates that concern her, however far: those of delegation circles never stand here."""
    rows = entries(
        Meeting.objects.visible_to(user).concerning(user).ahead().exclude(circle__kind=Circle.Kind.DELEGATION),
        Deadline.objects.visible_to(user).concerning(user).ahead().exclude(meeting__circle__kind=Circle.Kind.DELEGATION),
        user=user,
        language=language(),
    )
    return as_entries(rows[: LINES + 1])


# --- What moved ---------------------------------------------------------------------------------------------------------


def _moved(user) -> tuple[list[Moved], int]:
    """Since the visit before this one: dates, texts, follow-ups; and how much moved in restricted circles, unnamed."""
    since = user.seen_before_at
    if since is None:
        return [], 0
    named: list[Moved] = []
    in_circles = 0
    for change in _changes_since(user, since):
        meeting = change.meeting or (change.deadline.meeting if change.deadline else None)
        if meeting and meeting.circle and meeting.circle.kind == Circle.Kind.RESTRICTED:
            in_circles += 1
        elif not meeting or not meeting.circle or meeting.circle.is_everyone:
            named.append(Moved("date", page_of(change.target), change=change))
    named += _texts_since(user, since)
    for event in _closed_since(user, since):
        if event.follow_up.circle.is_everyone:
            named.append(Moved(event.kind, event.follow_up.get_absolute_url(), event.follow_up.title))
        else:
            in_circles += 1
    return named, in_circles


def _changes_since(user, since):
    concerning = (
        Q(meeting__in=Meeting.objects.concerning(user)) | Q(deadline__in=Deadline.objects.concerning(user)) | Q(assembly__isnull=False)
    )
    by_her_alone = Q(confirmed_by=user) | Q(proposed_by=user, confirmed_by=None)
    rows = DateChange.objects.visible_to(user).applied().filter(concerning, applied_at__gt=since).exclude(by_her_alone)
    return rows.for_list().order_by("-applied_at", "-pk")[:MOST_MOVED]


def _texts_since(user, since) -> list[Moved]:
    """Decisions, revisions and facts of the resolutions she watches, one line for each that changed."""

    def changed(facts, what, resolution):
        # Only what changed while she watched it.
        watched = Watch.objects.filter(user=user, resolution=OuterRef(resolution), created_at__lte=OuterRef("history_date"))
        rows = facts.history.filter(Exists(watched), history_date__gt=since).exclude(history_type="-")
        return rows.annotate(what=Value(what, CharField())).order_by()

    columns = ("slug", "number", "label", "title_fr", "title_en", "title_es")
    named = ("history_date", "what", *(f"resolution__{column}" for column in columns))
    rows = (
        changed(Outcome, "outcome", "resolution")
        .values_list(*named)
        .union(
            changed(Revision, "revision", "resolution").values_list(*named),
            changed(Resolution, "facts", "id").exclude(history_type="+").values_list("history_date", "what", *columns),
            all=True,
        )
        .order_by("-history_date")[:MOST_MOVED]
    )
    lines: dict[str, Moved] = {}
    for _changed, what, *said in rows:
        resolution = Resolution(**dict(zip(columns, said, strict=True)))
        line = lines.setdefault(resolution.slug, Moved("text", resolution.get_absolute_url(), resolution=resolution))
        line.parts.add(what)
    return list(lines.values())


def _closed_since(user, since):
    """What others closed in her circles, but those of delegations."""
    rows = FollowUpEvent.objects.visible_to(user).filter(kind__in=(FollowUpEvent.Kind.DONE, FollowUpEvent.Kind.DROPPED), at__gt=since)
    rows = rows.exclude(by=user).exclude(follow_up__circle__kind=Circle.Kind.DELEGATION)
    return rows.select_related("follow_up__circle").order_by("-at", "-pk")[:MOST_MOVED]

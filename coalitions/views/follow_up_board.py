"""Lists of follow-ups: the board, a printed sheet of the week, and the tab of a resolution."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import FETCH_RAISE, F, Q
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from amnt.core import times
from amnt.core.languages import current_language
from amnt.core.sorting import Order, Sorting
from coalitions.domain.burndown import burndown, weeks_before
from coalitions.forms.follow_ups import FilterForm
from coalitions.models import Coalition, FollowUp, FollowUpEvent
from coalitions.models.follow_ups import nobody_has
from coalitions.permissions import membership_context_of, rights_on
from resolutions.models import Resolution

PAGE = 25
CLOSED_SHOWN = 10
PRINTED = 200
TABS = ("mine", "team", "nobody")
ORDERS = {
    "due": Order(gettext_lazy("due date"), ("due_at", "pk")),
    "changed": Order(gettext_lazy("latest change"), ("-changed_at", "-pk")),
    "newest": Order(gettext_lazy("newest first"), ("-created_at", "-pk")),
    "person": Order(gettext_lazy("person"), (F("owner__name").asc(nulls_last=True), "due_at", "pk")),
    "resolution": Order(gettext_lazy("resolution"), (F("resolution__number").asc(nulls_last=True), "due_at", "pk")),
}
ICONS = {FollowUp.State.TO_ACCEPT: "s-none", FollowUp.State.IN_HAND: "now", FollowUp.State.BLOCKED: "s-gap"}


class CountedPages(Paginator):
    """A paginator with a known count."""

    def __init__(self, rows, total):
        super().__init__(rows, PAGE)
        self.total = total

    @property
    def count(self):
        return self.total


@dataclass(frozen=True)
class BoardColumn:
    key: str
    label: str
    icon: str
    count: int
    rows: list

    @property
    def more(self):
        return self.count - len(self.rows)


@require_safe
def follow_ups(request):
    """The board: mine, the team's, unowned. Observers read titles."""
    user, memberships = request.user, membership_context_of(request.user)
    if not memberships.works:
        context = {
            "section": "follow-ups",
            "observes": memberships.observes,
            "titles": titles_page(request) if memberships.observes else None,
        }
        return render(request, "coalitions/follow_ups/follow_up_titles.html", context)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "mine"
    visible = FollowUp.objects.visible_to(user, memberships.every_circle)
    pairs, coalitions = people_and_resolutions(visible.open()), coalitions_worked_in(memberships)
    filters = FilterForm(request.GET, tab=tab, pairs=pairs, coalitions=coalitions, led=memberships.led)
    of_tab = {"mine": Q(owner=user) | Q(backup=user), "team": Q(), "nobody": nobody_has()}[tab]
    shown = of_tab & filters.shown()
    state = filters.cleaned_data.get("state", "")
    instant = now()
    wants_chart = tab == "team" and (request.headers.get("Save-Data") != "on" or "chart" in request.GET)
    weeks = weeks_before(instant) if wants_chart else []
    tally = visible.tally(user, shown, weeks)
    rows = visible.filter(shown).for_list().with_people_here().with_news(user, user.seen_before_at).fetch_mode(FETCH_RAISE)
    sorting = Sorting(ORDERS, request.GET)
    page = board_page(request, rows, tally, "" if state == FilterForm.OVERDUE else state, sorting)
    listed = with_rights(page.object_list, user, memberships)
    closed = with_rights(rows.latest_closed()[:CLOSED_SHOWN], user, memberships) if tab != "nobody" and not state else []
    events = FollowUpEvent.objects.visible_to(user, memberships.every_circle)
    context = {
        "section": "follow-ups",
        "tab": tab,
        # As the first page names them.
        "moved": news_in(listed + closed),
        "state": state,
        "filters": filters,
        "sorting": sorting,
        "memberships": memberships,
        "tally": tally,
        "page": page,
        "columns": columns(listed, closed, tally, state=state),
        "for_messaging": [row for row in listed if row.circle.is_everyone and not row.is_closed],
        "titles": titles_page(request) if tab == "team" and memberships.observes else None,
        "chart": None,
        "chart_is_left_out": tab == "team" and not wants_chart,
    }
    if wants_chart:
        context["chart"] = burndown(instant, tally=tally, moves=events.moves_since(weeks))
        context["chart_begins"] = times.day(weeks[0].astimezone(ZoneInfo(user.time_zone)), current_language())
    return render(request, "coalitions/follow_ups/follow_ups.html", context)


def board_page(request, rows, tally, state, sorting):
    if state == "closed":
        closed = rows.latest_closed() if sorting.is_usual else rows.closed().order_by(*sorting.by)
        return CountedPages(closed, tally["closed"]).get_page(request.GET.get("page"))
    rows, total = rows.open().order_by(*sorting.by), tally["shown"]
    if state:
        rows, total = rows.filter(state=state), tally[state.replace("-", "_")]
    return CountedPages(rows, total).get_page(request.GET.get("page"))


def columns(listed, closed, tally, *, state):
    """The columns of the board, those of open states first, or the one asked for."""
    board = [
        *(
            BoardColumn(
                open_state.value,
                str(label),
                ICONS[open_state],
                tally[open_state.name.lower()],
                [row for row in listed if row.state == open_state],
            )
            for open_state, label in FilterForm.OPEN_STATES
        ),
        BoardColumn(
            "closed", pgettext("follow-ups", "Done"), "s-done", tally["closed"], closed or [row for row in listed if row.is_closed]
        ),
    ]
    return [column for column in board if state in ("", FilterForm.OVERDUE, column.key)]


def people_and_resolutions(rows):
    """The people and resolutions on the board, in one query."""
    fields = ("owner__public_id", "owner__name", "resolution__slug", "resolution__number", "resolution__label", "resolution__series")
    return list(rows.order_by().values_list(*fields).distinct())


def coalitions_worked_in(memberships):
    """The choices of coalitions; empty with only one."""
    works_in = memberships.works_in
    return list(Coalition.objects.filter(pk__in=works_in).order_by("name", "pk")) if len(works_in) > 1 else []


def titles_page(request):
    return Paginator(FollowUp.objects.titles_for_observer(request.user), PAGE).get_page(request.GET.get("titles"))


def with_rights(rows, user, memberships):
    rows = list(rows)
    for row in rows:
        row.rights = rights_on(user, row, memberships)
    return rows


def news_in(rows):
    """Keys of those that another closed since the last visit, and has not opened again."""
    return frozenset(row.pk for row in rows if row.is_news and row.is_closed)


@require_safe
def resolution_follow_ups(request, slug):
    """The tab of a resolution with its follow-ups."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user), slug=slug)
    rows = FollowUp.objects.visible_to(user).filter(resolution=resolution)
    rows = rows.for_list().with_people_here().with_news(user, user.seen_before_at).by_state().fetch_mode(FETCH_RAISE)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = with_rights(page.object_list, user, memberships) if memberships.works else []
    context = {
        "section": "resolutions",
        "tab": "follow-ups",
        "resolution": resolution,
        "memberships": memberships,
        "page": page,
        "rows": shown,
        "moved": news_in(shown),
        "titles": FollowUp.objects.titles_for_observer(user).filter(resolution=resolution)[:PAGE] if memberships.observes else [],
    }
    return render(request, "coalitions/follow_ups/resolution_follow_ups.html", context)

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import FETCH_RAISE, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from amnt.accounts.middleware import form_data
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import next_page, post_only
from amnt.core.languages import current_language
from coalitions.domain.burndown import burndown, weeks_before
from coalitions.domain.snoozing import Until, snooze_until
from coalitions.forms.follow_ups import AssignForm, ChangeForm, DoneForm, FilterForm, NewFollowUpForm
from coalitions.models import CircleView, Coalition, FollowUp, FollowUpEvent, KeptCopy, Membership
from coalitions.permissions import membership_context_of, rights_on
from coalitions.services import circle_views
from coalitions.services import follow_ups as services
from coalitions.services.putting_back import may_put_words_back
from resolutions.models import Resolution

PAGE = 25
CLOSED_SHOWN = 10
PRINTED = 200
TABS = ("mine", "team", "nobody")
ICONS = {FollowUp.State.TO_ACCEPT: "s-none", FollowUp.State.IN_HAND: "now", FollowUp.State.BLOCKED: "s-gap"}
FIELD_NAMES = {field.name: field.verbose_name for field in FollowUp._meta.fields}


class CountedPages(Paginator):
    """Pages of rows whose number is known already."""

    def __init__(self, rows, total):
        super().__init__(rows, PAGE)
        self.total = total

    @property
    def count(self):
        return self.total


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    icon: str
    count: int
    rows: list

    @property
    def more(self):
        return self.count - len(self.rows)


# --- S05 ----------------------------------------------------------------------------------------------------------------


@require_safe
def follow_ups(request):
    """The board: mine, the team's, what nobody has. Who only observes reads titles."""
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
    filters = FilterForm(request.GET, tab=tab, pairs=who_and_what(visible.open()), coalitions=coalitions_worked_in(memberships))
    of_tab = {"mine": Q(owner=user) | Q(backup=user), "team": Q(), "nobody": Q(owner=None)}[tab]
    shown = of_tab & filters.shown()
    state = filters.cleaned_data.get("state", "")
    instant = now()
    wants_chart = tab == "team" and (request.headers.get("Save-Data") != "on" or "chart" in request.GET)
    weeks = weeks_before(instant) if wants_chart else []
    tally = visible.tally(user, shown, weeks)
    rows = visible.filter(shown).for_list().with_people_here().fetch_mode(FETCH_RAISE)
    page = board_page(request, rows, tally, state)
    listed = with_rights(page.object_list, user, memberships)
    closed = with_rights(rows.latest_closed()[:CLOSED_SHOWN], user, memberships) if tab != "nobody" and not state else []
    context = {
        "section": "follow-ups",
        "tab": tab,
        "state": state,
        "filters": filters,
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
        moves = FollowUpEvent.objects.visible_to(user, memberships.every_circle).moves_since(weeks)
        context["chart"] = burndown(instant, tally=tally, moves=moves)
        context["chart_begins"] = times.day(weeks[0].astimezone(ZoneInfo(user.time_zone)), current_language())
    return render(request, "coalitions/follow_ups/follow_ups.html", context)


def board_page(request, rows, tally, state):
    if state == "closed":
        return CountedPages(rows.latest_closed(), tally["closed"]).get_page(request.GET.get("page"))
    rows, total = rows.open(), tally["shown"]
    if state:
        rows, total = rows.filter(state=state), tally[state.replace("-", "_")]
    return CountedPages(rows, total).get_page(request.GET.get("page"))


def columns(listed, closed, tally, *, state):
    """The columns of the board, those of open states first, or the one asked for."""
    board = [
        *(
            Column(
                open_state.value,
                str(label),
                ICONS[open_state],
                tally[open_state.name.lower()],
                [row for row in listed if row.state == open_state],
            )
            for open_state, label in FilterForm.OPEN_STATES
        ),
        Column("closed", pgettext("follow-ups", "Done"), "s-done", tally["closed"], closed or [row for row in listed if row.is_closed]),
    ]
    return [column for column in board if not state or column.key == state]


def who_and_what(rows):
    """The people and resolutions that stand on the board, in one query."""
    fields = ("owner__public_id", "owner__name", "resolution__slug", "resolution__number", "resolution__label")
    return list(rows.order_by().values_list(*fields).distinct())


def coalitions_worked_in(memberships):
    """To choose from; somebody with one coalition has no choice to make."""
    works_in = memberships.works_in
    return list(Coalition.objects.filter(pk__in=works_in).order_by("name", "pk")) if len(works_in) > 1 else []


def titles_page(request):
    return Paginator(FollowUp.objects.titles_for_observer(request.user), PAGE).get_page(request.GET.get("titles"))


def with_rights(rows, user, memberships):
    rows = list(rows)
    for row in rows:
        row.rights = rights_on(user, row, memberships)
    return rows


@require_safe
def follow_ups_of_the_week(request):
    """A sheet to print: what is overdue or due within seven days, of one coalition, without what a circle keeps to itself."""
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    coalitions = list(Coalition.objects.filter(pk__in=memberships.works_in).order_by("name", "pk"))
    asked = request.GET.get("coalition")
    coalition = next((each for each in coalitions if str(each.public_id) == asked), coalitions[0])
    until = now() + timedelta(days=7)
    due = FollowUp.objects.visible_to(request.user).readable_by_all().open().filter(circle__coalition=coalition, due_at__lt=until)
    rows = list(due.for_list().with_people_here().order_by("owner__name", "owner", "due_at").fetch_mode(FETCH_RAISE)[: PRINTED + 1])
    context = {
        "section": "follow-ups",
        "coalition": coalition,
        "coalitions": coalitions,
        "until": until,
        "rows": rows[:PRINTED],
        "is_cut": len(rows) > PRINTED,
        "most": PRINTED,
    }
    return render(request, "coalitions/follow_ups/follow_ups_week.html", context)


@require_safe
def resolution_follow_ups(request, slug):
    """The tab of a resolution: what we do about it."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user), slug=slug)
    rows = FollowUp.objects.visible_to(user).filter(resolution=resolution)
    page = Paginator(rows.for_list().with_people_here().by_state().fetch_mode(FETCH_RAISE), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "resolutions",
        "tab": "follow-ups",
        "resolution": resolution,
        "memberships": memberships,
        "page": page,
        "rows": with_rights(page.object_list, user, memberships) if memberships.works else [],
        "titles": FollowUp.objects.titles_for_observer(user).filter(resolution=resolution)[:PAGE] if memberships.observes else [],
    }
    return render(request, "coalitions/follow_ups/resolution_follow_ups.html", context)


# --- One of them --------------------------------------------------------------------------------------------------------


def one_of_mine(request, public_id):
    """The follow-up, if this person may read it."""
    rows = FollowUp.objects.visible_to(request.user).for_list().with_people_here()
    return get_object_or_404(rows.select_related("created_by", "delegation", "delegation__assembly"), public_id=public_id)


@require_safe
def follow_up(request, public_id):
    follow_up = one_of_mine(request, public_id)
    circle_views.note(CircleView.Thing.FOLLOW_UP, follow_up.public_id, circle=follow_up.circle, by=request.user)
    rights = rights_on(request.user, follow_up)
    here = set(Membership.objects.current().filter(coalition=follow_up.circle.coalition_id).values_list("user_id", flat=True))
    events = list(follow_up.events.select_related("by", "to"))
    for event in events:
        event.by_name, event.to_name = (name_of(person, here) for person in (event.by, event.to))
        event.field_names = [FIELD_NAMES.get(name, name) for name in event.fields]
    find_words_before(events, follow_up, request.user, rights)
    context = {
        "section": "follow-ups",
        "follow_up": follow_up,
        "rights": rights,
        "events": events,
        "created_by": name_of(follow_up.created_by, here),
        "assigned_by": name_of(follow_up.assigned_by, here) if follow_up.owner else "",
        "put_offs": put_offs(request.user, follow_up) if rights.is_owner and not follow_up.is_closed else [],
        "evidence": DoneForm(initial={"evidence": follow_up.evidence}),
    }
    return render(request, "coalitions/follow_ups/follow_up.html", context)


def find_words_before(events, follow_up, user, rights):
    """Adds `kept` to each event: what it overwrote, if this person may put that back. Without a query where nothing was."""
    for event in events:
        event.kept = None
    if not any(set(event.fields) & set(services.WORDS) for event in events):
        return
    copies = KeptCopy.objects.visible_to(user).filter(circle=follow_up.circle).of(services.EARLIER_WORDS, follow_up.public_id)
    kept = {copy.at: copy for copy in copies if may_put_words_back(copy.content, follow_up, rights)}
    for event in events:
        event.kept = kept.get(event.at)


def name_of(person, here):
    """People who have left are named no more."""
    if person is None:
        return ""
    return person.short_name if person.pk in here else _("a former member")


def put_offs(user, follow_up):
    """Until when the reminder may still be put off, with what the button says."""
    said = {
        Until.TOMORROW: _("For one day"),
        Until.MONDAY: _("Until Monday"),
        Until.THREE_DAYS_BEFORE: _("Until three days before"),
    }
    clock = {"at": now(), "due_at": follow_up.due_at, "zone": user.time_zone, "hour": user.digest_at}
    return [(until, label) for until, label in said.items() if snooze_until(until, **clock)]


@require_http_methods(["GET", "POST"])
def follow_up_new(request):
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    form = NewFollowUpForm(form_data(request), user=request.user, memberships=memberships, initial=asked_for(request))
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name not in ("due_on", "due_hour")}
        try:
            made = services.create(by=request.user, **fields)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("The follow-up has been created."))
            return redirect(made)
    return render(request, "coalitions/follow_ups/follow_up_new.html", {"section": "follow-ups", "form": form, "memberships": memberships})


def asked_for(request):
    """What the link that led here says it is about."""
    about = {name: request.GET[name] for name in ("resolution", "delegation") if request.GET.get(name)}
    code = request.GET.get("country", "")
    if code.isascii() and (country := countries.name(code)):
        about["title"] = _("Answer the four questions about the delegation of %(country)s") % {"country": country}
    return about


@require_http_methods(["GET", "POST"])
def follow_up_assign(request, public_id):
    follow_up = one_of_mine(request, public_id)
    if not rights_on(request.user, follow_up).may_assign:
        raise PermissionDenied
    form = AssignForm(form_data(request), user=request.user, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            services.assign(
                follow_up, to=asked["to"], by=request.user, seen_version=asked["version"], due_at=asked["due_at"], backup=asked["backup"]
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
            see_again(form, follow_up)
        else:
            messages.success(request, _("Assigned: %(name)s") % {"name": asked["to"].short_name})
            return redirect(next_page(request, follow_up.get_absolute_url()))
    context = {
        "section": "follow-ups",
        "follow_up": follow_up,
        "form": form,
        "back": request.GET.get("next") or request.POST.get("next", ""),
    }
    return render(request, "coalitions/follow_ups/follow_up_assign.html", context)


@require_http_methods(["GET", "POST"])
def follow_up_change(request, public_id):
    follow_up = one_of_mine(request, public_id)
    rights = rights_on(request.user, follow_up)
    if not rights.may_change:
        raise PermissionDenied
    form = ChangeForm(form_data(request), user=request.user, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                follow_up,
                by=request.user,
                may_open_up=rights.may_open_up,
                seen_version=form.cleaned_data["version"],
                **form.changes(),
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
            see_again(form, follow_up)
        else:
            messages.success(request, _("Saved."))
            return redirect(follow_up)
    return render(request, "coalitions/follow_ups/follow_up_change.html", {"section": "follow-ups", "follow_up": follow_up, "form": form})


def see_again(form, follow_up):
    """After a refusal the reader has been told how it stands; sent again, the form counts as seen with that."""
    follow_up.refresh_from_db(fields=["version"])
    form.data = form.data.copy()
    form.data["version"] = follow_up.version


@require_http_methods(["GET", "POST"])
def follow_up_done(request, public_id):
    """Done, with a link that shows it; or a link added to what is done."""
    follow_up = one_of_mine(request, public_id)
    if not rights_on(request.user, follow_up).may_work:
        raise PermissionDenied
    form = DoneForm(form_data(request), initial={"evidence": follow_up.evidence})
    if request.method == "POST" and form.is_valid():
        try:
            services.done(follow_up, by=request.user, evidence=form.cleaned_data["evidence"])
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Done."))
            return redirect(next_page(request, follow_up.get_absolute_url()))
    return render(request, "coalitions/follow_ups/follow_up_done.html", {"section": "follow-ups", "follow_up": follow_up, "form": form})


# Of one's own: whether it still is, the service says in a sentence.
OF_OWNER = {
    "accept": (services.accept, gettext_lazy("Accepted.")),
    "decline": (services.decline, gettext_lazy("Declined. Nobody has it now.")),
    "hand-back": (services.hand_back, gettext_lazy("Handed back. Nobody has it now.")),
}
OTHERS = {
    "take": ("may_take", services.take, gettext_lazy("It is yours.")),
    "block": ("may_work", services.block, gettext_lazy("Moved to blocked.")),
    "resume": ("may_work", services.resume, gettext_lazy("Moved to in hand.")),
    "done": ("may_work", services.done, gettext_lazy("Done.")),
    "reopen": ("may_work", services.reopen, gettext_lazy("Reopened.")),
    "drop": ("may_drop", services.drop, gettext_lazy("Dropped: nobody will be reminded of it.")),
}


@post_only
def follow_up_answer(request, public_id):
    """One tap on one follow-up: `act` says which; `snooze` says until when a reminder is put off."""
    follow_up = one_of_mine(request, public_id)
    try:
        said = answer(request, follow_up)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(next_page(request, follow_up.get_absolute_url()))


def answer(request, follow_up):
    name, until = request.POST.get("act", ""), request.POST.get("snooze", "")
    if until in set(Until):
        services.snooze(follow_up, until=Until(until), by=request.user)
        return _("The reminder is snoozed.")
    if name in OF_OWNER:
        service, said = OF_OWNER[name]
    elif name in OTHERS:
        right, service, said = OTHERS[name]
        if not getattr(rights_on(request.user, follow_up), right):
            raise PermissionDenied
    else:
        raise Http404
    service(follow_up, by=request.user)
    return str(said)

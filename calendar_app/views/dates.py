"""The pages of a meeting, a deadline and an assembly: facts, attendance and changes."""

from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from amnt.core.languages import current_language
from calendar_app.domain.phases import phases
from calendar_app.forms.dates import AttendanceForm
from calendar_app.models import AgendaChange, Attendance, DateChange, Deadline, Meeting
from calendar_app.models.entries import entries
from calendar_app.models.silences import silence_of
from calendar_app.permissions import can_be_told, can_change_date, can_propose_change
from calendar_app.read_models.changed_pages import page_changed_on
from calendar_app.read_models.plan_moves import plans_before
from calendar_app.read_models.preparation import preparation_count, to_prepare
from calendar_app.reminders.wording import whom_to_ask
from calendar_app.services import dates
from calendar_app.services.backward_plans import COUNTED_FROM, can_be_counted_from
from calendar_app.services.calendar_templates import basis_of
from calendar_app.services.date_silences import choices_of_snoozing
from calendar_app.views.attendance import circles_to_tell
from calendar_app.views.calendar import where_we_are
from calendar_app.views.date_moves import change_url
from coalitions.models import CircleView
from coalitions.permissions import membership_context_of
from coalitions.services import circle_views
from resolutions.models import Assembly, Resolution

# The most deadlines shown of a meeting; more are in the calendar.
MOST_SHOWN = 50


@require_safe
def meeting(request, public_id):
    rows = Meeting.objects.for_page(request.user).annotate(**silence_of(request.user, "meeting"))
    meeting = get_object_or_404(rows, public_id=public_id)
    circle_views.record_view(CircleView.Thing.CALL, meeting.public_id, circle=meeting.circle, by=request.user)
    memberships = membership_context_of(request.user)
    found = Deadline.objects.visible_to(request.user).filter(meeting=meeting)
    deadlines = entries(Meeting.objects.none(), found, user=request.user, language=current_language(), most=MOST_SHOWN)
    people = list(
        Attendance.objects.visible_to(request.user).filter(meeting=meeting).select_related("user", "circle").order_by("user__name", "pk")
    )
    mine = next((row for row in people if row.user_id == request.user.pk), None)
    form = AttendanceForm(
        circles=circles_to_tell(request.user, meeting),
        initial={"status": mine.status if mine else "", "circle": mine.circle.public_id if mine and mine.circle else ""},
    )
    return render(
        request,
        "calendar_app/dates/meeting.html",
        {
            "section": "calendar",
            "meeting": meeting,
            "deadlines": deadlines,
            "door": next((entry for entry in deadlines if entry.kind == Deadline.Kind.REGISTRATION), None),
            "agenda": meeting.resolutions.in_order(),
            "agenda_changes": AgendaChange.objects.filter(meeting=meeting).for_list().with_names_for(request.user)[:MOST_SHOWN],
            "mine": mine,
            "others": [row for row in people if row.user_id != request.user.pk and row.status != Attendance.Status.NOT],
            "attendance": form,
            "may_change": can_change_date(request.user, meeting, memberships),
            "may_propose": can_propose_change(request.user, meeting, memberships),
            "basis": basis_of(meeting),
            "snoozes": choices_of_snoozing(meeting, request.user),
            "may_be_told": can_be_told(meeting),
            "page_changed_on": page_changed_on(meeting),
            "change_url": change_url(meeting),
            "here": request.path,
            **_changes(request.user, meeting=meeting),
        },
    )


@require_safe
def deadline(request, public_id):
    rows = Deadline.objects.for_page(request.user).annotate(**silence_of(request.user, "deadline"))
    deadline = get_object_or_404(rows, public_id=public_id)
    if meeting := deadline.meeting:
        circle_views.record_view(CircleView.Thing.CALL, meeting.public_id, circle=meeting.circle, by=request.user)
    memberships = membership_context_of(request.user)
    mine = Attendance.objects.filter(user=request.user, meeting=deadline.meeting_id).first() if deadline.meeting_id else None
    waits_for_answer = (
        deadline.kind == Deadline.Kind.REGISTRATION
        and meeting is not None
        and not meeting.is_past
        and (mine is None or mine.status == Attendance.Status.GOING)
    )
    led = memberships.led
    return render(
        request,
        "calendar_app/dates/deadline.html",
        {
            "section": "calendar",
            "deadline": deadline,
            "mine": mine,
            "days_before": -(deadline.offset_days or 0),
            "asks_for_registration": waits_for_answer and not deadline.is_past,
            "whom_to_ask": whom_to_ask(deadline) if waits_for_answer and deadline.is_past else "",
            "may_change": can_change_date(request.user, deadline, memberships),
            "may_propose": can_propose_change(request.user, deadline, memberships),
            "basis": basis_of(deadline),
            "snoozes": choices_of_snoozing(deadline, request.user),
            "preparations": to_prepare(request.user, deadline=deadline) if deadline.is_to_prepare else [],
            "preparation_count": preparation_count(deadline, led=led) if deadline.is_to_prepare and led else None,
            "page_changed_on": page_changed_on(deadline),
            "change_url": change_url(deadline),
            "plans": plans_before(deadline, request.user) if deadline.kind in COUNTED_FROM and memberships.roles else [],
            "may_plan": memberships.works and can_be_counted_from(deadline),
            "here": request.path,
            **_changes(request.user, deadline=deadline),
        },
    )


@require_safe
def assembly(request, edition):
    """The dates of an assembly, the phases that follow from them, and deadlines counted from its first day."""
    assembly = get_object_or_404(Assembly.objects.of_wtsa(), code=edition)
    memberships = membership_context_of(request.user)
    hanging = Deadline.objects.visible_to(request.user).of_assemblies().filter(assembly=assembly)
    return render(
        request,
        "calendar_app/dates/assembly.html",
        {
            "section": "calendar",
            "assembly": assembly,
            "phases": phases(assembly.starts_on, assembly.ends_on or assembly.starts_on) if assembly.starts_on else [],
            "deadlines": entries(Meeting.objects.none(), hanging, user=request.user, language=current_language(), most=MOST_SHOWN),
            "sitting": Meeting.objects.visible_to(request.user).filter(assembly=assembly, kind=Meeting.Kind.ASSEMBLY).ahead().first(),
            "preparations": to_prepare(request.user, assembly=assembly),
            "may_change": can_change_date(request.user, assembly, memberships),
            "may_propose": can_propose_change(request.user, assembly, memberships),
            "page_changed_on": page_changed_on(assembly),
            "change_url": change_url(assembly),
            "has_begun": assembly.starts_on is not None and assembly.starts_on <= now().date(),
            "here": request.path,
            "today": None,
            **where_we_are(assembly, now(), request.user),
            **_changes(request.user, assembly=assembly),
        },
    )


@require_safe
def resolution_dates(request, slug):
    """Third tab of a resolution: the meetings that have it on their agenda, and the deadlines of the assembly to come."""
    resolution = get_object_or_404(Resolution.objects.for_page(request.user), slug=slug)
    on_agenda = Meeting.objects.visible_to(request.user).filter(resolutions=resolution)
    assembly = Assembly.objects.current()
    deadlines = Deadline.objects.visible_to(request.user).of_assemblies().ahead().filter(assembly=assembly)
    shown = {"user": request.user, "language": current_language(), "most": MOST_SHOWN}
    return render(
        request,
        "calendar_app/dates/resolution_dates.html",
        {
            "section": "resolutions",
            "tab": "dates",
            "resolution": resolution,
            "ahead": entries(on_agenda.ahead(), deadlines, **shown),
            "past": entries(on_agenda.past(), Deadline.objects.none(), latest_first=True, **shown),
            "here": request.path,
        },
    )


def _changes(user, **target):
    """Changes made and waiting, the newest first, with names as far as the reader may know them."""
    rows = list(DateChange.objects.visible_to(user).filter(**target).for_list().with_names_for(user)[:MOST_SHOWN])
    return {
        "changes": [row for row in rows if not row.is_pending],
        "pending": (pending := next((row for row in rows if row.is_pending), None)),
        "needs_lead": pending is not None and pending.is_near,
        "undoable": next((row for row in rows if dates.can_be_undone(row)), None),
    }

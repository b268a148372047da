"""A meeting, a deadline, an assembly's days: what is known of each, who goes, what moved, and what leads may change."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import typed
from amnt.errors import RuleBroken
from amnt.htmx import act, next_page
from amnt.templatetags.amnt import language
from calendar_app.forms.dates import (
    AttendanceForm,
    CallForm,
    ChangeDateForm,
    CorrectDeadlineForm,
    CorrectMeetingForm,
    DeadlineForm,
    MeetingForm,
)
from calendar_app.models import Attendance, DateChange, Deadline, Meeting
from calendar_app.models.entries import entries
from calendar_app.permissions import can_add_dates, can_change_date
from calendar_app.phases import phases
from calendar_app.services import attendance as attendances
from calendar_app.services import date_facts, date_watching, dates
from calendar_app.views.calendar import where_we_are
from coalitions.models import Circle
from coalitions.permissions import standing_of
from resolutions.models import Assembly, Resolution

# Far more than any meeting has; what is beyond stands in the calendar.
MOST_SHOWN = 50


# --- Pages --------------------------------------------------------------------------------------------------------


@require_safe
def meeting(request, public_id):
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id)
    doors = Deadline.objects.visible_to(request.user).filter(meeting=meeting)
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
        "calendar_app/meeting.html",
        {
            "section": "calendar",
            "meeting": meeting,
            "doors": entries(Meeting.objects.none(), doors, user=request.user, language=language(), most=MOST_SHOWN),
            "agenda": meeting.resolutions.in_order(),
            "mine": mine,
            "others": [row for row in people if row.user_id != request.user.pk and row.status != Attendance.Status.NOT],
            "attendance": form,
            "may_change": can_change_date(request.user, meeting),
            "change_url": change_url(meeting),
            "here": request.path,
            **_changes(request.user, meeting=meeting),
        },
    )


@require_safe
def deadline(request, public_id):
    deadline = get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id)
    mine = Attendance.objects.filter(user=request.user, meeting=deadline.meeting_id).first() if deadline.meeting_id else None
    return render(
        request,
        "calendar_app/deadline.html",
        {
            "section": "calendar",
            "deadline": deadline,
            "mine": mine,
            "days_before": -(deadline.offset_days or 0),
            "asks_for_registration": deadline.kind == Deadline.Kind.REGISTRATION
            and deadline.meeting is not None
            and not deadline.meeting.is_past
            and (mine is None or mine.status == Attendance.Status.GOING),
            "may_change": can_change_date(request.user, deadline),
            "change_url": change_url(deadline),
            "here": request.path,
            **_changes(request.user, deadline=deadline),
        },
    )


@require_safe
def assembly(request, edition):
    """When an assembly takes place, the phases that follow from it, and what counts from its first day."""
    assembly = get_object_or_404(Assembly, code=edition)
    hanging = Deadline.objects.visible_to(request.user).of_assemblies().filter(assembly=assembly)
    return render(
        request,
        "calendar_app/assembly.html",
        {
            "section": "calendar",
            "assembly": assembly,
            "phases": phases(assembly.starts_on, assembly.ends_on or assembly.starts_on) if assembly.starts_on else [],
            "deadlines": entries(Meeting.objects.none(), hanging, user=request.user, language=language(), most=MOST_SHOWN),
            "may_change": can_change_date(request.user, assembly),
            "change_url": change_url(assembly),
            "here": request.path,
            "today": None,
            **where_we_are(assembly, now(), request.user),
            **_changes(request.user, assembly=assembly),
        },
    )


@require_safe
def resolution_dates(request, slug):
    """Third tab of a resolution: the meetings that have it on their agenda, and the doors of the assembly to come."""
    resolution = get_object_or_404(Resolution.objects.for_page(request.user), slug=slug)
    on_agenda = Meeting.objects.visible_to(request.user).filter(resolutions=resolution)
    assembly = Assembly.objects.current()
    doors = Deadline.objects.visible_to(request.user).of_assemblies().ahead().filter(assembly=assembly)
    shown = {"user": request.user, "language": language(), "most": MOST_SHOWN}
    return render(
        request,
        "calendar_app/resolution_dates.html",
        {
            "section": "resolutions",
            "tab": "dates",
            "resolution": resolution,
            "ahead": entries(on_agenda.ahead(), doors, **shown),
            "past": entries(on_agenda.past(), Deadline.objects.none(), latest_first=True, **shown),
            "here": request.path,
        },
    )


def circles_to_tell(user, meeting):
    """With whom one may share that one goes: circles one stands in; of a private meeting, only those of its coalition."""
    circles = Circle.objects.of(user).select_related("coalition").order_by("coalition__name", "name")
    return circles.filter(coalition=meeting.circle.coalition_id) if meeting.circle else circles


def change_url(target) -> str:
    """Where its date is changed: that of an assembly's own meeting, with the assembly."""
    if isinstance(target, Meeting) and target.kind == Meeting.Kind.ASSEMBLY:
        target = target.assembly
    if isinstance(target, Assembly):
        return reverse("calendar_app:assembly-change", args=[target.code])
    name = "calendar_app:meeting-change" if isinstance(target, Meeting) else "calendar_app:deadline-change"
    return reverse(name, args=[target.public_id])


def page_of(target) -> str:
    return reverse("calendar_app:assembly", args=[target.code]) if isinstance(target, Assembly) else target.get_absolute_url()


def _changes(user, **target):
    """What moved and what waits for a second person. The newest first, with names only for those who may know them."""
    rows = list(DateChange.objects.visible_to(user).filter(**target).for_list().with_names_for(user)[:MOST_SHOWN])
    return {
        "changes": [row for row in rows if not row.is_pending],
        "pending": next((row for row in rows if row.is_pending), None),
        "undoable": next((row for row in rows if dates.can_be_undone(row)), None),
    }


# --- Following, and saying whether one goes -----------------------------------------------------------------------


@act
def meeting_watch(request, public_id):
    return _toggle_watch(request, get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id))


@act
def deadline_watch(request, public_id):
    return _toggle_watch(request, get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id))


def _toggle_watch(request, target):
    if target.is_watched:
        date_watching.stop_watching_date(target, by=request.user)
    else:
        date_watching.watch_date(target, by=request.user)
    return redirect(next_page(request, target.get_absolute_url()))


@act
def meeting_attendance(request, public_id):
    """Say whether one goes, and who may know; or take it back."""
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id)
    if request.POST.get("take_back"):
        attendances.take_attendance_back(meeting, by=request.user)
        messages.success(request, _("Taken back: nobody knows more than before."))
        return redirect(meeting)
    form = AttendanceForm(request.POST, circles=circles_to_tell(request.user, meeting))
    if not form.is_valid():
        messages.error(request, _("Choose whether you go, and who may know."))
        return redirect(meeting)
    try:
        attendances.say_attendance(meeting, by=request.user, **form.cleaned_data)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted."))
    return redirect(meeting)


@act
def meeting_registered(request, public_id):
    """ "It's done", in one tap from a list."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), public_id=public_id)
    try:
        attendances.mark_registered(meeting, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted: you are registered."))
    return redirect(next_page(request, meeting.get_absolute_url()))


# --- Adding -------------------------------------------------------------------------------------------------------


@require_safe
def date_new(request):
    """What is to be added? Each kind has its own form."""
    if not can_add_dates(request.user):
        raise PermissionDenied
    return render(
        request,
        "calendar_app/date_new.html",
        {"section": "calendar", "kinds": [(value, label) for value, label in Meeting.Kind.choices if value not in {"call", "assembly"}]},
    )


@require_http_methods(["GET", "POST"])
def meeting_new(request, kind):
    """A meeting of this kind; a call goes to one circle only."""
    if kind not in Meeting.Kind.values or kind == Meeting.Kind.ASSEMBLY:
        raise Http404
    standing = standing_of(request.user)
    if not can_add_dates(request.user, standing):
        raise PermissionDenied
    usual = dict(date_facts.USUAL_DOORS.get(kind, ()))
    current = Assembly.objects.current()
    initial = {"zone": request.user.time_zone if kind == Meeting.Kind.CALL else "Europe/Zurich", "assembly": current and current.code}
    if kind == Meeting.Kind.CALL:
        mine = (
            Circle.objects.of(request.user)
            .filter(coalition__in=standing.led)
            .select_related("coalition")
            .order_by("coalition__name", "name")
        )
        form: CallForm | MeetingForm = CallForm(typed(request), circles=mine, initial=initial)
    else:
        doors = {"registration_days": usual.get(Deadline.Kind.REGISTRATION), "document_days": usual.get(Deadline.Kind.DOCUMENT)}
        form = MeetingForm(typed(request), initial=initial | doors)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if isinstance(form, CallForm):
            facts = {"circle": said["circle"]}
        else:
            facts = {name: said[name] for name in ("source", "group", "city", "country", "mode", "access", "resolutions")}
            facts["doors"] = form.doors
        try:
            made = date_facts.add_meeting(
                by=request.user,
                assembly=said["assembly"],
                kind=kind,
                titles=form.titles,
                new=form.new_date,
                submission=said["submission"],
                **facts,
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Added."))
            return redirect(made)
    return render(
        request,
        "calendar_app/meeting_new.html",
        {"section": "calendar", "form": form, "kind_word": Meeting.Kind(kind).label, "is_call": kind == Meeting.Kind.CALL},
    )


@require_http_methods(["GET", "POST"])
def deadline_new(request, public_id=None):
    """A deadline of an assembly, or a door of one meeting."""
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id) if public_id else None
    if not (can_change_date(request.user, meeting) if meeting else can_add_dates(request.user)):
        raise PermissionDenied
    current = Assembly.objects.current() if meeting is None else None
    initial = {"zone": meeting.zone if meeting else "Europe/Zurich", "assembly": current and current.code, "follows": meeting is not None}
    form = DeadlineForm(typed(request), meeting=meeting, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = date_facts.add_deadline(
                by=request.user,
                assembly=meeting.assembly if meeting else said["assembly"],
                meeting=meeting,
                kind=said["kind"],
                titles=form.titles,
                new=form.new_date,
                source=said["source"],
                submission=said["submission"],
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Added."))
            return redirect(made)
    return render(request, "calendar_app/deadline_new.html", {"section": "calendar", "form": form, "meeting": meeting})


# --- Correcting ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def meeting_edit(request, public_id):
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id)
    if not can_change_date(request.user, meeting):
        raise PermissionDenied
    form = CorrectMeetingForm(
        typed(request),
        is_private=meeting.is_private,
        initial={
            **{name: getattr(meeting, name) for name in ("title_fr", "title_en", "title_es", "city", "mode", "access", "source")},
            "country": meeting.country.code,
            "group": meeting.group and meeting.group.code,
            "resolutions": ", ".join(str(row.number or row.label) for row in meeting.resolutions.in_order()),
            "seen": meeting.changed_at.isoformat(),
        },
    )

    def correct(said, **shared):
        facts = {name: said[name] for name in ("city", "country", "mode", "resolutions")}
        date_facts.correct_meeting(meeting, group=said.get("group"), access=said.get("access", ""), **facts, **shared)

    return _correcting(request, meeting, form, correct)


@require_http_methods(["GET", "POST"])
def deadline_edit(request, public_id):
    deadline = get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id)
    if not can_change_date(request.user, deadline):
        raise PermissionDenied
    form = CorrectDeadlineForm(
        typed(request),
        is_private=deadline.is_private,
        initial={
            **{name: getattr(deadline, name) for name in ("title_fr", "title_en", "title_es", "kind", "source")},
            "seen": deadline.changed_at.isoformat(),
        },
    )

    def correct(said, **shared):
        date_facts.correct_deadline(deadline, kind=said["kind"], **shared)

    return _correcting(request, deadline, form, correct)


def _correcting(request, thing, form, correct):
    """The page where facts are corrected; `correct` stores what is a meeting's or a deadline's own beside what both have."""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            correct(said, by=request.user, seen=_instant(said["seen"]), titles=form.titles, source=said["source"])
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(thing)
    return render(request, "calendar_app/correct.html", {"section": "calendar", "form": form, "thing": thing})


@act
def meeting_checked(request, public_id):
    return _mark_checked(request, get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id))


@act
def deadline_checked(request, public_id):
    return _mark_checked(request, get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id))


def _mark_checked(request, target):
    if not can_change_date(request.user, target):
        raise PermissionDenied
    try:
        date_facts.mark_checked(target, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted: you checked it against its source today."))
    return redirect(target)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


# --- Moving -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def meeting_change(request, public_id):
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id)
    if meeting.kind == Meeting.Kind.ASSEMBLY:
        return redirect("calendar_app:assembly-change", meeting.assembly.code)
    return _change(request, meeting)


@require_http_methods(["GET", "POST"])
def deadline_change(request, public_id):
    return _change(request, get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id))


@require_http_methods(["GET", "POST"])
def assembly_change(request, edition):
    return _change(request, get_object_or_404(Assembly, code=edition))


def _change(request, target):
    """First the form, then what it would do in numbers, then it is done: by `save`, or `again` to go back to the form."""
    if not can_change_date(request.user, target):
        raise PermissionDenied
    form = ChangeDateForm(typed(request), target=target, initial=_said_now(target))
    context = {"section": "calendar", "form": form, "target": target, "page_of_target": page_of(target)}
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if "save" not in request.POST:
                sent = [(name, value) for name, value in request.POST.items() if name in form.fields]
                preview = dates.preview_change(target, new=form.new_date)
                return render(request, "calendar_app/change_preview.html", context | {"form": None, "preview": preview, "sent": sent})
            change = dates.propose_change(
                target,
                new=form.new_date,
                source=form.cleaned_data["source"],
                by=request.user,
                seen=form.cleaned_data["seen"],
                submission=form.cleaned_data["submission"],
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It waits for a second person to confirm it.") if change.is_pending else _("Changed."))
            return redirect(page_of(target))
    return render(request, "calendar_app/change.html", context)


def _said_now(target):
    """The form begins with the date as it stands."""
    said = dates.as_said(dates.state_of(target)) if getattr(target, "starts_on", target) else None
    return {
        "on": said and said.on,
        "until": said and said.until,
        "hour": said and said.hour,
        "zone": getattr(target, "zone", None),
        "follows": said and said.follows,
        "status": "",
        "seen": dates.fingerprint(target),
    }


@act
def change_confirm(request, public_id):
    return _answer(request, public_id, dates.confirm_change, _("Confirmed: the date has moved."))


@act
def change_reject(request, public_id):
    return _answer(request, public_id, dates.reject_change, _("Rejected: the date stays as it is."))


@act
def change_undo(request, public_id):
    return _answer(request, public_id, dates.undo_change, "")


def _answer(request, public_id, answer, said):
    change = get_object_or_404(DateChange.objects.visible_to(request.user).for_list(), public_id=public_id)
    target = change.target
    if not can_change_date(request.user, target):
        raise PermissionDenied
    try:
        answered = answer(change, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        undone = _("It waits for a second person to confirm it.") if answered.is_pending else _("Undone: the old date stands again.")
        messages.success(request, said or undone)
    return redirect(page_of(target))

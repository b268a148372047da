"""Adding dates and correcting their facts. The dates themselves are moved in `date_moves`."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries
from modeltranslation.utils import get_translation_fields

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.zones import zones_of_country
from calendar_app.forms.dates import CallForm, CorrectDeadlineForm, CorrectMeetingForm, DeadlineForm, MeetingForm
from calendar_app.models import Deadline, Meeting
from calendar_app.models.dates import zone_of_region
from calendar_app.permissions import can_add_dates, can_change_date, can_propose_change, can_propose_dates
from calendar_app.services import date_facts
from coalitions.models import Circle
from coalitions.permissions import membership_context_of
from resolutions.models import Assembly, RegionalGroup

WAITS = gettext_lazy("Proposed. It sends nothing until a lead or another member confirms it.")

# --- Adding ---------------------------------------------------------------------------------------------------------


@require_safe
def date_new(request):
    """Choose what to add; each kind has its own form."""
    if not can_propose_dates(request.user):
        raise PermissionDenied
    return render(
        request,
        "calendar_app/dates/date_new.html",
        {
            "section": "calendar",
            "is_lead": can_add_dates(request.user),
            "kinds": [(value, label) for value, label in Meeting.Kind.choices if value not in {"call", "assembly"}],
        },
    )


@require_http_methods(["GET", "POST"])
def meeting_new(request, kind):
    """Add a meeting of this kind; a call belongs to one circle."""
    if kind not in Meeting.Kind.values or kind == Meeting.Kind.ASSEMBLY:
        raise Http404
    memberships = membership_context_of(request.user)
    is_lead = can_add_dates(request.user, memberships)
    if not (is_lead or (kind != Meeting.Kind.CALL and can_propose_dates(request.user, memberships))):
        raise PermissionDenied
    usual = dict(date_facts.USUAL_DEADLINES.get(kind, ()))
    current = Assembly.objects.current()
    initial = {"zone": request.user.time_zone if kind == Meeting.Kind.CALL else "", "assembly": current and current.code}
    if kind == Meeting.Kind.CALL:
        mine = Circle.objects.of(request.user).filter(coalition__in=memberships.led)
        form: CallForm | MeetingForm = CallForm(form_data(request), circles=mine, initial=initial)
    else:
        days_before = {"registration_days": usual.get(Deadline.Kind.REGISTRATION), "document_days": usual.get(Deadline.Kind.DOCUMENT)}
        if group := RegionalGroup.objects.visible_to(request.user).filter(code=request.GET.get("region", "")).first():
            initial |= {"group": group.code, "zone": zone_of_region(group)}
        if (country := request.GET.get("country", "").upper()) in countries.countries:
            initial["country"] = country
        form = MeetingForm(form_data(request), initial=initial | days_before)
    form.offer_zones(request.user.time_zone)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = date_facts.add_meeting(
                by=request.user,
                assembly=said["assembly"],
                kind=kind,
                titles=form.titles,
                new=form.new_date,
                is_lead=is_lead,
                submission=said["submission"],
                **form.facts,
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Added.") if is_lead else WAITS)
            return redirect(made)
    return render(
        request,
        "calendar_app/dates/meeting_new.html",
        {
            "section": "calendar",
            "form": form,
            "kind_word": Meeting.Kind(kind).label,
            "is_call": kind == Meeting.Kind.CALL,
        },
    )


@require_http_methods(["GET", "POST"])
def deadline_new(request, public_id=None):
    """A deadline of an assembly, or a related deadline of one meeting."""
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id) if public_id else None
    if not (can_propose_change(request.user, meeting) if meeting else can_propose_dates(request.user)):
        raise PermissionDenied
    is_lead = can_change_date(request.user, meeting) if meeting else can_add_dates(request.user)
    current = Assembly.objects.current() if meeting is None else None
    zone = meeting.zone if meeting and meeting.has_hour else ""
    initial = {"zone": zone, "assembly": current and current.code, "follows": meeting is not None}
    form = DeadlineForm(form_data(request), meeting=meeting, initial=initial)
    form.offer_zones(*(zones_of_country(str(meeting.country)) if meeting else ()), request.user.time_zone)
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
                is_lead=is_lead,
                submission=said["submission"],
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Added.") if is_lead else WAITS)
            return redirect(made)
    return render(
        request, "calendar_app/dates/deadline_new.html", {"section": "calendar", "form": form, "meeting": meeting, "is_lead": is_lead}
    )


# --- Correcting -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def meeting_edit(request, public_id):
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id)
    if not can_change_date(request.user, meeting):
        raise PermissionDenied
    form = CorrectMeetingForm(
        form_data(request),
        is_private=meeting.is_private,
        initial={
            **{name: getattr(meeting, name) for name in (*get_translation_fields("title"), "city", "mode", "access", "source")},
            "country": meeting.country.code,
            "group": meeting.group and meeting.group.code,
            "resolutions": ", ".join(str(row.number or row.label) for row in meeting.resolutions.in_order()),
            "seen": meeting.changed_at.isoformat(),
        },
    )

    def correct(said, **shared):
        date_facts.correct_meeting(meeting, **form.facts, **shared)

    return _correcting(request, meeting, form, correct)


@require_http_methods(["GET", "POST"])
def deadline_edit(request, public_id):
    deadline = get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id)
    if not can_change_date(request.user, deadline):
        raise PermissionDenied
    form = CorrectDeadlineForm(
        form_data(request),
        is_private=deadline.is_private,
        initial={
            **{name: getattr(deadline, name) for name in (*get_translation_fields("title"), "kind", "source")},
            "seen": deadline.changed_at.isoformat(),
        },
    )

    def correct(said, **shared):
        date_facts.correct_deadline(deadline, kind=said["kind"], **shared)

    return _correcting(request, deadline, form, correct)


def _correcting(request, thing, form, correct):
    """The page where facts are corrected; `correct` calls the service with the fields of a meeting or deadline."""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            correct(said, by=request.user, seen=_instant(said["seen"]), titles=form.titles, source=said["source"])
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(thing)
    return render(request, "calendar_app/dates/correct.html", {"section": "calendar", "form": form, "thing": thing})


@post_only
def meeting_checked(request, public_id):
    return _mark_checked(request, get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id))


@post_only
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

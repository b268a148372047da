"""Moving a date: a preview, confirmation by a second person near the day, and undoing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.zones import zones_of_country
from calendar_app.forms.dates import ChangeDateForm
from calendar_app.models import DateChange, Deadline, Meeting
from calendar_app.models.dates import address_of_date
from calendar_app.permissions import can_change_date, can_propose_change
from calendar_app.services import dates
from calendar_app.services.date_states import fingerprint, new_date_of, state_of
from coalitions.permissions import membership_context_of
from resolutions.models import Assembly

# --- The form -------------------------------------------------------------------------------------------------------


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
    return _change(request, get_object_or_404(Assembly.objects.of_wtsa(), code=edition))


def _change(request, target):
    """The form, then the preview, then `save` makes the change; `again` goes back to the form."""
    memberships = membership_context_of(request.user)
    if not can_propose_change(request.user, target, memberships):
        raise PermissionDenied
    is_lead = can_change_date(request.user, target, memberships)
    form = ChangeDateForm(form_data(request), target=target, initial=_said_now(target))
    meeting = target.meeting if isinstance(target, Deadline) else target
    form.offer_zones(*(zones_of_country(str(meeting.country)) if meeting else ()), request.user.time_zone)
    context = {"section": "calendar", "form": form, "target": target, "page_of_target": address_of_date(target), "is_lead": is_lead}
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if "save" not in request.POST:
                sent = [(name, value) for name, value in request.POST.items() if name in form.fields]
                preview = dates.preview_change(target, new=form.new_date, is_lead=is_lead)
                return render(request, "calendar_app/dates/change_preview.html", context | {"form": None, "preview": preview, "sent": sent})
            change = dates.propose_change(
                target,
                new=form.new_date,
                source=form.cleaned_data["source"],
                by=request.user,
                is_lead=is_lead,
                seen=form.cleaned_data["seen"],
                submission=form.cleaned_data["submission"],
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("It is waiting for a second person to confirm it.") if change.is_pending else _("Changed."))
            return redirect(address_of_date(target))
    return render(request, "calendar_app/dates/change.html", context)


def _said_now(target):
    """The initial values: the present date."""
    said = new_date_of(state_of(target)) if getattr(target, "starts_on", target) else None
    return {
        "on": said and said.on,
        "until": said and said.until,
        "hour": said and said.hour,
        # Without an hour no zone was ever said.
        "zone": target.zone if getattr(target, "has_hour", False) else "",
        "follows": said and said.follows,
        "status": "",
        "seen": fingerprint(target),
    }


# --- A second person ------------------------------------------------------------------------------------------------


@post_only
def change_confirm(request, public_id):
    return _answer_as_second(request, public_id, dates.confirm_change, _("Confirmed: the date has moved."))


@post_only
def change_reject(request, public_id):
    return _answer_as_second(request, public_id, dates.reject_change, _("Rejected."))


@post_only
def change_undo(request, public_id):
    change = _visible_change(request, public_id)
    if not can_change_date(request.user, change.target):
        raise PermissionDenied
    return _answer(request, change, dates.undo_change, "")


def _visible_change(request, public_id):
    return get_object_or_404(DateChange.objects.visible_to(request.user).for_list(), public_id=public_id)


def _answer_as_second(request, public_id, answer, said):
    """A lead, or another member; which of them may, the service says."""
    change = _visible_change(request, public_id)
    if not can_propose_change(request.user, change.target):
        raise PermissionDenied
    return _answer(request, change, answer, said, is_lead=can_change_date(request.user, change.target))


def _answer(request, change, answer, said, **as_whom):
    target = change.target
    try:
        answered = answer(change, by=request.user, **as_whom)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        undone = _("It is waiting for a second person to confirm it.") if answered.is_pending else _("Undone: the old date applies again.")
        messages.success(request, said or undone)
        if not (answered.meeting_id or answered.deadline_id or answered.assembly_id):  # it was only proposed
            return redirect("calendar_app:calendar")
    return redirect(address_of_date(target))


# --- Where ----------------------------------------------------------------------------------------------------------


def change_url(target) -> str:
    """The address for changing a date; for an assembly's own meeting, that of the assembly."""
    if isinstance(target, Meeting) and target.kind == Meeting.Kind.ASSEMBLY:
        target = target.assembly
    if isinstance(target, Assembly):
        return reverse("calendar_app:assembly-change", args=[target.code])
    name = "calendar_app:meeting-change" if isinstance(target, Meeting) else "calendar_app:deadline-change"
    return reverse(name, args=[target.public_id])

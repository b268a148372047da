"""Calendar files of regional bodies, brought in with a preview."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core import outgoing
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from calendar_app.forms.calendar_imports import CalendarImportForm, LinesForm
from calendar_app.models import CalendarImport, Deadline, Meeting
from calendar_app.permissions import can_add_dates
from calendar_app.read_models.imported_events import Found, ImportLine
from calendar_app.services import calendar_imports
from calendar_app.services.date_states import fingerprint
from calendar_app.views.date_moves import change_url
from resolutions.models import Assembly, RegionalGroup

PAGE = 50
# What asks for a look stands first.
ORDER = [Found.MOVED, Found.CANCELLED, Found.GONE, Found.WAITING, Found.NEW, Found.SAME, Found.OVER, Found.LEFT_OUT]


@require_http_methods(["GET", "POST"])
def import_new(request):
    """A file or pasted text, and where it comes from; below, what waits since earlier."""
    if not can_add_dates(request.user):
        raise PermissionDenied
    current = Assembly.objects.current()
    initial = {"assembly": current and current.code, "language": current_language()}
    form = CalendarImportForm(form_data(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            brought = calendar_imports.bring_in(
                form.data_of_file,
                by=request.user,
                address=said["address"],
                assembly=said["assembly"],
                group=said["group"],
                language=said["language"],
                submission=said["submission"],
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return redirect(brought)
    waiting = CalendarImport.objects.visible_to(request.user).select_related("group").order_by("-brought_at")
    context = {"section": "calendar", "form": form, "waiting": waiting, "may_follow": outgoing.is_on()}
    return render(request, "calendar_app/imports/new.html", context)


@require_http_methods(["GET", "POST"])
def calendar_import(request, public_id):
    """The preview: each event beside the date it is, and what becomes of it."""
    rows = CalendarImport.objects.visible_to(request.user).select_related("assembly", "group")
    brought = get_object_or_404(rows, public_id=public_id)
    if not can_add_dates(request.user):
        raise PermissionDenied
    return preview_page(request, brought, "calendar_app/imports/preview.html", {})


def preview_page(request, brought, template, context):
    """The lines of a calendar that was brought in or is followed, one page of them, and what becomes of those that were chosen."""
    lines = sorted(calendar_imports.lines_of_import(brought), key=lambda line: (ORDER.index(line.found), line.is_known))
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    groups = {group.code: group for group in RegionalGroup.objects.order_by("-is_recognised", "code")}
    form = LinesForm(form_data(request), lines=page.object_list, groups=groups, group=brought.group)
    if request.method == "POST" and form.is_valid():
        try:
            done = calendar_imports.take_over(brought, chosen=form.chosen, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, said_of(done))
            return redirect(brought)
    shown = [(line, form.fields_of(line), move_of(line, brought)) for line in page]
    context |= {"section": "calendar", "brought": brought, "form": form, "page": page, "rows": shown, "may_take": bool(form.lines)}
    return render(request, template, context)


@post_only
def import_discard(request, public_id):
    brought = get_object_or_404(CalendarImport.objects.visible_to(request.user), public_id=public_id)
    calendar_imports.discard(brought)
    messages.success(request, _("Discarded. The dates you took over from it stay."))
    return redirect("calendar_app:import-new")


def said_of(done: calendar_imports.TakenOver) -> str:
    said = []
    if done.added:
        said.append(ngettext("%(n)s date added.", "%(n)s dates added.", done.added) % {"n": done.added})
    if done.noted:
        said.append(ngettext("%(n)s date recognised from now on.", "%(n)s dates recognised from now on.", done.noted) % {"n": done.noted})
    return " ".join(said) or _("Nothing was chosen, or all of it was taken over before.")


def move_of(line: ImportLine, brought: CalendarImport) -> dict[str, Any] | None:
    """The form of the move that this line asks for, as its page takes it: it shows what moves before anything does."""
    if line.found not in (Found.MOVED, Found.CANCELLED, Found.GONE) or line.target is None:
        return None
    target: Any = line.target
    if isinstance(target, Meeting) and target.kind == Meeting.Kind.ASSEMBLY:
        target = target.assembly
    new = calendar_imports.new_date_of_line(line)
    sent = {
        "on": new.on.isoformat(),
        "until": new.last_day.isoformat(),
        "hour": line.event.hour,
        "zone": line.event.zone,
        "status": str(new.status),
        "follows": "on" if isinstance(target, Deadline) and target.offset_days is not None else "",
        "source": line.event.url or brought.address,
        "seen": fingerprint(target),
        "submission": str(uuid4()),
    }
    return {"url": change_url(target), "sent": [(name, value) for name, value in sent.items() if value]}

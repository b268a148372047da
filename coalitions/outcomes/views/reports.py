"""The two reports: the public one, whose lines two leads release, and the internal one, which a lead takes out as a file."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from coalitions import export_registry
from coalitions.models import Circle, Membership, NamingConsent, ReportLine
from coalitions.outcomes.domain.reports import Report, as_markdown, as_paragraphs
from coalitions.outcomes.forms.reports import InternalReportForm, NamingForm
from coalitions.outcomes.read_models.figures import contacts_by_step
from coalitions.outcomes.read_models.record import outcome_rows
from coalitions.outcomes.read_models.report_lines import reviewed
from coalitions.outcomes.read_models.reports import internal_report, public_report
from coalitions.outcomes.services import report_lines as services
from coalitions.outcomes.views.opening import Opened, open_assembly
from coalitions.read_models.chosen_coalition import Ours
from coalitions.services.exports import record_export
from coalitions.views.coalitions import not_as_lead
from resolutions.exporters.docx import plain_as_docx

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}


def address(name: str, opened: Opened) -> str:
    return reverse(f"coalitions:{name}", args=[opened.assembly.code]) + opened.asked


# --- The public report --------------------------------------------------------------------------------------------------------


@require_safe
def report_public(request, edition):
    """The public report as it stands, to read and to print."""
    opened = open_assembly(request, edition)
    consent = None
    if opened.works and opened.ours:
        mine = NamingConsent.objects.visible_to(request.user, ()).filter(coalition=opened.ours.coalition, assembly=opened.assembly)
        consent = mine.filter(user=request.user).first()
    context = {
        "section": "resolutions",
        "opened": opened,
        "assembly": opened.assembly,
        "report": report_of(request, opened),
        "consent": consent,
        "naming": NamingForm(initial={"name": consent.name if consent else request.user.name}) if opened.works else None,
    }
    return render(request, "coalitions/outcomes/report.html", context)


def report_of(request, opened: Opened) -> Report:
    return public_report(opened.assembly, request.user, opened.ours.coalition if opened.ours else None)


@require_safe
def report_file(request, edition, extension):
    if extension not in KINDS:
        raise Http404
    opened = open_assembly(request, edition)
    return as_download(report_of(request, opened), extension, name=f"report-public-{opened.assembly.code}")


@require_http_methods(["GET", "POST"])
def report_review(request, edition):
    """What could stand in the public report, line by line: one lead proposes, another one releases."""
    opened = open_assembly(request, edition)
    if not opened.ours:
        raise PermissionDenied
    coalition = opened.coalition
    if answer := not_as_lead(request, coalition, opened.memberships):
        return answer
    if request.method == "POST":
        try:
            messages.success(request, act_on_lines(request, opened))
        except RuleBroken as error:
            messages.error(request, str(error))
        return redirect(address("report-review", opened))
    standing = ReportLine.objects.visible_to(request.user, [coalition.pk]).standing().filter(coalition=coalition, assembly=opened.assembly)
    lines = list(standing.order_by("pk"))
    leads = Membership.objects.current().leads().filter(coalition=coalition)
    consents = NamingConsent.objects.visible_to(request.user, opened.memberships.led).filter(coalition=coalition, assembly=opened.assembly)
    context = {
        "section": "resolutions",
        "opened": opened,
        "assembly": opened.assembly,
        "resolutions": reviewed(outcome_rows(opened.assembly, request.user, opened.ours), coalition, lines),
        "released": sum(line.released_at is not None for line in lines),
        "waiting": sum(line.released_at is None for line in lines),
        "to_release": sum(line.released_at is None and line.proposed_by_id != request.user.pk for line in lines),
        "has_second_lead": leads.exclude(user=request.user).exists(),
        "named": consents.here().count(),
    }
    return render(request, "coalitions/outcomes/report_review.html", context)


def act_on_lines(request, opened: Opened) -> str:
    """Propose, release or withdraw, as the button says. The sentence that says what was done."""
    coalition, assembly = opened.coalition, opened.assembly
    about = {"coalition": coalition, "assembly": assembly, "by": request.user}
    if "withdraw" in request.POST:
        mine = ReportLine.objects.visible_to(request.user, [coalition.pk]).filter(coalition=coalition, assembly=assembly)
        line = mine.filter(public_id__in=ids_in([request.POST["withdraw"]])).first()
        if line is None:
            raise Http404
        services.withdraw_line(line, by=request.user)
        return _("Withdrawn from the public report. Copies taken out before are not called back.")
    if "release" in request.POST:
        done = services.release_lines(ids_in(request.POST.getlist("line")), **about)
        return ngettext("%(n)d line is released.", "%(n)d lines are released.", done) % {"n": done}
    offered = {each.key: each for each in services.candidates_of(assembly, coalition=coalition, user=request.user)}
    wanted = request.POST.getlist("candidate")
    if any(key not in offered for key in wanted):
        raise RuleBroken(_("Some of these words have changed since you read them. Look again: nothing was proposed."))
    done = services.propose_lines([offered[key] for key in wanted], **about)
    return ngettext("%(n)d line waits for another lead.", "%(n)d lines wait for another lead.", done) % {"n": done}


def ids_in(typed: list[str]) -> list[UUID]:
    found = []
    for each in typed:
        try:
            found.append(UUID(each))
        except ValueError:
            raise Http404 from None
    return found


@post_only
def report_naming(request, edition):
    """Agree to be named in the public report, or withdraw that."""
    opened = open_assembly(request, edition)
    if not opened.works:
        raise PermissionDenied
    about = {"coalition": opened.coalition, "assembly": opened.assembly, "by": request.user}
    try:
        if "withdraw" in request.POST:
            services.withdraw_consent(**about)
            messages.success(request, _("You are no longer named in the public report."))
        else:
            form = NamingForm(request.POST)
            services.agree_to_be_named(form.cleaned_data["name"] if form.is_valid() else "", **about)
            messages.success(request, _("You are named in the public report."))
    except RuleBroken as error:
        messages.error(request, str(error))
    return redirect(address("report-public", opened))


# --- The internal report ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def report_internal(request, edition):
    """For a lead: who it is, is asked again."""
    opened = open_assembly(request, edition)
    if not opened.ours:
        raise PermissionDenied
    return not_as_lead(request, opened.coalition, opened.memberships) or take_out_report(request, opened)


@reauthentication_required(app="coalitions.export")
def take_out_report(request, opened: Opened):
    coalition, circles = opened.coalition, opened.circles
    restricted = [circle for circle in circles if circle.kind == Circle.Kind.RESTRICTED]
    form = InternalReportForm(form_data(request), has_circles=bool(restricted))
    if request.method == "POST" and form.is_valid():
        chosen = restricted if form.cleaned_data.get("with_circles") else []
        try:
            notice = record_export("outcomes", coalition=coalition, circles=chosen, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return as_answer(request, opened, chosen, form.cleaned_data["sheet"], notice)
    context = {
        "section": "resolutions",
        "opened": opened,
        "assembly": opened.assembly,
        "form": form,
        "coalition": coalition,
        "what": export_registry.name_of("outcomes"),
        "back": address("outcomes", opened),
    }
    return render(request, "coalitions/outcomes/report_internal.html", context)


def as_answer(request, opened: Opened, chosen: list[Circle], sheet: str, notice: str) -> HttpResponse:
    """The file, or the page to print."""
    coalition = opened.coalition
    everyone = next(circle.pk for circle in opened.circles if circle.is_everyone)
    ours = Ours(coalition.pk, everyone, frozenset(circle.pk for circle in chosen))
    here = set(Membership.objects.current().filter(coalition=coalition).values_list("user_id", flat=True))
    rows = outcome_rows(opened.assembly, request.user, ours)
    asks = contacts_by_step(opened.assembly, ours, request.user)
    report = internal_report(rows, opened.assembly, coalition, here=here, notice=notice, asks=asks)
    if sheet != "print":
        return as_download(report, sheet, name=f"report-{'circles' if chosen else 'coalition'}-{opened.assembly.code}")
    level = "circle" if chosen else "coalition"
    context = {"section": "resolutions", "opened": opened, "assembly": opened.assembly, "report": report, "level": level}
    return render(request, "coalitions/outcomes/report_print.html", context)


def as_download(report: Report, sheet: str, *, name: str) -> HttpResponse:
    if sheet == "md":
        content = as_markdown(report).encode()
    else:
        content = plain_as_docx(report.title, report.subtitle, current_language(), as_paragraphs(report))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{sheet}"'}
    return HttpResponse(content, content_type=KINDS[sheet], headers=headers)

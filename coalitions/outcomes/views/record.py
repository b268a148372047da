"""What we asked of an assembly, what it decided, how we judge it, and where it goes on: of all resolutions, and of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule, whole_number
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from coalitions.models import Circle, CircleView, Membership, ReportLine, Verdict
from coalitions.outcomes.domain.after_assembly import ITEMS
from coalitions.outcomes.forms.verdicts import VerdictForm
from coalitions.outcomes.read_models.adopted_texts import adopted_text
from coalitions.outcomes.read_models.checklist import checklist
from coalitions.outcomes.read_models.figures import contact_chart, funnel, verdict_chart
from coalitions.outcomes.read_models.record import OutcomeRow, last_assembly, next_steps, outcome_rows, positions_asked
from coalitions.outcomes.services.followers import follow_group, stop_following
from coalitions.outcomes.services.verdicts import give_verdict
from coalitions.outcomes.views.opening import Opened, open_assembly
from coalitions.permissions import can_give_verdict
from coalitions.read_models.chosen_coalition import Ours
from coalitions.read_models.names import display_name
from coalitions.retention_rules import KEPT_FOR, deleted_on
from coalitions.services import circle_views
from coalitions.views.assemblies import no_assembly_yet
from resolutions.models import Assembly, Outcome, Resolution, StudyGroup

PAGE = 25


@require_safe
def outcomes_latest(request):
    """The record of the last assembly."""
    assembly = last_assembly()
    if assembly is None:
        return no_assembly_yet(request, "coalitions:matrix")
    return redirect("coalitions:outcomes", assembly.code)


@require_safe
def outcomes(request, edition):
    opened = open_assembly(request, edition)
    rows = outcome_rows(opened.assembly, request.user, opened.ours)
    filters = {
        "asked": [row for row in rows if row.position],
        "judge": [row for row in rows if row.position and not row.verdict],
    }
    show = request.GET.get("show", "")
    page = Paginator(filters.get(show, rows), PAGE).get_page(request.GET.get("page"))
    ours = opened.ours
    assemblies = Assembly.objects.of_wtsa().filter(starts_on__lte=opened.today).exclude(pk=opened.assembly.pk).order_by("-starts_on")
    context = {
        "section": "resolutions",
        "opened": opened,
        "assembly": opened.assembly,
        "page": page,
        "rows": rows,
        "show": show if show in filters else "",
        "counts": {name: len(found) for name, found in filters.items()},
        "others": list(assemblies),
    }
    if ours and page.number == 1:
        context |= below_the_record(opened, rows, ours, request.user)
    return render(request, "coalitions/outcomes/outcomes.html", context)


def below_the_record(opened: Opened, rows: list[OutcomeRow], ours: Ours, user) -> dict:
    """What stands below the first page: the figures, how far the public report is, and the checklist."""
    lines = ReportLine.objects.visible_to(user, [ours.coalition]).standing().filter(coalition=ours.coalition, assembly=opened.assembly)
    released = list(lines.values_list("released_at", flat=True))
    everyone = Circle(pk=ours.everyone, public_id=Circle.objects.values_list("public_id", flat=True).get(pk=ours.everyone))
    ends_on = opened.assembly.ends_on
    return {
        "verdicts": verdict_chart(rows),
        "funnel": funnel(rows, opened.assembly, ours, user),
        "asks": contact_chart(opened.assembly, ours, user),
        "released": sum(at is not None for at in released),
        "waiting": sum(at is None for at in released),
        "checklist": checklist(opened.assembly, everyone, user, ours.circles),
        "items": len(ITEMS),
        "deleted": [(Circle.Kind(kind).label, on) for kind in KEPT_FOR if ends_on and (on := deleted_on(kind, ends_on)) > opened.today],
    }


@require_http_methods(["GET", "POST"])
def outcome(request, edition, slug):
    """One resolution: the whole of what was asked and decided, and the verdict."""
    opened = open_assembly(request, edition)
    user = request.user
    resolution = get_object_or_404(Resolution.objects.for_page(user, opened.memberships.circles).of_assembly(), slug=slug)
    row = outcome_row(opened, resolution, user)
    circles = opened.circles if opened.works and opened.has_begun else []
    given = verdicts_of(opened, resolution, user)
    form = None
    if circles:
        last = next((verdict for verdict in given if verdict.circle.is_everyone), None)
        initial = {"result": last.result, "words": last.words} if last else {}
        form = VerdictForm(form_data(request), resolution=resolution, assembly=opened.assembly, circles=circles, initial=initial)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and save_verdict(request, opened, resolution, form):
            return redirect(here(opened, resolution))
    circle_views.record_views(CircleView.Thing.VERDICT, [(verdict.public_id, verdict.circle) for verdict in given], by=user)
    members = people_here(opened)
    context = {
        "section": "resolutions",
        "opened": opened,
        "assembly": opened.assembly,
        "resolution": resolution,
        "row": row,
        "adopted": adopted_text(resolution, opened.assembly, user, language=current_language()),
        "asked_by": display_name(row.position.by, members) if row.position else "",
        "given": [(verdict, display_name(verdict.by, members)) for verdict in given],
        "form": form,
        "next_steps": [(step, step.is_followed_by(user)) for step in row.next_steps],
    }
    return render(request, "coalitions/outcomes/outcome.html", context)


def save_verdict(request, opened: Opened, resolution: Resolution, form: VerdictForm) -> bool:
    about = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
    if not can_give_verdict(request.user, about["circle"]):
        raise PermissionDenied
    try:
        give_verdict(resolution, opened.assembly, by=request.user, **about)
    except RuleBroken as error:
        add_broken_rule(form, error)
        form.see_again()
        return False
    messages.success(request, _("The verdict is saved."))
    return True


def here(opened: Opened, resolution: Resolution) -> str:
    return reverse("coalitions:outcome", args=[opened.assembly.code, resolution.slug]) + opened.asked


def outcome_row(opened: Opened, resolution: Resolution, user) -> OutcomeRow:
    position = None
    if opened.ours:
        position = positions_asked(opened.assembly, opened.ours, user, resolution=resolution).get(resolution.pk)
    decided = Outcome.objects.filter(assembly=opened.assembly, resolution=resolution).select_related("verified_by").first()
    steps = next_steps([resolution.pk], opened.assembly, user, opened.ours)
    return OutcomeRow(resolution, decided, position=position, next_steps=steps.get(resolution.pk, []))


def verdicts_of(opened: Opened, resolution: Resolution, user) -> list[Verdict]:
    """Every version that this person may read, the coalition's first and the latest first."""
    if opened.ours is None:
        return []
    rows = Verdict.objects.visible_to(user, opened.ours.circles).filter(resolution=resolution, assembly=opened.assembly)
    found = rows.select_related("by", "circle__coalition").order_by("-version", "-pk")
    return sorted(found, key=lambda verdict: not verdict.circle.is_everyone)


def people_here(opened: Opened) -> set[int]:
    if opened.ours is None:
        return set()
    return set(Membership.objects.current().filter(coalition=opened.ours.coalition).values_list("user_id", flat=True))


@post_only
def outcome_take(request, edition, slug):
    """This person follows it in a study group from now on."""
    return act_on_group(request, edition, slug, follow_group, _("Noted: you follow it there."))


@post_only
def outcome_give_back(request, edition, slug):
    return act_on_group(request, edition, slug, stop_following, _("Noted: you no longer follow it there."))


def act_on_group(request, edition, slug, act, said):
    opened = open_assembly(request, edition)
    resolution = get_object_or_404(Resolution.objects.visible_to(request.user), slug=slug)
    if not opened.works:
        raise PermissionDenied
    number = whole_number(request.POST.get("group", ""), digits=3)
    groups = StudyGroup.objects.visible_to(request.user).filter(period=request.POST.get("period", "")[:20])
    group = groups.filter(number=number).first() if number is not None else None
    if group is None:
        raise Http404
    try:
        act(resolution, group, coalition=opened.coalition, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(here(opened, resolution))

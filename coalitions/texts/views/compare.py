"""S04: comparison of versions of a text, with hints, and its export as files."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule, whole_number
from amnt.core.htmx import next_page, render_page
from coalitions.models import CircleView, HintDismissal, Reading
from coalitions.permissions import membership_context_of
from coalitions.services import circle_views
from coalitions.texts.forms.hints import SetAsideForm
from coalitions.texts.read_models.chosen_versions import choose
from coalitions.texts.read_models.comparison_files import KINDS, as_file, as_text, file_name
from coalitions.texts.read_models.proposal_files import exportable, proposals_as_docx
from coalitions.texts.read_models.rights_impacts import impacts_on
from coalitions.texts.read_models.side_by_side import sheet
from coalitions.texts.services import hints as services
from resolutions.comparison_slots import comparison_slot
from resolutions.models import Proposal, Resolution, RevisionText
from resolutions.read_models.rules_in_use import rules_in_use
from resolutions.read_models.versions import size_of
from resolutions.services import comparisons
from resolutions.tasks import make_comparison

LONGEST_MESSAGE = 6000  # characters; what is longer goes as a file


@require_safe
def compare(request, slug):
    """The page; for htmx, with `fold` or `part`, folded rows, with `choose` the form. It says so where a worker compares long texts."""
    user = request.user
    resolution = get_object_or_404(Resolution.objects.visible_to(user), slug=slug)
    memberships = membership_context_of(user)
    choice = choose(request.GET, resolution, user, memberships.circles)
    context = {"section": "resolutions", "resolution": resolution, "choice": choice, "memberships": memberships, "sheet": None}
    if not choice.base:
        return render(request, "coalitions/texts/compare.html", context)
    asked = [("of", choice.base.key), *(("with", key) for key in choice.keys)]
    if request.htmx and "choose" in request.GET:
        return render(request, "coalitions/texts/_compare_choose_form.html", context)
    context |= {"asked": urlencode(asked), "shows_unchanged": "unchanged" in request.GET, "refusal": "", "is_being_compared": False}
    size = size_of(choice.versions)
    with comparison_slot(is_needed=not comparisons.needs_no_slot(size)) as is_free:
        if not is_free:
            return being_compared(request, context)
        try:
            number = whole_number(request.GET.get("page", ""), digits=5) or 1
            page = comparisons.page_of(choice.versions, number=number, size=size)
        except RuleBroken as error:
            context["refusal"] = str(error)
            return render(request, "coalitions/texts/compare.html", context)
        except comparisons.BeingCompared as waiting:
            start_comparison(waiting)
            return being_compared(request, context)
        # The page that says that a worker compares asks again and again: what it waited for is there.
        if request.htmx and request.htmx.target == "progress":
            return HttpResponseClientRefresh()
        context["here"] = urlencode([*asked, ("page", page.number)] if page.count > 1 else asked)
        context |= comparison_context(request, choice, page, memberships)
        if request.htmx and ("fold" in request.GET or "part" in request.GET):
            return fold_response(request, context["sheet"], context)
        return render(request, "coalitions/texts/compare.html", context)


def being_compared(request, context):
    """The page shown while a worker compares, or all slots are taken."""
    return render_page(request, "coalitions/texts/compare.html", context | {"is_being_compared": True}, partial="progress")


def start_comparison(waiting):
    """Start the worker's task, once; the task of each minute finds what is left."""
    if waiting.is_new:
        make_comparison.delay_on_commit(waiting.kept.pk)


def comparison_context(request, choice, page, memberships):
    user = request.user
    proposals = [version.proposal for version in choice.versions if version.proposal]
    revisions = [version.text.revision for version in choice.versions if version.text]
    mine = Reading.objects.visible_to(user, memberships.circles).newest()
    readings = list(mine.filter(proposal__in=proposals).with_author().select_related("circle"))
    names = {proposal.pk: proposal.public_id for proposal in proposals}
    circle_views.record_views(CircleView.Thing.READING, [(names[each.proposal_id], each.circle) for each in readings], by=user)
    made = sheet(
        page,
        rules=rules_in_use(user),
        dismissals=HintDismissal.objects.visible_to(user, memberships.circles)
        .filter(Q(proposal__in=proposals) | Q(revision__in=revisions))
        .with_author()
        .select_related("circle"),
        readings=readings,
    )
    # Several pages are too long for a message.
    text = as_text(page.versions, page.whole, choice.base.resolution) if page.whole else ""
    impacts = impacts_on(user, choice.base.resolution, memberships) if memberships.works else []
    opened = [(one.impact.circle.public_id, one.impact.circle) for one in impacts]
    circle_views.record_views(CircleView.Thing.CIRCLE, opened, by=user)
    return {"sheet": made, "impacts": impacts, "for_messaging": text if len(text) <= LONGEST_MESSAGE else ""}


def fold_response(request, made, context):
    """The response to opening a fold: a run of unchanged clauses, or a part."""
    part = next((part for part in made.parts if part.key == request.GET.get("part")), None)
    if part:
        return render(request, "coalitions/texts/_compare_blocks.html", context | {"part": part})
    place = whole_number(request.GET.get("fold", ""), digits=5)
    run = made.run(place) if place is not None else None
    if run is None:
        raise Http404
    return render(request, "coalitions/texts/_compare_run.html", {"run": run, "base": made.base})


@require_safe
def compare_export(request, slug, extension):
    """All columns as a file, those in other languages too."""
    user = request.user
    resolution = get_object_or_404(Resolution.objects.visible_to(user), slug=slug)
    if extension not in KINDS:
        raise Http404
    choice = choose(request.GET, resolution, user)
    versions = choice.versions
    back = f"{reverse('coalitions:compare', args=[slug])}?{request.GET.urlencode()}"
    if len(versions) < 2:
        messages.error(request, _("There is nothing to export: choose at least two versions."))
        return redirect(back)
    size = size_of(versions)
    with comparison_slot(is_needed=not comparisons.needs_no_slot(size)) as is_free:
        try:
            versions, comparison = comparisons.whole_of(versions, size=size) if is_free else (versions, None)
        except RuleBroken as error:
            messages.error(request, str(error))
            return redirect(back)
        except comparisons.BeingCompared as waiting:
            start_comparison(waiting)
            comparison = None
        if comparison is None:
            messages.info(request, _("These texts are long and are being compared. Ask for the file again in a few seconds."))
            return redirect(back)
        content = as_file(extension, versions, comparison, resolution)
    name = file_name(resolution, extension)
    return HttpResponse(content, content_type=KINDS[extension], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_safe
def compare_proposals(request, slug):
    """The proposals among the columns as one Word file, which can be read again as these proposals."""
    user = request.user
    resolution = get_object_or_404(Resolution.objects.visible_to(user), slug=slug)
    proposals = exportable(choose(request.GET, resolution, user).versions, resolution)
    if not proposals:
        messages.error(request, _("There is nothing to export: none of these versions is a proposal with an identifier."))
        return redirect(f"{reverse('coalitions:compare', args=[slug])}?{request.GET.urlencode()}")
    content = proposals_as_docx(proposals, resolution, user)
    disposition = f'attachment; filename="{file_name(resolution, "docx")}"'
    return HttpResponse(content, content_type=KINDS["docx"], headers={"Content-Disposition": disposition})


@require_http_methods(["GET", "POST"])
def hint_dismiss(request, public_id):
    """Dismiss a hint with a reason, or undo that. By GET the form for the hint in the address."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).select_related("resolution"), public_id=public_id)
    return dismissing(request, proposal, "coalitions:hint-dismiss", public_id)


@require_http_methods(["GET", "POST"])
def text_hint_dismiss(request, public_id):
    """The same for a hint on a revision."""
    texts = RevisionText.objects.visible_to(request.user).select_related("revision__resolution", "revision__assembly")
    text = get_object_or_404(texts, public_id=public_id)
    return dismissing(request, text.revision, "coalitions:text-hint-dismiss", public_id)


def dismissing(request, wording, route, public_id):
    user = request.user
    memberships = membership_context_of(user)
    if not memberships.works:
        raise PermissionDenied
    here = reverse("coalitions:compare", args=[wording.resolution.slug])
    if request.method == "POST" and "take_back" in request.POST:
        services.take_back(one_set_aside(request.POST["take_back"], wording, user), by=user)
        messages.success(request, _("The hint is shown again."))
        return redirect(next_page(request, here))
    form = SetAsideForm(form_data(request), user=user, memberships=memberships, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            services.set_aside(wording, by=user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Set aside: it is now folded, with your reason, for those in this circle."))
            return redirect(next_page(request, here))
    back = request.POST.get("next") or request.GET.get("next", "")
    context = {
        "section": "resolutions",
        "wording": wording,
        "resolution": wording.resolution,
        "address": reverse(route, args=[public_id]),
        "form": form,
        "rule": form.rule_named(),
        "words": form["words"].value() or "",
        "back": back if back.startswith(here) else here,
    }
    if context["rule"] is None:
        raise Http404
    if clause := as_uuid(form["clause"].value()):
        context["taken_back"] = services.taken_back(wording, rule=context["rule"], clause=clause, words=context["words"], seen_by=user)
    return render(request, "coalitions/texts/hint_set_aside.html", context)


def as_uuid(text):
    try:
        return UUID(str(text))
    except ValueError:
        return None


def one_set_aside(public_id, wording, user):
    wanted = as_uuid(public_id)
    if wanted is None:
        raise Http404
    of = {"proposal": wording} if isinstance(wording, Proposal) else {"revision": wording}
    return get_object_or_404(HintDismissal.objects.visible_to(user), public_id=wanted, **of)

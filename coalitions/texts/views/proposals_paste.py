"""Pasting a table of proposals: every cell is shown with its outcome before anything is stored."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_countries import countries

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.permissions import can_enter_texts
from coalitions.texts.forms.pasting import OUTCOMES, TROUBLES, DraftsForm, PasteForm
from resolutions.models import Assembly, Proposal
from resolutions.services.pasting import CellOutcome, PlannedProposal, plan, store

BAD = (
    CellOutcome.NOT_UNDERSTOOD,
    CellOutcome.UNKNOWN_RESOLUTION,
    CellOutcome.UNKNOWN_DRAFT,
    CellOutcome.UNKNOWN_WHO,
    CellOutcome.OTHERWISE,
)


@require_http_methods(["GET", "POST"])
def proposals_paste(request):
    if not can_enter_texts(request.user):
        raise PermissionDenied
    assembly = Assembly.objects.current()
    form = PasteForm(form_data(request), initial={"assembly": assembly and assembly.code})
    context = {"section": "resolutions", "form": form, "plan": None}
    if request.method == "POST" and form.is_valid():
        drafts = DraftsForm(request.POST, drafts=form.read.drafts(), language=request.user.language)
        planned = plan(form.read, assembly=form.cleaned_data["assembly"], by=request.user, begun=drafts.begun())
        step = request.POST.get("step", "look")
        if step == "save" and drafts.is_bound and (drafts.errors or drafts.ticked() != request.POST.get("seen", "").split()):
            # Only stored if the preview showed the same.
            step = "look"
        if step == "save" and planned.new:
            try:
                stored = store(planned, by=request.user, is_history=form.cleaned_data["is_history"])
            except RuleBroken as error:
                add_broken_rule(form, error)
            else:
                said = ngettext("%(n)s proposal is recorded.", "%(n)s proposals are recorded.", len(stored)) % {"n": len(stored)}
                messages.success(request, said)
                return redirect("coalitions:matrix")
        elif step == "save":
            messages.info(request, _("Nothing in it is new: all of it is already here."))
        if step != "edit":
            seen = " ".join(drafts.ticked()) if drafts.is_bound and drafts.is_valid() else ""
            context |= {"plan": planned, "drafts": drafts, "offered": list(drafts.offered(planned.unknown)), "seen": seen}
            context |= in_words(planned)
    return render(request, "coalitions/texts/proposals_paste.html", context)


@dataclass(frozen=True)
class PreviewedCell:
    """A cell as the preview shows it. who, status -- in words"""

    placed: PlannedProposal
    sentence: str
    who: str
    status: str


def in_words(planned):
    """Each cell with its sentence: problems first, then new ones, then those stored already."""
    lines = [line_of(placed) for placed in planned.placed]
    return {
        "bad": [line for line in lines if line.placed.outcome in BAD],
        "new": [line for line in lines if line.placed.outcome == CellOutcome.NEW],
        "there": [line for line in lines if line.placed.outcome in (CellOutcome.THERE, CellOutcome.TWICE)],
    }


def line_of(placed):
    understood = placed.outcome != CellOutcome.NOT_UNDERSTOOD
    sentence = OUTCOMES[placed.outcome] if understood else TROUBLES[placed.asked.trouble]
    who = str(placed.group) if placed.group else ", ".join(map(countries.name, placed.countries)) or placed.asked.who
    return PreviewedCell(placed, str(sentence), who, str(Proposal.Status(placed.status).label))

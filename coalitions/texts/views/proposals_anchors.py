"""The correction screen of one proposal: its doubtful clauses."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from coalitions.permissions import can_enter_texts
from coalitions.texts.forms.anchor_questions import answer, answers_of, stored_questions
from coalitions.texts.services.anchor_answers import save_for_proposals
from resolutions.models import Proposal


@require_http_methods(["GET", "POST"])
def proposal_anchors(request, public_id):
    found = Proposal.objects.visible_to(request.user).current().select_related("resolution", "contribution__assembly")
    proposal = get_object_or_404(found, public_id=public_id)
    if not can_enter_texts(request.user):
        raise PermissionDenied
    questions = stored_questions(Proposal.objects.filter(pk=proposal.pk))
    trouble = answer(questions, form_data(request))
    if request.method == "POST" and not trouble:
        try:
            save_for_proposals(answers_of(questions), by=request.user)
        except RuleBroken as error:
            trouble = str(error)
        else:
            messages.success(request, _("Your choices are saved, and apply to the next issue of this document too."))
            return redirect(request.path if questions.left else proposal)
    context = {
        "section": "resolutions",
        "proposal": proposal,
        "back": proposal.get_absolute_url(),
        "questions": questions,
        "trouble": trouble,
    }
    return render(request, "coalitions/texts/proposal_anchors.html", context)

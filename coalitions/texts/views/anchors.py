"""The correction screen: clauses of a document, or of one proposal, of which it is doubtful what they start from."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from coalitions.permissions import can_enter_texts
from coalitions.texts.forms.anchor_questions import answer, answers_of, open_questions, stored_questions
from coalitions.texts.forms.reviewing import review
from coalitions.texts.services.anchor_answers import save_for_proposals, save_for_upload
from coalitions.texts.views.uploads import SECTION, own_upload
from resolutions.models import Proposal, Upload


@require_http_methods(["GET", "POST"])
def upload_anchors(request, public_id):
    """Before it is published, and afterwards for what was left for later."""
    thing = own_upload(request, public_id)
    if thing.state == Upload.State.READ:
        questions, save = open_questions(review(thing, request.user, None)), partial(save_for_upload, thing)
    elif thing.state == Upload.State.PUBLISHED:
        if thing.contribution_id is None:
            raise Http404
        left = Proposal.objects.visible_to(request.user).filter(contribution=thing.contribution_id, superseded_at=None)
        questions, save = stored_questions(left), partial(save_for_proposals, by=request.user)
    else:
        return redirect(thing)
    return _ask(request, questions, save, "coalitions/texts/upload_anchors.html", upload=thing)


@require_http_methods(["GET", "POST"])
def proposal_anchors(request, public_id):
    found = Proposal.objects.visible_to(request.user).current().select_related("resolution", "contribution__assembly")
    proposal = get_object_or_404(found, public_id=public_id)
    if not can_enter_texts(request.user):
        raise PermissionDenied
    questions, save = stored_questions(Proposal.objects.filter(pk=proposal.pk)), partial(save_for_proposals, by=request.user)
    return _ask(request, questions, save, "coalitions/texts/proposal_anchors.html", proposal=proposal)


def _ask(request, questions, save, template, **about):
    """`about` -- what the questions are about, by its name in the template; one comes back to its page"""
    [thing] = about.values()
    trouble = answer(questions, form_data(request))
    if request.method == "POST" and not trouble:
        try:
            save(answers_of(questions))
        except RuleBroken as error:
            trouble = str(error)
        else:
            messages.success(request, _("Your choices are saved, and apply to the next issue of this document too."))
            return redirect(request.path if questions.left else thing)
    context = {"section": SECTION, "back": thing.get_absolute_url(), "questions": questions, "trouble": trouble, **about}
    return render(request, template, context)

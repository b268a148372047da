"""The correction screen of a document: before it is published, and afterwards for what was left for later."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from coalitions.texts.forms.anchor_questions import answer, answers_of, open_questions, stored_questions
from coalitions.texts.forms.reviewing import review
from coalitions.texts.services.anchor_answers import save_for_proposals, save_for_upload
from coalitions.texts.views.uploads import SECTION, own_upload
from resolutions.models import Proposal, Upload


@require_http_methods(["GET", "POST"])
def upload_anchors(request, public_id):
    thing = own_upload(request, public_id)
    if thing.state not in (Upload.State.READ, Upload.State.PUBLISHED):
        return redirect(thing)
    is_published = thing.state == Upload.State.PUBLISHED
    questions = left_for_later(request, thing) if is_published else open_questions(review(thing, request.user, None))
    trouble = answer(questions, form_data(request))
    if request.method == "POST" and not trouble:
        try:
            if is_published:
                save_for_proposals(answers_of(questions), by=request.user)
            else:
                save_for_upload(thing, answers_of(questions))
        except RuleBroken as error:
            trouble = str(error)
        else:
            messages.success(request, _("Your choices are saved, and apply to the next issue of this document too."))
            return redirect(request.path if questions.left else thing)
    context = {"section": SECTION, "upload": thing, "back": thing.get_absolute_url(), "questions": questions, "trouble": trouble}
    return render(request, "coalitions/texts/upload_anchors.html", context)


def left_for_later(request, thing):
    if thing.contribution_id is None:
        raise Http404
    return stored_questions(Proposal.objects.visible_to(request.user).filter(contribution=thing.contribution_id, superseded_at=None))

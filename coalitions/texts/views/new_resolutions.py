"""Manual entry of a draft new resolution: the document and title, its words, and a preview before it is saved."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.permissions import can_enter_texts, membership_context_of
from coalitions.texts.forms.new_resolutions import NewResolutionForm, NewResolutionTextForm
from coalitions.texts.views.manual_entry import FACTS, LOOK, SAVE, WORDS, preview_context
from coalitions.views.assemblies import no_assembly_yet
from resolutions.models import Assembly, Contribution, Resolution
from resolutions.services.entering import enter, entered_by, preview
from resolutions.services.new_resolutions import known_draft

BEGIN, MORE = "begin", "more"


@require_http_methods(["GET", "POST"])
def new_resolution(request):
    user = request.user
    if not can_enter_texts(user, membership_context_of(user)):
        raise PermissionDenied
    data = form_data(request)
    assembly = Assembly.objects.named((data or request.GET).get("assembly", ""))
    if assembly is None:
        return no_assembly_yet(request, "coalitions:upload-new")
    step = data.get("step", WORDS) if data else FACTS
    if data and step == BEGIN:
        # Takes over what was typed on the page of a resolution.
        if data.get("access") == Contribution.Access.NUMBER_ONLY:
            messages.info(request, _("If a document is not public, only its number is kept."))
            return redirect("coalitions:number-new")
        document = NewResolutionForm(initial={"language": user.language} | data.dict())
        words = NewResolutionTextForm(step=step, initial={"pasted": data.get("pasted", "")})
    else:
        document = NewResolutionForm(data, initial={"language": user.language})
        words = NewResolutionTextForm(data, step=step)
    context = {"section": "resolutions", "assembly": assembly, "document": document, "words": words, "step": FACTS}
    if request.method == "POST" and step != BEGIN:
        answer = next_step(request, step, document, words, context)
        if answer is not None:
            return answer
    return render(request, "coalitions/texts/new_resolution.html", context)


def next_step(request, step, document, words, context):
    """Go to the next step: words, preview or saving; or back to a form with errors. Sets what `context` shows."""
    if not (document.is_valid() & words.is_valid()):
        in_words = document.is_valid() and all("-" in name for name in words.errors)
        context["step"] = WORDS if in_words else FACTS
        return None
    if step == FACTS or document.is_contradicted(words):
        return None
    if step in (WORDS, MORE) and words.asks_for_words:
        context["step"] = WORDS
        return None
    about = document.cleaned_data
    assembly, submission = context["assembly"], about["submission"]
    draft = document.draft(assembly, language=about["language"], clauses=words.drafts(about["language"]))
    try:
        if step == SAVE:
            [made, *_rest] = enter(draft, by=request.user, submission=submission)
            messages.success(request, _("The new resolution and the proposals for it are recorded."))
            return redirect(made)
        if before := entered_by(submission):
            return redirect(before[0])
        joins = known_draft(about["label"], Resolution.objects.visible_to(request.user).drafts_for(assembly))
        [shown] = preview(draft, by=request.user)
    except RuleBroken as error:
        add_broken_rule(document, error)
    else:
        context |= {"step": LOOK, "joins": joins, **preview_context(shown, user=request.user)}
    return None

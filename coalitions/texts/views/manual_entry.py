"""Manual entry of a proposal: the document, its clauses, and a preview before it is saved."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.permissions import can_enter_texts, circles_worked_in, membership_context_of
from coalitions.read_models.found_hints import hints_on_preview
from coalitions.texts.forms.manual_entry import ClausesForm, EnteredDocumentForm
from coalitions.texts.read_models.proposal_rows import ProposalRow, rows_of
from coalitions.texts.services.kept_numbers import keep_number
from coalitions.views.assemblies import no_assembly_yet
from resolutions.domain.tables import blocks
from resolutions.models import Assembly, Clause, Resolution, RevisionText
from resolutions.read_models.proposed import changes_of, other_bases
from resolutions.read_models.rules_in_use import rules_in_use
from resolutions.services.anchors import text_in_force
from resolutions.services.entering import ProposalPreview, enter, entered_by, preview

FACTS, WORDS, LOOK, SAVE = "facts", "words", "look", "save"


@dataclass
class EntryStart:
    """The start of an entry: the assembly, the text in force before it, and other languages it is stored in."""

    assembly: Assembly
    language: str
    text: RevisionText | None = None
    clauses: list[Clause] = field(default_factory=list)
    languages: list[tuple[str, str]] = field(default_factory=list)


def entry_start(resolution, asked, user) -> EntryStart | None:
    assembly = Assembly.objects.named(asked.get("assembly", ""))
    if assembly is None:
        return None
    language = asked.get("language") or user.language
    text = text_in_force(resolution, assembly, language)
    if text is None:
        return EntryStart(assembly, language)
    texts = RevisionText.objects.visible_to(user).current().filter(revision=text.revision).order_by("language")
    others = [(other.language, other.get_language_display()) for other in texts]
    return EntryStart(assembly, text.language, text, list(text.clauses.in_order()), others)


@require_http_methods(["GET", "POST"])
def proposal_new(request, slug):
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user), slug=slug)
    if not can_enter_texts(user, memberships):
        raise PermissionDenied
    data = form_data(request)
    start = entry_start(resolution, data or request.GET, user)
    if start is None:
        return no_assembly_yet(request, "coalitions:resolution-proposals", resolution.slug)
    document = EnteredDocumentForm(data, resolution=resolution, circles=list(circles_worked_in(user, memberships)))
    words = ClausesForm(data, text=start.text, clauses=start.clauses, language=start.language)
    context = {"section": "resolutions", "resolution": resolution, "start": start, "document": document, "words": words, "step": FACTS}
    if request.method == "POST":
        answer = next_step(request, resolution, start, document, words, context)
        if answer is not None:
            return answer
    return render(request, "coalitions/texts/proposal_new.html", context)


def next_step(request, resolution, start, document, words, context):
    """Go to the next step: words, preview or saving; or back to a form with errors. Sets what `context` shows."""
    wanted = request.POST.get("step", WORDS)
    if not (document.is_valid() & words.is_valid()):
        in_words = document.is_valid() and all("-" in name for name in words.errors)
        context["step"] = WORDS if in_words else FACTS
        return None
    if wanted == FACTS:
        return None
    if (not words.has_words or (wanted == WORDS and words.asks_for_words)) and not document.is_number_only:
        context["step"] = WORDS
        return None
    submission = document.cleaned_data["submission"]
    try:
        if document.is_number_only:
            return save(request, resolution, start, document, wanted, context)
        clauses = words.drafts(document.cleaned_data["action"])
        draft = document.draft(start.assembly, language=words.language_of(), clauses=clauses)
        if wanted == SAVE:
            [made, *_rest] = enter(draft, by=request.user, submission=submission)
            messages.success(request, _("The proposal is recorded."))
            return redirect(made)
        if before := entered_by(submission):
            return redirect(before[0])
        [shown] = preview(draft, by=request.user)
    except ValidationError as error:
        words.add_error("pasted" if words.cleaned_data.get("pasted") else None, error)
    except RuleBroken as error:
        add_broken_rule(document, error)
    else:
        context |= {"step": LOOK, **preview_context(shown, user=request.user)}
    return None


def save(request, resolution, start, document, wanted, context):
    if wanted != SAVE:
        context |= {"step": LOOK, "row": None}
        return None
    about = document.cleaned_data
    circle = about["circle"] or None
    keep_number(assembly=start.assembly, number=about["number"], circle=circle, by=request.user, submission=about["submission"])
    messages.success(request, _("The number is kept, and nothing else."))
    return redirect("coalitions:resolution-proposals", resolution.slug)


def preview_context(shown: ProposalPreview, *, user: User) -> dict[str, object]:
    changes = changes_of(shown.proposal, shown.clauses)
    changed = [each for each in changes if not each.is_quiet]
    row: ProposalRow = rows_of([shown.proposal], {})[0]
    hinted = dict(zip(map(id, changed), hints_on_preview(shown.proposal, changed, rules_in_use(user)), strict=True))
    with_hints = [(each, hinted.get(id(each))) for each in changes]
    return {
        "row": row,
        "changes": changed,
        "blocks": [block for block in blocks(with_hints, lambda pair: pair[0].clause) if not block.is_quiet],
        "unchanged": len(changes) - len(changed),
        "doubtful": sum(clause.is_doubtful for clause in shown.clauses),
        "other_base": next(iter(other_bases(shown.proposal, shown.clauses)), None),
        "proposal": shown.proposal,
    }

"""The statements of a coalition, one of them, and what those who run it do: another text, another closing, closing it now."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from coalitions.models import Circle, CircleView, Membership, Position, Statement, StatementVersion
from coalitions.permissions import can_open_statement, can_run_statement, circles_worked_in, may_act_as_lead, membership_context_of
from coalitions.services import circle_views
from coalitions.statements.domain.fingerprint import file_of, fingerprint, in_groups
from coalitions.statements.forms.statements import ClosingForm, StatementForm, VersionForm
from coalitions.statements.read_models.tally import AnswerState, lists_of, own_answer, public_tally, standings_of, tally, texts_of
from coalitions.statements.read_models.words import changed_paragraphs, paragraphs
from coalitions.statements.services import statements
from coalitions.views.coalitions import SECTION, coalition_context, visible_coalition

A_PAGE = 25
LINES = 5


@require_safe
def statement_list(request, public_id):
    """Open ones first, what closes first; then the closed ones, newest first. To observers the lists of the closed ones alone."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    rows = Statement.objects.visible_to(request.user, memberships.circles).filter(circle__coalition=coalition)
    opened = list(rows.open().select_related("circle", "resolution").order_by("closes_at", "pk"))
    waiting = set(rows.waiting_for(request.user, memberships.circles).values_list("pk", flat=True)) if opened else set()
    observes = memberships.roles.get(coalition.pk) == Membership.Role.OBSERVER
    closed = Statement.objects.closed_to(request.user).filter(circle__coalition=coalition) if observes else rows.closed()
    page = Paginator(closed.select_related("circle", "resolution").order_by("-closes_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    context = coalition_context(request, coalition, memberships, tab="statements") | {
        "opened": [(row, row.pk in waiting) for row in opened],
        "page": page,
        "closed": page.object_list,
        "observes": observes,
        "formats": [("txt", _("Public list")), ("md", "Markdown"), ("docx", "Word")],
        "may_open": bool(circles_to_open_in(request.user, memberships, coalition)),
    }
    return render(request, "coalitions/statements/statements.html", context)


@require_safe
def statement_detail(request, public_id):
    """The text, the numbers, one's own answer, who may be named, and the closing."""
    statement = visible_statement(request, public_id)
    circle_views.record_view(CircleView.Thing.STATEMENT, statement.public_id, circle=statement.circle, by=request.user)
    standings = standings_of(statement)
    found, outside = tally(standings), public_tally(standings)
    texts = texts_of(statement)
    lists = lists_of(found)
    own = own_answer(statement, request.user, standings)
    others_unnamed = found.unnamed_of(AnswerState.RESERVATION, AnswerState.NOT_NOW, AnswerState.TIME, AnswerState.SILENT)
    context = statement_context(statement) | {
        "version": texts[0],
        "texts": texts,
        "paragraphs": paragraphs(texts[0].text),
        "changed": changed_paragraphs(texts[1].text, texts[0].text) if len(texts) > 1 else [],
        "earlier": texts[1] if len(texts) > 1 else None,
        "fingerprint": in_groups(fingerprint(texts[0].text)),
        "size": len(file_of(texts[0].text)),
        "tally": found,
        "numbers": [(state, found.numbers[state], MARKS[state]) for state in AnswerState if found.numbers[state]],
        "silent": found.numbers[AnswerState.SILENT],
        "to_confirm": found.numbers[AnswerState.TO_CONFIRM],
        "named_outside": len(outside.named),
        "endorsing": [(row, MARKS[row.state]) for row in lists["endorsing"][:LINES]],
        "endorsing_more": max(len(lists["endorsing"]) - LINES, 0),
        "endorsing_number": len(lists["endorsing"]) + found.unnamed_of(AnswerState.ENDORSES, AnswerState.TO_CONFIRM),
        "endorsing_unnamed": found.unnamed_of(AnswerState.ENDORSES, AnswerState.TO_CONFIRM),
        "others": [(row, MARKS[row.state]) for row in lists["others"][:LINES]],
        "others_more": max(len(lists["others"]) - LINES, 0),
        "others_unnamed": others_unnamed,
        "others_number": len(lists["others"]) + others_unnamed,
        "own": own,
        "own_mark": MARKS[own.standing.state] if own else "",
        "missing": found.of_states(AnswerState.SILENT, AnswerState.TO_CONFIRM),
        "may_run": can_run_statement(request.user, statement),
        "leads": may_act_as_lead(request.user, statement.circle.coalition),
    }
    return render(request, "coalitions/statements/statement.html", context)


@require_safe
def statement_organisations(request, public_id):
    """Every organisation that may be named, in pages."""
    statement = visible_statement(request, public_id)
    found = tally(standings_of(statement))
    lists = lists_of(found)
    page = Paginator([*lists["endorsing"], *lists["others"]], A_PAGE).get_page(request.GET.get("page"))
    rows = [(row, MARKS[row.state]) for row in page.object_list]
    context = statement_context(statement) | {"tally": found, "page": page, "rows": rows}
    return render(request, "coalitions/statements/organisations.html", context)


@require_safe
def statement_text(request, public_id):
    """The file that the fingerprint is of."""
    version = get_object_or_404(StatementVersion.objects.visible_to(request.user), public_id=public_id)
    response = HttpResponse(file_of(version.text), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="statement-v{version.number}.txt"'
    return response


@require_safe
def statement_fingerprint(request, public_id):
    """How anybody computes the fingerprint of a text."""
    rows = StatementVersion.objects.visible_to(request.user).select_related("statement__circle__coalition")
    version = get_object_or_404(rows, public_id=public_id)
    context = statement_context(version.statement) | {"version": version, "fingerprint": fingerprint(version.text)}
    return render(request, "coalitions/statements/fingerprint.html", context)


@require_http_methods(["GET", "POST"])
def statement_new(request, public_id):
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    circles = circles_to_open_in(request.user, memberships, coalition)
    if not circles:
        raise PermissionDenied
    form = StatementForm(form_data(request), user=request.user, circles=circles, initial=begin_with(request, circles))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if not can_open_statement(request.user, given["circle"]):
            raise PermissionDenied
        try:
            made = statements.open_statement(given.pop("circle"), by=request.user, **given)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("The statement is open. Those who answer for an organisation have been told."))
            return redirect(made)
    context = {"form": form, "coalition": coalition, "section": SECTION}
    return render(request, "coalitions/statements/new.html", context)


@require_http_methods(["GET", "POST"])
def statement_version(request, public_id):
    """Another text, which asks everyone again."""
    statement = runnable_statement(request, public_id)
    last = StatementVersion.objects.get(statement=statement, number=statement.newest)
    form = VersionForm(form_data(request), initial={"text": last.text, "seen_version": statement.version})
    if request.method == "POST" and form.is_valid():
        try:
            statements.write_version(statement, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
            see_again(form, statement)
        else:
            messages.success(request, _("The new text is frozen, and everyone is asked again."))
            return redirect(statement)
    return render(request, "coalitions/statements/version.html", statement_context(statement) | {"form": form})


@require_http_methods(["GET", "POST"])
def statement_closing(request, public_id):
    """Another closing; or, with the other button, now."""
    statement = runnable_statement(request, public_id)
    initial = ClosingForm.on_clock(statement.closes_at, request.user) | {"seen_version": statement.version}
    form = ClosingForm(form_data(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            statements.move_closing(statement, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
            see_again(form, statement)
        else:
            messages.success(request, _("Saved. Those who answer for an organisation have been told."))
            return redirect(statement)
    return render(request, "coalitions/statements/closing.html", statement_context(statement) | {"form": form})


@post_only
def statement_close(request, public_id):
    statement = runnable_statement(request, public_id)
    seen = request.POST.get("seen_version", "")
    try:
        statements.close_now(statement, by=request.user, seen_version=int(seen) if seen.isdecimal() and len(seen) < 9 else None)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The statement is closed, and its list is locked."))
    return redirect(statement)


# --- What these pages share ---------------------------------------------------------------------------------------------

# The mark of each state, as `templates/includes/_pieces.html` and the CSS know it.
MARKS = {
    AnswerState.ENDORSES: "good",
    AnswerState.RESERVATION: "mixed",
    AnswerState.NOT_NOW: "gap",
    AnswerState.TIME: "review",
    AnswerState.TO_CONFIRM: "review",
    AnswerState.SILENT: "none",
}


def visible_statement(request, public_id) -> Statement:
    rows = Statement.objects.visible_to(request.user).select_related("circle__coalition", "resolution", "by")
    return get_object_or_404(rows, public_id=public_id)


def runnable_statement(request, public_id) -> Statement:
    statement = visible_statement(request, public_id)
    if not can_run_statement(request.user, statement):
        raise PermissionDenied
    return statement


def statement_context(statement: Statement) -> dict:
    return {"statement": statement, "coalition": statement.circle.coalition, "section": SECTION}


def circles_to_open_in(user, memberships, coalition) -> list[Circle]:
    """Everyone's circle for whoever may act as lead, and this person's restricted circles."""
    if memberships.roles.get(coalition.pk) is None:
        return []
    rows = circles_worked_in(user, memberships).filter(coalition=coalition)
    return [circle for circle in rows if not circle.is_everyone or coalition.pk in memberships.led]


def begin_with(request, circles) -> dict:
    """From a position that one reads: its words, its resolution and its circle."""
    initial = {"language": current_language()}
    asked = request.GET.get("position", "")
    rows = Position.objects.visible_to(request.user).select_related("resolution", "circle")
    newest = rows.filter(resolution__slug=asked).newest().order_by("-at") if asked else []
    position = next((row for row in newest if row.circle in circles), None)
    if position:
        initial |= {
            "title": position.resolution.short_name,
            "text": position.words,
            "resolution": position.resolution.slug,
            "circle": str(position.circle.public_id),
        }
    return initial


def see_again(form, statement):
    statement.refresh_from_db(fields=["version", "closes_at", "newest"])
    form.see_again(seen_version=statement.version)

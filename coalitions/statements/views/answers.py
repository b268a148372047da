"""What an organisation answers, through whoever holds its mandate."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.models import NamingDefault, Statement, StatementVersion, named_inside, named_outside
from coalitions.statements.domain.fingerprint import fingerprint, in_groups
from coalitions.statements.forms.statements import COUNTED, NAMED, AnswerForm
from coalitions.statements.read_models.tally import own_answer, standings_of
from coalitions.statements.read_models.words import changed_paragraphs, paragraphs, words_of
from coalitions.statements.services import answers
from coalitions.statements.views.statements import statement_context, visible_statement


@require_safe
def statements_waiting(request):
    """To the one that closes first of those that wait for an answer."""
    rows = Statement.objects.waiting_for(request.user).order_by("closes_at", "pk")
    first = rows.values_list("public_id", flat=True).first()
    return redirect("coalitions:statement-answer", first) if first else redirect("coalitions:home")


@require_http_methods(["GET", "POST"])
def statement_answer(request, public_id):
    """The answer of the organisation this person answers for. Without a mandate it is read only; once closed there is no form."""
    statement = visible_statement(request, public_id)
    own = own_answer(statement, request.user, standings_of(statement))
    if own is None:
        if request.method == "POST":
            raise PermissionDenied
        return redirect(statement)
    version = StatementVersion.objects.get(statement=statement, number=statement.newest)
    organisation, last = own.mandate.organisation, own.answer
    form = None
    if statement.is_open or request.method == "POST":
        form = AnswerForm(
            form_data(request), statement=statement, organisation=organisation, others=own.others, initial=begin_with(own, statement)
        )
    if form and request.method == "POST" and form.is_valid():
        try:
            answers.answer(statement, organisation=organisation, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
            statement.refresh_from_db(fields=["version", "closes_at", "newest"])
            latest = answers.latest(statement, organisation)
            form.see_again(seen_number=statement.newest, seen_answer=latest.public_id if latest else None)
        else:
            messages.success(request, _("Your answer has been sent."))
            return redirect(statement)
    earlier = last.version if last and not last.is_withdrawn and last.version.number < version.number else None
    context = statement_context(statement) | {
        "form": form if statement.is_open else None,
        "own": own,
        "version": version,
        "paragraphs": paragraphs(version.text),
        "words": words_of(version.text),
        "fingerprint": in_groups(fingerprint(version.text)[:8]),
        "earlier": earlier,
        "changed": changed_paragraphs(earlier.text, version.text) if earlier else [],
    }
    return render(request, "coalitions/statements/answer.html", context)


@post_only
def statement_withdraw(request, public_id):
    statement = visible_statement(request, public_id)
    own = own_answer(statement, request.user, [])
    if own is None:
        raise PermissionDenied
    try:
        answers.withdraw(statement, organisation=own.mandate.organisation, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back: your organisation stands there as without an answer."))
    return redirect(statement)


def begin_with(own, statement) -> dict:
    """What was answered before, and what the organisation says of its name."""
    last = own.answer if own.answer and not own.answer.is_withdrawn else None
    if last:
        naming = last.naming
    else:
        default = NamingDefault.objects.filter(coalition=statement.circle.coalition_id, organisation=own.mandate.organisation).first()
        naming = default.naming if default else ""
    return {
        "choice": last.choice if last else None,
        "reservation": last.reservation if last else "",
        "inside": NAMED if named_inside(naming) else COUNTED,
        "outside": NAMED if named_outside(naming) else COUNTED,
        "seen_number": statement.newest,
        "seen_answer": own.answer.public_id if own.answer else None,
    }

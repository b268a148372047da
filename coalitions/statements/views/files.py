"""The lists of a statement as files: the public one for whoever reads it, the internal one for leads, watermarked."""

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.models import Statement
from coalitions.permissions import membership_context_of
from coalitions.services.exports import record_export
from coalitions.statements.exporters.public_list import FILES
from coalitions.statements.forms.statements import ListFileForm
from coalitions.statements.read_models.lists import internal_list, public_list
from coalitions.statements.views.statements import statement_context, visible_statement
from coalitions.views.coalitions import not_as_lead


@require_safe
def statement_public_list(request, public_id, extension):
    """What anybody may be shown; observers read it once the statement has closed."""
    if extension not in FILES:
        raise Http404
    rows = Statement.objects.with_public_list_for(request.user).select_related("circle__coalition")
    statement = get_object_or_404(rows, public_id=public_id)
    return as_file(public_list(statement), extension, f"statement-v{statement.newest}-public")


@require_http_methods(["GET", "POST"])
def statement_export(request, public_id):
    """The answers as the page shows them, for a lead: who it is, is asked again."""
    statement = visible_statement(request, public_id)
    memberships = membership_context_of(request.user)
    return not_as_lead(request, statement.circle.coalition, memberships) or take_out(request, statement)


@reauthentication_required(app="coalitions.export")
def take_out(request, statement):
    form = ListFileForm(form_data(request))
    if request.method == "POST" and form.is_valid():
        circles = [] if statement.circle.is_everyone else [statement.circle]
        try:
            notice = record_export("statement", coalition=statement.circle.coalition, circles=circles, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            level = "coalition" if statement.circle.is_everyone else "circle"
            return as_file(
                internal_list(statement, notice=notice), form.cleaned_data["extension"], f"statement-v{statement.newest}-{level}"
            )
    return render(request, "coalitions/statements/export.html", statement_context(statement) | {"form": form})


def as_file(signed, extension, name):
    write, media = FILES[extension]
    response = HttpResponse(write(signed), content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    return response

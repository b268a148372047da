"""A file that a lead takes out: choosing what it holds, the record that it was exported, and a table as a spreadsheet."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions import export_registry
from coalitions.forms.exports import ExportForm
from coalitions.models import Circle, Coalition
from coalitions.services.exports import record_export
from resolutions.exporters.sheets import Cell, as_csv, as_xlsx

SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def take_out(
    request: Any,
    coalition: Coalition,
    *,
    kind: str,
    form_class: type[ExportForm],
    make_file: Callable[[list[Circle], str, str], HttpResponse],
    **context: Any,
) -> HttpResponse:
    """The page on which a lead chooses, or the file. The view that calls it has asked again who it is.

    kind -- in the registry of exports
    make_file -- given the restricted circles that were chosen, the kind of spreadsheet (empty if none is) and the notice at its head
    context -- `section`, and where one comes from: `back`, `back_name`
    """
    hers = Circle.objects.of(request.user).filter(coalition=coalition, kind=Circle.Kind.RESTRICTED)
    restricted = list(hers.select_related("coalition"))
    form = form_class(form_data(request), has_circles=bool(restricted))
    if request.method == "POST" and form.is_valid():
        chosen = restricted if form.cleaned_data.get("with_circles") else []
        try:
            notice = record_export(kind, coalition=coalition, circles=chosen, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return make_file(chosen, form.cleaned_data.get("sheet", ""), notice)
    context |= {"form": form, "coalition": coalition, "what": export_registry.name_of(kind)}
    return render(request, "coalitions/export.html", context)


def level_of(chosen: Sequence[Circle]) -> str:
    """For the name of a file: who may read what it holds."""
    return "circles" if chosen else "coalition"


def sheet_file(sheet: str, name: str, *, title: str, header: Sequence[Any], table: Sequence[Sequence[Cell]], notice: str) -> HttpResponse:
    """A table as a download. sheet -- one of `SHEETS`; name -- without its ending; title -- of the sheet inside"""
    if sheet == "csv":
        content = as_csv(header, table, notice=notice)
    else:
        content = as_xlsx(title, header, table, is_right_to_left=get_language_bidi(), notice=notice)
    return HttpResponse(content, content_type=SHEETS[sheet], headers={"Content-Disposition": f'attachment; filename="{name}.{sheet}"'})

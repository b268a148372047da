"""Pasting the programme of a day: it is read, a person looks at every line, and only what is checked is entered."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.live.forms.programme import LinesOfProgramme, ProgrammeForm, meant
from coalitions.live.read_models.choices import circles_for
from coalitions.live.read_models.programme import read_for
from coalitions.live.services.programme import enter_programme
from coalitions.live.views.day import day_address, day_of, frame
from coalitions.permissions import can_report_session

ENTER = "enter"


@require_http_methods(["GET", "POST"])
def programme_paste(request, on):
    memberships, season, when = day_of(request, on)
    data = form_data(request)
    form = ProgrammeForm(data, circles=circles_for(request.user, memberships))
    context = frame(season, when) | {"form": form, "read": None, "rows": None}
    if request.method != "POST" or not form.is_valid():
        return render(request, "coalitions/live/programme.html", context)
    circle = form.cleaned_data["circle"]
    if not can_report_session(request.user, circle):
        raise PermissionDenied
    read = read_for(form.cleaned_data["text"], user=request.user, circle=circle, season=season, day=when)
    of_lines = {"season": season, "user": request.user, "initial": [each.initial for each in read.lines]}
    if ENTER not in request.POST:
        rows = LinesOfProgramme(**of_lines)
    else:
        rows = LinesOfProgramme(data, **of_lines)
        if rows.is_valid():
            try:
                entered = enter_programme(
                    circle, assembly=season.assembly, sessions=meant(rows), by=request.user, submission=form.cleaned_data["submission"]
                )
            except RuleBroken as error:
                add_broken_rule(form, error)
            else:
                messages.success(request, said_of(entered))
                return redirect(day_address(when))
    shown = list(zip(rows.forms, read.lines, strict=False))
    return render(request, "coalitions/live/programme.html", context | {"read": read, "rows": rows, "shown": shown})


def said_of(entered):
    parts = [ngettext("%(n)s session entered.", "%(n)s sessions entered.", entered.new) % {"n": entered.new}]
    if entered.corrected:
        parts.append(ngettext("%(n)s corrected.", "%(n)s corrected.", entered.corrected) % {"n": entered.corrected})
    if entered.left:
        parts.append(_("What others entered was left as it is: %(n)s.") % {"n": entered.left})
    return " ".join(parts)

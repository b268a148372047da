"""Writing the next version of a position: one group of fields for each reader, and a preview beside."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.models import Circle, RedLine
from coalitions.permissions import can_take_position, circles_worked_in, membership_context_of
from coalitions.positions.forms.positions import PositionForm, RedLineForms, key_of_text
from coalitions.positions.read_models.cards import PositionSheet
from coalitions.positions.read_models.clauses import NamedClause, clauses_by_identity, clauses_to_cite
from coalitions.positions.services.positions import take_position
from coalitions.positions.views.positions import circles_to_write_in, sheets_opened
from resolutions.models import Proposal, ProposedClause, Resolution

ROWS_MORE = 2


@require_http_methods(["GET", "POST"])
def position_write(request, slug):
    """The next version of a position, or the first."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles), slug=slug)
    circles = circles_to_write_in(user, memberships)
    if not circles:
        if request.method == "GET" and memberships.works:
            # That page says what it takes.
            return redirect("coalitions:resolution-position", resolution.slug)
        raise PermissionDenied
    sheets = sheets_opened(user, resolution, memberships)
    sheet = begun_with(sheets, circles, request.GET.get("circle", ""))
    red_circles = list(circles_worked_in(user, memberships))
    clauses = offered_clauses(resolution, user, sheet)
    data = form_data(request)
    asks_more = data is not None and "more" in data
    cited = identity_in(request.GET.get("cite", ""))
    begin = initial_of(sheet, circles, request.GET.get("circle", ""), red_circles, cited)
    form = PositionForm(
        data,
        user=user,
        resolution=resolution,
        circles=circles,
        red_circles=red_circles,
        clauses=clauses,
        changed=changed_by_proposals(resolution),
        sheet=sheet,
        initial=begin,
    )
    rows = RedLineForms(
        with_more_rows(data) if asks_more else data,
        prefix="red",
        initial=red_lines_of(sheet, begin["red_from"]),
        form_kwargs={"clauses": clauses},
    )
    is_valid = request.method == "POST" and not asks_more and form.is_valid() and rows.is_valid()
    if is_valid and "preview" not in form.data:
        said = form.cleaned_data
        if not can_take_position(user, said["circle"]):
            raise PermissionDenied
        names = ("circle", "stance", "words", "written_for", "submission", "seen_version")
        try:
            made = take_position(resolution, by=user, parts=form.parts(written_lines(rows)), **{name: said[name] for name in names})
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again()
        else:
            messages.success(request, _("The position has been adopted.") if made.circle.is_everyone else _("The draft is saved."))
            return redirect(made)
    context = {
        "section": "resolutions",
        "resolution": resolution,
        "form": form,
        "rows": rows,
        "sheet": sheet,
        "may_adopt": any(circle.is_everyone for circle in circles),
        "preview": preview_of(form, rows, is_valid=is_valid, clauses=clauses, sheet=sheet, begin=begin),
    }
    return render(request, "coalitions/positions/write.html", context)


# --- What the form begins with ----------------------------------------------------------------------------------------------


def begun_with(sheets: list[PositionSheet], circles: list[Circle], asked: str) -> PositionSheet | None:
    """The position asked for, else the latest this person may replace, else the coalition's, from which a first draft begins."""
    for sheet in sheets:
        if str(sheet.card.position.circle.public_id) == asked:
            return sheet
    replaceable = (sheet for sheet in sheets if sheet.card.position.circle in circles)
    return next(replaceable, None) or next((sheet for sheet in sheets if sheet.card.is_adopted), None)


def offered_clauses(resolution: Resolution, user, sheet: PositionSheet | None) -> list[NamedClause]:
    """Those of the text and of proposals, then what the position already speaks of and is in neither any more."""
    clauses = clauses_to_cite(resolution, user)
    known = {clause.identity for clause in clauses}
    spoken_of = [each.identity for each in sheet.cited] if sheet else []
    spoken_of += [
        line.row.clause for lines in (sheet.red_lines if sheet else ()) for line in (*lines.red, *lines.fallback) if line.row.clause
    ]
    missing = [identity for identity in spoken_of if identity not in known]
    return clauses + list(clauses_by_identity(missing, user).values())


def changed_by_proposals(resolution: Resolution) -> set[UUID]:
    standing = Proposal.objects.standing().filter(resolution=resolution)
    rows = ProposedClause.objects.public().filter(proposal__in=standing)
    rows = rows.exclude(change__in=(ProposedClause.Change.UNCHANGED, ProposedClause.Change.RENUMBERED))
    return set(rows.order_by().values_list("identity", flat=True).distinct())


def identity_in(said: str) -> str:
    """The clause that the link to this page cites, as the form names it."""
    try:
        return str(UUID(said))
    except ValueError:
        return ""


def initial_of(sheet: PositionSheet | None, circles: list[Circle], asked: str, red_circles: list[Circle], cite: str) -> dict[str, Any]:
    own = next((circle for circle in circles if str(circle.public_id) == asked), None)
    if own is None and sheet and sheet.card.position.circle in circles:
        own = sheet.card.position.circle
    own = own or circles[0]
    of_coalition = [circle for circle in red_circles if circle.coalition_id == own.coalition_id]
    shown = next((lines.circle for lines in sheet.red_lines if lines.circle in red_circles), None) if sheet else None
    kept = shown or (own if not own.is_everyone else next((circle for circle in of_coalition if not circle.is_everyone), own))
    initial: dict[str, Any] = {
        "circle": str(own.public_id),
        "red_circle": str(kept.public_id),
        "red_from": str(shown.public_id) if shown else "",
        "cited": [cite] if cite else [],
    }
    if sheet is None:
        return initial
    position = sheet.card.position
    initial |= {"stance": position.stance, "words": position.words}
    initial["cited"] = list(dict.fromkeys([*(str(each.identity) for each in sheet.cited), *initial["cited"]]))
    if sheet.card.written_for:
        initial["written_for"] = str(sheet.card.written_for.public_id)
    elif position.written_for_text:
        initial["written_for"] = key_of_text(position.written_for_text)
    initial |= {f"points_{shown.row.language}": shown.row.text for shown in sheet.talking_points}
    initial["source"] = next((shown.row.written_from.language for shown in sheet.talking_points if shown.row.written_from), "")
    return initial


def red_lines_of(sheet: PositionSheet | None, circle: str) -> list[dict[str, Any]]:
    found = next((lines for lines in sheet.red_lines if str(lines.circle.public_id) == circle), None) if sheet else None
    lines = [*found.red, *found.fallback] if found else []
    begin = [{"kind": line.row.kind, "clause": str(line.row.clause or ""), "text": line.row.text} for line in lines]
    return begin


def with_more_rows(data):
    data = data.copy()
    count = data.get("red-TOTAL_FORMS", "0")
    data["red-TOTAL_FORMS"] = str((int(count) if count.isdecimal() and len(count) < 4 else 0) + ROWS_MORE)
    return data


def written_lines(rows) -> list[dict[str, Any]]:
    return [line for line in rows.cleaned_data if line.get("text")]


# --- The preview ------------------------------------------------------------------------------------------------------------


def preview_of(
    form: PositionForm, rows, *, is_valid: bool, clauses: list[NamedClause], sheet, begin: dict[str, Any]
) -> dict[str, Any] | None:
    """What readers will read; of a form with errors none, until they are mended."""
    if form.is_bound and not is_valid:
        return None
    if is_valid:
        said, lines = form.cleaned_data, written_lines(rows)
        circle, red_circle, points = said["circle"], said["red_circle"], {code: said[f"points_{code}"] for code in form.languages}
        written_for = str(said["written_for"] or "")
        stance, words, cited = said["stance"], said["words"], set(said["cited"])
    else:
        if sheet is None:
            return None
        lines = red_lines_of(sheet, begin["red_from"])
        circle = next(each for each in form.circles if str(each.public_id) == begin["circle"])
        red_circle = form.fields["red_circle"].coerce(begin["red_circle"])
        points = {code: begin.get(f"points_{code}", "") for code in form.languages}
        written_for = str(sheet.card.written_for or sheet.card.position.written_for_text or "")
        stance, words, cited = sheet.card.position.stance, sheet.card.position.words, {UUID(each) for each in begin["cited"]}
    names = {str(clause.identity): clause for clause in clauses}
    return {
        "circle": circle,
        "stance": dict(form.fields["stance"].choices)[stance],
        "words": words,
        "written_for": written_for,
        "cited": [clause for clause in clauses if clause.identity in cited],
        "red_circle": red_circle,
        "lines": [
            {"is_red": line["kind"] == RedLine.Kind.RED, "text": line["text"], "clause": names.get(str(line["clause"]))} for line in lines
        ],
        "points": [(code, text.splitlines()) for code, text in points.items() if text],
    }

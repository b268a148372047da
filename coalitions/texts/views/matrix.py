from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import inf

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, Max, When
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries
from modeltranslation.utils import get_translation_fields

from amnt.core import times
from amnt.core.addresses import page_address
from amnt.core.htmx import address_of, render_page
from amnt.core.languages import current_language, with_colon
from amnt.core.sorting import Order, Sorting
from coalitions import export_registry
from coalitions.models import Circle, CircleKey, Membership, Position, Reading
from coalitions.permissions import MembershipContext, membership_context_of
from coalitions.read_models.chosen_coalition import choice_of_coalitions, ours_of
from coalitions.texts.domain.matrix import (
    STATES,
    UNREAD,
    WITHDRAWN,
    LineLook,
    MatrixCell,
    MatrixProposal,
    SimilarProposals,
    Stand,
    cells,
    stands,
)
from coalitions.texts.forms.matrix import MatrixExportForm, MatrixFilters, QuickFilterRow
from coalitions.texts.views.matrix_cells import DrawnCell, cells_of, line_of, position_cell, stand_of
from coalitions.views.coalitions import not_as_lead
from coalitions.views.exports import SHEETS, level_of, sheet_file, take_out
from resolutions.models import Assembly, Proposal, RegionalGroup, Resolution

PAGE = 40
USUALLY_BEFORE = timedelta(days=29)
ORDERS = {
    "number": Order(gettext_lazy("number"), "number"),
    "title": Order(gettext_lazy("title"), "title"),
    "moved": Order(gettext_lazy("latest change"), "moved"),
}
# What moved since is not known on a day that is past.
ORDERS_OF_A_DAY = {word: order for word, order in ORDERS.items() if word != "moved"}
# What a row says of its resolution.
NAMED_BY = ("slug", "series", "number", "label", "has_official_title", *get_translation_fields("title", "short_title"))


@dataclass
class MatrixQuery:
    """What one person sees of the matrix now: what she asked for, of which assembly, and what there is."""

    filters: MatrixFilters
    memberships: MembershipContext
    assembly: Assembly | None
    show: str
    counts: dict[str, int]
    keys: list[int]
    # Keys of the resolutions on which the coalition's position is to be reviewed.
    to_review: frozenset[int]
    sorting: Sorting

    @property
    def groups(self) -> list[RegionalGroup]:
        """Those whose columns are shown."""
        region = self.filters.wanted.get("region")
        return [group for group in self.filters.groups if region in (None, "", group.code)]

    @property
    def shows_states(self) -> bool:
        return self.filters.wanted.get("region") in (None, "", STATES)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Code and name of each but our own."""
        named = [(group.code, str(group)) for group in self.groups]
        return [*named, (STATES, _("States"))] if self.shows_states else named


@require_safe
def matrix(request):
    """Resolutions by regions: what each asks, how we read it, where we stand."""
    query = matrix_query(request)
    page = Paginator(query.keys, PAGE).get_page(request.GET.get("page"))
    is_plain = request.GET.get("plain") == "1"
    rows = resolutions(query, list(page.object_list))
    found, ours = in_cells(query, rows), positions(query, rows)
    here = address_of(request)
    context = {
        "section": "resolutions",
        "query": query,
        "filters": query.filters,
        "counts": query.counts,
        "leads": query.filters.ours is not None and query.memberships.roles.get(query.filters.ours.coalition) == Membership.Role.LEAD,
        "page": page,
        "columns": query.columns,
        "is_plain": is_plain,
        "lines": list(in_words(query, rows, found, ours) if is_plain else in_shapes(query, rows, found, ours)),
        "header": header(query)[2:] if is_plain else [],
        "here": here,
        "day": said_day(query.filters.day),
        "usual_day": said_day(usual_day(query.assembly)),
    }
    response = render_page(request, "coalitions/texts/matrix.html", context, partial="results")
    if request.htmx:
        response.headers["HX-Push-Url"] = here
    return response


@require_safe
def matrix_export(request, sheet):
    """What is public of it as a table for spreadsheets, all pages, in words."""
    if sheet not in SHEETS:
        raise Http404
    return as_download(file_query(request, circles=[]), sheet, notice=export_registry.public_line())


@require_http_methods(["GET", "POST"])
def matrix_export_ours(request):
    """The same with our readings and positions, for a lead: who it is, is asked again."""
    memberships = membership_context_of(request.user)
    circles = list(Circle.objects.filter(pk__in=memberships.circles).select_related("coalition"))
    ours = ours_of(circles, choice_of_coalitions(circles), request.GET.get("coalition", ""))
    if ours is None:
        raise PermissionDenied
    coalition = next(circle.coalition for circle in circles if circle.pk == ours.everyone)
    return not_as_lead(request, coalition, memberships) or take_out_matrix(request, coalition)


@reauthentication_required(app="coalitions.export")
def take_out_matrix(request, coalition):
    def make_file(chosen, sheet, notice):
        return as_download(file_query(request, circles=[coalition.everyone, *chosen]), sheet, notice=notice, level=level_of(chosen))

    return take_out(
        request,
        coalition,
        kind="matrix",
        form_class=MatrixExportForm,
        make_file=make_file,
        section="resolutions",
        back=f"{reverse('coalitions:matrix')}?{request.GET.urlencode()}",
        back_name=_("Matrix"),
    )


def as_download(query: MatrixQuery, sheet: str, *, notice: str, level: str = "public") -> HttpResponse:
    """The rows in words as a file that says who may read it."""
    rows = resolutions(query, query.keys)
    found, ours = in_cells(query, rows), positions(query, rows)
    table = [[*line.head, *line.words] for line in in_words(query, rows, found, ours)]
    day = query.filters.day or now().date()
    edition = query.assembly.code if query.assembly else "none"
    name, title = f"matrix-{level}-{edition}-{day:%Y-%m-%d}", f"{_('Matrix')} {query.assembly or ''}"
    return sheet_file(sheet, name, title=title, header=header(query), table=table, notice=notice)


def usual_day(assembly: Assembly | None) -> date | None:
    """When most contributions are there."""
    return assembly.starts_on - USUALLY_BEFORE if assembly and assembly.starts_on else None


def said_day(day: date | None) -> str:
    return times.day(day, current_language()) if day else ""


# --- What there is ----------------------------------------------------------------------------------------------------


def matrix_query(request) -> MatrixQuery:
    """Nothing of a delegation's circle stands here: the matrix is what one shows to others, on a wall or in a file."""
    memberships = membership_context_of(request.user)
    return query_through(request, memberships, memberships.circle_keys)


def file_query(request, *, circles: list[Circle]) -> MatrixQuery:
    """What goes into a file: what is public, and what these circles hold."""
    return query_through(request, membership_context_of(request.user), circles, is_for_file=True)


def query_through(
    request, memberships: MembershipContext, circles: Collection[Circle | CircleKey], *, is_for_file: bool = False
) -> MatrixQuery:
    user = request.user
    groups = list(RegionalGroup.objects.visible_to(user).filter(is_recognised=True))
    filters = MatrixFilters(request.GET, user=user, groups=groups, circles=circles, is_for_file=is_for_file)
    assembly = Assembly.objects.current(filters.day)
    sorting = Sorting(ORDERS_OF_A_DAY if filters.day else ORDERS, request.GET)
    facts, quick = in_order_of(sorting, filters.facts(assembly), filters, assembly), filters.quick()
    chosen = filters.wanted.get("show", "")
    # Some cannot be asked: nothing moves on a day that is past.
    show = chosen if chosen in quick else ""
    counts = {name or "all": sum(map(leaves, facts)) for name, leaves in quick.items()}
    counts["asked"] = sum(row.is_asked for row in facts)
    to_review = frozenset(row.pk for row in facts if row.is_to_review)
    return MatrixQuery(filters, memberships, assembly, show, counts, [row.pk for row in facts if quick[show](row)], to_review, sorting)


def in_order_of(sorting: Sorting, facts: list[QuickFilterRow], filters: MatrixFilters, assembly: Assembly | None) -> list[QuickFilterRow]:
    """By number, as they come, or as asked for: in one query more, whatever their number."""
    if sorting.by == "title":
        titles = Resolution.objects.visible_to(filters.user).of_assembly().keys_by_title()
        places = {pk: float(place) for place, pk in enumerate(titles)}
    elif sorting.by == "moved":
        moves = filters.asked(assembly).exclude(moved_at=None).order_by().values("resolution").annotate(last=Max("moved_at"))
        places = {pk: -last.timestamp() for pk, last in moves.values_list("resolution", "last")}
    else:
        return facts
    return sorted(facts, key=lambda row: places.get(row.pk, inf))


def resolutions(query: MatrixQuery, keys: list[int]) -> list[Resolution]:
    """These, in this order, with what a row says of each."""
    rows = Resolution.objects.visible_to(query.filters.user).with_watch_of(query.filters.user).only(*NAMED_BY)
    found = rows.fetch_mode(models.FETCH_RAISE).in_bulk(keys)
    return [found[key] for key in keys]


def in_cells(query: MatrixQuery, rows: list[Resolution]) -> dict[tuple[int, str], MatrixCell]:
    """The proposals on these resolutions, in two queries however many they are."""
    filters, keys = query.filters, [row.pk for row in rows]
    codes = {group.pk: group.code for group in filters.groups}
    tones = readings(query, keys)
    # The database leaves out what a cell does not say: text that is read 1,500 times is most of what this page costs.
    who = Case(When(group=None, countries="", then="sources"))
    asked = filters.proposals(query.assembly).filter(resolution__in=keys).annotate(who=who).order_by("identifier", "pk")
    fields = ("pk", "resolution_id", "group_id", "group__code", "action", "identifier", "status_then", "countries", "who")
    return cells(
        MatrixProposal(
            resolution=resolution,
            column=codes.get(group, STATES),
            action=action,
            tone=tones.get(pk, UNREAD),
            identifier=identifier,
            who=() if group in codes else (code,) if group else who_asks(states, sources),
            is_preliminary=status == Proposal.Status.PRELIMINARY,
            is_withdrawn=status == Proposal.Status.WITHDRAWN,
            is_late=is_late,
            has_moved=pk in filters.moves.proposals,
        )
        for pk, resolution, group, code, action, identifier, status, states, sources, is_late in asked.values_list(
            *fields, "contribution__is_late"
        )
    )


def who_asks(states: str, sources: list[str]) -> tuple[str, ...]:
    """States by their three letters, else the codes printed on the proposal."""
    return tuple(map(three_letters, states.split(","))) if states else tuple(sources)


@cache
def three_letters(state: str) -> str:
    return countries.alpha3(state) or state


def readings(query: MatrixQuery, keys: list[int]) -> dict[int, str]:
    """Our reading of each proposal on these resolutions."""
    ours = query.filters.ours
    if ours is None:
        return {}
    mine = Reading.objects.visible_to(query.filters.user, query.filters.circles)
    counting = mine.that_counts(ours.everyone, ours.others, as_of=query.filters.until)
    return dict(counting.filter(proposal__resolution__in=keys).values_list("proposal_id", "tone"))


def positions(query: MatrixQuery, rows: list[Resolution]):
    """Where we stand on these resolutions, by resolution."""
    filters, ours = query.filters, query.filters.ours
    if ours is None:
        return {}
    mine = Position.objects.visible_to(filters.user, filters.circles)
    newest = mine.filter(circle__in=ours.circles, resolution__in=[row.pk for row in rows])
    found = newest.newest(as_of=filters.until).values_list("resolution_id", "circle_id", "version", "stance", "at")
    return stands(((*row, row[0] in query.to_review) for row in found), everyone=ours.everyone)


# --- What is said of it -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class MatrixRow:
    resolution: Resolution
    cells: SafeString


@dataclass(slots=True)
class MatrixRowText:
    """One row in words, for the plain table and the files."""

    resolution: Resolution
    head: list[str | int]
    words: list[str]


def tone_words(has_readings: bool) -> dict[str, str]:
    """What each reading is called. Who has no coalition has no reading to miss."""
    named = {str(value): str(label) for value, label in Reading.Tone.choices}
    return named | {UNREAD: _("not read yet") if has_readings else "", WITHDRAWN: _("withdrawn")}


def in_shapes(query: MatrixQuery, rows: list[Resolution], found: dict[tuple[int, str], MatrixCell], ours):
    """The rows of the matrix proper."""
    actions = {value: str(label) for value, label in Proposal.Action.choices}
    tones = tone_words(query.filters.ours is not None)
    moved, nothing = _("changed since your last visit"), _("nothing received")
    asked = f"?as_of={query.filters.day:%Y-%m-%d}" if query.filters.day else ""
    none = Stand()

    @cache
    def drawn(look: LineLook, has_moved: bool) -> SafeString:
        told = [actions[look.action]]
        if look.size > 1:
            told.append(ngettext("%(n)d proposal", "%(n)d proposals", look.size) % {"n": look.size})
        if look.is_preliminary:
            told.append(_("preliminary"))
        if look.is_late:
            told.append(_("late"))
        if has_moved:
            told.append(moved)
        return line_of(look, tones[look.tone] or actions[look.action], ", ".join(told))

    def lines_of(cell: MatrixCell) -> Iterator[SafeString]:
        """The last one says, for the ear, that something in the cell moved."""
        for number, line in enumerate(cell.lines, start=1):
            yield drawn(line.look, cell.has_moved and number == len(cell.lines))

    @cache
    def position(stand: Stand) -> SafeString:
        return stand_of(stand, stance_word(stand))

    columns, us = query.columns, _("Us")
    for row in rows:
        places = []
        for code, label in columns:
            cell = found.get((row.pk, code))
            places.append(
                DrawnCell(label, code, cell, said_of(cell.who) if cell else "", SafeString("".join(lines_of(cell))) if cell else "")
            )
        drawn_cells = cells_of(row.slug, places, nothing=nothing, query=asked)
        if query.filters.ours:
            stand = ours.get(row.pk, none)
            drawn_cells += position_cell(us, stand, page_address("coalitions:resolution-position", row.slug), position(stand))
        yield MatrixRow(row, drawn_cells)


def said_of(who: list[str]) -> str:
    """ "USA", or how many there are."""
    if len(who) < 2:
        return "".join(who)
    return ngettext("%(n)d State", "%(n)d States", len(who)) % {"n": len(who)}


def stance_word(stand: Stand) -> str:
    return str(Position.Stance(stand.stance).label) if stand.stance else ""


def header(query: MatrixQuery) -> list[str]:
    named = [str(group) for group in query.groups] + ([_("Individual States")] if query.shows_states else [])
    ours = [_("Our position"), _("Version"), _("To be reviewed")] if query.filters.ours else []
    return [_("Number"), _("Title"), *named, *ours]


def in_words(query: MatrixQuery, rows: list[Resolution], found: dict[tuple[int, str], MatrixCell], ours):
    """The same rows without a shape: every proposal by its identifier."""
    tones, none = tone_words(query.filters.ours is not None), Stand()
    columns = query.columns
    for row in rows:
        words = ["\n".join(said_in_cell(found.get((row.pk, code)), tones)) for code, _label in columns]
        if query.filters.ours:
            stand = ours.get(row.pk, none)
            draft = _("draft in a circle") if stand.is_drafted else ""
            words += [
                "; ".join(filter(None, (stance_word(stand), draft))),
                f"v{stand.version}" if stand.version else "",
                _("yes") if stand.is_to_review else "",
            ]
        yield MatrixRowText(row, [row.number or row.label, row.title], words)


def said_in_cell(cell: MatrixCell | None, tones: dict[str, str]) -> list[str]:
    if cell is None:
        return [_("nothing received")]
    return [said_of_proposal(line, one, tones) for line in cell.lines for one in line.proposals]


def said_of_proposal(line: SimilarProposals, one: MatrixProposal, tones: dict[str, str]) -> str:
    """ "MOD EUR/38A7/1: favourable, late"."""
    marks = (
        tones[line.look.tone],
        _("preliminary") if one.is_preliminary else "",
        _("late") if one.is_late else "",
        _("changed since your last visit") if one.has_moved else "",
    )
    name = " ".join(filter(None, (", ".join(one.who), one.action, one.identifier)))
    said = ", ".join(filter(None, marks))
    return with_colon(name, said) if said else name

"""The page without a log-in, and what it leads to: dates, resolutions with public proposals, statements, ways to take part, words."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404

from amnt.core import times
from calendar_app.read_models.public_page import (
    MOST_DATES,
    public_cycle,
    public_dates,
    ways_in_brief,
    words_of_the_page,
)
from calendar_app.views.public_answers import PublicAddress, PublicAnswer, public_view
from coalitions.models import Statement, StatementVersion
from coalitions.read_models.public_page import public_statements
from coalitions.statements.domain.fingerprint import fingerprint
from coalitions.statements.read_models.tally import public_tally, standings_of
from coalitions.statements.read_models.words import paragraphs
from resolutions.models import Assembly, Resolution
from resolutions.read_models.field_guide import glossary_by_kind, ways_with_sources
from resolutions.read_models.public_matrix import all_resolutions, asked_resolutions, public_matrix, public_proposals

# Rows of the matrix on the page itself; the list of resolutions has more than there have ever been.
ROWS, MOST_RESOLUTIONS, MOST_PROPOSALS = 25, 300, 300
USUALLY_BEFORE = timedelta(days=29)


@public_view
def public_page(address: PublicAddress) -> PublicAnswer:
    cycle = public_cycle()
    asked = asked_resolutions(cycle.assembly, most=ROWS + 1)
    first = cycle.assembly.starts_on if cycle.assembly else None
    context = {
        "cycle": cycle,
        "current": cycle.assembly,
        "chart": cycle.chart,
        "first_day": cycle.first_day,
        "matrix": public_matrix(cycle.assembly, asked[:ROWS]),
        "has_more_resolutions": len(asked) > ROWS,
        "usual_day": times.day(first - USUALLY_BEFORE, address.language) if first else "",
        "statements": public_statements(),
        "names": address.entries.names,
        "ways": ways_in_brief(),
        "words": words_of_the_page(),
    }
    return address.page("calendar_app/public/page.html", context)


@public_view
def public_date_list(address: PublicAddress) -> PublicAnswer:
    """Every public date of the cycle that lies ahead."""
    assembly = Assembly.objects.current()
    dates = public_dates(assembly, most=MOST_DATES)
    return address.page("calendar_app/public/dates.html", {"current": assembly, "dates": dates})


@public_view
def public_resolution_list(address: PublicAddress) -> PublicAnswer:
    assembly = Assembly.objects.current()
    matrix = public_matrix(assembly, all_resolutions(assembly, most=MOST_RESOLUTIONS))
    return address.page("calendar_app/public/resolutions.html", {"current": assembly, "matrix": matrix})


@public_view
def public_resolution(address: PublicAddress, slug: str) -> PublicAnswer:
    """Who asks what of one resolution, and in which public document."""
    assembly = Assembly.objects.current()
    resolution = get_object_or_404(Resolution.objects.of_assembly(), slug=slug)
    proposals = public_proposals(resolution, assembly, most=MOST_PROPOSALS)
    if resolution.number is None and not proposals:
        raise Http404
    context = {"current": assembly, "resolution": resolution, "proposals": proposals}
    return address.page("calendar_app/public/resolution.html", context)


@public_view
def public_statement(address: PublicAddress, public_id: str) -> PublicAnswer:
    """A statement that two leads chose to show: its text, and who endorsed it and may be named outside."""
    statement = get_object_or_404(Statement.objects.published().select_related("circle__coalition__public_page_entry"), public_id=public_id)
    version = StatementVersion.objects.get(statement=statement, number=statement.newest)
    context = {
        "statement": statement,
        "by": statement.circle.coalition.public_page_entry.shown_name,
        "version": version,
        "paragraphs": paragraphs(version.text),
        "fingerprint": fingerprint(version.text),
        "signed": public_tally(standings_of(statement)),
    }
    return address.page("calendar_app/public/statement.html", context)


@public_view
def public_ways_in(address: PublicAddress) -> PublicAnswer:
    return address.page("calendar_app/public/ways_in.html", {"ways": ways_with_sources()})


@public_view
def public_glossary(address: PublicAddress) -> PublicAnswer:
    return address.page("calendar_app/public/glossary.html", {"kinds": glossary_by_kind()})

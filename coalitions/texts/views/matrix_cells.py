"""The cells of the matrix as HTML. In Python, because a page has 280 of them and a template spends three times as long."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from amnt.templatetags.amnt import icon
from coalitions.texts.domain.matrix import STATES, WITHDRAWN, Cell, SimilarProposals


@dataclass(slots=True)
class Place:
    """One cell as drawn: `told` says for the ear what its marks and its frame say to the eye."""

    label: str
    code: str
    cell: Cell | None
    who: str
    drawn: list[tuple[SimilarProposals, str, str]]


def cells_of(slug: str, places: Iterable[Place], *, nothing: str, query: str) -> SafeString:
    """Those of one resolution. nothing -- what is said of an empty one; query -- what follows the address of a cell"""
    return SafeString(
        "\n".join(
            _begin(place.code, place.label)
            + (_drawn(place, place.cell, f"{slug}/{place.code}/{query}") if place.cell else _empty(nothing))
            + "</td>"
            for place in places
        )
    )


@lru_cache(maxsize=64)
def _begin(code: str, label: str) -> SafeString:
    """As tables are: on a narrow screen each cell says what it is of."""
    return format_html('<td role="cell"{} data-label="{}">', SafeString(' class="states"') if code == STATES else "", label)


@lru_cache(maxsize=8)
def _empty(nothing: str) -> SafeString:
    return format_html('<span class="cell" data-status="none"><span>{}</span> <span class="word">{}</span></span>', icon("s-none"), nothing)


def _drawn(place: Place, cell: Cell, address: str) -> SafeString:
    lines = SafeString("".join(_line(line.tone, line.icon, line.action, line.marks, line.is_late, *said) for line, *said in place.drawn))
    who = format_html("<span><bdi>{}</bdi></span> ", place.who) if place.who else ""
    moved = SafeString(" data-moved") if cell.has_moved else ""
    return format_html('<a class="cell" data-status="{}" href="{}"{}>{}{}</a>', cell.tone, address, moved, who, lines)


@lru_cache(maxsize=1024)
def _line(tone: str, shape: str, action: str, marks: str, is_late: bool, word: str, told: str) -> SafeString:
    """Proposals that ask the same and are read alike: shape, action and marks for the eye, words beside them, and all of it for the ear."""
    return format_html(
        '<span data-status="{}">{}{}{}{}</span> <span class="word">{}</span><span class="visually-hidden">, {}</span>',
        tone,
        format_html("{} ", icon(shape)) if shape else "",
        format_html('<s><bdi class="itu">{}</bdi></s>' if tone == WITHDRAWN else '<bdi class="itu">{}</bdi>', action),
        format_html("<sup>{}</sup>", marks) if marks else "",
        format_html(' <span data-status="late">{}</span>', icon("s-late")) if is_late else "",
        word,
        told,
    )

"""The cells of the matrix as HTML. In Python, because a page has 280 cells and a template takes three times as long."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from amnt.templatetags.amnt import icon
from coalitions.texts.domain.matrix import STATES, LineLook, MatrixCell, Stand


@dataclass(slots=True)
class DrawnCell:
    """One cell as drawn: who asks, in words, and its lines."""

    label: str
    code: str
    cell: MatrixCell | None
    who: str
    lines: SafeString | str


def cells_of(slug: str, places: Iterable[DrawnCell], *, nothing: str, query: str) -> SafeString:
    """The cells of one resolution.

    nothing -- the text of an empty one; query -- the query string of links
    """
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
    """Cells of a table; on a narrow screen each shows its column's label."""
    return format_html('<td role="cell"{} data-label="{}">', SafeString(' class="states"') if code == STATES else "", label)


@lru_cache(maxsize=8)
def _empty(nothing: str) -> SafeString:
    return format_html('<span class="cell" data-status="none"><span>{}</span> <span class="word">{}</span></span>', icon("s-none"), nothing)


def _drawn(place: DrawnCell, cell: MatrixCell, address: str) -> SafeString:
    who = format_html("<span><bdi>{}</bdi></span> ", place.who) if place.who else ""
    moved = SafeString(" data-moved") if cell.has_moved else ""
    return format_html('<a class="cell" data-status="{}" href="{}"{}>{}{}</a>', cell.tone, address, moved, who, place.lines)


@lru_cache(maxsize=1024)
def line_of(look: LineLook, word: str, told: str) -> SafeString:
    """Proposals that ask the same and are read alike: shape, action and marks for the eye, a word beside them, all of it for the ear."""
    return format_html(
        '<span data-status="{}">{}{}{}{}</span> <span class="word">{}</span><span class="visually-hidden">, {}</span>',
        look.tone,
        format_html("{} ", icon(look.icon)) if look.icon else "",
        format_html('<s><bdi class="itu">{}</bdi></s>' if look.is_withdrawn else '<bdi class="itu">{}</bdi>', look.action),
        format_html("<sup>{}</sup>", look.marks) if look.marks else "",
        format_html(' <span data-status="late">{}</span>', icon("s-late")) if look.is_late else "",
        word,
        told,
    )


def position_cell(label: str, stand: Stand, address: str, said: SafeString) -> SafeString:
    """That of our position. said -- where we stand, in words and shapes"""
    cell = '<td role="cell" class="ours" data-label="{}"><a class="cell" data-status="{}" href="{}">{}</a></td>'
    return format_html(cell, label, stand.state or "none", address, said)


def stand_of(stand: Stand, stance: str) -> SafeString:
    """The coalition's position with its version, else the draft of a circle, else that there is none yet."""
    draft = icon("s-draft")
    if stand.stance:
        review = format_html(", {}", gettext("to be reviewed")) if stand.is_to_review else ""
        drafted = (
            format_html(' {}<span class="visually-hidden">, {}</span>', draft, gettext("draft in a circle")) if stand.is_drafted else ""
        )
        said = '<span>{} {}</span> <span class="version"><bdi>v{}</bdi>{}{}</span>'
        return format_html(said, icon(stand.icon), stance, stand.version, review, drafted)
    if stand.is_drafted:
        return format_html('<span>{} {}</span> <span class="version">{}</span>', draft, pgettext("position", "draft"), gettext("circle"))
    return format_html('<span>—<span class="visually-hidden"> {}</span></span>', gettext("no position yet"))

"""The orders of lists: what the address asks for, what links and forms keep, and what is none of them."""

import re
from html import unescape

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from amnt.core.sorting import Order, Sorting

ORDERS = {"due": Order("due date", "due_at"), "newest": Order("newest first", "-created_at")}


def menu(address: str, count: int = 40) -> list[tuple[str, str, bool]]:
    """Address, name and whether it is chosen, of each link."""
    request = RequestFactory().get(address)
    context = Context({"request": request, "sorting": Sorting(ORDERS, request.GET), "count": count})
    shown = Template("{% sort_menu sorting count %}").render(context)
    links = re.findall(r'<a href="([^"]*)"([^>]*)>([^<]*)', shown)
    return [(unescape(link), name.strip(), "aria-current" in rest) for link, rest, name in links]


@pytest.mark.parametrize("word", ["", "due", "title", "-created_at", "Newest", "\x00", "new" * 300])
def test_what_is_no_order_leaves_the_usual_one(word):
    sorting = Sorting(ORDERS, {"sort": word})

    assert (sorting.by, sorting.label, sorting.is_usual, sorting.suffix) == ("due_at", "due date", True, "")


def test_an_order_asked_for_is_named_and_kept():
    sorting = Sorting(ORDERS, {"sort": "newest"})

    assert (sorting.by, sorting.label, sorting.is_usual, sorting.suffix) == ("-created_at", "newest first", False, "&sort=newest")


def test_links_keep_every_other_parameter_and_lead_to_the_first_page():
    assert menu("/?q=a+b&page=3&tab=team&sort=newest") == [
        ("?q=a+b&tab=team", "Due date", False),
        ("?q=a+b&tab=team&sort=newest", "Newest first", True),
    ]


def test_a_short_list_offers_no_order_unless_an_unusual_one_was_asked_for():
    assert menu("/", count=5) == []
    assert [chosen for _link, _name, chosen in menu("/?sort=newest", count=5)] == [False, True]


def test_a_field_of_a_form_offers_them_and_shows_the_chosen_one():
    shown = Template("{% sort_field sorting %}").render(Context({"sorting": Sorting(ORDERS, {"sort": "newest"})}))

    options = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)', shown)
    assert [(word, chosen, name.strip()) for word, chosen, name in options] == [
        ("", "", "Due date"),
        ("newest", " selected", "Newest first"),
    ]
    assert '<label for="id_sort">Sort by</label>' in shown

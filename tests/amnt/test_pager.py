"""The links to the page before and after this one, under every list."""

import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory


def links(tag, asked):
    context = Context({"request": RequestFactory().get("/list/", asked), "number": 2, "count": 3})
    return re.findall(r'href="([^"]+)" rel="(\w+)"', Template(tag).render(context))


def test_turning_a_page_keeps_what_else_was_asked_for():
    asked = {"page": "2", "state": ["open", "late"], "q": "a&b"}
    assert links("{% pager number count %}", asked) == [
        ("?page=1&amp;state=open&amp;state=late&amp;q=a%26b", "prev"),
        ("?page=3&amp;state=open&amp;state=late&amp;q=a%26b", "next"),
    ]


def test_of_two_lists_on_a_page_each_is_turned_alone():
    tag = '{% pager number count key="sent" anchor="sent" %}'
    assert links(tag, {"coming": "4"}) == [("?coming=4&amp;sent=1#sent", "prev"), ("?coming=4&amp;sent=3#sent", "next")]


@pytest.mark.parametrize(("number", "count", "there"), [(1, 1, []), (1, 2, ["next"]), (2, 2, ["prev"]), (1, 0, [])])
def test_there_is_no_link_to_a_page_that_is_not_there(number, count, there):
    tag = f"{{% pager {number} {count} %}}"
    assert [way for _address, way in links(tag, {})] == there

"""Whatever stands where the key of a calendar address should, the answer is that of an address that never was."""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.fuzz.cases import ODD, TIMES


def told(key: str) -> tuple[object, ...]:
    answer = Client().get(f"/f/{quote(key, safe='')}.ics", headers={"accept-language": "en"})
    return answer.status_code, answer.content, sorted(answer.headers.items())


@pytest.mark.django_db
class TestFeedAddresses(TestCase):
    # A slash ends the key: behind it is no address of a calendar any more.
    @settings(max_examples=25 * TIMES)
    @given(key=st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda key: "/" not in key))
    @example("a" * 32)
    @example("é" * 500)
    @example("\x00")
    def test_no_key_is_answered_otherwise_than_any_other(self, key):
        assert told(key) == told("a" * 32)

    def test_nor_is_any_odd_value(self):
        assert {key for key in map(str, ODD) if key and "/" not in key and told(key) != told("a" * 32)} == set()

"""How long a log-in still lasts is known to each page, which says so two minutes before."""

import re

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from tests.factories import UserFactory, coalition, lead

pytestmark = pytest.mark.django_db

HOUR = 3600
PAGE = reverse("accounts:profile")
STAYS = f'data-stays="{reverse("about:help")}"'


def left(page: str) -> int:
    return int(re.search(r'id="session-ends" data-left="(\d+)"', page)[1])


def test_of_a_member_it_is_fourteen_days_which_nothing_makes_longer(client):
    client.force_login(UserFactory())
    client.get(PAGE)
    with time_machine.travel(now().timestamp() + 13 * 24 * HOUR, tick=False):
        page = client.get(PAGE).content.decode()

    assert 24 * HOUR - 60 <= left(page) <= 24 * HOUR
    assert STAYS not in page


def test_of_a_lead_it_is_half_a_day_which_any_page_makes_longer(client):
    client.force_login(lead(coalition()))
    client.get(PAGE)
    with time_machine.travel(now().timestamp() + 5 * 60, tick=False):
        page = client.get(PAGE).content.decode()
    with time_machine.travel(now().timestamp() + 11 * HOUR, tick=False):
        client.head(reverse("about:help"))
        later = client.get(PAGE).content.decode()

    assert 12 * HOUR - 6 * 60 <= left(page) <= 12 * HOUR - 4 * 60
    assert STAYS in page
    assert 12 * HOUR - 60 <= left(later) <= 12 * HOUR


def test_a_stranger_has_none(client):
    assert "session-ends" not in client.get(reverse("account_login")).content.decode()

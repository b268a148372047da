"""How to get in: three questions put the ways in order, and none is hidden."""

import re

import pytest
from django.urls import reverse

from coalitions.models import Delegation
from coalitions.participation.domain.ordering import Answer, Remark, placed
from resolutions.importers.glossary_and_notes import shipped_ways_in
from tests.factories import AssemblyFactory, RegionalGroupFactory, UserFactory, coalition, member, observer

PAGE = reverse("coalitions:ways")
EVERY = [way.key for way in shipped_ways_in()]


def order(agrees="", pays="", is_open=""):
    rows = placed(shipped_ways_in(), agrees=Answer(agrees), pays=Answer(pays), is_open=Answer(is_open))
    return [row.way.key for row in rows], {row.way.key: row.remark for row in rows}


@pytest.mark.parametrize("agrees", list(Answer))
@pytest.mark.parametrize("pays", list(Answer))
@pytest.mark.parametrize("is_open", list(Answer))
def test_no_answer_hides_a_way(agrees, pays, is_open):
    assert sorted(order(agrees, pays, is_open)[0]) == sorted(EVERY)


def test_unsaid_they_stand_as_in_the_file_and_none_comes_first():
    keys, remarks = order()
    assert keys == EVERY
    assert set(remarks.values()) == {Remark.POSSIBLE}


def test_each_answer_moves_what_does_not_fit_to_the_end():
    keys, remarks = order(agrees="yes", pays="no")
    assert (keys[0], remarks["delegation"]) == ("delegation", Remark.FIRST)
    assert keys[-3:] == ["sector-member", "associate", "academia"]
    keys, remarks = order(agrees="no", pays="yes")
    assert (keys[0], keys[-1], remarks["delegation"]) == ("delegation-abroad", "delegation", Remark.DISAGREES)
    assert remarks["sector-member"] == Remark.ASKS_STATE
    keys, remarks = order(is_open="no")
    assert (keys[-1], remarks["delegation"]) == ("delegation", Remark.NOT_OPEN)


@pytest.mark.django_db
def test_the_page_shows_every_way_once_and_what_is_not_known_stays_away(client):
    client.force_login(member(coalition()))
    page = client.get(PAGE + "?agrees=no&pays=no").content.decode()
    assert [len(re.findall(f'id="way-{key}"', page)) for key in EVERY] == [1] * len(EVERY)
    assert "31800 CHF a year" in page
    assert "5300" not in page  # of low certainty
    assert page.count("What the TIES account covers") == sum(bool(way.ties) for way in shipped_ways_in())
    assert client.get(PAGE + "?agrees=perhaps&country=XX").status_code == 200


@pytest.mark.django_db
def test_the_card_and_the_region_of_the_country_are_linked(client):
    assembly = AssemblyFactory()
    card = Delegation.objects.create(assembly=assembly, country="KE", is_open="no", source="https://example.org/list")
    RegionalGroupFactory(code="ATU", acronym="ATU", countries=["KE"])
    client.force_login(UserFactory())
    page = client.get(PAGE + "?country=KE").content.decode()
    assert card.get_absolute_url() in page
    assert "not open to civil society" in page
    assert "ATU" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "notes"), [(member, True), (observer, False)])
def test_who_may_note_a_request(client, who, notes):
    client.force_login(who(coalition()))
    assert (reverse("coalitions:own-route-new") in client.get(PAGE).content.decode()) == notes

"""What makes no sense in an address is left aside: by SQLite, which keeps any character, and by PostgreSQL, which refuses some."""

import pytest

from tests.factories import AssemblyFactory, ResolutionFactory, coalition, lead

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/calendar/?country=²",
        "/follow-ups/new/?country=²",
        "/resolutions/50/compare/?other=%00",
        "/resolutions/50/proposals/new/?assembly=%00",
        "/proposals/new-resolution/?assembly=%00",
    ],
)
def test_a_character_that_means_nothing_there_breaks_no_page(client, address):
    AssemblyFactory()
    ResolutionFactory(number=50, slug="50")
    client.force_login(lead(coalition()))
    assert client.get(address).status_code == 200


def test_a_nul_character_in_an_address_is_left_out_before_anything_is_looked_up(client):
    boss = lead(coalition())
    place = boss.memberships.get().coalition
    client.force_login(boss)
    answer = client.get(f"/coalition/{place.public_id}/statements/new/?position=5%000&page=%00")
    assert answer.status_code == 200
    assert answer.wsgi_request.GET.dict() == {"position": "50", "page": ""}
    assert client.get("/calendar/?region=%0%000").wsgi_request.GET.dict() == {"region": ""}

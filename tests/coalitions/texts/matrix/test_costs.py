"""What the matrix costs, whatever it holds."""

import gzip

import pytest

from coalitions.services import membership
from resolutions.models import Assembly
from tests import factories
from tests.coalitions.texts.matrix.helpers import MATRIX, QUERIES, ask, filled, record_reading, shown

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3, 45])
def test_the_matrix_costs_the_same_whatever_it_holds(client, wanjiru, groups, rows, django_assert_num_queries):
    filled(groups, wanjiru, rows)
    client.force_login(wanjiru)
    client.get(MATRIX)
    with django_assert_num_queries(QUERIES):
        client.get(MATRIX)


def test_who_works_in_several_coalitions_chooses_one_by_name_in_one_query_more(client, wanjiru, groups, django_assert_num_queries):
    filled(groups, wanjiru, 3)
    for name in ("Zanzibar", "Abidjan"):
        membership.admit(factories.coalition(name), user=wanjiru, role="member", organisation=factories.OrganisationFactory())
    client.force_login(wanjiru)
    client.get(MATRIX)
    with django_assert_num_queries(QUERIES + 1):
        body = client.get(MATRIX).content.decode()
    assert body.index(">Abidjan</option>") < body.index(">Zanzibar</option>")


def test_forty_rows_by_nine_fit_the_budget(client, wanjiru):
    Assembly.objects.all().delete()
    codes = ("ATU", "APT", "LAS", "CEPT", "CITEL", "RCC")
    filled({code: factories.RegionalGroupFactory(code=code, acronym_en=code) for code in codes}, wanjiru, 40, a_cell=4)
    client.force_login(wanjiru)
    answer = client.get(MATRIX)
    assert len(shown(answer.content.decode())) == 40
    assert len(gzip.compress(answer.content)) < 25 * 1024


@pytest.mark.parametrize("proposals", [1, 6])
def test_a_cell_costs_the_same_whatever_it_holds(client, wanjiru, groups, fifty, proposals, django_assert_num_queries):
    for _number in range(proposals):
        record_reading(ask(fifty, groups["ATU"], countries=["KE", "ZA"]), wanjiru, "risk")
    client.force_login(wanjiru)
    client.get("/matrix/50/ATU/")
    # Session, person, memberships, resolution, groups, assembly, proposals, circles to write in, readings, who is here,
    # what changed since the last visit, clauses, rules for hints.
    with django_assert_num_queries(13):
        client.get("/matrix/50/ATU/")


def test_the_files_cost_the_same_whatever_they_hold(client, wanjiru, groups, django_assert_num_queries):
    filled(groups, wanjiru, 45)
    client.force_login(wanjiru)
    client.get(MATRIX)
    with django_assert_num_queries(QUERIES - 4):  # no topics, no readings, no positions, nothing that is new to one reader
        client.get("/matrix/export.csv")

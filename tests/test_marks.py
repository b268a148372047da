"""`bin/test --database` picks its tests by a mark that tests/conftest.py sets."""

import pytest


@pytest.mark.django_db
def test_a_test_that_says_so_uses_the_database(request):
    assert request.node.get_closest_marker("database")


@pytest.fixture
def through_another(db):
    return None


def test_a_test_uses_the_database_whichever_fixture_asks_for_it(request, through_another):
    assert request.node.get_closest_marker("database")


def test_no_other_test_does(request):
    assert request.node.get_closest_marker("database") is None


@pytest.mark.django_db
@pytest.mark.once
def test_what_reads_sentences_only_is_not_repeated_on_the_other_database(request):
    assert request.node.get_closest_marker("database") is None

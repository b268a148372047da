"""A condition that is put into SQL once holds wherever its rows are asked for, under whatever name their table has there."""

import pytest
from django.db.models import BooleanField, Exists, F, OuterRef
from django.db.models.lookups import Exact

from amnt.core.precompiled import Precompiled, PrecompiledQuery
from resolutions.models import Outcome, Resolution
from tests.factories import AssemblyFactory, ResolutionFactory

pytestmark = pytest.mark.django_db


def decided():
    return Resolution.objects.annotate(found=Exists(Outcome.objects.filter(resolution=OuterRef("pk"))))


DECIDED = Precompiled(decided, BooleanField())


@pytest.fixture
def two():
    """Of two resolutions, the one that an assembly decided on."""
    one, _other = ResolutionFactory(number=50, slug="50"), ResolutionFactory(number=64, slug="64")
    one.outcomes.create(assembly=AssemblyFactory(), action="MOD")
    return one


def test_it_is_an_annotation_and_a_condition_like_any_other(two):
    rows = Resolution.objects.annotate(is_decided=DECIDED)
    assert dict(rows.values_list("slug", "is_decided")) == {"50": True, "64": False}
    assert list(rows.filter(is_decided=True)) == list(Resolution.objects.filter(DECIDED)) == [two]


def test_inside_a_subquery_it_asks_about_the_row_there(two):
    inner = Resolution.objects.annotate(is_decided=DECIDED).filter(is_decided=True)
    assert list(Resolution.objects.filter(pk__in=inner.values("pk"))) == [two]
    assert list(Outcome.objects.filter(Exists(inner.filter(pk=OuterRef("resolution"))))) == list(Outcome.objects.all())


def test_a_subquery_that_refers_to_it_asks_about_the_row_outside(two):
    with_any = Resolution.objects.annotate(is_decided=DECIDED)
    others = Resolution.objects.filter(Exact(OuterRef("is_decided"), True)).exclude(pk=OuterRef("pk"))
    assert list(with_any.filter(Exists(others))) == [two]


def test_what_would_need_another_table_is_refused(two):
    joining = Precompiled(lambda: Outcome.objects.annotate(found=F("resolution__number")), BooleanField())
    with pytest.raises(ValueError, match="joins another table"):
        list(Outcome.objects.annotate(number=joining))


def test_a_query_is_put_together_once_and_asked_of_another_row_each_time(two):
    built = []

    def outcomes_of(key):
        built.append(key)
        return Outcome.objects.filter(resolution=key).values("action", "resolution")

    outcomes = PrecompiledQuery(outcomes_of)
    assert outcomes.rows(two.pk) == [{"action": "MOD", "resolution": two.pk}]
    assert outcomes.rows(Resolution.objects.get(slug="64").pk) == []
    assert built == [PrecompiledQuery.STAND_IN]

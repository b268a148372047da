"""A condition that is put into SQL once holds wherever its rows are asked for, under whatever name their table has there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import BooleanField, DateField, Exists, F, OuterRef, Value
from django.db.models.lookups import Exact

from amnt.accounts.models import User
from amnt.core.precompiled import Keys, Precompiled, PrecompiledQuery
from resolutions.models import Assembly, Outcome, Resolution
from tests.factories import AssemblyFactory, ResolutionFactory, UserFactory

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


def test_it_is_given_times_and_reckons_others_from_them():
    day = timedelta(days=1)

    def between(key, since, on):
        rows = Assembly.objects.filter(pk=key, starts_on__gt=since - 3 * day, ends_on__lte=on + 5 * day)
        return rows.annotate(seen=Value(on + day, DateField())).values("code", "starts_on", "seen")

    query, assembly = PrecompiledQuery(between), AssemblyFactory(starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    found = [{"code": "WTSA-28", "starts_on": date(2028, 10, 17), "seen": date(2028, 10, 22)}]
    for since, on, rows in (
        (date(2028, 10, 19), date(2028, 10, 21), found),
        (date(2028, 10, 20), date(2028, 10, 21), []),
        (date(2028, 10, 19), date(2028, 10, 20), []),
    ):
        assert query.rows(assembly.pk, since=since, on=on) == rows


def test_instants_are_instants_before_and_after():
    def entered(key, at):
        return User.objects.filter(pk=key, date_joined__gt=at - timedelta(hours=2)).values("date_joined")

    query, at = PrecompiledQuery(entered), datetime(2028, 9, 14, 6, tzinfo=UTC)
    person = UserFactory(date_joined=at)
    assert query.rows(person.pk, at=at + timedelta(hours=1)) == [{"date_joined": at}]
    assert query.rows(person.pk, at=at + timedelta(hours=2)) == []


def test_what_follows_from_the_key_follows_it(two):
    def slugs_of(key):
        return [f"{key}-no", "50" if key == two.pk else f"{key}-neither"]

    def outcomes_of(key):
        return Outcome.objects.filter(resolution=key, resolution__slug__in=slugs_of(key)).values("action")

    query = PrecompiledQuery(outcomes_of, derived=slugs_of)
    assert query.rows(two.pk) == [{"action": "MOD"}]
    assert query.rows(two.pk + 1) == []


def test_it_is_asked_of_some_keys_of_many_and_of_none(two):
    def outcomes_of(resolutions, among):
        return Outcome.objects.filter(resolution__in=resolutions, pk__in=among).values("action")

    query, all_of_them = PrecompiledQuery(outcomes_of), Keys(Outcome.objects.values_list("pk", flat=True))
    assert query.rows(resolutions=Keys([two.pk, two.pk + 1]), among=all_of_them) == [{"action": "MOD"}]
    assert list(query.tuples(resolutions=Keys([two.pk]), among=all_of_them)) == [("MOD",)]
    assert query.rows(resolutions=Keys([two.pk + 1]), among=all_of_them) == []
    assert query.rows(resolutions=Keys([two.pk]), among=Keys([])) == []

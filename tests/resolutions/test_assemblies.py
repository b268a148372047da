from datetime import date

import pytest

from resolutions.models import Assembly
from tests.factories import AssemblyFactory


@pytest.mark.parametrize(
    ("one", "other", "is_after"),
    [
        (date(2028, 10, 17), date(2024, 10, 15), True),
        (date(2024, 10, 15), date(2028, 10, 17), False),
        (None, date(2024, 10, 15), True),
        (date(2024, 10, 15), None, False),
    ],
)
def test_an_assembly_whose_first_day_nobody_knows_is_still_to_come(one, other, is_after):
    assert Assembly(pk=1, starts_on=one).is_after(Assembly(pk=2, starts_on=other)) is is_after


def test_no_assembly_is_after_itself():
    assert not Assembly(pk=1).is_after(Assembly(pk=1))


@pytest.mark.django_db
def test_one_whose_first_day_nobody_knows_comes_before_those_that_are_over():
    over, before_it = (
        AssemblyFactory(code=f"WTSA-{year - 2000}", starts_on=date(year, 3, 1), ends_on=date(year, 3, 9)) for year in (2024, 2022)
    )
    assert Assembly.objects.current() == over
    to_come = AssemblyFactory(code="WTSA-32", starts_on=None, ends_on=None)
    assert list(Assembly.objects.latest_first()) == [to_come, over, before_it]
    assert Assembly.objects.current() == to_come


@pytest.mark.django_db
def test_an_assembly_that_is_over_is_worked_for_until_a_later_one_is_known(django_assert_num_queries):
    AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    AssemblyFactory(code="WTSA-28", starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))

    def worked_for(day):
        with django_assert_num_queries(1):
            return Assembly.objects.current(day).code

    assert [worked_for(date(2024, 10, day)) for day in (24, 25)] == ["WTSA-24", "WTSA-28"]
    assert [worked_for(date(2028, 10, day)) for day in (26, 27)] == ["WTSA-28", "WTSA-28"]
    AssemblyFactory(code="WTSA-32", starts_on=date(2032, 10, 1), ends_on=date(2032, 10, 10))
    assert worked_for(date(2028, 10, 27)) == "WTSA-32"


@pytest.mark.django_db
def test_without_any_assembly_none_is_worked_for():
    assert Assembly.objects.current() is None

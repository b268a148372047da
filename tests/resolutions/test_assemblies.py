from datetime import date

import pytest

from resolutions.models import Assembly


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

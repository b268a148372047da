"""Days as people type them into the search."""

from datetime import date

import pytest

from calendar_app.read_models.searched_days import days_in

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2028-10-17", date(2028, 10, 17), date(2028, 10, 17)),
        (" 17/10/2028 ", date(2028, 10, 17), date(2028, 10, 17)),
        ("17.10.2028", date(2028, 10, 17), date(2028, 10, 17)),
        ("17 October 2028", date(2028, 10, 17), date(2028, 10, 17)),
        ("October 17th, 2028", date(2028, 10, 17), date(2028, 10, 17)),
        ("1er août 2027", date(2027, 8, 1), date(2027, 8, 1)),
        ("17 de octubre de 2028", date(2028, 10, 17), date(2028, 10, 17)),
        ("oct. 2028", date(2028, 10, 1), date(2028, 10, 31)),
        ("FÉVRIER 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("29 noviembre", TODAY, TODAY),
        ("28 November", date(2027, 11, 28), date(2027, 11, 28)),
    ],
)
def test_a_day_or_a_month_is_read_in_every_language(typed, first, last):
    assert days_in(typed, today=TODAY) == (first, last)


@pytest.mark.parametrize(
    "typed", ["", "2028", "mars", "50", "38A7", "rés. 50", "31 February 2027", "31/02/2027", "2028-13", "May 2028 forum", "1 2 mars"]
)
def test_other_words_name_no_day(typed):
    assert days_in(typed, today=TODAY) is None

from datetime import UTC, date, datetime

from amnt.core import times

DEADLINE = datetime(2028, 9, 18, 21, 59, tzinfo=UTC)


def test_a_deadline_is_said_officially_and_on_the_readers_clock():
    said = times.when(DEADLINE, zone="Europe/Zurich", reader="Africa/Nairobi", language="en")
    assert said == times.When("Mon, 18 Sept 2028, 23:59 (Geneva)", "Tue 19, 00:59")


def test_the_same_instant_in_another_zone_is_another_day():
    times.when(DEADLINE, zone="Europe/Zurich", reader="UTC", language="en")
    said = times.when(DEADLINE, zone="Africa/Nairobi", reader="Africa/Nairobi", language="en")
    assert said == times.When("Tue, 19 Sept 2028, 00:59 (Nairobi)", None)


def test_the_first_of_a_month_is_an_ordinal_in_french_alone():
    first, eleventh = date(2028, 10, 1), date(2028, 10, 11)
    assert (times.day(first, "fr"), times.short_day(first, "fr")) == ("dim. 1er oct. 2028", "dim. 1er")
    assert times.days(first, eleventh, "fr") == "1er–11 oct. 2028"
    assert times.days(date(2028, 9, 30), first, "fr") == "30 sept.\u2009–\u20091er oct. 2028"
    assert times.day(eleventh, "fr") == "mer. 11 oct. 2028"
    assert (times.day(first, "en"), times.day(first, "es")) == ("Sun, 1 Oct 2028", "dom, 1 oct 2028")

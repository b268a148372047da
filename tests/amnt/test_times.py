from datetime import UTC, date, datetime

import pytest

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


@pytest.mark.parametrize(
    ("days", "english", "french", "spanish"),
    [
        (-400, "13 months ago", "il y a 13 mois", "hace 13 meses"),
        (-2, "2 days ago", "il y a 2 jours", "hace 2 días"),
        (-1, "yesterday", "hier", "ayer"),
        (0, "today", "aujourd’hui", "hoy"),
        (1, "tomorrow", "demain", "mañana"),
        (3, "in 3 days", "dans 3 jours", "dentro de 3 días"),
        (60, "in 60 days", "dans 60 jours", "dentro de 60 días"),
        (61, "in 2 months", "dans 2 mois", "dentro de 2 meses"),
        (643, "in 21 months", "dans 21 mois", "dentro de 21 meses"),
        (731, "in 2 years", "dans 2 ans", "dentro de 2 años"),
    ],
)
def test_how_far_off_a_day_is(days, english, french, spanish):
    assert [times.countdown(days, language) for language in ("en", "fr", "es")] == [english, french, spanish]


def test_a_countdown_is_never_a_bracket_after_a_bracket():
    said = [times.with_countdown(day, 3, language) for day, language in (("Mon 7 Dec", "en"), ("lun. 7 déc., 09:00 (Nairobi)", "fr"))]
    assert said == ["Mon 7 Dec (in 3 days)", "lun. 7 déc., 09:00 (Nairobi), dans 3 jours"]


def test_days_are_counted_on_the_readers_calendar():
    evening, morning = datetime(2028, 9, 18, 20, 30, tzinfo=UTC), datetime(2028, 9, 18, 22, 30, tzinfo=UTC)
    assert [times.days_between(evening, morning, zone) for zone in ("UTC", "Europe/Zurich", "Pacific/Auckland")] == [0, 1, 0]
    assert times.days_between(morning, evening, "Europe/Zurich") == -1


def test_this_year_is_left_out_and_another_one_is_always_said():
    first, last, later = date(2028, 10, 2), date(2028, 10, 6), date(2029, 1, 3)
    assert (times.day(first, "en", 2028), times.day(first, "en", 2027)) == ("Mon 2 Oct", "Mon, 2 Oct 2028")
    assert times.days(first, last, "es", 2028) == "2–6 oct"
    assert times.days(last, later, "en", 2028) == "6 Oct 2028\u2009–\u20093 Jan 2029"
    said = times.when(DEADLINE, zone="Europe/Zurich", reader="Europe/Zurich", language="fr", this_year=2028)
    assert said.official == "lun. 18 sept., 23:59 (Genève)"


def test_beside_its_day_only_the_hour_is_said_unless_the_clock_is_on_another_day():
    beside = date(2028, 9, 18)
    assert times.hours(DEADLINE, zone="Europe/Zurich", language="en", beside=beside) == "23:59 (Geneva)"
    assert times.hours(DEADLINE, zone="Africa/Nairobi", language="en", beside=beside) == "Tue 19, 00:59 (Nairobi)"

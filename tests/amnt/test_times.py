from datetime import UTC, datetime

from amnt import times

DEADLINE = datetime(2028, 9, 18, 21, 59, tzinfo=UTC)


def test_a_deadline_is_said_officially_and_on_the_readers_clock():
    said = times.when(DEADLINE, zone="Europe/Zurich", reader="Africa/Nairobi", language="en")
    assert said == times.When("Mon, 18 Sept 2028, 23:59 (Geneva)", "Tue 19, 00:59")


def test_the_same_instant_in_another_zone_is_another_day():
    times.when(DEADLINE, zone="Europe/Zurich", reader="UTC", language="en")
    said = times.when(DEADLINE, zone="Africa/Nairobi", reader="Africa/Nairobi", language="en")
    assert said == times.When("Tue, 19 Sept 2028, 00:59 (Nairobi)", None)

"""When a reminder goes out: the table of the reminder paper, and what holds for every clock there is."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amnt.core.times import instant_of, zone_names
from calendar_app.reminders.placement import (
    Clock,
    Venue,
    after,
    at_once,
    before,
    end_of_quiet,
    evening_after,
    first_monday_after,
    is_evening,
    is_quiet,
    is_quiet_hour,
    monday_after,
    next_digest,
    slot_on,
)

DEADLINE = datetime(2028, 9, 18, 23, 59, tzinfo=ZoneInfo("Europe/Zurich"))

clocks = st.builds(
    Clock,
    zone=st.sampled_from(zone_names()),
    hour=st.times(),
    quiet_from=st.times(),
    quiet_to=st.times(),
    weekend=st.sampled_from([(5, 6), (4, 5), ()]),
    weekly=st.booleans(),
)
instants = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def said(instant, zone):
    return instant.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("zone", "one_day_before"),
    [
        ("Europe/Zurich", "Sun 17 Sep 08:30"),
        ("Africa/Nairobi", "Sun 17 Sep 08:30"),
        ("Pacific/Fiji", "Mon 18 Sep 08:30"),
        ("America/Santiago", "Sun 17 Sep 08:30"),
        ("America/Bogota", "Sun 17 Sep 08:30"),
    ],
)
def test_at_y1_one_day_before_is_at_least_one_whole_day_in_every_zone(zone, one_day_before):
    assert said(before(DEADLINE, 1, Clock(zone)), zone) == one_day_before


@pytest.mark.parametrize("zone", ["Europe/Zurich", "Africa/Nairobi", "Pacific/Fiji", "America/Santiago", "America/Bogota"])
def test_at_y1_three_days_before_leaves_the_weekend_free(zone):
    assert said(before(DEADLINE, 3, Clock(zone)), zone) == "Fri 15 Sep 08:30"


def test_a_friday_and_saturday_weekend_is_left_free_too():
    assert said(before(DEADLINE, 3, Clock("Asia/Kuwait", weekend=(4, 5))), "Asia/Kuwait") == "Thu 14 Sep 08:30"


def test_at_y2_a_clock_change_in_santiago_neither_skips_nor_doubles_a_reminder():
    """Santiago puts its clocks forward in the night to 3 September 2028."""
    clock = Clock("America/Santiago")
    days = [before(datetime(2028, 9, day, 20, tzinfo=UTC), 1, clock) for day in range(1, 10)]
    assert [said(instant, clock.zone) for instant in days] == [
        *("Thu 31 Aug 08:30", "Fri 01 Sep 08:30", "Sat 02 Sep 08:30", "Sun 03 Sep 08:30"),
        *("Mon 04 Sep 08:30", "Tue 05 Sep 08:30", "Wed 06 Sep 08:30", "Thu 07 Sep 08:30", "Fri 08 Sep 08:30"),
    ]


def test_a_clock_change_in_geneva_neither_skips_nor_doubles_a_reminder():
    """Geneva puts its clocks back in the night to 29 October 2028; half past two comes twice."""
    clock = Clock("Europe/Zurich", hour=time(2, 30), quiet_from=time(0), quiet_to=time(0))
    days = [before(datetime(2028, 10, day, 12, tzinfo=UTC), 0, clock) for day in (28, 29, 30)]
    assert [said(instant, clock.zone) for instant in days] == ["Sat 28 Oct 02:30", "Sun 29 Oct 02:30", "Mon 30 Oct 02:30"]
    assert days[1] == datetime(2028, 10, 29, 0, 30, tzinfo=UTC)


def test_an_hour_that_a_clock_change_skips_comes_an_hour_later():
    clock = Clock("Europe/Zurich", hour=time(2, 30), quiet_from=time(0), quiet_to=time(0))
    assert said(before(datetime(2028, 3, 26, 12, tzinfo=UTC), 0, clock), clock.zone) == "Sun 26 Mar 03:30"


def test_a_date_without_hour_is_planned_from_noon_in_geneva():
    noon = instant_of(DEADLINE.date(), None, "Pacific/Fiji")
    assert said(before(noon, 1, Clock("Pacific/Fiji")), "Pacific/Fiji") == "Sun 17 Sep 08:30"


def test_on_mondays_only_means_the_last_monday_at_or_before():
    clock = Clock("Africa/Nairobi", weekly=True)
    assert [said(before(DEADLINE, days, clock), clock.zone) for days in (14, 3, 1)] == [
        *("Mon 04 Sep 08:30", "Mon 11 Sep 08:30", "Mon 11 Sep 08:30"),
    ]


def test_at_y7_a_notice_at_night_goes_now_if_the_next_slot_is_too_close():
    zone = ZoneInfo("Africa/Nairobi")
    friday_night, monday = datetime(2028, 9, 15, 21, tzinfo=zone), datetime(2028, 9, 18, 9, tzinfo=zone)
    assert at_once(friday_night, monday, Clock("Africa/Nairobi")) == friday_night
    assert said(at_once(friday_night, monday + timedelta(hours=3), Clock("Africa/Nairobi")), "Africa/Nairobi") == "Mon 18 Sep 08:00"


def test_a_notice_by_day_goes_at_once():
    noon = datetime(2028, 9, 15, 12, tzinfo=UTC)
    assert at_once(noon, noon + timedelta(days=9), Clock("Africa/Nairobi")) == noon


def test_what_can_wait_comes_with_the_next_digest_of_a_working_day():
    friday = datetime(2028, 9, 15, 12, tzinfo=UTC)
    slot, alone = next_digest(friday, friday + timedelta(days=9), Clock("Africa/Nairobi"))
    assert (said(slot, "Africa/Nairobi"), alone) == ("Mon 18 Sep 08:30", False)
    assert next_digest(friday, friday + timedelta(days=2), Clock("Africa/Nairobi")) == (friday, True)


FOUR_HOURS = [(timedelta(hours=3, minutes=59), False), (timedelta(hours=4), True)]


@pytest.mark.parametrize(("after_the_slot", "waits"), FOUR_HOURS, ids=["less than four hours after it", "four hours after it"])
def test_what_happens_less_than_four_hours_after_the_quiet_hours_is_told_at_once(after_the_slot, waits):
    zone = ZoneInfo("Africa/Nairobi")
    night, morning = datetime(2028, 9, 13, 23, tzinfo=zone), datetime(2028, 9, 14, 8, tzinfo=zone)
    assert at_once(night, morning + after_the_slot, Clock("Africa/Nairobi")) == (morning if waits else night)


@pytest.mark.parametrize(("after_the_slot", "waits"), FOUR_HOURS, ids=["less than four hours after it", "four hours after it"])
def test_what_happens_less_than_four_hours_after_a_digest_is_told_before_it(after_the_slot, waits):
    zone = ZoneInfo("Africa/Nairobi")
    noon, digest = datetime(2028, 9, 13, 12, tzinfo=zone), datetime(2028, 9, 14, 8, 30, tzinfo=zone)
    assert next_digest(noon, digest + after_the_slot, Clock("Africa/Nairobi")) == ((digest, False) if waits else (noon, True))


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=1)], ids=["happening", "over"])
def test_what_has_happened_already_disturbs_nobody_at_night(ago):
    zone = ZoneInfo("Africa/Nairobi")
    night, clock = datetime(2028, 9, 13, 23, tzinfo=zone), Clock("Africa/Nairobi")
    assert said(at_once(night, night - ago, clock), clock.zone) == "Thu 14 Sep 08:00"
    slot, alone = next_digest(night, night - ago, clock)
    assert (said(slot, clock.zone), alone) == ("Thu 14 Sep 08:30", False)


def test_a_reminder_comes_at_the_very_hour_that_is_so_many_days_before():
    clock, zone = Clock("Africa/Nairobi"), ZoneInfo("Africa/Nairobi")
    opens = datetime(2028, 9, 14, 8, 30, tzinfo=zone)
    assert said(before(opens, 1, clock), clock.zone) == "Wed 13 Sep 08:30"
    assert said(before(opens - timedelta(minutes=1), 1, clock), clock.zone) == "Tue 12 Sep 08:30"
    assert said(after(opens, 1, clock), clock.zone) == "Fri 15 Sep 08:30"
    assert said(after(opens + timedelta(minutes=1), 0, clock), clock.zone) == "Fri 15 Sep 08:30"
    monday = datetime(2028, 9, 18, 8, 30, tzinfo=zone)
    assert monday_after(monday, clock) == monday
    assert said(monday_after(monday + timedelta(minutes=1), clock), clock.zone) == "Mon 25 Sep 08:30"


@pytest.mark.parametrize(
    ("clock", "evening"),
    [
        pytest.param(Clock("UTC"), "Wed 13 Sep 19:00", id="seven o'clock"),
        pytest.param(Clock("UTC", hour=time(19, 30)), "Wed 13 Sep 19:30", id="her own digest if that is later"),
        pytest.param(Clock("UTC", quiet_from=time(19)), "Thu 14 Sep 08:30", id="her usual hour if she is not to be reached then"),
    ],
)
def test_what_the_day_brought_is_told_in_the_evening(clock, evening):
    told = evening_after(datetime(2028, 9, 13, 17, tzinfo=UTC), clock)
    assert said(told, "UTC") == evening
    assert is_evening(told, clock) == (evening == "Wed 13 Sep 19:00")


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        pytest.param(Clock(), [time(20), time(23, 59), time(0), time(1), time(7, 59)], id="over midnight"),
        pytest.param(Clock(quiet_from=time(1), quiet_to=time(9)), [time(1), time(7, 59), time(8)], id="after midnight"),
        pytest.param(Clock(quiet_from=time(0), quiet_to=time(0)), [], id="none"),
    ],
)
def test_quiet_hours_begin_and_end_at_the_minute_they_say(clock, quiet):
    asked = [time(19, 59), time(20), time(23, 59), time(0), time(1), time(7, 59), time(8), time(9)]
    assert [at for at in asked if is_quiet_hour(at, clock)] == quiet


def test_a_digest_set_within_the_quiet_hours_comes_at_their_end():
    clock = Clock("Africa/Nairobi", hour=time(6))
    assert said(before(DEADLINE, 1, clock), clock.zone) == "Sun 17 Sep 08:00"


@given(instants, st.integers(0, 40), clocks)
def test_a_reminder_never_comes_later_than_promised_nor_a_slot_too_early(instant, days, clock):
    moment = instant - timedelta(days=days)
    slot = before(instant, days, clock)
    assert slot <= moment
    weekend_or_week = timedelta(days=7 if clock.weekly else 2 if days >= 3 else 0)
    assert moment - slot <= timedelta(hours=26) + weekend_or_week
    local = slot.astimezone(ZoneInfo(clock.zone))
    if clock.weekly:
        assert local.weekday() == 0
    elif days >= 3:
        assert local.weekday() not in clock.weekend


@given(instants, st.integers(0, 40), clocks)
def test_a_later_date_is_never_announced_earlier(instant, days, clock):
    slots = [before(instant + timedelta(hours=hours), days, clock) for hours in range(0, 24 * 9, 5)]
    assert all(one <= other for one, other in pairwise(slots))


@given(instants, clocks)
def test_every_day_has_exactly_one_slot(instant, clock):
    clock = Clock(clock.zone, clock.hour, clock.quiet_from, clock.quiet_to)
    slots = {before(instant + timedelta(days=day), 0, clock) for day in range(20)}
    days = sorted(slot.astimezone(ZoneInfo(clock.zone)).date() for slot in slots)
    assert len(set(days)) == len(days)
    assert all(other - one <= timedelta(days=2) for one, other in pairwise(days))
    assert len(days) in (19, 20)


@given(instants, st.integers(0, 10), clocks)
def test_what_is_overdue_is_told_on_a_working_day_and_not_before_its_time(instant, days, clock):
    slot = after(instant, days, clock)
    assert instant + timedelta(days=days) <= slot <= instant + timedelta(days=days + (8 if clock.weekly else 4))
    weekday = slot.astimezone(ZoneInfo(clock.zone)).weekday()
    assert weekday == 0 if clock.weekly else weekday not in clock.weekend


@given(instants, clocks)
def test_the_end_of_quiet_is_not_quiet_and_not_before(instant, clock):
    end = end_of_quiet(instant, clock)
    assert end >= instant
    assert not is_quiet(end, clock)
    assert end == instant or is_quiet(instant, clock)
    assert end - instant <= timedelta(days=4)


@given(instants, st.timedeltas(timedelta(minutes=1), timedelta(days=20)), clocks)
def test_nothing_waits_until_it_is_too_late(instant, ahead, clock):
    event = instant + ahead
    for moment in (at_once(instant, event, clock), next_digest(instant, event, clock)[0]):
        assert instant <= moment < event


@given(instants, clocks)
def test_the_weekly_digest_comes_on_a_monday(instant, clock):
    monday = monday_after(instant, clock)
    assert instant <= monday <= instant + timedelta(days=7, hours=2)
    assert monday.astimezone(ZoneInfo(clock.zone)).weekday() == 0


@given(st.times(), st.times())
def test_quiet_hours_end_when_they_say(start, end):
    assert not is_quiet_hour(end, Clock(quiet_from=start, quiet_to=end))


# --- Every zone and every clock change of 2024 to 2030 ------------------------------------------------------------------------

YEARS = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC))


@lru_cache(maxsize=1)
def clock_changes() -> dict[str, list[datetime]]:
    """By zone, the hour in which its clocks change, each time in these years."""
    found = {}
    for zone in zone_names():
        info, changes, start = ZoneInfo(zone), [], YEARS[0]
        while start < YEARS[1]:
            later = min(start + timedelta(days=7), YEARS[1])
            if start.astimezone(info).utcoffset() != later.astimezone(info).utcoffset():
                hours = [start + timedelta(hours=hour) for hour in range(7 * 24 + 1)]
                changes += [b for a, b in pairwise(hours) if a.astimezone(info).utcoffset() != b.astimezone(info).utcoffset()]
            start = later
        if changes:
            found[zone] = changes
    return found


@pytest.mark.parametrize("hour", [time(8, 30), time(0, 15), time(2, 30)], ids=str)
def test_around_every_clock_change_of_these_years_each_day_has_one_slot(hour):
    changes = clock_changes()
    assert sum(map(len, changes.values())) > 1000
    for zone, instants_of_zone in changes.items():
        clock = Clock(zone, hour=hour, quiet_from=time(0), quiet_to=time(0), weekend=())
        for instant in instants_of_zone:
            slots = sorted({before(instant + timedelta(hours=hours), 0, clock) for hours in range(-60, 61, 4)})
            days = [slot.astimezone(ZoneInfo(zone)).date() for slot in slots]
            assert len(days) == len(set(days)), (zone, instant)
            assert all(later - day == timedelta(days=1) for day, later in pairwise(days)), (zone, instant)
            assert all(slot <= instant + timedelta(hours=60) for slot in slots)


changes_and_zones = st.sampled_from(zone_names()).flatmap(
    lambda zone: st.tuples(
        st.just(zone),
        st.sampled_from(clock_changes().get(zone) or [YEARS[0]]),
        st.timedeltas(timedelta(days=-3), timedelta(days=3)),
    )
)


@given(changes_and_zones, st.sampled_from([0, 1, 3, 14]), clocks)
def test_near_a_clock_change_a_reminder_leaves_its_whole_days_and_is_never_quiet(near, days, clock):
    zone, change, off = near
    clock, event = replace(clock, zone=zone, weekly=False), change + off
    slot = before(event, days, clock)
    assert timedelta(days=days) <= event - slot <= timedelta(days=days + (2 if days >= 3 else 0), hours=26)
    local = slot.astimezone(ZoneInfo(zone))
    assert local.time() == clock.slot or slot_on(local.date(), clock.slot, zone) == slot
    assert days < 3 or local.weekday() not in clock.weekend


@given(changes_and_zones, st.integers(0, 10), clocks)
def test_near_a_clock_change_what_follows_comes_with_the_next_digest(near, days, clock):
    zone, change, off = near
    clock, moment = replace(clock, zone=zone, weekly=False), change + off + timedelta(days=days)
    told = after(change + off, days, clock)
    free = [moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=number) for number in range(-1, 5)]
    slots = [slot_on(day, clock.slot, zone) for day in free if day.weekday() not in clock.weekend]
    assert told == min(slot for slot in slots if slot >= moment)


@given(changes_and_zones, clocks)
def test_near_a_clock_change_mondays_and_months_keep_their_day_and_hour(near, clock):
    zone, change, off = near
    clock, instant = replace(clock, zone=zone), change + off
    for told, most in ((monday_after(instant, clock), 7), (first_monday_after(instant, clock), 35)):
        local = told.astimezone(ZoneInfo(zone))
        assert instant <= told <= instant + timedelta(days=most, hours=2)
        assert local.weekday() == 0
        assert told == slot_on(local.date(), clock.slot, zone)
    assert local.day <= 7
    assert first_monday_after(told + timedelta(minutes=1), clock) - told <= timedelta(days=36)


def test_the_zones_that_cannot_be_chosen_have_the_clocks_of_one_that_can():
    """What is tried here is every zone a person may choose; others are older names, and hours of no place."""

    def clocks_of(zone):
        weeks = (YEARS[1] - YEARS[0]).days // 7
        return tuple((YEARS[0] + timedelta(weeks=week)).astimezone(ZoneInfo(zone)).utcoffset() for week in range(weeks))

    offered = {clocks_of(zone) for zone in zone_names()}
    others = sorted(available_timezones() - set(zone_names()))
    assert set(zone_names()) <= available_timezones()
    assert [zone for zone in others if not zone.startswith("Etc/") and clocks_of(zone) not in offered] == []


@given(changes_and_zones, clocks)
def test_near_a_clock_change_nothing_immediate_is_told_in_quiet_hours_unless_it_must(near, clock):
    zone, change, off = near
    clock, instant = replace(clock, zone=zone), change + off
    told = at_once(instant, instant + timedelta(days=30), clock)
    assert instant <= told <= instant + timedelta(days=4)
    assert not is_quiet(told, clock)


@given(instants, clocks, st.sampled_from(zone_names()), st.timedeltas(timedelta(days=-20), timedelta(days=20)))
def test_at_the_venue_the_day_is_that_of_the_venue_and_elsewhere_her_own(instant, clock, zone, off):
    venue = Venue(zone, instant + off, instant + off + timedelta(days=10))
    there = replace(clock, venue=venue)
    is_there = venue.opens <= instant < venue.closes
    goes_by = replace(clock, zone=zone) if is_there else clock
    slot = before(instant, 0, goes_by)
    # Where she was elsewhere at that hour, it is another one: the next test.
    assert before(instant, 0, there) == slot or there.on(slot).zone != goes_by.zone
    assert is_quiet(instant, there) == is_quiet(instant, goes_by)


@given(instants, st.integers(0, 40), clocks, st.sampled_from(zone_names()), st.timedeltas(timedelta(days=-20), timedelta(days=20)))
def test_no_slot_around_an_assembly_is_quiet_on_the_clock_she_goes_by_then(instant, days, clock, zone, off):
    """A slot of the venue before she is there, or one of home after she has come, may be in the night."""
    there = replace(clock, venue=Venue(zone, instant + off, instant + off + timedelta(days=10)))
    moment = instant - timedelta(days=days)
    slot, following, monday, end = (
        before(instant, days, there),
        after(instant, days, there),
        monday_after(instant, there),
        end_of_quiet(instant, there),
    )
    assert slot <= moment
    assert min(following - timedelta(days=days), monday, end) >= instant
    for each in (slot, following, monday):
        goes_by = there.on(each)
        assert not is_quiet_hour(each.astimezone(ZoneInfo(goes_by.zone)).time(), goes_by)
    assert not is_quiet(end, there)
    assert following == after(following, 0, there)


def test_before_an_assembly_opens_she_is_reached_at_her_hour_at_home():
    """Half past eight at the venue of the day before is six in the morning at home."""
    venue = Venue("Asia/Kolkata", datetime(2028, 10, 16, 18, 30, tzinfo=UTC), datetime(2028, 10, 26, 18, 30, tzinfo=UTC))
    clock = Clock("Africa/Nairobi", venue=venue)
    assert before(datetime(2028, 10, 16, 19, tzinfo=UTC), 0, clock) == datetime(2028, 10, 16, 5, 30, tzinfo=UTC)

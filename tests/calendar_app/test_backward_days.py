"""Days counted backwards, shared out when there are too few, and what is impossible about them."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calendar_app.domain.backward_plans import PlannedStep, Problem, counted_back, day_that_fits, problems, shared_out

DEADLINE = date(2028, 9, 18)
LEADS = st.lists(st.integers(0, 90), min_size=1, max_size=8)


def test_each_step_is_counted_from_the_one_before_it():
    assert counted_back(DEADLINE, [28, 18, 14]) == [date(2028, 8, 21), date(2028, 8, 3), date(2028, 7, 20)]


@given(lead_days=LEADS, room=st.integers(0, 400))
def test_shared_out_each_step_has_a_day_of_its_own_in_between_or_none_has_one(lead_days, room):
    today = DEADLINE - timedelta(days=room)
    days = shared_out(DEADLINE, today, lead_days)
    if room - 1 < len(lead_days):
        assert days is None
        return
    assert days == sorted(set(days), reverse=True)
    assert today < days[-1]
    assert days[0] < DEADLINE


@given(lead_days=st.lists(st.integers(1, 60), min_size=1, max_size=8), spare=st.integers(1, 200))
def test_with_days_enough_sharing_out_gives_each_step_what_it_should_have(lead_days, spare):
    today = DEADLINE - timedelta(days=sum(lead_days) + spare)
    assert shared_out(DEADLINE, today, lead_days) == counted_back(DEADLINE, lead_days)


def test_a_step_is_impossible_once_its_day_passed_or_it_comes_too_late():
    deadline, now = datetime(2028, 9, 18, tzinfo=UTC), datetime(2028, 7, 1, tzinfo=UTC)

    def on(month: int, day: int, *, is_open: bool = True) -> PlannedStep:
        return PlannedStep(datetime(2028, month, day, tzinfo=UTC), 14, is_open=is_open)

    assert problems([on(9, 19), on(8, 1), on(6, 30)], deadline, now) == [Problem.TOO_LATE, None, Problem.PAST]
    assert problems([on(8, 1), on(8, 2), on(7, 2)], deadline, now) == [None, Problem.TOO_LATE, None]
    # What is done waits for nothing, and nothing waits for it.
    assert problems([on(8, 1), on(7, 5, is_open=False), on(7, 20)], deadline, now) == [None, None, None]


def test_the_day_that_fits_is_the_wished_one_or_the_next_or_none():
    today = date(2028, 9, 1)
    assert day_that_fits(DEADLINE, today, 14) == date(2028, 9, 4)
    assert day_that_fits(DEADLINE, today, 30) == date(2028, 9, 2)
    assert day_that_fits(date(2028, 9, 2), today, 30) is None

"""From dates to places: nothing goes backwards, nothing leaves the frame, and what overlaps loses its words, not its place."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from calendar_app.domain import timeline
from calendar_app.domain.phases import days_to, months_from, phase_on, phases, working_days_from

T0, LAST = date(2028, 10, 17), date(2028, 10, 26)

first_days = st.dates(date(2021, 1, 1), date(2040, 12, 31))
lengths = st.integers(0, 20)
instants = st.datetimes(datetime(2018, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds are naive by contract
smallness = st.booleans()
labels = st.text("abcdefgh ", max_size=30)
points = st.lists(
    st.builds(timeline.TimelinePoint, at=instants, is_deadline=st.booleans(), is_sure=st.booleans(), label=labels), max_size=100
)


@given(first_days, lengths, instants, smallness, st.lists(instants, min_size=2, max_size=30))
def test_later_is_never_further_left_and_nothing_leaves_the_frame(first_day, length, at, small, moments):
    scale = timeline.scale(first_day, first_day + timedelta(days=length), at, small=small)
    places = [scale.x(moment) for moment in sorted(moments)]
    assert all(one <= other for one, other in pairwise(places))
    assert all(scale.edge <= place <= scale.width - scale.edge for place in places)


@given(first_days, lengths, instants, points)
def test_every_point_within_the_frame_is_drawn_once_and_labels_stand_apart(first_day, length, at, given_points):
    last_day = first_day + timedelta(days=length)
    drawing = timeline.draw(first_day, last_day, at, given_points)
    scale = timeline.scale(first_day, last_day, at)
    inside = [point for point in given_points if scale.holds(point.at)][: timeline.MOST]
    deadlines = drawing.deadlines.count("M") + drawing.deadlines_unsure.count("M")
    assert deadlines == sum(point.is_deadline for point in inside)
    assert len(drawing.meetings) + len(drawing.meetings_unsure) == sum(not point.is_deadline for point in inside)
    assert all(timeline.EDGE <= circle.x <= timeline.WIDTH - timeline.EDGE for circle in drawing.meetings)
    rows: dict[int, list[tuple[float, float]]] = {}
    for label in drawing.labels:
        width = len(label.text) * timeline.LETTER
        start = label.x - width / 2 if label.anchor == "middle" else label.x
        rows.setdefault(label.y, []).append((start, start + width))
        assert start >= 0
        assert start + width <= timeline.WIDTH
    for row in rows.values():
        assert all(end <= start for (_start, end), (start, _end) in pairwise(sorted(row)))


@given(first_days, lengths, instants, smallness)
def test_today_is_drawn_where_it_is_or_not_at_all(first_day, length, at, small):
    drawing = timeline.draw(first_day, first_day + timedelta(days=length), at, small=small)
    scale = timeline.scale(first_day, first_day + timedelta(days=length), at, small=small)
    assert (drawing.now is not None) == scale.holds(at)
    assert all(band.width >= 1 and band.x + band.width <= scale.width for band in drawing.bands)


def test_the_scale_widens_around_today_and_before_the_assembly():
    today = datetime(2028, 1, 10, 12, tzinfo=UTC)
    scale = timeline.scale(T0, LAST, today)

    def month(at: datetime) -> int:
        return scale.x(at + timedelta(days=30)) - scale.x(at)

    assert month(today) > month(datetime(2028, 4, 10, tzinfo=UTC))
    assert month(datetime(2028, 9, 18, tzinfo=UTC)) > month(datetime(2028, 4, 10, tzinfo=UTC))


def test_long_before_national_work_today_is_on_the_drawing_all_the_same():
    drawing = timeline.draw(T0, LAST, datetime(2026, 11, 24, tzinfo=UTC))
    assert drawing.now is not None
    assert drawing.now < drawing.bands[0].x


def test_of_the_next_cycle_but_one_today_is_not_on_the_drawing():
    assert timeline.draw(T0, LAST, datetime(2022, 1, 1, tzinfo=UTC)).now is None
    assert timeline.draw(T0, LAST, datetime(2030, 1, 1, tzinfo=UTC)).now is None


def test_the_phases_of_the_cycle_to_come():
    starts = [phase.starts_on for phase in phases(T0, LAST)]
    assert starts[1:6] == [date(2027, 4, 17), date(2027, 7, 17), date(2028, 3, 17), date(2028, 9, 18), T0]
    assert starts[6:] == [date(2028, 10, 23), LAST, date(2029, 1, 15)]


def test_the_phase_of_a_day_is_the_one_that_began_last():
    said = {
        date(2026, 11, 24): 0,
        date(2027, 4, 17): 1,
        date(2027, 8, 1): 2,
        date(2028, 9, 14): 3,
        date(2028, 9, 18): 4,
        T0: 5,
        date(2028, 10, 23): 5,
        date(2028, 10, 24): 6,
        LAST: 6,
        date(2028, 10, 27): 7,
        date(2029, 1, 16): 8,
        date(2029, 10, 18): 0,
    }
    assert {day: phase_on(day, T0, LAST).number for day in said} == said


@given(first_days, lengths, first_days)
def test_every_day_has_a_phase(first_day, length, today):
    assert phase_on(today, first_day, first_day + timedelta(days=length)) in phases(first_day, first_day + timedelta(days=length))


def test_days_and_months_are_counted_as_people_do():
    assert days_to(date(2028, 9, 14), T0) == 33
    assert months_from(date(2028, 3, 31), -1) == date(2028, 2, 29)
    assert months_from(date(2028, 1, 31), 13) == date(2029, 2, 28)
    assert working_days_from(date(2028, 10, 20), 1) == date(2028, 10, 23)

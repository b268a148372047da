"""Moving dates: sources, second persons, what hangs on a date, and nothing told by a rumour."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from calendar_app.models import DateChange, Meeting, Reminder
from calendar_app.services import dates
from calendar_app.services.date_states import NewDate, fingerprint
from resolutions.models import DateStatus
from tests.calendar_app.dating import EARLY, NEAR, SOURCE, door, reminder
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, coalition, lead

pytestmark = pytest.mark.django_db


@time_machine.travel(EARLY, tick=False)
def test_a_meeting_moves_with_its_relative_doors_and_leaves_its_pinned_ones():
    meeting = MeetingFactory()
    closing, pinned = door(meeting), door(meeting, None)
    by = lead(coalition())

    change = dates.propose_change(
        meeting, new=NewDate(date(2028, 8, 14), until=date(2028, 8, 18), hour=time(10), zone="Africa/Nairobi"), source=SOURCE, by=by
    )

    meeting.refresh_from_db()
    assert (meeting.starts_on, meeting.ends_on, meeting.at) == (date(2028, 8, 14), date(2028, 8, 18), datetime(2028, 8, 14, 7, tzinfo=UTC))
    assert (meeting.version, meeting.source, meeting.verified_by, meeting.verified_at) == (2, SOURCE, by, EARLY)
    old_at, old_pinned = closing.at, pinned.at
    closing.refresh_from_db()
    pinned.refresh_from_db()
    assert (closing.at, closing.version) == (old_at + timedelta(days=7), 2)
    assert (pinned.at, pinned.version) == (old_pinned, 1)
    assert change.applied_at == EARLY
    assert [(row.deadline, row.because_of) for row in DateChange.objects.exclude(pk=change.pk)] == [(closing, change)]
    assert Meeting.history.filter(id=meeting.pk).latest().history_user == by


@time_machine.travel(EARLY, tick=False)
def test_a_door_keeps_its_hour_on_its_own_clocks_when_they_change_between():
    meeting = MeetingFactory(zone="Europe/Zurich", starts_on=date(2028, 3, 27), ends_on=date(2028, 3, 31))
    closing = DeadlineFactory(
        meeting=meeting, assembly=meeting.assembly, at=datetime(2028, 3, 13, 16, tzinfo=UTC), zone="Europe/Zurich", offset_days=-14
    )
    dates.propose_change(meeting, new=NewDate(date(2028, 4, 24), until=date(2028, 4, 28)), source=SOURCE, by=lead(coalition()))
    closing.refresh_from_db()
    assert closing.at == datetime(2028, 4, 10, 15, tzinfo=UTC)  # 17:00 in Geneva, before and after


@time_machine.travel(EARLY, tick=False)
def test_what_counts_from_a_provisional_day_becomes_provisional():
    meeting = MeetingFactory()
    closing = door(meeting)
    new = NewDate(date(2028, 8, 14), status=DateStatus.PROVISIONAL, until=date(2028, 8, 18))
    dates.propose_change(meeting, new=new, source=SOURCE, by=lead(coalition()))
    closing.refresh_from_db()
    meeting.refresh_from_db()
    assert (meeting.date_status, closing.date_status, meeting.verified_by) == ("provisional", "provisional", None)


@time_machine.travel(EARLY, tick=False)
def test_a_rumour_moves_nothing_and_only_says_so():
    meeting = MeetingFactory()
    closing = door(meeting)
    before, planned = meeting.at, reminder(meeting)
    change = dates.propose_change(meeting, new=NewDate(date(2028, 8, 14), status=DateStatus.RUMOUR), source=SOURCE, by=lead(coalition()))
    meeting.refresh_from_db()
    closing.refresh_from_db()
    planned.refresh_from_db()
    assert (meeting.date_status, meeting.at, meeting.version) == ("rumour", before, 1)
    assert (closing.date_status, closing.version, planned.state) == ("confirmed", 1, "planned")
    assert change.new["heard"] == {"starts_on": "2028-08-14", "ends_on": "2028-08-14"}
    assert not DateChange.objects.exclude(pk=change.pk).exists()


@time_machine.travel(NEAR, tick=False)
def test_a_rumour_needs_no_second_person():
    meeting = MeetingFactory()
    change = dates.propose_change(meeting, new=NewDate(date(2028, 8, 14), status=DateStatus.RUMOUR), source=SOURCE, by=lead(coalition()))
    assert change.applied_at == NEAR


@time_machine.travel(EARLY, tick=False)
def test_a_rumour_that_turns_out_true_is_planned_again():
    meeting, by = MeetingFactory(date_status="rumour"), lead(coalition())
    same = NewDate(meeting.starts_on, until=meeting.ends_on, hour=time(12), zone=meeting.zone)
    dates.propose_change(meeting, new=same, source=SOURCE, by=by)
    meeting.refresh_from_db()
    assert (meeting.date_status, meeting.version) == ("confirmed", 2)


@time_machine.travel(NEAR, tick=False)
def test_near_the_day_a_change_waits_for_another_person():
    here = coalition()
    meeting, first, second = MeetingFactory(), lead(here), lead(here)
    closing = door(meeting)
    change = dates.propose_change(meeting, new=NewDate(date(2028, 8, 14), until=date(2028, 8, 18)), source=SOURCE, by=first)
    meeting.refresh_from_db()
    assert (meeting.starts_on, meeting.version, change.is_pending) == (date(2028, 8, 7), 1, True)

    with pytest.raises(RuleBroken, match="another lead must confirm"):
        dates.confirm_change(change, by=first)
    meeting.refresh_from_db()
    assert meeting.version == 1

    dates.confirm_change(change, by=second)
    meeting.refresh_from_db()
    closing.refresh_from_db()
    assert (meeting.starts_on, meeting.version, meeting.verified_by) == (date(2028, 8, 14), 2, second)
    assert (closing.version, closing.at.date()) == (2, date(2028, 7, 31))
    with pytest.raises(RuleBroken, match="already been answered"):
        dates.confirm_change(change, by=second)


@time_machine.travel(EARLY, tick=False)
def test_a_far_date_brought_near_needs_the_second_person_too():
    meeting = MeetingFactory()
    change = dates.propose_change(meeting, new=NewDate(date(2028, 2, 5)), source=SOURCE, by=lead(coalition()))
    assert change.is_pending


@time_machine.travel(datetime(2028, 6, 30, tzinfo=UTC), tick=False)
def test_a_far_meeting_with_a_near_door_needs_the_second_person():
    meeting = MeetingFactory()
    without = dates.preview_change(meeting, new=NewDate(date(2028, 8, 14)))
    door(meeting)
    assert (without.needs_second_person, dates.preview_change(meeting, new=NewDate(date(2028, 8, 14))).needs_second_person) == (False, True)


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("distance", "needs_second_person"),
    [
        pytest.param(timedelta(days=30), True, id="thirty days before"),
        pytest.param(timedelta(days=30, minutes=1), False, id="more than thirty days before"),
        pytest.param(-timedelta(days=30), True, id="thirty days after"),
        pytest.param(-timedelta(days=30, minutes=1), False, id="more than thirty days after"),
    ],
)
def test_within_thirty_days_of_the_old_or_the_new_date_a_second_person_must_confirm(distance, needs_second_person):
    far, at = DeadlineFactory(), EARLY + distance
    near = DeadlineFactory(at=at, zone="UTC")
    new = {"near": NewDate(at.date(), hour=at.time(), zone="UTC"), "far": NewDate(date(2028, 9, 11))}
    for deadline, becomes in ((near, "far"), (far, "near")):
        preview = dates.preview_change(deadline, new=new[becomes])
        change = dates.propose_change(deadline, new=new[becomes], source=SOURCE, by=lead(coalition()))
        assert (preview.needs_second_person, change.is_pending) == (needs_second_person, needs_second_person)


@time_machine.travel(NEAR, tick=False)
@pytest.mark.parametrize("hour", [time(17), None], ids=["at an hour", "without an hour"])
@pytest.mark.parametrize("days_before", [14, None], ids=["counted from the first day", "fixed"])
def test_what_the_second_person_confirms_is_what_was_proposed(days_before, hour):
    here = coalition()
    meeting = MeetingFactory()
    closing = door(meeting, days_before)
    new = NewDate(date(2028, 7, 29), hour=hour, zone="Africa/Nairobi")
    change = dates.propose_change(closing, new=new, source=SOURCE, by=lead(here))
    dates.confirm_change(change, by=lead(here))
    closing.refresh_from_db()
    assert (closing.at, closing.has_hour, closing.zone) == (new.instant, hour is not None, "Africa/Nairobi")
    assert closing.offset_days == (-9 if days_before else None)


@time_machine.travel(NEAR, tick=False)
def test_a_circles_own_call_needs_neither_source_nor_second_person():
    here = coalition()
    call = MeetingFactory(kind="call", circle=here.everyone, group=None)
    change = dates.propose_change(call, new=NewDate(date(2028, 8, 8), hour=time(15), zone="Africa/Nairobi"), source="", by=lead(here))
    assert change.applied_at == NEAR


@time_machine.travel(NEAR, tick=False)
def test_only_one_change_waits_at_a_time_and_a_rejected_one_moves_nothing():
    here = coalition()
    meeting, first, second = MeetingFactory(), lead(here), lead(here)
    change = dates.propose_change(meeting, new=NewDate(date(2028, 8, 14)), source=SOURCE, by=first)
    with pytest.raises(RuleBroken, match="waiting for a second person"):
        dates.propose_change(meeting, new=NewDate(date(2028, 8, 15)), source=SOURCE, by=second)
    dates.reject_change(change, by=second)
    meeting.refresh_from_db()
    assert (meeting.starts_on, DateChange.objects.get().confirmed_by) == (date(2028, 8, 7), second)
    with pytest.raises(RuleBroken, match="already been answered"):
        dates.reject_change(change, by=second)
    assert dates.propose_change(meeting, new=NewDate(date(2028, 8, 15)), source=SOURCE, by=second).is_pending


@time_machine.travel(NEAR, tick=False)
def test_a_proposal_made_of_an_older_state_cannot_be_confirmed():
    here = coalition()
    meeting = MeetingFactory()
    change = dates.propose_change(meeting, new=NewDate(date(2028, 8, 14)), source=SOURCE, by=lead(here))
    Meeting.objects.filter(pk=meeting.pk).update(starts_on=date(2028, 8, 6))
    with pytest.raises(RuleBroken, match="changed after the proposal"):
        dates.confirm_change(DateChange.objects.get(), by=lead(here))
    assert change.is_pending


@time_machine.travel(EARLY, tick=False)
def test_of_two_people_changing_at_once_the_second_is_told():
    here = coalition()
    meeting = MeetingFactory()
    seen = fingerprint(meeting)
    dates.propose_change(meeting, new=NewDate(date(2028, 8, 14)), source=SOURCE, by=lead(here), seen=seen)
    with pytest.raises(RuleBroken, match="Someone else has changed this date in the meantime"):
        dates.propose_change(meeting, new=NewDate(date(2028, 8, 21)), source=SOURCE, by=lead(here), seen=seen)
    meeting.refresh_from_db()
    assert meeting.starts_on == date(2028, 8, 14)


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("new", "source", "field", "sentence"),
    [
        (NewDate(date(2028, 8, 14), until=date(2028, 8, 13)), SOURCE, "until", "last day is before"),
        (NewDate(date(2028, 8, 14), zone="Mars/Olympus"), SOURCE, "zone", "not a time zone we know"),
        (NewDate(date(2028, 3, 26), hour=time(2, 30)), SOURCE, "hour", r"Geneva \(Europe/Zurich\).*02:30 does not exist"),
        (NewDate(date(2028, 9, 3), hour=time(0, 30), zone="America/Santiago"), SOURCE, "hour", "America/Santiago"),
        (NewDate(date(2028, 8, 14)), "", "source", "needs its source"),
        (NewDate(date(2028, 8, 14)), "javascript:alert(1)", "source", "needs its source"),
        (NewDate(date(2028, 8, 7), until=date(2028, 8, 11), hour=time(12), zone="Africa/Nairobi"), SOURCE, "", "date it already has"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_a_sentence_at_its_field(new, source, field, sentence):
    meeting = MeetingFactory()
    with pytest.raises(RuleBroken, match=sentence) as refused:
        dates.propose_change(meeting, new=new, source=source, by=lead(coalition()))
    assert refused.value.field == field
    assert (DateChange.objects.count(), Meeting.objects.get().version) == (0, 1)


@time_machine.travel(EARLY, tick=False)
def test_a_preview_counts_dates_people_and_reminders_and_changes_nothing():
    meeting = MeetingFactory()
    closing, pinned = door(meeting), door(meeting, None)
    one = reminder(meeting)
    Reminder.objects.create(user=one.user, rule="RR-02", version=1, send_at=now(), deadline=closing)
    reminder(closing)
    reminder(closing, state="sent")
    reminder(pinned)
    preview = dates.preview_change(meeting, new=NewDate(date(2028, 8, 14)))
    assert ([move.target for move in preview.moves], preview.pinned) == ([meeting, closing], [pinned])
    assert (preview.people, preview.reminders, preview.needs_second_person) == (3, 3, False)
    assert (Meeting.objects.get().version, DateChange.objects.count()) == (1, 0)


@time_machine.travel(EARLY, tick=False)
def test_when_the_assembly_slips_its_relative_dates_move_and_the_fixed_ones_stay():
    assembly = AssemblyFactory()
    opening = MeetingFactory(assembly=assembly, kind="assembly", group=None, starts_on=assembly.starts_on, ends_on=assembly.ends_on)
    contributions = DeadlineFactory(assembly=assembly, offset_days=-29)
    fixed, regional = DeadlineFactory(assembly=assembly), MeetingFactory(assembly=assembly)
    by = lead(coalition())

    change = dates.propose_change(
        opening, new=NewDate(date(2030, 3, 19), status="provisional", until=date(2030, 3, 28)), source=SOURCE, by=by
    )

    for row in (assembly, opening, contributions, fixed, regional):
        row.refresh_from_db()
    assert (assembly.starts_on, assembly.ends_on) == (date(2030, 3, 19), date(2030, 3, 28))
    assert (opening.starts_on, opening.version) == (date(2030, 3, 19), 2)
    assert (contributions.at, contributions.version) == (datetime(2030, 2, 18, 22, 59, tzinfo=UTC), 2)
    assert (fixed.version, regional.version) == (1, 1)
    assert dates.preview_change(assembly, new=NewDate(date(2030, 4, 1))).pinned == [fixed]

    dates.undo_change(change, by=by)
    for row in (assembly, opening, contributions):
        row.refresh_from_db()
    assert (assembly.starts_on, opening.starts_on) == (date(2028, 10, 17), date(2028, 10, 17))
    assert (contributions.at, contributions.version) == (datetime(2028, 9, 18, 21, 59, tzinfo=UTC), 3)


def test_a_change_can_be_undone_for_a_day_and_only_the_change_itself():
    here = coalition()
    meeting, by = MeetingFactory(), lead(here)
    door(meeting)
    with time_machine.travel(EARLY, tick=False):
        change = dates.propose_change(meeting, new=NewDate(date(2028, 8, 14)), source=SOURCE, by=by)
        consequence = change.consequences.get()
        assert (dates.can_be_undone(change), dates.can_be_undone(consequence)) == (True, False)
    with time_machine.travel(EARLY + timedelta(hours=25), tick=False), pytest.raises(RuleBroken, match="can no longer be undone"):
        dates.undo_change(change, by=by)


@pytest.mark.parametrize(
    ("later", "can_be_undone"), [(timedelta(hours=24), False), (timedelta(hours=24, seconds=-1), True)], ids=["after a day", "within it"]
)
def test_the_day_in_which_a_change_can_be_undone_has_twenty_four_hours(later, can_be_undone):
    meeting = MeetingFactory()
    with time_machine.travel(EARLY, tick=False):
        change = dates.propose_change(meeting, new=NewDate(date(2028, 8, 14)), source=SOURCE, by=lead(coalition()))
    with time_machine.travel(EARLY + later, tick=False):
        assert dates.can_be_undone(change) == can_be_undone


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(("before", "after"), [("confirmed", "confirmed"), ("provisional", "provisional"), ("rumour", "provisional")])
def test_undone_a_date_is_as_sure_as_it_was_but_never_a_rumour_that_moves_nothing(before, after):
    meeting, by = MeetingFactory(date_status=before), lead(coalition())
    begins = meeting.at
    change = dates.propose_change(meeting, new=NewDate(date(2028, 8, 14), until=date(2028, 8, 18)), source=SOURCE, by=by)
    dates.undo_change(change, by=by)
    meeting.refresh_from_db()
    assert (meeting.date_status, meeting.starts_on, meeting.ends_on, meeting.at) == (after, date(2028, 8, 7), date(2028, 8, 11), begins)
    assert meeting.has_hour


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(("status", "is_rumour", "moving"), [("rumour", True, 0), ("confirmed", False, 2)])
def test_a_preview_says_whether_it_is_a_rumour_and_how_many_dates_move(status, is_rumour, moving):
    meeting = MeetingFactory()
    door(meeting)
    preview = dates.preview_change(meeting, new=NewDate(date(2028, 8, 14), status=status))
    assert (preview.is_rumour, preview.dates) == (is_rumour, moving)


@time_machine.travel(EARLY, tick=False)
def test_a_deadline_given_a_fixed_day_follows_its_meeting_no_more():
    meeting = MeetingFactory()
    closing = door(meeting)
    by = lead(coalition())
    dates.propose_change(closing, new=NewDate(date(2028, 7, 20), hour=time(17), zone="Africa/Nairobi", follows=False), source=SOURCE, by=by)
    dates.propose_change(meeting, new=NewDate(date(2028, 8, 14)), source=SOURCE, by=by)
    closing.refresh_from_db()
    assert (closing.offset_days, closing.at) == (None, datetime(2028, 7, 20, 14, tzinfo=UTC))


@time_machine.travel(EARLY, tick=False)
def test_a_deadline_moved_by_hand_counts_its_new_distance_if_it_still_follows():
    meeting = MeetingFactory()
    closing = door(meeting)
    dates.propose_change(closing, new=NewDate(date(2028, 7, 20)), source=SOURCE, by=lead(coalition()))
    closing.refresh_from_db()
    assert (closing.offset_days, closing.has_hour, closing.at) == (-18, False, datetime(2028, 7, 20, 10, tzinfo=UTC))

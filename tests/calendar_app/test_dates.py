"""Adding, correcting and moving dates: sources, second persons, what hangs on a date, and nothing told by a rumour."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.errors import RuleBroken
from calendar_app.models import Attendance, DateChange, Deadline, Meeting, Reminder
from calendar_app.services import date_facts, dates
from calendar_app.services.dates import NewDate
from resolutions.models import DateStatus
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, ResolutionFactory, UserFactory, coalition, lead, member

pytestmark = pytest.mark.django_db

SOURCE = "https://example.org/circular-12"
# Months before the meeting of MeetingFactory (7–11 August 2028): nobody must confirm.
EARLY = datetime(2028, 1, 10, 9, tzinfo=UTC)
# Two weeks before it: a second person must.
NEAR = datetime(2028, 7, 24, 9, tzinfo=UTC)


def door(of: Meeting, days_before: int | None = 14, **fields) -> Deadline:
    at = datetime.combine(of.starts_on - timedelta(days=days_before or 10), time(14), UTC)
    offset = None if days_before is None else -days_before
    return DeadlineFactory(
        meeting=of, assembly=of.assembly, kind="registration", title_en="List closes", at=at, zone=of.zone, offset_days=offset, **fields
    )


def reminder(of: Deadline | Meeting, **fields) -> Reminder:
    target = {"meeting": of} if isinstance(of, Meeting) else {"deadline": of}
    return Reminder.objects.create(user=UserFactory(), rule="RR-02", version=of.version, send_at=now(), **target, **fields)


# --- Moving ---------------------------------------------------------------------------------------------------------


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
def test_a_rumour_that_turns_out_true_gets_a_new_version_so_that_its_reminders_are_planned_again():
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
    with pytest.raises(RuleBroken, match="answered already"):
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
    with pytest.raises(RuleBroken, match="answered already"):
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
    seen = dates.fingerprint(meeting)
    dates.propose_change(meeting, new=NewDate(date(2028, 8, 14)), source=SOURCE, by=lead(here), seen=seen)
    with pytest.raises(RuleBroken, match="Someone else changed this date meanwhile"):
        dates.propose_change(meeting, new=NewDate(date(2028, 8, 21)), source=SOURCE, by=lead(here), seen=seen)
    meeting.refresh_from_db()
    assert meeting.starts_on == date(2028, 8, 14)


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("new", "source", "sentence"),
    [
        (NewDate(date(2028, 8, 14), until=date(2028, 8, 13)), SOURCE, "last day is before"),
        (NewDate(date(2028, 8, 14), zone="Mars/Olympus"), SOURCE, "no time zone we know"),
        (NewDate(date(2028, 3, 26), hour=time(2, 30), zone="Europe/Zurich"), SOURCE, r"Geneva \(Europe/Zurich\).*02:30 does not exist"),
        (NewDate(date(2028, 9, 3), hour=time(0, 30), zone="America/Santiago"), SOURCE, "America/Santiago"),
        (NewDate(date(2028, 8, 14)), "", "needs its source"),
        (NewDate(date(2028, 8, 14)), "javascript:alert(1)", "needs its source"),
        (NewDate(date(2028, 8, 7), until=date(2028, 8, 11), hour=time(12), zone="Africa/Nairobi"), SOURCE, "date it already has"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_a_sentence(new, source, sentence):
    meeting = MeetingFactory()
    with pytest.raises(RuleBroken, match=sentence):
        dates.propose_change(meeting, new=new, source=source, by=lead(coalition()))
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


# --- Adding -----------------------------------------------------------------------------------------------------------


def test_a_new_meeting_brings_its_doors_provisional_and_named_in_every_language_it_has():
    assembly, by = AssemblyFactory(), lead(coalition())
    meeting = date_facts.add_meeting(
        by=by,
        assembly=assembly,
        kind="regional",
        titles={"en": "Third African meeting", "fr": "", "es": "Tercera reunión africana"},
        new=NewDate(date(2028, 8, 7), until=date(2028, 8, 11), zone="Africa/Nairobi"),
        source=SOURCE,
        doors=date_facts.USUAL_DOORS["regional"],
    )
    assert (meeting.verified_by, meeting.has_hour, meeting.at) == (by, False, datetime(2028, 8, 7, 10, tzinfo=UTC))
    doors = meeting.deadlines.order_by("at")
    assert [(row.kind, row.offset_days, row.date_status, row.has_hour) for row in doors] == [
        ("document", -21, "provisional", False),
        ("registration", -14, "provisional", False),
    ]
    assert (doors[1].title_en, doors[1].title_fr, doors[1].verified_by) == ("Registration closes: Third African meeting", None, None)


def test_the_same_form_sent_twice_makes_one_meeting():
    here = coalition()
    facts = {
        "by": lead(here),
        "assembly": AssemblyFactory(),
        "kind": "call",
        "titles": {"en": "Weekly call"},
        "new": NewDate(date(2028, 8, 7), hour=time(15)),
        "circle": here.everyone,
        "submission": "6f5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
    }
    assert date_facts.add_meeting(**facts) == date_facts.add_meeting(**facts)
    assert Meeting.objects.count() == 1


def test_a_public_date_without_source_and_a_call_of_a_circle_one_is_not_in_are_refused():
    here, there = coalition("Here"), coalition("There")
    facts = {"by": lead(here), "assembly": AssemblyFactory(), "titles": {"en": "Call"}, "new": NewDate(date(2028, 8, 7))}
    with pytest.raises(RuleBroken, match="needs its source"):
        date_facts.add_meeting(kind="forum", **facts)
    with pytest.raises(RuleBroken, match="do not stand in this circle"):
        date_facts.add_meeting(kind="call", circle=there.everyone, **facts)
    with pytest.raises(RuleBroken, match="needs its source"):
        date_facts.add_deadline(kind="visa", **facts)
    assert (Meeting.objects.count(), Deadline.objects.count()) == (0, 0)


def test_a_relative_deadline_needs_a_first_day_to_count_from():
    assembly = AssemblyFactory(starts_on=None, ends_on=None)
    with pytest.raises(RuleBroken, match="first day is not known"):
        date_facts.add_deadline(
            by=lead(coalition()),
            assembly=assembly,
            kind="visa",
            titles={"en": "Visa"},
            new=NewDate(date(2028, 8, 7), follows=True),
            source=SOURCE,
        )


def test_facts_corrected_by_two_at_once_keep_the_first_and_tell_the_second():
    here = coalition()
    meeting = MeetingFactory(source=SOURCE)
    seen = meeting.changed_at
    facts = {"titles": {"en": "Renamed"}, "source": SOURCE, "group": None, "country": "KE", "mode": "", "access": "", "resolutions": []}
    date_facts.correct_meeting(meeting, by=lead(here), seen=seen, city="Nairobi", **facts)
    with pytest.raises(RuleBroken, match="Someone else changed this meanwhile"):
        date_facts.correct_meeting(meeting, by=lead(here), seen=seen, city="Mombasa", **facts)
    meeting.refresh_from_db()
    assert (meeting.city, meeting.title_en) == ("Nairobi", "Renamed")


def test_a_date_is_checked_against_its_source_by_name():
    by = lead(coalition())
    meeting, bare = MeetingFactory(confidence="medium", source=SOURCE), MeetingFactory()
    assert meeting.is_to_check
    date_facts.mark_checked(meeting, by=by)
    meeting.refresh_from_db()
    assert (meeting.is_to_check, meeting.verified_by) == (False, by)
    with pytest.raises(RuleBroken, match="no source"):
        date_facts.mark_checked(bare, by=by)


# --- On the pages -----------------------------------------------------------------------------------------------------


def page(name: str, thing) -> str:
    return reverse(f"calendar_app:{name}", args=[thing.public_id])


def change_form(target, **fields):
    said = {
        "on": "2028-08-14",
        "until": "2028-08-18",
        "hour": "10:00",
        "zone": "Africa/Nairobi",
        "status": "confirmed",
        "source": SOURCE,
        "seen": dates.fingerprint(target),
        "submission": "1f5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
    }
    return said | fields


@time_machine.travel(EARLY, tick=False)
def test_a_lead_sees_what_moves_before_it_does_and_undoes_it_with_one_button(client):
    here = coalition()
    meeting, by = MeetingFactory(title_en="African meeting"), lead(here)
    door(meeting)
    door(meeting, None)
    reminder(meeting)
    client.force_login(by)
    url = page("meeting-change", meeting)
    assert 'value="2028-08-07"' in client.get(url).content.decode()

    preview = client.post(url, change_form(meeting)).content.decode()
    for words in ("2 dates move.", "1 person is told.", "1 reminder is replaced.", "Staying where they are", "<ins>14–18 Aug 2028"):
        assert words in preview
    meeting.refresh_from_db()
    assert meeting.version == 1
    assert 'value="2028-08-14"' in client.post(url, change_form(meeting, again="1")).content.decode()

    client.post(url, change_form(meeting, save="1"))
    client.post(url, change_form(meeting, save="1"))
    meeting.refresh_from_db()
    assert (meeting.starts_on, meeting.version, DateChange.objects.filter(because_of=None).count()) == (date(2028, 8, 14), 2, 1)

    shown = client.get(meeting.get_absolute_url()).content.decode()
    undo = page("change-undo", DateChange.objects.get(because_of=None))
    assert undo in shown
    client.post(undo)
    meeting.refresh_from_db()
    assert (meeting.starts_on, meeting.version) == (date(2028, 8, 7), 3)


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"until": "2028-08-13"}, "The last day is before the first one."),
        ({"zone": "Mars/Olympus"}, "is no time zone we know"),
        ({"on": "2028-03-26", "hour": "02:30", "zone": "Europe/Zurich"}, "clocks of Geneva (Europe/Zurich) are put forward"),
        ({"source": ""}, "This field is required."),
        ({"source": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"status": "sure"}, "Select a valid choice."),
        ({"on": "0001-01-01", "until": ""}, "This year cannot be meant."),
        ({"on": "31 August"}, "Enter a valid date."),
        ({"seen": "older"}, "Someone else changed this date meanwhile."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_nothing_typed_is_lost(client, fields, sentence):
    meeting = MeetingFactory()
    client.force_login(lead(coalition()))
    said = change_form(meeting, save="1", **{"source": SOURCE} | fields)
    answer = client.post(page("meeting-change", meeting), said).content.decode()
    assert sentence in answer
    assert 'value="2028-08-18"' in answer or "until" in fields
    assert Meeting.objects.get().version == 1


@time_machine.travel(NEAR, tick=False)
def test_near_the_day_another_lead_confirms_on_the_page(client):
    here = coalition()
    meeting, first, second, plain = MeetingFactory(), lead(here, name="Wanjiru Kamau"), lead(here), member(here)
    client.force_login(first)
    client.post(page("meeting-change", meeting), change_form(meeting, save="1"))
    change = DateChange.objects.get()
    shown = client.get(meeting.get_absolute_url()).content.decode()
    assert page("change-confirm", change) not in shown
    client.post(page("change-confirm", change))
    change.refresh_from_db()
    assert change.is_pending

    client.logout()
    client.force_login(plain)
    assert page("change-confirm", change) not in client.get(meeting.get_absolute_url()).content.decode()
    assert client.post(page("change-confirm", change)).status_code == 403

    client.logout()
    client.force_login(second)
    shown = client.get(meeting.get_absolute_url()).content.decode()
    assert "proposed by Wanjiru Kamau" in shown
    assert page("change-confirm", change) in shown
    client.post(page("change-confirm", change))
    meeting.refresh_from_db()
    assert meeting.starts_on == date(2028, 8, 14)


@time_machine.travel(EARLY, tick=False)
def test_who_leads_no_coalition_changes_no_date(client):
    here = coalition()
    meeting, deadline = MeetingFactory(), DeadlineFactory()
    client.force_login(member(here))
    assert client.get(meeting.get_absolute_url()).content.decode().count("Change the date") == 0
    for url in (
        page("meeting-change", meeting),
        page("meeting-edit", meeting),
        page("door-new", meeting),
        page("deadline-change", deadline),
        page("deadline-edit", deadline),
        reverse("calendar_app:assembly-change", args=[meeting.assembly.code]),
        reverse("calendar_app:date-new"),
        reverse("calendar_app:deadline-new"),
        reverse("calendar_app:meeting-new", args=["regional"]),
    ):
        assert client.get(url).status_code == 403
        assert client.post(url, change_form(meeting, save="1")).status_code in {403, 405}
    assert client.post(page("meeting-checked", meeting)).status_code == 403
    assert (DateChange.objects.count(), Meeting.objects.get().version) == (0, 1)


@time_machine.travel(EARLY, tick=False)
def test_the_first_day_of_the_assembly_is_changed_on_its_own_page(client):
    assembly = AssemblyFactory()
    opening = MeetingFactory(assembly=assembly, kind="assembly", group=None, starts_on=assembly.starts_on, ends_on=assembly.ends_on)
    contributions = DeadlineFactory(assembly=assembly, offset_days=-29)
    client.force_login(lead(coalition()))
    url = reverse("calendar_app:assembly-change", args=[assembly.code])
    assert client.get(page("meeting-change", opening)).url == url
    said = change_form(assembly, on="2028-11-14", until="2028-11-23", status="provisional")
    assert "3 dates move." in client.post(url, said).content.decode()
    client.post(url, said | {"save": "1"})
    contributions.refresh_from_db()
    assert contributions.at.date() == date(2028, 10, 16)
    shown = client.get(reverse("calendar_app:assembly", args=[assembly.code])).content.decode()
    assert "<del>17–26 Oct 2028</del> → <ins>14–23 Nov 2028</ins>" in shown
    assert client.get(reverse("calendar_app:assembly", args=["WTSA-99"])).status_code == 404


def meeting_form(**fields):
    return {
        "title_en": "Third African meeting",
        "assembly": "WTSA-28",
        "on": "2028-08-07",
        "until": "2028-08-11",
        "zone": "Africa/Nairobi",
        "status": "confirmed",
        "source": SOURCE,
        "registration_days": "14",
        "document_days": "",
        "submission": "2f5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
    } | fields


@time_machine.travel(EARLY, tick=False)
def test_a_lead_adds_a_meeting_with_the_doors_she_keeps(client):
    AssemblyFactory()
    ResolutionFactory(number=50)
    client.force_login(lead(coalition()))
    url = reverse("calendar_app:meeting-new", args=["regional"])
    suggested = client.get(url).content.decode()
    assert 'name="registration_days" value="14"' in suggested
    assert 'name="document_days" value="21"' in suggested
    said = meeting_form(title_en="Third \u202eAfrican\x07 meeting", resolutions="Res. 50")
    for _n in range(2):
        client.post(url, said)
    meeting = Meeting.objects.get()
    assert (meeting.title_en, meeting.has_hour, meeting.kind) == ("Third African meeting", False, "regional")
    assert [(row.kind, row.offset_days) for row in meeting.deadlines.all()] == [("registration", -14)]
    assert [row.number for row in meeting.resolutions.all()] == [50]
    assert "hour not given" in client.get(meeting.deadlines.get().get_absolute_url()).content.decode()


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title_en": "\u202e \x00"}, "This field is required."),
        ({"title_en": "x" * 10_000}, "at most 300 characters"),
        ({"resolutions": "50, 9999"}, "There is no resolution “50”."),
        ({"registration_days": "-3"}, "greater than or equal to 0"),
        ({"source": ""}, "This field is required."),
        ({"assembly": "WTSA-99"}, "Select a valid choice."),
    ],
)
def test_a_meeting_that_cannot_be_is_not_added(client, fields, sentence):
    AssemblyFactory()
    client.force_login(lead(coalition()))
    answer = client.post(reverse("calendar_app:meeting-new", args=["regional"]), meeting_form(**fields)).content.decode()
    assert sentence in answer
    assert "Nothing is lost." in answer
    assert Meeting.objects.count() == 0


@time_machine.travel(EARLY, tick=False)
def test_a_call_goes_to_a_circle_of_a_coalition_one_leads(client):
    here, there = coalition("Here"), coalition("There")
    AssemblyFactory()
    client.force_login(lead(here))
    url = reverse("calendar_app:meeting-new", args=["call"])
    said = meeting_form(title_en="الاجتماع 🎉", hour="15:00", until="", circle=str(there.everyone.public_id))
    client.post(url, said)
    assert Meeting.objects.count() == 0
    client.post(url, said | {"circle": str(here.everyone.public_id)})
    call = Meeting.objects.get()
    assert (call.circle, call.title_en, call.source, call.has_hour) == (here.everyone, "الاجتماع 🎉", "", True)
    assert client.get(reverse("calendar_app:meeting-new", args=["assembly"])).status_code == 404
    assert client.get(reverse("calendar_app:meeting-new", args=["party"])).status_code == 404


@time_machine.travel(EARLY, tick=False)
def test_a_door_is_added_to_its_meeting_and_counts_from_its_first_day(client):
    meeting = MeetingFactory()
    client.force_login(lead(coalition()))
    said = meeting_form(title_en="Visa letters", kind="visa", on="2028-06-23", hour="17:00", follows="on")
    client.post(page("door-new", meeting), said)
    made = Deadline.objects.get()
    assert (made.meeting, made.offset_days, made.at) == (meeting, -45, datetime(2028, 6, 23, 14, tzinfo=UTC))
    client.post(reverse("calendar_app:deadline-new"), said | {"submission": "", "follows": ""})
    fixed = Deadline.objects.exclude(pk=made.pk).get()
    assert (fixed.meeting, fixed.offset_days, fixed.assembly) == (None, None, meeting.assembly)


@time_machine.travel(EARLY)
def test_facts_are_corrected_on_the_page_with_a_source(client):
    meeting, deadline = MeetingFactory(source="guide"), DeadlineFactory()
    ResolutionFactory(number=64)
    client.force_login(lead(coalition()))
    said = {"title_en": "Renamed", "source": "guide", "city": "Kigali", "country": "RW", "resolutions": "64"}
    said["seen"] = meeting.changed_at.isoformat()
    assert "Give the link where anyone can check it" in client.post(page("meeting-edit", meeting), said).content.decode()
    client.post(page("meeting-edit", meeting), said | {"source": f"guide ; {SOURCE}"})
    meeting.refresh_from_db()
    assert (meeting.title_en, meeting.city, meeting.country.code, meeting.resolutions.get().number) == ("Renamed", "Kigali", "RW", 64)
    assert "Someone else changed this meanwhile" in client.post(page("meeting-edit", meeting), said | {"source": SOURCE}).content.decode()

    said = {"title_en": "Last day", "kind": "document", "source": SOURCE, "seen": "not a time"}
    assert "Someone else changed this meanwhile" in client.post(page("deadline-edit", deadline), said).content.decode()
    client.post(page("deadline-edit", deadline), said | {"seen": deadline.changed_at.isoformat()})
    deadline.refresh_from_db()
    assert (deadline.title_en, deadline.kind) == ("Last day", "document")
    client.post(page("deadline-checked", deadline))
    deadline.refresh_from_db()
    assert deadline.verified_at > EARLY


@time_machine.travel(EARLY, tick=False)
def test_what_is_typed_survives_the_end_of_a_session(client):
    meeting = MeetingFactory()
    by = lead(coalition())
    url = page("meeting-change", meeting)
    client.force_login(by)
    client.get(url)
    del client.cookies["sessionid"]
    client.post(url, change_form(meeting, source="https://example.org/typed-with-care"))
    client.force_login(by)
    assert "https://example.org/typed-with-care" in client.get(url).content.decode()


@pytest.mark.parametrize("size", [1, 3])
@time_machine.travel(EARLY, tick=False)
def test_pages_of_dates_cost_the_same_however_much_hangs_on_them(client, django_assert_num_queries, size):
    here = coalition()
    by = lead(here, seen_at=EARLY)
    meeting = MeetingFactory(circle=here.everyone, verified_by=by, verified_at=EARLY)
    old = dates.state_of(meeting)
    for n in range(size):
        deadline = door(meeting)
        meeting.resolutions.add(ResolutionFactory())
        Attendance.objects.create(user=member(here), meeting=meeting, status="going", circle=here.everyone)
        for target in ({"meeting": meeting}, {"deadline": deadline}, {"assembly": meeting.assembly}):
            DateChange.objects.create(**target, old=old, new=old, proposed_by=by, applied_at=EARLY - timedelta(hours=n))
    client.force_login(by)
    with django_assert_num_queries(9):
        client.get(meeting.get_absolute_url())
    with django_assert_num_queries(6):
        client.get(deadline.get_absolute_url())
    with django_assert_num_queries(6):
        client.get(reverse("calendar_app:assembly", args=[meeting.assembly.code]))
    with django_assert_num_queries(4):
        client.get(page("meeting-change", meeting))
    with django_assert_num_queries(7):
        client.post(page("meeting-change", meeting), change_form(meeting))

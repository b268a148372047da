"""Whoever watches a resolution is told of the meetings that have it on their agenda."""

from datetime import timedelta

import pytest
import yaml
from django.core import mail
from django.urls import reverse

from calendar_app import tasks
from calendar_app.models import AgendaChange, Attendance, DateWatch, Meeting, Reminder
from calendar_app.reminders import planning
from calendar_app.services.agendas import set_agenda
from calendar_app.services.reference import load_reference
from resolutions.models import DateStatus, RegionWatch, Watch
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows
from tests.factories import DeadlineFactory, MeetingFactory, ResolutionFactory, UserFactory, lead, member

pytestmark = pytest.mark.django_db


class World:
    """A meeting in forty days whose list closes two weeks before, two resolutions and someone who watches one of them."""

    def __init__(self, network):
        self.network, self.boss = network, lead(network)
        self.res_50, self.res_64 = (ResolutionFactory(number=number, slug=str(number)) for number in (50, 64))
        at = moment(1) + timedelta(days=40)
        self.meeting = MeetingFactory(starts_on=at.date(), ends_on=at.date(), at=at, title_en="Third African meeting")
        self.her = self.watcher()

    def watcher(self, *resolutions, **fields):
        user = member(self.network, **fields)
        for resolution in resolutions or (self.res_50,):
            Watch.objects.create(user=user, resolution=resolution)
        return user

    def door(self, **fields):
        fields = {"kind": "registration", "at": self.meeting.at - timedelta(days=14), "title_en": "List closes", **fields}
        return DeadlineFactory(meeting=self.meeting, **fields)

    def announce(self, *resolutions, by=None):
        set_agenda(self.meeting, resolutions or [self.res_50], by=by or self.boss)


@pytest.fixture
def world(clock, network):
    return World(network)


def told(user):
    return [row[1:4] for row in rows(user, rule="RR-22")]


# --- Who is told, and when --------------------------------------------------------------------------------------------------


def test_elsewhere_she_is_told_once_it_is_known_and_once_before_the_door(world):
    world.door()
    tasks.tick()
    assert told(world.her) == []
    world.announce()
    tasks.tick()
    assert told(world.her) == [(0, "announced", "planned"), (14, "", "planned")]
    assert Reminder.objects.get(user=world.her, offset=14).deadline is not None


def test_without_a_door_she_is_told_before_the_meeting_itself(world):
    world.announce()
    tasks.tick()
    assert Reminder.objects.get(user=world.her, offset=14).meeting == world.meeting
    door = world.door()
    planning.plan_all()
    assert [row.deadline for row in Reminder.objects.planned().filter(user=world.her, offset=14)] == [door]


def test_in_her_own_region_she_is_told_as_its_followers_are(world):
    world.door()
    world.door(kind="document", at=world.meeting.at - timedelta(days=21))
    RegionWatch.objects.create(user=world.her, group=world.meeting.group)
    world.announce()
    tasks.tick()
    found = {rule: [row[1] for row in rows(world.her, rule=rule)] for rule in ("RR-02", "RR-03", "RR-04", "RR-22")}
    assert found == {"RR-02": [30, 14, 3, -1], "RR-03": [14, 3], "RR-04": [3], "RR-22": []}


@pytest.mark.parametrize(
    ("what", "planned", "sent"),
    [
        ("nothing", [0, 14], 1),
        ("she stopped watching", [0, 14], 0),
        ("she does not go", [], 0),
        ("she wants to go", [], 0),
        ("she watches since then only", [14], 0),
        ("she put it there herself", [14], 0),
        ("she left", [], 0),
        ("it is a rumour", [], 0),
        ("it is a call of a circle", [14], 0),
        ("it is over", [], 0),
    ],
)
def test_whoever_has_no_reason_is_not_told(world, clock, what, planned, sent):
    world.door()
    match what:
        case "she does not go" | "she wants to go":
            Attendance.objects.create(user=world.her, meeting=world.meeting, status="not" if "not" in what else "going")
        case "she left":
            world.her.memberships.update(left_at=moment(1))
        case "it is a rumour":
            Meeting.objects.update(date_status=DateStatus.RUMOUR)
            world.meeting.deadlines.update(date_status=DateStatus.RUMOUR)
        case "it is a call of a circle":
            call = Meeting.objects.get()
            call.circle, call.kind = world.network.everyone, "call"
            call.save()
        case "it is over":
            Meeting.objects.update(at=moment(1) - timedelta(days=2))
            world.meeting.deadlines.update(at=moment(1) - timedelta(days=9))
        case "she watches since then only":
            Watch.objects.update(created_at=moment(1) + timedelta(minutes=1))
    world.announce(by=world.her if what == "she put it there herself" else None)
    clock.shift(120)
    tasks.tick()
    assert sorted({row[0] for row in told(world.her)}) == planned
    if what == "she stopped watching":
        Watch.objects.all().delete()
    mail.outbox.clear()
    for hours in range(0, 96, 2):
        clock.move_to(moment(1, 12) + timedelta(hours=hours))
        a_minute()
    assert len([text for _subject, text in mails_to(world.her) if "On an agenda" in text]) == sent


def test_the_line_says_which_of_her_resolutions_and_is_one_however_many(world, clock):
    user = world.watcher(world.res_64, world.res_50)
    world.announce(world.res_50, world.res_64)
    for hours in range(96):
        clock.move_to(moment(1) + timedelta(hours=hours))
        a_minute()
    [(subject, text)] = mails_to(user)
    assert subject == "On an agenda: Third African meeting"
    assert text.count("Third African meeting") == 2  # in the heading and in its line
    assert "Resolutions you watch on its agenda: Res. 50 and Res. 64." in text
    [(_subject, text)] = mails_to(world.her)
    assert "Resolutions you watch on its agenda: Res. 50." in text


def test_followers_of_the_region_read_which_of_their_resolutions_it_is_about(world, clock):
    RegionWatch.objects.create(user=world.her, group=world.meeting.group)
    world.door()
    world.announce()
    for day in range(14, 0, -1):
        clock.move_to(world.meeting.at - timedelta(days=14 + day))
        a_minute()
    texts = [text for _subject, text in mails_to(world.her)]
    assert ["Resolutions you watch on its agenda: Res. 50." in text for text in texts] == [True, True]


def test_what_was_announced_outlives_a_move_of_the_meeting(world, clock):
    world.announce()
    tasks.tick()
    Meeting.objects.update(version=7, changed_at=moment(1))
    clock.shift(60)
    tasks.tick()
    assert (0, "announced", "planned") in told(world.her)


def test_reading_the_events_again_makes_nothing_new(world, clock):
    world.announce()
    for _ in range(3):
        clock.shift(60)
        tasks.tick()
        planning.plan_all()
    assert told(world.her) == [(0, "announced", "planned"), (14, "", "planned")]


def test_a_kind_she_stopped_is_not_sent(world, clock):
    world.her.mutes.create(kind="RR-22")
    world.announce()
    for hours in range(0, 96, 2):
        clock.move_to(moment(1) + timedelta(hours=hours))
        a_minute()
    assert mails_to(world.her) == []


# --- Its history ------------------------------------------------------------------------------------------------------------


def test_who_changed_the_agenda_and_when_is_kept_and_shown(world, client, clock):
    world.announce(world.res_50)
    clock.shift(3600 * 24)
    world.announce(world.res_64)
    changes = AgendaChange.objects.order_by("pk").values_list("resolution__number", "is_added", "by")
    assert sorted(changes) == [(50, False, world.boss.pk), (50, True, world.boss.pk), (64, True, world.boss.pk)]
    client.force_login(world.her)
    page = client.get(world.meeting.get_absolute_url()).text
    assert [words in page for words in ("Res. 50 was added.", "Res. 50 was removed.", "Res. 64 was added.")] == [True] * 3
    assert world.boss.name in page


def test_the_name_of_a_stranger_is_not_shown(world, client):
    world.announce(by=UserFactory(name="Quixote Stranger"))
    client.force_login(world.her)
    page = client.get(world.meeting.get_absolute_url()).text
    assert "Res. 50 was added." in page
    assert "Quixote" not in page


def test_the_same_agenda_again_is_no_change(world):
    world.announce()
    world.announce()
    assert AgendaChange.objects.count() == 1


def test_a_lead_changes_it_with_the_other_facts(world, client):
    client.force_login(world.boss)
    world.meeting.source = "https://example.org/agenda"
    world.meeting.save()
    address = reverse("calendar_app:meeting-edit", args=[world.meeting.public_id])
    form = {
        **dict.fromkeys(("city", "country", "mode", "access", "group"), ""),
        "title_en": "Third African meeting",
        "source": world.meeting.source,
        "resolutions": "50, 64",
        "seen": world.meeting.changed_at.isoformat(),
    }
    assert client.post(address, form).status_code == 302
    assert list(AgendaChange.objects.order_by("pk").values_list("resolution__number", "is_added", "by")) == [
        (50, True, world.boss.pk),
        (64, True, world.boss.pk),
    ]


def test_agendas_of_the_reference_data_are_recorded_too(clock, tmp_path):
    load_reference()
    meeting = Meeting.objects.get(reference_key="WRC-27")
    row = {
        **{"key": "WRC-27", "assembly": "WTSA-28", "kind": "conference", "title": {"en": "WRC-27"}, "confidence": "high"},
        **{"starts_on": meeting.starts_on, "ends_on": meeting.ends_on, "source": meeting.source, "resolutions": ["50"]},
    }
    (tmp_path / "meetings.yaml").write_text(yaml.safe_dump({"meetings": [row]}))
    before = AgendaChange.objects.count()
    load_reference(folder=tmp_path)
    [change] = AgendaChange.objects.order_by("pk")[before:]
    assert (change.meeting, change.resolution.slug, change.is_added, change.by) == (meeting, "50", True, None)


def test_watching_the_meeting_itself_says_it_in_the_same_line(world, clock):
    DateWatch.objects.create(user=world.her, meeting=world.meeting)
    world.announce()
    tasks.tick()
    clock.move_to(world.meeting.at - timedelta(days=14))
    a_minute()
    texts = [text for _subject, text in mails_to(world.her)]
    assert [text.count("\nThird African meeting\n") for text in texts] == [1]

"""RR-15, the plan of tomorrow, and RR-16, sessions to which nobody goes. AT-P2c-6."""

from datetime import timedelta

import pytest
import time_machine

from amnt.accounts.models import User
from amnt.mail.delivery import deliver_waiting
from amnt.mail.models import Email, Mute
from calendar_app.models import Attendance, SessionReminder
from calendar_app.reminders.session_mails import remind_of_sessions
from coalitions.live.services import attendance, sessions
from coalitions.live.services.notes import write_note
from coalitions.models import Absence, AssemblySession
from coalitions.services import membership
from resolutions.models import Watch
from tests.calendar_app.reminding import a_minute, mails_to, subjects_to
from tests.coalitions.live.worlds import VENUE, assembly, at, session
from tests.factories import MeetingFactory, ResolutionFactory, UserFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db
NEXT = "2028-10-25"
ROOMS = ("room F", "room 9", "room Z", "Corridor talk", "Secret plan", "Open Standards Network", "Claire", "Wanjiru")


@pytest.fixture
def clock():
    """Noon of the eighth day, at the venue."""
    with time_machine.travel(at("12:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def ours():
    return coalition("Open Standards Network", mail_ceiling="detailed")


@pytest.fixture
def boss(ours):
    return lead(ours, name="Claire Boss", time_zone=VENUE)


@pytest.fixture
def one(ours):
    return member(ours, name="Wanjiru Kamau", time_zone="Africa/Nairobi", mail_level=User.MailLevel.DETAILED)


@pytest.fixture
def fifty():
    return ResolutionFactory(number=50, slug="50")


@pytest.fixture
def tomorrow(clock, ours, boss, fifty):
    """An official session of tomorrow to which nobody goes yet."""
    return session(ours.everyone, boss, "10:00", ends="11:30", day=NEXT, room="room F", resolutions=[fifty])


def goes(row, *people):
    for person in people:
        attendance.attend(row, manner="room", by=person)


def plans_to(user):
    return list(Email.objects.filter(kind="calendar_app/day_plan", to=user).order_by("pk").values_list("about__step", flat=True))


def test_it_is_told_once_at_eight_in_the_evening_of_the_venue(clock, tomorrow, one):
    goes(tomorrow, one)
    clock.move_to(at("19:59"))
    a_minute()
    assert plans_to(one) == []
    for moment in ("20:00", "20:01", "23:30"):
        clock.move_to(at(moment))
        a_minute()
    assert plans_to(one) == ["evening"]
    subject, text = mails_to(one)[-1]
    assert subject == "Tomorrow, Wed 25 Oct"
    # The hour at the venue, then that of Nairobi; what, where, about what and how.
    assert "10:00–11:30 · 07:30 (Nairobi)\n  Ad hoc group, room F\n  Res. 50\n  in the room" in text


def test_it_carries_tomorrow_though_the_server_dies(clock, ours, boss, tomorrow, one, fifty):
    """All that one needs stands in the mail itself: what one goes to, what nobody goes to, what is in plenary."""
    goes(tomorrow, one)
    session(ours.everyone, boss, "10:30", day=NEXT, room="room Z")
    session(ours.everyone, boss, "12:00", day=NEXT)
    plenary = session(ours.everyone, boss, "14:30", day=NEXT, group="plenary", room="main hall", resolutions=[fifty])
    goes(plenary, boss)
    Watch.objects.create(user=one, resolution=fifty)
    clock.move_to(at("20:00"))
    a_minute()
    text = mails_to(one)[-1][1]
    assert "1 session to which nobody goes, and which you could take." in text
    assert "In plenary, of what you watch\n------------\n\n14:30 · 12:00 (Nairobi)\n  Plenary, main hall\n  Res. 50" in text
    assert len(text.encode()) < 10_000


def test_in_the_morning_only_if_what_one_goes_to_has_changed(clock, ours, boss, tomorrow, one):
    two = member(ours)
    goes(tomorrow, one, two)
    other = session(ours.everyone, boss, "15:00", day=NEXT)
    goes(other, two)
    clock.move_to(at("20:00"))
    a_minute()
    sessions.cancel_session(other, by=boss)
    clock.move_to(at("06:30", NEXT))
    a_minute()
    assert (plans_to(one), plans_to(two)) == (["evening"], ["evening", "morning"])
    assert subjects_to(two)[-1] == "Changed: today, Wed 25 Oct"
    # What changes later in the day is before their eyes.
    sessions.cancel_session(tomorrow, by=boss)
    clock.move_to(at("06:31", NEXT))
    a_minute()
    assert plans_to(one) == ["evening"]


def test_all_that_was_planned_is_cancelled_over_night(clock, tomorrow, one, boss):
    goes(tomorrow, one)
    clock.move_to(at("20:00"))
    a_minute()
    sessions.cancel_session(tomorrow, by=boss)
    clock.move_to(at("06:30", NEXT))
    a_minute()
    assert "You go to no session." in mails_to(one)[-1][1]


def test_a_day_without_sessions_is_not_told(clock, ours, one):
    meeting = MeetingFactory(kind="assembly", assembly=assembly(), group=None)
    Attendance.objects.create(meeting=meeting, user=one, status="going")
    clock.move_to(at("20:00"))
    a_minute()
    assert plans_to(one) == []
    assert not SessionReminder.objects.exists()


def test_who_takes_part_is_told_what_nobody_goes_to(clock, tomorrow, one):
    meeting = MeetingFactory(kind="assembly", assembly=tomorrow.assembly, group=None)
    Attendance.objects.create(meeting=meeting, user=one, status="remote")
    clock.move_to(at("20:00"))
    a_minute()
    assert "1 session to which nobody goes, and which you could take." in mails_to(one)[-1][1]


def test_after_a_night_without_a_server_the_morning_tells_all(clock, tomorrow, one):
    goes(tomorrow, one)
    clock.move_to(at("08:00", NEXT))
    a_minute()
    assert plans_to(one) == ["morning"]
    clock.move_to(at("20:00", NEXT))
    a_minute()
    assert plans_to(one) == ["morning"]


def test_what_comes_late_in_the_night_is_caught_up_on(clock, tomorrow, one):
    goes(tomorrow, one)
    clock.move_to(at("03:00", NEXT))
    a_minute()
    assert plans_to(one) == ["evening"]


def test_who_left_stopped_them_or_is_away_is_told_nothing(clock, ours, boss, tomorrow):
    gone, muted, away = (member(ours, time_zone=VENUE) for _ in range(3))
    goes(tomorrow, gone, muted, away)
    Mute.objects.create(user=muted, kind="RR-15")
    Absence.objects.create(user=away, starts_on="2028-10-24", ends_on="2028-10-25")
    clock.move_to(at("20:00"))
    remind_of_sessions()
    assert plans_to(gone) == ["evening"]
    membership.remove(gone.memberships.get(), by=boss)
    a_minute()
    assert [subjects_to(person) for person in (gone, muted, away)] == [[], [], []]


@pytest.mark.parametrize("level", User.MailLevel.values)
def test_what_a_plan_says_at_each_level(clock, ours, boss, one, fifty, level):
    User.objects.filter(pk=one.pk).update(mail_level=level)
    core = circle_of(ours, one, boss, name="Secret core")
    goes(session(ours.everyone, boss, "10:00", day=NEXT, room="room F"), one)
    goes(session(ours.everyone, boss, "16:00", day=NEXT, room="room 9", standing="informal"), one)
    goes(session(core, boss, "18:00", day=NEXT, room="room Z"), one)
    clock.move_to(at("20:00"))
    a_minute()
    subject, text = mails_to(one)[-1]
    shown = {"discreet": [], "standard": ["room F"], "detailed": ["room F", "room 9"]}[level]
    assert [word for word in (*ROOMS, "Secret core") if word in subject + text] == shown
    hidden = {"discreet": "", "standard": "2 more sessions, which an e-mail does not name.", "detailed": "1 more session, which"}[level]
    assert hidden in text
    if level == "discreet":
        assert subject == "For tomorrow"
        assert not any(sign in text for sign in ("10:00", "Oct", "session", "assembly"))


def test_what_only_a_delegation_reads_is_in_no_mail(clock, ours, boss, one):
    sealed = circle_of(ours, one, boss, name="Sealed", kind="delegation")
    about = {"assembly": assembly(), "starts_at": at("10:00", NEXT), "created_by": boss}
    row = AssemblySession.objects.create(circle=sealed, **about)
    row.attendees.create(user=one, day=NEXT)
    AssemblySession.objects.create(circle=sealed, **about)
    clock.move_to(at("20:00"))
    a_minute()
    assert (plans_to(one), subjects_to(boss)) == ([], [])


# --- RR-16 ------------------------------------------------------------------------------------------------------------------


def test_leads_hear_at_six_of_all_that_nobody_goes_to(clock, ours, boss, tomorrow, one):
    session(ours.everyone, boss, "12:00", day=NEXT, room="room 9", standing="informal")
    session(ours.everyone, boss, "08:00", day=NEXT, standing="own")
    for moment in ("17:59", "18:00", "18:01"):
        clock.move_to(at(moment))
        a_minute()
    assert subjects_to(boss) == ["2 sessions without anybody tomorrow, Wed 25 Oct"]
    assert subjects_to(one) == []
    text = mails_to(boss)[0][1]
    assert "10:00–11:30\n  Ad hoc group, room F\n  Res. 50" in text
    assert "1 more session, which an e-mail does not name." in text


def test_two_hours_before_they_hear_of_what_still_has_nobody(clock, ours, boss, tomorrow, one):
    taken = session(ours.everyone, boss, "10:00", day=NEXT, room="room 9")
    clock.move_to(at("18:00"))
    a_minute()
    goes(taken, one)
    for moment in ("07:59", "08:00", "08:30"):
        clock.move_to(at(moment, NEXT))
        a_minute()
    assert subjects_to(boss)[1:] == ["1 session without anybody, within two hours"]
    assert "room 9" not in mails_to(boss)[-1][1]


def test_once_somebody_goes_or_it_is_cancelled_nothing_is_sent(clock, ours, boss, tomorrow, one):
    clock.move_to(at("18:00"))
    remind_of_sessions()
    goes(tomorrow, one)
    a_minute()
    assert subjects_to(boss) == []
    other = session(ours.everyone, boss, "12:00", day=NEXT)
    sessions.cancel_session(other, by=boss)
    clock.move_to(at("11:00", NEXT))
    a_minute()
    assert subjects_to(boss) == []


def test_a_lead_hears_only_of_circles_the_lead_is_in(clock, ours, boss, one):
    second = lead(ours)
    core = circle_of(ours, boss, one, name="Secret core")
    session(core, boss, "10:00", day=NEXT)
    clock.move_to(at("18:00"))
    a_minute()
    assert (len(subjects_to(boss)), subjects_to(second)) == (1, [])


def test_on_most_days_a_minute_asks_one_question(clock, ours, boss, django_assert_num_queries):
    session(ours.everyone, boss, "10:00", day="2028-10-26")
    with time_machine.travel(at("12:00") - timedelta(days=20), tick=False), django_assert_num_queries(1):
        remind_of_sessions()


# --- Notes of the day -------------------------------------------------------------------------------------------------------


def noted(ours, boss, fifty, by, **facts):
    with time_machine.travel(at("09:00"), tick=False):
        row = session(ours.everyone, boss, "10:00", resolutions=[fifty])
    return write_note(row, by=by, resolution=fifty, **{"circle": ours.everyone, "moved": "Secret plan"} | facts)


def test_who_watches_hears_of_the_notes_of_a_day_in_one_line(clock, ours, boss, one, fifty):
    two = member(ours, time_zone=VENUE)
    for person in (one, two, boss):
        Watch.objects.create(user=person, resolution=fifty)
    noted(ours, boss, fifty, boss)
    noted(ours, boss, fifty, boss)
    clock.move_to(at("20:00"))
    a_minute()
    clock.move_to(at("20:30"))
    a_minute()
    assert subjects_to(two) == ["2 new notes on what you watch"]
    assert "2 new notes today on what you watch." in mails_to(two)[0][1]
    assert not any(word in mails_to(two)[0][1] for word in ROOMS)
    # Of one's own notes one is told nothing.
    assert subjects_to(boss) == []


def test_what_one_may_not_read_is_not_counted_and_nothing_is_told_discreetly(clock, ours, boss, one, fifty):
    hidden = member(ours, time_zone=VENUE, mail_level=User.MailLevel.DISCREET)
    for person in (one, hidden):
        Watch.objects.create(user=person, resolution=fifty)
    noted(ours, boss, fifty, boss, circle=circle_of(ours, boss, name="Secret core"))
    clock.move_to(at("20:00"))
    a_minute()
    assert (subjects_to(one), subjects_to(hidden)) == ([], [])
    noted(ours, boss, fifty, boss)
    a_minute()
    assert (subjects_to(one), subjects_to(hidden)) == (["1 new note on what you watch"], [])


# --- On the first page --------------------------------------------------------------------------------------------------------


def test_leads_and_the_host_see_on_their_first_page_what_nobody_goes_to(clock, client, ours, tomorrow, one, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    second, host = lead(ours), UserFactory(is_staff=True)
    sentence = "Nobody goes to 1 session soon"
    for person, sees in ((second, True), (host, True), (one, False)):
        client.force_login(person)
        assert (sentence in client.get("/").content.decode()) == sees
    goes(tomorrow, one)
    client.force_login(second)
    assert sentence not in client.get("/").content.decode()


def test_leads_whose_coalition_switched_it_off_are_not_told(clock, ours, boss, tomorrow, one):
    """What one goes to is told all the same."""
    goes(session(ours.everyone, boss, "15:00", day=NEXT), one)
    membership.change_settings(ours, by=boss, reminders_off=["RR-15", "RR-16"])
    clock.move_to(at("20:00"))
    a_minute()
    assert not Email.objects.filter(kind="calendar_app/uncovered").exists()
    assert plans_to(one) == ["evening"]


def test_switched_off_after_its_mail_is_written_it_is_not_sent(clock, ours, boss, tomorrow):
    clock.move_to(at("18:00"))
    remind_of_sessions()
    membership.change_settings(ours, by=boss, reminders_off=["RR-16"])
    deliver_waiting()
    assert (Email.objects.get(kind="calendar_app/uncovered").state, mails_to(boss)) == ("dropped", [])

"""S08: how I am reached, how it reads, what was and will be sent to me and why."""

import gzip
import re
from datetime import time, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail.delivery import deliver_waiting
from amnt.mail.models import Email, Mute
from calendar_app import tasks
from calendar_app.models import Attendance, DateChange, Reminder
from calendar_app.reminders.preview import outlook_of, preview_for
from calendar_app.reminders.rules import RULES
from calendar_app.services.date_states import state_of
from coalitions.models import FollowUp, Membership
from resolutions.models import RegionWatch, Watch
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows, subjects_to
from tests.factories import DeadlineFactory, MeetingFactory, ResolutionFactory, UserFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db

PAGE = "/reminders/"
TYPED = {
    "rhythm": "daily",
    "digest_at": "08:30",
    "days": ["14", "3", "1"],
    "mail_level": "standard",
    "quiet_from": "20:00",
    "quiet_to": "08:00",
    "weekend": "sat-sun",
    "time_zone": "Africa/Nairobi",
}


@pytest.fixture
def network():
    return coalition("Open Standards Network", mail_ceiling="standard")


@pytest.fixture
def her(clock, network, client):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory(number=50, slug="50"))
    client.force_login(user)
    return user


# --- What she may choose ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "days"), [("fr", "14 jours avant"), ("en", "14 days before"), ("es", "14 días antes")])
def test_days_to_choose_from_are_said_in_her_language(her, client, language, days):
    her.language = language
    her.save()
    assert days in client.get(PAGE).content.decode()


def test_what_she_chooses_is_kept_and_planned_by(her, client):
    DeadlineFactory()
    tasks.tick()
    typed = TYPED | {
        "days": ["7", "1"],
        "digest_at": "18:00",
        "time_zone": "America/Bogota",
        "weekend": "fri-sat",
        "mail_level": "discreet",
    }
    assert client.post(PAGE, typed).status_code == 302
    her.refresh_from_db()
    assert (her.reminder_days, her.digest_at, her.time_zone) == ([7, 1], time(18), "America/Bogota")
    assert [item.reminders[0].offset for post in outlook_of(her).will_be_sent() for item in post.items] == [7, 1]
    tasks.tick()
    assert [row[1] for row in rows(her, state="planned")] == [7, 1]


def test_the_ordinary_days_are_kept_as_the_rhythm_of_each_rule(her, client):
    User.objects.update(reminder_days=[7])
    client.post(PAGE, TYPED)
    her.refresh_from_db()
    assert her.reminder_days == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone we know. Choose one from the list."),
        ({"digest_at": "06:00"}, "The digest would arrive in your quiet hours. Choose a time outside them."),
        ({"digest_at": "half past"}, "Give the time like this: 08:30."),
        ({"quiet_from": "08:00", "quiet_to": "06:00"}, "These quiet hours leave too little of the day: at least four hours must remain."),
        ({"quiet_to": "20:00"}, "These are the same hour twice. Choose another one, or tick “No quiet hours”."),
        ({"quiet_to": ""}, "This cannot be left empty."),
        ({"days": []}, "Choose at least one day. To stop a kind of reminder, use its button below."),
        ({"mail_level": "detailed"}, "This is more than your coalition lets an e-mail say. Choose a lower level."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_lost(her, client, typed, sentence):
    answer = client.post(PAGE, TYPED | {"weekend": "fri-sat"} | typed)
    assert escape(sentence) in answer.content.decode()
    assert "Nothing is lost." in answer.content.decode()
    assert '<option value="fri-sat" selected>' in answer.content.decode()
    her.refresh_from_db()
    assert her.weekend == "sat-sun"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"quiet_from": "22:00", "quiet_to": "07:00"}, (time(22), time(7))),
        ({"no_quiet_hours": "on", "digest_at": "03:00"}, (time(), time())),
        ({"no_quiet_hours": "on", "digest_at": "03:00", "quiet_from": "", "quiet_to": "soon"}, (time(), time())),
    ],
)
def test_quiet_hours_over_midnight_or_none_at_all_are_fine(her, client, typed, stored):
    assert client.post(PAGE, TYPED | typed).status_code == 302
    her.refresh_from_db()
    assert (her.quiet_from, her.quiet_to) == stored


def test_without_quiet_hours_the_box_is_ticked_and_the_usual_hours_are_offered(her, client):
    User.objects.update(quiet_from=time(), quiet_to=time())
    page = client.get(PAGE).content.decode()
    assert re.search(r'<input type="checkbox" name="no_quiet_hours"[^>]* checked', page)
    assert re.search(r'name="quiet_from" value="20:00"', page)
    assert re.search(r'name="quiet_to" value="08:00"', page)


def test_what_was_sent_comes_first_and_codes_of_rules_are_not_shown(her, client):
    page = client.get(PAGE).content.decode()
    places = [page.index(f'id="{part}"') for part in ("sent", "coming", "h-preview", "rules")]
    assert places == sorted(places)
    assert ">RR-" not in page


def test_a_level_above_a_ceiling_that_came_later_shows_as_the_ceiling(her, client):
    User.objects.update(mail_level="detailed")
    page = client.get(PAGE).content.decode()
    assert 'value="standard" checked' in page
    assert "Above the limit." in page


# --- How it reads -----------------------------------------------------------------------------------------------------------


def test_at_p3c_1_the_preview_is_the_mail_that_will_be_sent(her, client):
    DeadlineFactory()
    tasks.tick()
    with time_machine.travel(moment(4, 5, 30), tick=False):
        preview = preview_for(her, "standard")
        a_minute()
    said = [(subject, re.sub(r"/seen/[^/]+/", "/seen/.../", text)) for subject, text in mails_to(her)]
    assert said == [(preview.subject, preview.text)]


def test_the_preview_follows_the_level_before_it_is_saved(her, client):
    DeadlineFactory()
    assert "Deadline for contributions" in client.get(PAGE, {"mail_level": "standard"}).content.decode().split('id="preview"')[1]
    page = client.get(PAGE, {"mail_level": "discreet"}).content.decode().split('id="preview"')[1]
    assert "Open the agenda to see it." in page
    assert "Deadline for contributions" not in page
    fragment = client.get(PAGE, {"mail_level": "discreet"}, headers={"HX-Request": "true"}).content.decode()
    assert fragment.strip().startswith('<section class="block" id="preview"')
    her.refresh_from_db()
    assert her.mail_level == "standard"


def test_the_preview_calls_nothing_overdue_that_is_not(her, network):
    FollowUp.objects.create(circle=network.everyone, title="x", owner=her, created_by=her, due_at=moment(5), state="in-hand")
    text = preview_for(her, "detailed").text
    assert "follow-up is due" in text
    assert "verdue" not in text


def test_with_nothing_coming_the_preview_is_an_example_and_says_so(her, client):
    page = client.get(PAGE).content.decode()
    assert "What follows is an example: nothing real is coming up for you." in page
    assert not Reminder.objects.exists()


def test_a_test_mail_is_really_sent_but_not_all_day_long(her, client):
    for _ in range(4):
        answer = client.post(reverse("calendar_app:reminders-test"), follow=True)
    deliver_waiting()
    assert len(mails_to(her)) == 3
    assert "This is the test e-mail you asked for" in mails_to(her)[0][1]
    assert "You can send three test e-mails an hour." in answer.content.decode()


# --- What was and will be sent ----------------------------------------------------------------------------------------------


def test_what_will_be_sent_is_true_at_once_and_stores_nothing(her, client):
    meeting = MeetingFactory(starts_on=moment(28).date(), ends_on=moment(29).date(), at=moment(28), title_en="Preparatory meeting")
    door = DeadlineFactory(kind="registration", meeting=meeting, at=moment(20), title_en="Registration of the meeting closes")
    assert "Registration of the meeting closes" not in client.get(PAGE).content.decode()
    Attendance.objects.create(user=her, meeting=meeting, status="going")
    page = client.get(PAGE).content.decode()
    assert page.count("Registration of the meeting closes") >= 4  # late 30, then 14, 7… and the preview
    assert door.get_absolute_url() in page
    assert not Reminder.objects.exists()


def test_it_says_why_each_came_and_why_some_did_not(her, client, clock):
    DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 6))
    a_minute()
    Mute.objects.create(user=her, kind="RR-01")
    clock.move_to(moment(15, 6))
    a_minute()
    page = client.get(PAGE).content.decode().split("What was sent to me")[-1]
    assert "In 14 days: Deadline for contributions to WTSA-28" in page
    assert "you stopped reminders of this kind" in page
    assert 'href="?kinds=1#RR-01"' in page


def test_what_hangs_on_a_circle_keeps_its_title_to_itself(her, client, network):
    circle = circle_of(network, her, name="Core")
    FollowUp.objects.create(circle=circle, title="Xylophone", owner=her, created_by=her, due_at=moment(20), state="in-hand")
    page = client.get(PAGE).content.decode()
    assert "Xylophone" not in page
    assert "1 item in a circle" in page


def test_nobody_sees_what_was_promised_to_others(her, client, network):
    other = lead(network)
    DeadlineFactory(kind="document", title_en="Vuvuzela", meeting=MeetingFactory())
    RegionWatch.objects.create(user=other, group=MeetingFactory().group)
    tasks.tick()
    assert Reminder.objects.filter(user=other).exists()
    assert "Vuvuzela" not in client.get(PAGE).content.decode()


def test_what_she_may_no_longer_read_is_not_named_in_the_past_either(her, client, network, clock):
    follow_up = FollowUp.objects.create(
        circle=network.everyone, title="Xylophone", owner=her, created_by=her, due_at=moment(2), state="in-hand"
    )
    tasks.tick()
    assert "Xylophone" in client.get(PAGE).content.decode()
    clock.move_to(moment(2, 6))
    a_minute()
    Membership.objects.filter(user=her).update(left_at=moment(2, 7))
    assert rows(her, follow_up=follow_up, state="sent")
    assert "Xylophone" not in client.get(PAGE).content.decode()


# --- Stopping ---------------------------------------------------------------------------------------------------------------


def test_every_rule_has_its_place_and_its_button(her, client):
    page = client.get(PAGE).content.decode()
    for rule in RULES:
        assert f'id="{rule.code}"' in page
        assert escape(str(rule.name)) in page


def test_a_kind_can_be_stopped_and_had_again(her, client):
    DeadlineFactory()
    address = reverse("calendar_app:reminders-mute")
    answer = client.post(address, {"kind": "RR-01", "mute": "1"})
    assert answer.url == "/reminders/?kinds=1#RR-01"
    assert outlook_of(her).coming == []
    client.post(address, {"kind": "RR-01", "mute": "1"})
    assert Mute.objects.filter(user=her, kind="RR-01").count() == 1
    client.post(address, {"kind": "RR-01"})
    assert not Mute.objects.exists()
    assert outlook_of(her).coming != []


@pytest.mark.parametrize("kind", ["RR-20", "", "x" * 50])
def test_news_of_ones_own_account_cannot_be_stopped(her, client, kind):
    assert client.post(reverse("calendar_app:reminders-mute"), {"kind": kind, "mute": "1"}).status_code == 404
    assert not Mute.objects.exists()


def test_a_refused_address_is_said_and_can_be_tried_again(her, client):
    User.objects.update(mail_refused_at=moment(1))
    assert "E-mails to you are bouncing" in client.get(PAGE).content.decode()
    client.post(reverse("calendar_app:reminders-try-again"))
    her.refresh_from_db()
    assert her.mail_refused_at is None
    assert Email.objects.filter(to=her, kind="calendar_app/test").count() == 1
    assert "E-mails to you are bouncing" not in client.get(PAGE).content.decode()


# --- The page ---------------------------------------------------------------------------------------------------------------


def test_only_a_post_acts(her, client):
    for name in ("reminders-test", "reminders-mute", "reminders-try-again"):
        assert client.get(reverse(f"calendar_app:{name}")).status_code == 405


def test_a_stranger_logs_in_first(client):
    assert client.get(PAGE).status_code == 302


def test_someone_in_no_coalition_has_a_page_too(clock, client):
    client.force_login(UserFactory())
    assert client.get(PAGE).status_code == 200


def test_turning_the_pages_of_one_list_keeps_the_other_and_the_level_looked_at(her, client):
    for number in range(40):
        DeadlineFactory(at=moment(20) + timedelta(hours=number))
    page = client.get(PAGE, {"sent": "2", "mail_level": "minimal"}).content.decode()
    assert '?sent=2&amp;mail_level=minimal&amp;coming=2#coming" rel="next"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_ten_queries_however_much_there_is(her, client, network, clock, count, django_assert_num_queries):
    for number in range(count):
        DeadlineFactory(at=moment(20 + number))
        MeetingFactory(at=moment(20 + number)).attendances.create(user=her, status="going")
        FollowUp.objects.create(circle=network.everyone, title="x", owner=her, created_by=her, due_at=moment(20), state="in-hand")
    tasks.tick()
    clock.move_to(moment(15, 6))
    a_minute()
    client.force_login(her)
    client.get(PAGE)
    with django_assert_num_queries(10):
        client.get(PAGE)


def test_it_weighs_less_than_twenty_five_kilobytes_with_a_month_full_of_mail(her, client, network, clock):
    for number in range(40):
        DeadlineFactory(at=moment(3) + timedelta(days=number, hours=number % 24))
    tasks.tick()
    for day in range(1, 20):
        clock.move_to(moment(day, 6))
        a_minute()
    client.force_login(her)
    page = client.get(PAGE)
    assert len(mail.outbox) > 20
    assert len(gzip.compress(page.content)) < 25 * 1024


# --- An official date changed -----------------------------------------------------------------------------------------------


def moved(deadline, to):
    old = state_of(deadline)
    deadline.at, deadline.version = to, deadline.version + 1
    deadline.save()
    about = {"old": old, "new": state_of(deadline), "version": deadline.version}
    DateChange.objects.create(deadline=deadline, proposed_by=UserFactory(), applied_at=now(), **about)


def test_rr_13_waits_for_the_morning_unless_the_new_date_is_near(her, clock):
    far, near = DeadlineFactory(at=moment(20)), DeadlineFactory(at=moment(21), title_en="Near")
    tasks.tick()
    clock.move_to(moment(4, 20))  # 23:00 in Nairobi
    moved(far, moment(25))
    moved(near, moment(6, 12))
    a_minute()
    assert subjects_to(her) == ["Date changed: Near"]
    clock.move_to(moment(5, 5))
    a_minute()
    assert subjects_to(her)[1:2] == ["Date changed: Deadline for contributions to WTSA-28"]


def test_rr_13_tells_the_date_she_knew_however_often_it_moved_at_night(her, clock):
    deadline = DeadlineFactory(at=moment(20, 12))
    tasks.tick()
    clock.move_to(moment(4, 20))
    moved(deadline, moment(25, 12))
    moved(deadline, moment(28, 12))
    clock.move_to(moment(5, 5))
    a_minute()
    changed = [text for subject, text in mails_to(her) if subject.startswith("Date changed")]
    assert len(changed) == 1
    assert "Before: Wed 20 Sept" in changed[0]
    assert "Thu 28 Sept" in changed[0]
    assert "25 Sept" not in changed[0]


def test_rr_13_says_nothing_of_what_was_taken_back_before_she_knew(her, clock):
    deadline = DeadlineFactory(at=moment(20, 12))
    tasks.tick()
    clock.move_to(moment(6, 6))
    a_minute()  # the 14 days
    clock.move_to(moment(6, 20))
    moved(deadline, moment(25, 12))
    moved(deadline, moment(20, 12))
    clock.move_to(moment(7, 6))
    a_minute()
    assert len(subjects_to(her)) == 1
    assert [row[:4] for row in rows(her, version=3)] == [
        *(("RR-13", 0, "", "skipped"), ("RR-01", 3, "", "planned"), ("RR-01", 1, "", "planned")),
    ]


def test_rr_13_concerns_only_who_was_reminded_of_the_date(her, clock, network):
    other = member(network)
    deadline = DeadlineFactory(at=moment(20))
    tasks.tick()
    moved(deadline, moment(25))
    assert rows(other) == []

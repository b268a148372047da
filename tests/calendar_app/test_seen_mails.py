""" "I have seen it" from the mail itself, and where the other acts of a mail lead."""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from amnt.mail.models import Email
from amnt.mail.seeing import mark_seen, seen_url
from calendar_app import tasks
from calendar_app.models import Attendance, DateSilence
from coalitions.models import Coalition
from coalitions.services import follow_ups
from resolutions.models import RegionWatch, Watch
from tests.calendar_app.reminding import a_minute, mails_to, moment
from tests.factories import DeadlineFactory, MeetingFactory, RegionalGroupFactory, ResolutionFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return coalition("Quixote Network", mail_ceiling="detailed")


@pytest.fixture
def her(network, clock):
    user = member(network, time_zone="Africa/Nairobi")
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    return user


@pytest.fixture
def link(her, clock):
    """In the mail of the 4th, fourteen days before a deadline."""
    DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 6))
    a_minute()
    return path_in(mails_to(her)[-1][1])


def path_in(text):
    return re.search(r"http://testserver(/reminders/seen/\S+)", text).group(1)


def stranger():
    return Client()


def test_opening_the_link_changes_nothing_and_the_button_does_once(link, her):
    for _ in range(3):
        answer = stranger().get(link)
        assert (answer.status_code, DateSilence.objects.count(), Email.objects.exclude(seen_at=None).count()) == (200, 0, 0)
    assert stranger().head(link).status_code == 200
    assert len(re.findall("<button", answer.content.decode().split("<main")[1].split("</main")[0])) == 1
    assert "Noted" in stranger().post(link).content.decode()
    silence = DateSilence.objects.get()
    assert (silence.user, silence.state, silence.until) == (her, "snoozed", moment(15, 21, 59))
    assert [stranger().post(link).status_code, stranger().get(link).status_code] == [404, 404]


def test_the_page_names_nothing(link, her, network):
    page = stranger().get(link).content.decode() + stranger().post(link).content.decode()
    for secret in (her.name, her.email, network.name, "contributions to WTSA-28", "RR-01"):
        assert secret not in page


def test_unknown_used_expired_and_left_is_the_same_answer(link, her, clock):
    def answer(path):
        said = stranger().get(path)
        return said.status_code, re.sub(r'(nonce|value|content)="[^"]*"|seen/[^"/]+', "", said.content.decode())

    unknown = answer(link[:-4] + "abc/")
    assert unknown[0] == 404
    email = Email.objects.get(pk=Email.objects.filter(to=her).last().pk)
    assert mark_seen(email)
    assert answer(link) == unknown
    Email.objects.update(seen_at=None)
    her.is_active = False
    her.save()
    assert answer(link) == unknown
    her.is_active = True
    her.save()
    assert answer(link)[0] == 200
    with time_machine.travel(moment(4, 7, month=10)):
        assert answer(link) == unknown


def test_a_link_serves_its_own_reader_and_mail_alone(link, her, network):
    other, email = member(network), Email.objects.filter(to=her).last()
    forged = seen_url(Email(to=other, public_id=email.public_id)).removeprefix("http://testserver")
    assert stranger().post(forged).status_code == 404
    assert not DateSilence.objects.exists()


def test_of_two_at_once_only_one_marks_it(link, her):
    email = Email.objects.filter(to=her).last()
    assert [mark_seen(email), mark_seen(email)] == [True, False]


def test_where_a_coalition_is_discreet_there_is_no_link_and_an_old_one_does_nothing(link, her, network, clock):
    Coalition.objects.update(mail_ceiling="discreet")
    assert stranger().get(link).status_code == 404
    clock.move_to(moment(15, 6))
    a_minute()
    assert "/reminders/seen/" not in mails_to(her)[-1][1]
    assert "/reminders/seen/" not in str(mail.outbox[-1].alternatives)


def test_seen_it_comes_back_three_days_before_and_the_page_says_when_it_was_seen(link, her, client, clock):
    stranger().post(link)
    before = len(mails_to(her))
    for day, hour in ((14, 6), (15, 6), (17, 6)):
        clock.move_to(moment(day, hour))
        a_minute()
    said = [subject for subject, _text in mails_to(her)[before:]]
    assert said == [f"{when}: Deadline for contributions to WTSA-28" for when in ("In 3 days", "Tomorrow")]
    client.force_login(her)
    assert "seen" in client.get("/reminders/").content.decode()


def test_what_is_settled_before_an_assembly_is_not_silenced_by_seeing_it(network, clock):
    user = member(network)
    visa = DeadlineFactory(kind="visa", at=moment(20))
    visa.watches.create(user=user)
    tasks.tick()
    clock.move_to(moment(6, 9))
    a_minute()
    stranger().post(path_in(mails_to(user)[-1][1]))
    assert not DateSilence.objects.exists()


# --- Every other act ----------------------------------------------------------------------------------------------------------


def test_what_a_mail_asks_for_opens_at_its_button_after_the_log_in(network, clock, client):
    boss, user = lead(network), member(network, mail_level="detailed")
    follow_up = follow_ups.create(circle=network.everyone, title="Ask the ministry", due_at=moment(20), by=boss, owner=user)
    tasks.tick()
    clock.move_to(moment(4, 9))
    a_minute()
    path = reverse("calendar_app:open-act", args=["follow-up", follow_up.public_id])
    assert path in mails_to(user)[-1][1]
    assert client.get(path).headers["location"] == f"{reverse('account_login')}?next={path}"
    client.force_login(user)
    assert client.get(path).headers["location"] == f"{follow_up.get_absolute_url()}#answer"
    assert 'id="answer"' in client.get(follow_up.get_absolute_url()).content.decode()


def test_who_is_going_is_asked_at_the_button(network, clock, client):
    group = RegionalGroupFactory()
    user = member(network)
    RegionWatch.objects.create(user=user, group=group)
    meeting = MeetingFactory(group=group, at=moment(28), starts_on=moment(28).date(), ends_on=moment(28).date())
    door = DeadlineFactory(kind="registration", meeting=meeting, at=moment(20))
    tasks.tick()
    clock.move_to(moment(6, 9))
    a_minute()
    path = reverse("calendar_app:open-act", args=["deadline", door.public_id])
    assert path in mails_to(user)[-1][1]
    client.force_login(user)
    page = client.get(client.get(path).headers["location"].split("#")[0]).content.decode()
    assert 'id="answer"' in page
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("what", ["deadline", "meeting", "follow-up", "person"])
def test_what_one_may_not_see_is_not_opened(network, client, what):
    client.force_login(member(network))
    assert client.get(f"/reminders/open/{what}/3f0e8a52-9a1f-4b7e-8d07-111111111111/").status_code == 404

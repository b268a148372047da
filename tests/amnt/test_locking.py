"""P5-c: the server is seized. One command locks the instance, ends every way in, and writes down what was there."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import Session
from amnt.accounts.tokens import create_token
from amnt.audit.models import AuditEntry
from amnt.mail.models import Email
from amnt.mail.services import write_email
from amnt.mail.tasks import deliver_waiting
from coalitions.models import Invitation
from coalitions.services.invitations import invite
from tests.factories import FollowUpFactory, ResolutionFactory, UserFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


@pytest.fixture
def report(tmp_path):
    return tmp_path / "report.md"


def lock(report) -> str:
    said = StringIO()
    call_command("lock_instance", report=report, stdout=said)
    return said.getvalue()


def unlock() -> None:
    call_command("unlock_instance", stdout=StringIO())


def test_every_way_in_is_closed_and_the_page_says_so_calmly(client, report, settings):
    settings.HOST_CONTACT = "host@example.org"
    user = UserFactory(password=PASSWORD)
    _token, key = create_token(user, name="A program", days=30, submission=uuid4(), scope="write")
    client.force_login(user)
    assert client.get("/").status_code == 200
    lock(report)
    for address in ("/", reverse("account_login"), reverse("account_reset_password"), reverse("accounts:profile"), "/admin/"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        page = answer.content.decode()
        assert "This service is locked" in page
        assert "host@example.org" in page
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert (answer.status_code, Session.objects.count()) == (503, 0)
    assert client.get("/api/v1/", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    # What the service is and who answers for it holds nothing of the database, and stays.
    assert [client.get(address).status_code for address in ("/healthz", reverse("about:help"))] == [200, 200]


def test_it_speaks_the_language_of_the_browser(client, report):
    lock(report)
    assert "Ce service est verrouillé" in client.get("/", headers={"accept-language": "fr"}).content.decode()


def test_open_invitations_are_void_and_mail_waits(report, mailoutbox):
    ours = coalition()
    boss = lead(ours)
    invitation = invite(ours, email="new@example.org", by=boss)
    lock(report)
    assert not Invitation.objects.open().exists()
    assert Invitation.objects.get(pk=invitation.pk).revoked_at
    write_email("accounts/security", to=boss, about={"what": "password"})
    deliver_waiting()
    assert mailoutbox == []
    unlock()
    deliver_waiting()
    assert [mail.to for mail in mailoutbox] == [[boss.email]]
    assert set(Email.objects.values_list("state", flat=True)) == {"accepted", "dropped"}


def test_after_unlocking_one_logs_in_again(client, report):
    user = UserFactory(password=PASSWORD)
    lock(report)
    unlock()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert Session.objects.count() == 1
    with pytest.raises(CommandError, match="not locked"):
        unlock()


def test_locking_twice_is_locking_once_and_both_are_in_the_audit(report, tmp_path):
    lock(report)
    said = StringIO()
    call_command("lock_instance", report=tmp_path / "second.md", stdout=said)
    assert "locked already" in said.getvalue()
    unlock()
    assert list(AuditEntry.objects.values_list("act", flat=True).order_by("pk")) == ["instance.locked", "instance.unlocked"]


def test_a_report_that_cannot_be_written_locks_nothing(client, report):
    report.write_text("another report")
    with pytest.raises(CommandError, match="Nothing was locked"):
        lock(report)
    assert client.get(reverse("account_login")).status_code == 200
    assert report.read_text() == "another report"


def test_the_report_can_be_printed_and_what_to_do_next_then_goes_elsewhere():
    page, said = StringIO(), StringIO()
    call_command("lock_instance", report="-", stdout=page, stderr=said)
    assert page.getvalue().startswith("# What this server held on ")
    assert "rotate_everything" not in page.getvalue()
    assert "manage.py rotate_everything" in said.getvalue()


def test_the_report_counts_by_class_and_names_nothing(report):
    ours = coalition("zz-coalition")
    boss, wanjiru = lead(ours, name="zz-boss"), member(ours, name="zz-wanjiru", email="zz@example.org")
    resolution = ResolutionFactory()
    for kind, number in (("restricted", 2), ("delegation", 3)):
        circle = circle_of(ours, boss, wanjiru, kind=kind, name=f"zz-{kind}")
        for n in range(number):
            FollowUpFactory(circle=circle, created_by=boss, title=f"zz-{kind}-{n}", created_at=now() - timedelta(days=100 * n))
        resolution.positions.create(circle=circle, version=1, stance="oppose", words="zz-words", by=boss)
    FollowUpFactory(circle=ours.everyone, created_by=boss, title="zz-title", created_at=now())
    lock(report)
    page = report.read_text()
    assert "zz" not in page
    c1, c2, c3 = (part.split("\n## ")[0] for part in page.split("## C")[1:4])
    assert "- follow-ups: 1" in c1
    assert "- follow-ups: 2" in c2
    assert "- circles: 1" in c2
    assert f"- follow-ups: 3; the oldest of {now() - timedelta(days=200):%Y-%m-%d}" in c3
    assert "- versions of positions: 1" in c3
    assert "- people: 2" in page
    assert "- who is in which circle: 6" in page
    assert "private calls: none" in page

"""AT-P5c-1: two leads, or whoever looks after the instance, lock it from a page; within a minute nobody reads or writes anything."""

from datetime import timedelta
from html import unescape
from io import StringIO
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import ApiToken, Device, InstanceLock, KnownBrowser, KnownNetwork, Session
from amnt.accounts.services import locking
from amnt.accounts.tasks import keep_locked
from amnt.accounts.tokens import create_token
from amnt.audit.models import AuditEntry, Pseudonym
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from amnt.mail.services import write_email
from calendar_app.models import CalendarFeed, SourcePage
from coalitions.models import Approval, Delegation, Invitation, OfficeCheck, Statement, StatementInvitation
from coalitions.services import approvals
from coalitions.services.invitations import invite
from tests import factories
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ours():
    return factories.coalition("zz-ours")


@pytest.fixture
def wanjiru(ours):
    return factories.lead(ours, name="zz-wanjiru", password=PASSWORD)


@pytest.fixture
def claire(ours):
    return factories.lead(ours, name="zz-claire", password=PASSWORD)


@pytest.fixture
def thabo():
    return UserFactory(name="zz-thabo", password=PASSWORD, is_staff=True, is_superuser=True)


def browser_of(person) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(person)
    return browser


def prove(browser) -> None:
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def asked_by(person, coalition) -> Approval:
    browser = browser_of(person)
    prove(browser)
    browser.post(reverse("coalitions:lock-instance", args=[coalition.public_id]))
    return Approval.objects.get(kind="coalitions.lock_instance")


def people_of(act: str) -> set:
    actors = AuditEntry.objects.filter(act=act).values("actor")
    return set(Pseudonym.objects.filter(name__in=actors).values_list("user", flat=True))


# --- Two leads --------------------------------------------------------------------------------------------------------


def test_two_leads_lock_it_and_every_way_in_is_closed(ours, wanjiru, claire, thabo):
    stranger = factories.lead(factories.coalition("zz-theirs"), name="zz-stranger")
    theirs, ours_too = browser_of(stranger), browser_of(factories.member(ours))
    _token, key = create_token(stranger, name="A program", days=30, submission=uuid4(), scope="write")
    invite(ours, email="new@example.org", by=wanjiru)
    to_office = {"delegation": Delegation.objects.create(assembly=factories.AssemblyFactory(), country="KE"), "coalition": ours}
    OfficeCheck.objects.create(digest="f" * 64, language="en", expires_at=now() + OfficeCheck.OPEN_FOR, **to_office)
    signed = Statement.objects.create(circle=ours.everyone, title="Rights", closes_at=now() + timedelta(days=3))
    StatementInvitation.objects.create(statement=signed, name="House", digest="e" * 64)
    asked = asked_by(wanjiru, ours)
    assert (locking.is_locked(), ours_too.get("/").status_code) == (False, 200)
    second = browser_of(claire)
    assert "Lock this service for everyone" in second.get(asked.get_absolute_url()).content.decode()
    prove(second)
    answer = second.post(reverse("coalitions:approval-approve", args=[asked.public_id]), follow=True)
    assert (answer.status_code, "This service is locked" in answer.content.decode()) == (503, True)
    for browser in (theirs, ours_too, second):
        for path in ("/", "/resolutions/", asked.get_absolute_url(), reverse("account_login")):
            assert browser.get(path, follow=True).status_code == 503
    assert Client().get("/api/v1/", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert (Session.objects.count(), Device.objects.count(), ApiToken.objects.count()) == (0, 0, 0)
    assert not Invitation.objects.open().exists()
    ours.asks_offices = True
    ours.save()
    assert not OfficeCheck.objects.open().exists()
    assert not StatementInvitation.objects.open().exists()
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("approved", claire)
    assert (people_of("instance.lock_asked"), people_of("instance.locked")) == ({wanjiru.pk}, {claire.pk})


def test_no_page_unlocks_it_and_the_host_does(ours, wanjiru, claire):
    approvals.approve(asked_by(wanjiru, ours), by=claire)
    browser = Client()
    assert browser.post(reverse("account_login"), {"login": claire.email, "password": PASSWORD}).status_code == 503
    call_command("unlock_instance", stdout=StringIO())
    browser.post(reverse("account_login"), {"login": claire.email, "password": PASSWORD})
    assert browser.get("/").status_code == 200


def test_one_lead_alone_locks_nothing(ours, wanjiru, claire):
    asked = asked_by(wanjiru, ours)
    browser = browser_of(wanjiru)
    prove(browser)
    answer = browser.post(reverse("coalitions:approval-approve", args=[asked.public_id]))
    assert (answer.status_code, locking.is_locked()) == (409, False)
    assert "another lead must answer" in answer.content.decode()


@pytest.mark.parametrize("act", ["ask", "approve"])
def test_an_open_session_alone_neither_asks_nor_says_yes(ours, wanjiru, claire, act):
    if act == "ask":
        answer = browser_of(wanjiru).post(reverse("coalitions:lock-instance", args=[ours.public_id]))
        assert not Approval.objects.exists()
    else:
        asked = asked_by(wanjiru, ours)
        answer = browser_of(claire).post(reverse("coalitions:approval-approve", args=[asked.public_id]))
        asked.refresh_from_db()
        assert asked.is_waiting
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not locking.is_locked()


def test_both_need_a_second_factor(settings, ours, wanjiru, claire):
    asked = asked_by(wanjiru, ours)
    settings.LEADS_NEED_SECOND_FACTOR = True
    browser = browser_of(claire)
    assert browser.get(reverse("coalitions:lock-instance", args=[ours.public_id])).status_code == 403
    assert browser.post(reverse("coalitions:approval-approve", args=[asked.public_id])).status_code == 404
    assert not locking.is_locked()
    Authenticator.objects.create(user=claire, type=Authenticator.Type.TOTP, data={})
    approvals.approve(asked, by=claire)
    assert locking.is_locked()


def test_members_and_leads_of_others_cannot_ask(ours, wanjiru, claire):
    outside = factories.lead(factories.coalition("zz-theirs"))
    for person, status in ((factories.member(ours), 403), (outside, 404)):
        assert browser_of(person).post(reverse("coalitions:lock-instance", args=[ours.public_id])).status_code == status


def test_what_was_asked_yesterday_locks_nothing_today(ours, wanjiru, claire):
    asked = asked_by(wanjiru, ours)
    with time_machine.travel(now() + timedelta(hours=25), tick=False), pytest.raises(RuleBroken, match="waited too long"):
        approvals.approve(asked, by=claire)
    assert not locking.is_locked()


def test_asked_while_it_is_locked_there_is_nothing_left_to_do(ours, wanjiru, claire):
    asked = asked_by(wanjiru, ours)
    locking.lock()
    assert approvals.summary_of(asked) is None
    approvals.approve(asked, by=claire)
    assert InstanceLock.objects.count() == 1
    assert not Email.objects.filter(kind="accounts/locked").exists()


SAID = {
    "en": "Two leads have locked this service to protect everyone.",
    "fr": "Deux responsables ont verrouillé ce service pour protéger tout le monde.",
    "es": "Dos personas responsables bloquearon este servicio para proteger a todas las personas.",
}


@pytest.mark.parametrize("language", SAID)
def test_every_lead_and_the_host_are_told_while_other_mail_waits(
    language, settings, ours, wanjiru, claire, thabo, django_capture_on_commit_callbacks
):
    settings.HOST_CONTACT = "host@example.org"
    stranger = factories.lead(factories.coalition("zz-theirs"), name="zz-stranger", language=language)
    someone = factories.member(ours)
    asked = asked_by(wanjiru, ours)
    Email.objects.all().delete()
    write_email("accounts/security", to=someone, about={"what": "password"})
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(asked, by=claire)
    assert {letter.to[0] for letter in mail.outbox} == {person.email for person in (stranger, wanjiru, claire, thabo)}
    [letter] = [letter for letter in mail.outbox if letter.to == [stranger.email]]
    [[page, _kind]] = letter.alternatives
    for text in (letter.body, unescape(page)):
        assert SAID[language] in " ".join(text.split())
        assert "host@example.org" in text
        assert "zz-" not in text
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("unlock_instance", stdout=StringIO())
        write_email("accounts/security", to=thabo, about={"what": "password"})
    assert {letter.to[0] for letter in mail.outbox} >= {someone.email, thabo.email}


# --- Whoever looks after it -------------------------------------------------------------------------------------------


def test_the_host_locks_it_with_one_button(ours, wanjiru, thabo):
    lead, host = browser_of(wanjiru), browser_of(thabo)
    assert reverse("calendar_app:lock") in host.get(reverse("calendar_app:health")).content.decode()
    prove(host)
    assert "Lock it now" in host.get(reverse("calendar_app:lock")).content.decode()
    answer = host.post(reverse("calendar_app:lock"), follow=True)
    assert (answer.status_code, lead.get("/", follow=True).status_code) == (503, 503)
    assert people_of("instance.locked") == {thabo.pk}
    assert InstanceLock.objects.get().devices == 2
    told = Email.objects.filter(kind="accounts/locked")
    assert {(row.to, row.about["by"]) for row in told} == {(wanjiru, "host"), (thabo, "host")}


def test_an_open_session_of_the_host_alone_does_not_lock(thabo):
    answer = browser_of(thabo).post(reverse("calendar_app:lock"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not locking.is_locked()


def test_a_host_without_a_second_factor_is_sent_to_set_one_up(settings, thabo):
    settings.LEADS_NEED_SECOND_FACTOR = True
    browser = browser_of(thabo)
    prove(browser)
    assert browser.post(reverse("calendar_app:lock")).url == reverse("mfa_index")
    assert not locking.is_locked()


def test_nobody_else_finds_the_button(wanjiru):
    browser = browser_of(wanjiru)
    prove(browser)
    assert browser.post(reverse("calendar_app:lock")).status_code == 403
    assert not locking.is_locked()


# --- Nothing is forgotten ---------------------------------------------------------------------------------------------


def test_a_log_in_that_was_on_its_way_ends_within_a_minute(wanjiru):
    locking.lock()
    late = browser_of(wanjiru)
    assert late.get("/").status_code == 200
    keep_locked()
    keep_locked()
    assert late.get("/", follow=True).status_code == 503


def test_unlocked_nobody_is_logged_out_by_the_clock(wanjiru):
    browser = browser_of(wanjiru)
    keep_locked()
    assert browser.get("/").status_code == 200


# Models that hold a key or a mark of one, and why locking need not end it; the others are ended by what is registered.
ENDED = {Session, Device, ApiToken, CalendarFeed, Invitation, OfficeCheck, StatementInvitation}
OPENS_NOTHING = {
    KnownBrowser: "a browser that is known still needs the password",
    KnownNetwork: "so does a network",
    SourcePage: "of a page that anyone reads",
}
OF_TEXTS = {"audit.AuditCheckpoint", "audit.AuditSeal", "coalitions.HintDismissal"}


def test_every_model_with_a_key_is_ended_by_locking_or_opens_nothing():
    """A key is kept as a digest: whichever model has one must be closed on the day, or say why not."""
    with_key = {
        model
        for model in apps.get_models()
        if {column.name for column in model._meta.concrete_fields} & {"digest", "session_key", "token", "token_digest", "key_digest"}
        if model._meta.label not in OF_TEXTS
    }
    assert with_key == ENDED | set(OPENS_NOTHING)

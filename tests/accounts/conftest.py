import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.mail.emails import Letter, compose
from amnt.mail.models import Email
from amnt.retention.rules import rules
from amnt.settings import ACCOUNT_RATE_LIMITS
from tests.factories import UserFactory

PASSWORD = "sorghum under a wide sky"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of an authenticator app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def browser_in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def wanjiru(db):
    return UserFactory(name="Wanjiru Kamau", email="wanjiru@example.org", password=PASSWORD)


@pytest.fixture
def limits(settings):
    """The rate limits of the real settings, which other tests do without."""
    settings.ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS


def log_in(client, email="wanjiru@example.org", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def confirm_it_is_me(client, password=PASSWORD) -> None:
    client.post(reverse("account_reauthenticate"), {"password": password})


def an_hour_passes(client) -> None:
    """Her log-in is no longer fresh."""
    session = client.session
    session["begun_at"] -= 3600
    session.save()


def letters() -> list[Letter]:
    """Every letter promised so far, as it would be written now."""
    rows = list(Email.objects.order_by("pk"))
    written = compose(rows)
    return [written[row.pk] for row in rows if row.pk in written]


def retention_runs() -> None:
    """As every night."""
    for rule in rules():
        if rule.apply:
            rule.apply(now())


def code(secret: str = SECRET) -> str:
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def clock():
    with time_machine.travel("2028-03-01T08:00:00Z", tick=False) as moving:
        yield moving

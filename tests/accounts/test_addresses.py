import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import AddressChange, ApiToken, Device, Session
from amnt.accounts.services import addresses
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from amnt.settings import ACCOUNT_RATE_LIMITS
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, letters, log_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NEW = "wanjiru@new.example"


@pytest.fixture
def inside(client, wanjiru):
    log_in(client)
    confirm_it_is_me(client)
    return client


def ask(client, email=NEW):
    return client.post(reverse("accounts:address"), {"email": email})


def link() -> str:
    text = next(letter.text for letter in letters() if letter.address == NEW)
    return urlsplit(re.search(r"http\S+/account/address/\S+", text)[0]).path


def test_the_new_address_counts_once_it_has_answered(inside, wanjiru):
    wanjiru.mail_refused_at = now()
    wanjiru.save()
    assert NEW in ask(inside).content.decode()
    wanjiru.refresh_from_db()
    assert wanjiru.email == "wanjiru@example.org"
    path = link()
    assert NEW in inside.get(path).content.decode()
    wanjiru.refresh_from_db()
    assert wanjiru.email == "wanjiru@example.org"
    assert inside.post(path).url == reverse("accounts:profile")
    wanjiru.refresh_from_db()
    assert (wanjiru.email, wanjiru.mail_refused_at) == (NEW, None)
    other = Client()
    assert log_in(other, "wanjiru@example.org").status_code == 200
    assert log_in(other, NEW).status_code == 302
    assert EmailAddress.objects.count() == 0


def test_the_old_address_is_told_and_does_not_learn_the_new_one(inside):
    ask(inside)
    inside.post(link())
    told = letters()[-1]
    assert told.address == "wanjiru@example.org"
    assert "now has another e-mail address" in told.text
    assert NEW not in told.text + told.html


def test_changing_the_address_takes_the_password_again(client, wanjiru):
    log_in(client)
    assert ask(client).url.startswith(reverse("account_reauthenticate"))
    assert Email.objects.count() == 0


def test_the_link_works_once_and_for_a_day(inside, wanjiru):
    ask(inside)
    path = link()
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        log_in(inside)
        assert "This link has expired" in inside.get(path).content.decode()
    inside.post(path)
    assert "This link has expired" in inside.get(path).content.decode()


def test_a_link_counts_for_twenty_four_hours(clock, wanjiru):
    key = addresses.address_key(wanjiru, NEW)
    clock.shift(timedelta(hours=24))
    assert addresses.asked_address(wanjiru, key) == addresses.AskedAddress(new=NEW, old=wanjiru.email)
    clock.shift(1)
    assert addresses.asked_address(wanjiru, key) is None


def test_the_address_one_has_is_refused_at_its_field(wanjiru):
    with pytest.raises(RuleBroken, match="already your address") as refusal:
        addresses.ask_for_address(wanjiru, wanjiru.email)
    assert (refusal.value.field, Email.objects.count()) == ("email", 0)


def test_taking_an_address_back_closes_every_way_in_and_touches_no_other_account(wanjiru):
    other = UserFactory()
    change = AddressChange.objects.create(user=wanjiru, old="old@example.org")
    AddressChange.objects.create(user=wanjiru, old="older@example.org")
    theirs = AddressChange.objects.create(user=other, old="theirs@example.org")
    for user, digest in ((wanjiru, "a" * 64), (other, "b" * 64)):
        Session.objects.create(session_key=digest, session_data="", expire_date=now() + timedelta(days=1))
        Device.objects.create(user=user, digest=digest, ip="203.0.113.0", user_agent="")
        ApiToken.objects.create(user=user, name="A program", digest=digest, expires_at=now() + timedelta(days=1))
    addresses.take_back(change)
    wanjiru.refresh_from_db()
    assert (wanjiru.email, wanjiru.has_usable_password()) == ("old@example.org", False)
    entry = AuditEntry.objects.of(wanjiru).get(act="accounts.address_taken_back")
    assert (entry.actor, entry.fields) == (None, ["email"])
    assert [row.user for row in (*Device.objects.all(), *ApiToken.objects.all())] == [other, other]
    assert [row.pk for row in Session.objects.all()] == ["b" * 64]
    assert list(AddressChange.objects.all()) == [theirs]
    with pytest.raises(RuleBroken, match="already been used"):
        addresses.take_back(change)


def test_an_address_that_another_account_has_by_now_is_not_taken_back(wanjiru):
    change = AddressChange.objects.create(user=wanjiru, old="old@example.org")
    UserFactory(email="old@example.org")
    with pytest.raises(RuleBroken, match="Another account now has this address"):
        addresses.take_back(change)
    assert AddressChange.objects.count() == 1


def test_the_link_that_takes_an_address_back_counts_for_fourteen_days(clock, wanjiru):
    earlier, change = (AddressChange.objects.create(user=wanjiru, old=old) for old in ("older@example.org", "old@example.org"))
    key = addresses.take_back_key(change)
    clock.shift(timedelta(days=14, seconds=-1))
    assert [addresses.change_of_key(link) for link in (key, addresses.take_back_key(earlier))] == [change, earlier]
    assert [addresses.change_of_key(link) for link in ("forged:key", signing.dumps(change.pk))] == [None, None]
    wanjiru.is_active = False
    wanjiru.save()
    assert addresses.change_of_key(key) is None
    wanjiru.is_active = True
    wanjiru.save()
    clock.shift(1)
    assert addresses.change_of_key(key) is None


def test_a_change_of_address_is_hers_and_happens_once(wanjiru):
    key = addresses.address_key(wanjiru, NEW)
    assert addresses.asked_address(UserFactory(), key) is None
    changed = addresses.change_address(wanjiru, key=key)
    assert (changed.email, addresses.asked_address(changed, key)) == (NEW, None)
    entry = AuditEntry.objects.of(wanjiru).get()
    assert (entry.act, entry.fields, str(entry.actor)) == ("accounts.address_changed", ["email"], entry.object_id)


def test_only_whoever_asked_can_confirm(inside, wanjiru):
    ask(inside)
    path = link()
    stranger = Client(headers={"accept-language": "en"})
    assert stranger.post(path).status_code == 302
    other = UserFactory(password=PASSWORD)
    log_in(stranger, other.email)
    assert "This link has expired" in stranger.post(path).content.decode()
    for user in (wanjiru, other):
        user.refresh_from_db()
        assert user.email != NEW


def test_an_address_of_someone_else_gets_the_same_answer_and_no_letter(in_september, inside):
    UserFactory(email="taken@example.org")
    # In one minute, which the pages show.
    with time_machine.travel(now(), tick=False):
        free, taken = ask(inside).content.decode(), ask(inside, "Taken@example.org").content.decode()
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert token.sub("", free).replace(NEW, "…") == token.sub("", taken).replace("taken@example.org", "…")
    assert [letter.address for letter in letters()] == [NEW]


def test_an_address_taken_in_the_meantime_is_refused_with_a_sentence(inside, wanjiru):
    ask(inside)
    path = link()
    UserFactory(email=NEW)
    assert "This address cannot be used." in inside.post(path, follow=True).content.decode()
    wanjiru.refresh_from_db()
    assert wanjiru.email == "wanjiru@example.org"


@pytest.mark.parametrize("per", ["user", "key"])
def test_asking_too_often_has_to_wait_and_writes_to_nobody(client, settings, per):
    """Neither one person to many addresses, nor many people to one."""
    rates = dict(rate.split("/h/")[::-1] for rate in ACCOUNT_RATE_LIMITS["new_address"].split(","))
    settings.ACCOUNT_RATE_LIMITS = {"new_address": f"{rates[per]}/h/{per}"}
    for number in range(6):
        if number == 0 or per == "key":
            client.force_login(UserFactory(password=PASSWORD))
            confirm_it_is_me(client)
        answer = ask(client, NEW if per == "key" else f"stranger-{number}@new.example").content.decode()
    assert "Too many requests in a short time" in answer
    assert Email.objects.filter(kind="accounts/address_confirm").count() == 5


@pytest.mark.parametrize("bad", ["", "no address", "x" * 300 + "@example.org", "wanjiru@example.org"])
def test_what_is_no_new_address_is_refused(inside, bad):
    page = ask(inside, bad)
    assert page.context["form"].errors
    assert Email.objects.count() == 0


def test_a_forged_key_opens_nothing(inside):
    assert "This link has expired" in inside.post("/account/address/forged:key:here/").content.decode()

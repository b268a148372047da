"""A passkey whose signature counter goes back has been copied; one that always says 0 is synced."""

import pytest
from django.test import Client
from django.urls import reverse

from amnt.audit.models import AuditEntry
from tests.accounts.conftest import confirm_it_is_me, is_in, letters, log_in
from tests.accounts.passkeys import SoftPasskey

pytestmark = pytest.mark.django_db


def added(user, counter) -> SoftPasskey:
    browser = Client(headers={"accept-language": "en"})
    log_in(browser)
    confirm_it_is_me(browser)
    passkey = SoftPasskey(user, counter=counter)
    passkey.add(browser)
    return passkey


def opens(passkey, counter, way="log_in") -> bool:
    visitor = Client(headers={"accept-language": "en"})
    passkey.counter = counter
    if way == "second_step":
        log_in(visitor)
    getattr(passkey, way)(visitor)
    return is_in(visitor)


@pytest.mark.parametrize("way", ["log_in", "second_step"])
@pytest.mark.parametrize("counter", [5, 4, 1, 0])
def test_a_counter_that_does_not_go_on_is_refused_and_the_person_is_told(wanjiru, counter, way):
    passkey = added(wanjiru, 3)
    assert opens(passkey, 5, way)
    assert not opens(passkey, counter, way)
    assert "One of your passkeys was refused" in letters()[-1].text
    assert AuditEntry.objects.filter(act="accounts.passkey_refused").count() == 1
    assert opens(passkey, 6, way), "the one that goes on is hers"


def test_a_copy_is_refused_from_its_first_use_on(wanjiru):
    assert not opens(added(wanjiru, 3), 3)


def test_a_synced_passkey_that_counts_nothing_always_opens(wanjiru):
    passkey = added(wanjiru, 0)
    assert [opens(passkey, 0) for _n in range(3)] == [True] * 3
    assert ["refused" in letter.text for letter in letters()].count(True) == 0


def test_a_passkey_that_begins_to_count_may_not_stop_again(wanjiru):
    passkey = added(wanjiru, 0)
    assert [opens(passkey, counter) for counter in (0, 1, 0)] == [True, True, False]


def test_it_is_refused_as_an_answer_too_with_a_sentence(client, wanjiru):
    passkey = added(wanjiru, 3)
    passkey.counter = 5
    passkey.log_in(client)
    page = passkey.confirm(client)
    assert page.status_code == 302
    assert "may have copied it" in " ".join(str(message) for message in client.get(reverse("now"), follow=True).context["messages"])

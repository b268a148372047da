"""Letters about one's own account (RR-20): always discreet, in her language, at once, and never to be stopped."""

import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.html import strip_tags

from amnt.accounts.models import AddressChange
from amnt.accounts.services import recoveries
from amnt.mail.account_emails import ADDED, WHAT
from amnt.mail.adapters import SECURITY, AccountAdapter
from amnt.mail.services import write_email
from tests.accounts.conftest import letters
from tests.factories import UserFactory, coalition, member

pytestmark = pytest.mark.django_db

KINDS = [("accounts/security", {"what": what}) for what in WHAT]


@pytest.mark.parametrize(("kind", "about"), KINDS)
def test_a_letter_says_what_changed_and_nothing_about_the_person(kind, about):
    person = member(coalition("zz-coalition"), name="Zz-Name Kamau", mail_level="detailed", language="en")
    write_email(kind, to=person, about=about)
    [letter] = letters()
    assert str(WHAT[about["what"]]) in letter.text
    assert str(WHAT[about["what"]]) in letter.html
    for word in ("zz-coalition", "Zz-Name", "Kamau", "127.0.0.1"):
        assert word not in letter.text + letter.html + letter.subject
    assert letter.subject == "Something changed in your account"
    assert letter.stop == ""
    assert "cannot be switched off" in letter.text
    assert "(Nairobi)" in letter.text
    assert len(letter.text.encode()) + len(letter.html.encode()) < 10_000


def test_everything_allauth_may_tell_has_its_letter():
    assert {*SECURITY.values(), *ADDED.values(), "recovery-codes", "new-device", "closed-by-leads"} == set(WHAT)


def test_no_mail_leaves_past_the_outbox():
    with pytest.raises(LookupError):
        AccountAdapter().send_mail("account/email/unknown_account", "someone@example.org", {})


def test_whoever_has_gone_gets_no_letter():
    person = UserFactory(is_active=False)
    write_email("accounts/security", to=person, about={"what": "password"})
    assert letters() == []


def test_no_letter_holds_a_way_to_log_in(wanjiru):
    """R-23: the only keys are for a new password and for undoing what someone did to the account, and none logs in."""
    write_email("accounts/password_reset", address=wanjiru.email, about={})
    write_email("accounts/address_confirm", address="new@example.org", about={"user": wanjiru.pk})
    change = AddressChange.objects.create(user=wanjiru, old="old@example.org")
    write_email("accounts/address_changed", address="old@example.org", about={"user": wanjiru.pk, "change": change.pk})
    passkey = Authenticator.objects.create(user=wanjiru, type="webauthn", data={"name": "Blue key"})
    for what in WHAT:
        write_email("accounts/security", to=wanjiru, about={"what": what})
    write_email("accounts/security", to=wanjiru, about={"what": "passkey-added", "factor": passkey.pk})
    recoveries.start_recovery(wanjiru, by=None)
    links = [re.findall(r"https?://\S+", letter.text) for letter in letters()]
    named = {re.sub(r"/[^/]*(:|-\w{12})[^/]*/", "/…/", link.split("/", 3)[3]) for found in links for link in found}
    assert named == {
        "",
        "account/password/reset/key/…/",
        "account/address/…/",
        "account/address/…/take-back/",
        "account/second-factor/…/remove/",
        "account/recovery/…/stop/",
        "account/password/reset/",
    }


def test_a_name_in_a_letter_cannot_write_html(wanjiru, settings):
    settings.HOST_CONTACT = "<script>alert(1)</script>"
    write_email("accounts/address_changed", address="old@example.org", about={"user": wanjiru.pk})
    [letter] = letters()
    assert "<script>" not in letter.html


@pytest.mark.parametrize("what", WHAT)
def test_only_what_its_owner_may_have_done_asks_whether_it_was_her(wanjiru, what):
    """Leads close her sessions and a copied passkey is refused: there is something to do, whoever it was."""
    write_email("accounts/security", to=wanjiru, about={"what": what})
    [letter] = letters()
    by_others = what in ("closed-by-leads", "passkey-refused")
    for words in (letter.text, letter.html):
        assert ("If it was you, there is nothing to do." in words) is not by_others
        assert ("Log in again with your password and second factor." in words) is (what == "closed-by-leads")
        assert ("/account/password/reset/" in words) is (what != "closed-by-leads")


def test_nothing_stands_between_the_subject_and_its_rule(wanjiru):
    write_email("accounts/password_reset", address=wanjiru.email, about={})
    write_email("accounts/security", to=wanjiru, about={"what": "password"})
    without, with_moment = sorted((letter.text.split("\n") for letter in letters()), key=lambda lines: "(" in lines[1])
    assert (without[0], without[1][:4]) == ("A new password", "====")
    assert (with_moment[2][:4], with_moment[1][-9:]) == ("====", "(Nairobi)")


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_after_a_seizure_text_and_html_say_the_same_and_where_to_go(settings, language):
    settings.HOST_CONTACT = "host@example.org"
    person = member(coalition("zz-coalition"), name="Zz-Name Kamau", mail_level="detailed", language=language)
    write_email("accounts/rotated", to=person, about={})
    [letter] = letters()
    said = " ".join(strip_tags(unescape(letter.html)).split())
    lines = [" ".join(line.split()) for block in letter.text.split("\n\n")[1:3] for line in block.splitlines()]
    assert [line for line in lines if not line.startswith("http") and line not in said] == []
    for part in (letter.text, letter.html):
        assert f"{settings.SITE_URL}{reverse('account_reset_password')}" in part
        assert "host@example.org" in part
        assert not {word for word in ("zz-coalition", "Zz-Name", "Kamau") if word in part}

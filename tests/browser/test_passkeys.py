"""A passkey from its making to a log-in without password, under our own strict content policy."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_screen import faults
from tests.browser.test_journeys import text_of, until


@pytest.fixture
def with_authenticator():
    """A device that can keep passkeys and always recognises its owner."""

    def add(page):
        tools = page.context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    return add


def log_out(page):
    page.goto("/account/logout/")
    page.click("main button.button-primary")
    expect(page.locator("nav.sections")).to_have_count(0)


def confirm(page, person):
    """Each change of a second factor asks again who it is."""
    expect(page).to_have_url(re.compile("/account/reauthenticate/"))
    page.fill("main input[name=password]", person.password)
    page.click("main button.button-primary")


def test_a_passkey_opens_the_account_alone_and_as_the_second_step(visit, house, log_in, with_authenticator):
    person = house.person("observer")
    page = visit(locale="en-GB")
    with_authenticator(page)
    log_in(page, person)

    page.goto("/account/2fa/webauthn/add/")
    confirm(page, person)
    page.fill("input[name=name]", "Blue key")
    page.click("main button.button-primary")
    expect(page).to_have_url(re.compile("/account/2fa/recovery-codes/$"))
    expect(page.locator("#codes li")).to_have_count(10)
    codes = page.locator("#codes li").all_inner_texts()
    page.goto("/account/2fa/webauthn/")
    expect(page.locator(".ledger h2")).to_have_text("Blue key")
    log_out(page)

    page.goto("/account/login/")
    page.click("form[data-passkey=login] button")
    expect(page.locator("nav.sections")).to_be_visible()
    log_out(page)

    page.goto("/account/login/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", person.password)
    page.click("main button.button-primary")
    expect(page).to_have_url(re.compile("/account/2fa/authenticate/$"))
    page.click("form[data-passkey=get] button")
    expect(page.locator("nav.sections")).to_be_visible()
    log_out(page)

    # Another browser, without script and without the key: password and a recovery code.
    other = visit(locale="en-GB", java_script_enabled=False)
    other.goto("/account/login/")
    expect(other.locator("form[data-passkey=login]")).to_be_hidden()
    other.fill("input[name=login]", person.email)
    other.fill("input[name=password]", person.password)
    other.click("main button.button-primary")
    other.fill("input[name=code]", codes[0])
    other.click("main button.button-primary")
    expect(other.locator("nav.sections")).to_be_visible()
    other.goto("/account/2fa/webauthn/")
    # It leaves the account as it was: others log in with this person too.
    other.click("main a.button-danger")
    confirm(other, person)
    other.click("main button.button-danger")
    expect(other.locator(".empty")).to_be_visible()


def test_a_passkey_that_is_not_there_is_answered_by_a_sentence(visit):
    page = visit(locale="en-GB")
    page.goto("/account/login/")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.click("form[data-passkey=login] button")
    expect(page.locator("[data-passkey-trouble]")).to_be_visible(timeout=70_000)


def test_the_link_in_the_mail_removes_a_passkey_that_is_not_hers(visit, house, log_in, with_authenticator):
    person = house.person("translator")
    intruder = visit(locale="en-GB")
    with_authenticator(intruder)
    log_in(intruder, person)
    intruder.goto("/account/2fa/webauthn/add/")
    confirm(intruder, person)
    intruder.click("main button.button-primary")
    expect(intruder).to_have_url(re.compile("/account/2fa/recovery-codes/$"))

    owner = visit(viewport=PHONE, locale="en-GB")
    owner.goto(linked(house, person, r"/account/second-factor/\S+/remove/"))
    expect(owner.locator("h1")).to_have_text("Remove this second factor?")
    assert faults(owner, owner.url) == []
    owner.click("main button.button-danger")
    expect(owner.locator(".notice[data-status=good]")).to_be_visible()
    assert faults(owner, owner.url) == []
    intruder.goto("/account/")
    expect(intruder).to_have_url(re.compile("/account/login/"))

    # She sets a new password: the same, since others log in with this person too.
    owner.click("main a.button-primary")
    owner.fill("input[name=email]", person.email)
    owner.click("main button.button-primary")
    owner.goto(linked(house, person, r"/account/password/reset/key/\S+"))
    owner.fill("input[name=password1]", person.password)
    owner.click("main button.button-primary")
    log_in(owner, person)


def linked(house, person, pattern) -> str:
    """The path of such a link in the newest mail that has one."""

    def newest():
        found = [match for mail in house.mails_to(person) if (match := re.search(pattern, text_of(mail)))]
        return found[-1][0] if found else None

    return until(newest, what=f"a mail with {pattern}")

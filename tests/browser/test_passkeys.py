"""A passkey from its making to a log-in without password, under our own strict content policy."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


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


def test_a_passkey_opens_the_account_alone_and_as_the_second_step(visit, house, log_in, with_authenticator):
    person = house.person("observer")
    page = visit(locale="en-GB")
    with_authenticator(page)
    log_in(page, person)

    page.goto("/account/2fa/webauthn/add/")
    page.fill("input[name=name]", "Blue key")
    page.click("main button.button-primary")
    expect(page).to_have_url(re.compile("/account/2fa/recovery-codes/$"))
    codes = page.locator("#codes li").all_inner_texts()
    assert len(codes) == 10
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

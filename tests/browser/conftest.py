"""The house as a newcomer runs it (bin/run, with its worker, its beat and its mail catcher), and Chromium in front of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
STARTING = 180  # seconds a first start may take on a slow machine


@dataclass(frozen=True)
class Person:
    role: str
    email: str
    password: str
    language: str
    name: str = ""


@dataclass
class House:
    url: str
    var: Path

    def person(self, role: str) -> Person:
        people = [Person(**row) for row in json.loads((self.var / "demo.json").read_text())]
        return next(person for person in people if person.role == role)

    def mails_to(self, person: Person) -> list[EmailMessage]:
        """What the catcher holds for this person, oldest first."""
        read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted((self.var / "mail").glob("*.eml"))]
        return [mail for mail in read if person.email in str(mail["to"])]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**given: str) -> dict[str, str]:
    """Of a program beside these tests, without what the machine says of other instances."""
    of_others = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DEBUG", "DEMO", "SITE_URL"}
    return {name: value for name, value in os.environ.items() if name not in of_others} | given


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    var, port = tmp_path_factory.mktemp("var"), free_port()
    env = {
        **environment(VAR_DIR=str(var), PORT=str(port)),
        # Several houses begin at once where tests run side by side; each would take the same one.
        "SMTP_PORT": str(free_port()),
    }
    url = f"http://localhost:{port}"
    with (var / "run.log").open("w") as log:
        process = subprocess.Popen([ROOT / "bin" / "run"], env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        wait_until_it_answers(f"{url}/healthz", process, var / "run.log")
        yield House(url, var)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory):
    """An instance just installed: the facts that ship, and nobody. It has no worker, so no mail leaves it."""
    var, port = tmp_path_factory.mktemp("empty"), free_port()
    (var / "secret_key").write_text("of the empty house of these tests, and of no other")
    url = f"http://localhost:{port}"
    env = environment(VAR_DIR=str(var), DEMO="1", DEBUG="1", SITE_URL=url, SECRET_KEY=(var / "secret_key").read_text())
    for act in (["migrate", "-v0"], ["load_reference", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *act], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    serve = [sys.executable, "-m", "gunicorn", "amnt.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "8", "--log-level", "warning"]
    with (var / "run.log").open("w") as log:
        process = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        wait_until_it_answers(f"{url}/healthz", process, var / "run.log")
        yield House(url, var)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def wait_until_it_answers(address: str, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"it ended with {process.returncode}:\n{log.read_text()[-4000:]}")
        try:
            urllib.request.urlopen(address, timeout=5)  # noqa: S310
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{address} did not answer:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def chromium() -> Browser:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is not installed. On Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, request):
    """Opens pages as a person: `visit(viewport=PHONE, locale="es")`, of the house or of the one given. The console must stay clean on
    every one of them."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def open_page(*, viewport: dict = DESK, locale: str = "fr-FR", of: House | None = None, **options) -> Page:
        url = (of or request.getfixturevalue("house")).url
        context = chromium.new_context(base_url=url, viewport=viewport, locale=locale, **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(f"page error: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def speak(page: Page, language: str) -> None:
    """Choose the language as a person does, in the menu of the band."""
    page.locator("header details.menu summary").first.click()
    page.locator(f"button[name=language][value={language}]").click()
    page.wait_for_selector(f"html[lang={language}]")


@pytest.fixture
def log_in():
    """As this person, in her own language, whatever another test had her speak."""

    def act(page: Page, person: Person) -> None:
        page.goto("/account/login/")
        page.fill("input[name=login]", person.email)
        page.fill("input[name=password]", person.password)
        page.click("main button.button-primary")
        page.wait_for_selector("nav.sections")
        if page.locator("html").get_attribute("lang") != person.language:
            speak(page, person.language)

    return act


def pytest_configure(config):
    # Playwright's sync API runs an event loop, in which Django would refuse its own.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    assert sys.version_info >= (3, 12)

"""The house as a newcomer runs it (bin/run, with its worker, its beat and its mail catcher), and Chromium in front of it."""

import fcntl
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
from collections.abc import Collection
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from psycopg.sql import SQL, Identifier

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
    """services -- the environment variables that name its database and its Redis, if it has some of its own"""

    url: str
    var: Path
    services: dict[str, str] = field(default_factory=dict)

    def environment(self, **given: str) -> dict[str, str]:
        """Of a program that works beside it, on its database and with its key."""
        key = (self.var / "secret_key").read_text()
        return environment(VAR_DIR=str(self.var), DEMO="1", DEBUG="1", SITE_URL=self.url, SECRET_KEY=key, **self.services, **given)

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
    with demonstrated(tmp_path_factory.mktemp("var")) as found:
        yield found


@contextmanager
def demonstrated(var: Path):
    """The demonstration, as `bin/run` starts it: with its web server, its worker, its beat and its mail catcher."""
    port = free_port()
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


@contextmanager
def running(*arguments: str, env: dict[str, str], log: Path):
    """A program of ours beside these tests; asked to stop at the end."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@contextmanager
def installed(var: Path, services: dict[str, str]):
    """An instance just installed: the facts that ship, and nobody."""
    port = free_port()
    (var / "secret_key").write_text("of an empty house of these tests, and of no other")
    found = House(f"http://localhost:{port}", var, services)
    env = found.environment()
    for act in (["migrate", "-v0"], ["load_reference", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *act], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    serve = ["-m", "gunicorn", "amnt.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "8", "--log-level", "warning"]
    with running(*serve, env=env, log=var / "run.log") as process:
        wait_until_it_answers(f"{found.url}/healthz", process, var / "run.log")
        yield found


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory):
    """Without a worker, so no mail leaves it."""
    with installed(tmp_path_factory.mktemp("empty"), {}) as found:
        yield found


@pytest.fixture(scope="module")
def empty_house_with_worker(tmp_path_factory):
    var = tmp_path_factory.mktemp("worked")
    with services_named(tmp_path_factory) as services, installed(var, services) as found:
        work = ["-m", "celery", "--app", "amnt", "worker", "--pool", "solo", "--loglevel", "WARNING"]
        with running(*work, env=found.environment(), log=var / "worker.log"):
            yield found


@contextmanager
def services_named(tmp_path_factory):
    """The Redis that REDIS_URL names, and a database of its own on the PostgreSQL of DATABASE_URL; without them, neither.

    For one house at a time, in whichever process: two on one Redis would take each other's tasks.
    """
    with (tmp_path_factory.getbasetemp().parent / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with own_database(os.environ.get("DATABASE_URL", "")) as database:
            services = {"DATABASE_URL": database, "REDIS_URL": os.environ.get("REDIS_URL", "")}
            yield {name: value for name, value in services.items() if value}


@contextmanager
def own_database(address: str):
    """The address of a new database beside the one named, dropped at the end; "" for none."""
    if not address:
        yield ""
        return
    place, _slash, _name = address.rpartition("/")
    name = f"amnt_browser_{os.getpid()}"
    with psycopg.connect(f"{place}/postgres", autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield f"{place}/{name}"
        finally:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


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
    every one of them, but for the 404 of the paths in `absent`."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def listen(message: ConsoleMessage, absent: Collection[str]) -> None:
        address = message.location.get("url", "")
        if message.type in {"error", "warning"} and not ("404" in message.text and urlsplit(address).path in absent):
            said.append(f"{message.type}: {message.text} ({address})")

    def open_page(
        *, viewport: dict = DESK, locale: str = "fr-FR", of: House | None = None, absent: Collection[str] = (), **options
    ) -> Page:
        url = (of or request.getfixturevalue("house")).url
        context = chromium.new_context(base_url=url, viewport=viewport, locale=locale, **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", lambda message: listen(message, absent))
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Whatever stands in this folder is a test in a browser, or of a file in LibreOffice."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


def pytest_configure(config):
    # Playwright's sync API runs an event loop, in which Django would refuse its own.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    assert sys.version_info >= (3, 12)

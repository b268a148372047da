import io
import shutil
import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import override
from prometheus_client.parser import text_string_to_metric_families
from pyrage.x25519 import Identity

from amnt.audit import chain
from amnt.audit.services import record
from amnt.mail.models import Email
from amnt.operations import backups
from amnt.tasks import tell_watcher
from calendar_app.models import PlanMark
from calendar_app.read_models import health
from calendar_app.reminders import planning
from calendar_app.services.health_watch import watch_health
from coalitions import tasks
from coalitions.models import ClockRun
from coalitions.services import last_readers
from tests.factories import UserFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


class DiskUsage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def room_on_disk(monkeypatch):
    """However full the disk of the machine is that the tests run on."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: DiskUsage(total=100, used=40, free=60))


@pytest.fixture(autouse=True)
def updated_long_ago(db):
    """The database of the tests was made a moment ago."""
    MigrationRecorder.Migration.objects.update(applied=now() - timedelta(days=30))


@pytest.fixture
def admin():
    return UserFactory(is_staff=True, email="thabo@example.org")


def clock_ran(at):
    """Both of what runs each minute did."""
    PlanMark.objects.update_or_create(pk=1, defaults={"read_until": now(), "ticked_at": at})
    ClockRun.objects.update_or_create(pk=1, defaults={"at": at})


@pytest.fixture
def ticked():
    clock_ran(now())


def by_name():
    return {finding.what: finding for finding in health.findings()}


def email(**fields):
    return Email.objects.create(**{"kind": "tests/note", "to": UserFactory(), **fields})


def test_only_those_who_look_after_the_instance_see_it(client, ticked):
    client.force_login(lead(coalition()))
    assert client.get("/health/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_says_what_is_and_costs_few_queries(client, admin, ticked, rows, django_assert_num_queries):
    client.force_login(admin)
    client.get("/health/")
    for _ in range(rows):
        email(state=Email.State.ACCEPTED, finished_at=now())
        email()
    # PostgreSQL is asked where it lies.
    with django_assert_num_queries(13 + (connection.vendor == "postgresql")):
        page = client.get("/health/")
    said = page.content.decode()
    assert "Status of its parts" in said
    assert f"{rows} accepted, 0 refused, 0 given up after three days" in said
    looks = sum(finding.status == "mixed" for finding in health.findings())
    assert looks > 1
    assert f"Nothing is urgent. {looks} things need a look." in said


def test_nothing_needs_anybody_where_nothing_says_what_to_do(client, admin, ticked, settings):
    settings.DEMO = True
    Authenticator.objects.create(user=admin, type="webauthn", data={"name": "Blue key"})
    client.force_login(admin)
    said = client.get("/health/").content.decode()
    assert "Do this:" not in said
    assert "Nothing needs you now." in said


def test_a_copy_of_the_database_is_not_called_what_a_person_who_steps_in_is(admin):
    with override("fr"):
        names = set(by_name())
    assert ("Sauvegarde" in names, "Suppléance" in names) == (True, False)


def test_no_coalition_and_no_address_is_on_it(client, admin, ticked):
    founder = lead(coalition("Secret Circle"), email="wanjiru@example.org", mail_refused_at=now())
    email(to=founder, trouble="450 mailbox full")
    client.force_login(admin)
    said = client.get("/health/").content.decode()
    assert "1 person" in said
    for secret in ("Secret Circle", "wanjiru"):
        assert secret not in said


def test_a_clock_that_stands_still_is_red_and_says_what_to_do(client, admin):
    clock_ran(now())
    client.force_login(admin)
    with time_machine.travel(now() + timedelta(minutes=16)):
        said = client.get("/health/").content.decode()
        assert by_name()["Last run"].status == "gap"
    assert "1 thing needs you." in said
    assert "Restart worker and beat." in said


def test_a_clock_that_never_ticked_is_red(client):
    assert by_name()["Last run"].status == "gap"


@pytest.mark.parametrize("never_ran", [PlanMark, ClockRun])
def test_a_clock_that_never_ran_is_awaited_for_a_while_after_an_update(client, ticked, never_ran):
    """Each of the two that run each minute, the first time after the update that brought it."""
    never_ran.objects.all().delete()
    MigrationRecorder.Migration.objects.filter(app="coalitions").update(applied=now())
    assert (by_name()["Last run"].status, by_name()["Last run"].do) == ("none", "")
    assert client.get("/healthz").json() == {"status": "ok"}
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert by_name()["Last run"].status == "gap"
        assert client.get("/healthz").json() == {"status": "degraded"}


def test_the_clock_is_red_while_it_stands_still_in_coalitions_alone(client, ticked, monkeypatch, caplog):
    with time_machine.travel(now() + timedelta(minutes=16)):
        planning.note_tick()
        with monkeypatch.context() as broken:
            broken.setattr(last_readers, "named_circles", lambda: 1 / 0)
            tasks.do_what_is_due()
        assert "settle_unread failed" in caplog.text
        assert by_name()["Last run"].status == "gap"
        assert client.get("/healthz").json() == {"status": "degraded"}
        tasks.do_what_is_due()
        assert by_name()["Last run"].status == "good"


def test_a_clock_that_never_ran_in_coalitions_is_red(ticked):
    ClockRun.objects.all().delete()
    assert by_name()["Last run"].fact == "never"


def test_a_clock_that_was_set_back_is_red_until_the_next_run(client, ticked):
    with time_machine.travel(now() - timedelta(hours=1)):
        last_run = by_name()["Last run"]
        assert (last_run.status, last_run.fact) == ("gap", "in the future")
        assert client.get("/healthz").json() == {"status": "degraded"}
        planning.note_tick()
        assert by_name()["Last run"].fact == "in the future"
        tasks.do_what_is_due()
        assert by_name()["Last run"].status == "good"
        assert client.get("/healthz").json() == {"status": "ok"}


def test_mail_that_does_not_leave_is_red_with_the_server_s_own_words(ticked):
    email(trouble="ConnectionRefusedError while connecting")
    assert by_name()["Oldest unsent"].status == "good"
    with time_machine.travel(now() + timedelta(minutes=16)):
        oldest = by_name()["Oldest unsent"]
    assert oldest.status == "gap"
    assert "ConnectionRefusedError while connecting" in oldest.fact


def test_one_full_mailbox_is_said_and_a_server_that_takes_nothing_is_red(client, ticked):
    def put_off(to):
        email(to=to, attempts=3, not_before=now() + timedelta(hours=4), trouble="451 try again later")

    samuel, ama = UserFactory(), UserFactory()
    put_off(samuel)
    put_off(samuel)
    with time_machine.travel(now() + timedelta(minutes=10)):
        clock_ran(now())
        assert by_name()["Deferred by the mail server"].fact == "2 e-mails — 451 try again later"
    for answer, status in (("ok", "good"), ("degraded", "gap")):
        with time_machine.travel(now() + timedelta(minutes=16)):
            clock_ran(now())
            assert by_name()["Deferred by the mail server"].status == status
            assert client.get("/healthz").json() == {"status": answer}
        put_off(ama)
    email(state=Email.State.ACCEPTED, finished_at=now() + timedelta(minutes=15))
    with time_machine.travel(now() + timedelta(minutes=16)):
        clock_ran(now())
        assert by_name()["Deferred by the mail server"].status == "good"
        assert client.get("/healthz").json() == {"status": "ok"}


def test_a_server_that_refuses_everybody_is_quoted_at_once_and_red_later(client, ticked):
    for _ in range(3):
        email(refused_at=now(), not_before=now() + timedelta(minutes=1), trouble="554 5.7.1 Relay access denied")
    refused = by_name()["Deferred by the mail server"]
    assert (refused.status, refused.fact) == ("mixed", "3 e-mails — 554 5.7.1 Relay access denied")
    assert client.get("/healthz").json() == {"status": "ok"}
    with time_machine.travel(now() + timedelta(minutes=16)):
        clock_ran(now())
        Email.objects.update(not_before=now() + timedelta(minutes=1))
        assert by_name()["Deferred by the mail server"].status == "gap"
        assert client.get("/healthz").json() == {"status": "degraded"}


def test_mail_for_later_is_not_late(ticked):
    email(not_before=now() + timedelta(days=3))
    with time_machine.travel(now() + timedelta(hours=1)):
        assert "Oldest unsent" not in by_name()
        assert by_name()["Waiting to be sent"].fact == "1 e-mail"


@pytest.mark.parametrize("state", [Email.State.REFUSED, Email.State.GIVEN_UP])
def test_many_refusals_are_red_and_one_is_not(client, ticked, state):
    email(state=state, finished_at=now())
    assert by_name()["In the last 7 days"].status == "good"
    assert client.get("/healthz").json() == {"status": "ok"}
    for _ in range(2):
        email(state=state, finished_at=now())
    assert by_name()["In the last 7 days"].status == "gap"
    assert client.get("/healthz").json() == {"status": "degraded"}
    Email.objects.update(finished_at=now() - timedelta(days=2))
    assert by_name()["In the last 7 days"].status == "gap"
    assert client.get("/healthz").json() == {"status": "ok"}


def test_staff_without_a_second_factor_is_to_look_at(admin, ticked):
    factor = by_name()["Second factor"]
    assert (factor.status, factor.fact) == ("mixed", "0 of 1 people who look after this instance")


def test_a_broker_that_is_gone_is_noticed_at_once():
    assert health.broker_answers()
    assert not health.broker_answers("redis://127.0.0.1:1/0")


def test_a_full_disk_is_red(client, ticked, monkeypatch):
    assert by_name()["Disk"].status == "good"
    monkeypatch.setattr(shutil, "disk_usage", lambda path: DiskUsage(total=100, used=90, free=10))
    assert (by_name()["Disk"].status, by_name()["Disk"].fact) == ("gap", "90 % used")
    assert client.get("/healthz").json() == {"status": "ok"}
    monkeypatch.setattr(shutil, "disk_usage", lambda path: DiskUsage(total=100, used=96, free=4))
    assert client.get("/healthz").json() == {"status": "degraded"}


def test_the_disk_of_the_database_is_looked_at_if_it_is_another(client, ticked, monkeypatch):
    # A file system of its own on every Linux.
    monkeypatch.setattr(health, "database_folder", lambda: Path("/proc"))
    usage = {"/proc": DiskUsage(total=100, used=99, free=1)}
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage.get(path, DiskUsage(total=100, used=40, free=60)))
    assert by_name()["Disk of the database"].fact == "99 % used"
    assert by_name()["Disk"].status == "good"
    assert client.get("/healthz").json() == {"status": "degraded"}


def test_a_database_that_does_not_say_where_it_lies_is_no_trouble(monkeypatch):
    monkeypatch.setattr(health, "database_folder", lambda: Path("/nowhere"))
    assert "Disk of the database" not in by_name()


# --- For machines ------------------------------------------------------------------------------------------------------


def test_a_monitor_needs_no_account(client, ticked):
    page = client.get("/healthz")
    assert (page.status_code, page.json()) == (200, {"status": "ok"})
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert client.get("/healthz").json() == {"status": "degraded"}


def test_a_monitor_hears_of_mail_that_is_stuck(client, ticked):
    email(not_before=now() - timedelta(minutes=16))
    assert client.get("/healthz").json() == {"status": "degraded"}


def test_without_a_database_the_monitor_is_told_to_send_nobody_here(client):
    def gone(execute, sql, params, many, context):
        raise DatabaseError("gone")

    with connection.execute_wrapper(gone):
        page = client.get("/healthz")
    assert (page.status_code, page.json()) == (503, {"status": "down"})


# --- Prometheus --------------------------------------------------------------------------------------------------------

TOKEN = "f" * 64


def scrape(client, token=TOKEN):
    return client.get("/metrics", headers={"authorization": f"Bearer {token}"})


def series(page):
    """Every number by its name and labels."""
    found = {}
    for family in text_string_to_metric_families(page.content.decode()):
        for sample in family.samples:
            found[sample.name, *sample.labels.values()] = sample.value
    return found


def test_without_a_token_there_are_no_metrics(client, ticked, settings):
    assert client.get("/metrics").status_code == 404
    assert scrape(client, "").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for said in ("", "Bearer", "Bearer ", f"bearer {TOKEN}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"):
        assert client.get("/metrics", headers={"authorization": said}).status_code == 404
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get("/metrics").status_code == 404


def test_metrics_count_what_the_page_of_health_says(client, settings):
    settings.METRICS_TOKEN = TOKEN
    clock_ran(now() - timedelta(seconds=30))
    email(created_at=now() - timedelta(hours=2), not_before=now() - timedelta(hours=2), attempts=1, trouble="451 later")
    email(not_before=now() + timedelta(days=1))
    email(state=Email.State.REFUSED, finished_at=now(), to=UserFactory(mail_refused_at=now()))
    email(state=Email.State.ACCEPTED, finished_at=now())
    email(state=Email.State.ACCEPTED, finished_at=now() - timedelta(days=2))
    record("mail.sent_again", by=None)
    chain.seal_new()
    record("mail.sent_again", by=None)
    page = scrape(client)
    assert (page.status_code, page.headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    numbers = series(page)
    assert numbers.pop(("amnt_tick_age_seconds",)) == pytest.approx(30, abs=20)
    assert numbers.pop(("amnt_mail_oldest_seconds",)) == pytest.approx(7200, abs=20)
    assert numbers.pop(("amnt_health_findings", "look")) >= 1
    assert {key: value for key, value in numbers.items() if "disk" not in key[0]} == {
        ("amnt_mails_waiting",): 2,
        ("amnt_mails_deferred",): 1,
        ("amnt_mails_last_day", "accepted"): 1,
        ("amnt_mails_last_day", "refused"): 1,
        ("amnt_mails_last_day", "given_up"): 0,
        ("amnt_people_refused",): 1,
        ("amnt_reminders_due",): 0,
        ("amnt_audit_entries_unsealed",): 1,
        ("amnt_audit_position",): 1,
        ("amnt_health_findings", "act_now"): 1,
    }
    assert numbers["amnt_disk_used_ratio", "files"] == pytest.approx(0.4)


def test_metrics_hold_no_word_of_any_coalition_and_no_address(client, ticked, settings):
    settings.METRICS_TOKEN = TOKEN
    founder = lead(coalition("Secret Circle"), email="wanjiru@example.org", mail_refused_at=now())
    email(to=founder, trouble="450 mailbox full", kind="calendar_app/digest")
    said = scrape(client).content.decode()
    for secret in ("Secret", "wanjiru", "example.org", "mailbox full", "calendar_app/"):
        assert secret not in said


def test_a_clock_that_was_set_back_is_a_negative_age(client, settings):
    settings.METRICS_TOKEN = TOKEN
    clock_ran(now() + timedelta(hours=1))
    assert series(scrape(client))["amnt_tick_age_seconds",] == pytest.approx(-3600, abs=20)


# --- The watcher outside -----------------------------------------------------------------------------------------------


@pytest.fixture
def watcher(settings):
    heard = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.DEADMAN_URL = f"http://127.0.0.1:{server.server_port}/alive"
        yield heard
        server.shutdown()


def test_the_watcher_is_told_while_all_is_well_and_hears_nothing_when_it_is_not(watcher, ticked, caplog):
    tell_watcher()
    tell_watcher()
    assert watcher == ["/alive", "/alive"]
    with time_machine.travel(now() + timedelta(minutes=16)):
        tell_watcher()
    assert watcher == ["/alive", "/alive"]
    assert "Last run: 16\xa0minutes ago" in caplog.text


def test_the_watcher_hears_nothing_while_no_backup_is_made(watcher, ticked, settings, tmp_path, caplog):
    settings.BACKUP_RECIPIENTS, settings.BACKUP_DIR = [Identity.generate().to_public()], tmp_path
    tell_watcher()
    assert watcher == []
    assert "Backup: never" in caplog.text
    begun = now() - timedelta(hours=35)
    (tmp_path / f"{begun.strftime(backups.STAMP)}.dump.age").touch()
    tell_watcher()
    assert watcher == ["/alive"]
    clock_ran(now() + timedelta(hours=2))
    with time_machine.travel(now() + timedelta(hours=2)):
        tell_watcher()
    assert watcher == ["/alive"]
    assert "Backup: 1\xa0day, 13\xa0hours ago" in caplog.text


def test_a_watcher_who_is_gone_breaks_nothing(settings, ticked, caplog):
    settings.DEADMAN_URL = "http://127.0.0.1:1/alive"
    tell_watcher()
    assert "could not be told" in caplog.text


def test_the_command_says_it_too_and_ends_badly_when_someone_must_act(ticked):
    said = io.StringIO()
    call_command("health", stdout=said)
    assert "Last run" in said.getvalue()
    PlanMark.objects.all().delete()
    with pytest.raises(CommandError, match="Last run: never"):
        call_command("health", stdout=said)


def test_the_health_check_of_beat_asks_the_database_whether_the_clock_ticks():
    with pytest.raises(CommandError, match="The last run was never"):
        call_command("health", tick=True)
    clock_ran(now())
    call_command("health", tick=True)
    for step in (timedelta(minutes=16), -timedelta(hours=1)):
        with time_machine.travel(now() + step), pytest.raises(CommandError, match="The last run was"):
            call_command("health", tick=True)


def test_without_a_database_the_command_says_so_and_the_watcher_hears_nothing(watcher, caplog):
    def gone(execute, sql, params, many, context):
        raise OperationalError("could not\n\tconnect")

    with connection.execute_wrapper(gone):
        with pytest.raises(CommandError, match=r"^The database does not answer, or was not migrated: could not connect$"):
            call_command("health")
        tell_watcher()
    assert watcher == []
    assert [record.message for record in caplog.records] == [
        "This instance needs someone: The database does not answer, or was not migrated: could not connect"
    ]


# --- RR-18 -------------------------------------------------------------------------------------------------------------------


def banner(client, person):
    client.force_login(person)
    return "This service needs somebody" in client.get("/").content.decode()


def test_rr_18_leads_and_the_host_see_a_banner_and_nobody_else(client, ticked, monkeypatch):
    here = coalition()
    boss, host, other = lead(here), UserFactory(is_staff=True), member(here)
    watch_health()
    assert [banner(client, person) for person in (boss, host, other)] == [False, False, False]
    monkeypatch.setattr(shutil, "disk_usage", lambda path: DiskUsage(total=100, used=86, free=14))
    watch_health()
    assert [banner(client, person) for person in (boss, host, other)] == [True, True, False]
    client.force_login(boss)
    assert "A disk is nearly full." in client.get("/").content.decode()


def test_rr_18_a_clock_that_stands_still_is_told_without_the_clock(client):
    clock_ran(now())
    boss = lead(coalition())
    watch_health()
    clock_ran(now() - timedelta(minutes=14))
    assert not banner(client, boss)
    clock_ran(now() - timedelta(minutes=16))
    assert banner(client, boss)
    assert "Reminders and e-mails are standing still." in client.get("/").content.decode()


@pytest.mark.parametrize(("hours", "found"), [(35, []), (37, ["backup"])])
def test_rr_18_a_backup_older_than_36_hours(ticked, settings, tmp_path, hours, found):
    settings.BACKUP_RECIPIENTS, settings.BACKUP_DIR = [Identity.generate().to_public()], tmp_path
    (tmp_path / f"{(now() - timedelta(hours=hours)).strftime(backups.STAMP)}.dump.age").touch()
    watch_health()
    assert PlanMark.objects.get().troubles == found


@pytest.mark.parametrize(("refused", "found"), [(5, []), (6, ["refused"])])
def test_rr_18_more_than_one_refusal_in_twenty(ticked, refused, found):
    for number in range(100):
        email(state=Email.State.REFUSED if number < refused else Email.State.ACCEPTED, finished_at=now())
    watch_health()
    assert PlanMark.objects.get().troubles == found


@pytest.fixture
def site(settings, tmp_path):
    """A server on this machine that shows a certificate valid for so many days."""
    servers = []

    def shows(days):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        at = now()
        made = x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), at - timedelta(days=90), at + timedelta(days)
        )
        (tmp_path / "key.pem").write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "key.pem")
        server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        settings.SITE_URL = f"https://127.0.0.1:{server.server_port}"

    yield shows
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("days", "found"), [(15, []), (13, ["certificate"]), (-1, ["certificate"])], ids=["15 days", "13 days", "expired"])
def test_rr_18_a_certificate_that_ends_in_less_than_14_days(ticked, site, days, found):
    site(days)
    watch_health()
    assert PlanMark.objects.get().troubles == found
    line = by_name()["Certificate of the site"]
    assert (line.status, line.fact) == ("gap" if found else "good", f"valid until {date_format(now() + timedelta(days), 'DATE_FORMAT')}")


def test_a_site_without_tls_has_no_certificate_to_judge(ticked):
    watch_health()
    assert by_name()["Certificate of the site"].status == "none"

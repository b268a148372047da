"""Real workers on a real Redis and a real mail server: killed, doubled, cut off. Nothing is lost and nothing comes twice."""

import os
import subprocess
import sys
import threading
import uuid
from collections import Counter
from datetime import timedelta

import pytest
import redis
from django.conf import settings as house
from django.db import connection
from django.utils.timezone import now

from amnt.celery import app
from amnt.mail import delivery, tasks
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from tests.factories import UserFactory
from tests.mail.conftest import patience, server  # noqa: F401 -- fixtures

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

REDIS = os.environ.get("REDIS_URL", "")


@pytest.fixture(scope="session")
def queue():
    """One of our own: other test processes use the same Redis."""
    return f"test-{uuid.uuid4().hex[:8]}"


@pytest.fixture(autouse=True)
def real_broker(settings, monkeypatch, queue):
    monkeypatch.setattr(app.conf, "task_always_eager", False)
    monkeypatch.setattr(app.conf, "task_default_queue", queue)
    yield
    broker = redis.Redis.from_url(REDIS)
    broker.delete(queue)
    broker.close()


@pytest.fixture
def environment(server, queue):  # noqa: F811
    """For processes that share our database and our mail server."""
    return {
        **os.environ,
        "DEBUG": "1",
        "SITE_URL": "http://testserver",
        "DJANGO_SETTINGS_MODULE": "tests.services.settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_QUEUE": queue,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(house.MAILERS["default"]["OPTIONS"]["port"]),
    }


@pytest.fixture
def worker(environment, queue):
    """Starts workers, each of one process, so that it can be killed whole."""
    started = []

    def start():
        words = ["-m", "celery", "--app", "amnt", "worker", "--pool", "solo", "--queues", queue, "--loglevel", "WARNING"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--hostname", f"{uuid.uuid4().hex}@%h"]
        process = subprocess.Popen([sys.executable, *words, *quiet], cwd=house.BASE_DIR, env=environment)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def write(number):
    people = [UserFactory() for _ in range(3)]
    return write_emails([Email(kind="tests/service", to=people[n % 3]) for n in range(number)])


def states():
    return Counter(Email.objects.values_list("state", flat=True))


def identities(mails):
    return {f"<{mail.public_id}@testserver>" for mail in mails}


def received(of_server):
    return Counter(message["Message-ID"] for message in of_server.messages)


def test_an_act_wakes_a_worker_and_the_mail_arrives(worker, server, patience):  # noqa: F811
    worker()
    mails = write(3)
    patience(lambda: states() == {"accepted": 3}, seconds=30)
    assert received(server) == dict.fromkeys(identities(mails), 1)


def test_a_worker_killed_in_mid_batch_loses_nothing_and_repeats_at_most_one(worker, server, patience):  # noqa: F811
    reached, go_on = threading.Event(), threading.Event()

    def hold_at_the_fifth(address):
        if len(server.messages) == 4 and not reached.is_set():
            reached.set()
            go_on.wait(30)

    server.before_accepting = hold_at_the_fifth
    first = worker()
    mails = write(12)
    patience(reached.is_set, seconds=30)
    first.kill()
    first.wait()
    go_on.set()
    assert states() == {"accepted": 4, "claimed": 8}
    Email.objects.exclude(claim=None).update(claimed_at=now() - timedelta(minutes=11))
    worker()
    tasks.deliver_waiting.delay()
    patience(lambda: states() == {"accepted": 12} and not Email.objects.exclude(claim=None).exists(), seconds=30)
    assert set(received(server)) == identities(mails)
    assert sum(received(server).values()) <= 13


def test_two_workers_send_each_mail_once(worker, server, patience):  # noqa: F811
    mails = write(3 * delivery.BATCH)
    worker(), worker()
    for _ in range(6):
        tasks.deliver_waiting.delay()
    patience(lambda: states() == {"accepted": 3 * delivery.BATCH}, seconds=120)
    assert received(server) == dict.fromkeys(identities(mails), 1)


def test_a_broker_that_was_wiped_delays_but_loses_nothing(worker, server, patience, queue):  # noqa: F811
    mails = write(3)
    broker = redis.Redis.from_url(REDIS)
    assert broker.delete(queue) == 1
    broker.close()
    worker()
    assert states() == {"waiting": 3}
    # What beat does each minute.
    tasks.deliver_waiting.delay()
    patience(lambda: states() == {"accepted": 3}, seconds=30)
    assert received(server) == dict.fromkeys(identities(mails), 1)


ACT = """
import time
from amnt.accounts.models import User
from amnt.mail.services import write_email
began = time.monotonic()
write_email("tests/service", to=User.objects.get(), about={})
print("seconds", time.monotonic() - began)
"""


def test_without_a_broker_the_act_succeeds_at_once_and_the_sweep_delivers(server, environment):  # noqa: F811
    UserFactory()
    # In a process of its own, as a web server is, whose broker is not there.
    words = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ACT]
    gone = {**environment, "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(words, cwd=house.BASE_DIR, env=gone, capture_output=True, text=True, timeout=60, check=True)
    assert float(done.stdout.split("seconds ")[1]) < 5
    assert "in on_commit()" in done.stderr
    assert states() == {"waiting": 1}
    assert delivery.deliver_waiting() == 1
    assert received(server) == dict.fromkeys(identities(Email.objects.all()), 1)

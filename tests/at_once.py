"""Two acts at the same moment, for tests on PostgreSQL: SQLite lets one transaction write at a time."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import translation

ON_POSTGRESQL = (
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
    pytest.mark.django_db(transaction=True),
)


def on_postgresql(test):
    for mark in ON_POSTGRESQL:
        test = mark(test)
    return test


def while_open(first, second):
    """What both answer. The second begins before the transaction of the first ends, and the first ends once the second waits for it."""
    answers = []

    def begin():
        try:
            # A language is a thread's own.
            with translation.override("en"):
                answers.append(second())
        finally:
            connection.close()

    thread = threading.Thread(target=begin)
    with transaction.atomic():
        answer = first()
        thread.start()
        while thread.is_alive() and not somebody_waits_for_us():
            thread.join(0.01)
    thread.join()
    return [answer, *answers]


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
        return cursor.fetchone()[0]

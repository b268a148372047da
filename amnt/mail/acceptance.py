"""Records that the mail server accepted a message: the one statement that runs per message.

PostgreSQL notes it while the next message is announced: the statement is sent at once, its answer is waited for before the next
message leaves. So the disk and the mail server work at the same time, and still no more than one message is ever unmarked.
Elsewhere, and within a transaction, it is an ordinary statement.

A message that was accepted and not marked is sent again ten minutes later. So while the database restarts, or its file is locked, the
mark is tried again for a minute.
"""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakSet

from django.db import InterfaceError, OperationalError, connection
from django.utils.timezone import now

from amnt.encryption.keys import encrypt
from amnt.mail.models import Email

logger = logging.getLogger(__name__)

TRIED_FOR_SECONDS = 60
PAUSE_SECONDS = 0.5

# Built by the ORM it would cost as much as sending. Run again after its answer was lost, it changes nothing.
ACCEPT = (
    f"UPDATE {Email._meta.db_table} SET state = '{Email.State.ACCEPTED}', finished_at = %s, subject = %s, trouble = '', "  # noqa: S608
    f"attempts = attempts + 1 WHERE id = %s AND claim = %s AND state = '{Email.State.CLAIMED}'"
)
NUMBERED = (ACCEPT % ("$1", "$2", "$3", "$4")).encode()
# PostgreSQL parses and plans it once per connection. A connection that lost it says so, and `finish` stores the mark over another one.
PREPARED = b"mark_accepted"
_prepared_on: WeakSet[Any] = WeakSet()


@dataclass(frozen=True)
class Mark:
    accepted_at: datetime
    # Encrypted, as its column is.
    subject: str
    pk: int


class Marks:
    """What was accepted of one batch. Nothing else may be asked of the database between `begin` and `finish`."""

    def __init__(self, claim: uuid.UUID):
        self.claim = claim
        self.is_ahead = connection.vendor == "postgresql" and not connection.in_atomic_block
        # The mark whose answer is still to come, and the connection that it was sent over.
        self.begun: tuple[Mark, Any] | None = None

    def __enter__(self) -> "Marks":
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.finish()

    def begin(self, email: Email, subject: str) -> None:
        self.finish()
        mark = Mark(now(), encrypt(subject), email.pk)
        if not self.is_ahead:
            self.store(mark)
            return
        values = [str(value).encode() for value in (mark.accepted_at, mark.subject, mark.pk, self.claim)]
        try:
            with connection.wrap_database_errors:
                connection.ensure_connection()
                pgconn = connection.connection.pgconn
                if connection.connection not in _prepared_on:
                    pgconn.prepare(PREPARED, NUMBERED)
                    _prepared_on.add(connection.connection)
                pgconn.send_query_prepared(PREPARED, values)
                pgconn.flush()
        except (OperationalError, InterfaceError):
            self.store(mark, is_cut=True)
        else:
            self.begun = mark, pgconn

    def finish(self) -> None:
        """Only when this has returned may another message leave."""
        if self.begun is None:
            return
        (mark, pgconn), self.begun = self.begun, None
        said = []
        try:
            with connection.wrap_database_errors:
                while (result := pgconn.get_result()) is not None:
                    said.append(bytes(result.error_message or b"").decode(errors="replace"))
        except (OperationalError, InterfaceError) as error:
            said.append(str(error))
        if any(said):
            logger.warning("The database did not note an accepted mail, and is asked again: %s", " ".join("; ".join(said).split()))
            self.store(mark, is_cut=True)

    def store(self, mark: Mark, *, is_cut: bool = False) -> None:
        """Mark it over a connection that answers, however often that takes within a minute.

        is_cut -- the connection that there is has failed already
        """
        end = time.monotonic() + TRIED_FOR_SECONDS
        while True:
            try:
                if is_cut:
                    connection.close()
                with connection.cursor() as cursor:
                    cursor.execute(ACCEPT, [stored(mark.accepted_at, "finished_at"), mark.subject, mark.pk, stored(self.claim, "claim")])
                return
            except (OperationalError, InterfaceError):
                if connection.in_atomic_block or time.monotonic() > end:
                    raise
            is_cut = True
            time.sleep(PAUSE_SECONDS)


def stored(value: Any, field: str) -> Any:
    return Email._meta.get_field(field).get_db_prep_value(value, connection)  # type: ignore[union-attr]

"""The one statement that runs once a message: this one was accepted.

PostgreSQL notes it while the next message is announced: the statement is sent at once, its answer is waited for before the next
message leaves. So the disk and the mail server work at the same time, and still no more than one message is ever unmarked.
Elsewhere, and within a transaction, it is an ordinary statement.
"""

import uuid
from typing import Any

from django.db import OperationalError, connection
from django.utils.timezone import now

from amnt.mail.models import Email

# Built by the ORM it would cost as much as sending.
ACCEPT = (
    f"UPDATE {Email._meta.db_table} SET state = '{Email.State.ACCEPTED}', finished_at = %s, subject = %s, trouble = '', "  # noqa: S608
    "attempts = attempts + 1 WHERE id = %s AND claim = %s"
)
NUMBERED = (ACCEPT % ("$1", "$2", "$3", "$4")).encode()


class Marks:
    """What was accepted of one batch. Nothing else may be asked of the database between `begin` and `finish`."""

    def __init__(self, claim: uuid.UUID):
        self.claim = claim
        self.is_ahead = connection.vendor == "postgresql" and not connection.in_atomic_block
        # The connection whose answer is still to come.
        self.begun: Any = None

    def __enter__(self) -> "Marks":
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.finish()

    def begin(self, email: Email, subject: str) -> None:
        self.finish()
        if not self.is_ahead:
            self.mark(email, subject)
            return
        values = [str(value).encode() for value in (now(), subject, email.pk, self.claim)]
        with connection.wrap_database_errors:
            connection.ensure_connection()
            self.begun = connection.connection.pgconn
            self.begun.send_query_params(NUMBERED, values)
            self.begun.flush()

    def finish(self) -> None:
        """Only when this has returned may another message leave."""
        if self.begun is None:
            return
        line, self.begun = self.begun, None
        said = []
        with connection.wrap_database_errors:
            while (result := line.get_result()) is not None:
                said.append(result.error_message)
        if any(said):
            raise OperationalError("; ".join(said))

    def mark(self, email: Email, subject: str) -> None:
        values = [stored(now(), "finished_at"), subject, email.pk, stored(self.claim, "claim")]
        for last in (False, False, True):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(ACCEPT, values)
                return
            except OperationalError:
                # It is out. A locked database must not make it go out twice.
                if last:
                    raise


def stored(value: Any, field: str) -> Any:
    return Email._meta.get_field(field).get_db_prep_value(value, connection)  # type: ignore[union-attr]

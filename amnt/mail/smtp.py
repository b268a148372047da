import logging
import smtplib
from collections.abc import Buffer, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends import smtp

from amnt.mail.messages import Outgoing

logger = logging.getLogger(__name__)

# What was accepted is accepted: the answer to QUIT is waited for no longer.
QUIT_SECONDS = 2


class ServerDown(Exception):
    """The mail server cannot be reached or will not take our mail: no fault of any message."""


class ConnectionBroke(ServerDown):
    """It closed the connection, or stopped answering, after it had been opened. Another one may do."""


class SmtpConnection(smtplib.SMTP):
    """A connection whose addresses were checked when the message was written: here they are not taken apart again."""

    before_body: Callable[[], None] | None = None

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("mail", " ".join([f"from:<{sender}>", *options]))

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("rcpt", " ".join([f"to:<{recip}>", *options]))

    def send(self, s: Buffer | str) -> None:
        # Commands are text. Bytes are the body of a message, which the server has asked for.
        if self.before_body and not isinstance(s, str):
            self.before_body()
        super().send(s)

    def quit(self) -> tuple[int, bytes]:
        if self.sock is not None:
            self.sock.settimeout(QUIT_SECONDS)
        return super().quit()


class SecureSmtpConnection(SmtpConnection, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's own, except that what is built already is not built again."""

    connection: SmtpConnection | None

    @property
    def connection_class(self):
        return SecureSmtpConnection if self.use_ssl else SmtpConnection

    def _send(self, email_message):
        if not isinstance(email_message, Outgoing):
            return super()._send(email_message)
        if self.connection is None:
            raise smtplib.SMTPServerDisconnected("There is no connection to send over.")
        self.connection.before_body = email_message.before_body
        self.connection.sendmail(settings.MAIL_FROM, email_message.to, email_message.raw)
        return True


@contextmanager
def open_connection() -> Iterator[Callable[[list[Outgoing]], Any]]:
    """One connection to the mail server, and the function that sends over it."""
    mailer = mailers.default
    try:
        mailer.open()
    except OSError as error:  # every SMTPException is one
        with suppress(OSError):
            mailer.close()
        raise ServerDown(f"{type(error).__name__} while connecting") from error
    try:
        yield mailer.send_messages
    finally:
        try:
            mailer.close()
        except OSError as error:
            logger.info("The mail server did not answer QUIT: %s", type(error).__name__)

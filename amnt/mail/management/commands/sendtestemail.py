import smtplib
import ssl
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import sendtestemail

from amnt.mail.smtp_replies import Answer


class Command(sendtestemail.Command):
    help = "Sends a test e-mail to these addresses, or says in a sentence why the mail server did not take it."

    def handle(self, *args, **options):
        try:
            super().handle(*args, **options)
        except OSError as error:  # every SMTPException is one
            raise CommandError(why(error)) from error
        self.stdout.write("The mail server has accepted it. If it does not arrive, look among the spam and check SPF, DKIM and DMARC.")


def why(error: OSError) -> str:
    smtp: dict[str, Any] = settings.MAILERS["default"]["OPTIONS"]  # type: ignore[assignment]
    server = f"{smtp['host']}:{smtp['port']}"
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"{server} does not accept SMTP_USER and SMTP_PASSWORD: {said(error)}"
        case smtplib.SMTPNotSupportedError():
            return f"{server} does not offer what SMTP_SECURITY and SMTP_USER ask for: {error}"
        case smtplib.SMTPSenderRefused():
            return f"{server} does not accept MAIL_FROM as a sender: {said(error)}"
        case smtplib.SMTPRecipientsRefused():
            return f"{server} refused the address: {Answer.of(*next(iter(error.recipients.values()))).words}"
        case smtplib.SMTPResponseException():
            return f"{server} did not accept the e-mail: {said(error)}"
        case ssl.SSLError():
            return f"{server} could not be spoken to over TLS ({error.reason or error}). Check SMTP_PORT and SMTP_SECURITY."
        case smtplib.SMTPServerDisconnected():
            return f"{server} closed the connection ({error}). Check SMTP_PORT and SMTP_SECURITY: 587 goes with starttls, 465 with tls."
        case TimeoutError():
            return f"{server} did not answer. Check SMTP_HOST and SMTP_PORT, and that this machine may call out on that port."
        case _:
            return f"{server} could not be reached ({error.strerror or error}). Check SMTP_HOST and SMTP_PORT."


def said(error: smtplib.SMTPResponseException) -> str:
    return Answer.of(error.smtp_code, error.smtp_error).words

import logging
import signal
import threading

from aiosmtpd.controller import Controller
from django.core.management.base import BaseCommand

from amnt.config.environment import port_number
from amnt.mail.catcher import Catcher


class Command(BaseCommand):
    help = "A mail server that keeps what it gets in VAR_DIR/mail, for the page /mail/inbox/ to show. Nothing leaves this machine."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=port_number("SMTP_PORT", 1025))

    def handle(self, *, port: int, **options):
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        over = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: over.set())
        controller = Controller(Catcher(), hostname="127.0.0.1", port=port)
        controller.start()
        self.stdout.write(f"Catching mail on port {port}.")
        over.wait()
        controller.stop()

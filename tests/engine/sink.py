"""A mail server that takes mail over STARTTLS alone and writes each message into /sink/received. Runs in a container of the engine."""

import ssl
import time
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller

RECEIVED = Path("/sink/received")


class Sink:
    numbers = count(1)

    async def handle_DATA(self, server, session, envelope):
        number = next(self.numbers)
        unfinished = RECEIVED / f".{number}"
        unfinished.write_bytes("\n".join([*envelope.rcpt_tos, session.ssl["cipher"][1], ""]).encode() + envelope.content)
        unfinished.rename(RECEIVED / f"{time.time_ns()}-{number}")
        return "250 OK"


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("/sink/mail.pem")
Controller(Sink(), hostname="0.0.0.0", port=1025, tls_context=context, require_starttls=True).start()  # noqa: S104 -- inside a network of its own
while True:
    time.sleep(3600)

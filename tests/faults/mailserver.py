"""A mail server that keeps the identity of what it accepted, and misbehaves as it is told."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

IDENTITY = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@", re.MULTILINE)


@dataclass
class Behaviour:
    rcpt: str = ""  # the answer to every recipient
    data: str = ""  # the answer to every message
    seconds_a_message: float = 0.002
    drop_after_data_every: int = 0  # accepts, and closes without saying so
    stall_every: int = 0  # says nothing after a message that it does not accept
    closes_after: int = 0  # messages over one connection
    answers_quit: bool = True


@dataclass
class MailServer:
    now: Behaviour = field(default_factory=Behaviour)
    accepted: Counter = field(default_factory=Counter)
    connections: int = 0
    messages: int = 0
    dropped: int = 0
    stalled: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        session.taken = 0
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.now.closes_after and session.taken >= self.now.closes_after:
            server.transport.close()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.now.rcpt:
            return self.now.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.now.seconds_a_message)
        if self.now.data:
            return self.now.data
        self.messages += 1
        if self.now.stall_every and self.messages % self.now.stall_every == 0:
            self.stalled += 1
            await asyncio.sleep(60)
            return "451 Too late"
        [identity] = IDENTITY.findall(envelope.content)
        self.accepted[identity.decode()] += 1
        session.taken += 1
        if self.now.drop_after_data_every and self.messages % self.now.drop_after_data_every == 0:
            self.dropped += 1
            server.transport.close()
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        if not self.now.answers_quit:
            await asyncio.sleep(60)
        return "221 Bye"


class Quiet(Controller):
    """On a port that the system chose."""

    def factory(self):
        return SMTP(self.handler, hostname="localhost")

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

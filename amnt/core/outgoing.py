"""Requests of this service to others: off, unless the host names the hosts it may ask (`OUTGOING_HOSTS`).

The address of a name is looked up once, checked, and connected to: what the name means a moment later does not matter. Nothing is followed
elsewhere, no cookie is kept, and size and time are bounded whatever the other side does. docs/decisions/outgoing_requests.md says why.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from amnt.core.links import is_clean_link

LARGEST = 2**20
SECONDS = 20
LONGEST_MARK = 200
PIECE = 64 * 2**10
# Ranges of IPv6 that carry an address of IPv4 inside: translation (RFC 6052), 6to4 (RFC 3056) and Teredo (RFC 4380).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class OutgoingTrouble(StrEnum):
    """Why nothing was read."""

    NOT_ALLOWED = "not-allowed"
    NOT_PUBLIC = "not-public"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"
    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"


SENTENCES = {
    OutgoingTrouble.NOT_ALLOWED: _("This service may not ask that host. Whoever runs it names the hosts it may ask."),
    OutgoingTrouble.NOT_PUBLIC: _("The name of that host leads into a private network: it is not asked."),
    OutgoingTrouble.UNREACHABLE: _("That host cannot be reached."),
    OutgoingTrouble.UNTRUSTED: _("That host cannot show that it is the one it says it is (its certificate)."),
    OutgoingTrouble.ELSEWHERE: _("That address sends on to another one. Give the address where the page or file itself is."),
    OutgoingTrouble.REFUSED: _("That host answered that there is nothing to read at this address."),
    OutgoingTrouble.TOO_LARGE: _("What stands there is larger than 1 MB."),
    OutgoingTrouble.TOO_SLOW: _("That host took too long to answer."),
}


class NotRead(Exception):
    def __init__(self, trouble: OutgoingTrouble):
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class Answer:
    """body -- None: nothing has changed since; etag, last_modified -- to ask next time whether it has"""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""


Fetch = Callable[..., Answer]


def is_on() -> bool:
    return bool(settings.OUTGOING_HOSTS)


def may_be_asked(url: str, hosts: Collection[str] | None = None) -> bool:
    """Whether this is an https address, at the usual port, of a host that is named."""
    named = settings.OUTGOING_HOSTS if hosts is None else hosts
    if not is_clean_link(url):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.port in (None, 443) and (parts.hostname or "").lower() in named


def is_public_address(text: str) -> bool:
    """Whether this address of IPv4 or IPv6 belongs to the public internet: also one that stands inside another."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _TRANSLATED:
            inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if int(address) >> 32 == 0:  # IPv4-compatible, long out of use
            return False
        if any(each is not None and not is_public_address(str(each)) for each in inside):
            return False
        if address.ipv4_mapped is not None or address in _TRANSLATED:
            return True
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def addresses_of(host: str) -> list[str]:
    """What the name means now."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotRead(OutgoingTrouble.UNREACHABLE) from None
    return list(dict.fromkeys(str(address[0]) for *_rest, address in found))


def fetch(url: str, *, etag: str = "", last_modified: str = "") -> Answer:
    """What stands at this address, if the host may be asked. NotRead says why not."""
    if not may_be_asked(url):
        raise NotRead(OutgoingTrouble.NOT_ALLOWED)
    addresses = addresses_of(urlsplit(url).hostname or "")
    # One private address among public ones is a trick, not a choice.
    if not addresses or not all(map(is_public_address, addresses)):
        raise NotRead(OutgoingTrouble.NOT_PUBLIC)
    return ask(url, at=addresses[0], etag=etag, last_modified=last_modified)


class _Pinned(HTTPSConnection):
    """Connects to one address, and asks there for the host by its name."""

    def __init__(self, host: str, *, at: str, port: int, context: ssl.SSLContext, seconds: float):
        super().__init__(host, port, timeout=seconds, context=context)
        self.at, self.trusts = at, context
        # `sock` is let go of once an answer without a length begins.
        self.line: Any = None

    def connect(self) -> None:
        plain = socket.create_connection((self.at, self.port), self.timeout)
        self.line = self.sock = self.trusts.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.line.do_handshake()

    def cut(self) -> None:
        """From another thread: whatever is being waited for ends."""
        if self.line is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.line, socket.SHUT_RDWR)


def ask(
    url: str,
    *,
    at: str,
    etag: str = "",
    last_modified: str = "",
    port: int = 443,
    context: ssl.SSLContext | None = None,
    most: int = LARGEST,
    seconds: float = SECONDS,
) -> Answer:
    """Ask the host of `url` that is at this address. `fetch` has checked both.

    seconds -- for all of it together
    """
    parts = urlsplit(url)
    connection = _Pinned(parts.hostname or "", at=at, port=port, context=context or ssl.create_default_context(), seconds=seconds)
    ends = monotonic() + seconds
    watch = Timer(seconds, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept-Encoding": "identity", "User-Agent": "amnt"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": last_modified} if last_modified else {}
        connection.request("GET", target, headers=headers)
        # An answer without a length outlives the connection: it is closed by itself.
        with connection.getresponse() as response:
            answer = _read(response, etag=etag, last_modified=last_modified, most=most)
        # What was cut off looks like an end.
        if monotonic() >= ends:
            raise TimeoutError
        return answer
    except ssl.SSLCertVerificationError:
        raise NotRead(OutgoingTrouble.UNTRUSTED) from None
    except TimeoutError:
        raise NotRead(OutgoingTrouble.TOO_SLOW) from None
    except (OSError, HTTPException, ValueError):
        slow = monotonic() >= ends
        raise NotRead(OutgoingTrouble.TOO_SLOW if slow else OutgoingTrouble.UNREACHABLE) from None
    finally:
        watch.cancel()
        connection.close()


def _read(response: HTTPResponse, *, etag: str, last_modified: str, most: int) -> Answer:
    if response.status == 304 and (etag or last_modified):
        return Answer(None, etag, last_modified)
    if 300 <= response.status < 400:
        raise NotRead(OutgoingTrouble.ELSEWHERE)
    if response.status != 200 or response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotRead(OutgoingTrouble.REFUSED)
    pieces, length = [], 0
    while piece := response.read(PIECE):
        length += len(piece)
        if length > most:
            raise NotRead(OutgoingTrouble.TOO_LARGE)
        pieces.append(piece)
    if response.length:
        raise NotRead(OutgoingTrouble.UNREACHABLE)
    return Answer(
        b"".join(pieces), _mark(response, "ETag"), _mark(response, "Last-Modified"), response.headers.get("Content-Type", "")[:LONGEST_MARK]
    )


def _mark(response: HTTPResponse, name: str) -> str:
    """To be sent back as it came: printable, and no longer than any that is meant."""
    said = response.headers.get(name, "")
    return said if len(said) <= LONGEST_MARK and said.isascii() and said.isprintable() else ""

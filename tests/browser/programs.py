"""What programs that are no browser get: previews of messaging apps, mail gateways, scripts with a key."""

import re
import urllib.error
import urllib.request
from email.message import Message
from urllib.parse import urlsplit

from playwright.sync_api import Page

ROBOTS = ("TelegramBot (like TwitterBot)", "WhatsApp/2.23.20.0", "Mozilla/5.0 (compatible; BarracudaSentinel/1.0)")


def opened(address: str, *, method: str = "GET", agent: str = ROBOTS[0], key: str = "") -> tuple[int, Message, bytes]:
    """What a program without a session gets at this address, wherever it is redirected to."""
    request = urllib.request.Request(address, method=method, headers={"User-Agent": agent, "Accept-Language": "es"})  # noqa: S310
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


# What differs from one answer to the next, whoever asks for what.
CHANGING = re.compile(rb"nonce-[^'\" ]+|nonce=\"[^\"]+|csrfmiddlewaretoken\" value=\"[^\"]+|data-left=\"\d+")
CHANGING_HEADERS = {"Date", "Expires", "Set-Cookie", "Content-Security-Policy"}


def told_at(address: str, **asked: str) -> tuple[int, list[str], bytes]:
    """What it says, byte for byte, without the address itself."""
    status, headers, body = opened(address, **asked)
    named = sorted(f"{name}: {value}" for name, value in headers.items() if name not in CHANGING_HEADERS)
    return status, named, without(body, address)


def without(body: bytes, address: str) -> bytes:
    return CHANGING.sub(b"", body).replace(urlsplit(address).path.encode(), b"")


def is_open_to(page: Page, address: str) -> bool:
    """Asked beside the page: a browser writes each refusal into its console."""
    return page.request.get(address).status == 200

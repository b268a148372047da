"""Reading and validating environment variables. An invalid value ends the program with a sentence, not a traceback. An empty variable
counts as not set, as in .env.example. No sentence repeats a password.
"""

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pyrage import RecipientError
from pyrage.x25519 import Recipient

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
MOST_PORT = 65535
# One connection per thread of a process; waiting longer for one counts as an unreachable database.
POOL = {"min_size": 1, "max_size": 4, "timeout": 5}
# The exit status on which gunicorn stops instead of restarting the worker for ever.
NEVER_STARTS = 3

# A key of random letters and digits: 32 of them are 165 bits or more, and hold at least a dozen different ones.
KEY_LENGTH, KEY_VARIETY = 32, 12
NO_KEYS = ("change-me", "changeme", "django-insecure", "secret-key", "your-secret", "only-for-", "example", "password")


def refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(NEVER_STARTS)


def secret(name: str) -> str:
    """The value as it was set, white space included."""
    return os.environ.get(name, "")


def strong(name: str, key: str) -> str:
    """This key, or an exit if it is weak."""
    plain = key.lower().replace("_", "-")
    if len(key) < KEY_LENGTH or len(set(key)) < KEY_VARIETY or any(words in plain for words in NO_KEYS):
        refuse(
            f"{name} is short or easy to guess: set {KEY_LENGTH} random characters or more (see .env.example), such as those printed by "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'."
        )
    return key


def keys(name: str) -> list[str]:
    """Several values, separated by commas or blanks; the whole as well, for a key that holds such characters."""
    said = secret(name)
    return list(dict.fromkeys([*re.split(r"[\s,]+", said.strip()), said])) if said.strip() else []


def word(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def one_of(name: str, *choices: str, default: str) -> str:
    """One of these words, in capitals or not."""
    said = word(name, default)
    for choice in choices:
        if said.lower() == choice.lower():
            return choice
    refuse(f"{name} must be {', '.join(choices[:-1])} or {choices[-1]}, not {said!r}.")


def flag(name: str, default: bool = False) -> bool:
    said = word(name, "1" if default else "0").lower()
    if said not in YES | NO:
        refuse(f"{name} must be 1 or 0, not {said!r}.")
    return said in YES


def port_number(name: str, default: int) -> int:
    said = word(name, str(default))
    if not (said.isascii() and said.isdigit() and 0 < int(said) <= MOST_PORT):
        refuse(f"{name} must be a number from 1 to {MOST_PORT}, not {said!r}.")
    return int(said)


def mailbox(name: str, default: str) -> str:
    said = word(name, default)
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", said):
        refuse(f"{name} must be an e-mail address alone, like agenda@example.org, not {said!r}.")
    return said


def web_address(name: str, default: str = "", *, of_a_site: bool = False) -> str:
    """A URL with http:// or https:// and a host; that of a site has a port at most, and no final slash."""
    said = word(name, default)
    if not said:
        return ""
    parts = split(said)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", said):
        refuse(f"{name} must be an address that begins with https:// and a host name, not {said!r}.")
    if not of_a_site:
        return said
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        refuse(f"{name} must be https:// and a host name, and nothing behind it, not {said!r}.")
    return said.rstrip("/")


def security_contact(name: str) -> str:
    """mailto: and an address, or https:// and one of a page."""
    said = word(name)
    if said and not re.fullmatch(r"mailto:[^\s@<>]+@[^\s@<>]+|https://\S+", said):
        refuse(f"{name} must be like mailto:security@example.org or https://example.org/report, not {said!r}.")
    return said


def hosts(name: str, first: str) -> list[str]:
    """Host names, separated by commas, after this one."""
    return list(dict.fromkeys([first, *(host.strip() for host in word(name).split(",") if host.strip())]))


HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


def outgoing_hosts(name: str) -> list[str]:
    """Names of hosts, separated by commas; each in full, since a pattern would allow what nobody meant."""
    found = list(dict.fromkeys(host.strip().lower() for host in word(name).split(",") if host.strip()))
    for host in found:
        if not HOST_NAME.fullmatch(host) or host.rpartition(".")[2].isdigit():
            refuse(f"{name} must be names of hosts such as www.itu.int, separated by commas, not {host!r}.")
    return found


def folder(name: str, default: Path, *, within: tuple[str, ...] = (), private: tuple[str, ...] = ()) -> Path:
    """A folder, made if missing. A new one is readable by its owner only, and so is a private one always."""
    path = Path(word(name, str(default))).absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        for inner in (*within, *private):
            (path / inner).mkdir(exist_ok=True)
        for inner in private:
            keep_private(path / inner, 0o700)
    except OSError as error:
        refuse(f"{name} must be a folder that can be written to, not {path}: {error.strerror}.")
    return path


def keep_private(path: Path, mode: int) -> None:
    """Make it readable by its owner only, unless it belongs to another user."""
    if path.exists() and path.stat().st_mode & 0o077:
        with suppress(PermissionError):
            path.chmod(mode)


def redis(name: str) -> str:
    said = word(name)
    if not said:
        return ""
    parts = split(said)
    if parts is None or parts.scheme not in {"redis", "rediss"} or not parts.hostname or not re.fullmatch(r"(/\d*)?", parts.path):
        refuse(f"{name} must be like redis://:password@host:6379/0. {ODD_SIGNS}")
    return said


def recipients(name: str) -> list[Recipient]:
    """Public keys of age, separated by commas."""
    found = []
    for said in filter(None, (part.strip() for part in word(name).split(","))):
        try:
            found.append(Recipient.from_str(said))
        except RecipientError:
            # The value may be the private key by mistake: do not print it.
            refuse(f"{name} must be a public key of age, which begins with age1, or several separated by commas.")
    return found


ODD_SIGNS = "Signs like / : @ # ? in a password are written as %2F %3A %40 %23 %3F."


def database(url: str) -> dict:
    """A Django database entry for a postgres:// or sqlite:/// address."""
    parts = split(url)
    if parts is not None and parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path if not parts.path.startswith("//") else parts.path[1:],
            # WAL and IMMEDIATE together: four writers and three readers without one "locked" error. What is deleted is overwritten.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA secure_delete=ON;",
            },
        }
    if parts is not None and parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            # Checks a connection before use, in case the database restarted.
            "CONN_HEALTH_CHECKS": True,
            # Compiling a query takes PostgreSQL up to 3 s where it expects long work, and no query of a page is as long as that.
            "OPTIONS": {"pool": POOL, "options": "-c jit=off", **dict(parse_qsl(parts.query, keep_blank_values=True))},
        }
    refuse(f"DATABASE_URL must begin with postgres:// or sqlite:///, like postgres://user:password@host/name. {ODD_SIGNS}")


def reachable(entry: dict) -> dict:
    """This entry, or an exit if its file cannot be made. A new file is readable by its owner only."""
    file = Path(entry["NAME"])
    if entry["ENGINE"].endswith("sqlite3") and (file.is_dir() or not file.parent.is_dir()):
        refuse(f"DATABASE_URL must name a file in a folder that is there, not {file}.")
    if entry["ENGINE"].endswith("sqlite3"):
        with suppress(OSError):
            # SQLite gives the files beside it the mode of this one.
            file.touch(mode=0o600, exist_ok=True)
        for each in (file, *(file.with_name(f"{file.name}-{suffix}") for suffix in ("wal", "shm", "journal"))):
            keep_private(each, 0o600)
    return entry


def split(address: str) -> SplitResult | None:
    """The parts of an address, or None if it cannot be taken apart."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts

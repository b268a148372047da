"""bin/worst: the slowest and the largest answers in the worst world that validation lets in.

Every address is asked for in a process of its own, forked from this one, so that what it does to memory and to the rows is seen alone
and undone. Seconds are those of the processor, on PostgreSQL with those of the server's process that answers (if it runs elsewhere,
those its queries took): what a machine makes one wait while it is busy with others does not count. A busy machine still computes more
slowly: `pace` says how much, as the time one and the same sum took before and after.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.template.base import Template
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import setup_databases, setup_test_environment, teardown_databases
from django.urls import Resolver404, resolve
from lxml import html

from amnt.accounts.models import User
from coalitions.models import Coalition
from coalitions.texts.forms.uploads import MOST_TOGETHER
from resolutions import tasks
from resolutions.domain.budgets import LARGEST_FILE, MOST_PROPOSALS_PASTED
from resolutions.models import KeptComparison, Resolution, RevisionText
from tests.bench import comparing, worst_world
from tests.test_scoping import NOT_WALKED, routes

MOST_SECONDS, MOST_MEGABYTES = 2.0, 100.0
FIXED = ("admin/", "__debug__")


# Before the test environment makes every template keep what it was rendered with, which no page does.
RENDER_ONCE = Template._render

type Form = tuple[str, dict[str, list[str]]]  # where it is sent, and what it is filled in with


@dataclass
class Answer:
    """What one request cost. megabytes -- how much the process grew at its largest; forms -- what may be sent from the page"""

    name: str
    status: int
    seconds: float
    wall: float
    megabytes: float
    queries: int
    kilobytes: float
    forms: list[Form] = field(default_factory=list)

    @property
    def exceeds(self) -> bool:
        return self.seconds > MOST_SECONDS or self.megabytes > MOST_MEGABYTES or self.status >= 500


def alone(name: str, ask: Callable[[], Any]) -> Answer:
    """Ask in a forked process; what it changes in the database is taken back."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            result = _measured(ask)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the parent is told
            result = {"status": 599, "error": f"{type(error).__name__}: {error}"[:300]}
        with os.fdopen(writing, "w") as pipe:
            json.dump(result, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    found = json.loads(said or "{}")
    if found.get("error"):
        name = f"{name} [{found['error']}]"
    figures = (found.get(key, 0) for key in ("seconds", "wall", "megabytes", "queries", "kilobytes"))
    return Answer(name, found.get("status", 598), *figures, [(action, values) for action, values in found.get("forms", ())])


def _measured(ask: Callable[[], Any]) -> dict[str, Any]:
    Template._render = RENDER_ONCE
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from now
    before = _status("VmRSS")
    asked = Asked()
    with transaction.atomic(), connection.execute_wrapper(asked):
        server = _server()
        wall, start = time.perf_counter(), time.process_time() + _seconds_of(server)
        answer = ask()
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seconds, wall = time.process_time() + _seconds_of(server) - start, time.perf_counter() - wall
        peak = _status("VmHWM")
        if connection.vendor == "postgresql" and server is None:
            seconds += asked.seconds
        transaction.set_rollback(True)
    return {
        "status": answer.status_code,
        "seconds": round(seconds, 2),
        "wall": round(wall, 2),
        "megabytes": round((peak - before) / 1024, 1),
        "queries": asked.count,
        "kilobytes": round(len(content) / 1024, 1),
        "forms": _forms(answer, content),
    }


def _server() -> Path | None:
    """Where the kernel says how long the process of PostgreSQL that answers this connection has worked, if it runs on this machine."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    return path if path.exists() and "(postgres)" in path.read_text() else None


def _seconds_of(server: Path | None) -> float:
    if server is None:
        return 0.0
    user, system = server.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Asked:
    """Counts and times the queries. (What Django captures holds their text too, which for a file of 20 MB is most of the memory.)"""

    count, seconds = 0, 0.0

    def __call__(self, execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count, self.seconds = self.count + 1, self.seconds + time.perf_counter() - start


def _forms(answer: Any, content: bytes) -> list[Form]:
    """Those that are sent by POST, as they are filled in."""
    if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    found = []
    for form in html.fromstring(content).forms:
        if form.method == "POST":
            values: dict[str, list[str]] = {}
            for name, value in form.form_values():
                values.setdefault(name, []).append(value)
            found.append((form.action or answer.request["PATH_INFO"], values))
    return found


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and what came of it."""
    start = time.process_time()
    result = act()
    return time.process_time() - start, result


def pace() -> float:
    """How long ten million additions take here and now."""

    def add() -> int:
        total = 0
        for number in range(10_000_000):
            total += number
        return total

    return timed(add)[0]


def _status(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


# --- What is asked for -----------------------------------------------------------------------------------------------------------

# As long as an address may be: gunicorn refuses request lines of more than 4,094 bytes.
LONG = "é́" * 300
ODDITIES = (
    f"?page={10**9}",
    f"?q={quote(LONG)}&page=2",
    "?" + "&".join(f"with=p-{n}&resolution={n}&region={n}&topic={n}" for n in range(90)),
)


def addresses(worst: worst_world.WorstWorld) -> Iterator[str]:
    """Every address of the project, filled in with the worst there is; lists also with what nobody would ask for."""
    for path, _pattern in routes():
        path = path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")
        if "(?P" in path or any(part in path for part in NOT_WALKED) or path.startswith(FIXED):
            continue
        extensions = {"extension": ("docx", "txt"), "sheet": ("csv", "xlsx")}
        hole = next((name for name in extensions if f":{name}>" in path), None)
        for value in extensions[hole] if hole else ("",):
            filled = _filled(path, worst, {hole: value} if hole else {})
            yield f"/{filled}"
        if "<" not in path:
            yield from (f"/{path}{oddity}" for oddity in ODDITIES[:2])


def _filled(path: str, worst: worst_world.WorstWorld, said: dict[str, str]) -> str:
    """Each hole by its name; a public id by the longest beginning of the path that says whose it is."""
    filled = path
    for hole in [hole.split(">")[0] for hole in path.split("<")[1:]]:
        name = hole.split(":")[-1]
        value = said.get(name) or worst.places.get(name)
        if value is None:
            begins = [begin for begin in worst.places if begin.endswith("/") and path.startswith(begin)]
            value = worst.places[max(begins, key=len)] if begins else "00000000-0000-4000-8000-000000000000"
        filled = filled.replace(f"<{hole}>", str(value), 1)
    return filled


def more_addresses(worst: worst_world.WorstWorld) -> list[str]:
    """Pages that show more when they are asked to."""
    place = worst.places
    return [
        "/?all=moved",
        "/calendar/?dates=all",
        "/calendar/?dates=all&view=list",
        "/follow-ups/?tab=team",
        "/follow-ups/?tab=team&page=50",
        f"/follow-ups/?q={quote(LONG)}",
        f"/matrix/?q={quote(LONG)}",
        "/matrix/" + ODDITIES[2],
        f"/resolutions/{worst.slug}/compare/{ODDITIES[2]}",
        f"/resolutions/{worst.slug}/compare/?page=2",
        f"/resolutions/{worst.slug}/compare/?unchanged=1",
        f"/resolutions/{worst.slug}/compare/?other=worst-long",
        comparing.all_columns("worst-long"),
        f"{comparing.all_columns('worst-signs')}&page=5",
        f"{comparing.all_columns('worst-new')}&page=5",
        comparing.all_columns("worst-long").replace("/?", "/export.docx?"),
        comparing.all_columns("worst-signs").replace("/?", "/export.txt?"),
        f"/resolutions/{worst.slug}/text/?lineage=1",
        f"/resolutions/{worst.slug}/history/?page=20",
        "/api/v1/proposals/?limit=100",
        "/api/v1/resolutions/?limit=100",
        "/api/v1/meetings/?limit=100&offset=900",
        "/api/v1/follow-ups/?limit=100",
        "/api/v1/people/?limit=100",
        f"/api/v1/texts/{place['api/v1/texts/']}/clauses/?limit=100",
        "/reminders/?coming=40",
        "/account/stored/audit/?page=400",
        "/account/stored/follow_ups/?page=50",
        "/account/stored/positions/?page=5",
        "/account/stored/mail-sent/?page=20",
        *(f"/contributions/incoming/{key}/{page}" for key in worst.documents.values() for page in ("", "anchors/")),
    ]


def admin_addresses() -> list[str]:
    """What staff sees of each kind of thing: the list, what is looked for in it, and of one of them the form, its past, its deletion."""
    found = ["/health/", "/health/audit/", "/admin/"]
    for model in site._registry:
        begin = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        first = model._default_manager.order_by("pk").first()
        found += [begin, f"{begin}?q={quote(LONG)}", f"{begin}?p=20", f"{begin}add/"]
        found += [f"{begin}{first.pk}/{page}/" for page in ("change", "history", "delete")] if first else []
    worst = Resolution.objects.get(slug=worst_world.SLUG)
    return [*found, *(f"/admin/resolutions/resolution/{worst.pk}/{page}/" for page in ("change", "history", "delete"))]


def pair_addresses(worst: worst_world.WorstWorld) -> list[str]:
    """Two texts, for the files and the API, which take no more."""
    resolution = Resolution.objects.get(slug=worst.slug)
    texts = RevisionText.objects.filter(revision__resolution=resolution, language="en").order_by("pk")[:2]
    keys = [f"t-{text.public_id}" for text in texts] + [f"p-{worst.places['proposals/']}"]
    found = []
    for other in keys[1:]:
        query = f"of={keys[0]}&with={other}"
        found += [f"/resolutions/{worst.slug}/compare/?{query}", f"/api/v1/comparison/?{query}"]
        found += [f"/resolutions/{worst.slug}/compare/export.{kind}?{query}" for kind in ("docx", "txt")]
    return found


# --- What is sent ----------------------------------------------------------------------------------------------------------------


def sent(worst: worst_world.WorstWorld) -> list[tuple[str, str, dict[str, Any]]]:
    """Name, address and what is sent to it."""
    place, slug = worst.places, worst.slug
    assembly = place["edition"]
    cells = "\n".join("\t".join(["MOD EUR/38/1"] * 40) for _ in range(48))
    table = "\t".join(["", *["EUR", "ATU", "APT", "RCC"] * 10]) + "\n" + cells
    lines = "\n".join(f"{n % 99}\tMOD\tEUR/{n}A{n}/1" for n in range(5_000))
    clauses = "\n".join(["resolves", *(f"{n} to do {'x ' * 190}" for n in range(1, 1000))])
    one_line = "x " * 199_000
    calls = "\n".join(f"invites the parties {n}\n1 to do" for n in range(1, 999))
    reader = {"action": "look", "submission": "00000000-0000-4000-8000-000000000001"}
    opened = [("long password", "/account/login/", {"login": "worst-0@example.org", "password": "x" * 100_000})]
    texts = [
        (f"text: {name}", f"/resolutions/{slug}/texts/new/", {"revision": "WTSA-24", "language": "en", "pasted": words, **reader})
        for name, words in (("999 clauses", clauses), ("one line", one_line), ("calls", calls), ("spaces", " " * 590_000 + "x"))
    ]
    about = {"revision": "WTSA-24", "language": "en", "source": "x"}
    texts.append(("text: the largest file", f"/resolutions/{slug}/texts/new/", about | {"file": largest_file("text.docx")}))
    tables = [
        (f"paste: {name}", "/proposals/paste/", {"assembly": assembly, "pasted": words, "act": "look", **reader})
        for name, words in (
            ("matrix", table),
            ("5,000 lines", lines),
            ("one cell", "MOD " + "EUR/1A1/1 " * 29_000),
            ("tabs", "\t" * 299_000),
            ("brackets", "MOD [" * 59_000),
            ("semicolons", "\tEUR\n1\t" + "MOD;" * 70_000),
        )
    ]
    hand = [
        (
            f"by hand: {name}",
            f"/resolutions/{slug}/proposals/new/",
            {"identifier": "EUR/99A9/1", "action": "MOD", "assembly": assembly, "language": "en", "pasted": words, "look": "1", **reader},
        )
        for name, words in (("999 clauses", clauses), ("calls", calls))
    ]
    new = [
        (
            "new resolution",
            "/proposals/new-resolution/",
            {
                "identifier": "EUR/99A9/1",
                "assembly": assembly,
                "language": "en",
                "title": "x " * 190,
                "pasted": clauses,
                "look": "1",
                **reader,
            },
        )
    ]
    upload = f"/contributions/incoming/{place['contributions/incoming/']}/"
    bring = [
        (
            "bring as much as may be at once",
            "/contributions/bring/",
            {"assembly": assembly, "files": [largest_file(f"{n}.docx") for n in range(MOST_TOGETHER // LARGEST_FILE)], **reader},
        )
    ]
    acts = [
        ("keep choices", upload, {f"x{n}": "y" * 900 for n in range(900)}),
        ("anchors", f"{upload}anchors/", {f"x{n}": "new" for n in range(900)}),
        ("store the longest text", f"/texts/incoming/{place['texts/incoming/']}/", {"act": "store"}),
        ("anchors of a proposal", f"/proposals/{place['proposals/']}/anchors/", {f"x{n}": "new" for n in range(900)}),
        ("change a proposal", f"/proposals/{place['proposals/']}/change/", {"status": "common"}),
        ("confirm a date", f"/calendar/changes/{place['calendar/changes/']}/confirm/", {}),
        ("leave", f"/coalition/{place['coalition/']}/leave/", {}),
        ("remove", f"/members/{place['members/']}/remove/", {}),
        ("close a circle", f"/circles/{place['circles/']}/close/", {}),
        ("a position", f"/resolutions/{slug}/position/write/", {"stance": "oppose", "words": "x" * 2_000}),
        ("watch", f"/resolutions/{slug}/watch/", {}),
    ]
    taken_out = [("export with our readings", "/matrix/export/", {"sheet": "xlsx", "with_circles": "on"})]
    stored = [
        (f"{name}: record", address, values | {"step": "save"})
        for name, address, values in tables
        if name in ("paste: matrix", "paste: 5,000 lines")
    ]
    most = "\n".join(lines.splitlines()[:MOST_PROPOSALS_PASTED])
    stored += [
        (f"paste: as many as are recorded at once, {name}", "/proposals/paste/", {"assembly": assembly, "pasted": words, "step": "save"})
        for name, words in (("each a document", most), ("in a few documents", most.replace("A", "/")))
    ]
    return [*taken_out, *stored, *opened, *texts, *tables, *hand, *new, *bring, *acts]


def largest_file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"PK" + bytes(LARGEST_FILE - 2))


def bodies() -> list[tuple[str, str, bytes]]:
    """JSON deep and wide."""
    wide = json.dumps({f"k{n}": n for n in range(200_000)}).encode()
    return [
        ("deep JSON", "/api/v1/follow-ups/", b"[" * 1_000_000 + b"]" * 1_000_000),
        ("wide JSON", "/api/v1/follow-ups/", wide),
        ("long JSON", "/api/v1/follow-ups/", json.dumps({"title": "x" * 2_400_000}).encode()),
        ("many digits", "/api/v1/follow-ups/", b'{"version": ' + b"9" * 2_000_000 + b"}"),
    ]


# --- The run ---------------------------------------------------------------------------------------------------------------------


def search(worst: worst_world.WorstWorld, *, only: str = "") -> Iterator[Answer]:
    """All of it as a lead, every form that she meets on the way, what is read as a member too, and what staff reads."""
    forms: dict[str, Form] = {}
    for role, user in (("lead", worst.lead), ("member", worst.member)):
        client = _logged_in(user)
        for address in [*addresses(worst), *more_addresses(worst), *pair_addresses(worst)]:
            if only in address:
                answer = _read(client, address, f"{role} GET {address[:110]}")
                for form in answer.forms if role == "lead" else ():
                    # Documents are published one by one: each is hard in its own way.
                    forms.setdefault(form[0] if form[0].endswith("/publish/") else _route(form[0]), form)
                yield answer
    client = _logged_in(worst.staff)
    for address in admin_addresses():
        if only in address:
            yield _read(client, address, f"staff GET {address[:110]}")
    client = _logged_in(worst.lead)
    for route, (address, values) in forms.items():
        if only in address and not any(part in address for part in NOT_WALKED):
            yield alone(f"lead POST {route} as filled in", partial(client.post, address, values))
            if route in MOVING:
                for name, more in (("preview", {}), ("save", {"save": "1"})):
                    yield alone(f"lead POST {route} {name}", partial(client.post, address, values | MOVED | more))
    for name, address, data in sent(worst):
        if only in name:
            yield alone(f"lead POST {name}", posted(client, address, data))
    for name, address, body in bodies():
        if only in name:
            yield alone(f"lead POST {name}", partial(client.post, address, body, "application/json"))


# What moves dates, and with them what people were promised.
MOVING = {"calendar_app:meeting-change", "calendar_app:deadline-change", "calendar_app:assembly-change"}
MOVED = {"on": "2030-03-01", "until": "2030-03-04", "status": "confirmed", "source": "https://example.org/moved"}


def _route(address: str) -> str:
    try:
        return resolve(address.partition("?")[0]).view_name
    except Resolver404:
        return address


def _read(client: Client, address: str, name: str) -> Answer:
    answer = alone(name, partial(client.get, address))
    return _once_compared(client, address, name, answer) if "compar" in address else answer


def _once_compared(client: Client, address: str, name: str, first: Answer) -> Answer:
    """The dearer of being told to wait, and the page once a worker is done, whose work is measured too."""
    client.get(address)
    for kept in KeptComparison.objects.waiting():
        tasks.make_comparison(kept.pk)
    then = alone(name, partial(client.get, address))
    return max(first, then, key=lambda answer: (answer.status >= 500, answer.seconds))


def _logged_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time() + 86_400, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def posted(client: Client, address: str, data: dict[str, Any]) -> Callable[[], Any]:
    """Send this form as a server reads it, from a file: to put it together in memory would be counted too."""
    path, _sign, query = address.partition("?")
    body = encode_multipart(BOUNDARY, data)
    file = Path(settings.VAR_DIR) / "sent"
    file.write_bytes(body)
    about = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": query}
    about |= {"CONTENT_TYPE": MULTIPART_CONTENT, "CONTENT_LENGTH": str(len(body))}

    def send() -> Any:
        with file.open("rb") as stream:
            return client.request(**about, **{"wsgi.input": stream})

    return send


def line(answer: Answer) -> str:
    sign = "✖" if answer.exceeds else " "
    figures = f"{answer.seconds:6.2f} s {answer.megabytes:7.1f} MB {answer.queries:5} queries {answer.kilobytes:8.1f} KB"
    return f"{sign} {figures} {answer.status}  {answer.name}"


def print_out(answers: list[Answer], most: int) -> None:
    for title, key in (("The slowest", lambda answer: answer.seconds), ("The largest", lambda answer: answer.megabytes)):
        print(f"\n{title}\n")
        for answer in sorted(answers, key=key, reverse=True)[:most]:
            print(line(answer))
    wrong = sum(answer.exceeds for answer in answers)
    print(f"\n{len(answers)} answers, {wrong} beyond {MOST_SECONDS} s, {MOST_MEGABYTES} MB or with a fault")


def main() -> int:
    options = argparse.ArgumentParser(prog="bin/worst")
    options.add_argument("--share", type=float, default=1.0, help="of what has no limit in number, as 0.1 for a tenth")
    options.add_argument("--only", default="", help="addresses and forms that have this in their name")
    options.add_argument("--most", type=int, default=40, help="how many of the slowest and of the largest are shown")
    chosen = options.parse_args()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        start = time.perf_counter()
        worst = worst_world.grow(chosen.share)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(
            f"The worst world on {connection.vendor}: {Coalition.objects.count()} coalitions, made in {time.perf_counter() - start:.0f} s"
        )
        print(f"Pace: {pace():.2f} s")
        answers = []
        for answer in search(worst, only=chosen.only):
            answers.append(answer)
            if answer.exceeds:
                print(line(answer), flush=True)
    finally:
        teardown_databases(databases, verbosity=0)
    print_out(answers, chosen.most)
    print(f"Pace: {pace():.2f} s")
    return 1 if any(answer.exceeds for answer in answers) else 0


if __name__ == "__main__":
    sys.exit(main())

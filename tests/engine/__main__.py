"""The real docker-compose.yml in a real Docker engine: up, mail over TLS, more of each, an update, kills, a backup, a restore, and down.

The engine is one of our own, in a temporary folder that goes with it: no other engine on this machine is touched.
"""

import argparse
import json
import os
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyrage.x25519 import Identity

from tests.engine.bases import make_base, name_bases
from tests.engine.verdict import Failed, check_silence, demand, longest_silence

ROOT = Path(__file__).resolve().parents[2]
HOST = "agenda.localhost"
PORT = 8443
BEGAN = time.monotonic()
NEEDED = ["dockerd", "docker", "docker-compose", "mmdebstrap"]

PEOPLE = """
from datetime import time, timedelta
from django.utils.timezone import now
from amnt.accounts.models import User
from coalitions.models import Circle, Coalition, Membership
from coalitions.services.follow_ups import create
from coalitions.services.membership import admit
coalition = Coalition.objects.get()
people = []
# Reached at any hour of any day, so that nothing waits for a Monday morning.
always = {"language": "en", "weekend": "none", "quiet_from": time(0), "quiet_to": time(0)}
for name in ("wanjiru", "naledi"):
    person, is_new = User.objects.get_or_create(email=f"{name}@people.example", defaults=always)
    if is_new:
        admit(coalition, user=person, role=Membership.Role.MEMBER)
    people.append(person)
create(circle=Circle.objects.get(coalition=coalition), title="TITLE", due_at=now() + timedelta(hours=20), by=people[0], owner=people[1])
"""


def say(text: str) -> None:
    print(f"[{time.monotonic() - BEGAN:5.0f} s] {text}", flush=True)


def until(is_so: Callable[[], bool], otherwise: str, seconds: int = 150) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        demand(time.monotonic() < end, otherwise)
        time.sleep(0.5)


def answer(*command: str) -> str:
    """What this prints; nothing where it does not exist or fails."""
    with suppress(OSError):
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return ""


def put_back(name: str, rules: str) -> None:
    """Make this packet filter what it was before the engine added its own."""
    if rules:
        subprocess.run([f"{name}-restore"], input=rules, text=True, check=False)
    else:
        for words in ("-P FORWARD ACCEPT", "-F", "-X", "-t nat -F", "-t nat -X"):
            answer(name, *words.split())


class Engine:
    """A Docker engine whose folder, networks and images are its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.socket = f"unix://{folder / 'socket'}"
        self.log = (folder / "dockerd.log").open("wb")
        self.process: subprocess.Popen[bytes] | None = None
        self.filters: dict[str, str] = {}

    def start(self) -> bool:
        """Whether an engine can run on this machine."""
        self.filters = {name: answer(f"{name}-save") for name in ("iptables", "ip6tables")}
        command = ["dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec", "--pidfile", self.folder / "pid"]
        command += ["--host", self.socket, "--bridge=none"]
        command += ["--default-address-pool", "base=10.213.0.0/16,size=24"]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, start_new_session=True)
        for _ in range(120):
            if self.process.poll() is not None:
                return False
            if subprocess.run(["docker", "--host", self.socket, "version"], capture_output=True, check=False).returncode == 0:
                return True
            time.sleep(0.5)
        return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=60)
            if self.process.poll() is None:
                self.process.kill()
        self.log.close()
        mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for place in mounted:
            if place.startswith(f"{self.folder}/"):
                answer("umount", "--lazy", place)
        for name, rules in self.filters.items():
            put_back(name, rules)


class Site:
    """An instance as a host has it: a clone, an .env, and docker compose. What the engine needs beside it stands in an override."""

    def __init__(self, folder: Path, engine: Engine):
        self.folder = folder / "agenda"
        self.beside = folder / "beside"
        self.key = Identity.generate()
        self.environment = {
            **os.environ,
            "DOCKER_HOST": engine.socket,
            "DOCKER_BUILDKIT": "0",
            "COMPOSE_FILE": f"docker-compose.yml:{self.beside / 'override.yml'}",
            "COMPOSE_PROJECT_NAME": "agenda",
        }
        self.log = (folder / "commands.log").open("ab")

    def prepare(self, revision: str) -> None:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self.folder)], check=True)
        self.check_out(revision)
        (self.beside / "received").mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "engine" / "sink.py", self.beside)
        make_certificates(self.beside)
        (self.beside / "backup.key").write_text(f"{self.key}\n")
        filled = {
            "SITE_URL": f"https://{HOST}:{PORT}",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "FIELD_KEY": secrets.token_urlsafe(50),
            "SMTP_HOST": "mail",
            "SMTP_PORT": "1025",
            "POSTGRES_PASSWORD": secrets.token_hex(16),
            "REDIS_PASSWORD": secrets.token_hex(16),
            "BACKUP_RECIPIENT": str(self.key.to_public()),
        }
        text = (ROOT / ".env.example").read_text()
        for name, value in filled.items():
            text = re.sub(rf"^#?{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        (self.folder / ".env").write_text(text)
        # What must never enter an image.
        (self.folder / "agenda-2026-11-28.age").write_text("a backup")

    def check_out(self, revision: str) -> None:
        subprocess.run(["git", "checkout", "--quiet", "--detach", revision], cwd=self.folder, check=True)
        text = (self.folder / "docker-compose.yml").read_text()
        ours = [name for name in ("web", "worker", "beat", "backup", "migrate") if f"\n  {name}:\n" in text]
        lines = ["services:"]
        for name in ours:
            lines += [f"  {name}:", "    build: {context: ., network: host}", "    environment: {SSL_CERT_FILE: /beside/ca.pem}"]
            lines += [f"    volumes: ['{self.beside}:/beside:ro']"]
        lines += ["  proxy:", f"    ports: !override ['127.0.0.1:{PORT}:{PORT}']"]
        lines += ["  mail:", "    image: agenda", "    command: [python, /sink/sink.py]", f"    volumes: ['{self.beside}:/sink']"]
        lines += ["    user: root", "    healthcheck: {test: [CMD, 'true'], interval: 5s}", "    networks: [outside]", "    init: true"]
        lines += ["    depends_on: {migrate: {condition: service_completed_successfully}}"]
        self.beside.mkdir(exist_ok=True)
        (self.beside / "override.yml").write_text("\n".join(lines) + "\n")

    def run(self, command: str, *, answers: bool = False, text: str | None = None) -> str:
        """A line as the host types it, in the folder of the clone."""
        self.log.write(f"\n$ {command}\n".encode())
        self.log.flush()
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=self.folder,
            env=self.environment,
            input=text,
            stdin=None if text is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if answers else self.log,
            stderr=self.log,
            text=True,
            check=False,
        )
        if answers:
            self.log.write(done.stdout.encode())
        demand(done.returncode == 0, f"this failed with {done.returncode}: {command}")
        return done.stdout or ""

    def guide(self, heading: str, **put_in: str) -> str:
        """The lines of docs/hosting.md under this heading, with what the reader puts in."""
        section = (self.folder / "docs" / "hosting.md").read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
        lines = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
        demand(lines is not None, f"docs/hosting.md has no lines under {heading}")
        text = lines[1] if lines else ""
        for name, value in put_in.items():
            demand(name in text, f"the lines under {heading} do not speak of {name}")
            text = text.replace(name, value)
        return text

    # --- What people see ---

    def visit(self, path: str = "/about/help/") -> int:
        """The status of this page, over TLS whose certificate is checked."""
        context = ssl.create_default_context(cadata=(self.beside / "root.crt").read_text())
        with closing(Local(HOST, PORT, timeout=60, context=context)) as line:
            line.request("GET", path)
            answer = line.getresponse()
            answer.read()
            return answer.status

    def answers(self, path: str = "/about/help/") -> bool:
        with suppress(OSError, HTTPException):
            return self.visit(path) == 200
        return False

    def trust(self) -> None:
        """Take the certificate of the proxy's own authority, which it makes for names that are only known here."""
        until(lambda: bool(self.certificate()), "the proxy makes no certificate")
        (self.beside / "root.crt").write_text(self.certificate())

    def certificate(self) -> str:
        with suppress(Failed):
            return self.run("docker compose exec -T proxy cat /data/caddy/pki/authorities/local/root.crt", answers=True)
        return ""

    def mails_to(self, person: str) -> list[str]:
        mails = [path.read_text(errors="replace") for path in sorted((self.beside / "received").glob("[0-9]*"))]
        return [mail for mail in mails if mail.startswith(f"{person}\nTLS")]

    def hand_over(self, title: str) -> None:
        """Someone hands a follow-up to Naledi, and she is told so by mail."""
        before = len(self.mails_to("naledi@people.example"))
        self.run("docker compose exec -T web python manage.py shell", text=PEOPLE.replace("TITLE", title))
        until(lambda: len(self.mails_to("naledi@people.example")) == before + 1, f"no reminder of “{title}” arrived")

    def counts(self) -> dict[str, str]:
        tables = ("accounts_user", "coalitions_followup", "coalitions_membership", "resolutions_resolution", "django_migrations")
        query = "; ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)  # noqa: S608 -- the names above
        said = self.run(f'docker compose exec -T postgres psql -U agenda -At -c "{query}"', answers=True)
        return dict(line.split("|") for line in said.splitlines())


class Local(HTTPSConnection):
    """A connection to this machine, whatever the name stands for elsewhere."""

    def connect(self) -> None:
        self.sock = self._create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


def make_certificates(folder: Path) -> None:
    """An authority, and the mail server's certificate by it."""
    now = datetime.now(UTC)

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def signed(name: str, key, issuer: str, by, *extensions: x509.ExtensionType) -> x509.Certificate:
        builder = x509.CertificateBuilder(named(issuer), named(name), key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=2))
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints | x509.KeyUsage))
        return builder.sign(by, hashes.SHA256())

    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    signs = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    root = signed("An authority", authority, "An authority", authority, x509.BasicConstraints(ca=True, path_length=0), signs)
    mail = signed("mail", server, "An authority", authority, x509.SubjectAlternativeName([x509.DNSName("mail")]))
    (folder / "ca.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    private = server.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "mail.pem").write_bytes(private + mail.public_bytes(serialization.Encoding.PEM))


class Visitor(threading.Thread):
    """Someone who opens a page all the time, and notes how long there was no answer."""

    def __init__(self, site: Site):
        super().__init__(daemon=True)
        self.site = site
        self.ended = threading.Event()
        self.ended_at = 0.0
        self.answered = [time.monotonic()]
        self.slowest = 0.0
        self.troubles: list[str] = []

    def run(self) -> None:
        while not self.ended.is_set():
            asked = time.monotonic()
            try:
                status = self.site.visit()
                if status == 200:
                    self.answered.append(time.monotonic())
                    self.slowest = max(self.slowest, self.answered[-1] - asked)
                else:
                    self.troubles.append(str(status))
            except (OSError, HTTPException) as error:
                self.troubles.append(type(error).__name__)
            time.sleep(0.1)

    def end(self) -> None:
        self.ended_at = time.monotonic()
        self.ended.set()
        self.join()

    def longest_silence(self) -> float:
        return longest_silence(self.answered, self.ended_at)


@contextmanager
def watched(site: Site, what: str):
    visitor = Visitor(site)
    visitor.start()
    yield visitor
    visitor.end()
    failed = ", ".join(f"{visitor.troubles.count(trouble)} × {trouble}" for trouble in sorted(set(visitor.troubles))) or "none"
    say(
        f"{what}: {len(visitor.answered)} answers, failed: {failed}; the slowest took {visitor.slowest:.1f} s;"
        f" longest time without an answer {visitor.longest_silence():.1f} s"
    )


def bring_up(site: Site) -> None:
    site.run("docker compose up -d --build")
    site.trust()
    until(site.answers, "the site does not answer")


def found(site: Site) -> str:
    """By the guide's own line. Returns the key of an invitation."""
    said = site.run(
        'docker compose exec -T web python manage.py found_coalition "Its name" --lead one@example.org --lead two@example.org', answers=True
    )
    keys = re.findall(r"/invitation/([^/]+)/", said)
    demand(len(keys) == 2, "two leads, two invitations")
    until(lambda: all(len(site.mails_to(f"{name}@example.org")) == 1 for name in ("one", "two")), "the invitations did not arrive")
    until(lambda: site.answers(f"/invitation/{keys[0]}/"), "the invitation does not open")
    return str(keys[0])


def kill(site: Site, service: str) -> None:
    """As the kernel does when memory runs out."""
    for container in site.run(f"docker compose ps --quiet {service}", answers=True).split():
        [state] = json.loads(site.run(f"docker inspect {container}", answers=True))
        os.kill(state["State"]["Pid"], signal.SIGKILL)


def are_well(site: Site, *services: str) -> bool:
    said = [json.loads(line) for line in site.run("docker compose ps --format json", answers=True).splitlines()]
    return all(row["Health"] == "healthy" for row in said if row["Service"] in services)


def back_up_and_restore(site: Site) -> None:
    name = Path(site.run(site.guide("Back up"), answers=True).split(":")[0]).name
    demand(name.endswith(".dump.age"), f"no backup but {name}")
    before = site.counts()
    site.hand_over("Made after the backup")
    site.run(site.guide("Go back to a backup", **{"agenda-….age": name, "backup.key": str(site.beside / "backup.key")}))
    until(lambda: are_well(site, "web"), "web is not healthy after the restore")
    demand(site.counts() == before, f"restored: {site.counts()}, backed up: {before}")
    until(site.answers, "the restored site does not answer")
    demand(
        "Backup: " in site.run("docker compose exec -T web python manage.py health || true", answers=True), "health says nothing of backups"
    )


def logs_name_nobody(site: Site, key: str) -> None:
    said = site.run("docker compose logs --no-color proxy web; docker compose exec -T proxy sh -c 'cat /logs/*.log'", answers=True)
    demand('"uri":"/invitation"' in said, "the access log is empty")
    for secret in (key, "wanjiru@people.example", '"User-Agent"'):
        demand(secret not in said, f"a log says {secret}")


def everything(site: Site, before: str, now: str) -> None:
    bring_up(site)
    say(f"{before} is up")
    key = found(site)
    site.hand_over("Before the update")
    say("two invitations and a reminder arrived over TLS")
    site.run("docker compose up -d --scale web=2 --scale worker=2")
    until(lambda: are_well(site, "web"), "two web are not healthy")
    say("two web and two workers")
    site.check_out(now)
    with watched(site, f"update to {now}") as visitor:
        said = site.run("bin/update", answers=True)
    away = re.search(r"was away for (\d+) seconds", said)
    if away:
        say(f"the update said that the site was away for {away[1]} s, since its migrations could not be applied beside the old version")
        with watched(site, "the same version again") as visitor:
            site.run("bin/update")
    check_silence(visitor.longest_silence())
    demand(len(site.run("docker compose ps --quiet web", answers=True).split()) == 2, "after the update there are not two web any more")
    until(lambda: site.answers(f"/invitation/{key}/"), "the invitation from before the update does not open")
    inside = site.run("docker compose exec -T web ls -A", answers=True).split()
    demand(not {".env", ".git", "agenda-2026-11-28.age", "tests"} & set(inside), f"in the image: {inside}")
    demand("sbom.cdx.json" in inside, "there is no bill of materials in the image")
    site.hand_over("After the update")
    for service in ("worker", "web", "redis", "postgres"):
        kill(site, service)
    until(lambda: are_well(site, "web", "redis", "postgres"), "what was killed did not come back")
    site.hand_over("After the kills")
    say("killed worker, web, Redis and PostgreSQL: all came back, and mail goes out")
    back_up_and_restore(site)
    say("backed up and restored by the guide's lines")
    logs_name_nobody(site, key)
    say("no log names a key, an address or a browser")


def previous() -> str:
    """The last release; the commit before where there is none, and this one where the clone holds no other."""
    known = ("describe --tags --abbrev=0 HEAD~1", "rev-parse --verify --quiet HEAD~1")
    return next((said for words in known if (said := answer("git", "-C", str(ROOT), *words.split()).strip())), "HEAD")


def commit(revision: str) -> str:
    return subprocess.run(["git", "rev-parse", "--short", revision], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/engine", description=__doc__)
    parser.add_argument(
        "--from", dest="before", default=None, help="the version that is updated (default: the last release, or the commit before)"
    )
    parser.add_argument("--base", type=Path, help="an archive with the base images, made if it is not there: for several runs")
    options = parser.parse_args()
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        say(f"Nothing was tried: this needs root, and {', '.join(missing or ['nothing else'])}.")
        return 0
    # Told to stop, it still takes down what it has put up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # BuildKit, where it is installed, asks for the bridge that this engine does without.
    os.environ["DOCKER_BUILDKIT"] = "0"
    before, now = commit(options.before or previous()), commit("HEAD")
    with tempfile.TemporaryDirectory(prefix="agenda-engine-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        engine = Engine(folder)
        site = Site(folder, engine)
        try:
            if not engine.start():
                say("Nothing was tried: no Docker engine can start on this machine.")
                return 0
            archive = options.base or folder / "base.tar"
            if not archive.exists():
                make_base(archive)
            bases = set()
            for revision in (before, now):
                for file in ("Dockerfile", "docker-compose.yml"):
                    text = subprocess.run(
                        ["git", "show", f"{revision}:{file}"], cwd=ROOT, capture_output=True, text=True, check=True
                    ).stdout
                    bases |= set(re.findall(r"(?:^FROM|image:) ((?:python|postgres|redis|caddy):\S+)", text, re.MULTILINE))
            (folder / "bases").mkdir()
            name_bases(archive, folder / "bases", bases, ["docker", "--host", engine.socket])
            say(f"the engine runs, with {', '.join(sorted(bases))}")
            site.prepare(before)
            everything(site, before, now)
            site.run("docker compose down --volumes --timeout 5")
            demand(site.run("docker ps --quiet --all", answers=True) == "", "something is still there")
            say("down, and nothing is left. All is as docs/hosting.md says")
            return 0
        except (Failed, OSError, subprocess.CalledProcessError) as trouble:
            site.log.flush()
            print((folder / "commands.log").read_text(errors="replace")[-6000:], flush=True)
            say(f"FAILED: {trouble}")
            with suppress(Failed, OSError):
                print(site.run("docker compose ps --all; docker compose logs --no-color --tail 25", answers=True)[-12000:], flush=True)
                site.run("docker compose down --volumes --timeout 5")
            return 1
        finally:
            site.log.close()
            engine.stop()


if __name__ == "__main__":
    sys.exit(main())

"""bin/faults: what is lost and what comes twice when programs are killed and servers misbehave."""

import argparse
import logging
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.mailserver import MailServer, Quiet
from tests.faults.servers import Cluster, Redis
from tests.faults.verdict import Result, exit_code

TMPFS_MEGABYTES = 400


def main() -> int:
    options = argparse.ArgumentParser(prog="bin/faults", description=__doc__)
    options.add_argument("names", nargs="*", metavar="SCENARIO", help="which ones; all of them if none is named")
    options.add_argument("--list", action="store_true", help="say what there is")
    options.add_argument("--share", type=float, default=1.0, help="of the mails and kills of a whole run, such as 0.1")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="amnt-faults-"))
    folder.chmod(0o755)
    is_mounted = not chosen.list and os.getuid() == 0 and not mount(folder)
    cluster, redis, server = Cluster(folder / "postgres"), Redis(folder), MailServer()
    controller = Quiet(server, hostname="127.0.0.1", port=0)
    try:
        controller.start()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": cluster.url,
            "REDIS_URL": redis.url,
            "VAR_DIR": str(folder),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": "http://localhost",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(controller.port),
            "SMTP_SECURITY": "none",
            "LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }
        os.environ.pop("DEMO", None)
        import django

        django.setup()
        for name in ("mail.log", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        from tests.faults.scenarios import SCENARIOS

        if chosen.list:
            for name, scenario in SCENARIOS.items():
                print(f"{name:33} {scenario.__doc__}")
            return 0
        if unknown := set(chosen.names) - SCENARIOS.keys():
            options.error(f"there is no {', '.join(sorted(unknown))}: --list says what there is")
        cluster.create()
        redis.start()
        from django.core.management import call_command

        from tests.faults.world import World

        call_command("migrate", verbosity=0)
        world = World(cluster, redis, server, folder)
        try:
            return exit_code([run(name, SCENARIOS[name], world, chosen.share) for name in chosen.names or SCENARIOS])
        finally:
            world.stop()
    finally:
        redis.kill()
        if cluster.folder.exists():
            cluster.stop("immediate", check=False)
        controller.stop(no_assert=True)
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
        subprocess.run(["rm", "-rf", str(folder)], check=False)


def mount(folder: Path) -> int:
    """A small file system of its own, so that a scenario can fill it up. Say 0 if that worked."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MEGABYTES}m,mode=755", "tmpfs", str(folder)]
    return subprocess.run(words, check=False, stderr=subprocess.DEVNULL).returncode


def run(name, scenario, world, share) -> Result:
    world.clear()
    began = time.monotonic()
    result = scenario(world, share)
    world.stop()
    print(result.line(name, time.monotonic() - began), flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())

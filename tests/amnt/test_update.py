"""bin/update replaces nothing before the image is built, the database backed up and every migration applied.

Its steps are those that it gives to a program called docker, which notes them.
"""

import os
import shutil
import subprocess

import pytest
from django.conf import settings

# Two web and a worker run. What $FAILS names fails; where $CHANGES is set, the waiting migrations change what the running version uses.
DOCKER = """#!/bin/sh
case "$*" in
    "compose ps --quiet --status running web") printf 'web-1\\nweb-2\\n' ;;
    "compose ps --quiet --status running worker") echo worker-1 ;;
    *) echo "$*" >> "$STEPS" ;;
esac
case "$*" in
    *check_migrations) [ -z "${CHANGES:-}" ] ;;
    *"${FAILS:-nothing}") exit 1 ;;
esac
"""
BUILD = "compose build"
SERVERS = "compose up -d --wait postgres redis"
BACKUP = "compose run --rm --no-deps backup python manage.py backup"
CHECK = "compose run --rm --no-deps migrate python manage.py check_migrations"
STOP = "compose stop web worker beat"
MIGRATE = "compose run --rm --no-deps migrate"
ONE_MORE = "compose up -d --no-recreate --wait --scale web=3 web"
THEN = [
    "compose up -d proxy",
    "compose up -d --remove-orphans --scale web=2 --scale worker=1",
    "compose exec -T proxy sh /etc/caddy/run reload",
]


@pytest.fixture
def update(tmp_path):
    """Runs bin/update in a folder of its own. Returns what it did, apart from naming and clearing away, how it ended and what it said."""
    (tmp_path / "bin").mkdir()
    shutil.copy(settings.BASE_DIR / "bin" / "update", tmp_path / "bin")
    (tmp_path / ".env").write_text("BACKUP_RECIPIENT=age1key\n")
    (tmp_path / "path").mkdir()
    docker = tmp_path / "path" / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)

    def run(**environment):
        steps = tmp_path / "steps"
        done = subprocess.run(
            [tmp_path / "bin" / "update"],
            env={"PATH": f"{docker.parent}:{os.environ['PATH']}", "STEPS": str(steps), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        asides = ("image inspect", "tag ", "rm ", "compose rm ")
        return [step for step in steps.read_text().splitlines() if not step.startswith(asides)], done

    return run


def test_the_database_is_backed_up_and_migrated_before_any_web_is_replaced(update):
    steps, done = update()
    assert steps == [BUILD, SERVERS, BACKUP, CHECK, MIGRATE, ONE_MORE, "stop web-1", ONE_MORE, "stop web-2", *THEN]
    assert done.returncode == 0
    assert "away" not in done.stdout


def test_a_running_version_that_could_not_go_on_is_stopped_first(update):
    steps, done = update(CHANGES="1")
    assert steps == [BUILD, SERVERS, BACKUP, CHECK, STOP, MIGRATE, "compose up -d --wait --scale web=2 web", *THEN]
    assert done.returncode == 0
    assert "The site is away while these are applied." in done.stdout
    assert "The site was away for" in done.stdout


@pytest.mark.parametrize(
    ("fails", "before", "said"),
    [
        (BUILD, [BUILD], "the image could not be built. Nothing was replaced."),
        (SERVERS, [BUILD, SERVERS], "PostgreSQL or Redis does not start"),
        (BACKUP, [BUILD, SERVERS, BACKUP], "there is no backup, for the reason above. Nothing was replaced."),
        (MIGRATE, [BUILD, SERVERS, BACKUP, CHECK, MIGRATE], "a migration failed, and says why above. The version from before goes on"),
        (ONE_MORE, [BUILD, SERVERS, BACKUP, CHECK, MIGRATE, ONE_MORE], "the new web does not start"),
    ],
)
def test_a_step_that_fails_stops_it_and_what_ran_goes_on(update, fails, before, said):
    steps, done = update(FAILS=fails)
    assert steps == before
    assert done.returncode == 1
    assert f"The update has stopped: {said}" in done.stderr


def test_what_was_stopped_for_a_migration_that_fails_is_started_again(update):
    steps, done = update(CHANGES="1", FAILS=MIGRATE)
    assert steps == [BUILD, SERVERS, BACKUP, CHECK, STOP, MIGRATE, "compose start web worker beat"]
    assert done.returncode == 1

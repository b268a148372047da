"""A fourth language is one line of LANGUAGES, the columns that makemigrations finds, and a catalogue."""

import os
import subprocess
import sys

from django.conf import settings


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """With the settings that have it, in a process and a database of its own."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "tests.settings_with_portuguese"},
        capture_output=True,
        text=True,
    )


def test_with_it_everything_works(tmp_path):
    options = ("-n", "0", "--nomigrations", "--ds=tests.settings_with_portuguese", "-p", "no:cacheprovider", "-q")
    done = run(
        "-m",
        "pytest",
        *options,
        "tests/amnt/in_portuguese.py",
        DATABASE_URL=f"sqlite:///{tmp_path / 'fourth.sqlite3'}",
        VAR_DIR=str(tmp_path),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout


def test_its_columns_are_found_by_makemigrations(tmp_path):
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'fourth.sqlite3'}", "VAR_DIR": str(tmp_path)}
    done = run("manage.py", "makemigrations", "--dry-run", "--lang", "en", **database)
    assert done.returncode == 0, done.stderr
    assert "+ Add field title_pt to meeting" in done.stdout
    assert "+ Add field title_pt to resolution" in done.stdout
    assert "~ Alter field language on user" in done.stdout

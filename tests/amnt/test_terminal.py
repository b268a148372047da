"""Commands speak English in a terminal, unless it speaks French or Spanish itself."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings

from amnt.management.terminal import instant, wanted_language

NOW = datetime(2028, 9, 14, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("argv", "environment", "language"),
    [
        (["health"], {}, ""),
        (["health"], {"LANG": "C.UTF-8"}, "c"),
        (["health"], {"LANG": "de_DE.UTF-8"}, "de"),
        (["health"], {"LANG": "fr_SN.UTF-8"}, "fr"),
        (["health"], {"LANG": "fr_FR.UTF-8", "LC_ALL": "es_MX.UTF-8"}, "es"),
        (["health", "--lang", "fr"], {"LANG": "C"}, "fr"),
        (["health", "--lang=es"], {}, "es"),
        (["health", "--lang", "nonsense"], {"LANG": "fr_FR"}, "nonsense"),
    ],
)
def test_the_language_of_a_terminal(argv, environment, language):
    assert wanted_language(argv, environment) == (language, ["health"])


@pytest.mark.parametrize(
    ("said", "language"), [({"LANG": "C.UTF-8"}, "en"), ({"LANG": "de_DE.UTF-8"}, "en"), ({"LANG": "fr_FR.UTF-8"}, "fr")]
)
def test_every_command_is_run_in_it(said, language, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in {"LANG", "LC_ALL", "LC_MESSAGES"}}
    code = "from django.utils.translation import get_language; print(get_language())"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=settings.BASE_DIR,
        env={**environment, **said, "DEMO": "1", "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "amnt.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [language]


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        (" 2h", NOW - timedelta(hours=2)),
        ("3d", NOW - timedelta(days=3)),
        ("2028-09-01T12:00", datetime(2028, 9, 1, 12, tzinfo=UTC)),
        ("2028-09-01 12:00+02:00", datetime(2028, 9, 1, 10, tzinfo=UTC)),
    ],
)
def test_instants_as_people_type_them(said, at):
    with time_machine.travel(NOW, tick=False):
        assert instant(said) == at


@pytest.mark.parametrize("said", ["", "yesterday", "2", "h", "-2h", "2028-13-01T00:00"])
def test_what_is_no_instant_is_refused(said):
    with pytest.raises(ValueError, match=r".*"):
        instant(said)

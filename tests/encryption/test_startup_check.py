import subprocess
import sys

import pytest
from django.conf import settings as house

from tests.amnt.test_commands import PRODUCTION, manage

SENTENCE = "FIELD_KEY is not the key under which the texts of this database were encrypted: set the one that was in use then.\n"


@pytest.mark.parametrize("program", [["manage.py", "migrate"], ["-m", "gunicorn", "amnt.wsgi", "--no-control-socket", "--bind"]])
def test_another_field_key_ends_the_start_in_one_sentence(tmp_path, program):
    clean = {**PRODUCTION, "DATABASE_URL": "", "REDIS_URL": "", "VAR_DIR": str(tmp_path)}
    first = manage("migrate", "encryption", **clean)
    assert first.returncode == 0, first.stderr
    words = [*program, f"unix:{tmp_path / 'socket'}"] if program[-1] == "--bind" else program
    other = {**clean, "FIELD_KEY": "another-field-key-0123456789-ABCDEFGHIJKLMN", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, *words], cwd=house.BASE_DIR, env=other, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 3, done.stderr
    assert done.stderr.count(SENTENCE) == 1
    assert "Traceback" not in done.stderr

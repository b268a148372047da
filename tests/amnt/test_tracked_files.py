"""What is in git is ours, in text, and says nothing of the machine it was written on."""

import re
import shutil
import subprocess
from functools import cache

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
HOSTS = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org")
# As an option or as a line of a settings file.
OPTIONS = ("\nreg" + "istry=", "--reg" + "istry=", "index" + "-url", "extra-index" + "-url")
REGISTRIES = HOSTS + OPTIONS
MACHINES = re.compile(r"(?<![\w.$}])/(?:home|root|Users|work|mnt)/[\w.-]+")


@cache
def tracked():
    """Text files in git, by path."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    names = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = {}
    for name in names.split("\0"):
        path = ROOT / name
        if name and path.is_file():
            try:
                files[name] = path.read_text()
            except UnicodeDecodeError:
                continue
    return files


def test_no_file_names_a_package_registry():
    found = [(name, host) for name, text in tracked().items() for host in REGISTRIES if host in f"\n{text}" and name != "bin/lock"]
    assert found == []


def test_no_file_knows_the_machine_it_was_written_on():
    found = [(name, match) for name, text in tracked().items() for match in MACHINES.findall(text)]
    assert found == []


def test_nothing_made_by_a_machine_is_kept():
    names = [name for name in tracked() if re.search(r"\.min\.(js|css)$|\.map$|(^|/)(uv\.lock|package-lock\.json)$|\.mo$", name)]
    assert names == []
    heavy = {
        name: max(map(len, text.splitlines()), default=0)
        for name, text in tracked().items()
        if name.endswith((".js", ".css")) and max(map(len, text.splitlines()), default=0) > 1000
    }
    assert heavy == {}


def test_sentences_in_templates_are_trimmed():
    found = [
        (name, tag)
        for name, text in tracked().items()
        if name.endswith((".html", ".txt")) and name.startswith("templates/")
        for tag in re.findall(r"{%\s*blocktrans(?:late)?\b[^%]*%}", text)
        if " trimmed" not in tag
    ]
    assert found == []


def test_scripts_can_be_run_and_stay_plain_sh():
    for name, text in tracked().items():
        if name.startswith("bin/") and not name.startswith("bin/_"):
            assert (ROOT / name).stat().st_mode & 0o111, name
            assert text.startswith(("#!/bin/sh\n", "#!/usr/bin/env python3\n")), name

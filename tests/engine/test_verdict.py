"""bin/engine fails where a step fails or the site is away for too long."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from tests.engine.verdict import AWAY_AT_MOST, Failed, check_silence, longest_silence


@pytest.mark.parametrize(
    ("answered", "until", "seconds"),
    [([0.0, 0.1, 0.2], 0.3, 0.1), ([0.0, 7.0, 7.1], 7.2, 7.0), ([0.0, 0.1], 9.1, 9.0), ([0.0], 8.0, 8.0), ([0.0, 6.0], 5.5, 6.0)],
)
def test_the_time_without_an_answer_counts_to_the_end_of_the_watch(answered, until, seconds):
    assert longest_silence(answered, until) == pytest.approx(seconds)


def test_a_site_that_is_away_for_longer_than_five_seconds_fails():
    check_silence(AWAY_AT_MOST)
    with pytest.raises(Failed, match=r"^away for 5\.1 s$"):
        check_silence(5.1)


@pytest.fixture
def engine(tmp_path):
    """Runs the command with programs that do nothing in the place of a Docker engine's; one of their steps fails."""
    programs = tmp_path / "programs"
    programs.mkdir()
    filters = [f"{name}{what}" for name in ("iptables", "ip6tables") for what in ("", "-save", "-restore")]
    for name in ("docker-compose", "mmdebstrap", *filters):
        (programs / name).symlink_to("/bin/true")
    (programs / "dockerd").write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    (programs / "docker").write_text('#!/bin/sh\ncase "$*" in *"$FAILS"*) exit 3 ;; esac\n')
    for name in ("dockerd", "docker"):
        (programs / name).chmod(0o755)
    (tmp_path / "base.tar").touch()

    def run(fails):
        return subprocess.run(
            [sys.executable, "-m", "tests.engine", "--from", "HEAD", "--base", str(tmp_path / "base.tar")],
            cwd=settings.BASE_DIR,
            env={"PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": str(tmp_path), "FAILS": fails},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("git") is None, reason="needs root and git")
@pytest.mark.parametrize(
    ("fails", "said"),
    [
        ("import", "FAILED: Command '['docker', "),
        ("compose up -d --build", "FAILED: this failed with 3: docker compose up -d --build"),
    ],
)
def test_a_step_that_fails_makes_it_fail_and_is_named(engine, fails, said):
    done = engine(fails)
    assert done.returncode == 1, done.stderr
    assert said in done.stdout

from stat import S_IMODE

import pytest

from tests.amnt.test_commands import PRODUCTION, manage

FILES = ("amnt.sqlite3", "amnt.sqlite3-wal", "amnt.sqlite3-shm")
FOLDERS = ("broker", "broker-control", "mail")


def mode(path) -> str:
    return oct(S_IMODE(path.stat().st_mode))


@pytest.mark.parametrize("is_new", [True, False])
def test_nobody_else_on_the_machine_reads_the_database_the_queue_or_caught_mail(tmp_path, is_new):
    var = tmp_path / "var"
    if not is_new:
        var.mkdir(mode=0o755)
        for name in FOLDERS:
            (var / name).mkdir(mode=0o755)
        for name in FILES:
            (var / name).touch(mode=0o644)
    done = manage("check", **{**PRODUCTION, "DATABASE_URL": "", "VAR_DIR": str(var)})
    assert done.returncode == 0, done.stderr
    assert {mode(var / name) for name in FILES if (var / name).exists()} == {"0o600"}
    assert {mode(var / name) for name in FOLDERS} == {"0o700"}
    assert mode(var) == ("0o700" if is_new else "0o755")

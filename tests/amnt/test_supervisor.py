import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amnt.operations import supervisor
from amnt.operations.supervisor import Program, Supervisor, free_port, is_free

POLITE = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (print('bye'), sys.exit(0))); print('up'); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"


def python(name, code):
    return Program(name, [sys.executable, "-c", code])


@pytest.fixture
def said():
    return []


def supervise(said, tmp_path, *programs):
    return Supervisor(list(programs), folder=tmp_path, environment=dict(os.environ), say=said.append)


def all_up(said, number):
    return lambda: sum(line.endswith("| up") for line in said) == number


def test_told_to_stop_each_program_ends_politely(said, tmp_path):
    two = supervise(said, tmp_path, python("web", POLITE), python("worker", POLITE))
    code = two.run(when_up=all_up(said, 2), then=lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert code == 0
    assert sorted(process.returncode for process in two.running.values()) == [0, 0]
    assert "web    | up" in said


def test_when_one_ends_all_end(said, tmp_path):
    two = supervise(said, tmp_path, python("web", POLITE), python("worker", "raise SystemExit(3)"))
    assert two.run() == 1
    assert "worker has ended by itself (3): stopping the others." in said
    assert two.running["web"].poll() is not None


def test_one_that_does_not_listen_is_ended_after_a_while(said, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.2)
    one = supervise(said, tmp_path, python("web", STUBBORN))
    assert one.run(when_up=all_up(said, 1), then=lambda: os.kill(os.getpid(), signal.SIGINT)) == 0
    assert one.running["web"].returncode == -signal.SIGKILL


def is_alive(pid):
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has gone")
def test_programs_end_with_a_supervisor_that_was_killed(tmp_path):
    code = (
        "import os, pathlib, sys; from amnt.operations.supervisor import Program, Supervisor;"
        f"Supervisor([Program('web', [sys.executable, '-c', {POLITE!r}])], folder=pathlib.Path('.'), environment=dict(os.environ),"
        " say=lambda line: None).run(then=lambda: print('started', flush=True))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "started\n"
    [child] = subprocess.run(["/usr/bin/pgrep", "-P", str(parent.pid)], capture_output=True, text=True, check=True).stdout.split()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while is_alive(int(child)):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_port_in_use_is_seen(server_socket):
    assert not is_free(server_socket)
    assert is_free(free_port())


@pytest.fixture
def server_socket():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]

"""A supervisor: starts several programs, merges their output, and stops them together.

Each runs in its own session, so that Ctrl-C reaches only the supervisor, which signals the first process of each program: a worker whose
children are signalled too does not end.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]


class Supervisor:
    def __init__(self, programs: list[Program], *, folder: Path, environment: dict[str, str], say: Callable[[str], None]):
        self.programs = programs
        self.folder = folder
        self.environment = environment
        self.say = say
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.ears: list[threading.Thread] = []
        self.told_to_stop = 0

    def run(self, *, when_up: Callable[[], bool] = lambda: True, then: Callable[[], None] = lambda: None) -> int:
        """Run until told to stop (0) or until one of them ends (1). `then` is called once `when_up` is so."""
        before = {number: signal.signal(number, self.stop_soon) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            self.start()
            is_up = False
            while not self.told_to_stop:
                for name, process in self.running.items():
                    if process.poll() is not None:
                        self.say(f"{name} has ended by itself ({process.returncode}): stopping the others.")
                        return 1
                if not is_up and when_up():
                    is_up = True
                    then()
                time.sleep(0.1)
            return 0
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop_soon(self, *_: object) -> None:
        self.told_to_stop += 1

    def start(self) -> None:
        width = max(len(program.name) for program in self.programs)
        for program in self.programs:
            process = subprocess.Popen(  # noqa: S603 -- our own programs
                program.command,
                cwd=self.folder,
                env={**self.environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
            self.running[program.name] = process
            ear = threading.Thread(target=self.hear, args=(program.name.ljust(width), process), daemon=True)
            ear.start()
            self.ears.append(ear)

    def hear(self, name: str, process: subprocess.Popen[str]) -> None:
        if process.stdout is not None:
            with process.stdout:
                for line in process.stdout:
                    self.say(f"{name} | {line.rstrip()}")

    def stop(self) -> None:
        """Send SIGTERM to each; after a while, or on a second signal, kill the process groups."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + GRACE_SECONDS
        while any(process.poll() is None for process in self.running.values()):
            if time.monotonic() > end or self.told_to_stop > 1:
                break
            time.sleep(0.05)
        for process in self.running.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for ear in self.ears:
            ear.join(timeout=2)


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """On Linux the kernel stops the programs if the supervisor is killed."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether the port is free. A privileged port raises PermissionError."""
    with closing(socket.socket()) as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind((host, port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True


def free_port() -> int:
    with closing(socket.socket()) as knock:
        knock.bind(("127.0.0.1", 0))
        return int(knock.getsockname()[1])

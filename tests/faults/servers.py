"""A PostgreSQL and a Redis of our own, in a folder that is gone afterwards: the machine's own are left alone."""

import os
import shutil
import subprocess
import time
from functools import cached_property
from pathlib import Path

from amnt.operations.supervisor import free_port

AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []


class Cluster:
    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()

    @cached_property
    def binaries(self) -> Path:
        return Path(subprocess.check_output(["pg_config", "--bindir"], text=True).strip())

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/agenda"

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if AS_POSTGRES:
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--wal-segsize=1", f"--pgdata={self.folder / 'data'}")
        self.start()
        self.run("createdb", "--host=127.0.0.1", f"--port={self.port}", "--username=postgres", "agenda")

    def run(self, program: str, *words: str, check: bool = True) -> int:
        command = [*AS_POSTGRES, str(self.binaries / program), *words]
        return subprocess.run(command, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/").returncode

    def control(self, *words: str, check: bool = True) -> int:
        return self.run("pg_ctl", f"--pgdata={self.folder / 'data'}", "-w", "-s", "-l", str(self.folder / "log"), *words, check=check)

    def start(self, *, check: bool = True) -> int:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c max_wal_size=8MB -c min_wal_size=2MB"
        )
        return self.control("start", "-o", options, check=check)

    def stop(self, mode: str = "fast", *, check: bool = True) -> int:
        return self.control("stop", "-m", mode, check=check)

    def restart(self, mode: str = "fast", *, away: float = 1.0) -> None:
        """Away for that many seconds. "immediate" is what a power cut leaves: it recovers from its log."""
        self.stop(mode)
        time.sleep(away)
        self.start()

    @property
    def is_up(self) -> bool:
        return self.control("status", check=False) == 0


class Redis:
    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        words = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.command("ping") != 0:
            time.sleep(0.1)

    def command(self, *words: str) -> int:
        done = subprocess.run(
            ["redis-cli", "-p", str(self.port), *words], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return done.returncode

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def restart(self, *, away: float = 1.0) -> None:
        self.kill()
        time.sleep(away)
        self.start()

"""300 files in one drop: what each costs to store and to read, and whether the process that reads them grows.

Time is on the database of this run; memory is that of a process of its own, which does nothing but read them (`drop_worker`).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amnt.accounts.models import User
from resolutions.models import Upload
from resolutions.services import uploads
from tests.bench.reading import contribution

FILES, FEW, CLAUSES = 300, 50, 20
MOST_SECONDS, MOST_SLOWER, MOST_GROWTH = 0.1, 1.3, 1.2
ROOT = Path(__file__).parents[2]


def files() -> list[tuple[str, bytes]]:
    """Contributions of 20 clauses with marks."""
    _text, data = contribution(CLAUSES)
    return [(f"12A{number}.docx", data) for number in range(1, FILES + 1)]


def measured(person: User) -> dict[str, float]:
    """Dropped by this person as a browser sends them, then read one after the other as a worker reads them."""
    client = Client()
    client.force_login(person)
    sent = [SimpleUploadedFile(name, data) for name, data in files()]
    start = time.perf_counter()
    answer = client.post("/contributions/bring/", {"files": sent, "assembly": "WTSA-28", "submission": str(uuid4())})
    stored = time.perf_counter() - start
    mine = Upload.objects.waiting().filter(brought_by=person)
    keys = list(mine.order_by("pk").values_list("pk", flat=True))
    if answer.status_code != 302 or len(keys) != FILES:
        raise AssertionError(f"{len(keys)} of {FILES} files were stored ({answer.status_code}).")
    spent = []
    for pk in keys:
        start = time.perf_counter()
        uploads.read_upload(pk)
        spent.append(time.perf_counter() - start)
    read = Upload.objects.filter(pk__in=keys, state=Upload.State.READ)
    if read.count() != FILES:
        raise AssertionError("Not all of them were read.")
    read.delete()
    first, last = (sum(sorted(some)[: FEW // 2]) for some in (spent[:FEW], spent[-FEW:]))  # the quicker half: the machine may be busy
    return {"stored s": stored / FILES, "read s": sum(spent) / FILES, "last / first": last / first, **memory_of_a_worker()}


def memory_of_a_worker() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "DEBUG": "1", "VAR_DIR": folder}
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.drop_worker"], check=True, capture_output=True, text=True, cwd=ROOT, env=environment
        )
    return json.loads(done.stdout)


def verdicts(found: dict[str, float]) -> list[tuple[str, str, bool]]:
    each, growth = found["stored s"] + found["read s"], found[f"MiB after {FILES}"] / found[f"MiB after {FEW}"]
    slower = found["last / first"]
    return [
        (
            f"{FILES} files in one drop: each",
            f"{each:.3f} s ≤ {MOST_SECONDS} (stored in {found['stored s']:.3f}, read in {found['read s']:.3f})",
            each <= MOST_SECONDS,
        ),
        (f"{FILES} files in one drop: the last {FEW} against the first", f"{slower:.2f} ≤ {MOST_SLOWER}", slower <= MOST_SLOWER),
        (
            f"{FILES} files in one drop: a worker's memory",
            f"{growth:.2f} ≤ {MOST_GROWTH} times that after {FEW}, {found[f'MiB after {FILES}']:.0f} MiB",
            growth <= MOST_GROWTH,
        ),
    ]

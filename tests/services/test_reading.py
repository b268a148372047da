"""A contribution dropped on the page is read by a real worker on a real Redis; one whose worker is killed is read by the next."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from resolutions import tasks
from resolutions.models import Upload
from tests.factories import AssemblyFactory, coalition, member
from tests.mail.conftest import patience, server  # noqa: F401 -- fixtures
from tests.services.test_workers import environment, queue, real_broker, worker  # noqa: F401 -- fixtures

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

SAMPLE = Path(__file__).parents[1] / "resolutions" / "docx" / "samples" / "d1_mod_res50_en.docx"


def drop() -> Upload:
    AssemblyFactory()
    client = Client()
    client.force_login(member(coalition()))
    file = SimpleUploadedFile(SAMPLE.name, SAMPLE.read_bytes())
    answer = client.post(reverse("coalitions:upload-new"), {"files": [file], "assembly": "WTSA-28", "submission": str(uuid4())})
    assert answer.status_code == 302
    return Upload.objects.get()


def state() -> str:
    return Upload.objects.get().state


def test_a_file_that_is_dropped_is_read_by_a_worker(worker, patience):  # noqa: F811
    worker()
    assert drop().state in ("waiting", "reading", "read")
    patience(lambda: state() == "read", seconds=30)
    read = Upload.objects.get()
    assert (read.data, read.number, len(read.extraction["proposals"])) == (None, "35A5", 1)


def test_a_file_whose_worker_was_killed_is_read_by_the_next_sweep(worker, patience):  # noqa: F811
    drop()
    # As a worker leaves it that was killed over it.
    Upload.objects.update(state="reading", state_at=now() - timedelta(minutes=3))
    worker()
    tasks.read_waiting.delay()
    patience(lambda: state() == "read", seconds=30)

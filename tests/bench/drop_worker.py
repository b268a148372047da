"""A worker alone, on an SQLite database of its own: its memory after some files of one drop, and after all. Prints JSON."""

import json
import os
import sys
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
django.setup()

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases

from amnt.accounts.models import User
from resolutions.models import Assembly
from resolutions.services import uploads
from tests.bench import dropping


def resident() -> float:
    """MiB of this process."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    connection.settings_dict["TEST"]["NAME"] = str(Path(settings.VAR_DIR) / "drop.sqlite3")
    setup_databases(verbosity=0, interactive=False)
    person, assembly = User.objects.create(email="dropping@example.org"), Assembly.objects.create(code="WTSA-28")
    keys = [uploads.receive(data, file_name=name, by=person, assembly=assembly).pk for name, data in dropping.files()]
    found = {}
    for number, pk in enumerate(keys, start=1):
        uploads.read_upload(pk)
        if number in (dropping.FEW, dropping.FILES):
            found[f"MiB after {number}"] = resident()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

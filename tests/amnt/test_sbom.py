import json
import re
import subprocess
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.conf import settings


def test_the_bill_of_materials_is_valid_and_names_what_is_installed():
    """As another program, CycloneDX's own, reads the same environment."""
    ours = subprocess.run([sys.executable, "bin/sbom"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(ours) is None
    theirs = subprocess.run(
        [Path(sys.executable).with_name("cyclonedx-py"), "environment", sys.executable], capture_output=True, text=True, check=True
    ).stdout
    assert packages(ours) == packages(theirs)
    assert json.loads(ours)["metadata"]["component"]["name"] == "amnt"


def packages(bill):
    parts = [part for part in json.loads(bill)["components"] if part["purl"].startswith("pkg:pypi/")]
    return {(re.sub(r"[-_.]+", "-", part["name"]).lower(), part["version"]) for part in parts}

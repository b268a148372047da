"""The four samples, all of our own wording, and the library used alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from resolutions.importers.docx import as_json, read_contribution
from resolutions.importers.paragraphs import RefusalCode, WarningCode
from resolutions.importers.refusals import REFUSALS, TROUBLES

HERE = Path(__file__).parent
SAMPLES = sorted((HERE / "samples").glob("*.docx"))


def expected(sample: Path) -> dict:
    content = json.loads(sample.with_name(f"{sample.stem}.expected.json").read_text())
    del content["note"]  # says what the sample is for, not what is in it
    return content


def run(*arguments: str) -> subprocess.CompletedProcess:
    # Without any of Django's settings: the library stands on its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    command = [sys.executable, "-W", "error", "-m", "resolutions.importers.docx", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=HERE.parents[2], env=environment, check=False)


def test_there_are_four_samples():
    assert len(SAMPLES) == 4


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_gives_exactly_the_expected_extraction(sample):
    assert as_json(read_contribution(sample.read_bytes(), file=sample.name)) == expected(sample)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_command_prints_the_expected_extraction(sample):
    done = run(str(sample), "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == expected(sample)


def test_the_command_says_in_short_what_a_file_holds():
    done = run(str(SAMPLES[3]))

    assert done.stdout.splitlines() == [
        "SUP USA/48A13/1: RESOLUTION 48 (REV. GENEVA, 2022), 2 clauses, 2 of them changed",
        "NOC USA/48A13/2: RESOLUTION 64 (REV. GENEVA, 2022), 2 clauses, 0 of them changed",
    ]


def test_the_command_refuses_with_a_code(tmp_path):
    paper = tmp_path / "paper.docx"
    paper.write_bytes(b"%PDF-1.7")

    done = run(str(paper), "--json")

    assert done.returncode == 1
    assert json.loads(done.stdout) == {"file": "paper.docx", "status": "refused", "code": "pdf", "number": None}


def test_the_command_says_when_there_is_no_such_file(tmp_path):
    done = run(str(tmp_path / "none.docx"))

    assert done.returncode == 2
    assert "No such file" in done.stderr


def test_every_code_has_a_sentence_for_people():
    assert set(REFUSALS) == set(RefusalCode)
    assert set(TROUBLES) == set(WarningCode)
    assert all(str(sentence).endswith(".") for sentence in [*REFUSALS.values(), *TROUBLES.values()])

"""The four samples as LibreOffice 25.2 saves them as .odt, without their thumbnails: each holds exactly what the Word file holds."""

import json
from pathlib import Path

import pytest

from resolutions.importers.docx import as_json, read_contribution
from tests.resolutions.docx.test_samples import expected, run

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.odt"))
OF_WORD = Path(__file__).parents[1] / "docx" / "samples"


def of_word(sample: Path) -> dict:
    return expected(OF_WORD / f"{sample.stem}.docx") | {"file": sample.name}


def test_there_are_four_samples():
    assert len(SAMPLES) == 4


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_gives_exactly_the_extraction_of_the_word_file(sample):
    assert as_json(read_contribution(sample.read_bytes(), file=sample.name)) == of_word(sample)


def test_the_command_reads_it_too():
    done = run(str(SAMPLES[0]), "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == of_word(SAMPLES[0])

"""Every hostile file ends in its own code, within 200 MiB. That it takes no two seconds is measured by `bin/bench`."""

import pytest

from resolutions.importers.docx import RefusalCode, WarningCode, read_contribution

from .hostile import HOSTILE, end_of
from .writing import call, docx, proposal


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_as_it_must(name):
    make, code = HOSTILE[name]

    end = end_of(make())

    assert end.code == code
    assert end.mebibytes <= 200


def test_every_refusal_has_a_file_that_meets_it():
    met = {code for _make, code in HOSTILE.values() if code}

    assert set(RefusalCode) - met == {RefusalCode.LIMITED_DISTRIBUTION}


def test_nothing_is_fetched_for_a_remote_template_and_it_is_said():
    make, _code = HOSTILE["a remote template"]

    assert [(warned.code, warned.place) for warned in read_contribution(make()).warnings if warned.code is WarningCode.REMOTE_TEMPLATE] == [
        (WarningCode.REMOTE_TEMPLATE, 0)
    ]


def test_where_a_template_once_lay_on_its_writers_disk_is_no_warning():
    found = read_contribution(docx(proposal(call("resolves")), outside=[("attachedTemplate", "file:///C:\\Users\\somebody\\WTSA.dotx")]))

    assert WarningCode.REMOTE_TEMPLATE not in {warned.code for warned in found.warnings}


def test_a_remote_picture_is_said_and_a_link_is_not():
    body = proposal(call("resolves"))

    assert WarningCode.REMOTE_OBJECT in {
        warned.code for warned in read_contribution(docx(body, outside=[("image", "https://evil.example/1.png")])).warnings
    }
    assert WarningCode.REMOTE_OBJECT not in {
        warned.code for warned in read_contribution(docx(body, outside=[("hyperlink", "https://itu.int")])).warnings
    }


def test_warnings_are_counted():
    make, _code = HOSTILE["20,000 calls nobody knows"]

    warnings = read_contribution(make()).warnings

    assert len(warnings) == 200
    assert [warned.code for warned in warnings[-2:]] == [WarningCode.UNKNOWN_CALL, WarningCode.MORE]
    assert warnings[-1].place == warnings[-2].place + 1

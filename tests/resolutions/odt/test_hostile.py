"""Every hostile .odt ends in its own code, within 200 MiB. That it takes no two seconds is measured by `bin/bench`."""

import pytest

from resolutions.importers.docx import WarningCode, read_contribution
from tests.resolutions.docx.hostile import end_of

from .hostile import HOSTILE
from .writing import odt, p, proposal


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_as_it_must(name):
    make, code = HOSTILE[name]

    end = end_of(make())

    assert end.code == code
    assert end.mebibytes <= 200


def test_a_deletion_is_put_back_once():
    make, _code = HOSTILE["a deletion in itself"]

    assert [clause.before for clause in read_contribution(make()).proposals[0].clauses[-2:]] == ["xa", "b"]


@pytest.mark.parametrize(
    "outside",
    [
        '<draw:frame><draw:image xlink:href="https://evil.example/1.png"/></draw:frame>',
        '<draw:frame><draw:object xlink:href="//evil.example/1"/></draw:frame>',
    ],
)
def test_a_remote_picture_is_said_and_not_fetched(outside):
    assert WarningCode.REMOTE_OBJECT in {warned.code for warned in read_contribution(odt(proposal(p(outside)))).warnings}


def test_what_is_in_the_file_and_a_link_are_nothing_remote():
    body = p('<draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>', '<text:a xlink:href="https://itu.int">here</text:a>')

    assert WarningCode.REMOTE_OBJECT not in {warned.code for warned in read_contribution(odt(proposal(body))).warnings}

"""Files and pasted tables that somebody broke on purpose end in a reading or in a refusal, and in nothing else."""

import io
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from resolutions.importers import docx, pasted_matrix
from tests.fuzz.cases import SEED, TIMES, dice
from tests.resolutions.docx.hostile import HOSTILE
from tests.resolutions.docx.writing import call, dele, ins, p, proposal, t
from tests.resolutions.docx.writing import docx as written
from tests.resolutions.odt import writing as odt
from tests.resolutions.odt.hostile import HOSTILE as HOSTILE_ODT

ROUNDS = settings(
    max_examples=50 * TIMES,
    derandomize=TIMES == 1,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
LARGEST = 100_000
PIECES = (
    b"<w:p/>",
    b"<w:ins>",
    b"</w:ins>",
    b"<w:tbl><w:tr><w:tc>",
    b"&#0;",
    b"&lt;",
    b"\xff\xfe",
    b"<!--",
    b"]]>",
    b'w:id="-1"',
    b"<w:r><w:t>",
    b"<text:p/>",
    b"<text:list><text:list-item>",
    b'<text:change text:change-id="ct1"/>',
    b'<text:change-start text:change-id="ct2"/>',
    b"</text:span>",
    b'text:outline-level="-1"',
    b"",
)


def ordinary() -> bytes:
    return written(proposal(call("resolves"), p(t("1 "), dele("to study"), ins("to standardize"), t(" networks;"))))


def ordinary_odt() -> bytes:
    numbered = odt.listed(odt.item("to pay;"), odt.item(odt.p(odt.dele(odt.p("to ask;"), odt.p()), "to tell.")), style="L")
    body = odt.proposal(odt.call("resolves"), odt.p("1 ", odt.dele("to study"), odt.ins("to standardize"), odt.note("x")), numbered)
    return odt.odt(body, styles=odt.STYLES + odt.list_style("L", odt.level(1, "a", suffix=")")))


def broken_bytes(data: bytes, roll) -> bytes:
    """Some bytes changed, cut out or doubled."""
    changed = bytearray(data)
    for _change in range(roll.randint(1, 8)):
        at = roll.randrange(len(changed) or 1)
        act = roll.randrange(3)
        if act == 0 and changed:
            changed[at] = roll.randrange(256)
        elif act == 1:
            del changed[at : at + roll.randint(1, 60)]
        else:
            changed[at:at] = changed[at : at + roll.randint(1, 60)]
    return bytes(changed)


def broken_parts(data: bytes, roll) -> bytes:
    """The same within one part of the archive, which stays an archive: what breaks is the XML."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return broken_bytes(data, roll)
    name = roll.choice([part for part in parts if part.endswith(".xml")] or list(parts))
    part = parts[name]
    at = roll.randrange(len(part) or 1)
    parts[name] = part[:at] + roll.choice(PIECES) + part[at + roll.randrange(40) :] if roll.random() < 0.7 else broken_bytes(part, roll)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return target.getvalue()


# Larger ones are tried whole by the tests of hostile files.
ALL = HOSTILE | {f"{name}, as .odt": found for name, found in HOSTILE_ODT.items()}
ORDINARY = {"an ordinary contribution": ordinary(), "an ordinary contribution, as .odt": ordinary_odt()}
SMALL = {name: data for name, (make, _code) in ALL.items() if len(data := make()) <= LARGEST} | ORDINARY


@pytest.mark.parametrize("name", SMALL)
def test_a_broken_file_is_read_or_refused(name):
    roll = dice(name)
    for _time in range((2 if name in ALL else 10) * TIMES):
        broken = roll.choice((broken_bytes, broken_parts))(SMALL[name], roll)
        file = roll.choice(("x.docx", "", "T22-WTSA.24-C-0038!A7!MSW-E.docx"))
        for reader in (docx.read_contribution, docx.read_resolution):
            assert ends(reader, broken, file=file, but_for=docx.FileRefused), f"{name}, FUZZ_SEED={SEED}"


def ends(reader, what, *, but_for: type[Exception], **more) -> bool:
    """It answers, or refuses in its own way: any other exception goes through."""
    with suppress(but_for):
        reader(what, **more)
    return True


TABLES = st.text(alphabet="MODNCASUP resolution50EUR/1A() ?;,\t\n\r\"'\0²٣é\u202e\u2028=-+", max_size=400) | st.text(max_size=200)


@ROUNDS
@given(TABLES)
def test_any_pasted_table_is_read_or_refused(text):
    assert ends(pasted_matrix.read_table, text, but_for=pasted_matrix.Unreadable)


@ROUNDS
@given(TABLES)
def test_any_pasted_text_is_split_or_refused(text):
    assert ends(docx.split_pasted, text, but_for=docx.FileRefused)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.importers.docx import Code, parse_code
from resolutions.importers.itu.headers import looks_like_header

CODES = st.builds(
    Code,
    action=st.sampled_from(["MOD", "ADD", "SUP", "NOC"]),
    sources=st.lists(st.from_regex(r"[A-Z]{1,5}([1-9]{1,2}[A-Z]?)?", fullmatch=True), min_size=1, max_size=8).map(tuple),
    document=st.integers(1, 9999),
    addenda=st.lists(st.integers(1, 99), max_size=2).map(tuple),
    revision=st.none() | st.integers(1, 9),
    number=st.integers(1, 999),
    suffix=st.sampled_from(["", "a", "b"]),
    tag=st.none() | st.from_regex(r"[0-9]{1,6}", fullmatch=True),
)
SPACES = st.sampled_from(["\t", " ", "", "\u00a0", "\t\t", " \t"])


@given(CODES, SPACES, st.sampled_from(["{}", "({})", "{}*", "({})*"]), st.booleans(), st.sampled_from(["/", " / ", "/ "]))
def test_an_identifier_is_read_in_every_shape(code, space, action, is_long, slash):
    identifier = str(code)
    if is_long and (code.addenda or code.revision):
        addenda = "".join(f"(Add.{addendum})" for addendum in code.addenda)
        revision = f"(Rev.{code.revision})" if code.revision else ""
        identifier = f"{'/'.join(code.sources)}/{code.document}{addenda}{revision}/{code.number}{code.suffix}"
    tag = f" #{code.tag}" if code.tag else ""

    assert parse_code(action.format(code.action) + space + identifier.replace("/", slash) + tag) == code


@given(CODES)
def test_an_identifier_printed_and_read_again_is_the_same(code):
    again = parse_code(f"{code.action} {code}")

    assert again is not None
    assert str(again) == str(code)


@given(st.text(max_size=300))
def test_any_line_is_an_identifier_or_is_not(text):
    code = parse_code(text)

    assert code is None or parse_code(f"{code.action} {code}") is not None


@pytest.mark.parametrize(
    ("line", "action", "code", "sources"),
    [
        ("MOD\tCEPT/35A5/1", "MOD", "CEPT/35A5/1", ("CEPT",)),
        ("MODEUR/45A12/1", "MOD", "EUR/45A12/1", ("EUR",)),
        ("MOD B/75/4", "MOD", "B/75/4", ("B",)),
        ("ADD CAN/USA/45/1", "ADD", "CAN/USA/45/1", ("CAN", "USA")),
        ("(MOD)*\tWGPL/78/1", "MOD", "WGPL/78/1", ("WGPL",)),
        ("UNC ARB/36A2R1/3#12345", "NOC", "ARB/36A2R1/3", ("ARB",)),
        ("SUP RCC/40(Add.7)(Rev.2)/1[^1]", "SUP", "RCC/40A7R2/1", ("RCC",)),
        ("MOD\tCOM5/268/3", "MOD", "COM5/268/3", ("COM5",)),
        ("MOD\tWG4A/WG3B/12R1/1", "MOD", "WG4A/WG3B/12R1/1", ("WG4A", "WG3B")),
        ("MOD\tEUR/38A7/1.", "MOD", "EUR/38A7/1", ("EUR",)),
        ("MOD\tEUR/38 A7/1 (Res. 50)", "MOD", "EUR/38A7/1", ("EUR",)),
        ("ADD EUR/38A7/2 [COM3]", "ADD", "EUR/38A7/2", ("EUR",)),
        ("\u200eMOD\tARB/36A7/1\u200f", "MOD", "ARB/36A7/1", ("ARB",)),
    ],
)
def test_shapes_seen_in_documents(line, action, code, sources):
    found = parse_code(line)

    assert found is not None
    assert (found.action, str(found), found.sources) == (action, code, sources)


@pytest.mark.parametrize(
    "line",
    [
        "MOD",
        "MOD CEPT",
        "modify ABC/1/1",
        "MOD CEPT/35A5",
        "MOD 35A5/1",
        "ADD/1/1",
        "MODERN TIMES",
        "MOD A/1/1 and more",
        "MOD A/1/1(Rev.1)",
    ],
)
def test_other_lines_are_no_identifiers(line):
    assert parse_code(line) is None


@pytest.mark.parametrize("line", ["MOD\tCEPT/35A5", "SUP  AFCP-35(Add.12)/1.", "(ADD) ARB/36A7-R1/2-4", "MOD\tEUR/45A12/X1"])
def test_lines_meant_as_identifiers_are_told_from_others(line):
    assert parse_code(line) is None
    assert looks_like_header(line)


@pytest.mark.parametrize("line", ["MOD", "MODERN TIMES", "MOD A/1/1 and more", "ADD and/or 2 words", "SUP", "MOD 35A5/1", "ADD THE WORDS"])
def test_other_lines_are_not_taken_for_identifiers(line):
    assert not looks_like_header(line)

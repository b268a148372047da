import pytest

from resolutions.importers.docx import FileRefused, RefusalCode, WarningCode, read_contribution
from resolutions.importers.refusals import REFUSALS

from .writing import call, docx, p, proposal

SECRET = "to light the secret harbour."
CONTRIBUTION = proposal(call("resolves"), p(f"1\t{SECRET}"), action="ADD")


def refused(*first_page, file="", **more):
    with pytest.raises(FileRefused) as refusal:
        read_contribution(docx("".join(map(p, first_page)) + CONTRIBUTION, **more), file=file)
    return refusal.value


@pytest.mark.parametrize(
    ("first_page", "number"),
    [
        (["Document DT/78-E"], "DT/78-E"),
        (["PP14/DT/78-E"], "PP14/DT/78-E"),
        (["TSAG-TD123"], "TSAG-TD123"),
        (["TD 11 (GEN)"], "TD 11 (GEN)"),
        (["WTSA16/DL/4-E", "Original: English"], "WTSA16/DL/4-E"),
        (["Document DT/45-E", "17 October 2024"], "DT/45-E"),
        (["WTSA-24 DT/45(Rev.1)-E 17 October 2024"], "DT/45(Rev.1)-E"),
        (["Limited distribution"], None),
        (["ITU-T – Temporary document"], None),
        (["For members only"], None),
        (["RESTRICTED"], None),
        (["Distribution: restricted"], None),
        (["DIFFUSION RESTREINTE"], None),
        (["Distribución limitada"], None),
        (["Документ ограниченного распространения"], None),
    ],
)
def test_a_paper_of_limited_distribution_leaves_only_its_number(first_page, number):
    refusal = refused("World Assembly", *first_page)

    assert (refusal.code, refusal.number) == (RefusalCode.LIMITED_DISTRIBUTION, number)
    assert SECRET not in f"{refusal!r} {refusal.__dict__} {REFUSALS[refusal.code]}"


def test_the_running_head_is_read_too():
    assert refused(page_header=p("PP14/DT/78-E")).number == "PP14/DT/78-E"


def stamp(*lines):
    """A text box, as a stamp is put on a page."""
    shape = f'<v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>{"".join(map(p, lines))}</w:txbxContent></v:textbox>'
    return f"<w:r><w:pict>{shape}</w:pict></w:r>"


def test_a_stamp_is_read_on_the_first_page_or_in_its_head_and_not_below():
    assert refused(stamp("RESTRICTED", "for the group on lamps")).number is None
    assert refused(page_header=p(stamp("Document DT/78-E"))).number == "DT/78-E"

    assert read_contribution(docx(CONTRIBUTION + p(stamp("RESTRICTED")))).proposals[0].clauses[-1].after == SECRET


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_the_foot_and_the_head_of_the_first_page_are_read_wherever_they_are_listed(kind):
    heads = [(kind, p("")), (kind, p("")), (kind, p("")), (kind, p("TSAG-TD123"))]

    assert refused(heads=heads).number == "TSAG-TD123"


@pytest.mark.parametrize(
    "file",
    [
        "T22-TSAG-221212-TD-GEN-0011-R1-MSW-E.docx",
        "S14-PP-DT-0078!!MSW-E.docx",
        "CCP.I-TIC-doc.0123_restricted.docx",
        "T13_DL_4.docx",
        "T13_DL_4.odt",
    ],
)
def test_its_name_is_enough(file):
    refusal = refused(file=file)

    assert (refusal.code, refusal.number) == (RefusalCode.LIMITED_DISTRIBUTION, file.rpartition(".")[0])


@pytest.mark.parametrize(
    "first_page",
    [
        ["Document 45-E", "Original: English"],
        ["Restricted access to Internet resources and its consequences"],
        ["Abstract: this proposal follows what TD 123 said, and what was said of the unrestricted use of numbers in earlier meetings."],
        ["TD 123 was what the group on lamps discussed at its last meeting"],
        ["Without restrictions"],
        ["LTD. companies and the STD code"],
        ["See DT/45."],
        ["Source: Document DT/45"],
        ["This text replaces DT/45-E"],
        ["Proposals on limited distribution lists"],
        ["The temporary document was not kept"],
    ],
)
def test_a_public_paper_is_read(first_page):
    found = read_contribution(docx("".join(map(p, first_page)) + CONTRIBUTION), file="T13-WTSA.16-C-0042!A1!MSW-E.docx")

    assert found.proposals[0].clauses[-1].after == SECRET


def test_what_stands_inside_a_proposal_does_not_mark_the_paper():
    found = read_contribution(docx(CONTRIBUTION + p("Restricted")))

    assert len(found.proposals) == 1
    assert WarningCode.NO_PROPOSAL not in {warned.code for warned in found.warnings}

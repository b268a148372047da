"""Where the proposals of a file begin, and what stands under each."""

import pytest

from resolutions.importers.docx import WarningCode, read_contribution

from .writing import STYLES, call, dele, docx, header, ins, p, proposal, t

SECOND = "ABC/12A3/2"
CONTENTS = STYLES + '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'


def two_proposals():
    return proposal(call("resolves"), p("1\tto ", ins(t("light;")))) + proposal(
        call("resolves"), p("1\tto row."), action="ADD", code=SECOND
    )


def summary(found):
    return [(proposal.action, proposal.code, [clause.after for clause in proposal.clauses][2:]) for proposal in found.proposals]


def gone(text, style=""):
    return p(dele(t(text)), style=style, mark="del")


def row(*cells):
    return f"<w:tr>{''.join(f'<w:tc>{p(cell)}</w:tc>' for cell in cells)}</w:tr>"


@pytest.mark.parametrize(
    "listed",
    [
        p("MOD\tABC/12A3/1\t3", style="TOC1") + p(f"ADD\t{SECOND}\t5", style="TOC1"),
        p("MOD\tABC/12A3/1", style="TOC1"),
        f"<w:tbl>{row('Proposal', 'About')}{row('MOD ABC/12A3/1', 'Lamps')}{row('ADD ABC/12A4/1', 'Rows')}</w:tbl>",
    ],
    ids=["contents with pages", "contents", "table"],
)
def test_a_list_of_the_proposals_is_no_proposal(listed):
    found = read_contribution(docx(p("In this document:") + listed + two_proposals(), styles=CONTENTS))

    assert summary(found) == [("MOD", "ABC/12A3/1", ["resolves", "to light;"]), ("ADD", SECOND, ["resolves", "to row."])]
    assert found.warnings == ()


def test_a_proposal_that_stands_in_a_table_with_all_others_is_one():
    table = f"<w:tbl>{row('SUP ABC/12A3/1')}{row('RESOLUTION 7 (REV. SOMEWHERE, 2022)')}</w:tbl>"

    assert [(proposal.action, proposal.code) for proposal in read_contribution(docx(table)).proposals] == [("SUP", "ABC/12A3/1")]


def test_a_proposal_that_is_deleted_leaves_nothing_to_the_one_above():
    deleted = gone(f"MOD\t{SECOND}", "Proposal") + gone("RESOLUTION 8", "ResNo") + gone("resolves", "Call") + gone("1\tto sink ships.")

    found = read_contribution(
        docx(proposal(call("resolves"), p("1\tto ", ins(t("light;")))) + deleted + header("SUP\tABC/12A3/3") + p("RESOLUTION 9"))
    )

    [first, last] = found.proposals
    assert first.resolution.heading_before == "RESOLUTION 7 (REV. SOMEWHERE, 2022)"
    assert [clause.before for clause in first.clauses][2:] == ["resolves", "to"]
    assert [clause.before for clause in last.clauses] == ["RESOLUTION 9"]
    assert [(warned.code, warned.place) for warned in found.warnings] == [(WarningCode.DELETED_HEADER, 6)]


@pytest.mark.parametrize("is_new_first", [True, False])
def test_a_header_written_anew_beside_the_old_one_begins_the_same_proposal(is_new_first):
    new, old = p(ins(t("MOD\tABC/12A3R1/1")), style="Proposal", mark="ins"), gone("MOD\tABC/12A3/1", "Proposal")
    text = p("RESOLUTION 7", style="ResNo") + call("resolves") + p("1\tto ", dele(t("sink;")), ins(t("light;")))

    found = read_contribution(docx((new + old if is_new_first else old + new) + text))

    [one] = found.proposals
    assert one.code == "ABC/12A3R1/1"
    assert [(clause.before, clause.after) for clause in one.clauses][1:] == [("resolves", "resolves"), ("to sink;", "to light;")]


def test_direction_marks_before_a_header_do_not_hide_it():
    found = read_contribution(docx(p("\u200f\u200eMOD\u200e\tARB/36A7/1") + p("القرار 7 (المراجَع في جنيف، 2022)"), styles=""))

    assert [(proposal.code, proposal.resolution.number) for proposal in found.proposals] == [("ARB/36A7/1", "7")]


# -- without headers ----------------------------------------------------------------------------------------------------------


def draft(*paragraphs, number="RESOLUTION 7 (REV. SOMEWHERE, 2022)"):
    return "".join([p(number, style="ResNo"), p("Lighthouses", style="Restitle"), *paragraphs])


def read(*paragraphs, **more):
    return read_contribution(docx("".join(paragraphs), **more))


def codes_of(found):
    return [warned.code for warned in found.warnings]


def test_a_draft_without_headers_is_read_by_the_numbers_of_its_resolutions():
    found = read(
        p("Draft common proposals of the region", style="Title1"),
        draft(call("resolves"), p("1\tto ", ins(t("light;")))),
        draft(call("invites"), p("1\tto ", dele(t("sail;"))), number="RESOLUTION 8 (REV. SOMEWHERE, 2022)"),
    )

    assert [(one.action, one.code, one.resolution.number, one.sources) for one in found.proposals] == [
        ("MOD", "", "7", ()),
        ("MOD", "", "8", ()),
    ]
    assert [one.clauses[-1].after for one in found.proposals] == ["to light;", "to"]
    assert codes_of(found) == [WarningCode.NO_HEADER]


def test_what_a_draft_without_headers_asks_is_guessed_by_its_marks():
    new = draft(call("resolves"), p("1\tto light;"), number="DRAFT NEW RESOLUTION [ABC-1]")
    inserted = "".join(p(ins(t(text)), style=style, mark="ins") for text, style in (("RESOLUTION 9", "ResNo"), ("resolves", "Call")))
    gone = "".join(p(dele(t(text)), style=style, mark="del") for text, style in (("RESOLUTION 7", "ResNo"), ("resolves", "Call")))

    found = [read(new), read(inserted + p(ins(t("1\tto light;")))), read(gone + p(dele(t("1\tto light;")), mark="del"))]

    assert [one.proposals[0].action for one in found] == ["ADD", "ADD", "SUP"]


def test_a_resolution_that_is_only_named_begins_no_proposal():
    found = read(
        p("This paper follows"),
        p("Resolution 50 (Rev. Geneva, 2022)"),
        draft(call("resolves"), p("1\tto ", ins(t("light;")))),
    )

    assert [one.resolution.number for one in found.proposals] == ["7"]


def test_a_draft_without_any_number_is_one_proposal_from_its_first_call_on():
    found = read(
        p("Lighthouses, as the region sees them"),
        call("considering"),
        p("a)\tthat ", ins(t("it is dark;"))),
        call("resolves"),
        p("to light"),
    )

    [proposal] = found.proposals
    assert (proposal.resolution.number, proposal.clauses[0].after) == (None, "considering")
    assert codes_of(found) == [WarningCode.NO_HEADER, WarningCode.NO_RESOLUTION]


@pytest.mark.parametrize("lines", [("MOD", "ABC/12A3/1"), ("ABC/12A3/1", "MOD")])
def test_the_header_of_earlier_assemblies_stands_on_two_lines(lines):
    found = read(p("A paper"), *map(p, lines), draft(call("resolves"), p("1\tto ", ins(t("light;")))))

    [proposal] = found.proposals
    assert (proposal.action, proposal.code, proposal.sources) == ("MOD", "ABC/12A3/1", ("ABC",))
    assert [clause.kind for clause in proposal.clauses] == ["resno", "restitle", "call", "item"]
    assert codes_of(found) == []


def test_two_headers_on_two_lines_part_two_proposals():
    one, other = (draft(call("resolves"), p("1\tto ", ins(t(word)))) for word in ("light;", "mend;"))

    found = read(p("MOD"), p("ABC/12/1"), one, p("MOD"), p("ABC/12/2"), other)

    assert [(proposal.code, proposal.clauses[-1].after) for proposal in found.proposals] == [
        ("ABC/12/1", "to light;"),
        ("ABC/12/2", "to mend;"),
    ]


@pytest.mark.parametrize(
    "between",
    [p("______________") + p("The next proposal is about boats."), p("Second proposal", style="Heading1") + p("It is about boats.")],
    ids=["rule", "heading"],
)
def test_words_between_two_proposals_belong_to_neither(between):
    styles = STYLES + '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    body = (
        proposal(call("resolves"), p("1\tto ", ins(t("light;"))))
        + between
        + proposal(call("resolves"), p("1\tto sail;"), code="ABC/12A3/2")
    )

    found = read(body, styles=styles)

    assert [clause.after for clause in found.proposals[0].clauses if clause.kind == "item"] == ["to light;"]
    assert [warned.text for warned in found.warnings if warned.code == WarningCode.TEXT_BETWEEN] in (
        ["The next proposal is about boats."],
        ["Second proposal"],
    )


def test_an_annex_and_reasons_below_a_rule_belong_to_the_proposal():
    annex = p("____________") + p("ANNEX 1", style="AnnexNo") + p("Lamps of every colour")
    reasons = p("____________") + p("Reasons:\tIt is dark.", style="Reasons")

    found = [read(proposal(call("resolves"), p("1\tto ", ins(t("light;"))), more)) for more in (annex, reasons)]

    assert found[0].proposals[0].clauses[-1].part == "annex"
    assert found[1].proposals[0].reasons == "It is dark."
    assert not any(WarningCode.TEXT_BETWEEN in codes_of(one) for one in found)

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

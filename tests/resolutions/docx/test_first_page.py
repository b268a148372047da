import pytest

from resolutions.importers.docx import WarningCode, read_contribution

from .writing import call, docx, p, proposal


def bring(*first_page, **more):
    return read_contribution(
        docx("".join(map(p, first_page)) + proposal(call("resolves"), p("1\tto light."), action="ADD", code="ABC/45A12/1"), **more)
    )


@pytest.mark.parametrize(
    ("first_page", "revision"),
    [
        (["Revision 1 to", "Document 45-E"], 1),
        (["Révision 2 au Document 45-F"], 2),
        (["Revisión 3 al", "Documento 45-S"], 3),
        (["Document 45(Rev.1)-R"], 1),
        (["WTSA24/45(Add.12)(Rev.2)-C"], 2),
        (["Addendum 12 to", "Document 45-E"], 0),
        (["Reference: Document 40(Rev.1)-E"], 0),
        (["Revision 4 to Document 40-E was the last of them"], 0),
        (["RESOLUTION 45 (REV. SOMEWHERE, 2022)"], 0),
        ([f"Document 45(Rev.1) is what {'very ' * 20}many have written about."], 0),
    ],
)
def test_a_first_page_says_which_revision_of_the_document_it_is(first_page, revision):
    assert bring("World Assembly", *first_page).revision == revision


def test_a_running_head_says_it_too():
    assert bring(page_header=p("WTSA24/45(Add.12)(Rev.2)-E")).revision == 2


@pytest.mark.parametrize("line", ["Corrigendum 1 to", "Corrigéndum 1 al Documento 45-S", "Document 45(Add.12)(Cor.1)-E"])
def test_a_corrigendum_is_said(line):
    assert [(warned.code, warned.place, warned.text) for warned in bring(line).warnings] == [(WarningCode.CORRIGENDUM, 0, line)]


def test_a_corrigendum_of_another_document_is_not_said():
    assert bring("See Document 40(Cor.1)-E").warnings == ()

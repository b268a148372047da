import gzip
import io
import zipfile
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import localdate
from pytest_django.asserts import assertContains, assertNotContains

from coalitions.models import Reading
from resolutions.importers.docx import read_contribution, read_resolution
from resolutions.models import Clause, Contribution, Proposal, ProposedClause, RevisionText
from resolutions.read_models.versions import proposal_key, text_key
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

WORDS = (
    ("preamble", "considering", "a)", "that the networks of the world are of many hands, and that nobody alone can keep them;"),
    ("operative", "resolves", "1", "to continue to study the security of networks and the ways in which harm to them is made known;"),
    ("operative", "resolves", "2", "to report to the Council every year on what was done and on what could not be done;"),
    ("operative", "invites Member States", "1", "to take part in this work with all stakeholders, each within its own role;"),
)


def text_in_force(resolution, words=WORDS, *, code="WTSA-24", language="en") -> RevisionText:
    year = 2000 + int(code[-2:])
    assembly = AssemblyFactory(code=code, starts_on=date(year, 10, 15), ends_on=date(year, 10, 24))
    revision = RevisionFactory(resolution=resolution, assembly=assembly, label_en=f"Rev. {code}")
    text = RevisionTextFactory(revision=revision, language=language)
    for position, (part, call, number, said) in enumerate(words):
        ClauseFactory(version=text, position=position, part=part, call=call, verb=call.split()[0], number=number, text=said)
    return text


def proposal_on(text: RevisionText, code: str, changes: dict[int, str | None], *, language="en", action="MOD", **fields) -> Proposal:
    """The whole text with these clauses reworded, or taken out where there are no words."""
    contribution = ContributionFactory(language=language, **fields)
    proposal = ProposalFactory(
        contribution=contribution,
        resolution=text.revision.resolution,
        identifier=f"{code}/{contribution.number}/1",
        sources=[code],
        base=text,
        action=action,
    )
    for clause in text.clauses.all():
        propose(proposal, clause, changes.get(clause.position, clause.text))
    return proposal


def propose(proposal: Proposal, clause: Clause, said: str | None, **fields) -> ProposedClause:
    kind = "unchanged" if said == clause.text else "removed" if said is None else "modified"
    return proposal.clauses.create(
        action=proposal.action,
        change=kind,
        position=clause.position,
        part=clause.part,
        call=clause.call,
        verb=clause.verb,
        number=clause.number,
        text=said or "",
        before=clause.text,
        base_clause=clause,
        identity=clause.identity,
        **fields,
    )


ARABIC = (
    "أن شبكات العالم في أيد كثيرة، وأن أحداً لا يستطيع أن يحفظها وحده؛",
    "أن تواصل دراسة أمن الشبكات والطرق التي يعرف بها ما يصيبها من ضرر؛",
    "أن تقدم كل عام تقريراً عما أنجز وعما لم يتسن إنجازه؛",
    "أن تشارك في هذا العمل مع جميع أصحاب المصلحة كل في دوره؛",
)
ARABIC_CHANGED = ARABIC[0].replace("كثيرة", "كثيرة وقريبة")
ARABIC_CALLS = ("إذ تضع في اعتبارها", "تقرر", "تقرر", "تدعو الدول الأعضاء")


def add_clause(proposal: Proposal, said: str, *, after: int, number: str = "1 bis") -> ProposedClause:
    for clause in proposal.clauses.filter(position__gt=after).order_by("-position"):
        ProposedClause.objects.filter(pk=clause.pk).update(position=clause.position + 1)
    fields = {"part": "operative", "call": "resolves", "verb": "resolves", "number": number, "text": said}
    return proposal.clauses.create(action=proposal.action, change="added", position=after + 1, **fields)


def address(resolution, *versions, kind: str = "", **more) -> str:
    keys = [text_key(each) if isinstance(each, RevisionText) else proposal_key(each) for each in versions]
    name = ("coalitions:compare-export", [resolution.slug, kind]) if kind else ("coalitions:compare", [resolution.slug])
    query = "&".join([*(f"{'with' if place else 'of'}={key}" for place, key in enumerate(keys)), *(f"{k}={v}" for k, v in more.items())])
    return f"{reverse(name[0], args=name[1])}?{query}"


@pytest.fixture
def someone(client):
    user = member(coalition())
    client.force_login(user)
    return user


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50, slug="50", title_en="Cybersecurity")


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def in_one_line(html: str) -> str:
    return " ".join(html.split())


def test_what_is_added_and_taken_out_is_marked_by_elements(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3].replace("study", "study and standardize"), 2: None})
    html = page(client, address(resolution, text, proposal))

    assert "to continue to study <ins>and standardize </ins>the security" in html
    assert f"<del>{WORDS[2][3]}</del>" in html
    assert "<span>deleted</span>" in html
    assert "2 clauses changed, 1 unchanged" in in_one_line(html)


def test_the_operative_part_comes_first_and_the_preamble_is_folded(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {0: WORDS[0][3] + " now", 1: WORDS[1][3] + " now"})
    html = page(client, address(resolution, text, proposal))

    assert html.index('<h2 id="operative">') < html.index('<details class="fold" id="preamble"')
    assert WORDS[0][3] not in html
    assert "unchanged=1#preamble" in html
    assert f"{WORDS[0][3]}<ins> now</ins>" in page(client, address(resolution, text, proposal, unchanged=1))
    answer = client.get(address(resolution, text, proposal, part="preamble"), headers={"hx-request": "true"})
    assertContains(answer, f"{WORDS[0][3]}<ins> now</ins>")
    assertNotContains(answer, WORDS[1][3])


def test_clauses_nobody_changes_are_counted_and_reachable_without_script(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {3: WORDS[3][3].replace("all", "the relevant")})
    here = address(resolution, text, proposal)
    html = page(client, here)

    assert "2 clauses unchanged" in html
    assert WORDS[1][3] not in html
    link = f"{here.split('?')[1].replace('&', '&amp;')}&amp;unchanged=1#{text.clauses.get(position=1).anchor}"
    assert link in html
    assert WORDS[1][3] in page(client, f"{here}&unchanged=1")


def test_htmx_gets_one_fold_alone(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {3: WORDS[3][3].replace("all", "the relevant")})
    here = address(resolution, text, proposal, fold=1)
    answer = client.get(here, headers={"hx-request": "true"})

    assertContains(answer, WORDS[1][3])
    assertContains(answer, WORDS[2][3])
    assertNotContains(answer, "<html")
    assert client.get(here.replace("fold=1", "fold=99"), headers={"hx-request": "true"}).status_code == 404
    assert client.get(here.replace("fold=1", "fold=x"), headers={"hx-request": "true"}).status_code == 404


def test_the_id_of_a_clause_is_the_same_in_every_version(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3].replace("study", "promote")})
    proposal.clauses.filter(position=1).update(number="1 bis")
    clause = text.clauses.get(position=1)

    assert f'<article class="compared" id="{clause.anchor}"' in page(client, address(resolution, text, proposal))
    assert f'<article class="compared" id="{clause.anchor}"' in page(client, address(resolution, proposal, text))
    assert "number 1 becomes 1 bis" in page(client, address(resolution, text, proposal))


def test_a_new_clause_says_what_it_stands_after_and_who_has_it_not(client, someone, resolution):
    text = text_in_force(resolution)
    one, two = proposal_on(text, "AFCP", {}), proposal_on(text, "EUR", {2: WORDS[2][3] + " now"})
    add_clause(one, "to draw up Recommendations on the reliable identification of users;", after=1)
    html = page(client, address(resolution, text, one, two))

    assert "new, after resolves 1" in html
    assert "<ins>to draw up Recommendations on the reliable identification of users;</ins>" in html
    assert html.count("Does not exist.") == 1
    assert html.count("<span>does not have it</span>") == 1


def test_those_that_touch_the_same_words_are_named(client, someone, resolution):
    text = text_in_force(resolution)
    one = proposal_on(text, "EUR", {1: WORDS[1][3].replace("security", "safety")})
    two = proposal_on(text, "RCC", {1: WORDS[1][3].replace("security", "control")})
    apart = proposal_on(text, "ARB", {1: WORDS[1][3].replace("made known", "told")})
    html = page(client, address(resolution, text, one, apart, two))

    assert f"{one.identifier} and {two.identifier} change the same words: “security”" in html
    assert html.index("change the same words") > html.index("<del>security</del>")  # the words first
    assert "change the same words" not in page(client, address(resolution, text, one, apart))


def test_text_from_right_to_left_says_so(client, someone, resolution):
    text = text_in_force(resolution, [("operative", "يقرر", "1", "أن يواصل الدراسة")], language="ar")
    proposal = proposal_on(text, "ARB", {0: "أن يواصل الدراسة والتقييس"}, language="ar")

    assert '<p class="said" lang="ar" dir="rtl">' in page(client, address(resolution, text, proposal))


def test_a_proposal_that_starts_from_another_text_says_so_first(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3] + " now"})
    proposal.clauses.filter(position=2).update(before=WORDS[2][3].replace("every year", "every second year"), base_differs=True)
    html = page(client, address(resolution, text, proposal))

    assert f"{proposal.identifier} starts from another text" in html
    assert html.index("1 column starts from another text than the one in force.") < html.index('<div class="compare">')
    assert html.index('href="#columns"') < html.index('<div class="compare">') < html.index('id="columns"')
    assert f'&amp;unchanged=1#{text.clauses.get(position=2).anchor}" lang="en">resolves 2</a>' in html
    assert "every <ins>second </ins>year" in html


def test_a_clause_a_proposal_does_not_mention_is_not_shown_as_deleted(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3] + " now", 3: None})
    proposal.clauses.filter(position=2).delete()
    html = page(client, address(resolution, text, proposal))

    assert f"{proposal.identifier} starts from another text" in html
    assert f'#{text.clauses.get(position=2).anchor}" lang="en">resolves 2</a>' in html
    compared = html[html.index('<article class="compared"') : html.index('id="columns"')]
    assert compared.count("<span>does not have it</span>") == 1
    assert [f"<del>{WORDS[place][3]}</del>" in compared for place in (2, 3)] == [False, True]
    exported = client.get(address(resolution, text, proposal, kind="docx"))
    written = read_resolution(exported.content)
    assert [WORDS[2][3] in [clause.text for clause in written.clauses], WORDS[3][3] in [clause.text for clause in written.clauses]] == [
        True,
        False,
    ]


def test_a_clause_wrongly_taken_for_one_in_force_is_shown_as_such(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {})
    clause = add_clause(proposal, "to light every harbour;", after=1)
    proposal.clauses.filter(pk=clause.pk).update(change="unchanged", before="to light every harbour;", base_differs=True)
    html = page(client, address(resolution, text, proposal))

    assert f"{proposal.identifier} starts from another text" in html
    assert "<ins>to light every harbour;</ins>" in html[html.index('id="columns"') :]
    assert "<ins>to light every harbour;</ins>" in page(client, proposal.get_absolute_url()).split("Operative part")[0]


def test_where_each_column_comes_from_is_said(client, someone, resolution):
    text = text_in_force(resolution)
    RevisionText.objects.update(is_example=True)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3] + " now"}, url="https://example.org/35", is_late=True)
    html = page(client, address(resolution, text, proposal))

    assert 'href="https://example.org/35"' in html
    assert "an example, not the official text" in html
    assert "not checked yet" in html
    assert '<span class="status" data-status="late">' in html


def test_our_reading_is_for_those_in_its_circle(client, resolution):
    ours = coalition()
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3] + " now"})
    Reading.objects.create(circle=ours.everyone, proposal=proposal, tone="risk", note="It goes too far", by=lead(ours))
    here = address(resolution, text, proposal)

    client.force_login(member(ours))
    assertContains(client.get(here), "It goes too far")
    for stranger in (observer(ours), member(coalition("Another"))):
        client.force_login(stranger)
        assertNotContains(client.get(here), "It goes too far")


def test_without_a_choice_the_text_in_force_stands_beside_what_is_proposed(client, someone, resolution):
    text_in_force(resolution, code="WTSA-16", language="en")
    AssemblyFactory(code="WTSA-22")
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3] + " now"})
    withdrawn = proposal_on(text, "EUR", {1: WORDS[1][3] + " never"})
    Proposal.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    html = page(client, address(resolution, choose=1))

    assert f'value="{text_key(text)}" selected' in html
    assert f'value="{proposal_key(proposal)}" checked' in html
    assert "<ins> now</ins>" in html
    assert "<ins> never</ins>" in page(client, address(resolution, text, withdrawn))


def test_without_a_choice_what_is_decided_is_left_out(client, someone, resolution):
    old = text_in_force(resolution, code="WTSA-22")
    new = text_in_force(resolution)
    then = proposal_on(old, "EUR", {1: WORDS[1][3] + " then"}, assembly=new.revision.assembly)
    today = proposal_on(new, "AFCP", {1: WORDS[1][3] + " today"})

    html = page(client, address(resolution, choose=1))
    assert [f'value="{key}" checked' in html for key in (proposal_key(then), proposal_key(today))] == [False, True]
    html = page(client, address(resolution, old, choose=1))
    assert [f'value="{key}" checked' in html for key in (proposal_key(then), proposal_key(today))] == [True, False]
    later = text_in_force(resolution, code="WTSA-28")
    html = page(client, address(resolution, choose=1))
    assert [f'value="{key}" checked' in html for key in (text_key(later), proposal_key(today))] == [True, False]


def test_without_proposals_the_text_before_stands_beside_the_latest(client, someone, resolution):
    old = text_in_force(resolution, code="WTSA-16")
    new = text_in_force(resolution, [*WORDS[:3], ("operative", "invites Member States", "1", WORDS[3][3] + " soon")])
    html = page(client, address(resolution, choose=1))

    assert f'value="{text_key(old)}" selected' in html
    assert f'value="{text_key(new)}" checked' in html
    assert "<ins> soon</ins>" in html


def test_versions_of_two_resolutions_are_matched_by_their_words(client, someone, resolution):
    text = text_in_force(resolution)
    other = ResolutionFactory(number=52, slug="52")
    there = text_in_force(other, [*WORDS[:1], ("operative", "resolves", "1", WORDS[1][3].replace("study", "watch"))], code="WTSA-22")
    html = page(client, address(resolution, text, there))

    assert "to continue to <del>study</del><ins>watch</ins> the security" in html
    offered = page(client, address(resolution, other="52"))
    assert f'value="{text_key(there)}"' in offered
    assertContains(client.get(address(resolution, other="99")), "No other resolution has the number “99”.")


def test_a_clause_is_cited_in_a_position_by_its_identity(client, someone, resolution):
    text = text_in_force(resolution)
    html = page(client, address(resolution, text, proposal_on(text, "EUR", {1: WORDS[1][3] + " now"})))
    link = in_one_line(html).split('"> Cite in the position')[0].rsplit('href="', 1)[1]
    client.force_login(lead(coalition("Another"), email="lead@example.org"))

    cited = text.clauses.get(number="1", call="resolves").identity
    assertContains(client.get(link), f'<input type="checkbox" name="cited" value="{cited}" checked>', count=1)


def test_with_one_version_only_the_page_says_what_to_do(client, someone, resolution):
    assertContains(client.get(address(resolution)), "No version of this text is here yet")
    text_in_force(resolution)
    answer = client.get(address(resolution))

    assertContains(answer, "Only one version is here")
    assertContains(answer, "Add a proposal to compare")
    assertContains(answer, reverse("coalitions:proposal-new", args=["50"]))
    assertContains(answer, reverse("coalitions:text-new", args=["50"]))


def test_an_observer_reads_and_is_offered_no_act(client, resolution):
    client.force_login(observer(coalition()))
    text = text_in_force(resolution)
    answer = client.get(address(resolution, text, proposal_on(text, "EUR", {1: WORDS[1][3] + " now"})))

    assertContains(answer, "<ins> now</ins>")
    assertNotContains(answer, "Create a follow-up")
    page_of_clause = reverse("resolutions:clause", args=[resolution.slug, text.clauses.get(position=1).identity])
    assert f'<a href="{page_of_clause}"> Page of this clause</a>' in in_one_line(answer.content.decode())
    assertNotContains(client.get(reverse("coalitions:compare", args=[ResolutionFactory().slug])), "Add a proposal to compare")


def test_a_version_one_may_not_read_is_like_one_that_is_not_there(client, someone, resolution):
    text = text_in_force(resolution)
    hidden = proposal_on(text, "EUR", {1: WORDS[1][3] + " zz-secret"})
    hidden.contribution.access, hidden.contribution.title = "number", ""
    hidden.contribution.number, hidden.contribution.kept_number = "", hidden.contribution.number
    hidden.contribution.save()
    shown = proposal_on(text, "ARB", {1: WORDS[1][3] + " now"})
    answers = [page(client, f"{address(resolution, text, shown)}&with={key}") for key in (proposal_key(hidden), f"p-{uuid4()}", "p-x", "q")]

    for answer in answers:
        assert "One of the versions in this address does not exist, or you are not allowed to read it." in answer
        assert "zz-secret" not in answer
        assert hidden.identifier not in answer
        assert "<ins> now</ins>" in answer


def test_more_than_eight_columns_are_cut_with_a_sentence(client, someone, resolution):
    text = text_in_force(resolution)
    proposals = [proposal_on(text, code, {1: f"{WORDS[1][3]} {code}"}) for code in ("EUR", "RCC", "ARB", "IAP", "ACP", "AFCP", "USA", "B")]
    html = page(client, address(resolution, text, *proposals))

    assert "At most eight columns can be shown side by side" in html
    assert html.count('<article class="variant') == 8
    assert html.count('name="show"') == 8


def test_beside_many_columns_those_that_leave_a_clause_alone_are_named_together(client, someone, resolution):
    text = text_in_force(resolution)
    changed = proposal_on(text, "EUR", {1: WORDS[1][3] + " now"})
    alike = [proposal_on(text, code, {}) for code in ("RCC", "ARB", "ACP")]
    html = page(client, address(resolution, text, changed, *alike))

    assert html.count('<article class="variant') == 2
    named = ", ".join(f"<bdi>{proposal.identifier}</bdi>" for proposal in alike)
    assert f"<span>unchanged</span><span>{named}</span>" in html


def test_what_a_text_says_is_never_markup(client, someone, resolution):
    evil = "<script>alert(1)</script> & more"
    text = text_in_force(resolution, [("operative", evil, "<b>", evil)])
    proposal = proposal_on(text, "EUR", {0: f"{evil} <i>x</i>"})
    html = page(client, address(resolution, text, proposal))

    assert "<script>alert" not in html
    assert escape("<script>") in html


# Files


def document_of(answer) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return archive.read("word/document.xml").decode()


def test_two_versions_become_a_word_file_with_their_marks_and_nobodys_name(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3].replace("study", "study and standardize"), 2: None})
    answer = client.get(address(resolution, text, proposal, kind="docx"))

    assert answer.headers["Content-Disposition"] == f'attachment; filename="comparison-50-{localdate():%Y-%m-%d}.docx"'
    document = document_of(answer)
    assert "<w:ins " in document
    assert "<w:del " in document
    assert 'w:author="Comparison"' in document
    assert someone.name not in document
    assert someone.email not in document


def test_an_exported_proposal_comes_home_as_itself_clause_for_clause(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3].replace("study", "study and standardize"), 2: None})
    add_clause(proposal, "to hear those who keep the networks, in every language of the Union;", after=2)

    found = read_contribution(client.get(address(resolution, text, proposal, kind="docx")).content)

    [home] = found.proposals
    assert (home.action, home.code, home.resolution.number) == (proposal.action, proposal.identifier, "50")
    assert [
        (one.part, one.before or "", one.after or "", one.section_after or one.section_before) for one in home.clauses if one.kind == "item"
    ] == [(row.part, row.before, row.text, row.call) for row in proposal.clauses.in_order()]
    assert found.warnings == ()


def test_several_versions_become_one_file_each_marked_against_the_first(client, someone, resolution):
    text = text_in_force(resolution)
    proposals = [proposal_on(text, code, {1: f"{WORDS[1][3]} {code}-words"}) for code in ("EUR", "RCC")]
    document = document_of(client.get(address(resolution, text, *proposals, kind="docx")))

    assert all(proposal.identifier in document for proposal in proposals)
    assert "EUR-words" in document


def test_several_proposals_come_home_as_themselves_each_in_its_language(client, someone, resolution):
    text = text_in_force(resolution)
    english = proposal_on(text, "EUR", {1: WORDS[1][3].replace("study", "study and standardize"), 2: None})
    add_clause(english, "to hear those who keep the networks, in every language of the Union;", after=2)
    arabic = proposal_on(text, "ARB", {})
    Contribution.objects.filter(pk=arabic.contribution_id).update(language="ar")
    for clause, call, before, after in zip(arabic.clauses.in_order(), ARABIC_CALLS, ARABIC, [ARABIC_CHANGED, *ARABIC[1:]], strict=True):
        arabic.clauses.filter(pk=clause.pk).update(call=call, call_before=call, before=before, text=after)

    written = client.get(address(resolution, text, english, arabic).replace("/compare/", "/compare/proposals.docx"))

    homes = read_contribution(written.content).proposals
    assert [(home.action, home.code, home.resolution.number) for home in homes] == [
        (each.action, each.identifier, "50") for each in (english, arabic)
    ]
    for home, proposal in zip(homes, (english, arabic), strict=True):
        assert [(one.before or "", one.after or "") for one in home.clauses if one.kind == "item"] == [
            (row.before, row.text) for row in proposal.clauses.in_order()
        ]
    assert "<w:bidi/>" in document_of(written)


def test_texts_alone_are_no_file_of_proposals(client, someone, resolution):
    text = text_in_force(resolution)

    answer = client.get(address(resolution, text).replace("/compare/", "/compare/proposals.docx"), follow=True)

    assertContains(answer, "none of these versions is a proposal with an identifier")


def test_the_same_goes_into_a_message(client, someone, resolution):
    text = text_in_force(resolution)
    proposal = proposal_on(text, "AFCP", {1: WORDS[1][3].replace("study", "study and standardize")})
    answer = client.get(address(resolution, text, proposal, kind="txt"))

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith('.txt"')
    assert "[+and standardize +]" in answer.content.decode()
    assert "[+and standardize +]" in page(client, address(resolution, text, proposal)).split('<pre id="for-messaging" hidden>')[1]


def test_of_one_version_there_is_nothing_to_export(client, someone, resolution):
    text = text_in_force(resolution)
    answer = client.get(address(resolution, text, kind="docx"), follow=True)
    assertContains(answer, "There is nothing to export: choose at least two versions.")
    assert client.get(address(resolution, text, kind="pdf")).status_code == 404


# What it costs


def eight_columns(resolution, clauses: int, columns: int = 8):
    """Every proposal rewords every clause: nothing is folded."""
    words = [
        (
            "operative" if place > clauses // 3 else "preamble",
            "resolves to instruct the Director of the Bureau" if place > clauses // 3 else "considering",
            str(place),
            " ".join(f"{word}{place % 7}" for word in f"{WORDS[1][3]} {WORDS[2][3]} {WORDS[3][3]}".split()[: 20 + 3 * (place % 8)]),
        )
        for place in range(clauses)
    ]
    text = text_in_force(resolution, words)
    proposals = []
    for column, code in enumerate(("EUR", "RCC", "ARB", "IAP", "ACP", "AFCP", "USA")[: columns - 1]):
        changes = {}
        for place, (_part, _call, _number, said) in enumerate(words):
            of_clause = said.split()
            at = (place + column) % len(of_clause)
            changes[place] = " ".join([*of_clause[:at], f"and-{code}", f"to-{column}", *of_clause[at + 1 :]])
        proposals.append(proposal_on(text, code, changes))
    return text, proposals


@pytest.mark.parametrize(("clauses", "columns"), [(3, 2), (60, 8)])
def test_sixty_clauses_in_eight_columns_take_as_many_questions_as_three_in_two(
    client, someone, resolution, django_assert_num_queries, clauses, columns
):
    text, proposals = eight_columns(resolution, clauses, columns)
    here = address(resolution, text, *proposals)
    client.get(here)
    with django_assert_num_queries(15):
        answer = client.get(here)

    whole = client.get(f"{here}&unchanged=1")
    assert whole.content.decode().count('<article class="variant') == clauses * columns
    assert max(len(gzip.compress(each.content)) for each in (answer, whole)) <= 50 * 1024

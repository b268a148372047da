"""The page of one clause: its words, its citation, what is proposed on it, and its history through assemblies."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import User
from resolutions.importers.docx import split_pasted
from resolutions.models import Clause, Contribution
from resolutions.services.texts import enter_text
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = UserFactory(seen_at=now())
    client.force_login(user)
    return user


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50)


def revision(resolution, year, label=None):
    code = f"WTSA-{year % 100}"
    assembly = AssemblyFactory(code=code, short_name_en=code, starts_on=f"{year}-10-15")
    return RevisionFactory(resolution=resolution, assembly=assembly, label_en=label or f"Rev. Town, {year}", label_fr=f"Rév. Ville, {year}")


def enter(of, *texts, language="en", call="resolves"):
    words = call + "\n" + "".join(f"{number}\t{text}\n" for number, text in enumerate(texts, start=1))
    return enter_text(of, language=language, clauses=split_pasted(words).clauses, by=None)


@pytest.fixture
def clause(resolution):
    """In force in English, French and Arabic; number 3 of its revision."""
    of = revision(resolution, 2024)
    english, french, arabic = (RevisionTextFactory(revision=of, language=code) for code in ("en", "fr", "ar"))
    clause = ClauseFactory(version=english, position=0, number="3", call="instructs", verb="instructs", text="to study security;")
    same = {"position": 0, "number": "3", "identity": clause.identity}
    ClauseFactory(version=french, call="charge", verb="charge", text="d'étudier la sécurité;", **same)
    ClauseFactory(version=arabic, call="تكلف", verb="تكلف", text="دراسة الأمن؛", **same)
    return clause


def address(clause, slug="50"):
    return reverse("resolutions:clause", args=[slug, clause.identity])


def shown(client, clause) -> str:
    answer = client.get(address(clause))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def propose(clause, text, *, language="en", change="modified", number="38A7", code="WTSA-28", action="MOD", before="", **fields):
    starts_on = f"20{code[-2:]}-10-17"
    document = ContributionFactory(number=number, language=language, assembly=AssemblyFactory(code=code, starts_on=starts_on))
    given = {"resolution": clause.version.revision.resolution, "base": clause.version, "identifier": f"EUR/{number}/1"} | fields
    proposal = ProposalFactory(contribution=document, action=action, **given)
    asked = {"text": text, "before": before, "change": change, "identity": clause.identity, "base_clause": clause}
    proposal.clauses.create(position=1, part="operative", action=action, call="instructs", verb="instructs", number="3", **asked)
    return proposal


# --- Its words, its citation --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words", "cited"),
    [
        ("en", '<p lang="en" dir="ltr">to study security;</p>', "Res. 50 (Rev. Town, 2024), instructs 3"),
        ("fr", '<p lang="fr" dir="ltr">d&#x27;étudier la sécurité;</p>', "Rés. 50 (Rév. Ville, 2024), charge 3"),
    ],
)
def test_it_says_what_is_in_force_in_my_language_and_how_to_cite_it(client, user, clause, language, words, cited, settings):
    User.objects.update(language=language)
    page = shown(client, clause)
    start = page.index('<section class="block" aria-labelledby="h-words">')
    assert words in page[start : page.index("<details", start)]
    plain = re.sub(r"<[^>]+>", " ", page[page.index('<p id="citation">') : page.index("</p>", page.index('<p id="citation">'))])
    assert plain.split() == [*cited.split(), f"{settings.SITE_URL}{address(clause)}"]
    assert 'data-copy="#citation" hidden' in page


def test_the_other_languages_are_folded_and_run_as_they_should(client, user, clause):
    page = shown(client, clause)
    assert page.count('<details class="fold"><summary><span lang=') == 2
    assert '<p lang="ar" dir="rtl">دراسة الأمن؛</p>' in page


def test_of_what_is_not_in_my_language_the_nearest_that_i_read_is_shown(client, user, clause):
    User.objects.update(language="es", languages_read=["ar"])
    assert client.get(address(clause)).context["page"].shown.version.language == "ar"


def test_another_resolution_has_no_such_clause(client, user, clause):
    other = ResolutionFactory(number=52)
    assert client.get(address(clause, "52")).status_code == 404
    assert client.get(reverse("resolutions:clause", args=[other.slug, uuid4()])).status_code == 404
    assert client.get(address(clause, "99")).status_code == 404


def test_nobody_reads_it_without_an_account(client, clause):
    assert client.get(address(clause)).status_code == 302


def test_of_a_suppressed_resolution_nothing_is_in_force(client, user, resolution, clause):
    assert "No longer in force" not in shown(client, clause)
    resolution.status = "suppressed"
    resolution.save()
    assert "No longer in force" in shown(client, clause)


# --- What is proposed ---------------------------------------------------------------------------------------------------


def test_what_is_proposed_now_is_marked_in_its_language_with_its_status(client, user, clause):
    group = RegionalGroupFactory(code="CEPT", acronym_en="CEPT")
    proposal = propose(clause, "دراسة أمن الشبكات؛", language="ar", before="دراسة؛", status="common", group=group)
    page = shown(client, clause)
    now_there = page[page.index(">Proposed now") : page.index(">Through the assemblies")]
    assert f'<a href="{proposal.get_absolute_url()}#{clause.anchor}"> <b class="itu">MOD</b>' in now_there
    assert '<p class="said compare" lang="ar" dir="rtl"> دراسة <del>الأمن</del><ins>أمن الشبكات</ins>؛ </p>' in now_there
    assert ("common proposal" in now_there, "<bdi>CEPT</bdi>" in now_there, 'lang="ar">العربية</span>' in now_there) == (True, True, True)


def test_what_was_withdrawn_replaced_or_decided_is_folded_with_what_became_of_it(client, user, clause):
    standing = propose(clause, "to study it;", number="1A1")
    withdrawn = propose(clause, "to study this;", number="2A1", status="withdrawn")
    replaced = propose(clause, "to study that;", number="3A1", superseded_at=now())
    decided = propose(clause, "to study all;", number="4A1", code="WTSA-24", fate="dropped")
    page = client.get(address(clause)).context["page"]
    assert [changed.clause.proposal for changed in page.now.read] == [standing]
    assert {changed.clause.proposal for changed in page.before} == {withdrawn, replaced, decided}
    html = shown(client, clause)
    before = html[html.index("<summary>Proposed before") :]
    assert ("not taken up" in before, "replaced by a later issue" in before, "withdrawn" in before) == (True, True, True)


def test_what_leaves_it_as_it_is_is_no_proposal_on_it_unless_it_says_so(client, user, clause):
    propose(clause, clause.text, change="unchanged", number="1A1")
    propose(clause, clause.text, change="renumbered", number="2A1")
    noc = propose(clause, clause.text, change="unchanged", number="3A1", action="NOC", before=clause.text)
    page = client.get(address(clause)).context["page"]
    assert [changed.clause.proposal for changed in page.now.read] == [noc]
    assert "no change</small>" in shown(client, clause)


def test_what_i_do_not_read_is_counted_and_one_tap_away(client, user, clause):
    User.objects.update(languages_read=["fr"])
    propose(clause, "to study it;", number="1A1")
    propose(clause, "изучать;", number="2A1", language="ru")
    propose(clause, "研究；", number="3A1", language="zh")
    page = shown(client, clause)
    shown_at_once, folded = page.split("<summary>2 more in Russian and Chinese </summary>")
    assert ("EUR/1A1/1" in shown_at_once, "EUR/2A1/1" in shown_at_once, "изучать;" in folded) == (True, False, True)


def test_a_document_that_is_not_public_is_for_whom_it_is_shared_with(client, user, clause):
    proposal = propose(clause, "to hide it;")
    Contribution.objects.update(access="number", number="", kept_number="TD 9", entered_by=UserFactory())
    assert ("to hide it;" in shown(client, clause), str(proposal.public_id) in shown(client, clause)) == (False, False)


def test_a_clause_that_is_only_proposed_has_its_page_too(client, user, clause):
    proposal = propose(clause, "to add this;", change="added")
    added = proposal.clauses.get()
    proposal.clauses.update(identity=uuid4(), base_clause=None)
    added.refresh_from_db()
    page = shown(client, added)
    assert ("Proposed, not in force" in page, "to add this;" in page) == (True, True)
    assert client.get(address(added)).context["citation"] == "Res. 50, instructs 3"
    Contribution.objects.update(access="number", number="", kept_number="TD 9", entered_by=UserFactory())
    assert client.get(address(added)).status_code == 404


def test_of_very_many_words_only_who_proposes_them_is_shown(client, user, clause, monkeypatch):
    propose(clause, "to study it;")
    assert "<ins>it</ins>" in shown(client, clause)
    monkeypatch.setattr("resolutions.read_models.clause_page.MOST_SHOWN", 11)
    assert ("<ins>" in shown(client, clause), "EUR/38A7/1" in shown(client, clause)) == (False, True)


# --- Through the assemblies ---------------------------------------------------------------------------------------------


def test_its_history_is_told_from_the_latest_revision_back_with_marks(client, user, resolution):
    enter(revision(resolution, 2016), "to begin with something else;", "to study how trust in networks grows;")
    enter(revision(resolution, 2020), "to study how trust in networks grows;")
    enter(revision(resolution, 2024), "to study how trust in large networks grows;")
    clause = Clause.objects.get(text="to study how trust in large networks grows;")
    steps = client.get(address(clause)).context["page"].steps
    assert [(step.revision.label, step.clause.lineage, step.is_unchanged) for step in steps] == [
        ("Rev. Town, 2024", "modified", False),
        ("Rev. Town, 2020", "renumbered", True),
        ("Rev. Town, 2016", "added", False),
    ]
    page = shown(client, clause)
    assert "to study how trust in <ins>large </ins>networks grows;" in page
    assert page.index("renumbered — came from") < page.index("the same words as in the revision before")
    assert page.index("the same words") < page.rindex(">Rev. Town, 2016</bdi>")
    assert "new in this revision" not in page


def test_a_clause_that_is_gone_says_since_when(client, user, resolution):
    enter(revision(resolution, 2020), "to study how trust grows;", "to count lighthouses along the coast;")
    enter(revision(resolution, 2024), "to study how trust grows;")
    page = shown(client, Clause.objects.get(text="to count lighthouses along the coast;"))
    assert "No longer in force" in page
    assert page.index(">Rev. Town, 2024</bdi>") < page.index("It is not in this revision.") < page.rindex(">Rev. Town, 2020</bdi>")


def test_a_clause_that_was_merged_leads_to_the_one_that_has_its_words(client, user, resolution):
    earlier = RevisionTextFactory(revision=revision(resolution, 2020))
    later = RevisionTextFactory(revision=revision(resolution, 2024))
    gone = ClauseFactory(version=earlier, position=0, text="to study one;")
    heir = ClauseFactory(version=later, position=0, text="to study one and two;", came_from=gone, lineage="merged", number="7")
    page = shown(client, gone)
    assert f'Its words went on in: <a href="{address(heir)}" lang="en">resolves 7</a>' in page
    assert "merged — came from <bdi>resolves 1</bdi> of <bdi>Rev. Town, 2020</bdi>" in shown(client, heir)


def test_a_revision_whose_text_is_not_here_is_a_gap_that_is_said(client, user, resolution):
    enter(revision(resolution, 2016), "to study how trust grows;")
    revision(resolution, 2020)
    enter(revision(resolution, 2024), "to study how trust grows;")
    page = shown(client, Clause.objects.get(version__revision__assembly__code="WTSA-24"))
    assert page.count("The text of this revision is not entered here.") == 1


def test_words_of_two_languages_are_never_compared(client, user, resolution):
    enter(revision(resolution, 2020), "d'étudier la confiance;", language="fr", call="décide")
    english = RevisionTextFactory(revision=revision(resolution, 2024))
    clause = ClauseFactory(version=english, position=0, text="to study trust;", identity=Clause.objects.get().identity)
    assert [step.pieces for step in client.get(address(clause)).context["page"].steps] == [(), ()]


# --- The way there ------------------------------------------------------------------------------------------------------


def test_each_clause_of_the_text_leads_to_its_page(client, user, clause):
    html = client.get(reverse("resolutions:text", args=["50"])).content.decode()
    assert f'<a class="address" href="{address(clause)}" aria-label="Page of instructs 3">#</a>' in html
    assert f'id="{clause.anchor}"' in html


# --- Cost ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 24])
def test_it_costs_the_same_however_much_is_proposed(client, user, clause, number, django_assert_num_queries):
    for place in range(number):
        language = ("en", "fr", "ar", "ru")[place % 4]
        propose(clause, f"to study {place};", number=f"{place}A1", language=language, group=RegionalGroupFactory())
    client.get(address(clause))
    # Session, person, resolution, revisions, texts, clauses, proposed clauses, clauses that continue it, memberships.
    with django_assert_num_queries(10):
        client.get(address(clause))

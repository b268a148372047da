"""The page of one cell: the words that change first, in every language, and what is compared from there."""

import re

import pytest

from resolutions.models import RevisionText
from tests import factories
from tests.coalitions.texts.matrix.helpers import ask, page, past_assembly

pytestmark = pytest.mark.django_db

CELL = "/matrix/50/ATU/"
ENGLISH = "to continue studying security;"
FRENCH = "de continuer d'étudier la sécurité;"


@pytest.fixture
def text(fifty) -> RevisionText:
    """One clause in force in English and in French."""
    english = factories.RevisionTextFactory(revision=factories.RevisionFactory(resolution=fifty, assembly=past_assembly()))
    french = factories.RevisionTextFactory(revision=english.revision, language="fr")
    clause = factories.ClauseFactory(version=english, position=0, text=ENGLISH, number="1")
    factories.ClauseFactory(version=french, position=0, identity=clause.identity, call="décide", verb="décide", number="1", text=FRENCH)
    return english


def asked(text, group, words, *, language="en", number="35A1", changes=1, **fields):
    """A proposal that changes the first clause, and adds others."""
    document = factories.ContributionFactory(number=number, language=language)
    proposal = ask(text.revision.resolution, group, contribution=document, base=text, identifier=f"AFCP/{number}/1", **fields)
    clause = text.clauses.get()
    of = {"action": proposal.action, "part": "operative"}
    base = {"change": "modified", "identity": clause.identity, "base_clause": clause}
    proposal.clauses.create(position=1, text=words, call="resolves", number="1", **base, **of)
    for place in range(2, changes + 1):
        proposal.clauses.create(position=place, text=f"to add number {place};", number=str(place), change="added", **of)
    return proposal


def test_the_words_that_change_stand_before_the_facts(client, wanjiru, groups, text):
    asked(text, groups["ATU"], "to continue studying the security of networks;")
    body = page(client, wanjiru, CELL)
    assert body.index("<ins>the </ins>security") < body.index("<dt>Document</dt>")
    assert '<span class="language" lang="en">English</span>' in body


def test_of_a_long_clause_what_changes_is_shown_with_a_link_to_the_whole(client, wanjiru, groups, text):
    before = f"to study security, {'and again, ' * 60}and to report;"
    text.clauses.update(text=before)
    proposal = asked(text, groups["ATU"], before.replace("security", "safety"))
    body = page(client, wanjiru, CELL)
    anchor = proposal.clauses.get().anchor
    assert "to study <del>security</del><ins>safety</ins>, and again," in body
    assert ("and to report;" in body, body.count("and again,") < 20) == (False, True)
    assert f'<a href="/proposals/{proposal.public_id}/#{anchor}">The whole clause</a>' in body


def test_a_long_clause_that_is_deleted_is_cut_with_a_link_to_the_whole(client, wanjiru, groups, text):
    text.clauses.update(text="to study security, " + "and again, " * 90)
    asked(text, groups["ATU"], "").clauses.update(change="removed")
    body = page(client, wanjiru, CELL)
    assert (body.count("and again,") < 70, "The whole clause" in body) == (True, True)


def test_of_many_changes_the_first_are_shown_and_the_others_counted(client, wanjiru, groups, text):
    proposal = asked(text, groups["ATU"], "to study;", changes=9)
    body = page(client, wanjiru, CELL)
    assert ("to add number 6;" in body, "to add number 7;" in body) == (True, False)
    assert f'<a href="/proposals/{proposal.public_id}/">3 more clauses change</a>' in body


def test_a_proposal_in_my_language_is_marked_against_the_text_in_it(client, wanjiru, groups, text):
    asked(text, groups["ATU"], "de continuer d'étudier la sécurité des réseaux;", language="fr")
    wanjiru.language = "fr"
    wanjiru.save()
    body = page(client, wanjiru, CELL)
    assert "la sécurité <ins>des réseaux</ins>;" in body.replace("<ins> des", " <ins>des")
    assert 'class="variants"' not in body


def test_words_in_another_language_stand_beside_mine(client, wanjiru, groups, text):
    asked(text, groups["ATU"], "дополнить изучение;", language="ru")
    body = page(client, wanjiru, CELL)
    assert f'<p class="said" lang="en" dir="ltr">{ENGLISH}</p>' in body
    assert '<p class="said" lang="ru" dir="ltr"> дополнить изучение; </p>' in re.sub(r"\s+", " ", body)
    assert "The text in force is not entered here in Russian." in body


def test_words_that_i_do_not_read_are_counted_and_one_tap_away(client, wanjiru, groups, text):
    asked(text, groups["ATU"], "дополнить изучение;", language="ru", changes=2)
    wanjiru.languages_read = ["fr"]
    wanjiru.save()
    body = re.sub(r"\s+", " ", page(client, wanjiru, CELL))
    assert "<summary>2 clauses change, in Russian</summary>" in body
    assert body.index("2 clauses change, in Russian") < body.index("дополнить изучение;") < body.index("<dt>Document</dt>")


def boxes(body):
    """The boxes of the form that leads to Compare: what they send, and whether they are ticked."""
    found = re.findall(r'<input type="checkbox" name="with" value="([^"]+)" form="compare"( checked)?>', body)
    return {key: bool(ticked) for key, ticked in found}


def test_the_first_three_are_ticked_and_one_form_leads_to_compare(client, wanjiru, groups, text):
    proposals = [asked(text, groups["ATU"], f"to study {n};", number=f"{n}A1") for n in range(1, 6)]
    ask(text.revision.resolution, groups["ATU"], contribution=factories.ContributionFactory(number="0A1"))
    body = page(client, wanjiru, CELL)
    keys = [f"p-{proposal.public_id}" for proposal in proposals]
    assert boxes(body) == dict(zip(keys, (True, True, True, False, False), strict=True))
    assert '<form id="compare" action="/resolutions/50/compare/">' in body
    answer = client.get("/resolutions/50/compare/", {"with": keys[:2]})
    assert [version.key for version in answer.context["choice"].others] == keys[:2]


def test_what_has_no_words_has_no_box(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"])
    body = page(client, wanjiru, CELL)
    assert (boxes(body), 'id="compare"' in body) == ({}, False)


@pytest.mark.parametrize("action", ["NOC", "SUP"])
def test_a_proposal_about_the_whole_can_be_compared_and_lists_no_clause(client, wanjiru, groups, text, action):
    proposal = ask(text.revision.resolution, groups["ATU"], action=action, base=text)
    clause = text.clauses.get()
    kept = {"text": ENGLISH, "change": "unchanged"} if action == "NOC" else {"change": "removed"}
    proposal.clauses.create(
        action=action, part="operative", position=1, before=ENGLISH, identity=clause.identity, base_clause=clause, **kept
    )
    body = page(client, wanjiru, CELL)
    assert (list(boxes(body)), ENGLISH in body) == ([f"p-{proposal.public_id}"], False)


@pytest.mark.parametrize("number", [2, 12])
def test_words_in_four_languages_cost_the_same_however_many(client, wanjiru, groups, text, number, django_assert_num_queries):
    for place in range(number):
        asked(text, groups["ATU"], "to study;", language=("en", "fr", "ar", "ru")[place % 4], number=f"{place}A1")
    client.force_login(wanjiru)
    client.get(CELL)
    # Beside what a cell without words asks: texts in force, and the clauses of these texts.
    with django_assert_num_queries(15):
        client.get(CELL)

"""Compare across languages: what is marked against what, what is chosen first, what is offered, what the files hold."""

import re

import pytest
from pytest_django.asserts import assertContains

from resolutions import tasks
from resolutions.models import KeptComparison, ProposedClause, RegionWatch, RevisionText, WordingRule
from resolutions.read_models.versions import proposal_key, text_key
from resolutions.services import comparisons
from tests.coalitions.texts.test_compare import (
    WORDS,
    add_clause,
    address,
    document_of,
    in_one_line,
    page,
    proposal_on,
    text_in_force,
)
from tests.factories import (
    ClauseFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionTextFactory,
    coalition,
    member,
)

pytestmark = pytest.mark.django_db

FRENCH = (
    ("considérant", "que les réseaux du monde sont de plusieurs mains;"),
    ("décide", "de continuer d'étudier la sécurité des réseaux;"),
    ("décide", "de faire rapport au Conseil chaque année;"),
    ("invite les États Membres", "à prendre part à ces travaux, chacun dans son rôle;"),
)
ARABIC = (
    ("إذ تضع في اعتبارها", "أن شبكات العالم بأيدٍ كثيرة؛"),
    ("تقرر", "مواصلة دراسة أمن الشبكات؛"),
    ("تقرر", "تقديم تقرير إلى المجلس كل عام؛"),
    ("تدعو الدول الأعضاء", "إلى المشاركة في هذا العمل؛"),
)


@pytest.fixture
def someone(client):
    user = member(coalition())
    client.force_login(user)
    return user


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50, slug="50", title_en="Cybersecurity")


@pytest.fixture
def text(resolution):
    return text_in_force(resolution)


def entered_in(text: RevisionText, language: str, words) -> RevisionText:
    """The same revision in another language, lined up with it."""
    own = RevisionTextFactory(revision=text.revision, language=language)
    for clause, (call, said) in zip(text.clauses.order_by("position"), words, strict=True):
        fields = {"part": clause.part, "number": clause.number, "identity": clause.identity}
        ClauseFactory(version=own, position=clause.position, call=call, verb=call, text=said, **fields)
    return own


def stating_in(text: RevisionText, code: str, language: str, words, changes: dict[int, str | None], **fields):
    """A proposal whose document says in its own language what it starts from, where no text is entered in it."""
    proposal = proposal_on(text, code, {}, language=language, **fields)
    for clause, (call, said) in zip(proposal.clauses.order_by("position"), words, strict=True):
        after = changes.get(clause.position, said)
        kind = "unchanged" if after == said else "removed" if after is None else "modified"
        own = {"call": call, "call_before": call, "text": after or "", "before": said, "change": kind}
        ProposedClause.objects.filter(pk=clause.pk).update(**own)
    return proposal


def without_marks(html: str) -> str:
    return re.sub(r"</?(ins|del)>", "", html)


def test_a_proposal_is_marked_in_its_own_language_against_the_text_in_force_in_it(client, someone, resolution, text):
    french = entered_in(text, "fr", FRENCH)
    proposal = proposal_on(french, "SUI", {1: "de continuer de promouvoir la sécurité des réseaux;", 2: None}, language="fr")
    html = page(client, address(resolution, text, proposal))

    assert "de continuer <del>d&#x27;étudier</del><ins>de promouvoir</ins> la sécurité des réseaux;" in html
    assert f"<del>{FRENCH[2][1]}</del>" in html
    assert 'lang="fr" dir="ltr">' in html
    assert '<span class="language" lang="fr">français</span>' in html
    assert "Marked against the text in force in French." in html
    assert WORDS[1][3] in html  # the clause in the reader's language stands beside it


def test_without_a_text_in_its_language_it_is_marked_against_what_it_starts_from(client, someone, resolution, text):
    proposal = stating_in(text, "ARB", "ar", ARABIC, {1: "مواصلة دراسة وتقييس أمن الشبكات؛", 3: None})
    html = page(client, address(resolution, text, proposal))

    assert "مواصلة دراسة <ins>وتقييس </ins>أمن الشبكات؛" in html
    assert f"<del>{ARABIC[3][1]}</del>" in html
    assert 'lang="ar" dir="rtl">' in html
    assert "The text in force is not here in Arabic: marked against the text its document starts from." in html


def test_where_neither_is_known_its_words_are_shown_whole_and_it_is_said(client, someone, resolution, text):
    proposal = stating_in(text, "ARB", "ar", ARABIC, {1: "مواصلة دراسة وتقييس أمن الشبكات؛"})
    proposal.clauses.update(before="", change="unknown")
    html = page(client, address(resolution, text, proposal))

    assert '<p class="said" lang="ar" dir="rtl">مواصلة دراسة وتقييس أمن الشبكات؛</p>' in html
    assert html.count("not compared: the words it starts from are not known") == 3  # without the preamble, which is folded
    assert "Neither the text in force in Arabic nor the one it starts from is here" in html
    assert re.findall("<(?:ins|del)>[^<]*", html.split('id="operative"')[1].split('class="legend"')[0]) == []


def test_what_two_languages_make_of_one_clause_is_said_and_no_more(client, someone, resolution, text):
    french = entered_in(text, "fr", FRENCH)
    swiss = proposal_on(french, "SUI", {1: "de promouvoir la sécurité des réseaux;", 2: "de faire rapport;"}, language="fr")
    english = proposal_on(text, "EUR", {1: WORDS[1][3].replace("study", "promote"), 2: None})
    html = page(client, address(resolution, text, swiss, english))

    names = f"{swiss.identifier} and {english.identifier}"
    assert f"Changed by {names}, in different languages: a machine cannot compare their words." in html
    assert f"Deleted by {english.identifier}, changed by {swiss.identifier}." in html
    assert [html.count(f"</svg>{word}</span>") for word in ("to be read together", "conflict")] == [1, 1]


def test_clauses_added_at_one_place_in_two_languages_are_named_on_both(client, someone, resolution, text):
    french = entered_in(text, "fr", FRENCH)
    swiss, english = proposal_on(french, "SUI", {}, language="fr"), proposal_on(text, "EUR", {})
    add_clause(swiss, "d'élaborer des lignes directrices;", after=1)
    add_clause(english, "to write guidelines for everyone who keeps a network;", after=1)
    html = page(client, address(resolution, text, swiss, english))

    said = f"At this place {swiss.identifier} and {english.identifier} add clauses in different languages"
    assert html.count(said) == 2
    assert html.count("new, after resolves 1") == 2


def test_words_in_conflict_in_one_other_language_are_quoted_in_it(client, someone, resolution, text):
    french = entered_in(text, "fr", FRENCH)
    one, two = (
        proposal_on(french, code, {1: f"de continuer {said} la sécurité des réseaux;"}, language="fr")
        for code, said in (("SUI", "de suivre"), ("SEN", "de normaliser"))
    )
    html = page(client, address(resolution, text, one, two))

    assert f"{one.identifier} and {two.identifier} change the same words: “\u2068d&#x27;étudier\u2069”" in html


def test_hints_are_looked_for_in_the_language_of_the_change(client, someone, resolution, text):
    WordingRule.objects.create(code="standardize", family="role", name_en="A rule", patterns={"fr": ["+ normaliser"], "ar": ["+ تقييس"]})
    swiss = proposal_on(entered_in(text, "fr", FRENCH), "SUI", {1: FRENCH[1][1].replace("d'étudier", "de normaliser")}, language="fr")
    assertContains(client.get(address(resolution, text, swiss)), "1 hint in the operative part")
    quiet = proposal_on(text.revision.texts.get(language="fr"), "SEN", {1: FRENCH[1][1].replace("d'étudier", "de suivre")}, language="fr")
    assert "hint in the operative part" not in page(client, address(resolution, text, quiet))


def test_sup_and_noc_without_words_are_what_they_are_in_any_language(client, someone, resolution, text):
    french = entered_in(text, "fr", FRENCH)
    kept, gone = proposal_on(french, "SEN", {}, language="fr"), proposal_on(french, "SUI", {}, language="fr")
    for proposal, action in ((kept, "NOC"), (gone, "SUP")):
        proposal.clauses.all().delete()
        proposal.action = action
        proposal.save()
    html = page(client, address(resolution, text, kept, gone))

    assert f"<del>{FRENCH[1][1]}</del>".replace("'", "&#x27;") in html
    assert "3 clauses changed" in in_one_line(html)
    assert html.count(f"<span>unchanged</span><span><bdi>{kept.identifier}</bdi></span>") == 3


# What stands there first


def checked(html: str) -> list[str]:
    return re.findall(r'name="with" value="([^"]+)" checked', html)


def test_the_text_in_the_readers_language_is_the_first_column(client, someone, resolution, text):
    french = entered_in(text, "fr", FRENCH)
    proposal_on(text, "EUR", {1: WORDS[1][3] + " now"})
    someone.language = "fr"
    someone.save()
    assert f'value="{text_key(french)}" selected' in page(client, address(resolution, choose=1))
    someone.language = "es"  # no Spanish text is here
    someone.save()
    assert f'value="{text_key(text)}" selected' in page(client, address(resolution, choose=1))


def test_three_columns_are_chosen_watched_regions_first_then_most_changed(client, someone, resolution, text):
    group = RegionalGroupFactory(region_en="Africa")
    little = proposal_on(text, "EUR", {1: WORDS[1][3] + " now"})
    most = proposal_on(text, "RCC", {place: WORDS[place][3] + " now" for place in range(4)})
    more = stating_in(text, "ARB", "ar", ARABIC, {place: f"{ARABIC[place][1]} اليوم" for place in range(3)})
    watched = proposal_on(text, "AFCP", {})
    watched.group = group
    watched.save()
    RegionWatch.objects.create(user=someone, group=group)
    html = page(client, address(resolution, choose=1))

    assert set(checked(html)) == {proposal_key(each) for each in (watched, most, more)}
    assert f'&amp;with={proposal_key(little)}">' in html
    assert re.findall(r'name="show" value="\d"><span><bdi>([^<]+)', html) == ["Africa (ATU)", most.identifier, more.identifier]
    added = page(client, f"{address(resolution, text, watched, most, more)}&with={proposal_key(little)}&choose=1")
    assert len(checked(added)) == 4


def test_what_is_in_languages_one_does_not_read_is_counted_and_one_tap_away(client, someone, resolution, text):
    someone.languages_read = ["en"]
    someone.save()
    english = proposal_on(text, "EUR", {1: WORDS[1][3] + " now"})
    arabic = stating_in(text, "ARB", "ar", ARABIC, {place: f"{ARABIC[place][1]} اليوم" for place in range(3)})
    french = proposal_on(text, "SUI", {1: "de suivre;"}, language="fr")
    html = page(client, address(resolution, choose=1))

    assert checked(html) == [proposal_key(english)]
    assert "2 proposals in languages you do not read (French and Arabic)" in in_one_line(html)
    folded = html[html.index("languages you do not read") :]
    assert all(f'&amp;with={proposal_key(each)}">' in folded for each in (arabic, french))


def test_where_one_reads_none_of_the_languages_proposals_are_shown_anyway(client, someone, resolution, text):
    someone.languages_read = ["en"]
    someone.save()
    arabic = stating_in(text, "ARB", "ar", ARABIC, {1: "مواصلة دراسة وتقييس أمن الشبكات؛"})
    assert checked(page(client, address(resolution, choose=1))) == [proposal_key(arabic)]


def test_the_form_with_all_versions_comes_when_it_is_opened_or_by_a_link(client, someone, resolution, text):
    proposal = proposal_on(text, "EUR", {1: WORDS[1][3] + " now"})
    here = address(resolution, text, proposal)
    closed = page(client, here)
    assert 'name="with"' not in closed
    link = f"{here.split('?')[1]}&choose=1".replace("&", "&amp;")
    assert [f'hx-get="?{link}"' in closed, f'href="?{link}#choose"' in closed] == [True, True]
    assert checked(page(client, f"{here}&choose=1")) == [proposal_key(proposal)]
    fragment = client.get(f"{here}&choose=1", headers={"hx-request": "true"}).content.decode()
    assert [checked(fragment), "<html" in fragment] == [[proposal_key(proposal)], False]


def test_beyond_eight_columns_none_is_offered(client, someone, resolution, text):
    codes = ("EUR", "RCC", "ARB", "IAP", "ACP", "AFCP", "USA", "CAN")
    *shown, left = (proposal_on(text, code, {1: f"{WORDS[1][3]} {code}"}) for code in codes)
    html = page(client, address(resolution, text, *shown))
    assert f'&amp;with={proposal_key(left)}">' not in html


# Files, API, long texts


def test_files_hold_the_columns_in_other_languages_with_their_marks(client, someone, resolution, text):
    french = entered_in(text, "fr", FRENCH)
    swiss = proposal_on(french, "SUI", {1: FRENCH[1][1].replace("réseaux", "réseaux ouverts")}, language="fr")
    arabic = stating_in(text, "ARB", "ar", ARABIC, {1: "مواصلة دراسة وتقييس أمن الشبكات؛"})
    english = proposal_on(text, "EUR", {1: WORDS[1][3] + " now"})
    message = client.get(address(resolution, text, english, swiss, arabic, kind="txt")).content.decode()

    assert f"• {english.identifier}: " in message
    assert f"• {swiss.identifier} (French): \u20681 de continuer d'étudier la sécurité des réseaux[+ ouverts+];\u2069" in message
    assert f"• {arabic.identifier} (Arabic): \u20681 مواصلة دراسة [+وتقييس +]أمن الشبكات؛\u2069" in message
    document = document_of(client.get(address(resolution, text, english, swiss, arabic, kind="docx")))
    wording = document[document.index("وتقييس") - 900 : document.index("وتقييس")]
    assert "<w:bidi/>" in wording
    assert "<w:ins " in wording
    assert '<w:rtl/><w:lang w:bidi="ar-SA"/>' in wording
    assert document.count('<w:lang w:val="fr-FR"/>') > 0


def test_a_word_file_marks_nothing_where_nothing_is_known_in_that_language(client, someone, resolution, text):
    arabic = stating_in(text, "ARB", "ar", ARABIC, {1: "مواصلة دراسة وتقييس أمن الشبكات؛"})
    arabic.clauses.update(before="", change="unknown")
    document = document_of(client.get(address(resolution, text, arabic, kind="docx")))
    assert ["<w:ins " in document, "<w:del " in document] == [False, False]
    assert ["مواصلة دراسة وتقييس أمن الشبكات؛" in document, WORDS[1][3] in document] == [True, True]


def test_the_api_says_the_language_and_what_the_words_are_compared_with(client, someone, resolution, text):
    french = entered_in(text, "fr", FRENCH)
    swiss = proposal_on(french, "SUI", {1: FRENCH[1][1].replace("réseaux", "réseaux ouverts")}, language="fr")
    arabic = stating_in(text, "ARB", "ar", ARABIC, {1: "مواصلة دراسة وتقييس أمن الشبكات؛"})
    silent = stating_in(text, "ARS", "ar", ARABIC, {})
    silent.clauses.update(before="", change="unknown")
    english = proposal_on(text, "EUR", {})
    found = []
    for other in (english, swiss, arabic, silent):
        answer = client.get(f"/api/v1/comparison/?of={text_key(text)}&with={proposal_key(other)}").json()
        [clause] = [clause for clause in answer["clauses"] if clause["call"] == "resolves" and clause["number"] == "1"]
        found.append((answer["language"], answer["compared_with"], clause["change"], clause["compared_with"], clause["marked"]))

    assert found == [
        ("en", "base", "unchanged", WORDS[1][3], WORDS[1][3]),
        ("fr", "text", "modified", FRENCH[1][1], "de continuer d'étudier la sécurité des réseaux[+ ouverts+];"),
        ("ar", "before", "modified", ARABIC[1][1], "مواصلة دراسة [+وتقييس +]أمن الشبكات؛"),
        ("ar", None, None, None, ""),
    ]


@pytest.mark.parametrize("with_text", [True, False])
def test_a_kept_comparison_across_languages_is_the_page_of_one_made_now(client, someone, resolution, text, monkeypatch, with_text):
    if with_text:
        entered_in(text, "ar", ARABIC)
    arabic = stating_in(text, "ARB", "ar", ARABIC, {1: "مواصلة دراسة وتقييس أمن الشبكات؛", 3: None})
    english = proposal_on(text, "EUR", {1: WORDS[1][3] + " now", 3: WORDS[3][3] + " now"})
    here = address(resolution, text, arabic, english, unchanged=1)
    made_now = page(client, here).split('<div class="compare">')[1].split("One version at a time")[0]
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 4)
    monkeypatch.setattr(tasks.make_comparison, "delay_on_commit", lambda pk: None)
    assert "being compared" in page(client, here)
    assert comparisons.make_comparison(KeptComparison.objects.get().pk)
    kept = page(client, here).split('<div class="compare">')[1].split("One version at a time")[0]

    assert "<ins>وتقييس </ins>" in kept
    assert f"Deleted by {arabic.identifier}" in kept
    assert kept == made_now


def test_another_text_in_its_language_makes_another_comparison(client, someone, resolution, text, monkeypatch):
    arabic = stating_in(text, "ARB", "ar", ARABIC, {1: "مواصلة دراسة وتقييس أمن الشبكات؛"})
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 4)
    monkeypatch.setattr(tasks.make_comparison, "delay_on_commit", lambda pk: None)
    here = address(resolution, text, arabic)
    page(client, here)
    assert comparisons.make_comparison(KeptComparison.objects.get().pk)
    assert "being compared</" not in page(client, here)
    entered_in(text, "ar", ARABIC)
    assert "being compared</" in page(client, here)


@pytest.mark.parametrize("count", [2, 6])
def test_proposals_in_four_languages_take_as_many_queries_however_many(client, someone, resolution, text, django_assert_num_queries, count):
    entered_in(text, "fr", FRENCH)
    for number in range(count):
        proposal_on(text, f"E{number}", {1: f"{WORDS[1][3]} {number}"})
        proposal_on(text.revision.texts.get(language="fr"), f"F{number}", {1: f"{FRENCH[1][1]} {number}"}, language="fr")
        stating_in(text, f"A{number}", "ar", ARABIC, {1: f"{ARABIC[1][1]} {number}"})
    here = address(resolution)
    client.get(here)
    with django_assert_num_queries(16):
        client.get(here)

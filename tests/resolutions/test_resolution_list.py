import gzip
import re

import pytest
from django.urls import reverse
from django.utils.timezone import now

from resolutions.models import Outcome, Resolution
from resolutions.services.watching import watch
from tests.factories import AssemblyFactory, ResolutionFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = reverse("resolutions:list")
# Session, person, topics to choose from, counts of the quick filters, keys in order, page, and its topics, revisions and outcomes.
QUERIES = 9


@pytest.fixture
def user(client):
    user = UserFactory(seen_at=now())
    client.force_login(user)
    return user


def shown(response) -> list[int | None]:
    return [resolution.number for resolution in response.context["page"]]


def full_resolution(number: int):
    """One with all that a line can show."""
    resolution = ResolutionFactory(
        number=number, why_en="A wider mandate.", rights_relevance="high", is_named_in_guide=True, confidence="medium"
    )
    resolution.topics.add(TopicFactory(), TopicFactory(tag="privacy", name_en="Privacy"))
    past = AssemblyFactory(code="WTSA-24", short_name_en="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    resolution.revisions.create(assembly=past, label_en="Rev. New Delhi, 2024")
    resolution.outcomes.create(assembly=past, action="NOC", summary_en="left unchanged")
    return resolution


@pytest.mark.parametrize("sort", ["", "title", "weight"])
@pytest.mark.parametrize("rows", [1, 3, 40])
def test_the_list_costs_the_same_whatever_its_length(client, user, rows, sort, django_assert_num_queries):
    for number in range(1, rows + 1):
        full_resolution(number)

    with django_assert_num_queries(QUERIES):
        client.get(LIST, {"sort": sort})


@pytest.mark.parametrize(
    ("sort", "in_order"),
    [("", [2, 50, 78, 101]), ("title", [50, 101, 2, 78]), ("weight", [101, 2, 50, 78]), ("-number", [2, 50, 78, 101])],
)
def test_the_order_is_the_one_asked_for(client, user, sort, in_order):
    """By the titles that lists show, ignoring accents and a quotation mark at the beginning."""
    for number, title, short, weight in [
        (50, "Étude", "", "low"),
        (2, "Accès", "« Long » accès", "medium"),
        (101, "fin", "", "high"),
        (78, "Spam", "", ""),
    ]:
        ResolutionFactory(number=number, title_fr=title, short_title_fr=short, title_en="", rights_relevance=weight)
    user.language = "fr"
    user.save()

    assert shown(client.get(LIST, {"sort": sort})) == in_order


def test_the_order_goes_on_over_pages_filters_and_fragments(client, user):
    for number in range(1, 31):
        ResolutionFactory(number=number, title_en=f"{99 - number} words", is_named_in_guide=True)

    answer = client.get(LIST, {"sort": "title", "page": 2}, headers={"HX-Request": "true"})
    page = client.get(LIST, {"sort": "title"}).content.decode()

    assert shown(answer) == [5, 4, 3, 2, 1]
    assert answer.headers["HX-Push-Url"] == "/resolutions/?sort=title&page=2"
    for link in ("?show=guide&amp;sort=title", "?sort=title&amp;page=2", '<option value="title" selected>'):
        assert link in page


def test_a_line_says_what_matters_and_no_change_is_a_result(client, user):
    full_resolution(50)

    page = client.get(LIST).content.decode()

    for words in ["Rev. New Delhi, 2024", "Cybersecurity", "A wider mandate.", "weight for human rights: high", "named in the guide"]:
        assert words in page
    # Said once.
    assert re.search(r"NOC</bdi>\s+no change", page)
    assert "left unchanged" not in page
    assert "to be checked" in page


def test_a_title_in_another_language_says_which(client, user):
    ResolutionFactory(number=11, title_en="", title_fr="Collaboration avec le Conseil d’exploitation postale")

    page = client.get(LIST).content.decode()

    assert '<span lang="fr">Collaboration avec le Conseil d’exploitation postale</span> <small class="fallback">(in French)</small>' in page


def test_a_reader_of_spanish_is_given_english_before_french(client):
    client.force_login(UserFactory(language="es"))
    ResolutionFactory(number=11, title_es="", title_en="Collaboration with the Postal Operations Council", title_fr="Avec la Poste")

    page = client.get(LIST).content.decode()

    assert '<span lang="en">Collaboration with the Postal Operations Council</span> <small class="fallback">(en inglés)</small>' in page
    assert "Avec la Poste" not in page


def test_resolutions_stand_by_number_and_those_without_one_last(client, user):
    ResolutionFactory(number=None, slug="metaverse", label="[metaverse]")
    for number in (101, 2, 50):
        ResolutionFactory(number=number)

    assert shown(client.get(LIST)) == [2, 50, 101, None]


@pytest.mark.parametrize("words", ["cybersecurite", "CYBERSÉCURITÉ", "cyber", "50", "securite cyber", "  cyber   50 "])
def test_search_ignores_accents_case_and_order(client, user, words):
    ResolutionFactory(number=50, title_en="Cybersecurity", title_fr="Cybersécurité")
    ResolutionFactory(number=52, title_en="Spam", title_fr="Spam")

    assert shown(client.get(LIST, {"q": words})) == [50]


def test_search_reads_every_language(client, user):
    ResolutionFactory(number=70, title_en="Accessibility", title_fr="", title_es="Accesibilidad para personas con discapacidad")

    assert shown(client.get(LIST, {"q": "discapacidad"})) == [70]


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "%", "_", "\x00", "’", "é" * 300, "\u202e50", "😀"])
def test_odd_words_find_nothing_and_break_nothing(client, user, words):
    ResolutionFactory(number=50)

    response = client.get(LIST, {"q": words})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_topics_stand_as_a_reader_looks_for_them(client, user):
    for tag, name in [("wsis", "SMSI"), ("gender", "Égalité des genres"), ("new-ip", "« New IP » et suites"), ("languages", "Langues")]:
        TopicFactory(tag=tag, name_fr=name, name_en="")
    user.language = "fr"
    user.save()

    page = client.get(LIST).content.decode()

    choices = re.search(r'<select name="topic".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'<option value="([^"]*)"', choices) == ["", "gender", "languages", "new-ip", "wsis"]


def test_filters_narrow_and_work_together(client, user):
    cybersecurity, spam = TopicFactory(), TopicFactory(tag="spam", name_en="Spam")
    past = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    older = AssemblyFactory(code="WTSA-20", starts_on="2022-03-01", ends_on="2022-03-09")
    modified, kept, other = ResolutionFactory(number=50, is_named_in_guide=True), ResolutionFactory(number=52), ResolutionFactory(number=60)
    modified.topics.add(cybersecurity)
    kept.topics.add(cybersecurity, spam)
    modified.outcomes.create(assembly=past, action=Outcome.Action.MOD)
    kept.outcomes.create(assembly=past, action=Outcome.Action.NOC)
    # Changed once, but the last assembly left it as it was.
    kept.outcomes.create(assembly=older, action=Outcome.Action.MOD)
    watch(user, kept)
    watch(UserFactory(), other)

    assert shown(client.get(LIST, {"topic": "cybersecurity"})) == [50, 52]
    assert shown(client.get(LIST, {"outcome": "NOC"})) == [52]
    assert shown(client.get(LIST, {"outcome": "MOD"})) == [50]
    assert shown(client.get(LIST, {"show": "watched"})) == [52]
    assert shown(client.get(LIST, {"show": "guide"})) == [50]
    assert shown(client.get(LIST, {"topic": "cybersecurity", "outcome": "NOC", "show": "watched", "q": "52"})) == [52]
    assert client.get(LIST).context["counts"] == {"all": 3, "watched": 1, "guide": 1, "MOD": 1, "ADD": 0, "SUP": 0, "NOC": 1}


def test_a_filter_that_makes_no_sense_is_left_aside(client, user):
    ResolutionFactory(number=50)

    assert shown(client.get(LIST, {"topic": "nonsense", "outcome": "XYZ", "show": "all-of-them", "page": "minus one"})) == [50]


def test_twenty_five_to_a_page_and_the_filters_go_along(client, user):
    for number in range(1, 28):
        ResolutionFactory(number=number)

    first, second = client.get(LIST, {"q": "title"}), client.get(LIST, {"q": "title", "page": 2})

    assert (len(shown(first)), shown(second)) == (25, [26, 27])
    assert 'href="?q=title&amp;page=2"' in first.content.decode()


def test_live_search_answers_only_what_changes_and_announces_how_many(client, user):
    ResolutionFactory(number=50)
    ResolutionFactory(number=52)

    response = client.get(LIST, {"q": "50", "topic": "", "show": ""}, headers={"HX-Request": "true"})

    page = response.content.decode()
    assert response.headers["HX-Push-Url"] == "/resolutions/?q=50"
    assert "<html" not in page
    assert '<span hx-swap-oob="innerHTML:#found">1 resolution</span>' in page
    assert "/resolutions/50/" in page
    assert "/resolutions/52/" not in page


def test_coming_back_in_the_history_answers_the_whole_page(client, user):
    page = client.get(LIST, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).content.decode()

    assert "<html" in page


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"q": "ipv7"}, "No result for “<bdi>ipv7</bdi>”"),
        ({"show": "watched"}, "You watch no resolution yet"),
        ({"outcome": "SUP"}, "No resolution matches"),
    ],
)
def test_an_empty_answer_teaches_one_thing_and_offers_one_act(client, user, address, sentence):
    ResolutionFactory(number=50)

    page = client.get(LIST, address).content.decode()

    assert sentence in page
    assert page.count('class="empty"') == 1


def test_before_anything_is_loaded_the_list_says_how(client, user):
    assert "load_reference" in client.get(LIST).content.decode()


def test_a_full_page_keeps_its_budget(client, user):
    for number in range(1, 41):
        full_resolution(number)

    assert len(gzip.compress(client.get(LIST).content)) < 25 * 1024


def test_strangers_are_asked_to_log_in(client):
    assert client.get(LIST).status_code == 302


def test_short_titles_head_the_lines_and_series_are_told_apart(client, user):
    ResolutionFactory(number=101, title_en="A long official title", short_title_en="Artificial intelligence")
    ResolutionFactory(
        number=101, series="pp", slug="pp-101", title_en="Internet Protocol-based networks", short_title_en="IP-based networks"
    )

    page = client.get(LIST).content.decode()

    assert '<a href="/resolutions/101/">Artificial intelligence</a>' in page
    assert '<p class="meta">A long official title</p>' in page
    assert '<span class="stub"><span>PP Res.</span> <b>101</b></span>' in page
    assert page.index("/resolutions/101/") < page.index("/resolutions/pp-101/")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("101", "101"),
        ("Rés. 101", "101"),
        ("PP 101", "pp-101"),
        ("pp-101", "pp-101"),
        ("Rés. PP 101", "pp-101"),
        ("Plenipotentiary Resolution 101", "pp-101"),
        ("Conseil 1336", "council-1336"),
        ("[AFCP-1]", "afcp-1"),
        ("102", None),
        ("", None),
    ],
)
def test_a_number_means_that_of_the_assembly_unless_its_series_is_named(db, text, slug):
    ResolutionFactory(number=101)
    ResolutionFactory(number=101, series="pp", slug="pp-101")
    ResolutionFactory(number=1336, series="council", slug="council-1336")
    ResolutionFactory(number=None, label="[AFCP-1]", slug="afcp-1")

    assert [row.slug for row in Resolution.objects.named(text)] == ([slug] if slug else [])


def test_a_closed_fold_says_what_is_searched_with_and_without_script(client, user):
    TopicFactory(tag="numbers", name_en="Numbering")
    query = {"q": "internet", "topic": "numbers", "outcome": "NOC"}

    def page(headers=None, **asked):
        return re.sub(r"(?<=>)\s+|\s+(?=<)", "", client.get(LIST, asked, headers=headers).content.decode())

    said = "Shown: internet, Numbering, no change"
    assert ">Search, filter or sort</summary>" in page()
    assert f'<summary id="chosen">{said}</summary>' in page(**query)
    assert f'<span hx-swap-oob="innerHTML:#chosen">{said}</span>' in page({"HX-Request": "true"}, **query)
    assert '<summary id="chosen">Sort by title</summary>' in page(sort="title")
    assert f"{said} · Sort by title</summary>" in " ".join(page(**query, sort="title").split())

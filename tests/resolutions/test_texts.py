from datetime import date
from uuid import uuid4

import pytest
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from resolutions.importers.clause_origins import pair_by_structure, rows_of
from resolutions.importers.docx import TextClause, split_pasted
from resolutions.models import RevisionText
from resolutions.services.texts import check_text, enter_text, prepare
from tests.factories import AssemblyFactory, ResolutionFactory, RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db

ENGLISH = """RESOLUTION 50 (Rev. Anytown, 2024)
Keeping networks trustworthy
(Anytown, 2024)
The World Telecommunication Standardization Assembly,
considering
a)\tthat trust grows where people know who decides;
b)\tthat small networks need guidance written for them;
resolves
1\tto keep studying how trust in networks can be measured;
2\tto publish one short guide for small networks each year;
instructs Study Group 17
1\tto collect examples of good practice from every region;
2\tto report on them to each meeting of the advisory group.
Annex
Points to look at
1\tHow long a fault may last before somebody is told.
"""
FRENCH = """RÉSOLUTION 50 (Rév. Anytown, 2024)
Des réseaux dignes de confiance
(Anytown, 2024)
L'Assemblée mondiale de normalisation des télécommunications,
considérant
a)\tque la confiance croît là où l'on sait qui décide;
b)\tque les petits réseaux ont besoin d'un guide écrit pour eux;
décide
1\tde continuer d'étudier comment mesurer la confiance;
2\tde publier chaque année un court guide pour les petits réseaux;
charge la Commission d'études 17
1\tde réunir des exemples de bonne pratique de chaque région;
2\td'en rendre compte à chaque réunion du groupe consultatif.
"""


def clauses_of(text):
    return split_pasted(text).clauses


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50)


@pytest.fixture
def revision(resolution):
    return RevisionFactory(
        resolution=resolution, assembly=AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    )


@pytest.fixture
def next_revision(resolution):
    return RevisionFactory(resolution=resolution, label_en="Rev. Nextville, 2028")


def enter(revision, text, language="en", **more):
    return enter_text(revision, language=language, clauses=clauses_of(text), by=None, **more)


def by_words(text):
    return {clause.text: clause for clause in text.clauses.all()}


def identities(text):
    return [clause.identity for clause in text.clauses.in_order()]


# --- What is stored ---------------------------------------------------------------------------------------------------


def test_a_text_is_kept_clause_by_clause_each_with_its_verb_line(revision):
    text = enter(revision, ENGLISH, source="Example")
    found = [(clause.part, clause.kind, clause.verb, clause.addressee, clause.number) for clause in text.clauses.in_order()]
    assert found == [
        ("preamble", "item", "considering", "", "a)"),
        ("preamble", "item", "considering", "", "b)"),
        ("operative", "item", "resolves", "", "1"),
        ("operative", "item", "resolves", "", "2"),
        ("operative", "item", "instructs", "Study Group 17", "1"),
        ("operative", "item", "instructs", "Study Group 17", "2"),
        ("annex", "heading", "", "", ""),
        ("annex", "item", "", "", ""),
        ("annex", "item", "", "", "1"),
    ]
    assert (text.source, text.language, text.checked_at, text.is_example) == ("Example", "en", None, False)


def test_a_verb_line_that_nothing_stands_under_is_kept_as_a_heading():
    clauses = [
        TextClause("call", "operative", "invites Member States", "", "invites Member States", 1),
        TextClause("call", "operative", "resolves", "", "resolves", 2),
        TextClause("item", "operative", "resolves", "1", "to begin;", 3),
    ]
    assert [(row.kind, row.call, row.text) for row in rows_of(clauses, "en")] == [
        ("heading", "", "invites Member States"),
        ("item", "resolves", "to begin;"),
    ]


def test_a_form_sent_twice_makes_one_text(revision):
    key = uuid4()
    assert enter(revision, ENGLISH, submission=key) == enter(revision, ENGLISH, submission=key)
    assert RevisionText.objects.count() == 1


def test_a_text_is_kept_with_what_was_said_of_it_its_clauses_in_order(revision):
    person = UserFactory()
    said = {"source": "Proceedings", "url": "https://example.org/50", "file_name": "res50.docx", "sha256": "0" * 64}
    text = enter_text(revision, language="en", clauses=clauses_of(ENGLISH), by=person, is_example=True, **said)
    assert {name: getattr(text, name) for name in said} == said
    assert (text.revision, text.entered_by, text.is_example, text.superseded_at) == (revision, person, True, None)
    assert list(text.clauses.order_by("position").values_list("position", flat=True)) == list(range(1, 10))


def test_a_text_without_a_clause_is_refused(revision):
    with pytest.raises(RuleBroken, match="No clause was found in this text"):
        enter(revision, "RESOLUTION 50\nKeeping networks trustworthy")
    assert not RevisionText.objects.exists()


def test_preparing_a_text_stores_nothing(revision):
    assert len(prepare(revision, language="en", clauses=clauses_of(ENGLISH)).entries) == 9
    assert not RevisionText.objects.exists()


def test_before_it_is_stored_a_text_says_what_it_stands_beside(revision, next_revision):
    alone = prepare(revision, language="en", clauses=clauses_of(ENGLISH))
    assert (alone.earlier, alone.previous, alone.following, alone.sibling, alone.gone) == (None, None, None, None, 0)
    english, french = enter(revision, ENGLISH), enter(revision, FRENCH, "fr")
    shorter = ENGLISH.replace("b)\tthat small networks need guidance written for them;\n", "")
    later = prepare(next_revision, language="en", clauses=clauses_of(shorter))
    assert (later.earlier, later.previous, later.following, later.sibling, later.gone) == (None, english, None, None, 1)
    following = enter(next_revision, ENGLISH)
    again = prepare(revision, language="en", clauses=clauses_of(shorter))
    assert (again.earlier, again.previous, again.following, again.sibling, again.gone) == (english, None, following, french, 0)


@pytest.mark.parametrize("order", [("en", "fr"), ("fr", "en")])
def test_of_several_other_languages_the_first_is_the_one_it_is_set_beside(revision, order):
    for language in order:
        enter(revision, {"en": ENGLISH, "fr": FRENCH}[language], language)
    assert prepare(revision, language="es", clauses=clauses_of(ENGLISH)).sibling.language == "en"


def test_of_several_revisions_the_nearest_are_compared(resolution, revision, next_revision):
    enter(revision, ENGLISH)
    near = enter(next_revision, ENGLISH)
    years = {year: AssemblyFactory(code=f"WTSA-{year}", starts_on=date(2000 + year, 10, 15), ends_on=None) for year in (30, 32, 36)}
    last = enter(RevisionFactory(resolution=resolution, assembly=years[32]), ENGLISH)
    enter(RevisionFactory(resolution=resolution, assembly=years[36]), ENGLISH)
    between = prepare(RevisionFactory(resolution=resolution, assembly=years[30]), language="en", clauses=clauses_of(ENGLISH))
    assert (between.previous, between.following) == (near, last)


# --- Identities -------------------------------------------------------------------------------------------------------


def test_clauses_keep_their_identity_from_one_revision_to_the_next(revision, next_revision):
    first = enter(revision, ENGLISH)
    changed = ENGLISH.replace("1\tto keep", "1\tto invite small networks to take part;\n1 bis\tto keep").replace(
        "one short guide", "a guide"
    )
    second = enter(next_revision, changed)
    old, new = by_words(first), by_words(second)
    kept = new["to keep studying how trust in networks can be measured;"]
    assert kept.identity == old["to keep studying how trust in networks can be measured;"].identity
    assert (kept.lineage, kept.number, kept.came_from) == (
        "renumbered",
        "1 bis",
        old["to keep studying how trust in networks can be measured;"],
    )
    reworded = new["to publish a guide for small networks each year;"]
    assert reworded.identity == old["to publish one short guide for small networks each year;"].identity
    assert (reworded.lineage, reworded.likeness > 0.7) == ("modified", True)
    added = new["to invite small networks to take part;"]
    assert (added.lineage, added.came_from, added.identity in identities(first)) == ("added", None, False)


def test_a_correction_keeps_identities_and_supersedes_what_it_corrects(revision, next_revision):
    first = enter(revision, ENGLISH)
    later = enter(next_revision, ENGLISH)
    corrected = enter(revision, ENGLISH.replace("measured", "gauged"))
    first.refresh_from_db()
    assert identities(corrected) == identities(first)
    assert (first.superseded_at is not None, list(revision.texts.current())) == (True, [corrected])
    assert {clause.came_from.version for clause in later.clauses.all()} == {corrected}


def test_an_older_revision_entered_afterwards_takes_its_place_in_the_lineage(revision, next_revision):
    second = enter(next_revision, ENGLISH)
    first = enter(revision, ENGLISH.replace("2\tto report on them to each meeting of the advisory group.\n", ""))
    lineage = [(clause.lineage, clause.came_from and clause.came_from.version) for clause in second.clauses.in_order()]
    assert lineage == [*[("unchanged", first)] * 5, ("added", None), *[("unchanged", first)] * 3]
    assert set(identities(first)) < set(identities(second))


def test_what_a_later_revision_is_traced_back_to_an_older_one_by(revision, next_revision):
    second = enter(next_revision, ENGLISH)
    first = enter(revision, ENGLISH.replace("one short guide", "a guide"))
    traced = {clause.text: clause for clause in second.clauses.all()}
    changed = traced["to publish one short guide for small networks each year;"]
    assert (changed.lineage, changed.came_from.text) == ("modified", "to publish a guide for small networks each year;")
    assert 0.7 < changed.likeness < 1
    assert identities(second) == identities(first)


def test_another_language_shares_identities_by_its_structure(revision):
    english = enter(revision, ENGLISH)
    french = enter(revision, FRENCH, "fr")
    assert identities(french) == identities(english)[:6]
    assert {clause.lineage for clause in french.clauses.all()} == {"translated"}


def test_a_corrected_text_follows_its_words_whatever_the_numbers_elsewhere(revision):
    enter(revision, FRENCH, "fr")
    first = enter(revision, ENGLISH)
    corrected = enter(revision, ENGLISH.replace("2\tto publish", "2\tto begin at once;\n3\tto publish"))
    old, new = by_words(first), by_words(corrected)
    published, begun = "to publish one short guide for small networks each year;", new["to begin at once;"]
    assert new[published].identity == old[published].identity
    assert (new[published].lineage, new[published].came_from.number) == ("translated", "2")
    assert (begun.lineage, begun.came_from, begun.identity in identities(first)) == ("added", None, False)


def test_a_clause_new_in_both_languages_is_one_clause(revision, next_revision):
    enter(revision, ENGLISH)
    enter(revision, FRENCH, "fr")
    english = enter(next_revision, ENGLISH.replace("instructs Study", "3\tto ask users what they need;\ninstructs Study"))
    french = enter(next_revision, FRENCH.replace("charge la", "3\tde demander aux utilisateurs ce qu'il leur faut;\ncharge la"), "fr")
    assert identities(french) == identities(english)[:7]
    new = by_words(french)["de demander aux utilisateurs ce qu'il leur faut;"]
    assert (new.lineage, new.came_from) == ("added", None)


def test_of_a_clause_that_was_split_the_nearest_part_goes_on_being_it(revision, next_revision):
    whole = "to keep studying how trust in networks can be measured;"
    parts = "2\tto keep studying how trust in networks is best;\n3\tnetworks can be measured;"
    first = enter(revision, "resolves\n1\tto begin at once with the work;\n2\t" + whole)
    second = enter(next_revision, "resolves\n1\tto begin at once with the work;\n" + parts)
    assert identities(second)[:2] == identities(first)
    assert identities(second)[2] not in identities(first)
    assert len(set(identities(second))) == 3


@pytest.mark.parametrize("letters", ["أ )\nب )", "а)\nб)", "a)\nb)"])
def test_structure_pairs_letters_of_any_alphabet(letters):
    rows = rows_of([TextClause("item", "preamble", "x", letter, "", 1) for letter in letters.split("\n")], "en")
    latin = rows_of([TextClause("item", "preamble", "y", letter, "", 1) for letter in ("a)", "b)")], "en")
    assert pair_by_structure(latin, rows) == {0: 0, 1: 1}


def test_structure_pairs_only_what_stands_in_the_same_place():
    def rows(*numbers):
        return rows_of([TextClause("item", "operative", call, number, "", 1) for call, number in numbers], "en")

    old = rows(("resolves", "1"), ("resolves", "2"), ("invites", "1"))
    new = rows(("décide", "1"), ("décide", "1 bis"), ("décide", "2"), ("invite", "1"))
    assert pair_by_structure(old, new) == {0: 0, 2: 1, 3: 2}


# --- Checked by another person ----------------------------------------------------------------------------------------


def test_a_second_person_checks_a_text(revision):
    text = enter(revision, ENGLISH)
    person = UserFactory()
    checked = check_text(text, by=person)
    assert (checked.checked_by, checked.checked_at is not None) == (person, True)


def test_the_first_check_stands(revision):
    text = check_text(enter(revision, ENGLISH), by=UserFactory())
    assert check_text(text, by=UserFactory()).checked_by == text.checked_by


def test_who_entered_a_text_cannot_check_it(revision):
    person = UserFactory()
    text = enter_text(revision, language="en", clauses=clauses_of(ENGLISH), by=person)
    with pytest.raises(RuleBroken, match="another person has to check it"):
        check_text(text, by=person)


def test_a_superseded_text_cannot_be_checked(revision):
    text = enter(revision, ENGLISH)
    RevisionText.objects.update(superseded_at=now())
    with pytest.raises(RuleBroken, match="has since been entered again"):
        check_text(text, by=UserFactory())

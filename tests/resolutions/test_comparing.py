from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.domain.aligning import ChangeKind
from resolutions.domain.comparing import ComparedClause, ComparedText, ConflictKind, WordingConflict, compare, first_difference
from resolutions.domain.wording import apply, as_marked_text, same_wording

WORDS = ["report", "Council", "annually", "security", "network", "the", "of", "考虑", "يقرر", "👍"]
IDENTITIES = [UUID(int=number) for number in range(1, 9)]
PLACES = ("preamble", "operative", "annex")


@dataclass(frozen=True)
class Clause:
    text: str
    number: str = ""
    call: str = "resolves"
    part: str = "operative"
    identity: UUID = field(default_factory=uuid4)


texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
clauses = st.builds(
    Clause,
    text=texts,
    number=st.sampled_from(["", "1", "2", "a)"]),
    call=st.sampled_from(["noting", "resolves", ""]),
    part=st.sampled_from(PLACES),
    identity=st.sampled_from(IDENTITIES) | st.uuids(),
)
of_a_text = st.lists(clauses, max_size=10, unique_by=lambda clause: clause.identity)
removals = st.frozensets(st.sampled_from(IDENTITIES), max_size=2)


@st.composite
def versions_of_any_language(draw) -> ComparedText:
    """Some in another language come with the text in force in it, some with what they start from, some with nothing."""
    language, own, removed = draw(st.sampled_from(["en", "fr"])), draw(of_a_text), draw(removals)
    reference = draw(st.none() | of_a_text) if language == "fr" else None
    known = draw(st.lists(st.sampled_from([*(clause.identity for clause in own), *removed]), unique=True)) if own or removed else []
    stated = {identity: draw(st.none() | clauses.map(lambda made, its=identity: replace(made, identity=its))) for identity in known}
    return ComparedText(language, own, removed, draw(st.booleans()), reference, stated if language == "fr" else {})


versions = versions_of_any_language()

STUDY = Clause("to continue to study the security of networks and the ways in which harm to them is made known;", "1")
REPORT = Clause("to report to the Council every year on what was done and on what could not be done;", "2")
INVITE = Clause("to invite all stakeholders to take part, each within its own role and by its own means;", "3")
RECALL = Clause("that the networks of the world are of many hands, and that nobody alone can keep them;", "a)", "considering", "preamble")
BASE = ComparedText("en", (RECALL, STUDY, REPORT, INVITE))


def english(*clauses: Clause, removed=()) -> ComparedText:
    return ComparedText("en", clauses, frozenset(removed))


def reworded(clause: Clause, old: str, new: str, **fields) -> Clause:
    assert old in clause.text
    return replace(clause, text=clause.text.replace(old, new), **fields)


def elsewhere(clause: Clause) -> Clause:
    """The same words in a text that knows nothing of our identities."""
    return replace(clause, identity=uuid4())


def kinds(rows: list[ComparedClause], version: int = 0) -> list[str]:
    return [cell.kind.value if cell and cell.kind else "" for row in rows for cell in [row.cells[version]]]


@given(versions, st.lists(versions, max_size=4))
def test_every_clause_of_every_version_is_in_exactly_one_row(base, others):
    rows = compare(base, others).rows

    assert [row.base for row in rows if row.base] == list(base.clauses)
    for place, version in enumerate(others):
        shown = [id(clause) for row in rows if row.cells[place] for clause in row.cells[place].clauses]
        assert sorted(shown) == sorted(map(id, version.clauses))


@given(versions, st.lists(versions, max_size=4))
def test_the_pieces_give_back_the_words_of_every_version(base, others):
    for row in compare(base, others).rows:
        for cell, version in zip(row.cells, others, strict=True):
            if cell and cell.kind and not cell.merged_into:
                assert apply(cell.before, cell.pieces) == cell.text
            elif cell:
                assert cell.pieces == ()
            if cell and version.language != base.language:
                own = [*(version.reference or ()), *version.stated.values()]
                assert all(any(clause is each for each in own) for clause in cell.compared)


@given(of_a_text, st.lists(of_a_text, max_size=3))
def test_a_clause_all_have_under_one_identity_is_never_torn_in_two(base, others):
    others = [ComparedText("en", clauses) for clauses in others]
    for row in compare(ComparedText("en", base), others).rows:
        for place, version in enumerate(others):
            if row.base and row.base.identity in {clause.identity for clause in version.clauses}:
                there = row.cells[place]
                assert row.base.identity in {clause.identity for clause in there.clauses} or there.merged_into


@given(of_a_text)
def test_a_text_beside_itself_is_quiet_throughout(clauses):
    comparison = compare(ComparedText("en", clauses), [ComparedText("en", list(clauses))] * 3)

    assert all(row.is_quiet for row in comparison.rows)
    assert sum(comparison.unchanged().values()) == len(clauses)


@given(of_a_text, of_a_text)
def test_what_is_new_comes_after_what_stood_before_it(base, other):
    rows = compare(ComparedText("en", base), [ComparedText("en", other)]).rows
    in_order = [
        other.index(cell.clauses[0]) for row in rows for cell in row.cells if cell and cell.clauses and cell.kind is not ChangeKind.MOVED
    ]

    # Only a clause that was merged or split with one that stands elsewhere may break the order.
    if not any(cell and cell.kind in (ChangeKind.MERGED, ChangeKind.SPLIT) for row in rows for cell in row.cells):
        assert in_order == sorted(in_order)


def test_a_clause_keeps_its_row_when_it_is_renumbered_and_reworded():
    changed = replace(STUDY, text="something else altogether", number="1 bis")
    rows = compare(BASE, [english(RECALL, changed, REPORT, INVITE)]).rows

    assert kinds(rows) == ["unchanged", "modified", "unchanged", "unchanged"]
    assert (rows[1].base, rows[1].cells[0].is_renumbered) == (STUDY, True)


def test_texts_whose_identities_do_not_meet_are_matched_by_their_words():
    other = english(*map(elsewhere, (RECALL, reworded(STUDY, "study", "study and to standardize"), INVITE)))
    rows = compare(BASE, [other]).rows

    assert kinds(rows) == ["unchanged", "modified", "removed", "unchanged"]
    assert as_marked_text(rows[1].cells[0].pieces).startswith("to continue to study [+and to standardize +]the security")


def test_what_a_version_says_it_takes_out_is_not_found_again_in_what_it_adds():
    new = elsewhere(reworded(REPORT, "every year", "every second year", number="4"))
    silent = compare(BASE, [english(RECALL, STUDY, INVITE, new)]).rows
    in_words = compare(BASE, [english(RECALL, STUDY, INVITE, new, removed=[REPORT.identity])]).rows

    assert kinds(silent) == ["unchanged", "unchanged", "moved", "unchanged"]
    assert kinds(in_words) == ["unchanged", "unchanged", "removed", "unchanged", "added"]


def test_new_clauses_say_their_place_and_nearly_equal_ones_share_a_row():
    first = Clause("to draw up Recommendations on the reliable identification of users and of their devices;", "1 bis")
    second = elsewhere(reworded(first, "draw up", "develop"))
    other = Clause("to ask nothing of anyone whom the present text does not name;", "1 ter")
    rows = compare(BASE, [english(RECALL, STUDY, first, REPORT, INVITE), english(RECALL, STUDY, second, other, REPORT, INVITE)]).rows

    assert [(row.base, row.after) for row in rows[1:4]] == [(STUDY, None), (None, STUDY), (None, STUDY)]
    assert [cell and cell.clauses for cell in rows[2].cells] == [(first,), (second,)]
    assert [cell and cell.clauses for cell in rows[3].cells] == [None, (other,)]


def test_a_merged_clause_stands_in_the_row_of_the_first_of_the_two():
    both = replace(STUDY, text=f"{STUDY.text} {REPORT.text}")
    rows = compare(BASE, [english(RECALL, both, INVITE)]).rows

    assert kinds(rows) == ["unchanged", "merged", "merged", "unchanged"]
    assert rows[1].cells[0].base == (STUDY, REPORT)
    assert (rows[2].cells[0].clauses, rows[2].cells[0].merged_into) == ((), STUDY)


def test_a_clause_that_became_two_has_both_in_its_row():
    whole = Clause(f"{STUDY.text} {REPORT.text}", "1")
    parts = (replace(STUDY, identity=whole.identity), replace(REPORT, number="1 bis"))
    rows = compare(english(whole, INVITE), [english(*parts, INVITE)]).rows

    assert kinds(rows) == ["split", "unchanged"]
    assert (rows[0].cells[0].clauses, rows[0].cells[0].number) == (parts, "1, 1 bis")


def test_what_moves_from_the_preamble_into_the_operative_part_is_shown_there():
    moved = replace(RECALL, part="operative", call="resolves", number="4")
    comparison = compare(BASE, [english(STUDY, REPORT, INVITE, moved)])

    row = next(row for row in comparison.rows if row.base is RECALL)
    assert (row.part, row.cells[0].kind) == ("operative", ChangeKind.MOVED)
    assert comparison.parts() == ["operative"]


def test_those_that_touch_the_same_words_are_named_together():
    one = english(RECALL, reworded(STUDY, "the security of networks", "the safety of networks"), REPORT, INVITE)
    two = english(RECALL, reworded(STUDY, "the security of networks", "the openness of networks"), REPORT, INVITE)
    same_as_one = english(RECALL, reworded(STUDY, "the security of networks", "the safety of networks"), REPORT, INVITE)
    apart = english(RECALL, reworded(STUDY, "made known", "told"), REPORT, INVITE)
    row = compare(BASE, [one, apart, two, same_as_one]).rows[1]

    assert row.conflicts == (WordingConflict((0, 2, 3), "security"),)
    assert compare(BASE, [one, same_as_one, apart]).rows[1].conflicts == ()


def test_a_clause_that_one_merges_and_another_changes_is_looked_at_word_by_word_too():
    both = replace(STUDY, text=f"{STUDY.text.replace('security', 'safety')} {REPORT.text.replace('every year', 'every month')}")
    merged = english(RECALL, both, INVITE)
    first = english(RECALL, reworded(STUDY, "security", "openness"), REPORT, INVITE)
    second = english(RECALL, STUDY, reworded(REPORT, "every year", "every day"), INVITE)
    elsewhere = english(RECALL, reworded(STUDY, "made known", "told"), reworded(REPORT, "could not be done", "was not"), INVITE)

    rows = compare(BASE, [merged, first, second, elsewhere]).rows

    assert [row.conflicts for row in rows] == [(), (WordingConflict((0, 1), "security"),), (WordingConflict((0, 2), "year"),), ()]


def test_clauses_that_are_only_merged_touch_no_words():
    merged = english(RECALL, replace(STUDY, text=f"{STUDY.text} {REPORT.text}"), INVITE)
    changed = english(RECALL, reworded(STUDY, "security", "openness"), reworded(REPORT, "every year", "every day"), INVITE)

    assert [row.conflicts for row in compare(BASE, [merged, changed]).rows] == [(), (), (), ()]


@given(versions, st.lists(versions, min_size=2, max_size=3))
def test_words_in_conflict_are_words_of_the_clause(base, others):
    for row in compare(base, others).rows:
        assert all(len(conflict.versions) > 1 for conflict in row.conflicts)
        texts = [row.base.text if row.base else "", *(cell.before for cell in row.cells if cell), *(c.text for c in row.clauses)]
        texts += [(cell.merged or cell).before for cell in row.cells if cell]
        assert all(any(conflict.words in text for text in texts) for conflict in row.conflicts)


def test_taking_a_clause_out_touches_the_words_another_changes():
    gone = english(RECALL, REPORT, INVITE)
    changed = english(RECALL, reworded(STUDY, "study", "promote"), REPORT, INVITE)

    assert [conflict.versions for conflict in compare(BASE, [gone, changed]).rows[1].conflicts] == [(0, 1)]


def test_what_an_amendment_neither_has_nor_takes_out_is_not_deleted_by_it():
    lacking = ComparedText("en", (RECALL, reworded(STUDY, "study", "promote")), frozenset({INVITE.identity}), says_removed=True)
    comparison = compare(BASE, [lacking, english(RECALL, STUDY, INVITE)])

    assert [row.cells[0] and row.cells[0].kind for row in comparison.rows] == [
        ChangeKind.UNCHANGED,
        ChangeKind.MODIFIED,
        None,
        ChangeKind.REMOVED,
    ]
    assert [row.cells[1].kind for row in comparison.rows] == [
        ChangeKind.UNCHANGED,
        ChangeKind.UNCHANGED,
        ChangeKind.REMOVED,
        ChangeKind.UNCHANGED,
    ]
    assert [bool(row.conflicts) for row in comparison.rows] == [False, False, False, False]


def test_texts_in_two_languages_are_set_beside_each_other_and_never_compared():
    french = ComparedText(
        "fr", (replace(RECALL, call="considérant", text="que les réseaux sont de plusieurs mains;"), replace(STUDY, text="d'étudier;"))
    )
    rows = compare(BASE, [french]).rows

    assert [(cell.kind, cell.pieces, bool(cell.clauses)) for row in rows[:2] for cell in row.cells] == [
        (None, (), True),
        (None, (), True),
    ]
    assert [row.cells for row in rows[2:]] == [(None,), (None,)]  # nobody says that they are deleted
    assert not any(row.is_quiet for row in rows)


def test_in_another_language_without_identities_clauses_meet_by_where_they_stand():
    french = ComparedText(
        "fr",
        (
            Clause("que les réseaux sont de plusieurs mains;", "a)", "considérant", "preamble"),
            Clause("d'étudier la sécurité;", "1", "décide"),
            Clause("de faire rapport;", "2", "décide"),
            Clause("d'inviter chacun;", "3", "décide"),
            Clause("de ne rien demander;", "4", "décide"),
        ),
    )
    rows = compare(BASE, [french]).rows

    assert [row.base and row.cells[0].clauses[0].number for row in rows] == ["a)", "1", "2", "3", None]
    assert kinds(rows)[-1] == "added"


def test_what_only_got_another_number_counts_as_unchanged():
    comparison = compare(BASE, [english(RECALL, STUDY, replace(REPORT, number="5"), INVITE)])

    assert kinds(list(comparison.rows)) == ["unchanged", "unchanged", "renumbered", "unchanged"]
    assert comparison.unchanged() == {"preamble": 1, "operative": 3}


def test_the_first_clause_in_which_a_document_starts_from_other_words_is_found():
    found = first_difference([(RECALL.text, RECALL.text + "\u00a0", RECALL), (STUDY.text, STUDY.text.replace("study", "examine"), STUDY)])

    assert found
    assert (found[0], as_marked_text(found[1])[:40]) == (STUDY, "to continue to [−study−][+examine+] the ")
    assert first_difference([(RECALL.text, RECALL.text, RECALL)]) is None


def test_more_than_eight_columns_are_refused():
    with pytest.raises(ValueError, match="9 columns"):
        compare(BASE, [BASE] * 8)


def test_words_that_agree_but_for_typography_are_no_change():
    other = english(RECALL, replace(STUDY, text=STUDY.text.replace(" ", "\u00a0")), REPORT, INVITE)

    assert same_wording(STUDY.text, other.clauses[1].text)
    assert all(row.is_quiet for row in compare(BASE, [other]).rows)


# Across languages

CONSIDERANT = Clause("que les réseaux du monde sont de plusieurs mains;", "a)", "considérant", "preamble", RECALL.identity)
ETUDIER = Clause("de continuer d'étudier la sécurité des réseaux;", "1", "décide", identity=STUDY.identity)
RAPPORT = Clause("de faire rapport au Conseil chaque année;", "2", "décide", identity=REPORT.identity)
INVITER = Clause("d'inviter toutes les parties prenantes à prendre part à ces travaux;", "3", "décide", identity=INVITE.identity)
EN_VIGUEUR = (CONSIDERANT, ETUDIER, RAPPORT, INVITER)


def french(*clauses: Clause, **fields) -> ComparedText:
    return ComparedText("fr", clauses, **({"reference": EN_VIGUEUR} | fields))


def stating(*clauses: Clause, starts: tuple[Clause | None, ...], removed=()) -> ComparedText:
    """A French version where no French text is here: what it says of each clause that it starts from, in its order."""
    keys = [*(clause.identity for clause in clauses)]
    keys += [clause.identity for clause in starts if clause and clause.identity not in keys]
    by_identity = {clause.identity: clause for clause in starts if clause}
    stated = {key: by_identity.get(key) for key in keys if key in by_identity or None in starts}
    return ComparedText("fr", clauses, frozenset(removed), stated=stated)


def said(cell) -> tuple[str, str]:
    return (cell.kind.value if cell.kind else ""), as_marked_text(cell.pieces)


def test_a_version_in_another_language_is_marked_against_the_text_in_its_own():
    changed = reworded(ETUDIER, "étudier", "étudier et de normaliser")
    rows = compare(BASE, [french(CONSIDERANT, changed, RAPPORT, INVITER)]).rows

    assert [row.base for row in rows] == [RECALL, STUDY, REPORT, INVITE]
    assert kinds(rows) == ["unchanged", "modified", "unchanged", "unchanged"]
    assert said(rows[1].cells[0])[1] == "de continuer d'étudier [+et de normaliser +]la sécurité des réseaux;"
    assert [row.is_quiet for row in rows] == [True, False, True, True]


def test_deletions_moves_new_and_merged_clauses_are_said_in_another_language():
    new = Clause("de ne rien demander à personne que le texte ne nomme;", "4", "décide")
    moved = replace(CONSIDERANT, part="operative", call="décide", number="5")
    rows = compare(BASE, [french(ETUDIER, replace(INVITER, number="2"), new, moved, removed=frozenset({RAPPORT.identity}))]).rows

    assert kinds(rows) == ["moved", "unchanged", "removed", "renumbered", "added"]
    assert said(rows[2].cells[0])[1] == f"[−{RAPPORT.text}−]"
    assert (rows[4].base, rows[4].after) == (None, INVITE)
    both = replace(ETUDIER, text=f"{ETUDIER.text} {RAPPORT.text}")
    rows = compare(BASE, [french(CONSIDERANT, both, INVITER)]).rows
    assert kinds(rows) == ["unchanged", "merged", "merged", "unchanged"]
    assert (rows[1].cells[0].base, rows[1].cells[0].reference) == ((STUDY, REPORT), (ETUDIER, RAPPORT))
    assert rows[2].cells[0].merged_into == STUDY


def test_a_text_in_another_language_meets_by_place_where_identities_do_not():
    own = tuple(map(elsewhere, EN_VIGUEUR))
    changed = reworded(own[2], "chaque année", "tous les deux ans")
    rows = compare(BASE, [french(own[0], own[1], changed, own[3], reference=own)]).rows

    assert [row.base for row in rows] == [RECALL, STUDY, REPORT, INVITE]
    assert kinds(rows) == ["unchanged", "unchanged", "modified", "unchanged"]


def test_without_a_text_in_its_language_a_version_is_marked_against_its_start():
    changed = reworded(ETUDIER, "étudier", "promouvoir")
    new = Clause("de ne rien demander;", "1 bis", "décide")
    rows = compare(BASE, [stating(changed, new, INVITER, starts=(ETUDIER, RAPPORT, INVITER, None), removed=[REPORT.identity])]).rows

    assert [row.base for row in rows] == [RECALL, STUDY, None, REPORT, INVITE]
    assert [row.cells[0] and said(row.cells[0]) for row in rows] == [
        None,  # it says nothing of it
        ("modified", "de continuer [−d'étudier−][+d'promouvoir+] la sécurité des réseaux;"),
        ("added", "[+de ne rien demander;+]"),
        ("removed", f"[−{RAPPORT.text}−]"),
        ("unchanged", INVITER.text),
    ]


def test_a_clause_of_which_nothing_is_known_is_shown_whole_and_claims_nothing():
    rows = compare(BASE, [stating(ETUDIER, RAPPORT, starts=(reworded(ETUDIER, "sécurité", "sûreté"),))]).rows

    assert [row.cells[0] and said(row.cells[0]) for row in rows] == [
        None,
        ("modified", "de continuer d'étudier la [−sûreté−][+sécurité+] des réseaux;"),
        ("", ""),
        None,
    ]
    assert rows[2].cells[0].text == RAPPORT.text


def test_in_another_language_a_clause_that_moved_is_said_to_have_moved():
    rows = compare(BASE, [stating(INVITER, CONSIDERANT, ETUDIER, RAPPORT, starts=EN_VIGUEUR)]).rows
    assert kinds(rows) == ["unchanged", "unchanged", "unchanged", "moved"]


def test_of_two_languages_one_deletes_what_the_other_changes():
    gone = french(CONSIDERANT, RAPPORT, INVITER, removed=frozenset({ETUDIER.identity}))
    changed = english(RECALL, reworded(STUDY, "security", "safety"), REPORT, INVITE)
    kept = english(RECALL, STUDY, REPORT, INVITE)
    rows = compare(BASE, [kept, changed, gone]).rows

    assert rows[1].conflicts == (WordingConflict((1, 2), kind=ConflictKind.DELETES, deleting=(2,)),)
    assert [row.conflicts for row in compare(BASE, [kept, gone, gone]).rows] == [()] * 4


def test_of_two_languages_that_change_one_clause_no_more_is_said():
    one = french(CONSIDERANT, reworded(ETUDIER, "sécurité", "sûreté"), RAPPORT, INVITER)
    other = english(RECALL, reworded(STUDY, "security", "safety"), REPORT, INVITE)
    apart = english(RECALL, STUDY, reworded(REPORT, "every year", "every day"), INVITE)

    assert [row.conflicts for row in compare(BASE, [one, apart, other]).rows] == [
        (),
        (WordingConflict((0, 2), kind=ConflictKind.REWORDS),),
        (),
        (),
    ]


def test_two_versions_in_one_other_language_are_held_together_by_their_words():
    one = french(CONSIDERANT, reworded(ETUDIER, "sécurité", "sûreté"), RAPPORT, INVITER)
    other = french(CONSIDERANT, reworded(ETUDIER, "sécurité", "fiabilité"), RAPPORT, INVITER)
    apart = french(CONSIDERANT, reworded(ETUDIER, "continuer", "cesser"), RAPPORT, INVITER)

    assert compare(BASE, [one, other]).rows[1].conflicts == (WordingConflict((0, 1), "sécurité"),)
    assert compare(BASE, [one, apart]).rows[1].conflicts == ()


def test_two_that_start_from_different_words_are_not_held_together():
    one = stating(ETUDIER, starts=(reworded(ETUDIER, "sécurité", "sûreté"),))
    other = stating(ETUDIER, starts=(reworded(ETUDIER, "continuer", "cesser"),))
    assert compare(BASE, [one, other]).rows[1].conflicts == (WordingConflict((0, 1), kind=ConflictKind.REWORDS),)


def test_two_languages_that_add_clauses_at_one_place_are_named_on_both():
    first = Clause("to draw up Recommendations on the reliable identification of users;", "1 bis")
    second = Clause("d'élaborer des Recommandations sur l'identification fiable;", "1 bis", "décide")
    here = english(RECALL, STUDY, first, REPORT, INVITE)
    rows = compare(BASE, [here, french(CONSIDERANT, ETUDIER, second, RAPPORT, INVITER)]).rows
    assert [row.conflicts for row in rows if row.base is None] == [(WordingConflict((0, 1), kind=ConflictKind.ADDS),)] * 2

    rows = compare(BASE, [here, french(CONSIDERANT, ETUDIER, RAPPORT, second, INVITER)]).rows
    assert [row.conflicts for row in rows if row.base is None] == [(), ()]

"""Whatever is done to numbers and neighbours, a clause goes on being itself."""

from hypothesis import given, settings
from hypothesis import strategies as st

from resolutions.importers.clause_origins import ParsedClause, origins, pair_by_structure, rows_of
from resolutions.importers.docx import TextClause

# For clauses that share few words.
NOUNS = [
    "bridges",
    "harbours",
    "lanterns",
    "orchards",
    "rivers",
    "kites",
    "drums",
    "pottery",
    "glaciers",
    "meadows",
    "lighthouses",
    "carpets",
    "violins",
    "tunnels",
    "gardens",
    "barns",
]
TEXTS = [f"that {a} near {b} deserve {c}, said number {n};" for n, (a, b, c) in enumerate(zip(NOUNS, NOUNS[5:], NOUNS[9:], strict=False))]
FRESH = [f"to invite {noun} from elsewhere, quite another thing ({n}) altogether than before;" for n, noun in enumerate(NOUNS)]
NUMBERS = st.sampled_from(["a)", "b)", "1", "2", "3 bis", "3 ter", "12", ""])

unhurried = settings(deadline=None)


def row(text: str, number: str = "", call: str = "resolves", part: str = "operative") -> ParsedClause:
    return ParsedClause(part, "item", call, call, "", number, text)


@unhurried
@given(st.data())
def test_renumbering_and_bis_keep_every_clause_what_it_was(data):
    old = [row(text, str(place)) for place, text in enumerate(TEXTS, start=1)]
    new = [row(text, data.draw(NUMBERS)) for text in TEXTS]
    found = origins(old, new)
    assert {place: origin.place for place, origin in found.items()} == {place: place for place in range(len(TEXTS))}
    assert all(origin.is_main and origin.kind in ("unchanged", "renumbered") for origin in found.values())


@unhurried
@given(st.sets(st.integers(0, len(TEXTS) - 1)), st.sets(st.integers(0, len(TEXTS) - 1)))
def test_what_is_added_or_taken_out_leaves_the_others_what_they_were(added, gone):
    old = [row(text) for text in TEXTS]
    new = [
        each
        for place, text in enumerate(TEXTS)
        for each in ([row(FRESH[place])] if place in added else []) + ([row(text)] if place not in gone else [])
    ]
    found = origins(old, new)
    for place, origin in found.items():
        if origin.is_main and new[place].text in TEXTS:
            assert old[origin.place].text == new[place].text
    assert {new[place].text for place, origin in found.items() if origin.is_main} >= {text for n, text in enumerate(TEXTS) if n not in gone}


@unhurried
@given(st.data())
def test_no_clause_goes_on_being_two(data):
    texts = st.lists(st.text("ab c", min_size=1, max_size=12), min_size=1, max_size=8)
    old, new = ([row(text) for text in data.draw(texts)] for _ in range(2))
    main = [origin.place for origin in origins(old, new).values() if origin.is_main]
    assert len(main) == len(set(main))


@unhurried
@given(st.lists(st.tuples(st.sampled_from(["one", "two", "three"]), NUMBERS), min_size=1, max_size=12))
def test_a_text_and_its_translation_pair_clause_for_clause(lines):
    text = [row("words", number, call) for call, number in lines]
    translation = [row("mots", number, f"{call} en français") for call, number in lines]
    assert pair_by_structure(text, translation) == {place: place for place in range(len(lines))}


@unhurried
@given(st.lists(st.sampled_from(["one", "two"]), min_size=1, max_size=8), st.integers(0, 8))
def test_a_clause_that_only_the_translation_has_pairs_with_nothing(calls, at):
    text = [row("words", str(place), call) for place, call in enumerate(calls)]
    at = min(at, len(calls) - 1)
    translation = [*text[: at + 1], row("mots", "9 bis", calls[at]), *text[at + 1 :]]
    pairs = pair_by_structure(text, translation)
    assert at + 1 not in pairs
    assert pairs == {place if place <= at else place + 1: place for place in range(len(calls))}


def test_what_stands_above_the_first_verb_line_belongs_to_the_preamble():
    clauses = [
        TextClause("resno", None, None, "", "RESOLUTION 50", 1),
        TextClause("restitle", None, None, "", "Trust", 2),
        TextClause("item", None, None, "", "A line of its own.", 3),
        TextClause("annex", "annex", "Annex", "", "Annex", 4),
        TextClause("cell", "annex", "Annex", "", "One cell", 5),
    ]
    assert [(each.part, each.kind, each.call, each.text) for each in rows_of(clauses, "en")] == [
        ("preamble", "item", "", "A line of its own."),
        ("annex", "heading", "", "Annex"),
        ("annex", "cell", "", "One cell"),
    ]

"""What goes into a file of two versions is both of them whole, each in its own order."""

from collections import Counter
from types import SimpleNamespace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from coalitions.texts.read_models.comparison_files import two
from resolutions.domain.comparing import ComparedText, compare
from resolutions.exporters.shapes import line
from resolutions.models import Resolution
from resolutions.read_models.versions import Version, VersionClause
from tests.resolutions.exporters.comparisons import sides

IDENTITIES = [UUID(int=number) for number in range(1, 7)]
PHRASES = ("to light every lamp of the coast", "to paint the northern lighthouse before winter", "to keep the foghorns dry", "to count")

clauses = st.builds(
    VersionClause,
    identity=st.sampled_from(IDENTITIES) | st.uuids(),
    part=st.sampled_from(["preamble", "operative"]),
    kind=st.just("item"),
    call=st.sampled_from(["recalling", "resolves", "instructs"]),
    verb=st.just(""),
    number=st.sampled_from(["", "1", "2 bis"]),
    text=st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3).map("; ".join),
)
texts = st.lists(clauses, max_size=8, unique_by=lambda clause: clause.identity)


def version(label: str, clauses) -> Version:
    return Version(label, label, "en", assembly=SimpleNamespace(), clauses=tuple(clauses))


def paragraphs(clauses) -> list[str]:
    """As a reader sees them: a call where it is another than the one before, then the clauses under it."""
    shown, call = [], ""
    for clause in clauses:
        if clause.call != call:
            shown.append(clause.call)
            call = clause.call
        shown.append(line(clause.number, clause.text))
    return shown


def exported(old, new, **more):
    versions = [version("old", old), version("new", new)]
    comparison = compare(*(ComparedText("en", each.clauses) for each in versions[:1]), [ComparedText("en", versions[1].clauses, **more)])
    return two(versions, comparison, Resolution(number=7, title="Lighthouses"))


@given(texts, texts)
def test_rejecting_all_gives_the_old_text_and_accepting_all_the_new_one(old, new):
    before, after = sides(exported(old, new))

    assert before[2:] == paragraphs(old)
    assert after[2:] == paragraphs(new)


@given(texts, texts)
def test_what_the_new_text_does_not_speak_of_stays_and_what_it_takes_out_goes(old, new):
    gone = frozenset(IDENTITIES[:2])
    made = exported(old, new, removed=gone, says_removed=True)
    before, after = sides(made)

    assert before[2:] == paragraphs(old)
    kept = [row.after for section in made.sections for row in section.clauses if row.note == "does not have it"]
    said = [clause.text for clause in old if clause.identity not in gone]
    assert not Counter(kept) - Counter(said)
    assert Counter(row.after for section in made.sections for row in section.clauses if row.after is not None) == Counter(
        [*kept, *(clause.text for clause in new)]
    )
    assert len(after) >= 2


def clause(text: str, call: str = "resolves", number: str = "1", identity: int = 1, part: str = "operative") -> VersionClause:
    return VersionClause(UUID(int=identity), part, "item", call, call, number, text, f"{call} {number}", f"c-{identity}")


def test_a_reworded_call_is_one_call_even_where_its_first_clause_changed():
    old = [clause(PHRASES[0], "instructs"), clause(PHRASES[1], "instructs", "2", 2)]
    new = [clause("to do something else entirely", "invites", "1", 3), clause(PHRASES[1], "invites", "2", 2)]

    assert [(section.call_before, section.call_after) for section in exported(old, new).sections] == [("instructs", "invites")]
    assert [(section.call_before, section.call_after) for section in exported(new, old).sections] == [("invites", "instructs")]


def test_what_moved_stands_where_it_was_and_where_it_is_under_one_name():
    old = [
        clause(PHRASES[0], number="1", identity=1),
        clause(PHRASES[1], number="2", identity=2),
        clause(PHRASES[2], number="3", identity=3),
    ]
    new = [old[1], old[2], clause(PHRASES[0], number="4", identity=1)]
    rows = [row for section in exported(old, new).sections for row in section.clauses]

    assert [(row.before, row.after, bool(row.move)) for row in rows] == [
        (PHRASES[0], None, True),
        (PHRASES[1], PHRASES[1], False),
        (PHRASES[2], PHRASES[2], False),
        (None, PHRASES[0], True),
    ]
    assert rows[0].move == rows[3].move

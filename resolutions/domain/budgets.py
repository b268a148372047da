"""Limits on what is stored and computed at a time. docs/decisions/budgets.md says how they were found.

Limits at publication keep every text, document and clause within what one page can show; lists are paged, and long computations are done by
a worker and stored.
"""

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from amnt.core.errors import RuleBroken
from resolutions.domain.tables import sizes

# Of one text: a text in force, or what one proposal would make of it. The longest resolution of an assembly has 400 paragraphs.
MOST_CLAUSES = 1_000
MOST_CHARACTERS = 400_000
LONGEST_CLAUSE = 20_000  # characters
LONGEST_REASONS = 20_000
LONGEST_CALL, LONGEST_VERB, LONGEST_ADDRESSEE, LONGEST_NUMBER = 600, 120, 500, 40  # of the verb line of a clause, and its number
# Rows by columns of one table, empty cells too.
LARGEST_TABLE = 2_000
# Clauses of proposals that are anchored in the request that enters a text; a worker does the others.
CLAUSES_ANCHORED_AT_ONCE = 1_500
# The least that a proposal counts for: anchoring has a fixed cost.
PROPOSAL_IN_CLAUSES = 10
# Of a Word file, in bytes: encrypting it takes thirteen times as much memory. Contributions have some 100 KB.
LARGEST_FILE = 5 * 2**20
# Of one document: all its proposals together.
MOST_PROPOSALS = 50
MOST_CLAUSES_OF_DOCUMENT = 3_000
MOST_CHARACTERS_OF_DOCUMENT = 1_000_000
# Clauses of the texts in force under the proposals of one document, or of one pasted table, counted once per
# proposal. NOC and SUP without own words get all of them.
MOST_CLAUSES_UNDERNEATH = 2_000
# New proposals of one pasted table. Each cell may be its own document.
MOST_PROPOSALS_PASTED = 200
# Proposals that a later issue replaces: as many as one document may have.
MOST_CLAUSES_REPLACED = MOST_CLAUSES_OF_DOCUMENT + MOST_CLAUSES_UNDERNEATH


def with_separators(number: int) -> str:
    """As the reader's language writes large numbers: 400,000, 400 000, 400.000."""
    return number_format(number, force_grouping=True)


def check_length(clauses: Iterable[tuple[str, str]], *, name: str = "") -> tuple[int, int]:
    """The size of a text, in clauses and characters. RuleBroken if it has more than one text may have.

    clauses -- of each, what there is to call it ("resolves 3") and its longest wording; name -- what a sentence calls the text
    """
    count = characters = 0
    for clause, words in clauses:
        if len(words) > LONGEST_CLAUSE:
            raise RuleBroken(
                _("A clause is too long (%(clause)s): %(n)s characters, where %(most)s are allowed. Split it into paragraphs.")
                % {"clause": clause or words[:40], "n": with_separators(len(words)), "most": with_separators(LONGEST_CLAUSE)}
            )
        count += 1
        characters += len(words)
    if count > MOST_CLAUSES:
        said = _("This text has %(n)s clauses, where %(most)s are allowed. Enter one resolution at a time.")
        raise RuleBroken(_named(name, said % {"n": with_separators(count), "most": with_separators(MOST_CLAUSES)}))
    if characters > MOST_CHARACTERS:
        said = _("This text has %(n)s characters, where %(most)s are allowed. Enter one resolution at a time.")
        raise RuleBroken(_named(name, said % {"n": with_separators(characters), "most": with_separators(MOST_CHARACTERS)}))
    return count, characters


def check_tables(clauses: Iterable[object], *, name: str = "") -> None:
    """RuleBroken if a table of a text is larger than one page shows."""
    largest = max(sizes(clauses).values(), default=0)
    if largest > LARGEST_TABLE:
        said = _("A table of this text has %(n)s cells, where %(most)s are allowed. Split it into smaller ones.")
        raise RuleBroken(_named(name, said % {"n": with_separators(largest), "most": with_separators(LARGEST_TABLE)}))


def check_document(proposals: int, clauses: int, characters: int) -> None:
    """RuleBroken if a document holds more than one may."""
    if proposals > MOST_PROPOSALS:
        raise RuleBroken(
            _("This document has %(n)s proposals, where %(most)s are allowed. Import them as several documents.")
            % {"n": proposals, "most": MOST_PROPOSALS}
        )
    if clauses > MOST_CLAUSES_OF_DOCUMENT:
        raise RuleBroken(
            _("The proposals of this document have %(n)s clauses together, where %(most)s are allowed. Import fewer at a time.")
            % {"n": with_separators(clauses), "most": with_separators(MOST_CLAUSES_OF_DOCUMENT)}
        )
    if characters > MOST_CHARACTERS_OF_DOCUMENT:
        raise RuleBroken(
            _("The proposals of this document have %(n)s characters together, where %(most)s are allowed. Import fewer at a time.")
            % {"n": with_separators(characters), "most": with_separators(MOST_CHARACTERS_OF_DOCUMENT)}
        )


def check_pasted(proposals: int) -> None:
    """RuleBroken if a table holds more than is recorded at once."""
    if proposals > MOST_PROPOSALS_PASTED:
        raise RuleBroken(
            _("This table has %(n)s new proposals, where %(most)s are recorded at a time. Paste fewer rows.")
            % {"n": with_separators(proposals), "most": with_separators(MOST_PROPOSALS_PASTED)}
        )


def check_base_clauses(clauses: int, *, replaced: int = 0) -> None:
    """RuleBroken if the proposals stored at once have more clauses under them than may be processed at once.

    clauses -- of the texts in force under them; replaced -- of the proposals of an earlier issue that they replace
    """
    if clauses > MOST_CLAUSES_UNDERNEATH:
        raise RuleBroken(
            _("The texts in force under these proposals have %(n)s clauses together, where %(most)s are allowed. Import fewer at a time.")
            % {"n": with_separators(clauses), "most": with_separators(MOST_CLAUSES_UNDERNEATH)}
        )
    if replaced > MOST_CLAUSES_REPLACED:
        raise RuleBroken(
            _("The proposals these replace have %(n)s clauses together, where %(most)s are allowed. Import fewer at a time.")
            % {"n": with_separators(replaced), "most": with_separators(MOST_CLAUSES_REPLACED)}
        )


def _named(name: str, sentence: str) -> str:
    return f"{name} — {sentence}" if name else sentence

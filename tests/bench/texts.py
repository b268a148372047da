"""What comparing texts costs and how well it does, difflib beside it in the same run: `python -m tests.bench.texts`.

No database and no file: the clauses are made up from a list of words, in the manner of a resolution.
"""

import difflib
import random
import sys
import time
from collections.abc import Callable
from itertools import combinations

from resolutions.domain.aligning import ClauseChange, ComparableClause, align, similarity
from resolutions.domain.wording import diff, tokens

CALLS = (
    "recalling",
    "considering",
    "noting",
    "recognizing",
    "resolves",
    "instructs the Director of the Bureau",
    "invites Member States",
    "invites the study groups",
)
WORDS = {  # what clauses are made of
    "small": """the of and to in that for on by with the of and the of to as its be which""",
    "large": """
access address administration agenda agreement allocation architecture assembly assistance authority availability bandwidth bridge
broadcast budget bulletin cable capacity charter citizen cloud code collaboration commerce committee community competence
conference confidence connection consensus consultation consumer content contribution convergence cooperation cost country
coverage cycle data deadline delegation deployment design development device dialogue directory disaster document domain economy
education efficiency emergency emission energy environment equipment expert facility fibre forum framework frequency fund gap
gateway gender generation goal government guideline handbook harmonization health identity impact implementation incident
inclusion indicator industry infrastructure initiative innovation institution interface internet interoperability invitation
island journal knowledge laboratory language law liaison library licence manual market measure meeting member method mobile model
module monitoring name nation network node number objective office operator opinion organization outcome participation partner
path peering people plan platform policy poverty practice principle priority privacy procedure programme progress project
protection protocol provider publication quality question radio rapporteur recommendation record reform region register regulator
report request research resilience resource review right risk roadmap route rule rural safety satellite school science secretariat
sector security seminar server service session signal society software source spam spectrum speed stakeholder standard statistics
strategy student study subscriber summit supplement support survey switch symposium system tariff task technology telegraph
territory test topic trade traffic training transfer transition transmission transport treaty trust union university urgency user
validation value village voice volunteer vote warning water web wireless woman workshop youth zone
""",
}
COMMON, SUBJECTS = (WORDS[kind].split() for kind in ("small", "large"))


# Made-up texts


def made_up(count: int, rng: random.Random) -> list[ComparableClause]:
    """Clauses of 8 to 60 words, nearly half of them the small words all clauses share, numbered under some twenty calls."""
    clauses = []
    calls = sorted(rng.choices(range(len(CALLS)), k=count))
    for place in range(count):
        clauses.append(ComparableClause(CALLS[calls[place]], "", " ".join(prose(rng.randint(8, 60), rng)) + ";"))
    return numbered(clauses)


def prose(count: int, rng: random.Random) -> list[str]:
    return [rng.choice(COMMON) if rng.random() < 0.45 else rng.choice(SUBJECTS) for _ in range(count)]


def numbered(clauses: list[ComparableClause]) -> list[ComparableClause]:
    last, number, result = "", 0, []
    for clause in clauses:
        number = number + 1 if clause.call == last else 1
        last = clause.call
        result.append(ComparableClause(clause.call, str(number), clause.text))
    return result


def edited(text: str, share: float, rng: random.Random) -> str:
    """About this share of the words replaced, dropped or followed by another one."""
    words: list[str] = []
    for word in text.split():
        if rng.random() >= share:
            words.append(word)
            continue
        act = rng.randrange(3)
        if act:
            words += [word] * (act == 2) + [rng.choice(SUBJECTS)]
    return " ".join(words)


def hard_edit(old: list[ComparableClause], rng: random.Random) -> tuple[list[ComparableClause], set[tuple[int, int]]]:
    """A new version and the true pairs: 30 % of the clauses changed in up to 80 % of their words, 8 % gone, 8 % moved and edited,
    and 12 % more that are near-copies of others. (Of others still there: a near-copy of one that is gone is that one, moved.)"""
    stay: list[tuple[int | None, str]] = []
    move: list[tuple[int | None, str]] = []
    for i, clause in enumerate(old):
        fate = rng.random()
        if fate < 0.30:
            stay.append((i, edited(clause.text, rng.uniform(0, 0.8), rng)))
        elif fate < 0.38:
            continue
        elif fate < 0.46:
            move.append((i, edited(clause.text, rng.uniform(0, 0.3), rng)))
        else:
            stay.append((i, clause.text))
    there = [i for i, _ in [*stay, *move] if i is not None]
    copies = [(None, edited(old[rng.choice(there)].text, rng.uniform(0.1, 0.4), rng)) for _ in range(round(len(old) * 0.12))]
    for clause in [*move, *copies]:
        stay.insert(rng.randint(0, len(stay)), clause)
    new, call = [], old[0].call
    for i, text in stay:
        call = old[i].call if i is not None and (i, text) not in move else call
        new.append(ComparableClause(call, "", text))
    return numbered(new), {(i, j) for j, (i, _) in enumerate(stay) if i is not None}


def easy_edit(old: list[ComparableClause], rng: random.Random) -> list[ComparableClause]:
    """What a usual contribution does: a word here and there in a tenth of the clauses, one in fifty gone, one in fifty new."""
    new: list[ComparableClause] = []
    for clause in old:
        fate = rng.random()
        if fate < 0.02:
            continue
        new.append(ComparableClause(clause.call, "", edited(clause.text, 0.2, rng)) if fate < 0.12 else clause)
        if fate > 0.98:
            new.append(ComparableClause(clause.call, "", made_up(1, rng)[0].text))
    return numbered(new)


# Measures


def pairs_of(changes: list[ClauseChange]) -> set[tuple[int, int]]:
    return {(i, j) for change in changes for i in change.old for j in change.new}


def f1(found: set[tuple[int, int]], true: set[tuple[int, int]]) -> float:
    return 2 * len(found & true) / (len(found) + len(true)) if found or true else 1.0


def pairs_by_difflib(old: list[ComparableClause], new: list[ComparableClause]) -> set[tuple[int, int]]:
    """Equal clauses, and the first of what was replaced with the first of what replaces it."""
    matcher = difflib.SequenceMatcher(None, [clause.text for clause in old], [clause.text for clause in new], autojunk=False)
    return {pair for operation, i, i_end, j, j_end in matcher.get_opcodes() for pair in zip(range(i, i_end), range(j, j_end), strict=False)}


def alignment_f1(count: int = 200, seeds: int = 20) -> dict[str, float]:
    """Mean F1 of the pairs on the hard edits, ours and difflib's, and how alike unrelated clauses are here (99th percentile)."""
    ours, theirs = [], []
    for seed in range(seeds):
        rng = random.Random(seed)
        old = made_up(count, rng)
        new, true = hard_edit(old, rng)
        ours.append(f1(pairs_of(align(old, new)), true))
        theirs.append(f1(pairs_by_difflib(old, new), true))
    rng = random.Random(seeds)
    strangers = sorted(similarity(a.text, b.text) for a, b in combinations(made_up(60, rng), 2))
    return {
        "ours": sum(ours) / seeds,
        "worst": min(ours),
        "difflib": sum(theirs) / seeds,
        "strangers p99": strangers[len(strangers) * 99 // 100],
    }


def alignment_ms(count: int = 200, seeds: int = 20) -> dict[str, float]:
    """Median of milliseconds for one hard edit, and for difflib on the same clauses."""
    cases = []
    for seed in range(seeds):
        rng = random.Random(seed)
        old = made_up(count, rng)
        cases.append((old, hard_edit(old, rng)[0]))
    ours = sorted(seconds(lambda case=case: align(*case)) for case in cases)
    theirs = sorted(seconds(lambda case=case: pairs_by_difflib(*case)) for case in cases)
    return {"ours": ours[seeds // 2] * 1000, "difflib": theirs[seeds // 2] * 1000}


def long_alignment_s(count: int = 10_000) -> dict[str, float]:
    """Seconds for a very long contribution: usually edited, edited hard, and every clause changed so that nothing is an anchor."""
    rng = random.Random(1)
    old = made_up(count, rng)
    usual, hard = easy_edit(old, rng), hard_edit(old, rng)[0]
    changed = [ComparableClause(clause.call, clause.number, edited(clause.text, 0.3, rng) + " anew") for clause in old]
    alike = [ComparableClause("resolves", "", "to report to the Council each year;")] * count
    other = [ComparableClause("resolves", "", "to report to the Council every second year;")] * count
    return {
        "usual": seconds(lambda: align(old, usual), 1),
        "hard": seconds(lambda: align(old, hard), 1),
        "all changed": seconds(lambda: align(old, changed), 1),
        "all alike": seconds(lambda: align(alike, other), 1),
    }


def clauses_per_second(count: int = 2000) -> dict[str, float]:
    """Word diffs of edited clauses, ours and difflib's on the same tokens."""
    rng = random.Random(2)
    pairs = [(clause.text, edited(clause.text, rng.uniform(0, 0.4), rng)) for clause in made_up(count, rng)]
    few = pairs[: count // 10]

    def by_difflib() -> None:
        for old, new in few:
            difflib.SequenceMatcher(None, tokens(old), tokens(new), autojunk=False).get_opcodes()

    return {
        "ours": count / seconds(lambda: [diff(old, new) for old, new in pairs], 9),
        "difflib": len(few) / seconds(by_difflib, 9),
    }


def longest_diff_s(words: int = 5000) -> dict[str, float]:
    """Seconds for one diff of so many words against as many: prose, all different, few different, Chinese."""
    rng = random.Random(3)
    cases = {
        "prose": [" ".join(prose(words, rng)) for _ in range(2)],
        "strangers": [" ".join(f"{letter}{rng.randrange(10**9)}" for _ in range(words)) for letter in "ab"],
        "eight words": [" ".join(rng.choices(COMMON[:8], k=words)) for _ in range(2)],
        "one word": ["word " * words, "word " * (words - 1) + "end"],
        "Chinese": ["".join(chr(rng.randrange(0x4E00, 0x5200)) for _ in range(words)) for _ in range(2)],
        # Three in five of these are tokens of their own: as many as there are words elsewhere.
        "signs": ["".join(rng.choices("'-’.\u0301 \u200f", k=words * 5 // 3)) for _ in range(2)],
    }
    return {name: seconds(lambda case=case: diff(*case)) for name, case in cases.items()}


def longest_difflib_s(words: int = 5000) -> float:
    rng = random.Random(3)
    old, new = prose(words, rng), prose(words, rng)
    return seconds(lambda: difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes(), 1)


def seconds(act: Callable[[], object], times: int = 3) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return min(spent)


def measured() -> dict[str, dict[str, float]]:
    return {
        "F1, hard edits of 30 clauses": alignment_f1(30, 60),
        "F1, hard edits of 200 clauses": alignment_f1(),
        "ms to align 200 clauses, hard": alignment_ms(),
        "s to align 10,000 clauses": long_alignment_s(),
        "word diffs, clauses/s": clauses_per_second(),
        "s for 5,000 × 5,000 words": {**longest_diff_s(), "difflib, prose": longest_difflib_s()},
    }


def main() -> int:
    for what, figures in measured().items():
        sys.stdout.write(f"{what}\n")
        for name, figure in figures.items():
            sys.stdout.write(f"    {name:24} {figure:12,.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

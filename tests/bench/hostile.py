"""Texts made to harm: versions as long as validation lets them in, in which every step of a comparison has as much to do as it can.

Each kind is a function of the place of a version among those on one resolution, 0 being the text in force, that gives its clauses.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.timezone import now

from resolutions.domain.budgets import LONGEST_CLAUSE, MOST_CHARACTERS, MOST_CLAUSES
from resolutions.models import Assembly, Clause, Contribution, Proposal, ProposedClause, Resolution, Revision, RevisionText

COLUMNS = 8
CODES = ("AFCP", "ACP", "ARB", "EUR", "IAP", "RCC", "USA")


@dataclass(frozen=True, slots=True)
class Made:
    """A clause of a hostile text. is_same -- it has the identity of the clause of the text in force at its place"""

    text: str
    call: str = "resolves"
    part: str = "operative"
    is_same: bool = True


type Kind = Callable[[int, int, int, random.Random], list[Made]]


def _cut(words: list[str], most: int) -> str:
    return " ".join(words)[:most].rstrip() or "x"


def few_words(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Clauses of the same few words in another order: all are alike, none is the same."""
    return [Made(_cut([rng.choice("abcdefgh") for _ in range(each // 2)], each), is_same=False) for _ in range(count)]


def every_other_word(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Every other word is another in each version: as many marks as there are words, and conflicts of all with all."""
    return [Made(_cut([("a", f"{version}")[place % 2] for place in range(each // 2)], each)) for _ in range(count)]


def signs(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """A sign is a word: twice as many of them."""
    return [Made("".join(rng.choice(".,;:!?" if place % 2 else "()[]{}") for place in range(each))) for _ in range(count)]


def chinese(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    return [Made("".join(chr(0x4E00 + rng.randrange(3)) for _ in range(each))) for _ in range(count)]


def accents(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Letters with very many accents on them."""
    return [Made(("e" + "\u0301\u0327\u200d" * (each // 8) + " ") * 2 + str(version)) for _ in range(count)]


def backwards(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Every clause has moved."""
    made = [_cut([f"w{place}", *(f"v{place % 7}" for _ in range(each // 3))], each) for place in range(count)]
    return [Made(text, is_same=False) for text in (reversed(made) if version % 2 else made)]


def merged(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Short clauses that stand in one long one of the next version."""
    parts = [_cut([f"p{place}", f"q{place}", f"r{place}", f"s{place}"], each) for place in range(count)]
    if version % 2 == 0:
        return [Made(text, is_same=False) for text in parts]
    together = 30
    return [Made(_cut([*parts[place : place + together]], LONGEST_CLAUSE), is_same=False) for place in range(0, count, together)]


def calls(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Each clause under a verb line of its own, in three parts by turns."""
    parts = ("operative", "annex", "preamble")
    words = ["to", "do", *(rng.choice(("this", "that")) for _ in range(each // 5))]
    return [Made(_cut(words, each), call=f"invites {version} {place}" + " and" * 100, part=parts[place % 3]) for place in range(count)]


def hinted(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Words that the rules look for, each a word of its own."""
    words = ("security", "privacy", "standardi", "regulat", "internet", "governance", "domain name", "shall", "may", "should", "protocol")
    if version == 0:
        return [Made("to do nothing at all") for _ in range(count)]
    return [Made(_cut([f"{rng.choice(words)}{rng.randrange(99)}" for _ in range(each // 8)], each)) for _ in range(count)]


def quoted(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Quotation marks opened and never closed, brackets in brackets, and footnotes."""
    return [Made("".join(rng.choice(("« ", "“", '"', "[[", "[^1]", "a ")) for _ in range(each // 3))[:each] + "x") for _ in range(count)]


def all_new(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """Each version has clauses of its own: rows of eight times as many clauses."""
    return [Made(_cut([f"{version}x{rng.randrange(10**6)}" for _ in range(each // 8)], each), is_same=False) for _ in range(count)]


def nearly_alike(version: int, count: int, each: int, rng: random.Random) -> list[Made]:
    """All clauses alike but for one word each."""
    return [Made(_cut([*["the network of all"] * (each // 19), f"n{place + version}"], each), is_same=False) for place in range(count)]


KINDS: tuple[Kind, ...] = (
    few_words,
    every_other_word,
    signs,
    chinese,
    accents,
    backwards,
    merged,
    calls,
    hinted,
    quoted,
    all_new,
    nearly_alike,
)
# Clauses and characters of each: as many as there may be, as long as there may be, what is compared while one waits, and between.
SHAPES = (
    (MOST_CLAUSES, MOST_CHARACTERS // MOST_CLAUSES),
    (MOST_CHARACTERS // LONGEST_CLAUSE, LONGEST_CLAUSE),
    (125, 400),
    (500, 100),
    (2, LONGEST_CLAUSE),
    (500, 800),
    (MOST_CLAUSES, 20),
    (80, 5_000),
    (10, 5_000),
)


def all_of_them() -> Iterator[tuple[str, Kind, int, int]]:
    """Twelve kinds in nine shapes."""
    for kind in KINDS:
        for count, each in SHAPES:
            yield f"{kind.__name__}-{count}x{each}".replace("_", "-"), kind, count, each


def grow_hostile(
    assembly: Assembly, before: Assembly, slug: str, kind: Kind, count: int, each: int, *, columns: int = COLUMNS, seed: int = 7
) -> Resolution:
    """A resolution with a text in force and proposals of this kind on it."""
    rng = random.Random(seed)
    resolution = Resolution.objects.create(slug=slug[:50], label=f"[{slug[:36]}]".upper(), title_en=slug, title_fr=slug)
    revision = Revision.objects.create(resolution=resolution, assembly=before, label_en="Rev. Bench", label_fr="Rév. Bench")
    text = RevisionText.objects.create(revision=revision, language="en")
    in_force = Clause.objects.bulk_create(
        Clause(version=text, position=place, part=made.part, call=made.call, number=str(place), text=made.text)
        for place, made in enumerate(kind(0, count, each, rng))
    )
    for column in range(1, columns):
        code = CODES[column - 1]
        contribution = Contribution.objects.create(assembly=assembly, number=f"{slug[:50]}-{column}", language="en", received_at=now())
        proposal = Proposal.objects.create(
            contribution=contribution,
            resolution=resolution,
            identifier=f"{code}/{column}/1",
            sources=[code],
            action="MOD",
            base=text,
            moved_at=now(),
        )
        rows = []
        for place, made in enumerate(kind(column, count, each, rng)):
            clause = in_force[place] if made.is_same and place < len(in_force) else None
            tied = {"identity": clause.identity, "base_clause": clause, "before": clause.text} if clause else {}
            change = "modified" if clause else "added"
            words = {"part": made.part, "call": made.call, "number": str(place), "text": made.text, "position": place}
            rows.append(ProposedClause(proposal=proposal, action="MOD", change=change, **words, **tied))
        ProposedClause.objects.bulk_create(rows)
    return resolution

"""Comparisons: eight columns of sixty clauses that are nearly all reworded; texts with few and with many proposals in four languages."""

import random
import statistics
import time
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amnt.accounts.models import User
from resolutions.domain.aligning import ComparableClause as Made
from resolutions.models import Assembly, Clause, Contribution, Proposal, ProposedClause, Resolution, Revision, RevisionText
from tests.bench.texts import edited, made_up

CLAUSES = 60
CODES = ("AFCP", "ACP", "ARB", "EUR", "IAP", "RCC", "USA")
SLUG = "compared"
# With names that an address can be written with before they are there.
EIGHT_COLUMNS = f"of=t-{UUID(int=1)}" + "".join(f"&with=p-{UUID(int=number)}" for number in range(len(CODES)))

FEW, MANY = 6, 60  # proposals on one text
LANGUAGES = ("en", "fr", "ar", "ru")  # the text is here in the first two
LARGER = 1.3
TIMES = 31


def grow_comparison(assembly: Assembly, before: Assembly) -> None:
    """Once: the page costs what its own text costs, whatever else there is. The text is that of the assembly before."""
    if Resolution.objects.filter(slug=SLUG).exists():
        return
    rng = random.Random(4)
    resolution = Resolution.objects.create(slug=SLUG, label="[COMPARED]", title_en="Compared", title_fr="Comparée")
    revision = Revision.objects.create(resolution=resolution, assembly=before, label_en="Rev. Bench", label_fr="Rév. Bench")
    text = RevisionText.objects.create(revision=revision, language="en", public_id=UUID(int=1))
    made = made_up(CLAUSES, rng)
    in_force = Clause.objects.bulk_create(
        Clause(version=text, position=place, text=clause.text, **stand(clause)) for place, clause in enumerate(made)
    )
    for number, code in enumerate(CODES):
        contribution = Contribution.objects.create(assembly=assembly, number=f"{900 + number}A1", language="en")
        proposal = Proposal.objects.create(
            public_id=UUID(int=number),
            contribution=contribution,
            resolution=resolution,
            identifier=f"{code}/{contribution.number}/1",
            sources=[code],
            action="MOD",
            base=text,
        )
        ProposedClause.objects.bulk_create(
            ProposedClause(
                proposal=proposal,
                action="MOD",
                change="modified",
                position=clause.position,
                text=edited(clause.text, 0.2, rng),
                before=clause.text,
                base_clause=clause,
                identity=clause.identity,
                **stand(made[clause.position]),
            )
            for clause in in_force
        )


def stand(clause: Made) -> dict[str, str]:
    part = "operative" if clause.call.startswith(("resolves", "instructs", "invites")) else "preamble"
    return {"part": part, "call": clause.call, "verb": clause.call.split()[0], "number": clause.number}


def all_columns(slug: str) -> str:
    """The address of a comparison of the text of this resolution with all its proposals, of which no more than three are chosen unasked."""
    texts = RevisionText.objects.filter(revision__resolution__slug=slug).order_by("pk")
    proposals = Proposal.objects.filter(resolution__slug=slug).order_by("pk")
    keys = [f"t-{text.public_id}" for text in texts[:1]] + [f"p-{proposal.public_id}" for proposal in proposals[: len(CODES)]]
    return f"/resolutions/{slug}/compare/?of={keys[0]}{''.join(f'&with={key}' for key in keys[1:])}"


# --- Few and many proposals in four languages -----------------------------------------------------------------------------------------


def grow_proposed(slug: str, count: int, assembly: Assembly, before: Assembly) -> None:
    """A text in two languages and so many proposals in four, each of which rewords three clauses of sixty."""
    rng = random.Random(11)
    resolution = Resolution.objects.create(slug=slug, label=f"[{slug}]".upper(), title_en=slug, title_fr=slug)
    revision = Revision.objects.create(resolution=resolution, assembly=before, label_en="Rev. Bench", label_fr="Rév. Bench")
    made = made_up(CLAUSES, rng)
    texts = {language: RevisionText.objects.create(revision=revision, language=language) for language in LANGUAGES[:2]}
    in_force = Clause.objects.bulk_create(
        Clause(version=texts["en"], position=place, text=clause.text, **stand(clause)) for place, clause in enumerate(made)
    )
    Clause.objects.bulk_create(
        Clause(version=texts["fr"], position=clause.position, text=clause.text, identity=clause.identity, **stand(made[clause.position]))
        for clause in in_force
    )
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        contribution = Contribution.objects.create(assembly=assembly, number=f"{slug}-{number}", language=language)
        proposal = Proposal.objects.create(
            contribution=contribution,
            resolution=resolution,
            identifier=f"S{number}/{number}/1",
            sources=[f"S{number}"],
            action="MOD",
            base=texts.get(language, texts["en"]),
        )
        reworded = {(number + step * CLAUSES // 3) % CLAUSES for step in range(3)}
        ProposedClause.objects.bulk_create(
            ProposedClause(
                proposal=proposal,
                action="MOD",
                change="modified" if clause.position in reworded else "unchanged",
                position=clause.position,
                text=edited(clause.text, 0.2, rng) if clause.position in reworded else clause.text,
                before=clause.text,
                base_clause=clause,
                identity=clause.identity,
                **stand(made[clause.position]),
            )
            for clause in in_force
        )


def measured(person: User) -> dict[str, dict[str, float]]:
    """Queries and time of a page with many proposals beside the same with few, asked for by turns."""
    assembly, before = Assembly.objects.get(code="WTSA-28"), Assembly.objects.get(code="WTSA-24")
    for count in (FEW, MANY):
        grow_proposed(f"asked-{count}", count, assembly, before)
    client = Client()
    client.force_login(person)
    return {name: _beside(client, page) for name, page in (("compare", "compare/"), ("text page", "text/"))}


def _beside(client: Client, page: str) -> dict[str, float]:
    addresses = {count: f"/resolutions/asked-{count}/{page}" for count in (FEW, MANY)}
    queries, spent = {}, {count: [] for count in addresses}
    for count, address in addresses.items():
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        queries[count] = len(seen)
        assert answer.status_code == 200, f"{address} answers {answer.status_code}"
    for _ in range(TIMES):
        for count, address in addresses.items():
            start = time.perf_counter()
            client.get(address)
            spent[count].append(time.perf_counter() - start)
    few, many = (statistics.median(spent[count]) for count in (FEW, MANY))
    return {"queries few": queries[FEW], "queries many": queries[MANY], "ms few": few * 1000, "ms many": many * 1000, "ratio": many / few}


def verdicts(found: dict[str, dict[str, float]]) -> list[tuple[str, str, bool]]:
    lines = []
    for name, page in found.items():
        what = f"{name}, {MANY} proposals in {len(LANGUAGES)} languages beside {FEW}"
        queries = page["queries few"], page["queries many"]
        lines.append((f"{what}: queries", f"{queries[0]:.0f} / {queries[1]:.0f}", queries[0] == queries[1]))
        said = f"{page['ratio']:.2f} ≤ {LARGER} ({page['ms few']:.0f} and {page['ms many']:.0f} ms)"
        lines.append((f"{what}: time", said, page["ratio"] <= LARGER))
    return lines

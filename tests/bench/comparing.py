"""A text of sixty clauses and seven proposals on it, each of which rewords most of them: eight columns to be read side by side."""

import random

from resolutions.domain.aligning import ComparableClause as Made
from resolutions.models import Assembly, Clause, Contribution, Proposal, ProposedClause, Resolution, Revision, RevisionText
from tests.bench.texts import edited, made_up

CLAUSES = 60
CODES = ("AFCP", "ACP", "ARB", "EUR", "IAP", "RCC", "USA")
SLUG = "compared"


def grow_comparison(assembly: Assembly, before: Assembly) -> None:
    """Once: the page costs what its own text costs, whatever else there is. The text is that of the assembly before."""
    if Resolution.objects.filter(slug=SLUG).exists():
        return
    rng = random.Random(4)
    resolution = Resolution.objects.create(slug=SLUG, label="[COMPARED]", title_en="Compared", title_fr="Comparée")
    revision = Revision.objects.create(resolution=resolution, assembly=before, label_en="Rev. Bench", label_fr="Rév. Bench")
    text = RevisionText.objects.create(revision=revision, language="en")
    made = made_up(CLAUSES, rng)
    in_force = Clause.objects.bulk_create(
        Clause(version=text, position=place, text=clause.text, **stand(clause)) for place, clause in enumerate(made)
    )
    for number, code in enumerate(CODES):
        contribution = Contribution.objects.create(assembly=assembly, number=f"{900 + number}A1", language="en")
        proposal = Proposal.objects.create(
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

"""What is asked of the resolutions, in bulk: as many proposals on each row of the matrix in a small world as in a large one."""

import random
from datetime import UTC, date, datetime, timedelta

from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import Circle, Position, Reading
from resolutions.models import Assembly, Contribution, Proposal, ProposalEvent, RegionalGroup, Resolution

A_RESOLUTION = 36  # of one assembly: 110 resolutions hold 4,000
READ_BY_THE_FIRST, READ_BY_OTHERS = 3000, 300
BATCH = 2000
CODES = {"ATU": "AFCP", "APT": "ACP", "LAS": "ARB", "CEPT": "EUR", "CITEL": "IAP", "RCC": "RCC"}
STATES = ("US", "BR", "KE", "IN", "JP", "FR")
TONES = ("risk", "mixed", "good")


def grow_proposals(count: int, assembly: Assembly, groups: list[RegionalGroup], dice: random.Random) -> None:
    """So many proposals in all: on the resolutions of this assembly first, the rest on those of earlier ones."""
    editions = [assembly, *past_assemblies()]
    resolutions = list(Resolution.objects.order_by("number"))
    for edition in editions:
        asked = set(Proposal.objects.filter(contribution__assembly=edition).values_list("resolution_id", flat=True))
        for resolution in resolutions:
            if resolution.pk not in asked and Proposal.objects.count() < count:
                ask(resolution, edition, groups, dice, is_history=edition != assembly)


def past_assemblies() -> list[Assembly]:
    years = (2024, 2022, 2016, 2012, 2008)
    return [
        Assembly.objects.get_or_create(
            code=f"WTSA-{year % 100:02}",
            defaults={"short_name_fr": f"AMNT-{year % 100:02}", "starts_on": date(year, 10, 15), "ends_on": date(year, 10, 24)},
        )[0]
        for year in years
    ]


def ask(resolution: Resolution, edition: Assembly, groups: list[RegionalGroup], dice: random.Random, *, is_history: bool) -> None:
    """On one resolution: four from each region, the rest from States alone."""
    year = edition.starts_on.year if edition.starts_on else 2028
    received = datetime(year, 9, 1, tzinfo=UTC) if is_history else now() - timedelta(days=10)
    documents = Contribution.objects.bulk_create(
        [
            Contribution(
                assembly=edition,
                number=f"{resolution.number}A{n}",
                language="en",
                received_at=received,
                is_late=n % 9 == 0,
                is_history=is_history,
            )
            for n in range(A_RESOLUTION)
        ]
    )
    rows = []
    for n, document in enumerate(documents):
        group = groups[n % 6] if n < 24 else None
        who = CODES[group.code] if group else "USA"
        moved = None if is_history else now() - timedelta(days=dice.choice((1, 5, 9)))
        rows.append(
            Proposal(
                contribution=document,
                resolution=resolution,
                identifier=f"{who}/{document.number}/1",
                action=dice.choice(("MOD", "MOD", "NOC", "SUP")),
                status=dice.choice(("common", "preliminary", "submitted", "withdrawn")),
                group=group,
                sources=[who],
                countries=[] if group else [STATES[n % 6]],
                moved_at=moved,
            )
        )
    made = Proposal.objects.bulk_create(rows)
    ProposalEvent.objects.bulk_create(
        [
            ProposalEvent(
                proposal=row, kind="new", status=row.status, at=received, recorded_at=row.moved_at or now(), is_history=is_history
            )
            for row in made
        ]
    )


def read_and_stand(circle: Circle, by: User, dice: random.Random) -> None:
    """What one coalition makes of them; the one that is measured with reads nearly all."""
    if Reading.objects.filter(circle=circle).exists():
        return
    is_first = not Reading.objects.exists()
    current = Proposal.objects.filter(moved_at__isnull=False).order_by("pk").values_list("pk", flat=True)
    read = list(current[: READ_BY_THE_FIRST if is_first else READ_BY_OTHERS])
    Reading.objects.bulk_create(
        [Reading(circle=circle, proposal_id=pk, tone=dice.choice(TONES), by=by, note="Hors du mandat.") for pk in read], batch_size=BATCH
    )
    resolutions = Resolution.objects.order_by("number").values_list("pk", flat=True)[: 110 if is_first else 30]
    Position.objects.bulk_create(
        [
            Position(
                circle=circle,
                resolution_id=pk,
                version=1,
                stance=dice.choice(Position.Stance.values),
                by=by,
                at=now() - timedelta(days=dice.choice((0, 3, 7))),
            )
            for pk in resolutions
        ]
    )

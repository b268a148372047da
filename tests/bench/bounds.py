"""What the worst data costs: hostile comparisons one by one, and eight at once. (`bin/worst` measures everything else.)"""

from dataclasses import asdict
from functools import partial
from typing import Any

from django.test import Client

from amnt.accounts.models import User
from resolutions import tasks
from resolutions.models import Assembly, KeptComparison
from tests.bench import comparing, crowd, hostile, worst
from tests.bench.proposals import past_assemblies

PAGE_SECONDS, PAGE_MEGABYTES = 1.0, 64.0


def measured(person: User, *, quick: bool) -> dict[str, Any]:
    """quick -- one shape of each kind"""
    assembly, before = Assembly.objects.get(code="WTSA-28"), past_assemblies()[0]
    client = Client(raise_request_exception=False)
    client.force_login(person)
    pages: dict[str, worst.Answer] = {}
    seconds_of_worker = 0.0
    for number, (name, kind, count, each) in enumerate(hostile.all_of_them()):
        if quick and number % len(hostile.SHAPES):
            continue
        resolution = hostile.grow_hostile(assembly, before, name, kind, count, each)
        address = comparing.all_columns(resolution.slug)
        first = worst.alone(name, partial(client.get, address))
        client.get(address)
        for kept in KeptComparison.objects.waiting():
            seconds, _megabytes = worst.timed(partial(tasks.make_comparison, kept.pk))
            seconds_of_worker = max(seconds_of_worker, seconds)
        pages[address] = max(first, worst.alone(name, partial(client.get, address)), key=lambda answer: answer.seconds)
    dearest = sorted(pages, key=lambda address: pages[address].seconds, reverse=True)[: crowd.AT_ONCE]
    return {
        "pairs": len(pages),
        "faults": sum(answer.status != 200 for answer in pages.values()),
        "slowest s": max(answer.seconds for answer in pages.values()),
        "largest MB": max(answer.megabytes for answer in pages.values()),
        "slowest": max(pages.values(), key=lambda answer: answer.seconds).name,
        "worker s": round(seconds_of_worker, 2),
        "crowd": asdict(crowd.measured(person, dearest)),
    }


def verdicts(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    beside = found["crowd"]
    return [
        (
            f"{found['pairs']} hostile comparisons: slowest page ({found['slowest']})",
            f"{found['slowest s']:.2f} s of the processor ≤ {PAGE_SECONDS:.0f}, {found['faults']} faults",
            found["slowest s"] <= PAGE_SECONDS and not found["faults"],
        ),
        ("hostile comparisons: largest page", f"{found['largest MB']} MB ≤ {PAGE_MEGABYTES:.0f}", found["largest MB"] <= PAGE_MEGABYTES),
        ("hostile comparisons: a worker's longest", f"{found['worker s']} s ≤ 10", found["worker s"] <= 10),
        (
            f"home page while {crowd.AT_ONCE} are asked for at once",
            f"{beside['meanwhile']} ms ≤ 500 (alone {beside['alone']}); slowest of {beside['asked']}: {beside['slowest_meanwhile']} ≤ 1000",
            beside["meanwhile"] <= 500 and beside["slowest_meanwhile"] <= 1000,
        ),
        ("memory a process grew by meanwhile", f"{beside['megabytes']} MB ≤ {PAGE_MEGABYTES:.0f}", beside["megabytes"] <= PAGE_MEGABYTES),
    ]

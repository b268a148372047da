"""What encryption costs: on pages, for one value, and to change the key of a whole database."""

import statistics
import time
from unittest import mock

from django.test import Client

from amnt.accounts.models import User
from amnt.encryption import fields, keys, rotation
from tests.bench.measures import FLOOR, PAGES

MEASURED = ("S01 now", "S04 compare", "S05 follow-ups")
MOST_OF_A_PAGE, VALUES_A_SECOND, ROWS_A_SECOND = 0.05, 20_000, 1_000


def of_a_page(client: Client, address: str, times: int = 15) -> dict[str, float]:
    """How many values it decrypts, how long that takes in floors, and which part of the page that is."""
    spent: list[float] = []

    def decrypt(value: str) -> str:
        start = time.perf_counter()
        text = keys.decrypt(value)
        spent.append(time.perf_counter() - start)
        return text

    decrypting, whole, floor = [], [], []
    client.get(address)
    for _ in range(times):
        for asked, seconds in ((FLOOR, floor), (address, whole)):
            spent.clear()
            with mock.patch.object(fields, "decrypt", decrypt):
                start = time.perf_counter()
                client.get(asked)
                seconds.append(time.perf_counter() - start)
        decrypting.append(sum(spent))
    cost = statistics.median(decrypting)
    return {
        "values": len(spent),
        "ms": round(cost * 1000, 2),
        "floors": round(cost / statistics.median(floor), 3),
        "share": round(cost / statistics.median(whole), 3),
    }


def values_a_second(number: int = 5000) -> int:
    value = keys.encrypt("Call the ministry before the meeting of the regional group ends")
    start = time.perf_counter()
    for _ in range(number):
        keys.decrypt(value)
    return round(number / (time.perf_counter() - start))


def measured(person: User) -> dict:
    client = Client()
    client.force_login(person)
    pages = {name: of_a_page(client, PAGES[name]) for name in MEASURED}
    start = time.perf_counter()
    _version, rows = rotation.rotate(wait=0)
    return {"pages": pages, "values/s": values_a_second(), "rows": rows, "rows/s": round(rows / (time.perf_counter() - start))}


def verdicts(figures: dict) -> list[tuple[str, str, bool]]:
    lines = [
        (
            f"{name}: {page['values']} values decrypted",
            f"{page['ms']} ms, {page['floors']} floors, {page['share']:.1%} of the page ≤ {MOST_OF_A_PAGE:.0%}",
            page["share"] <= MOST_OF_A_PAGE,
        )
        for name, page in figures["pages"].items()
    ]
    pace, rows = figures["values/s"], figures["rows/s"]
    lines.append(("decrypting", f"{pace:,} values/s ≥ {VALUES_A_SECOND:,}", pace >= VALUES_A_SECOND))
    lines.append((f"a new data key for {figures['rows']:,} rows", f"{rows:,} rows/s ≥ {ROWS_A_SECOND:,}", rows >= ROWS_A_SECOND))
    return lines

"""What is thrown at pages, forms and readers. FUZZ=20 throws twenty times as much, differently each time (`bin/fuzz`)."""

import os
import random

TIMES = int(os.environ.get("FUZZ", "1"))
# The same cases each time in the suite; new ones on demand, whose number is printed so that they can be had again.
SEED = int(os.environ.get("FUZZ_SEED", "7" if TIMES == 1 else str(random.SystemRandom().randrange(10**9))))

ODD = (
    "",
    " ",
    "\0",
    "a\0b",
    "²",
    "٣",
    "9" * 400,
    "-1",
    "0",
    "1e999",
    "NaN",
    "Infinity",
    "true",
    "None",
    "\u202etxt.exe",
    "\u200b",
    "\ufeff",
    "\ufffe",
    "👩‍🚀" * 50,
    "e" + "\u0301" * 500,
    "İ" * 200,
    "'\"><script>",
    "%00%0d%0a",
    "\r\nX-Header: 1",
    "../../../etc/passwd",
    "{{ 7 }}{% x %}",
    "2028-13-45",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "24:60",
    "00:00",
    "23:59:60",
    "00000000-0000-0000-0000-000000000000",
    "not-a-uuid",
    "50",
    "ATU",
    "WTSA-28",
    "[]",
    '{"a": [1]}',
    "a,b;c\td",
    "http://[::1",
    "javascript:alert(1)",
    "x@" + "y" * 300,
    "x" * 20_000,
)


def dice(*about: object) -> random.Random:
    """Random numbers that are the same for the same thing and seed."""
    return random.Random(f"{SEED} {about}")

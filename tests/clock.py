"""A working day of September 2028, four weeks before the assembly of the tests: proposals come in."""

from datetime import UTC, datetime

NOW = datetime(2028, 9, 20, 10, tzinfo=UTC)

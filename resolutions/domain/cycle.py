"""The calendar of a cycle as far as nobody has announced it yet: as WTSA-24 had it. Pure."""

# From the day contributions are due to the opening: 16 September for 15 October 2024. What comes later is late.
READING_DAYS = 29

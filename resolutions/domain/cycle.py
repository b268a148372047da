"""Assumed intervals of a cycle whose calendar is not announced yet: those of WTSA-24. Pure."""

# From the day contributions are due to the opening: 16 September for 15 October 2024. What comes later is late.
READING_DAYS = 29

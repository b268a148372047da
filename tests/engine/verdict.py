"""What the visitor of bin/engine noted, and whether that is as it should be."""

from collections.abc import Sequence

# What an update may cost the people who are using the site, in seconds.
AWAY_AT_MOST = 5.0


class Failed(Exception):
    """What was not as it should be."""


def demand(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise Failed(otherwise)


def longest_silence(answered: Sequence[float], until: float) -> float:
    """The longest time without an answer, from the first of these instants to the end of the watch."""
    return max(after - before for before, after in zip(answered, [*answered[1:], until], strict=True))


def check_silence(seconds: float) -> None:
    demand(seconds <= AWAY_AT_MOST, f"away for {seconds:.1f} s")

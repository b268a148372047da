"""A limit on long comparisons per process, so that other requests find a thread and processor time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

# Of the four threads of a process: two that compute would take two thirds of the processor from the others.
SEATS = 1
_seats = BoundedSemaphore(SEATS)


@contextmanager
def comparison_slot(*, is_needed: bool) -> Iterator[bool]:
    """A context manager: yields whether a slot is free, or none needed. Does not wait."""
    if not is_needed:
        yield True
        return
    is_free = _seats.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            _seats.release()

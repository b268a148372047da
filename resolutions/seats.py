"""How many long comparisons one process works on at a time, so that other pages find a thread, and the processor."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

# Of the four threads that a process of the image has: two that compute would take two thirds of the processor from the others.
SEATS = 1
_seats = BoundedSemaphore(SEATS)


@contextmanager
def seat(*, is_needed: bool) -> Iterator[bool]:
    """Whether one is free, or none is needed. It is kept as long as the block runs; nobody waits for one."""
    if not is_needed:
        yield True
        return
    is_free = _seats.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            _seats.release()

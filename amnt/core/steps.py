"""Steps that a clock runs, each by itself."""

import logging
from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)


def run_each(steps: Iterable[Callable[[], object]]) -> bool:
    """Run these one after the other. One that fails is logged and stops no other. Say whether all went well."""
    succeeded = [_succeeds(step) for step in steps]
    return all(succeeded)


def _succeeds(step: Callable[[], object]) -> bool:
    try:
        step()
    except Exception:
        logger.exception("%s failed: the next run tries again", step.__name__)
        return False
    return True

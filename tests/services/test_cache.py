import os
import uuid

import pytest
from django.core.cache import CacheHandler

from amnt import settings as ours

pytestmark = pytest.mark.services


def test_the_cache_of_production_keeps_counts_that_all_processes_share():
    assert os.environ["REDIS_URL"] == ours.REDIS_URL
    one, other = CacheHandler(ours.CACHES)["default"], CacheHandler(ours.CACHES)["default"]
    key = uuid.uuid4().hex
    one.set(key, 1, timeout=10)
    assert other.incr(key) == 2
    one.delete(key)

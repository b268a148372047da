"""The shared cache of all processes, in Redis.

Without Redis each process uses its own memory: people still log in, and rate limits still hold per process.
"""

import logging
from time import monotonic
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

ASKED_AGAIN_AFTER = 5.0


class SharedCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]):
        super().__init__(server, params)
        self.own = LocMemCache("while Redis is away", params)
        self.away_until = 0.0

    def ask(self, act: str, *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= self.away_until:
            try:
                return getattr(super(), act)(*args, **kwargs)
            except RedisError as error:
                self.away_until = monotonic() + ASKED_AGAIN_AFTER
                logger.warning("Redis does not answer the cache (%s): each process counts for itself meanwhile", type(error).__name__)
        return getattr(self.own, act)(*args, **kwargs)

    def add(self, *args, **kwargs):
        return self.ask("add", *args, **kwargs)

    def get(self, *args, **kwargs):
        return self.ask("get", *args, **kwargs)

    def set(self, *args, **kwargs):
        return self.ask("set", *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self.ask("touch", *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self.ask("delete", *args, **kwargs)

    def has_key(self, *args, **kwargs):
        return self.ask("has_key", *args, **kwargs)

    def incr(self, *args, **kwargs):
        return self.ask("incr", *args, **kwargs)

    def get_many(self, *args, **kwargs):
        return self.ask("get_many", *args, **kwargs)

    def set_many(self, *args, **kwargs):
        return self.ask("set_many", *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self.ask("delete_many", *args, **kwargs)

    def clear(self):
        return self.ask("clear")

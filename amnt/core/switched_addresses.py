"""Addresses that are there only while a setting is on. Off, they are not found, by the same bytes as any address that never was."""

from typing import Any

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern


class SwitchedResolver(URLResolver):
    """Like `path(route, include(…))`, while the setting is on."""

    def __init__(self, route: str, patterns: list[URLPattern], *, namespace: str, setting: str):
        super().__init__(RoutePattern(route, is_endpoint=False), patterns, app_name=namespace, namespace=namespace)
        self.setting = setting

    def resolve(self, path: Any) -> ResolverMatch:
        if not getattr(settings, self.setting):
            raise Resolver404({"path": path})
        return super().resolve(path)

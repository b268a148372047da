"""The kinds of exports of ways in that are not public."""

from django.utils.translation import gettext_lazy as _

from coalitions.export_registry import register


def register_all() -> None:
    register("own_routes", name=_("the ways in of our organisations"), sentence=_("The ways in of the organisations were exported"))

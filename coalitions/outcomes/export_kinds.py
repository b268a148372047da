"""The kinds of exports of outcomes that are not public."""

from django.utils.translation import gettext_lazy as _

from coalitions.export_registry import register


def register_all() -> None:
    register("outcomes", name=_("the internal report after an assembly"), sentence=_("The internal report after an assembly was exported"))

"""The export of positions, which are not public."""

from django.utils.translation import gettext_lazy as _

from coalitions.export_registry import register


def register_all() -> None:
    register("positions", name=_("the positions with their talking points"), sentence=_("The positions were exported"))

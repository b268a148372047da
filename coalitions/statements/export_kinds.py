"""The kinds of exports of statements that are not public."""

from django.utils.translation import gettext_lazy as _

from coalitions.export_registry import register


def register_all() -> None:
    register(
        "statement",
        name=_("the answers to a statement"),
        sentence=_("The answers to a statement were exported"),
    )

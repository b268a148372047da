"""The kinds of exports of the live pages that are not public."""

from django.utils.translation import gettext_lazy as _

from coalitions.export_registry import register


def register_all() -> None:
    register("session_notes", name=_("the notes of sessions"), sentence=_("Notes of sessions were exported"))

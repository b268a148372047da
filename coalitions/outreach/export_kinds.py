"""The kinds of exports of contacts that are not public."""

from django.utils.translation import gettext_lazy as _

from coalitions.export_registry import register


def register_all() -> None:
    register("contacts", name=_("contacts with delegations"), sentence=_("Contacts with delegations were exported"))

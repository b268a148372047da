"""Exports as files, and who may make them, by the class of their content (security model, section 1).

Public (C0): whoever reads it. Coalition (C1): its leads. Restricted circle (C2): leads who are in the circle. Delegation only (C3): nobody
but its author, so no export of a coalition holds it. An app registers each export of something that is not public;
`coalitions.services.exports.record_export` returns the line that such a file carries.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amnt.audit import acts
from amnt.audit.models import AuditLevel
from amnt.audit.reading import LEVELS
from amnt.core.markings import MARKINGS

_names: dict[str, str | Promise] = {}


def register(key: str, *, name: str | Promise, sentence: str | Promise) -> None:
    """name -- what is exported, as the page that asks calls it; sentence -- how the audit calls the act `export.<key>`."""
    _names[key] = name
    acts.register(act_of(key), sentence)


def name_of(key: str) -> str:
    return str(_names[key])


def act_of(key: str) -> str:
    return f"export.{key}"


def class_name(level: str) -> str:
    return str(MARKINGS[LEVELS[AuditLevel(level)]])


def public_line() -> str:
    """The line of a file with public content only."""
    return _("%(class)s: nothing in this file comes from a coalition.") % {"class": class_name(AuditLevel.PUBLIC)}

"""Recording what happens in a circle: how much the audit keeps follows from who may read the circle."""

from collections.abc import Iterable

from django.db.models import Model

from amnt.accounts.models import User
from amnt.audit.models import Level
from amnt.audit.services import record
from coalitions.models import Circle

LEVELS = {
    Circle.Kind.EVERYONE: Level.COALITION,
    Circle.Kind.RESTRICTED: Level.RESTRICTED,
    Circle.Kind.DELEGATION: Level.DELEGATION,
}


def record_in(circle: Circle, act: str, *, by: User | None, about: Model | None = None, fields: Iterable[str] = ()) -> None:
    """Of what only a delegation reads no more is kept than who and when; of a restricted circle, what its people may read."""
    level = LEVELS[Circle.Kind(circle.kind)]
    record(act, by=by, about=about or circle, coalition=circle.coalition, circle=circle, level=level, fields=fields)

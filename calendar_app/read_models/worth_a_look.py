"""Public facts worth a look: those never read in a source, and those whose source was read more than a year ago."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from calendar_app.models import DateWatch, Deadline, Meeting
from calendar_app.read_models.changed_pages import changed_pages, changed_since_checked
from coalitions.models import Membership
from coalitions.permissions import membership_context_of
from resolutions.importers.reference import COMPILED_ON
from resolutions.models import (
    Assembly,
    DateStatus,
    Fact,
    Outcome,
    RegionalGroup,
    RegionWatch,
    Resolution,
    Revision,
    StudyGroup,
    StudyGroupLink,
    Watch,
)

READ_AGAIN_AFTER = timedelta(days=365)
# Who checked a fact, and what says where it comes from, is not what it states.
NOT_STATED = {"id", "reference_key", "reference_values", "verified_by", "verified_at", "search_text", "changed_at"}


@dataclass(frozen=True)
class FactKind:
    """One kind of fact.

    names -- the columns that name one of them in a form; joined by "@", the name of a row
    used_by -- what people watch who use it: ("resolution", "resolution_id") counts the watches of its resolution
    """

    code: str
    label: Promise
    rows: Callable[[], QuerySet[Any]]
    names: tuple[str, ...]
    used_by: tuple[str, str] | None = None

    def find(self, name: str) -> Fact | None:
        """The row of this name; None if there is none, or if that is no name."""
        parts = name.split("@")
        if len(parts) != len(self.names):
            return None
        try:
            found: Fact | None = self.rows().filter(**dict(zip(self.names, parts, strict=True))).first()
        except (ValueError, ValidationError):
            return None
        return found

    def name_of(self, fact: Fact) -> str:
        return "@".join(str(value_at(fact, column)) for column in self.names)


def value_at(thing: Any, column: str) -> Any:
    for part in column.split("__"):
        thing = getattr(thing, part)
    return thing


KINDS: Mapping[str, FactKind] = {
    kind.code: kind
    for kind in (
        FactKind("assembly", _("assembly"), lambda: Assembly.objects.of_wtsa(), ("code",)),
        FactKind("group", _("regional group"), lambda: RegionalGroup.objects.all(), ("code",), ("group", "pk")),
        FactKind("resolution", _("resolution"), lambda: Resolution.objects.all(), ("slug",), ("resolution", "pk")),
        FactKind(
            "revision",
            _("revision"),
            lambda: Revision.objects.select_related("resolution", "assembly"),
            ("resolution__slug", "assembly__code"),
            ("resolution", "resolution_id"),
        ),
        FactKind(
            "outcome",
            _("outcome"),
            lambda: Outcome.objects.select_related("resolution", "assembly"),
            ("resolution__slug", "assembly__code"),
            ("resolution", "resolution_id"),
        ),
        FactKind("study-group", _("study group"), lambda: StudyGroup.objects.all(), ("period", "number")),
        FactKind(
            "study-group-link",
            _("study group of a resolution"),
            lambda: StudyGroupLink.objects.select_related("resolution", "study_group"),
            ("resolution__slug", "study_group__period", "study_group__number"),
            ("resolution", "resolution_id"),
        ),
        # Of what is over, nobody needs to look up when it was; of assumptions, leads are reminded by themselves.
        FactKind(
            "meeting",
            _("meeting"),
            lambda: Meeting.objects.filter(circle=None).exclude(date_status=DateStatus.ASSUMPTION).ahead(),
            ("public_id",),
            ("meeting", "pk"),
        ),
        FactKind(
            "deadline",
            _("deadline"),
            lambda: Deadline.objects.filter(meeting__circle=None, at__gte=now()).exclude(date_status=DateStatus.ASSUMPTION),
            ("public_id",),
            ("deadline", "pk"),
        ),
    )
}


@dataclass(frozen=True)
class FactToCheck:
    """A fact that is worth a look.

    read_on -- when its source was last read, None if it never was as far as is known
    changed_on -- when a page it names was found changed since, None if none was
    """

    kind: FactKind
    fact: Any
    read_on: date | None
    uses: int
    changed_on: date | None = None

    @property
    def name(self) -> str:
        return self.kind.name_of(self.fact)

    @property
    def seen(self) -> str:
        return digest_of(self.fact)


def digest_of(fact: Fact) -> str:
    """Of all that it states: whoever confirms it confirms what stood on her page."""
    stated = [(field.name, str(getattr(fact, field.attname))) for field in fact._meta.concrete_fields if field.name not in NOT_STATED]
    return sha256(repr(stated).encode()).hexdigest()[:16]


def read_on(fact: Fact) -> date | None:
    """The day its source was last read: by whoever checked it, else by those who compiled the data. None where nobody did, as far as is
    known."""
    if fact.verified_at is not None:
        return fact.verified_at.date()
    return None if fact.is_from_memory or fact.reference_key is None else COMPILED_ON


def facts_to_check(user: User) -> list[FactToCheck]:
    """All of them: first those whose page has changed, then the longest not read; of the same age, what the people of the coalitions she
    leads use most.
    """
    uses, pages = _uses(user), changed_pages()
    limit = now().date() - READ_AGAIN_AFTER
    found = []
    for kind in KINDS.values():
        for fact in kind.rows().defer("reference_values"):
            day = read_on(fact)
            changed = changed_since_checked(fact, pages) if pages else None
            if changed or day is None or day < limit:
                watched = uses[kind.used_by[0]][getattr(fact, kind.used_by[1])] if kind.used_by else 0
                found.append(FactToCheck(kind, fact, day, watched, changed))
    places = {code: place for place, code in enumerate(KINDS)}
    return sorted(found, key=lambda one: (one.changed_on is None, one.read_on or date.min, -one.uses, places[one.kind.code], one.fact.pk))


def _uses(user: User) -> dict[str, Counter[int]]:
    """How many people of the coalitions she leads watch each thing: of others she is not to learn anything."""
    people = Membership.objects.current().filter(coalition__in=membership_context_of(user).led).values("user")
    dates = DateWatch.objects.filter(user__in=people)
    return {
        "resolution": _counted(Watch.objects.filter(user__in=people).values_list("resolution").annotate(n=Count("pk"))),
        "group": _counted(RegionWatch.objects.filter(user__in=people).values_list("group").annotate(n=Count("pk"))),
        "meeting": _counted(dates.exclude(meeting=None).values_list("meeting").annotate(n=Count("pk"))),
        "deadline": _counted(dates.exclude(deadline=None).values_list("deadline").annotate(n=Count("pk"))),
    }


def _counted(rows: Iterable[tuple[int, int]]) -> Counter[int]:
    return Counter(dict(rows))

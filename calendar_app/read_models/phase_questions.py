"""What each phase of the cycle asks first, and its answer as the first page shows it.

A new question is a function in `QUESTIONS` and a template in templates/calendar_app/now/, `_block_question_<name>.html`, which is given
`block`. It is asked in one query of `now_queries`, or of its own, and shows `LINES` lines at most; where there are none, the one act that
helps. Nothing of a delegation's circle stands in it, not even a number, and of a restricted circle nothing but how much.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from modeltranslation.utils import resolution_order

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.addresses import page_address
from amnt.core.languages import current_language
from calendar_app.domain import phases
from calendar_app.models.concerns import Concerns
from calendar_app.read_models.now_queries import DOORS, NEW_PEOPLE, OPEN_REQUESTS, UNCOVERED_SESSIONS, UNREAD, VERDICTS
from coalitions.models import Circle, Membership, MembershipContext, OwnRoute, SessionResolution, Verdict
from coalitions.models.assembly_sessions import session_name
from coalitions.participation.read_models.ways import name_of_way
from resolutions.models import Assembly, DateStatus, short_name

LINES = 7
# Whoever joined since then is new.
NEW_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Asker:
    """Who asks, and when. assembly -- the one people work for; last -- the last one that is over"""

    user: User
    memberships: MembershipContext
    instant: datetime
    assembly: Assembly | None
    last: Assembly | None
    concerns: Concerns


@dataclass(frozen=True)
class PhaseQuestion:
    """A question and its answer.

    lines -- of the answer, at most so many as the page shows; more -- the address of all of them, if there are more
    known -- what else the template reads
    """

    name: str
    lines: list[Any]
    more: str = ""
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        return bool(self.lines or self.known.get("in_circles"))

    @property
    def shown(self) -> dict[str, Any]:
        return {"lines": self.lines, "more": self.more, **self.known}


def question_of(asker: Asker) -> PhaseQuestion | None:
    """That of the phase of today, on the reader's calendar. None where no assembly is known, or the phase asks nothing of this person."""
    today = asker.instant.astimezone(ZoneInfo(asker.user.time_zone)).date()
    # What became of an assembly is asked until its phase is over, though people may work for the next one already.
    if asker.last is not None and number_of(asker.last, today) == phases.AFTER:
        return what_we_got(asker, asker.last)
    number = number_of(asker.assembly, today)
    if asker.assembly is None or number is None:
        return None
    ask = QUESTIONS.get(number)
    return ask(asker, asker.assembly) if ask else None


def number_of(assembly: Assembly | None, today: Any) -> int | None:
    if assembly is None or assembly.starts_on is None:
        return None
    return phases.phase_on(today, assembly.starts_on, assembly.ends_on or assembly.starts_on).number


# --- Who is new? --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewPerson:
    public_id: UUID
    role: str
    joined_at: datetime
    name: str
    organisation: str
    coalition: str

    @property
    def url(self) -> str:
        return page_address("coalitions:member", self.public_id)

    @property
    def role_word(self) -> str:
        return str(Membership.Role(self.role).label)


def who_is_new(asker: Asker, assembly: Assembly) -> PhaseQuestion | None:
    if not asker.memberships.roles:
        return None
    several = len(asker.memberships.roles) > 1
    found = [
        NewPerson(
            public_id=row["public_id"],
            role=row["role"],
            joined_at=row["joined_at"],
            name=row["user__name"] or "—",
            organisation=row["organisation__name"] or "",
            coalition=row["coalition__name"] if several else "",
        )
        for row in NEW_PEOPLE.rows(asker.user.pk, since=asker.instant - NEW_FOR)
    ]
    return PhaseQuestion("new", found[:LINES], reverse("coalitions:home") if len(found) > LINES else "", {"days": NEW_FOR.days})


# --- Who has asked to join a delegation? --------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenRequest:
    url: str
    organisation: str
    way: str
    state_word: str
    asked_on: Any
    next_on: Any


def who_has_asked(asker: Asker, assembly: Assembly) -> PhaseQuestion | None:
    if not asker.memberships.works:
        return None
    rows = OPEN_REQUESTS.rows(asker.user.pk)
    everyones = [row for row in rows if row["circle__kind"] == Circle.Kind.EVERYONE]
    lines = [
        OpenRequest(
            page_address("coalitions:own-route", row["public_id"]),
            row["organisation__name"],
            name_of_way(row["way"]),
            str(OwnRoute.State(row["state"]).label),
            row["asked_on"],
            row["next_on"],
        )
        for row in everyones[:LINES]
    ]
    in_circles = len(rows) - len(everyones)
    # What only a circle reads is counted, and not named.
    return PhaseQuestion("asked", lines, reverse("coalitions:ways") if len(everyones) > LINES else "", {"in_circles": in_circles})


# --- Whose door shuts? --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """When registration for the next meeting of a region closes. attendance -- what this person said of that meeting"""

    public_id: UUID
    at: datetime
    has_hour: bool
    zone: str
    date_status: str
    region: str
    attendance: str

    @property
    def url(self) -> str:
        return page_address("calendar_app:deadline", self.public_id)

    @property
    def stub_zone(self) -> str:
        return self.zone if self.has_hour else times.ITU_ZONE

    @property
    def is_sure(self) -> bool:
        return self.date_status == DateStatus.CONFIRMED


def whose_door_shuts(asker: Asker, assembly: Assembly) -> PhaseQuestion:
    """One line a region: its next door."""
    doors: dict[str, Door] = {}
    rows = DOORS.rows(asker.user.pk, at=asker.instant)
    for row in rows:
        if row["code"] not in doors:
            acronyms = (row[f"acronym_{code}"] for code in resolution_order(current_language()))
            doors[row["code"]] = Door(
                public_id=row["public_id"],
                at=row["at"],
                has_hour=row["has_hour"],
                zone=row["zone"],
                date_status=row["date_status"],
                region=next(filter(None, acronyms), row["code"]),
                attendance=asker.concerns.attendances.get(row["meeting_key"], ""),
            )
    more = f"{reverse('calendar_app:calendar')}?kind=registration" if len(rows) > len(doors) or len(doors) > LINES else ""
    return PhaseQuestion(
        "doors", list(doors.values())[:LINES], more, {"is_lead": bool(asker.memberships.led), "works": asker.memberships.works}
    )


# --- What is unread? ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unread:
    slug: str
    short_name: str
    proposals: int

    @property
    def url(self) -> str:
        return reverse("coalitions:resolution-proposals", args=[self.slug])


def what_is_unread(asker: Asker, assembly: Assembly) -> PhaseQuestion | None:
    if not asker.memberships.works:
        return None
    rows = UNREAD.rows(asker.user.pk, assembly=assembly.pk) if asker.concerns.resolutions else []
    lines = [Unread(row["slug"], short_name(row["number"], row["label"], row["series"]), row["n"]) for row in rows]
    more = f"{reverse('coalitions:matrix')}?show=unread" if len(lines) > LINES else ""
    return PhaseQuestion("unread", lines[:LINES], more, {"watches": bool(asker.concerns.resolutions)})


# --- Where must someone go now? -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UncoveredSession:
    public_id: UUID
    name: str
    room: str
    starts_at: datetime

    @property
    def url(self) -> str:
        return page_address("coalitions:session", self.public_id)


def where_to_go(asker: Asker, assembly: Assembly) -> PhaseQuestion | None:
    """The sessions of the next day to which nobody goes."""
    if not asker.memberships.works:
        return None
    rows = UNCOVERED_SESSIONS.rows(asker.user.pk, at=asker.instant, assembly=assembly.pk)
    of_everyone = [row for row in rows if row["circle__kind"] == Circle.Kind.EVERYONE]
    agendas = agendas_of([row["public_id"] for row in of_everyone[:LINES]])
    sessions = [
        UncoveredSession(key := row["public_id"], name_of_row(row, agendas[key]), row["room"], row["starts_at"]) for row in of_everyone
    ]
    known = {"in_circles": len(rows) - len(sessions), "zone": assembly.zone}
    return PhaseQuestion("live", sessions[:LINES], reverse("coalitions:live") if len(sessions) > LINES else "", known)


def name_of_row(row: dict[str, Any], agenda: list[str]) -> str:
    return session_name(row["title"], group=row["group"], standing=row["standing"], agenda=agenda)


def agendas_of(sessions: list[UUID]) -> dict[UUID, list[str]]:
    """The short names of the resolutions on the agenda of each. One query, none if there are no sessions."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = SessionResolution.objects.filter(session__public_id__in=sessions) if sessions else SessionResolution.objects.none()
    columns = ("session__public_id", "resolution__number", "resolution__label", "resolution__series")
    for session, number, label, series in rows.order_by("resolution__number", "pk").values_list(*columns):
        found[session].append(short_name(number, label, series))
    return found


# --- What did we get? ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Got:
    """A verdict. mark -- its shape"""

    slug: str
    short_name: str
    result: Verdict.Result
    edition: str

    @property
    def url(self) -> str:
        return reverse("coalitions:outcome", args=[self.edition, self.slug])

    @property
    def mark(self) -> str:
        return {"obtained": "done", "no-change": "good", "partly": "mixed", "not": "gap"}[self.result]


def what_we_got(asker: Asker, assembly: Assembly) -> PhaseQuestion | None:
    """How the coalitions of this person judge what the assembly decided. Observers, who are in no circle, read the decisions."""
    if not asker.memberships.roles:
        return None
    rows = VERDICTS.rows(asker.user.pk, assembly=assembly.pk) if asker.memberships.works else []
    results = [
        Got(row["slug"], short_name(row["number"], row["label"], row["series"]), Verdict.Result(row["result"]), assembly.code)
        for row in rows
    ]
    numbers = Counter(got.result for got in results)
    tally = [(result.label, numbers[result]) for result in Verdict.Result if numbers[result]]
    list_of_all = reverse("coalitions:outcomes", args=[assembly.code])
    known = {"assembly": assembly, "url": list_of_all, "tally": tally, "works": asker.memberships.works}
    return PhaseQuestion("got", results[:LINES], list_of_all if len(results) > LINES else "", known)


# By the number of the phase. What is consolidated at home is still decided in regions, whose meetings go on meanwhile.
QUESTIONS: Mapping[int, Callable[[Asker, Assembly], PhaseQuestion | None]] = {
    phases.BETWEEN: who_is_new,
    phases.NATIONAL: who_has_asked,
    phases.REGIONAL: whose_door_shuts,
    phases.CONSOLIDATION: whose_door_shuts,
    phases.READING: what_is_unread,
    phases.FIRST_PART: where_to_go,
    phases.SECOND_PART: where_to_go,
    phases.AFTER: what_we_got,
    phases.HANDOVER: who_is_new,
}

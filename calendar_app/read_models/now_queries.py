"""What the first page asks the database, each put into SQL once a process: the page is opened most, and Django takes longer to put such
queries together than the database to answer them.

Each is given the key of its reader. Circles are those this person is in, without those of delegations.
"""

from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.languages import LANGUAGE_CODES
from amnt.core.precompiled import PrecompiledQuery
from calendar_app.models import BackwardPlan, Deadline, Meeting, PlanMark, PlanStep
from calendar_app.read_models.health import CLOCK_RUN, TROUBLES
from coalitions.models import (
    Approval,
    AssemblySession,
    Circle,
    ClockRun,
    Contact,
    Delegation,
    FollowUp,
    FollowUpEvent,
    LastReaderQuestion,
    Membership,
    OwnRoute,
    Position,
    Reading,
    SessionAttendee,
    StarterPlan,
    Statement,
    Verdict,
)
from coalitions.models.assembly_sessions import USUAL_LENGTH
from coalitions.models.availability import marks_of
from coalitions.models.follow_ups import nobody_has
from resolutions.models import DateStatus, Proposal, Resolution, Watch
from resolutions.models.moves import MOST_MOVED

# Nobody has more than so many waiting; a number beyond it would help nobody.
MOST_COUNTED = 500


def hidden_by(key: int) -> list[str]:
    """What says what this person does not want to read of is in every query of what circles hold."""
    return marks_of(User(pk=key))


def circles_read_by(user: User) -> Any:
    return Circle.objects.of(user).exclude(kind=Circle.Kind.DELEGATION)


def led_by(user: User) -> Any:
    """The coalitions this person leads. Whether it may act as a lead, the page knows already."""
    return Membership.objects.current().leads().filter(user=user).values("coalition")


# --- What waits, and what a lead counts --------------------------------------------------------------------------------

# Cast: PostgreSQL takes the type of a column from its first two parts, and bare nothing for a text.
NO_INSTANT, NO_TEXT = Cast(Value(None), DateTimeField()), Value("", CharField())
NOTHING_MORE: dict[str, Any] = {"ends": NO_INSTANT, "before": NO_INSTANT, "public_key": NO_TEXT, "word": NO_TEXT, "n": Value(1)}


def said(rows: QuerySet, what: Any, ends: str, **more: Any) -> QuerySet:
    """Each of these as a row of what waits."""
    columns = {"what": what} | NOTHING_MORE | {"ends": F(ends)} | more
    return rows.order_by().annotate(**columns).values(*columns)


def counted(rows: QuerySet, what: str) -> QuerySet:
    """How many these are, as a row of the same columns."""
    one = rows.order_by().annotate(what=Value(what, CharField())).values("what").annotate(n=Count("pk"))
    columns = {name: value for name, value in NOTHING_MORE.items() if name != "n"}
    return one.annotate(**columns).values("what", *NOTHING_MORE)


def waiting_rows(key: int, at: datetime, *more: QuerySet) -> QuerySet:
    """What is there for few people, and on few days: what it is, when it ends, and of some another instant, a key and a word.

    more -- rows of the same columns
    """
    user = User(pk=key)
    circles = circles_read_by(user)
    plans = BackwardPlan.objects.visible_to(user, circles).filter(owner=user)
    steps = PlanStep.objects.filter(plan=OuterRef("pk"), follow_up__closed_at=None)
    official_moved = Q(
        *(
            ~Q(**{official: None}) & ~Q(**{f"{official}__date_status": DateStatus.RUMOUR}) & ~Q(follow_up__due_at=F(f"{official}__at"))
            for official in ("meeting", "deadline")
        ),
        _connector=Q.OR,
    )
    counted_anew = ~Q(deadline__date_status=DateStatus.RUMOUR) & ~Q(counted_from=F("deadline__at"))
    zone = Case(When(deadline__has_hour=True, then=F("deadline__zone")), default=Value(times.ITU_ZONE), output_field=CharField())
    of_plan = {
        "before": F("counted_from"),
        "public_key": Cast("public_id", CharField()),
        "word": zone,
        # A step whose official date has moved waits whatever the deadline does.
        "n": Case(When(Exists(steps.filter(official_moved)), then=Value(2)), default=Value(1)),
    }
    parts = [
        said(Approval.objects.to_answer_by(user, led_by(user), at), Value("to-answer"), "expires_at"),
        said(StarterPlan.objects.visible_to(user).open(), Value("starter-plan"), "begun_at"),
        said(Statement.objects.waiting_for(user, circles, at), Value("to-sign"), "closes_at"),
        said(SessionAttendee.objects.waiting_for(user, circles, at), Value("to-attend"), "session__starts_at"),
        said(Authenticator.objects.filter(user=user), Value("factor"), "created_at"),
        said(PlanMark.objects.all(), Concat(Value(TROUBLES), Cast("troubles", CharField()), output_field=CharField()), "ticked_at"),
        said(ClockRun.objects.all(), Value(CLOCK_RUN), "at"),
        said(LastReaderQuestion.objects.visible_to(user), Value("to-settle"), "due_at"),
    ]
    # First, for it says of each column what it is: PostgreSQL takes one that is empty in two parts for text.
    first = said(plans.filter(counted_anew | Exists(steps.filter(official_moved))), Value("plan"), "deadline__at", **of_plan)
    return first.union(*parts, *more, all=True)


WAITING = PrecompiledQuery(waiting_rows, derived=hidden_by)


def lead_rows(key: int, at: datetime, on: date, assembly: int) -> QuerySet:
    """The same, and what a lead counts: each number is that of the list it leads to."""
    user = User(pk=key)
    circles = circles_read_by(user)
    everyones = Circle.objects.filter(kind=Circle.Kind.EVERYONE, coalition__in=led_by(user))
    overdue = FollowUp.objects.visible_to(user, circles).overdue(at).filter(circle__in=everyones)
    contacts = Contact.objects.visible_to(user, circles).recent(on)
    # As they are in the database: the columns of a translated model come in any order otherwise.
    dates = (model.objects.rewrite(False).visible_to(user, circles).assumptions_soon(at) for model in (Meeting, Deadline))
    asked = Proposal.objects.visible_to(user, circles).for_matrix(assembly).filter(resolution=OuterRef("pk"))
    known = Resolution.objects.of_assembly().filter(Exists(asked) | Exists(Watch.objects.filter(resolution=OuterRef("pk"), user=user)))
    written = Position.objects.filter(circle=OuterRef(OuterRef("pk")), resolution=OuterRef("pk"))
    without = known.filter(~Exists(written)).order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    of_coalition = {"public_key": Cast("coalition__public_id", CharField()), "word": F("coalition__name")}
    number = {"n": Subquery(without, output_field=IntegerField())}
    columns = {"what": Value("no-position", CharField())} | NOTHING_MORE | of_coalition | number
    return waiting_rows(
        key,
        at,
        counted(overdue, "overdue"),
        counted(Delegation.objects.visible_to(user).without_contact(contacts).filter(assembly=assembly), "untouched"),
        counted(OwnRoute.objects.visible_to(user, circles).ending_soon(on), "ending"),
        *(counted(rows, "assumed") for rows in dates),
        everyones.order_by().annotate(**columns).values(*columns),
    )


LEAD_WAITING = PrecompiledQuery(lead_rows, derived=hidden_by)


# --- Follow-ups ---------------------------------------------------------------------------------------------------------


def open_follow_ups(key: int, at: datetime) -> QuerySet:
    """Those of this person, and those that nobody has in the coalitions this person leads."""
    user = User(pk=key)
    unowned = nobody_has(at) & Q(circle__coalition__in=led_by(user), circle__kind=Circle.Kind.EVERYONE)
    rows = FollowUp.objects.visible_to(user, circles_read_by(user)).open().filter(Q(owner=user) | unowned).order_by("due_at", "pk")
    return rows.values(
        *("public_id", "title", "state", "state_at", "due_at", "snoozed_until", "owner_id", "circle__kind"),
        *("resolution__number", "resolution__label", "resolution__series"),
    )[:MOST_COUNTED]


FOLLOW_UPS = PrecompiledQuery(open_follow_ups, derived=hidden_by)


def closed_follow_ups(key: int, since: datetime) -> QuerySet:
    """What others closed in the circles of this person, the latest first."""
    user = User(pk=key)
    rows = FollowUpEvent.objects.visible_to(user, circles_read_by(user)).closed_by_others(user, since).order_by("-at", "-pk")
    return rows.values("kind", "follow_up__public_id", "follow_up__title", "follow_up__circle__kind")[:MOST_MOVED]


CLOSED = PrecompiledQuery(closed_follow_ups, derived=hidden_by)


# --- Positions to be reviewed -------------------------------------------------------------------------------------------


def positions_to_review(key: int) -> QuerySet:
    """Of the circles of this person, the positions that something newer touches, and whether this person wrote them."""
    user = User(pk=key)
    circles = circles_read_by(user)
    rows = Position.objects.visible_to(user, circles).newest().with_review(user, circles).filter(is_to_review=True).order_by()
    return rows.values(
        kind=F("circle__kind"),
        of=F("circle__coalition"),
        of_public=F("circle__coalition__public_id"),
        of_name=F("circle__coalition__name"),
        **{name: F(f"resolution__{name}") for name in ("slug", "number", "label", "series")},
        is_mine=Case(When(Q(by=user) | Q(drafted_by=user), then=True), default=False),
    )[:MOST_COUNTED]


TO_REVIEW = PrecompiledQuery(positions_to_review, derived=hidden_by)


# --- What each phase asks -----------------------------------------------------------------------------------------------

# More lines than the first page shows of a question, to know whether there are more.
MOST_ANSWERS = 8
ONE_DAY = timedelta(days=1)


def new_people(key: int, since: datetime) -> QuerySet:
    """Who joined the coalitions of this person, of those this person may see, the latest first."""
    user = User(pk=key)
    here = Membership.objects.current().filter(user=user).values("coalition")
    rows = Membership.objects.visible_to(user).filter(coalition__in=here, joined_at__gte=since).exclude(user=user)
    rows = rows.order_by("-joined_at", "-pk")
    return rows.values("public_id", "role", "joined_at", "user__name", "organisation__name", "coalition__name")[:MOST_ANSWERS]


NEW_PEOPLE = PrecompiledQuery(new_people)


def open_requests(key: int) -> QuerySet:
    """What organisations asked for to get in, and has not been answered; what is due first comes first."""
    user = User(pk=key)
    rows = OwnRoute.objects.visible_to(user, circles_read_by(user)).open().order_by(F("next_on").asc(nulls_last=True), "pk")
    return rows.values("public_id", "way", "state", "asked_on", "next_on", "organisation__name", "circle__kind")[:MOST_COUNTED]


OPEN_REQUESTS = PrecompiledQuery(open_requests, derived=hidden_by)


def doors(key: int, at: datetime) -> QuerySet:
    """When registration closes for meetings of regions, the next first."""
    rows = Deadline.objects.visible_to(User(pk=key)).filter(kind=Deadline.Kind.REGISTRATION, at__gte=at, meeting__circle=None)
    rows = rows.exclude(meeting__group=None).rewrite(False).order_by("at", "pk")  # type: ignore[attr-defined]
    acronyms = {f"acronym_{code}": F(f"meeting__group__acronym_{code}") for code in LANGUAGE_CODES}
    known = {"meeting_key": F("meeting"), "code": F("meeting__group__code"), **acronyms}
    return rows.values("public_id", "at", "has_hour", "zone", "date_status", **known)[:MOST_COUNTED]


DOORS = PrecompiledQuery(doors)


def unread(key: int, assembly: int) -> QuerySet:
    """The resolutions this person watches, with how many of the proposals that stand nobody in her circles has read; the most first."""
    user = User(pk=key)
    circles = circles_read_by(user)
    rows = Proposal.objects.visible_to(user, circles).for_matrix(assembly).standing()
    rows = rows.filter(resolution__in=Watch.objects.filter(user=user).values("resolution"))
    rows = rows.filter(~Exists(Reading.objects.filter(proposal=OuterRef("pk"), circle__in=circles))).order_by()
    named = {name: F(f"resolution__{name}") for name in ("slug", "number", "label", "series")}
    return rows.values(**named).annotate(n=Count("pk")).order_by("-n", "resolution__number", "resolution")[:MOST_ANSWERS]


UNREAD = PrecompiledQuery(unread)


def uncovered_sessions(key: int, at: datetime, assembly: int) -> QuerySet:
    """Those of an assembly that are going on or begin within a day, and to which nobody goes; the next first."""
    rows = AssemblySession.objects.visible_to(User(pk=key), circles_read_by(User(pk=key))).filter(assembly=assembly).uncovered()
    rows = rows.filter(starts_at__lte=at + ONE_DAY).filter(Q(ends_at__gt=at) | Q(ends_at=None, starts_at__gt=at - USUAL_LENGTH))
    return rows.order_by("starts_at", "pk").values("public_id", "title", "group", "standing", "room", "starts_at", "circle__kind")[
        :MOST_COUNTED
    ]


UNCOVERED_SESSIONS = PrecompiledQuery(uncovered_sessions, derived=hidden_by)


def verdicts(key: int, assembly: int) -> QuerySet:
    """How the coalitions of this person judge what became of each resolution."""
    user = User(pk=key)
    rows = Verdict.objects.visible_to(user, circles_read_by(user)).filter(assembly=assembly, circle__kind=Circle.Kind.EVERYONE).newest()
    named = {name: F(f"resolution__{name}") for name in ("slug", "number", "label", "series")}
    return rows.order_by("resolution__number", "pk").values("result", **named)[:MOST_COUNTED]


VERDICTS = PrecompiledQuery(verdicts, derived=hidden_by)

"""Private means private, on every address of the house.

Generated from the URL list itself: each route, each role, each private object's public id in every place one fits. A new
route is covered the day it is added. Marks are written into everything private; an answer may hold only the marks its reader
may read, an object she may not see is 404, and what she posts to it changes nothing.

An id fits a route if it stands in a table in which the route looks ids up. That is seen, not declared: each route is first asked
for an id that nobody has, by each role and with each method, and the columns are noted with which its queries compare that id. A route
that looks up nothing, such as one that first asks who it is, is asked for one id of each kind: its tables, and whether she may read it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.models import (
    Attendance,
    BackwardPlan,
    CalendarImport,
    CalendarSource,
    DateChange,
    DateSilence,
    Debrief,
    Meeting,
    PlanMove,
    PlanStep,
    PlanTemplate,
    Reminder,
    SessionReminder,
)
from coalitions.models import (
    Absence,
    Approval,
    Arrival,
    AssemblySession,
    Circle,
    CircleMembership,
    Coalition,
    ConfidentialNote,
    Contact,
    ContactEvent,
    DeclaredPresence,
    Delegation,
    DelegationNote,
    FollowUp,
    FollowUpEvent,
    HintDismissal,
    Invitation,
    KeptNumber,
    LastReaderQuestion,
    Mandate,
    Membership,
    NamingConsent,
    NamingDefault,
    OfficeCheck,
    Organisation,
    OwnRoute,
    Position,
    PositionAnswer,
    PositionClause,
    PublicPageEntry,
    Reading,
    RedLine,
    ReportLine,
    Seat,
    SessionAttendee,
    SessionNote,
    SessionReport,
    SessionResolution,
    Statement,
    StatementAnswer,
    StatementInvitation,
    StatementVersion,
    StillHolds,
    StudyGroupFollower,
    TalkingPoints,
    Unavailability,
    Verdict,
)
from coalitions.models.decisions import Decision
from coalitions.models.handovers import HandoverNote
from coalitions.models.media import EmbargoNote, Outlet, OutletFollower
from coalitions.models.priorities import CharterVersion, Priority
from coalitions.models.rights_impacts import RightsImpact
from coalitions.services import availability, confidential_notes, kept_copies, seats
from coalitions.services.delegations import begin_card, declare, revise_card
from coalitions.services.follow_ups import EARLIER_WORDS
from coalitions.statements.domain.fingerprint import fingerprint
from coalitions.texts.services.discarding import DISCARDED
from coalitions.texts.services.kept_numbers import keep_number
from resolutions.models import (
    Assembly,
    Contribution,
    ImportJob,
    Proposal,
    ProposalEvent,
    ProposedClause,
    Resolution,
    StudyGroup,
    StudyGroupLink,
    Upload,
    Watch,
    WordingRule,
)
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    OrganisationFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
    coalition,
    lead,
    member,
    observer,
    plan_of,
)

pytestmark = pytest.mark.django_db

# "former" has left the coalition, and is asked what becomes of a circle that she read last.
# "lead" leads it and stands in no circle but everyone's.
ROLES = ("anonymous", "outsider", "former", "observer", "member", "insider", "lead", "other lead", "staff")
# Sees nothing of the coalition at all; what they post to its objects changes nothing.
STRANGERS = ("anonymous", "outsider", "other lead", "staff")
# Marks of a seat on a delegation and of confidential notes: for their owner and those she names, and nobody else.
PLANTED = ("zz-told-of-seat", "zz-told-on-card", "zz-told-on-resolution")
# Pages of the framework's own that end the session or belong to the person alone.
NOT_WALKED = ("logout", "close-all", "delete")
NOT_WALKED_FROM = ("jsi18n/", "static/", "media/")

PRIVATE = (
    Approval,
    Arrival,
    Attendance,
    Circle,
    CircleMembership,
    Coalition,
    ConfidentialNote,
    Contact,
    ContactEvent,
    Contribution,
    DelegationNote,
    FollowUp,
    FollowUpEvent,
    HintDismissal,
    Upload,
    Invitation,
    KeptNumber,
    LastReaderQuestion,
    Mandate,
    Membership,
    NamingDefault,
    OwnRoute,
    NamingConsent,
    OfficeCheck,
    Position,
    PositionAnswer,
    PositionClause,
    Proposal,
    ProposalEvent,
    Reading,
    RedLine,
    Reminder,
    Seat,
    Absence,
    Unavailability,
    ReportLine,
    StudyGroupFollower,
    Verdict,
    StillHolds,
    TalkingPoints,
    Watch,
    Statement,
    StatementAnswer,
    StatementInvitation,
    StatementVersion,
    CalendarImport,
    DateSilence,
    Debrief,
    *(AssemblySession, DeclaredPresence, SessionAttendee, SessionNote, SessionReminder, SessionReport, SessionResolution),
    *(BackwardPlan, PlanMove, PlanStep, PlanTemplate),
    *(CharterVersion, Decision, EmbargoNote, HandoverNote, Outlet, OutletFollower, Priority, RightsImpact),
)


@dataclass
class World:
    people: dict[str, User | None]
    # mark -> the roles that may read it
    marks: dict[str, set[str]] = field(default_factory=dict)
    # public id -> the roles that may see the object
    objects: dict[UUID, set[str]] = field(default_factory=dict)
    # public ids that everyone who logs in may open, and read no hidden mark there
    public: list[UUID] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)

    def hide(self, mark: str, *readers: str) -> str:
        self.marks[mark] = set(readers)
        return mark


@pytest.fixture
def world(settings) -> World:
    settings.LEADS_NEED_SECOND_FACTOR = False
    ours, theirs = coalition("zz-coalition-ours"), coalition("zz-coalition-theirs")
    boss = lead(ours, name="zz-lead Lead")
    people = {
        "anonymous": None,
        "outsider": UserFactory(),
        "former": UserFactory(),
        "observer": observer(ours, name="zz-observer Observer"),
        "member": member(ours, name="zz-member Member"),
        "insider": member(ours, name="zz-insider Insider"),
        "lead": lead(ours, name="zz-second Lead"),
        "other lead": lead(theirs, name="zz-other Lead"),
        "staff": UserFactory(is_staff=True, is_superuser=True),
    }
    lead(theirs)
    world = World(people)
    world.hide("zz-coalition-ours", "observer", "member", "insider")
    world.hide("zz-coalition-theirs", "other lead")
    world.hide("zz-other", "other lead", "staff")
    world.hide("zz-lead", "former", "observer", "member", "insider", "staff")
    world.hide("zz-member", "member", "staff", "insider")
    world.hide("zz-insider", "insider", "member", "staff")
    world.hide("zz-second", "former", "observer", "member", "insider", "staff")
    world.hide("zz-observer", "observer", "lead", "staff")
    world.objects[ours.public_id] = {"observer", "member", "insider"}

    lost = Circle.objects.create(coalition=ours, kind="delegation", name=world.hide("zz-lost", "former"))
    FollowUpFactory(circle=lost, created_by=boss, title=world.hide("zz-lost-title"))
    LastReaderQuestion.objects.create(circle=lost, user=people["former"], due_at=now() + timedelta(days=7))
    world.objects[lost.public_id] = {"former"}

    organisation = OrganisationFactory(name=world.hide("zz-organisation", "former", "observer", "member", "insider", "staff"))
    Membership.objects.filter(coalition=ours, user=boss).update(organisation=organisation)
    mandate = Mandate.objects.create(membership=Membership.objects.get(coalition=ours, user=boss), organisation=organisation, given_by=boss)
    NamingDefault.objects.create(coalition=ours, organisation=organisation, naming="outside", by=boss)
    world.objects[mandate.public_id] = {"observer", "member", "insider"}
    resolution = ResolutionFactory(number=50, slug="50")
    for user in (boss, people["insider"]):
        Watch.objects.create(user=user, resolution=resolution)

    circle = Circle.objects.create(coalition=ours, name=world.hide("zz-circle", "insider"), owner=people["insider"])
    sealed = Circle.objects.create(coalition=ours, kind="delegation", name=world.hide("zz-sealed"), owner=boss)
    CircleMembership.objects.create(circle=circle, membership=Membership.objects.get(coalition=ours, user=people["insider"]))
    CircleMembership.objects.create(circle=sealed, membership=Membership.objects.get(coalition=ours, user=boss))
    world.objects[circle.public_id] = {"insider"}
    world.objects[sealed.public_id] = set()

    def follow_up(in_circle: Circle, mark: str, *readers: str, title_readers: tuple[str, ...] = ()) -> None:
        row = FollowUpFactory(
            circle=in_circle,
            created_by=boss,
            assigned_by=boss,
            owner=boss,
            resolution=resolution,
            title=f"{world.hide(f'{mark}-title', *readers, *title_readers)} and more words",
            done_means=world.hide(f"{mark}-meaning", *readers),
        )
        FollowUpEvent.objects.create(follow_up=row, kind="created", by=boss)
        world.objects[row.public_id] = set(readers)

    def earlier_words(in_circle: Circle, mark: str, *who_read_it: str) -> None:
        row = FollowUp.objects.get(circle=in_circle)
        words = {"title": world.hide(mark, *(["lead"] if in_circle.is_everyone else []))}
        copy = kept_copies.keep(EARLIER_WORDS, words, about=row.public_id, circle=in_circle, by=boss, belongs_at=row.due_at)
        # Those who read the follow-up may know of it; they read it only if they may change the follow-up.
        world.objects[copy.public_id] = set(who_read_it)

    follow_up(ours.everyone, "zz-c1", "member", "insider", title_readers=("observer",))
    follow_up(circle, "zz-c2", "insider")
    follow_up(sealed, "zz-c3")
    earlier_words(ours.everyone, "zz-c1-before", "member", "insider")
    earlier_words(circle, "zz-c2-before", "insider")
    earlier_words(sealed, "zz-c3-before")

    day = now().date() + timedelta(days=5)
    call = MeetingFactory(
        kind="call",
        circle=circle,
        group=None,
        title_en=world.hide("zz-call", "insider"),
        title_fr="zz-call",
        starts_on=day,
        ends_on=day,
        at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
    )
    door = DeadlineFactory(
        meeting=call, title_en=world.hide("zz-door", "insider"), title_fr="zz-door", kind="document", at=now() + timedelta(days=4)
    )
    world.objects[call.public_id] = {"insider"}
    world.objects[door.public_id] = {"insider"}
    public = MeetingFactory(title_en="A public meeting", starts_on=day, ends_on=day, at=call.at)
    Attendance.objects.create(user=boss, meeting=public, status="going", circle=circle)

    invited = Invitation.objects.create(
        coalition=ours,
        email=world.hide("zz-invited@example.org", "lead"),
        invited_by=boss,
        digest="0" * 64,
        expires_at=now() + timedelta(days=7),
    )
    world.objects[invited.public_id] = {"lead"}
    by_words = Invitation.objects.create(
        coalition=ours,
        email=world.hide("zz-by-words@example.org", "lead"),
        invited_by=boss,
        proof="words",
        digest="1" * 64,
        expires_at=now() + timedelta(days=7),
    )
    arrival = Arrival.objects.create(invitation=by_words, first_word=1, second_word=2)
    world.objects |= {by_words.public_id: {"lead"}, arrival.public_id: {"lead"}}
    waiting = Approval.objects.create(
        coalition=ours,
        kind="coalitions.close_sessions",
        about={"membership": Membership.objects.get(coalition=ours, user=people["member"]).pk},
        asked_by=boss,
        expires_at=now() + timedelta(days=7),
    )
    world.objects[waiting.public_id] = {"lead"}
    for membership in Membership.objects.filter(coalition=ours):
        world.objects[membership.public_id] = {"observer", "member", "insider"}
    keep_public_facts(world, resolution, public, by=(people["other lead"], boss))
    bring_documents(world, circle)
    make_something_of_the_texts(world, resolution, ours.everyone, circle, sealed, by=boss)
    set_hints_aside(world, resolution, ours.everyone, circle, sealed, by=boss)
    note_what_was_heard(world, ours.everyone, circle, sealed, by=boss)
    ask_to_sign(world, ours.everyone, circle, sealed, by=boss)
    close_statements(world, ours.everyone, circle, by=boss)
    show_a_statement(world, ours, by=boss)
    seat = seats.declare(people["insider"], AssemblyFactory(), country="UY")
    seat.sealed |= {"country": world.hide("zz-told-of-seat")}
    seat.save()
    card = Delegation.objects.get(country="SN")
    for thing, mark in ((card, "zz-told-on-card"), (resolution, "zz-told-on-resolution")):
        about = {"by": boss, "readers": [people["insider"]], "submission": uuid4()}
        confidential_notes.write(thing, text=world.hide(mark, "insider"), **about)
        confidential_notes.write(thing, text=world.hide(f"{mark}-alone"), **about | {"readers": [], "submission": uuid4()})
    availability.set_unavailable(boss, resolution=resolution, hides=True)
    judge_an_outcome(world, resolution, ours.everyone, circle, sealed, by=boss)
    agree_on_something(world, ours.everyone, circle, sealed, resolution, by=boss)
    # Plain words for the places no public id fits.
    world.words = {
        # Of the call.
        "on": (now().date() + timedelta(days=5)).isoformat(),
        "month": f"{now().date() + timedelta(days=5):%Y-%m}",
        "slug": "50",
        "resolution": "50",
        "tag": "cybersecurity",
        "code": "ATU",
        "edition": "WTSA-28",
        "what": "deadline",
        "kind": "call",
        "column": "ATU",
        "sheet": "csv",
        "extension": "txt",
        "language": "en",
        "part": "follow_ups",
    }
    # A lead reads what everyone in the coalition reads, and of circles as much as any member.
    for readers in (*world.marks.values(), *world.objects.values()):
        if {"member", "insider"} <= readers:
            readers.add("lead")
    return world


def bring_documents(world: World, circle: Circle) -> None:
    """What one person is bringing in, and the number of a restricted document that tells who had access to it."""
    member, insider = world.people["member"], world.people["insider"]
    mark = world.hide("zz-incoming", "member")
    read = {"action": "MOD", "identifier": "EUR/1A1/1", "sources": ["EUR"], "number": "50", "label": "", "heading": mark}
    read |= {"title": mark, "reasons": mark, "has_marks": True, "place": 1, "clauses": [{"part": "operative", "text": mark}]}
    extraction = {"language": "en", "number": "1A1", "revision": 0, "proposals": [read], "warnings": []}
    for state, about in (("waiting", {"data": mark.encode()}), ("read", {"extraction": extraction}), ("refused", {"refusal": "pdf"})):
        upload = Upload.objects.create(
            kind="contribution", brought_by=member, state=state, file_name=f"{mark}.docx", assembly=AssemblyFactory(), **about
        )
        world.objects[upload.public_id] = {"member"}
    boss = world.people["lead"]
    event = {"uid": "zz", "title": world.hide("zz-event", "lead"), "on": "2999-08-07", "until": "2999-08-07"}
    brought = {"address": f"https://example.org/{world.hide('zz-calendar', 'lead')}.ics", "language": "en", "events": [event]}
    calendar = CalendarImport.objects.create(brought_by=boss, assembly=AssemblyFactory(), **brought)
    world.objects[calendar.public_id] = {"lead"}
    # For whoever may add public dates: leads of any coalition.
    followed = {
        "address": "https://example.org/followed.ics",
        "language": "en",
        "added_by": boss,
        "events": [event | {"title": "Followed"}],
    }
    source = CalendarSource.objects.create(assembly=AssemblyFactory(), **followed)
    world.objects[source.public_id] = {"lead", "other lead"}
    kept = {"kind": "contribution", "file_name": world.hide("zz-discarded", "member"), "number": "1A1"}
    discarded = kept_copies.keep(DISCARDED, kept, about=uuid4(), by=member)
    world.objects[discarded.public_id] = {"member"}
    # The name somebody gave a file may say more than the document, which is public once it is published.
    published = ContributionFactory(entered_by=member, file_name=f"{world.hide('zz-file-name', 'member')}.docx")
    world.public.append(ProposalFactory(contribution=published, resolution=ResolutionFactory(number=60, slug="60")).public_id)
    job = ImportJob.objects.create(kind="paste", by=member)
    # A lead may take back what was brought in for all.
    world.objects[job.public_id] = {"member", "lead"}
    # Taken back with what it came in by, it is nobody's to read.
    taken_back = ContributionFactory(entered_by=member, number="77", title=world.hide("zz-taken-back"), taken_back_at=now())
    gone = ProposalFactory(
        contribution=taken_back, title=world.hide("zz-taken-back-title"), taken_back_at=now(), superseded_at=now(), moved_at=now()
    )
    ProposalEvent.objects.create(proposal=gone, kind="new", status="submitted", job=job)
    world.objects[gone.public_id] = set()
    number = keep_number(number=world.hide("zz-number", "insider"), assembly=AssemblyFactory(), by=insider, circle=circle)
    alone = keep_number(number=world.hide("zz-own-number", "member"), assembly=AssemblyFactory(), by=member, circle=None)
    world.objects[number.public_id] = {"insider"}
    world.objects[alone.public_id] = {"member"}


def make_something_of_the_texts(
    world: World, resolution: Resolution, everyone: Circle, circle: Circle, sealed: Circle, *, by: User
) -> None:
    """How circles read a proposal and where they stand; and a proposal of a restricted document, of which only the number is kept:
    were there words in it, forced in behind the services' back, nobody would read them."""
    insider, group = world.people["insider"], RegionalGroupFactory()
    proposal = ProposalFactory(resolution=resolution, group=group, moved_at=now())
    kept = ContributionFactory(number="55", access="number", language="", entered_by=insider)
    KeptNumber.objects.create(contribution=kept, circle=circle)
    secret = ProposalFactory(
        resolution=resolution,
        group=group,
        contribution=kept,
        identifier=world.hide("zz-identifier", "insider"),
        title=world.hide("zz-forced-title"),
        reasons=world.hide("zz-forced-reasons"),
        moved_at=now(),
    )
    text, before = world.hide("zz-forced-clause"), world.hide("zz-forced-before")
    call, number = world.hide("zz-forced-call"), world.hide("zz-forced-place")
    ProposedClause.objects.create(
        proposal=secret, action="MOD", position=1, part="operative", change="modified", text=text, before=before, call=call, number=number
    )
    ProposalEvent.objects.create(proposal=secret, kind="new", status="submitted")
    world.public.append(proposal.public_id)
    world.objects[secret.public_id] = {"insider"}
    for where, mark, readers in (
        (everyone, "zz-ours", ("member", "insider")),
        (circle, "zz-hers", ("insider",)),
        (sealed, "zz-theirs", ()),
    ):
        for about in (proposal, secret):
            tone = {"circle": where, "tone": "risk", "by": by}
            # What is said of the secret one is for who may know of it.
            of_both = readers if about == proposal else tuple(role for role in readers if role == "insider")
            name = "reading" if about == proposal else "secret-reading"
            Reading.objects.create(proposal=about, note=world.hide(f"{mark}-{name}", *of_both), **tone)
        words = world.hide(f"{mark}-position", *readers)
        written = {"resolution": resolution, "version": 1, "stance": "oppose", "by": by}
        position = Position.objects.create(circle=where, words=words, written_for=secret, **written)
        world.objects[position.public_id] = set(readers)
        points = world.hide(f"{mark}-points", *readers)
        TalkingPoints.objects.create(position=position, language="en", text=points)
        PositionClause.objects.create(position=position, identity=uuid4())
        StillHolds.objects.create(position=position, by=by)
        reserved = world.hide(f"{mark}-reservation", *readers)
        organisation = OrganisationFactory()
        PositionAnswer.objects.create(position=position, organisation=organisation, kind="reservation", words=reserved, by=by)
    # Beside the position of everyone, red lines that only a circle reads.
    ours = Position.objects.get(circle=everyone, resolution=resolution)
    for where, mark, readers in ((circle, "zz-hers-red", ("insider",)), (sealed, "zz-theirs-red", ())):
        for kind in RedLine.Kind.values:
            text = world.hide(f"{mark}-{kind}", *readers)
            RedLine.objects.create(position=ours, circle=where, kind=kind, text=text, clause=uuid4(), by=by)


def set_hints_aside(world: World, resolution: Resolution, everyone: Circle, circle: Circle, sealed: Circle, *, by: User) -> None:
    """A text in force and what is proposed of it, side by side, with a hint that three circles set aside, each for its own reason."""
    text = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=AssemblyFactory(code="WTSA-24")))
    clause = ClauseFactory(version=text, position=0, text="to study the security of networks;")
    proposal = ProposalFactory(resolution=resolution, base=text)
    words = {"part": clause.part, "call": clause.call, "number": clause.number, "identity": clause.identity, "before": clause.text}
    proposal.clauses.create(action="MOD", change="modified", position=0, text="to standardize the security of networks;", **words)
    rule = WordingRule.objects.create(code="role", family="role", name_en="A rule", patterns={"en": ["+ standardi*"]})
    about = {"rule": rule, "proposal": proposal, "clause": clause.identity, "words": "standardize", "by": by}
    for where, mark, readers in (
        (everyone, "zz-ours", ("member", "insider")),
        (circle, "zz-hers", ("insider",)),
        (sealed, "zz-theirs", ()),
    ):
        dismissal = HintDismissal.objects.create(circle=where, reason=world.hide(f"{mark}-reason", *readers), **about)
        world.objects[dismissal.public_id] = set(readers)
    # Of a document that is not public no words are kept; if they were, nobody would read them beside those that are.
    kept = ContributionFactory(access="number", number=world.hide("zz-kept-number"), entered_by=None)
    secret = ProposalFactory(contribution=kept, resolution=resolution, base=text, title=world.hide("zz-kept-title"))
    hidden = world.hide("zz-kept-words")
    secret.clauses.create(action="MOD", change="modified", position=0, text=hidden, **words | {"before": hidden})
    world.public += [text.public_id, proposal.public_id, clause.identity]


def note_what_was_heard(world: World, everyone: Circle, circle: Circle, sealed: Circle, *, by: User) -> None:
    """Beside a public card, a note of each of three circles."""
    card = begin_card(AssemblyFactory(), country="SN", by=by, is_checked=True, source="https://example.org/delegation")
    world.public.append(card.public_id)
    for where, mark, readers in (
        (everyone, "zz-ours", ("member", "insider")),
        (circle, "zz-hers", ("insider",)),
        (sealed, "zz-theirs", ()),
    ):
        asked = {"way": "associate", "organisation": Organisation.objects.get(name="zz-organisation"), "created_by": by}
        route = OwnRoute.objects.create(circle=where, detail=world.hide(f"{mark}-way-in", *readers), **asked)
        world.objects[route.public_id] = set(readers)
        note = DelegationNote.objects.create(circle=where, delegation=card, text=world.hide(f"{mark}-heard", *readers), by=by)
        world.objects[note.public_id] = set(readers)
        asked = {"resolution": Resolution.objects.get(slug="50"), "channel": "letter", "asked_on": now().date(), "person": by, "by": by}
        words = {name: world.hide(f"{mark}-{name}", *readers) for name in ("ask", "wording", "office")}
        contact = Contact.objects.create(
            circle=where, delegation=card, ask=words["ask"], wording=words["wording"], office=words["office"], **asked
        )
        ContactEvent.objects.create(contact=contact, kind="answered", day=now().date(), words=world.hide(f"{mark}-answer", *readers), by=by)
        world.objects[contact.public_id] = set(readers)


def judge_an_outcome(world: World, resolution: Resolution, everyone: Circle, circle: Circle, sealed: Circle, *, by: User) -> None:
    """Of one assembly, a verdict of each of three circles; and who follows the resolution in its study group."""
    for where, mark, readers in (
        (everyone, "zz-ours", ("member", "insider")),
        (circle, "zz-hers", ("insider",)),
        (sealed, "zz-theirs", ()),
    ):
        words = world.hide(f"{mark}-verdict", *readers)
        about = {"resolution": resolution, "assembly": AssemblyFactory(), "version": 1, "result": "partly"}
        verdict = Verdict.objects.create(circle=where, words=words, by=by, **about)
        world.objects[verdict.public_id] = set(readers)
    of_report = {"coalition": everyone.coalition, "assembly": AssemblyFactory()}
    # Pages show lines that wait to leads alone; the API, to all who read what they were taken from.
    of_line = {"resolution": resolution, "part": "why", "text": world.hide("zz-report-line", "member", "insider"), "proposed_by": by}
    line = ReportLine.objects.create(**of_report, **of_line)
    world.objects[line.public_id] = {"member", "insider"}
    named = world.hide("zz-named", "member", "insider")
    NamingConsent.objects.create(**of_report, user=world.people["insider"], name=named)
    group = StudyGroup.objects.create(period="2029-2032", number=17)
    StudyGroupLink.objects.create(resolution=resolution, study_group=group)
    StudyGroupFollower.objects.create(coalition=everyone.coalition, resolution=resolution, study_group=group, user=world.people["insider"])


def ask_to_sign(world: World, everyone: Circle, circle: Circle, sealed: Circle, *, by: User) -> None:
    """A statement of each of three circles, which the organisation of a lead endorsed with a reservation and without its name inside."""
    house = Mandate.objects.get(membership__user=by).organisation
    for where, mark, readers in (
        (everyone, "zz-ours", ("member", "insider")),
        (circle, "zz-hers", ("insider",)),
        (sealed, "zz-theirs", ()),
    ):
        title = world.hide(f"{mark}-statement", *readers)
        link = f"https://example.org/{world.hide(f'{mark}-drafted', *readers)}"
        statement = Statement.objects.create(circle=where, title=title, draft_link=link, closes_at=now() + timedelta(days=3), by=by)
        text = f"{world.hide(f'{mark}-signed', *readers)}\n"
        version = StatementVersion.objects.create(statement=statement, number=1, text=text, by=by)
        said = {"choice": "reservation", "reservation": world.hide(f"{mark}-reservation"), "naming": "nowhere"}
        name = world.hide(f"{mark}-hidden-name")
        answer = StatementAnswer.objects.create(
            version=version, organisation=house, name=name, fingerprint=fingerprint(text), by=by, **said
        )
        world.objects |= {statement.public_id: set(readers), version.public_id: set(readers), answer.public_id: set()}
        # Leads invite, where they read the statement.
        inviting = ["lead"] if where.is_everyone else []
        words = {"name": world.hide(f"{mark}-invited", *inviting), "contact": world.hide(f"{mark}-contact", *inviting)}
        asked = words | {"digest": uuid4().hex}
        invited = StatementInvitation.objects.create(statement=statement, by=by, **asked)
        said["reservation"] = world.hide(f"{mark}-reservation-outside")
        signed = StatementAnswer.objects.create(
            version=version, invitation=invited, name=asked["name"], fingerprint=fingerprint(text), **said
        )
        world.objects |= {invited.public_id: set(inviting), signed.public_id: set()}


def close_statements(world: World, everyone: Circle, circle: Circle, *, by: User) -> None:
    """Of the one that everyone read, observers read the public list; of that list, what was allowed to be public."""
    for where, mark, readers in ((everyone, "zz-closed", ("observer", "member", "insider")), (circle, "zz-shut", ("insider",))):
        link = f"https://example.org/{world.hide(f'{mark}-pad', *set(readers) - {'observer'})}"
        closing = {"opened_at": now() - timedelta(days=3), "closes_at": now() - timedelta(days=1), "locked_at": now()}
        title = world.hide(f"{mark}-title", *readers)
        statement = Statement.objects.create(circle=where, title=title, draft_link=link, by=by, asked=[], **closing)
        text = f"{world.hide(f'{mark}-text', *readers)}\n"
        version = StatementVersion.objects.create(statement=statement, number=1, text=text, by=by)
        for naming in ("outside", "nowhere"):
            inviting = ["lead"] if where.is_everyone else []
            name = world.hide(f"{mark}-{naming}", *readers if naming == "outside" else inviting)
            invited = StatementInvitation.objects.create(statement=statement, by=by, name=name, digest=uuid4().hex)
            said = {"choice": "endorse", "naming": naming, "name": name, "fingerprint": fingerprint(text)}
            StatementAnswer.objects.create(version=version, invitation=invited, **said)
        world.objects |= {statement.public_id: set(readers), version.public_id: set(readers) - {"observer"}}


def show_a_statement(world: World, ours: Coalition, *, by: User) -> None:
    """Two leads chose to show one statement to everybody, without a log-in, and not the name of the coalition."""
    link = f"https://example.org/{world.hide('zz-shown-pad', 'member', 'insider')}"
    closing = {"opened_at": now() - timedelta(days=3), "closes_at": now() - timedelta(days=1), "locked_at": now()}
    statement = Statement.objects.create(circle=ours.everyone, title="Shown to everybody", draft_link=link, by=by, asked=[], **closing)
    version = StatementVersion.objects.create(statement=statement, number=1, text="Anybody may read this.\n", by=by)
    invited = StatementInvitation.objects.create(
        statement=statement, by=by, name=world.hide("zz-shown-nowhere", "lead"), digest=uuid4().hex
    )
    said = {"choice": "endorse", "naming": "nowhere", "name": "zz-shown-nowhere", "fingerprint": fingerprint(version.text)}
    StatementAnswer.objects.create(version=version, invitation=invited, **said)
    PublicPageEntry.objects.create(coalition=ours).statements.add(statement)
    world.objects |= {statement.public_id: set(ROLES), version.public_id: {"member", "insider"}}


def keep_public_facts(world: World, resolution: Resolution, meeting: Meeting, *, by: tuple[User, User]) -> None:
    """Leads of both coalitions check and change the same public facts, which must tell neither side of the other's people."""
    door = DeadlineFactory(assembly=meeting.assembly, at=now() + timedelta(days=20))
    for person in by:
        checked = {"verified_by": person, "verified_at": now()}
        outcome = resolution.outcomes.create(assembly=AssemblyFactory(code=f"WTSA-{person.pk}"), action="MOD", **checked)
        revision = resolution.revisions.create(assembly=outcome.assembly, label_en=f"Rev. {person.pk}", **checked)
        for fact in (resolution, outcome, revision, meeting, door):
            fact.verified_by, fact.verified_at = person, now()
            fact.source = f"https://example.org/{person.pk}"
            fact._history_user = person
            fact.save()
    for thing in ({"meeting": meeting}, {"deadline": door}, {"assembly": meeting.assembly}):
        for one, other in (by, by[::-1]):
            old = {"at": now().isoformat(), "has_hour": True, "zone": "UTC", "date_status": "confirmed"}
            old |= {} if "deadline" in thing else {"starts_on": "2028-10-17", "ends_on": "2028-10-26"}
            DateChange.objects.create(**thing, old=old, new=old, proposed_by=one, confirmed_by=other, applied_at=now())
        pending = DateChange.objects.create(**thing, old=old, new=old, proposed_by=by[0])
        world.public.append(pending.public_id)
    card = begin_card(meeting.assembly, country="KE", by=by[0], is_checked=True, source="https://example.org/delegation")
    revise_card(card, by=by[1], is_checked=False, authority="Communications Authority")
    revise_card(card, by=by[0], is_checked=True, authority="The Communications Authority")
    declared = declare(card, resolution=resolution, stance="keep", source=card.source, declared_on=now().date(), by=by[0])
    world.public += [meeting.public_id, door.public_id, card.public_id, declared.public_id]


def agree_on_something(world: World, everyone: Circle, circle: Circle, sealed: Circle, resolution: Resolution, *, by: User) -> None:
    """A charter, two priorities of which one is published to observers, an outlet, and what each of three circles shares."""
    ours = everyone.coalition
    CharterVersion.objects.create(coalition=ours, version=1, text=world.hide("zz-charter", "observer", "member", "insider"), by=by)
    published, kept = ("zz-priority-open", now(), "observer", "member", "insider"), ("zz-priority", None, "member", "insider")
    for place, (mark, published_at, *readers) in enumerate((published, kept), start=1):
        about = {"resolutions": [resolution.pk], "clauses": [], "rights": ["privacy"]}
        words = {"own_title": world.hide(f"{mark}-title", *readers), "own_why": world.hide(f"{mark}-why", *readers)}
        row = Priority.objects.create(coalition=ours, place=place, about=about, published_at=published_at, by=by, **words)
        world.objects[row.public_id] = set(readers)
    facts = {"name": world.hide("zz-outlet", "member", "insider"), "covers": world.hide("zz-outlet-covers", "member", "insider")}
    outlet = Outlet.objects.create(coalition=ours, by=by, **facts)
    OutletFollower.objects.create(outlet=outlet, membership=Membership.objects.get(coalition=ours, user=by))
    world.objects[outlet.public_id] = {"member", "insider"}
    away = Absence.objects.create(user=by, starts_on=now().date(), ends_on=now().date() + timedelta(days=9))
    # Her own alone: whoever else may read the days has no address for them.
    world.objects[away.public_id] = set()
    card = begin_card(AssemblyFactory(), country="UY", by=by, is_checked=True, source="https://example.org/delegation")
    world.public.append(card.public_id)
    day = now() - timedelta(days=2)
    held = MeetingFactory(at=day, starts_on=day.date(), ends_on=day.date())
    world.public.append(held.public_id)
    for where, mark, readers in (
        (everyone, "zz-ours", ("member", "insider")),
        (circle, "zz-hers", ("insider",)),
        (sealed, "zz-theirs", ()),
    ):
        said = {"text": world.hide(f"{mark}-decided", *readers), "decided_by": world.hide(f"{mark}-deciders", *readers)}
        decision = Decision.objects.create(circle=where, decided_on=now().date(), resolution=resolution, by=by, **said)
        said = {"mechanism": world.hide(f"{mark}-means", *readers), "said_by": world.hide(f"{mark}-says", *readers)}
        impact = RightsImpact.objects.create(circle=where, resolution=resolution, right="privacy", by=by, **said)
        text = world.hide(f"{mark}-embargo", *readers)
        embargo = EmbargoNote.objects.create(circle=where, text=text, until=now() + timedelta(days=3), by=by)
        handover = HandoverNote.objects.create(circle=where, delegation=card, text=world.hide(f"{mark}-handover", *readers), by=by)
        debrief = Debrief.objects.create(circle=where, meeting=held, result=world.hide(f"{mark}-told", *readers), by=by)
        plan = plan_of(where, by, resolution=resolution)
        step = plan.steps.get().follow_up
        step.title = world.hide(f"{mark}-step", *readers, *(("observer",) if where.is_everyone else ()))
        step.save()
        state = {"counted_from": plan.counted_from.isoformat(), "steps": {}}
        move = PlanMove.objects.create(plan=plan, old=state, new=state, by=by)
        for row in (decision, impact, embargo, handover, debrief, plan, step, move):
            world.objects[row.public_id] = set(readers)
        note_a_session(world, where, mark, readers, resolution, by=by)
    steps = [{"title": world.hide("zz-usual", "member", "insider"), "days": 7}]
    PlanTemplate.objects.create(coalition=ours, steps=steps, by=by)
    circle.subjects = {"resolutions": [resolution.pk], "topics": [], "regions": []}
    circle.save()


def note_a_session(world: World, where: Circle, mark: str, readers: tuple[str, ...], resolution: Resolution, *, by: User) -> None:
    """A session of this circle that has begun, what its people noted, and what somebody noted for nobody else."""
    words = {"title": world.hide(f"{mark}-sitting", *readers), "room": world.hide(f"{mark}-room", *readers)}
    about = {"assembly": AssemblyFactory(), "starts_at": now() - timedelta(hours=3)}
    session = AssemblySession.objects.create(circle=where, created_by=by, **words, **about)
    # Of the assembly that sits on the day of `words["on"]`, which the pages of a day show; there somebody goes, and somebody is asked.
    ahead = {"assembly": sitting_assembly(), "starts_at": now() + timedelta(days=5)}
    words = {"title": world.hide(f"{mark}-ahead", *readers), "room": world.hide(f"{mark}-hall", *readers)}
    coming = AssemblySession.objects.create(circle=where, created_by=by, **words, **ahead)
    coming.resolutions.add(resolution)
    coming.attendees.create(user=by, day=coming.day)
    DeclaredPresence.objects.get_or_create(coalition=where.coalition, user=by, day=coming.day, half="morning", place="on-site")
    world.objects[coming.public_id] = set(readers)
    session.resolutions.add(resolution)
    said = {"session": session, "resolution": resolution, "clause_state": "brackets", "by": by}
    words = {"moved": world.hide(f"{mark}-moved", *readers), "clause_name": world.hide(f"{mark}-clause", *readers)}
    note = SessionNote.objects.create(circle=where, **words, **said)
    alone = SessionNote.objects.create(circle=None, moved=world.hide(f"{mark}-alone"), clause_name="zz-alone", **said)
    world.objects[session.public_id] = world.objects[note.public_id] = set(readers)
    world.objects[alone.public_id] = set()


def sitting_assembly() -> Assembly:
    """One that sits for ten days from today, and is not the one people work for."""
    first = now().date()
    about = {"starts_on": first, "ends_on": first + timedelta(days=9), "name_en": "Example", "short_name_en": "WTSA-X"}
    return Assembly.objects.get_or_create(code="WTSA-X", defaults=about)[0]


def routes(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    """Every path of the project with the pattern that ends it."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            found += routes(pattern, prefix + str(pattern.pattern))
        else:
            found.append((prefix + str(pattern.pattern), pattern))
    return found


# Every mark begins with it, as a word of its own.
SEARCHES = ("/search/?q=zz", "/search/?q=zz&kind=follow-ups", "/resolutions/?q=zz", "/matrix/?q=zz", "/delegations/?q=zz")


def addresses(world: World) -> list[tuple[str, UUID | None]]:
    """Every address: the path filled in, and the private object it names, if any; and what each search finds."""
    filled: list[tuple[str, UUID | None]] = [(search, None) for search in SEARCHES]
    for path, _pattern in routes():
        path = path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")
        if "(?P" in path or path.startswith(NOT_WALKED_FROM) or any(part in path for part in NOT_WALKED):
            continue
        holes = [hole.split(">")[0] for hole in path.split("<")[1:]]
        uuids = [hole for hole in holes if hole.startswith("uuid:") or hole.endswith(("public_id", "uuid"))]
        plain = path
        for hole in holes:
            if hole not in uuids:
                name = hole.split(":")[-1]
                plain = plain.replace(f"<{hole}>", world.words.get(name, "1"))
        if not uuids:
            filled.append((f"/{plain}", None))
            continue
        for public_id in [*world.objects, *world.public]:
            whole = plain
            for hole in uuids:
                whole = whole.replace(f"<{hole}>", str(public_id))
            filled.append((f"/{whole}", public_id))
    return filled


# Stands in no table.
NOBODY = uuid4()


# A column that is compared with the parameter after it, which may stand in a list.
COMPARED = re.compile(r'"?(\w+)"?\."\w+" (?:= |IN \(|= ANY\()$')
ALIAS = re.compile(r'"(\w+)" ([A-Z]+\d+)\b')


def tables_compared(sql: str, params: object, wanted: Callable[[object], bool]) -> set[str] | None:
    """The tables whose columns a query compares with a wanted value; None if it does something else with one."""
    before = sql.split("%s")[:-1]
    if not isinstance(params, list | tuple) or len(before) != len(params):
        return None
    aliases, found = {alias: table for table, alias in ALIAS.findall(sql)}, set()
    for place, value in enumerate(params):
        if not wanted(value):
            continue
        while place and before[place].strip() == ",":
            place -= 1
        column = COMPARED.search(before[place])
        if not column:
            return None
        found.add(aliases.get(column[1], column[1]))
    return found


@contextmanager
def tables_looked_in(public_id: UUID) -> Iterator[set[str]]:
    """The tables that a query compares with this id, however it is written; of a query that does not compare it, all tables."""
    known, looked_in = set(connection.introspection.django_table_names()), set()

    def is_it(value: object) -> bool:
        return str(public_id) in str(value) or public_id.hex in str(value)

    def note(execute, sql, params, many, context):
        if is_it(params):
            compared = tables_compared(sql, params, is_it)
            looked_in.update(compared if compared and compared <= known else {table for table in known if f'"{table}"' in sql})
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield looked_in


def tables_with(public_ids: list[UUID]) -> dict[UUID, set[str]]:
    """In which tables each of these ids stands, in whichever column and however it is written."""
    found: dict[UUID, set[str]] = {public_id: set() for public_id in public_ids}
    for model in apps.get_models(include_auto_created=True):
        text = str(list(model._base_manager.values_list()))
        for public_id in public_ids:
            if str(public_id) in text or public_id.hex in text:
                found[public_id].add(model._meta.db_table)
    return found


class Walker:
    """One of them on her way through the house: logged in again where a page ended her session, and never told to slow down."""

    def __init__(self, world: World, role: str):
        self.user = world.people[role]
        self.client = Client(raise_request_exception=False)
        # What a method of a route answers to an id that nobody has, and the tables in which it looks it up.
        self.of_nobody: dict[tuple[str, str], tuple[int, set[str]]] = {}
        self.readable = {public_id for public_id, readers in world.objects.items() if role in readers} | set(world.public)
        # For each route, an id that fits nowhere there from each set of tables: of an object that she may read, where there is one.
        self.passed: dict[tuple, tuple[str, UUID]] = {}

    def ask_each(self, method: str, found: list[tuple[str, UUID | None]]):
        """Each address of a route that knows this method, the private object it names, and the answer."""
        stands_in = tables_with([public_id for public_id in {public_id for _address, public_id in found} if public_id])
        assert all(stands_in.values())
        asked_anyway: set[tuple] = set()
        for address, public_id in found:
            if public_id is None:
                answer = self.ask_for(method, address)
                if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
                    yield address, None, answer
                continue
            route = (method, address.replace(str(public_id), "…"))
            if route not in self.of_nobody:
                to_nobody = address.replace(str(public_id), str(NOBODY))
                with tables_looked_in(NOBODY) as looked_in:
                    answer = self.ask_for(method, to_nobody)
                self.of_nobody[route] = answer.status_code, looked_in
                if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
                    yield to_nobody, NOBODY, answer
            status, looked_in = self.of_nobody[route]
            if status == HTTPStatus.METHOD_NOT_ALLOWED:
                continue
            kind = frozenset(stands_in[public_id]), public_id in self.readable
            if looked_in and looked_in.isdisjoint(stands_in[public_id]):
                before = self.passed.get((*route, kind[0]))
                if not before or (public_id in self.readable and before[1] not in self.readable):
                    self.passed[(*route, kind[0])] = address, public_id
                continue
            if not looked_in and (*route, *kind) in asked_anyway:
                continue
            asked_anyway.add((*route, *kind))
            yield address, public_id, self.ask_for(method, address)

    def ask_for(self, method: str, address: str):
        if method != "get" and "/api/" in address:
            return self.ask(method, address, {}, content_type="application/json")
        return self.ask(method, address, headers={"accept-language": "en"})

    def ask(self, method: str, address: str, *data, **options):
        answer = self.ask_once(method, address, *data, **options)
        session = getattr(answer.wsgi_request, "session", {SESSION_KEY: "not looked at"})
        if self.user and SESSION_KEY not in session:
            self.client.force_login(self.user)
            answer = self.ask_once(method, address, *data, **options)
        assert answer.status_code != 429, f"{address} was not asked"
        return answer

    def ask_once(self, method: str, address: str, *data, **options):
        cache.clear()
        if not self.user:
            # A session in which every text is kept that was sent before logging in grows with each.
            self.client.cookies.clear()
        return getattr(self.client, method)(address, *data, **options)


def leaks(world: World, role: str, body: str) -> list[str]:
    return [mark for mark, readers in world.marks.items() if mark in body and role not in readers]


@pytest.fixture
def log(caplog):
    """All that an instance logs meanwhile, and what our own modules would log where one looks for a fault."""
    caplog.set_level("INFO")
    for name in ("amnt", "calendar_app", "coalitions", "resolutions"):
        caplog.set_level("DEBUG", logger=name)
    return caplog


def written_to(log, world: World) -> list[str]:
    text = log.text
    return [mark for mark in world.marks if mark in text]


def snapshot() -> dict[str, list]:
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in PRIVATE}


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_what_its_reader_may_not_read(world, log, role):
    wrong = []
    walker = Walker(world, role)
    for address, public_id, answer in walker.ask_each("get", addresses(world)):
        body = answer.getvalue().decode(errors="replace")
        wrong += [
            f"{address} shows {mark}" for mark in leaks(world, role, body + answer.headers.get("Location", "") * (role != "anonymous"))
        ]
        # The title stands in the history of the browser: there it names only what is public, whoever reads.
        title = body.partition("<title>")[2].partition("</title>")[0]
        wrong += [f"{address} names {mark} in its title" for mark in world.marks if mark in title and not address.startswith("/admin/")]
        if answer.status_code >= 500:
            wrong.append(f"{address} fails with {answer.status_code}")
        if public_id in world.objects and role not in world.objects[public_id] and answer.status_code == 200:
            wrong.append(f"{address} is there for {role}")
        if public_id in world.objects and role in STRANGERS[1:] and answer.status_code == 403:
            wrong.append(f"{address} says 403, so it says that it exists")
    assert wrong == []
    assert written_to(log, world) == []


def test_the_search_finds_what_its_reader_may_read_and_nothing_of_a_delegation(world):
    """So that the walk above has something to find."""

    def marks_found(role: str) -> set[str]:
        answer = Walker(world, role).ask_for("get", "/search/?q=zz").content.decode()
        # The box at the top says what was looked for, and no mark is only that.
        return {mark for mark in world.marks if mark in answer} - {"zz-coalition-ours"}

    of_all = {"zz-lead", "zz-second", "zz-organisation"}
    assert marks_found("outsider") == set()
    assert marks_found("observer") == of_all | {"zz-observer"}
    assert marks_found("member") == of_all | {"zz-member", "zz-c1-title", "zz-ours-ask", "zz-ours-moved", "zz-ours-step"}
    assert marks_found("insider") == of_all | {
        "zz-insider",
        "zz-c1-title",
        "zz-c2-title",
        "zz-call",
        "zz-door",
        "zz-ours-ask",
        "zz-hers-ask",
        "zz-ours-moved",
        "zz-hers-moved",
        "zz-ours-step",
        "zz-hers-step",
    }


def test_an_id_that_fits_nowhere_is_answered_as_one_that_nobody_has(world):
    """By whoever sees most, on every address that the walk passes by."""
    walker = Walker(world, "insider")
    asked = {address for address, _public_id, _answer in walker.ask_each("get", addresses(world))}
    passed = walker.passed.values()
    assert asked.isdisjoint(address for address, _public_id in passed)
    wrong = []
    for address, public_id in passed:
        answer = walker.ask_for("get", address)
        of_nobody, _looked_in = walker.of_nobody["get", address.replace(str(public_id), "…")]
        if answer.status_code != of_nobody:
            wrong.append(f"{address} answers {answer.status_code}, not {of_nobody}")
        body = answer.getvalue().decode(errors="replace") + answer.headers.get("Location", "")
        wrong += [f"{address} shows {mark}" for mark in leaks(world, "insider", body)]
    assert wrong == []


@pytest.mark.parametrize("role", STRANGERS)
def test_what_a_stranger_posts_changes_nothing(world, log, role):
    before = snapshot()
    wrong = []
    walker = Walker(world, role)
    # What somebody may read is no stranger's: a calendar that is followed is for the leads of any coalition.
    of_private_objects = [
        (address, public_id)
        for address, public_id in addresses(world)
        if public_id in world.objects and role not in world.objects[public_id]
    ]
    for method in ("post", "patch", "delete"):
        for address, _public_id, answer in walker.ask_each(method, of_private_objects):
            if answer.status_code >= 500 or (answer.status_code < 400 and role != "anonymous"):
                wrong.append(f"{method} {address} answers {answer.status_code}")
            wrong += [f"{address} shows {mark}" for mark in leaks(world, role, answer.content.decode(errors="replace"))]
    assert wrong == []
    assert written_to(log, world) == []
    assert snapshot() == before


def test_the_walk_knows_every_route_with_a_public_id():
    """A route whose place is called otherwise would be walked with a made-up word and prove nothing."""
    known = {
        "public_id",
        "member_id",
        "organisation_id",
        "slug",
        "key",
        "token",
        "step",
        "name",
        "code",
        "tag",
        "edition",
        "what",
        "kind",
        "identity",
        "column",
        "sheet",
        "extension",
        "part",
        "language",
        "month",
        "on",
        # Of a step in its plan: the world has the first.
        "place",
    }
    ours = ("resolutions.", "coalitions.", "calendar_app.", "amnt.")
    holes = {
        hole.split(">")[0].split(":")[-1]
        for path, pattern in routes()
        if getattr(pattern.callback, "__module__", "").startswith(ours)
        for hole in path.split("<")[1:]
        if not path.startswith(("api/", "admin/"))
    }
    assert holes <= known


def test_every_model_with_something_private_says_who_may_see_it():
    """Whatever hangs on a person, a circle or a coalition has its `visible_to`, or is reached only through its owner."""
    through_their_owner = {
        "amnt.accounts": {"AccountRecovery", "AddressChange", "ApiToken", "Device", "KnownBrowser", "KnownNetwork"},
        "amnt.audit": {"Pseudonym"},
        "amnt.mail": {"Email", "Mute"},
        "coalitions": {"CircleMembership", "FollowUpEvent", "StatementReminder"},
        "calendar_app": {"DateWatch", "DateChange"},
        "resolutions": {"RegionWatch"},
    }
    silent = []
    for config in apps.get_app_configs():
        if config.name not in through_their_owner:
            continue
        for model in config.get_models():
            hangs = {
                f.name
                for f in model._meta.fields
                if f.related_model and f.related_model._meta.model_name in ("circle", "coalition", "user")
            }
            hangs -= {"verified_by", "history_user", "groups"}
            if hangs and not hasattr(model.objects.all(), "visible_to") and model.__name__ not in through_their_owner[config.name]:
                silent.append(model.__name__)
    assert [name for name in silent if not name.startswith("Historical")] == []

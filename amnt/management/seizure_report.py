"""A report on a seized server: what its disk, its backups and the running machine reveal, as counts by class, without content.

It is written when the instance is locked, so that people can be told what was there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Count, Min, Model, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts.models import AccountRecovery, AddressChange, ApiToken, Device, InstanceLock, KnownBrowser, KnownNetwork, User
from amnt.audit.models import AuditEntry, AuditLevel
from amnt.core.languages import with_colon
from amnt.encryption import fields
from amnt.mail.models import Email, Mute
from amnt.retention.models import Notice
from calendar_app.models import (
    AgendaChange,
    Attendance,
    BackwardPlan,
    CalendarFeed,
    CalendarImport,
    DateChange,
    DateSilence,
    DateWatch,
    Deadline,
    DeadlineAnswer,
    Debrief,
    Meeting,
    PlanMove,
    PlanTemplate,
    Reminder,
)
from coalitions.models import (
    Absence,
    Approval,
    Arrival,
    AssemblySession,
    Circle,
    CircleMembership,
    CircleView,
    Coalition,
    Contact,
    ContactEvent,
    DeclaredPresence,
    DelegationNote,
    FollowUp,
    FollowUpEvent,
    HintDismissal,
    Invitation,
    KeptCopy,
    LastReaderQuestion,
    Mandate,
    Membership,
    NamingConsent,
    NamingDefault,
    OfficeCheck,
    Organisation,
    OwnRoute,
    OwnRouteEvent,
    Position,
    PositionAnswer,
    Reading,
    RedLine,
    ReportLine,
    SessionAttendee,
    SessionNote,
    SessionReport,
    StarterPlanAnswer,
    Statement,
    StatementAnswer,
    StatementInvitation,
    StatementReminder,
    StatementVersion,
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
from resolutions.models import Contribution, RegionWatch, RevisionText, Upload, Watch

KINDS = {
    AuditLevel.COALITION: Circle.Kind.EVERYONE,
    AuditLevel.RESTRICTED: Circle.Kind.RESTRICTED,
    AuditLevel.DELEGATION: Circle.Kind.DELEGATION,
}
HEADINGS = {
    None: gettext_lazy("Who is here"),
    AuditLevel.COALITION: gettext_lazy("C1, for a coalition"),
    AuditLevel.RESTRICTED: gettext_lazy("C2, for a restricted circle"),
    AuditLevel.DELEGATION: gettext_lazy("C3, for a delegation only"),
}

ADVICE = (
    gettext_lazy("Passwords are stored as Argon2 hashes: anyone who used the same one elsewhere should change it there."),
    gettext_lazy(
        "Secrets of authenticator apps are encrypted under FIELD_KEY: if a running machine was seized, everyone must set up a new one."
    ),
    gettext_lazy("Tell people by some other means than this service, those in C3 first."),
)


@dataclass(frozen=True)
class StoredRows:
    """
    rows -- all of them, whoever may read them
    since -- the column that says how old a row is
    columns -- the columns with content, by name; the model says which are encrypted
    others -- what else a row reveals, in words
    """

    what: str | Promise
    rows: QuerySet
    since: str
    columns: tuple[str, ...] = ()
    others: tuple[str | Promise, ...] = ()
    level: AuditLevel | None = None

    def split(self) -> tuple[list[str], list[str]]:
        """The labels of what is readable on the disk, and of what is encrypted there."""
        model: type[Model] = self.rows.model
        readable = [*map(str, self.others)]
        encrypted: list[str] = []
        for name in self.columns:
            column = model._meta.get_field(name)
            (encrypted if is_encrypted(column) else readable).append(str(column.verbose_name))  # type: ignore[union-attr]
        return readable, encrypted


def is_encrypted(column: object) -> bool:
    """Whether the disk holds ciphertext, in a row that is private."""
    return type(column).__module__ == fields.__name__


def all_stored_rows() -> Iterator[StoredRows]:
    yield from rows_about_people()
    for level, kind in KINDS.items():
        yield from rows_of_circles(level, kind)
        yield from shared_rows_of_circles(level, kind)
    yield from rows_of_coalitions()
    discarded = KeptCopy.objects.filter(circle=None)
    yield StoredRows(gettext_lazy("files that were discarded"), discarded, "at", ("content",), level=AuditLevel.DELEGATION)
    alone = Contribution.objects.filter(access=Contribution.Access.NUMBER_ONLY, kept=None)
    what = gettext_lazy("numbers of restricted documents that one person kept privately")
    yield StoredRows(what, alone, "entered_at", ("kept_number",), level=AuditLevel.DELEGATION)


def rows_about_people() -> Iterator[StoredRows]:
    joins = (gettext_lazy("who and when"),)
    digest = (gettext_lazy("a digest that opens nothing"),)
    addresses = (gettext_lazy("addresses"), *joins)
    yield StoredRows(gettext_lazy("people"), User.objects.filter(erased_at=None), "date_joined", ("name", "email", "time_zone"))
    yield StoredRows(gettext_lazy("coalitions"), Coalition.objects.all(), "created_at", ("name",))
    yield StoredRows(gettext_lazy("organisations"), Organisation.objects.all(), "created_at", ("name",))
    answered = StarterPlanAnswer.objects.all()
    yield StoredRows(gettext_lazy("what leads answered in the first steps of their coalition"), answered, "at", ("line", "country"), joins)
    yield StoredRows(gettext_lazy("who is in which coalition"), Membership.objects.all(), "joined_at", ("role",), joins)
    yield StoredRows(gettext_lazy("who answers for which organisation"), Mandate.objects.all(), "given_at", (), joins)
    naming = gettext_lazy("where organisations may be named")
    yield StoredRows(naming, NamingDefault.objects.all(), "at", ("naming",), joins)
    yield StoredRows(gettext_lazy("who is in which circle"), CircleMembership.objects.all(), "created_at", (), joins)
    yield StoredRows(
        gettext_lazy("who read which circle last, and is asked about it"), LastReaderQuestion.objects.all(), "asked_at", (), joins
    )
    yield StoredRows(gettext_lazy("who watches what"), Watch.objects.all(), "created_at", (), joins)
    followed = gettext_lazy("who follows a resolution in which study group")
    released = gettext_lazy("lines for public reports: who proposed and who released them")
    yield StoredRows(released, ReportLine.objects.all(), "proposed_at", ("text",), joins)
    yield StoredRows(gettext_lazy("who agreed to be named in a public report"), NamingConsent.objects.all(), "at", ("name",), joins)
    yield StoredRows(followed, StudyGroupFollower.objects.all(), "taken_at", (), joins)
    yield StoredRows(gettext_lazy("who watches which region"), RegionWatch.objects.all(), "created_at", (), joins)
    yield StoredRows(gettext_lazy("who watches which date"), DateWatch.objects.all(), "created_at", (), joins)
    yield StoredRows(gettext_lazy("who goes to which meeting"), Attendance.objects.all(), "changed_at", (), joins)
    calendars = CalendarImport.objects.all()
    yield StoredRows(gettext_lazy("calendar files being brought in"), calendars, "brought_at", ("address", "events"), joins)
    yield StoredRows(gettext_lazy("who snoozed or settled which date"), DateSilence.objects.all(), "changed_at", (), joins)
    yield StoredRows(gettext_lazy("who has dealt with what before an assembly"), DeadlineAnswer.objects.all(), "changed_at", (), joins)
    yield StoredRows(gettext_lazy("who is reminded of what"), Reminder.objects.all(), "created_at", (), joins)
    yield StoredRows(gettext_lazy("who is not available on what"), Unavailability.objects.all(), "assembly__starts_on", (), joins)
    yield StoredRows(gettext_lazy("who is away from when to when"), Absence.objects.all(), "changed_at", (), joins)
    yield StoredRows(gettext_lazy("who was invited"), Invitation.objects.all(), "created_at", ("email",), joins)
    yield StoredRows(
        gettext_lazy("which office was asked about its card, by which coalition"), OfficeCheck.objects.all(), "created_at", (), digest
    )
    yield StoredRows(gettext_lazy("newcomers who compared two words with a lead"), Arrival.objects.all(), "created_at", (), joins)
    yield StoredRows(
        gettext_lazy("requests to a second lead: who asked and who answered"), Approval.objects.all(), "asked_at", ("about",), joins
    )
    yield StoredRows(gettext_lazy("devices"), Device.objects.all(), "created_at", ("ip", "user_agent"))
    yield StoredRows(gettext_lazy("browsers known from earlier log-ins"), KnownBrowser.objects.all(), "seen_at", (), digest)
    yield StoredRows(gettext_lazy("networks known from earlier log-ins"), KnownNetwork.objects.all(), "seen_at", (), digest)
    yield StoredRows(gettext_lazy("API keys"), ApiToken.objects.all(), "created_at", ("name",), digest)
    yield StoredRows(gettext_lazy("calendar addresses"), CalendarFeed.objects.all(), "created_at", ("name",), digest)
    yield StoredRows(gettext_lazy("recoveries of accounts"), AccountRecovery.objects.all(), "started_at", ("asked_by", "reason"), addresses)
    yield StoredRows(gettext_lazy("former addresses"), AddressChange.objects.all(), "changed_at", (), addresses)
    mails = gettext_lazy("mails: recipients, dates and kinds, without their text")
    yield StoredRows(mails, Email.objects.all(), "created_at", ("address", "subject"), joins)
    yield StoredRows(gettext_lazy("kinds of mail that somebody stopped"), Mute.objects.all(), "created_at", (), joins)
    yield StoredRows(gettext_lazy("notices before something is deleted"), Notice.objects.all(), "at", (), joins)
    yield StoredRows(gettext_lazy("entries of the audit, under pseudonyms"), AuditEntry.objects.all(), "at", (), joins)
    yield StoredRows(
        gettext_lazy("second factors"), Authenticator.objects.all(), "created_at", (), (gettext_lazy("which kind, since when"),)
    )
    yield StoredRows(gettext_lazy("files that wait to be checked"), Upload.objects.all(), "brought_at", ("file_name", "data", "extraction"))
    brought = gettext_lazy("published documents: who imported them, and from which file")
    public = Contribution.objects.exclude(access=Contribution.Access.NUMBER_ONLY)
    yield StoredRows(brought, public, "entered_at", ("file_name",), joins)
    brought = gettext_lazy("texts in force: who entered them, and from which file")
    yield StoredRows(brought, RevisionText.objects.all(), "entered_at", ("file_name",), joins)
    yield StoredRows(
        gettext_lazy("changes of dates: who proposed and who confirmed"), DateChange.objects.all(), "proposed_at", ("source",), joins
    )
    yield StoredRows(gettext_lazy("changes of agendas of meetings, and by whom"), AgendaChange.objects.all(), "at", (), joins)


def rows_of_circles(level: AuditLevel, kind: Circle.Kind) -> Iterator[StoredRows]:
    """The tables whose rows belong to circles of this kind."""
    joins = (gettext_lazy("who and when"),)
    inside = {"circle__kind": kind}
    if level != AuditLevel.COALITION:
        circles, words = Circle.objects.filter(kind=kind), ("name", "purpose", "subjects")
        yield StoredRows(gettext_lazy("circles"), circles, "created_at", words, level=level)
        opened = CircleView.objects.filter(**inside)
        yield StoredRows(gettext_lazy("who opened what in a circle, and on which day"), opened, "on", (), joins, level)
    texts = ("title", "done_means", "evidence")
    state = (gettext_lazy("owner, state and dates"),)
    yield StoredRows(gettext_lazy("follow-ups"), FollowUp.objects.filter(**inside), "created_at", texts, state, level)
    events = FollowUpEvent.objects.filter(follow_up__circle__kind=kind)
    yield StoredRows(gettext_lazy("what was done with follow-ups"), events, "at", (), joins, level)
    cites = (gettext_lazy("which clauses it cites, and who found it to hold"),)
    yield StoredRows(gettext_lazy("versions of positions"), Position.objects.filter(**inside), "at", ("stance", "words"), cites, level)
    points = TalkingPoints.objects.filter(position__circle__kind=kind)
    yield StoredRows(gettext_lazy("talking points of positions"), points, "position__at", ("text",), level=level)
    of_organisations = PositionAnswer.objects.filter(position__circle__kind=kind)
    whose = (gettext_lazy("which organisation, by whom and when"),)
    yield StoredRows(gettext_lazy("answers of organisations to positions"), of_organisations, "at", ("kind", "words"), whose, level)
    clause = (gettext_lazy("on which clause, and by whom"),)
    yield StoredRows(gettext_lazy("red lines and fallback wordings"), RedLine.objects.filter(**inside), "at", ("text",), clause, level)
    yield StoredRows(gettext_lazy("readings of proposals"), Reading.objects.filter(**inside), "at", ("tone", "note"), level=level)
    yield StoredRows(gettext_lazy("verdicts on outcomes"), Verdict.objects.filter(**inside), "at", ("result", "words"), level=level)
    signed = Statement.objects.filter(**inside)
    yield StoredRows(gettext_lazy("statements"), signed, "opened_at", ("title", "draft_link", "asked"), joins, level)
    frozen = StatementVersion.objects.filter(statement__circle__kind=kind)
    yield StoredRows(gettext_lazy("texts of statements"), frozen, "at", ("text",), joins, level)
    answers = StatementAnswer.objects.filter(version__statement__circle__kind=kind)
    answered = ("name", "choice", "reservation", "naming", "fingerprint")
    yield StoredRows(
        gettext_lazy("answers to statements"), answers, "at", answered, (gettext_lazy("which organisation, who and when"),), level
    )
    invited = StatementInvitation.objects.filter(statement__circle__kind=kind)
    who = (gettext_lazy("of which statement, by whom and when, and the digest of its key"),)
    yield StoredRows(gettext_lazy("organisations from outside invited to sign"), invited, "at", ("name", "contact"), who, level)
    reminded = StatementReminder.objects.filter(statement__circle__kind=kind)
    yield StoredRows(gettext_lazy("who was reminded of a statement"), reminded, "at", (), joins, level)
    notes = DelegationNote.objects.filter(**inside)
    yield StoredRows(gettext_lazy("notes about delegations"), notes, "at", ("text",), (gettext_lazy("who, when and which country"),), level)
    asked = (gettext_lazy("organisation, way, state and dates"),)
    routes = OwnRoute.objects.filter(**inside)
    yield StoredRows(gettext_lazy("ways in of organisations"), routes, "created_at", ("detail", "next_step", "documents"), asked, level)
    done = OwnRouteEvent.objects.filter(route__circle__kind=kind)
    yield StoredRows(gettext_lazy("what was done with ways in"), done, "at", (), joins, level)
    asks, which = (
        ("ask", "wording", "office", "clause_name"),
        (gettext_lazy("who, when, how, which country and resolution, and the answer"),),
    )
    yield StoredRows(gettext_lazy("contacts with delegations"), Contact.objects.filter(**inside), "at", asks, which, level)
    added = ContactEvent.objects.filter(contact__circle__kind=kind)
    yield StoredRows(gettext_lazy("what was added to contacts"), added, "at", ("words",), joins, level)
    yield StoredRows(gettext_lazy("hints set aside"), HintDismissal.objects.filter(**inside), "at", ("words", "reason"), level=level)
    earlier = KeptCopy.objects.filter(**inside)
    yield StoredRows(gettext_lazy("words that were replaced or taken out"), earlier, "at", ("content",), joins, level)
    before = (gettext_lazy("which deadline, region and resolution, and who keeps it"),)
    yield StoredRows(gettext_lazy("plans before deadlines"), BackwardPlan.objects.filter(**inside), "created_at", (), before, level)
    moves = PlanMove.objects.filter(plan__circle__kind=kind)
    yield StoredRows(gettext_lazy("moves of plans"), moves, "at", (), (gettext_lazy("by whom, and old and new dates"),), level)
    when = (gettext_lazy("date and hour"),)
    yield StoredRows(gettext_lazy("private calls"), Meeting.objects.filter(**inside), "at", ("title", "city"), when, level)
    deadlines = Deadline.objects.filter(meeting__circle__kind=kind)
    yield StoredRows(gettext_lazy("deadlines of private calls"), deadlines, "at", ("title",), when, level)
    # Former words of a call, and of a call that was deleted, too.
    calls = Meeting.history.filter(circle__in=Circle.objects.filter(kind=kind).values("pk"))  # type: ignore[attr-defined]
    yield StoredRows(gettext_lazy("former versions of private calls"), calls, "history_date", ("title", "city"), when, level)
    of_calls = Meeting.history.filter(circle__in=Circle.objects.filter(kind=kind).values("pk")).values("id")  # type: ignore[attr-defined]
    deadlines = Deadline.history.filter(meeting__in=of_calls)  # type: ignore[attr-defined]
    yield StoredRows(gettext_lazy("former versions of their deadlines"), deadlines, "history_date", ("title",), when, level)
    numbers = Contribution.objects.filter(access=Contribution.Access.NUMBER_ONLY, kept__circle__kind=kind)
    yield StoredRows(gettext_lazy("numbers of restricted documents"), numbers, "entered_at", ("kept_number",), level=level)


def shared_rows_of_circles(level: AuditLevel, kind: Circle.Kind) -> Iterator[StoredRows]:
    """Decisions, impacts on rights, embargoes, handover notes, debriefs and notes of sessions."""
    inside = {"circle__kind": kind}
    which = (gettext_lazy("who, when and which resolution"),)
    decisions, impacts = Decision.objects.filter(**inside), RightsImpact.objects.filter(**inside)
    yield StoredRows(gettext_lazy("decisions"), decisions, "at", ("text", "decided_by"), which, level)
    yield StoredRows(gettext_lazy("impacts on rights"), impacts, "at", ("right", "mechanism", "said_by", "source"), which, level)
    embargoes, handovers = EmbargoNote.objects.filter(**inside), HandoverNote.objects.filter(**inside)
    yield StoredRows(gettext_lazy("embargo notes"), embargoes, "at", ("text",), (gettext_lazy("who, when and until when"),), level)
    told, at_meetings = Debrief.objects.filter(**inside), (gettext_lazy("who, when and which meeting"),)
    noted, of_session = SessionNote.objects.filter(**inside), (gettext_lazy("who, when, which session and resolution, and what state"),)
    sessions, what = AssemblySession.objects.filter(**inside), (gettext_lazy("who entered it, when it is held and on which resolutions"),)
    yield StoredRows(gettext_lazy("sessions of assemblies"), sessions, "created_at", ("title", "room"), what, level)
    said = SessionReport.objects.filter(session__circle__kind=kind)
    yield StoredRows(gettext_lazy("who says that a session is held"), said, "at", (), (gettext_lazy("who and when"),), level)
    going = SessionAttendee.objects.filter(session__circle__kind=kind)
    yield StoredRows(gettext_lazy("who goes to a session"), going, "at", (), (gettext_lazy("who, where and how"),), level)
    yield StoredRows(gettext_lazy("notes of sessions"), noted, "at", ("moved", "clause_name"), of_session, level)
    yield StoredRows(gettext_lazy("debriefs of meetings"), told, "at", ("result", "link"), at_meetings, level)
    yield StoredRows(gettext_lazy("handover notes"), handovers, "at", ("text",), (gettext_lazy("who, when and which country"),), level)


def rows_of_coalitions() -> Iterator[StoredRows]:
    """What everyone who works in a coalition reads, and no circle holds."""
    joins, level = (gettext_lazy("who and when"),), AuditLevel.COALITION
    yield StoredRows(gettext_lazy("versions of charters"), CharterVersion.objects.all(), "at", ("text",), joins, level)
    yield StoredRows(gettext_lazy("priorities"), Priority.objects.all(), "at", ("own_title", "own_why", "about"), joins, level)
    yield StoredRows(gettext_lazy("outlets"), Outlet.objects.all(), "at", ("name", "website", "covers", "country"), joins, level)
    yield StoredRows(gettext_lazy("usual steps of plans"), PlanTemplate.objects.all(), "at", ("steps",), joins, level)
    places = (gettext_lazy("who, which half of which day, and whether on site"),)
    yield StoredRows(
        gettext_lazy("where people said they follow an assembly from"), DeclaredPresence.objects.all(), "at", (), places, level
    )
    alone, when = SessionNote.objects.filter(circle=None), (gettext_lazy("who, when and which session"),)
    yield StoredRows(gettext_lazy("notes of sessions for their author alone"), alone, "at", ("moved", "clause_name"), when, level)
    followers = OutletFollower.objects.all()
    yield StoredRows(gettext_lazy("who follows which outlet"), followers, "outlet__at", (), (gettext_lazy("who and which"),), level)


# Every other model, with the reason why it is not counted. A test fails for a model in neither list.
PUBLIC = "public facts and texts, and who entered or checked them"
PROGRAM = "part of the program, or of how it runs; nothing about anybody"
UNUSED = "stays empty"
SHOWN = "what two leads chose to show on the public page"
NOT_COUNTED = {
    "coalitions.SessionResolution": "which resolutions are on the agenda of a session: counted with it",
    "calendar_app.SessionReminder": "which plan of a day was mailed to whom: deleted after three days",
    "account.EmailAddress": UNUSED,
    "account.EmailConfirmation": UNUSED,
    "accounts.EstablishedFactor": "a mark on a second factor",
    "accounts.ExposedFactor": "a mark on a second factor",
    "accounts.InstanceLock": PROGRAM,
    "accounts.Session": "one for each device; what it remembers is encrypted",
    "accounts.User_groups": UNUSED,
    "accounts.User_user_permissions": UNUSED,
    "admin.LogEntry": UNUSED,
    "audit.AuditCheckpoint": PROGRAM,
    "audit.AuditSeal": PROGRAM,
    "audit.AuditVerification": PROGRAM,
    "audit.Pseudonym": "whose a pseudonym of the audit is; counted as its entries",
    "auth.Group": UNUSED,
    "auth.Group_permissions": UNUSED,
    "auth.Permission": PROGRAM,
    "calendar_app.CalendarSource": PUBLIC,
    "calendar_app.DateOrigin": PUBLIC,
    "calendar_app.SourcePage": PUBLIC,
    "calendar_app.Meeting_resolutions": "what a meeting is about; counted as meetings",
    "calendar_app.PlanMark": PROGRAM,
    "calendar_app.PlanStep": "which follow-ups are steps of which plan; counted as those",
    "coalitions.ClockRun": PROGRAM,
    "coalitions.PublicPageEntry": SHOWN,
    "coalitions.PublicPageEntry_statements": SHOWN,
    "coalitions.DeclaredPosition": PUBLIC,
    "coalitions.Delegation": PUBLIC,
    "coalitions.HistoricalDelegation": PUBLIC,
    "coalitions.ConfidentialNote": "encrypted with whose it is; how many there are is told nowhere",
    "coalitions.Seat": "encrypted with whose it is; how many there are is told nowhere",
    "coalitions.StarterPlan": "when the first steps of a coalition began and ended; counted as their answers",
    "coalitions.PositionClause": "which clauses a version of a position cites; counted as those",
    "coalitions.StillHolds": "who found a version of a position to hold, and when; counted as those",
    "coalitions.KeptNumber": "who may read a kept number; counted as those",
    "contenttypes.ContentType": PROGRAM,
    "encryption.DataKey": "wrapped under FIELD_KEY",
    "resolutions.Assembly": PUBLIC,
    "resolutions.Clause": PUBLIC,
    "resolutions.HistoricalAssembly": PUBLIC,
    "resolutions.HistoricalOutcome": PUBLIC,
    "resolutions.HistoricalRegionalGroup": PUBLIC,
    "resolutions.HistoricalResolution": PUBLIC,
    "resolutions.HistoricalRevision": PUBLIC,
    "resolutions.HistoricalStateSymbol": PUBLIC,
    "resolutions.HistoricalStudyGroup": PUBLIC,
    "resolutions.HistoricalStudyGroupLink": PUBLIC,
    "resolutions.ImportJob": PUBLIC,
    "resolutions.KeptComparison": "computed from public texts",
    "resolutions.KeptComparisonPage": "computed from public texts",
    "resolutions.Outcome": PUBLIC,
    "resolutions.Proposal": PUBLIC,
    "resolutions.ProposalEvent": PUBLIC,
    "resolutions.ProposedClause": PUBLIC,
    "resolutions.RegionalGroup": PUBLIC,
    "resolutions.Resolution": PUBLIC,
    "resolutions.Resolution_topics": PUBLIC,
    "resolutions.Revision": PUBLIC,
    "resolutions.StateSymbol": PUBLIC,
    "resolutions.StudyGroup": PUBLIC,
    "resolutions.StudyGroupLink": PUBLIC,
    "resolutions.Topic": PUBLIC,
    "resolutions.WordingRule": PROGRAM,
}


def report(at: datetime | None = None) -> str:
    """The report in Markdown, in the active language."""
    lines = [
        "# " + _("What this server held on %(day)s") % {"day": f"{at or now():%Y-%m-%d %H:%M} UTC"},
        "",
        _("Counts and kinds only. Anyone who has the disk or an unencrypted copy of the database can read what is called readable."),
        _("Anyone who had the running machine, its .env or FIELD_KEY can read everything below, and has the passwords in .env."),
    ]
    listed = list(all_stored_rows())
    for level, heading in HEADINGS.items():
        lines += ["", f"## {heading}", ""]
        lines += [line_of(holding) for holding in listed if holding.level == level]
        if level is None and (lock := InstanceLock.objects.filter(unlocked_at=None).first()):
            lines.append(f"- {with_colon(_('devices that were logged in when it was locked'), lock.devices)}")
    return "\n".join([*lines, "", *map(str, ADVICE), ""])


def line_of(holding: StoredRows) -> str:
    found = holding.rows.aggregate(number=Count("pk"), oldest=Min(holding.since))
    if not found["number"]:
        return f"- {with_colon(holding.what, _('none'))}"
    readable, encrypted = holding.split()
    parts = [f"- {with_colon(holding.what, found['number'])}"]
    if found["oldest"]:
        parts.append(_("the oldest of %(day)s") % {"day": f"{found['oldest']:%Y-%m-%d}"})
    if readable:
        parts.append(_("readable: %(what)s") % {"what": ", ".join(readable)})
    if encrypted:
        parts.append(_("encrypted: %(what)s") % {"what": ", ".join(encrypted)})
    return "; ".join(parts)

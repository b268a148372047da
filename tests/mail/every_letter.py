"""Every letter that the product can send, of every kind and in every variant, to one person."""

import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.utils.timezone import now

from amnt.accounts.models import AccountRecovery, AddressChange, User
from amnt.accounts.services import inactivity, locking
from amnt.mail.account_emails import WHAT, WHAT_OF_INSTANCE
from amnt.mail.emails import Letter, compose
from amnt.mail.models import Email
from amnt.retention.models import Notice
from calendar_app.models import PlanMove, Reminder
from calendar_app.reminders.content import ReminderEntry, things_of
from calendar_app.reminders.emails import letter_about
from calendar_app.reminders.preview import preview_for
from calendar_app.reminders.recipients import all_facts
from calendar_app.reminders.rules import RULES, TOLD_FROM_EVENTS, Rule, SessionStep
from calendar_app.reminders.session_letters import DAY_PLAN, UNCOVERED
from calendar_app.reminders.targets import Kind
from coalitions.domain.invitation_keys import digest_of, key_of
from coalitions.emails import FOR_LEADS
from coalitions.live.services.attendance import attend
from coalitions.live.services.notes import write_note
from coalitions.live.services.sessions import enter_session
from coalitions.models import (
    Approval,
    AssemblySession,
    Coalition,
    Delegation,
    FollowUp,
    Invitation,
    LastReaderQuestion,
    Membership,
    OfficeCheck,
    Position,
)
from coalitions.outreach.domain import office_keys
from coalitions.services import mandates
from coalitions.statements.emails import WHAT as STATEMENT_WHAT
from coalitions.statements.services import statements
from resolutions.models import Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    OrganisationFactory,
    ProposalFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
    member,
    plan_of,
)

WEEK = timedelta(days=7)


def person(**fields) -> User:
    """A lead, so that she gets every kind of letter."""
    return lead(coalition("Open Standards Network", mail_ceiling="detailed"), name="Wanjiru Kamau", mail_level="detailed", **fields)


def letters_of(rows: list[Email]) -> Iterator[tuple[str, Letter]]:
    """One after the other, as no other letter were there."""
    for email in rows:
        written = compose([email])
        assert email.pk in written, f"{email.kind} {email.about} was dropped"
        yield f"{email.kind} {' '.join(map(str, email.about.values()))}", written[email.pk]


def promised(kind: str, to: User | None = None, address: str = "", **about) -> Email:
    return Email.objects.create(kind=kind, to=to, address=address, about=about)


# --- About one's own account ------------------------------------------------------------------------------------------------


def of_accounts(me: User) -> Iterator[Email]:
    for what in WHAT:
        yield promised("accounts/security", me, what=what)
    passkey = Authenticator.objects.create(user=me, type="webauthn", data={"name": "Blue key"})
    yield promised("accounts/security", me, what="passkey-added", factor=passkey.pk, keys=2)
    for what in WHAT_OF_INSTANCE:
        yield promised("accounts/instance", me, what=what)
    locking.lock()
    for by in ("leads", "host"):
        yield promised("accounts/locked", me, by=by)
    yield promised("accounts/rotated", me)
    yield promised("accounts/password_reset", address=me.email)
    yield promised("accounts/address_confirm", address="new@example.org", user=me.pk)
    yield promised("accounts/address_changed", address="old@example.org", user=me.pk)
    change = AddressChange.objects.create(user=me, old="old@example.org")
    yield promised("accounts/address_changed", address="old@example.org", user=me.pk, change=change.pk)
    yield promised("accounts/address_taken_back", address="new@example.org", user=me.pk)
    Notice.objects.create(user=me, rule=inactivity.RULE, step=1, at=now())
    yield promised("accounts/inactive", me)
    for by_host, new_address, removes_factors in ((True, "", True), (False, "new@example.org", True), (True, "new@example.org", False)):
        recovery = AccountRecovery.objects.create(
            user=me,
            old_address=me.email,
            new_address=new_address,
            removes_factors=removes_factors,
            by_host=by_host,
            due_at=now() + WEEK,
        )
        for what in ("started", "done", "stopped"):
            yield promised("accounts/recovery", address=me.email, recovery=recovery.pk, what=what)
        recovery.done_at = now()
        recovery.save()


# --- About a plan -----------------------------------------------------------------------------------------------------------


def moved_plan(here: Coalition, me: User, *, steps: int) -> PlanMove:
    plan = plan_of(here.everyone, me, steps=steps, deadline=DeadlineFactory(at=now() + 10 * WEEK))
    FollowUp.objects.filter(plan_step__plan=plan).update(owner=me)
    dates = dict(FollowUp.objects.filter(plan_step__plan=plan).values_list("pk", "due_at"))
    old, new = (
        {"counted_from": plan.counted_from.isoformat(), "steps": {str(pk): (at + by).isoformat() for pk, at in dates.items()}}
        for by in (timedelta(), WEEK)
    )
    return PlanMove.objects.create(plan=plan, old=old, new=new, by=me)


# --- About a coalition ------------------------------------------------------------------------------------------------------


def of_coalitions(me: User) -> Iterator[Email]:
    here = Membership.objects.get(user=me).coalition
    invitation = Invitation(coalition=here, email="new@example.org", language=me.language, expires_at=now() + WEEK)
    invitation.digest, invitation.code_number, invitation.code_sent_at = digest_of(key_of(invitation.public_id)), 1, now()
    invitation.save()
    yield promised("coalitions/invitation", address=invitation.email, invitation=invitation.pk)
    yield promised("coalitions/invitation_code", address=invitation.email, invitation=invitation.pk, number=1)
    here.asks_offices = True
    here.save()
    card, _is_new = Delegation.objects.get_or_create(
        assembly=AssemblyFactory(), country="KE", defaults={"office_email": "office@example.org"}
    )
    check = OfficeCheck(delegation=card, coalition=here, language=me.language, expires_at=now() + WEEK)
    check.digest = office_keys.digest_of(office_keys.key_of(check.public_id))
    check.save()
    yield promised("coalitions/office_check", address=card.office_email, check=check.pk)
    for number in (1, 2):
        yield promised("calendar_app/plan_moved", me, move=moved_plan(here, me, steps=number).pk)
    yield promised("coalitions/admitted", me, membership=Membership.objects.get(user=me).pk)
    for circle in (circle_of(here), circle_of(here, name="Another")):
        question = LastReaderQuestion.objects.create(user=me, circle=circle, due_at=now() + WEEK)
    yield promised("coalitions/last_reader", me, question=question.pk)
    asked = Approval.objects.create(coalition=here, kind="coalitions.remove", about={}, asked_by=None, expires_at=now() + WEEK)
    for what in FOR_LEADS:
        yield promised("coalitions/for_leads", me, what=what, coalition=here.pk, approval=asked.pk)
    for days in (7, 1):
        yield promised("coalitions/retention", me, on=(now() + timedelta(days=days)).date().isoformat())
    asked.happens_unanswered = True
    asked.save()
    yield promised("coalitions/announced", me, approval=asked.pk, coalition=here.pk)
    position = Position.objects.create(circle=here.everyone, resolution=ResolutionFactory(), version=1, stance="oppose")
    yield promised("coalitions/position_holds", me, position=position.pk)
    yield from of_statements(me, here)


def of_statements(me: User, here: Coalition) -> Iterator[Email]:
    membership = Membership.objects.get(user=me)
    membership.organisation = membership.organisation or OrganisationFactory()
    membership.save()
    mandates.give_mandate(membership, by=None)
    given = {"title": "Security and rights", "text": "We ask that rights be considered.", "language": "en"}
    still_open, closed = (
        statements.open_statement(here.everyone, by=me, closes_at=now() + WEEK, submission=uuid.uuid4(), **given) for _n in range(2)
    )
    statements.close_now(closed, by=me)
    for what in STATEMENT_WHAT:
        statement = closed if what == "closed" else still_open
        yield promised("coalitions/statement", me, statement=statement.pk, what=what, number=1)


# --- About the days of an assembly ------------------------------------------------------------------------------------------


def of_sessions(me: User) -> Iterator[Email]:
    """Today and tomorrow: sessions one goes to, one in plenary of what one watches, one nobody goes to; and a note of somebody else."""
    here = Membership.objects.get(user=me).coalition
    # Where it is day, at whatever hour this is run: in an hour or two it is still today.
    zone = next(zone for zone in ("Asia/Kolkata", "America/Lima") if 3 <= now().astimezone(ZoneInfo(zone)).hour < 20)
    today = now().astimezone(ZoneInfo(zone)).date()
    tomorrow = today + timedelta(days=1)
    assembly = AssemblyFactory(code="WTSA-26", zone=zone, starts_on=today, ends_on=tomorrow)
    resolution, other = ResolutionFactory(), member(here)
    Watch.objects.create(user=me, resolution=resolution)
    about = {"circle": here.everyone, "assembly": assembly, "created_by": me}
    begun, soon, later = (AssemblySession.objects.create(starts_at=now() + timedelta(hours=hours), **about) for hours in (-1, 1, 2))
    write_note(begun, by=other, resolution=resolution, circle=here.everyone, moved="The second paragraph.")
    attend(later, manner="listening", by=me)
    entered = {"assembly": assembly, "standing": "official", "resolutions": [resolution], "by": me}
    nine, eleven, last = (datetime.combine(tomorrow, hour, ZoneInfo(zone)) for hour in (time(9), time(11), time(23, 30)))
    meeting = enter_session(here.everyone, starts_at=nine, ends_at=nine + timedelta(minutes=90), group="ad-hoc", room="room F", **entered)
    plenary = enter_session(here.everyone, starts_at=eleven, ends_at=None, group="plenary", **entered)
    enter_session(here.everyone, starts_at=last, ends_at=None, group="ad-hoc", room="room 9", **entered)
    for session in (meeting, plenary):
        attend(session, manner="room", by=me)
    yield promised(DAY_PLAN, me, assembly=assembly.pk, day=tomorrow.isoformat(), step=SessionStep.EVENING)
    yield promised(DAY_PLAN, me, assembly=assembly.pk, day=today.isoformat(), step=SessionStep.MORNING)
    yield promised(UNCOVERED, me, assembly=assembly.pk, day=tomorrow.isoformat(), step=SessionStep.LIST)
    yield promised(UNCOVERED, me, assembly=assembly.pk, day=today.isoformat(), step=SessionStep.SOON, sessions=[soon.pk])


# --- Reminders --------------------------------------------------------------------------------------------------------------


def reminder_letters(me: User) -> Iterator[tuple[str, Letter]]:
    """One of each rule and step alone, then a digest of everything, and the example that a test mail is."""
    facts, every = all_facts([me.pk], [me]), []
    for rule in RULES:
        steps = {ladder.step for ladder in rule.ladders} | set(TOLD_FROM_EVENTS if rule.code == "RR-09" else ())
        for step in sorted(steps) or [""]:
            entry = reminded(me, rule, step)
            every.append(entry)
            for level in ("discreet", "detailed"):
                letter = letter_about([entry], user=me, facts=facts, at=now(), stop=rule.stop, level=level)
                assert letter
                yield f"{rule.code} {step} {level}", letter
    for level in ("discreet", "standard", "detailed"):
        for some in (every[:8], every[8:16], every[16:]):
            letter = letter_about(some, user=me, facts=facts, at=now(), stop="digest", level=level)
            assert letter
            yield f"digest {level}", letter
    yield "test", preview_for(me, "detailed", remark="…")


def reminded(me: User, rule: Rule, step: str) -> ReminderEntry:
    here = Membership.objects.get(user=me).coalition
    at, kind = now() + timedelta(days=5, hours=3), rule.about or Kind.MEETING
    if kind == Kind.DEADLINE:
        thing = DeadlineFactory(at=at, zone="Europe/Zurich")
    elif kind == Kind.MEETING:
        thing = MeetingFactory(at=at, starts_on=at.date(), ends_on=(at + timedelta(days=3)).date())
    elif kind == Kind.FOLLOW_UP:
        thing = FollowUpFactory(circle=here.everyone, created_by=me, owner=me, due_at=at - 2 * WEEK * rule.is_overdue)
    else:
        thing = ProposalFactory()
        step = step or "new"
    was = {"at": (now() - WEEK).isoformat(), "has_hour": True}
    row = Reminder(user=me, rule=rule.code, step=step, offset=1, version=1, was=was)
    return ReminderEntry(*things_of({(kind, thing.pk)})[kind, thing.pk], (row,))

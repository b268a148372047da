"""Every act that is declared is recorded, by the form, the command or the service that does it, and says no more than it may.

`DONE_BY` says of each act how it is done. An act that is declared and stands not in it fails a test.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import override_settings
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import devices, tasks
from amnt.accounts.models import ApiToken, InstanceLock, User
from amnt.accounts.services import recoveries, rotating
from amnt.accounts.tokens import create_token
from amnt.audit import acts
from amnt.audit.models import PERSON, AuditLevel
from amnt.audit_acts import REASONS
from amnt.mail.models import Email
from calendar_app.models import CalendarFeed, CalendarImport, CalendarSource, Debrief, Meeting
from calendar_app.read_models.plan_moves import How
from calendar_app.read_models.plan_moves import fingerprint as plan_fingerprint
from calendar_app.services import backward_plans
from calendar_app.services.backward_plans import NewStep, TemplateStep, make_plan
from calendar_app.services.calendar_feeds import create_feed
from calendar_app.services.debriefs import remove_debrief, write_debrief
from calendar_app.services.plan_moves import move_plan
from calendar_app.services.watched_sources import digest_of_events
from coalitions.live.services import notes as session_notes
from coalitions.live.services import sessions as live_sessions
from coalitions.media.services import media
from coalitions.models import (
    Approval,
    Arrival,
    AssemblySession,
    Circle,
    Coalition,
    Delegation,
    HintDismissal,
    Invitation,
    KeptCopy,
    Membership,
    Position,
    ReportLine,
)
from coalitions.outcomes.services import followers, report_lines
from coalitions.outcomes.services.new_cycle import start_cycle
from coalitions.outcomes.services.verdicts import give_verdict
from coalitions.outreach.services import contacts, office_checks
from coalitions.participation.services import own_routes
from coalitions.priorities.services import charter, decisions, priorities
from coalitions.services import (
    approvals,
    circles,
    delegation_notes,
    follow_ups,
    invitations,
    kept_copies,
    mandates,
    membership,
    public_pages,
)
from coalitions.services.exports import record_export
from coalitions.services.handovers import write_handover
from coalitions.statements.services import answers, co_signing, statements
from coalitions.texts.services import hints, imports
from coalitions.texts.services.discarding import discard
from coalitions.texts.services.rights_impacts import enter_impact, remove_impact
from resolutions.models import ImportJob, StudyGroup, StudyGroupLink, Topic, Upload, WordingRule
from tests.accounts.conftest import PASSWORD
from tests.accounts.passkeys import SoftPasskey
from tests.audit.scene import MARK, NEW_ADDRESS, NEW_PASSWORD, Scene
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    OrganisationFactory,
    ProposalFactory,
    ResolutionFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Said:
    """What the entry of an act must say.

    by -- who did it; None for a link in a mail, the clock and commands of the host
    about -- the person, or the label of a model and what names the row; of the last entry, if it leaves several
    fields -- names of columns, of all its entries; None where they are numbers of rows
    coalition -- whether it stands in the audit of the coalition
    """

    by: User | None
    about: User | tuple[str, str] = ("", "")
    fields: list[str] | None = field(default_factory=list)
    coalition: bool = False
    level: str = AuditLevel.COALITION
    times: int = 1
    recorded_as: str = ""


DONE_BY: dict[str, Callable[[Scene], Said]] = {}


def does(act: str):
    def registered(doing: Callable[[Scene], Said]):
        assert act not in DONE_BY, act
        DONE_BY[act] = doing
        return doing

    return registered


def row(thing) -> tuple[str, str]:
    return thing._meta.label_lower, str(thing.public_id)


# --- Accounts: keys ---------------------------------------------------------------------------------------------------


@does("accounts.key_made")
def make_a_key(scene):
    browser = scene.browser(scene.wanjiru, confirmed=True)
    given = {"name": "zz-key", "days": "90", "scope": "read", "submission": str(uuid.uuid4())}
    page = browser.post(reverse("accounts:token-new"), given)
    scene.secrets += re.findall(r"amnt_[0-9a-f]{40}", page.content.decode())
    token = ApiToken.objects.get()
    scene.secrets.append(token.digest)
    return Said(scene.wanjiru, row(token))


@does("accounts.key_revoked")
def revoke_a_key(scene):
    token, key = create_token(scene.wanjiru, name="zz-key", days=30, submission=uuid.uuid4())
    scene.secrets.append(key)
    scene.browser(scene.wanjiru).post(reverse("accounts:token-revoke", args=[token.public_id]))
    assert not ApiToken.objects.exists()
    return Said(scene.wanjiru, row(token))


@does("calendar_app.feed_made")
def make_a_calendar_address(scene):
    browser = scene.browser(scene.wanjiru, confirmed=True)
    given = {"name": "zz-phone", "holds": ["has_own"], "words": "discreet", "alarms": "none", "submission": str(uuid.uuid4())}
    page = browser.post(reverse("calendar_app:feed-new"), given)
    scene.secrets += re.findall(r"[a-z2-7]{32}", page.content.decode())
    feed = CalendarFeed.objects.get()
    scene.secrets.append(feed.digest)
    return Said(scene.wanjiru, row(feed))


@does("calendar_app.feed_revoked")
def revoke_a_calendar_address(scene):
    feed, key = create_feed(scene.wanjiru, name="zz-phone", has_own=True, submission=uuid.uuid4())
    scene.secrets.append(key)
    scene.browser(scene.wanjiru).post(reverse("calendar_app:feed-revoke", args=[feed.public_id]))
    assert not CalendarFeed.objects.exists()
    return Said(scene.wanjiru, row(feed))


@does("calendar_app.dates_taken_over")
def take_over_dates(scene):
    event = {"uid": "zz-uid", "title": "zz-event", "on": "2028-08-07", "until": "2028-08-07"}
    brought = {"assembly": AssemblyFactory(), "address": "https://example.org/zz-calendar.ics", "language": "en", "events": [event]}
    calendar = CalendarImport.objects.create(brought_by=scene.boss, **brought)
    scene.browser(scene.boss).post(calendar.get_absolute_url(), {"take_0": "on", "kind_0": "forum"})
    assert Meeting.objects.get(title_en="zz-event").origins.get().uid == "zz-uid"
    return Said(scene.boss, row(calendar), level=AuditLevel.PUBLIC)


@does("calendar_app.source_added")
def follow_a_calendar(scene):
    return Said(scene.boss, row(followed_calendar(scene)), level=AuditLevel.PUBLIC)


@does("calendar_app.source_removed")
def no_longer_follow_a_calendar(scene):
    source = followed_calendar(scene)
    scene.browser(scene.boss).post(reverse("calendar_app:source-remove", args=[source.public_id]))
    assert not CalendarSource.objects.exists()
    return Said(scene.boss, row(source), level=AuditLevel.PUBLIC)


@does("calendar_app.source_looked_at")
def look_at_a_calendar(scene):
    source = followed_calendar(scene)
    sent = {"seen": digest_of_events(source)}
    scene.browser(scene.boss).post(reverse("calendar_app:source-looked-at", args=[source.public_id]), sent)
    return Said(scene.boss, row(source), level=AuditLevel.PUBLIC)


def followed_calendar(scene) -> CalendarSource:
    address = "https://example.org/zz-followed.ics"
    with override_settings(OUTGOING_HOSTS=["example.org"]):
        sent = {"address": address, "assembly": AssemblyFactory().code, "language": "en"}
        scene.browser(scene.boss).post(reverse("calendar_app:sources"), sent)
    return CalendarSource.objects.get(address=address)


# --- Accounts: password and address -----------------------------------------------------------------------------------


@does("accounts.password_changed")
def change_the_password(scene):
    scene.browser(scene.wanjiru).post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})
    scene.wanjiru.refresh_from_db()
    assert scene.wanjiru.check_password(NEW_PASSWORD)
    return Said(scene.wanjiru, scene.wanjiru)


@does("accounts.password_reset")
def reset_the_password(scene):
    browser, page = scene.reset_page(scene.wanjiru)
    browser.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD})
    scene.wanjiru.refresh_from_db()
    assert scene.wanjiru.check_password(NEW_PASSWORD)
    return Said(scene.wanjiru, scene.wanjiru)


@does("accounts.address_changed")
def change_the_address(scene):
    browser = scene.browser(scene.wanjiru, confirmed=True)
    browser.post(reverse("accounts:address"), {"email": NEW_ADDRESS})
    browser.post(scene.path_in_mail("/account/address/", to=NEW_ADDRESS))
    scene.wanjiru.refresh_from_db()
    assert scene.wanjiru.email == NEW_ADDRESS
    return Said(scene.wanjiru, scene.wanjiru, ["email"])


@does("accounts.address_taken_back")
def take_the_address_back(scene):
    change_the_address(scene)
    scene.browser().post(scene.path_in_mail("/take-back/"))
    scene.wanjiru.refresh_from_db()
    assert scene.wanjiru.email == "zz-wanjiru@example.org"
    return Said(None, scene.wanjiru, ["email"])


# --- Accounts: second factors -----------------------------------------------------------------------------------------


@does("accounts.factor_added")
def add_a_passkey(scene):
    browser = scene.browser(scene.wanjiru, confirmed=True)
    SoftPasskey(scene.wanjiru).add(browser, name="zz-passkey")
    assert Authenticator.objects.filter(user=scene.wanjiru, type="webauthn").exists()
    # The passkey, and the codes that come with the first factor.
    return Said(scene.wanjiru, scene.wanjiru, ["recovery_codes", "webauthn"], times=2)


@does("accounts.factor_removed")
def remove_the_app(scene):
    scene.has_app(scene.wanjiru)
    browser = scene.browser_with_app(scene.wanjiru)
    scene.confirm_with_app(browser, "mfa_deactivate_totp")
    browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    # The app, and the codes that would be left alone.
    return Said(scene.wanjiru, scene.wanjiru, ["recovery_codes", "totp"], times=2)


@does("accounts.recovery_codes_made")
def make_recovery_codes(scene):
    scene.has_app(scene.wanjiru)
    browser = scene.browser_with_app(scene.wanjiru)
    scene.confirm_with_app(browser, "mfa_generate_recovery_codes")
    browser.post(reverse("mfa_generate_recovery_codes"))
    scene.secrets += Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    return Said(scene.wanjiru, scene.wanjiru)


@does("accounts.passkey_refused")
def use_a_copied_passkey(scene):
    passkey = SoftPasskey(scene.wanjiru, counter=3)
    passkey.add(scene.browser(scene.wanjiru, confirmed=True), name="zz-passkey")
    passkey.log_in(scene.browser())
    return Said(None, scene.wanjiru)


# --- Accounts: recovery -----------------------------------------------------------------------------------------------


@does("accounts.recovery_started")
def start_a_recovery(scene):
    asked = {"new_address": NEW_ADDRESS, "removes_factors": "on"}
    scene.browser(scene.boss).post(reverse("coalitions:member-recover", args=[scene.seat(scene.wanjiru).public_id]), asked)
    scene.browser(scene.second).post(reverse("coalitions:approval-approve", args=[Approval.objects.get().public_id]))
    assert recoveries.open_recovery(scene.wanjiru)
    return Said(scene.boss, scene.wanjiru)


@does("accounts.recovery_stopped")
def stop_a_recovery(scene):
    start_a_recovery(scene)
    scene.browser().post(scene.path_in_mail("/stop/", to=NEW_ADDRESS))
    assert not recoveries.open_recovery(scene.wanjiru)
    return Said(None, scene.wanjiru)


@does("accounts.recovered")
def carry_out_a_recovery(scene):
    words = {"remove_factors": True, "new_address": NEW_ADDRESS, "asked_by": "zz-asked"}
    scene.command("recover_account", scene.wanjiru.email, **words)
    scene.clock.shift(timedelta(days=3, minutes=1))
    tasks.carry_out_recoveries()
    scene.wanjiru.refresh_from_db()
    assert scene.wanjiru.email == NEW_ADDRESS
    return Said(None, scene.wanjiru, ["email", "password"])


# --- Accounts: devices, own data, rights, end ------------------------------------------------------------------------


@does("accounts.session_closed")
def close_another_device(scene):
    desk, _phone = scene.browser(scene.wanjiru), scene.browser(scene.wanjiru)
    [_this, other] = devices.devices_of(scene.wanjiru, session_key=desk.session.session_key)
    desk.post(reverse("accounts:device-close"), {"device": other.key})
    scene.secrets.append(other.key)
    return Said(scene.wanjiru, scene.wanjiru)


@does("accounts.everything_closed")
def close_everything(scene):
    scene.browser(scene.wanjiru).post(reverse("accounts:close-all"))
    return Said(scene.wanjiru, scene.wanjiru)


@does("accounts.data_downloaded")
def read_own_data(scene):
    """As a file, and as a page."""
    browser = scene.browser(scene.wanjiru, confirmed=True)
    assert "zz-wanjiru" in browser.get(reverse("accounts:own-data")).getvalue().decode()
    assert "zz-wanjiru" in browser.get(reverse("accounts:stored")).content.decode()
    return Said(scene.wanjiru, scene.wanjiru, times=2)


@does("accounts.access_changed")
def give_rights(scene):
    page = reverse("admin:accounts_user_change", args=[scene.wanjiru.pk])
    scene.browser(scene.staff).post(page, {"is_active": "on", "is_staff": "on"})
    return Said(scene.staff, scene.wanjiru, ["is_staff"])


@does("accounts.erased")
def erase_an_account(scene):
    scene.browser(scene.wanjiru, confirmed=True).post(reverse("accounts:delete"))
    scene.wanjiru.refresh_from_db()
    assert scene.wanjiru.erased_at
    return Said(None)


# --- Coalitions: people -----------------------------------------------------------------------------------------------


@does("coalitions.founded")
def found(scene):
    scene.command("found_coalition", "zz-other", lead=["zz-first@example.org"])
    scene.ours = Coalition.objects.get(name="zz-other")
    return Said(None, row(scene.ours), coalition=True)


@does("coalitions.settings_changed")
def change_settings(scene):
    page = reverse("coalitions:settings", args=[scene.ours.public_id])
    scene.browser(scene.boss).post(page, {"name": "zz-renamed", "mail_ceiling": "discreet"})
    return Said(scene.boss, row(scene.ours), ["mail_ceiling", "name"], coalition=True)


@does("coalitions.public_page_chosen")
def show_the_coalition(scene):
    chosen = {"is_named": True, "is_indexed": True, "statements": []}
    asked = public_pages.choose_or_ask(scene.ours, by=scene.boss, **chosen)
    approvals.approve(asked, by=scene.second)
    return Said(scene.second, row(scene.ours), ["is_indexed", "shown_name", "statements"], coalition=True)


@does("coalitions.public_page_left")
def show_nothing_of_it(scene):
    show_the_coalition(scene)
    page = reverse("coalitions:public-page-leave", args=[scene.ours.public_id])
    scene.browser(scene.boss).post(page)
    return Said(scene.boss, row(scene.ours), coalition=True)


@does("coalitions.invited")
def invite(scene):
    given = {"email": "zz-new@example.org", "role": "member", "language": "fr", "new_organisation": "zz-organisation", "proof": "words"}
    scene.browser(scene.boss).post(reverse("coalitions:invite", args=[scene.ours.public_id]), given)
    return Said(scene.boss, row(Invitation.objects.get()), coalition=True)


@does("coalitions.invitation_revoked")
def revoke_an_invitation(scene):
    invite(scene)
    invitation = Invitation.objects.get()
    scene.browser(scene.second).post(reverse("coalitions:invitation-revoke", args=[invitation.public_id]))
    return Said(scene.second, row(invitation), coalition=True)


@does("coalitions.newcomer_confirmed")
def confirm_two_words(scene):
    invite(scene)
    arrival = invitations.arrive(Invitation.objects.get())
    scene.secrets.append(arrival.words)
    scene.browser(scene.second).post(reverse("coalitions:arrival-confirm", args=[arrival.public_id]))
    assert Arrival.objects.get().confirmed_by == scene.second
    return Said(scene.second, row(arrival.invitation), coalition=True)


@does("coalitions.joined")
def join(scene):
    invite(scene)
    newcomer = User.objects.create_user(NEW_ADDRESS, PASSWORD, name="zz-newcomer")
    invitations.accept(Invitation.objects.get(), user=newcomer)
    approvals.approve(Approval.objects.get(), by=scene.second)
    return Said(newcomer, newcomer, ["role"], coalition=True)


@does("coalitions.role_changed")
def change_a_role(scene):
    scene.browser(scene.boss).post(scene.seat(scene.wanjiru).get_absolute_url(), {"role": "lead"})
    return Said(scene.boss, scene.wanjiru, ["role"], coalition=True)


@does("coalitions.member_removed")
def remove_a_member(scene):
    scene.browser(scene.boss).post(reverse("coalitions:member-remove", args=[scene.seat(scene.wanjiru).public_id]))
    return Said(scene.boss, coalition=True)


@does("coalitions.member_left")
def leave(scene):
    scene.browser(scene.wanjiru).post(reverse("coalitions:leave", args=[scene.ours.public_id]))
    return Said(None, coalition=True)


@does("coalitions.organisation_left")
def remove_an_organisation(scene):
    gone = OrganisationFactory(name="zz-organisation")
    scene.ours.memberships.filter(user=scene.wanjiru).update(organisation=gone)
    where = reverse("coalitions:organisation-leave", args=[scene.ours.public_id, gone.public_id])
    scene.browser(scene.boss).post(where)
    return Said(scene.boss, row(scene.ours), coalition=True)


# --- Coalitions: two leads --------------------------------------------------------------------------------------------


@does("coalitions.approval_asked")
def ask_for_two(scene):
    scene.browser(scene.boss).post(reverse("coalitions:member-close-sessions", args=[scene.seat(scene.wanjiru).public_id]))
    return Said(scene.boss, row(Approval.objects.get()), coalition=True)


def answer(scene, what, by) -> Said:
    ask_for_two(scene)
    approval = Approval.objects.get()
    scene.browser(by).post(reverse(f"coalitions:approval-{what}", args=[approval.public_id]))
    return Said(by, row(approval), coalition=True)


@does("coalitions.approval_approved")
def approve(scene):
    return answer(scene, "approve", scene.second)


@does("coalitions.approval_declined")
def decline(scene):
    return answer(scene, "decline", scene.second)


@does("coalitions.approval_withdrawn")
def withdraw(scene):
    return answer(scene, "withdraw", scene.boss)


@does("coalitions.sessions_closed")
def close_the_sessions_of_a_member(scene):
    answer(scene, "approve", scene.second)
    return Said(scene.second, scene.wanjiru, coalition=True)


# --- Coalitions: circles ----------------------------------------------------------------------------------------------


def in_circle(by, about, **more) -> Said:
    return Said(by, about, coalition=True, level=AuditLevel.RESTRICTED, **more)


@does("coalitions.circle_opened")
def open_a_circle(scene):
    given = {"name": "zz-circle", "purpose": "zz-purpose", "kind": "restricted", "submission": str(uuid.uuid4())}
    scene.browser(scene.boss).post(reverse("coalitions:circle-new", args=[scene.ours.public_id]), given)
    return in_circle(scene.boss, row(Circle.objects.get(kind="restricted")))


@does("coalitions.circle_changed")
def change_a_circle(scene):
    circle = scene.circle()
    scene.browser(scene.boss).post(reverse("coalitions:circle-change", args=[circle.public_id]), {"name": "zz-renamed", "purpose": "zz"})
    return in_circle(scene.boss, row(circle), fields=["name", "purpose"])


@does("coalitions.circle_person_named")
def name_into_a_circle(scene):
    scene.browser(scene.boss).post(scene.circle().get_absolute_url(), {"person": str(scene.seat(scene.wanjiru).public_id)})
    # The one who opened it, and the one who was named.
    return in_circle(scene.boss, scene.wanjiru, times=2)


@does("coalitions.circle_person_removed")
def take_out_of_a_circle(scene):
    circle = scene.circle(scene.wanjiru)
    seat = scene.seat(scene.wanjiru).public_id
    scene.browser(scene.boss).post(reverse("coalitions:circle-remove", args=[circle.public_id, seat]))
    return in_circle(scene.boss, scene.wanjiru)


@does("coalitions.circle_handed_on")
def hand_on_a_circle(scene):
    circle = scene.circle(scene.wanjiru)
    seat = scene.seat(scene.wanjiru).public_id
    scene.browser(scene.boss).post(reverse("coalitions:circle-hand-on", args=[circle.public_id, seat]))
    return in_circle(scene.boss, scene.wanjiru, fields=["owner"])


@does("coalitions.circle_closed")
def close_a_circle(scene):
    circle = scene.circle()
    scene.browser(scene.boss).post(reverse("coalitions:circle-close", args=[circle.public_id]))
    return in_circle(scene.boss, row(circle))


def circle_without_a_reader(scene) -> Circle:
    circle = scene.circle(owner=scene.wanjiru)
    FollowUpFactory(circle=circle, title="zz-title", created_by=scene.wanjiru, owner=scene.wanjiru)
    membership.change_role(scene.seat(scene.wanjiru), role="observer", by=scene.boss)
    return circle


@does("coalitions.circle_saved")
def save_a_circle(scene):
    circle = circle_without_a_reader(scene)
    given = {"what": "hand-on", "to": str(scene.seat(scene.second).public_id)}
    scene.browser(scene.wanjiru).post(reverse("coalitions:circle-settle", args=[circle.public_id]), given)
    assert list(circle.people()) == [scene.second]
    return in_circle(scene.wanjiru, row(circle))


@does("coalitions.circle_deleted")
def delete_a_circle(scene):
    circle = circle_without_a_reader(scene)
    scene.browser(scene.wanjiru).post(reverse("coalitions:circle-settle", args=[circle.public_id]), {"what": "delete"})
    assert not Circle.objects.filter(pk=circle.pk).exists()
    return in_circle(scene.wanjiru, row(circle))


@does("audit.private")
def open_a_delegation(scene):
    circles.open_circle(scene.ours, name="zz-delegation", by=scene.boss, kind="delegation")
    # It is opened, and she is named into it.
    return Said(scene.boss, level=AuditLevel.DELEGATION, times=2)


# --- Coalitions: follow-ups, positions, exports -----------------------------------------------------------------------


@does("coalitions.follow_up_assigned")
def assign(scene):
    task = FollowUpFactory(circle=scene.ours.everyone, title="zz-title", created_by=scene.boss, owner=scene.boss)
    given = {"to": str(scene.wanjiru.public_id), "due": "keep", "version": "1"}
    scene.browser(scene.boss).post(reverse("coalitions:follow-up-assign", args=[task.public_id]), given)
    return Said(scene.boss, row(task), ["owner"], coalition=True)


@does("coalitions.follow_up_moved")
def move_a_follow_up(scene):
    task = FollowUpFactory(circle=scene.circle(), title="zz-title", created_by=scene.boss, owner=scene.boss)
    follow_ups.change(task, by=scene.boss, circle=scene.ours.everyone, may_open_up=True)
    return in_circle(scene.boss, row(task), fields=["circle"])


def put_back(by) -> None:
    copy = KeptCopy.objects.get()
    kept_copies.put_back(copy, by=by, seen=kept_copies.preview_of(copy, by).state)


@does("coalitions.follow_up_words_put_back")
def put_words_back(scene):
    given = {"title": "zz-title", "due_at": now() + timedelta(days=9)}
    task = follow_ups.create(circle=scene.ours.everyone, by=scene.boss, **given)
    follow_ups.change(task, by=scene.second, title="zz-other")
    put_back(scene.boss)
    return Said(scene.boss, row(task), coalition=True)


@does("coalitions.hint_taken_back_put_back")
def put_hint_back(scene):
    rule = WordingRule.objects.create(code="role", family="role", name_en="zz-rule", patterns={"en": ["+ standardi*"]})
    given = {"rule": rule, "clause": uuid.uuid4(), "words": "zz-words", "reason": "zz-reason"}
    hints.take_back(hints.set_aside(ProposalFactory(), circle=scene.ours.everyone, by=scene.boss, **given), by=scene.boss)
    put_back(scene.boss)
    return Said(scene.boss, row(HintDismissal.objects.get()), coalition=True)


@does("coalitions.incoming_discarded_put_back")
def put_file_back(scene):
    """What is one person's own is a private action."""
    given = {"kind": "contribution", "brought_by": scene.boss, "state": "read", "file_name": "zz.docx", "assembly": AssemblyFactory()}
    discard(Upload.objects.create(extraction={"number": "zz"}, **given), by=scene.boss)
    put_back(scene.boss)
    return Said(scene.boss, level=AuditLevel.DELEGATION, recorded_as="audit.private")


@does("coalitions.import_taken_back")
def take_import_back(scene):
    job = imports.take_back(ImportJob.objects.create(kind="paste", by=scene.boss), by=scene.second)
    return Said(scene.second, row(job), coalition=True)


@does("coalitions.import_put_back")
def put_import_back(scene):
    job = imports.take_back(ImportJob.objects.create(kind="paste", by=scene.boss), by=scene.boss)
    imports.put_back(job, by=scene.second)
    return Said(scene.second, row(job), coalition=True)


def with_organisation(scene):
    seat = scene.seat(scene.wanjiru)
    seat.organisation = OrganisationFactory(name="zz-organisation")
    seat.save()
    return seat


@does("coalitions.mandate_given")
def give_a_mandate(scene):
    seat = with_organisation(scene)
    scene.browser(scene.boss).post(reverse("coalitions:mandate-give", args=[seat.public_id]))
    return Said(scene.boss, scene.wanjiru, coalition=True)


@does("coalitions.mandate_taken")
def take_a_mandate(scene):
    mandates.give_mandate(with_organisation(scene), by=scene.boss)
    mandates.take_mandate(scene.seat(scene.wanjiru), by=scene.boss)
    return Said(scene.boss, scene.wanjiru, coalition=True)


@does("coalitions.naming_changed")
def say_where_it_may_be_named(scene):
    mandate = mandates.give_mandate(with_organisation(scene), by=scene.boss)
    scene.browser(scene.wanjiru).post(reverse("coalitions:organisation-naming", args=[mandate.public_id]), {"inside": "on"})
    return Said(scene.wanjiru, row(mandate.organisation), coalition=True)


def open_one(scene):
    given = {"title": "zz-title", "text": "zz-text", "language": "en", "closes_at": now() + timedelta(days=3)}
    return statements.open_statement(scene.ours.everyone, by=scene.boss, **given)


@does("coalitions.statement_opened")
def open_a_statement(scene):
    return Said(scene.boss, row(open_one(scene)), coalition=True)


@does("coalitions.statement_changed")
def write_another_text(scene):
    statement = open_one(scene)
    statements.write_version(statement, text="zz-other", by=scene.second)
    return Said(scene.second, row(statement), ["text"], coalition=True)


@does("coalitions.statement_moved")
def move_a_closing(scene):
    statement = open_one(scene)
    statements.move_closing(statement, closes_at=now() + timedelta(days=5), by=scene.second)
    return Said(scene.second, row(statement), ["closes_at"], coalition=True)


@does("coalitions.statement_closed")
def close_a_statement(scene):
    statement = open_one(scene)
    scene.browser(scene.second).post(reverse("coalitions:statement-close", args=[statement.public_id]))
    return Said(scene.second, row(statement), ["closes_at"], coalition=True)


def answer_one(scene):
    mandate, statement = mandates.give_mandate(with_organisation(scene), by=scene.boss), open_one(scene)
    return statement, mandate.organisation, answers.answer(statement, organisation=mandate.organisation, choice="endorse", by=scene.wanjiru)


@does("coalitions.statement_answered")
def answer_a_statement(scene):
    """Beside the numbers of the list, the hour would tell leads what was answered: a private action."""
    answer_one(scene)
    return Said(scene.wanjiru, level=AuditLevel.DELEGATION, recorded_as="audit.private")


@does("coalitions.statement_answer_withdrawn")
def take_an_answer_back(scene):
    statement, organisation, _answer = answer_one(scene)
    answers.withdraw(statement, organisation=organisation, by=scene.wanjiru)
    return Said(scene.wanjiru, level=AuditLevel.DELEGATION, recorded_as="audit.private", times=2)


@does("coalitions.statement_invited")
def invite_to_sign(scene):
    made = co_signing.invite(open_one(scene), name="zz-house", contact="zz-contact", language="en", by=scene.boss)
    return Said(scene.boss, row(made), coalition=True)


@does("coalitions.statement_invitation_revoked")
def take_an_invitation_back(scene):
    made = co_signing.invite(open_one(scene), name="zz-house", language="en", by=scene.boss)
    for _twice in range(2):
        co_signing.revoke(made, by=scene.second)
    return Said(scene.second, row(made), coalition=True)


@does("export.statement")
def export_the_answers(scene):
    notice = record_export("statement", coalition=scene.ours, by=scene.boss)
    assert "zz-boss" in notice
    return Said(scene.boss, coalition=True)


def noted(scene, **facts):
    session = AssemblySession.objects.create(circle=scene.ours.everyone, assembly=AssemblyFactory(), starts_at=now() - timedelta(hours=1))
    return session_notes.write_note(session, circle=scene.ours.everyone, moved="zz-moved", by=scene.boss, **facts)


def a_session(scene):
    assembly = AssemblyFactory(starts_on=now().date(), ends_on=now().date() + timedelta(days=9))
    said = {"standing": "official", "group": "plenary", "starts_at": now() + timedelta(days=1), "title": "zz-session"}
    return live_sessions.enter_session(scene.ours.everyone, assembly=assembly, by=scene.boss, **said)


@does("coalitions.session_entered")
def enter_a_session(scene):
    return Said(scene.boss, row(a_session(scene)), coalition=True)


@does("coalitions.session_changed")
def change_a_session(scene):
    session = live_sessions.change_session(a_session(scene), by=scene.second, room="zz-room")
    return Said(scene.second, row(session), coalition=True, fields=["room"])


@does("coalitions.session_cancelled")
def cancel_a_session(scene):
    session = a_session(scene)
    live_sessions.cancel_session(session, by=scene.boss)
    return Said(scene.boss, row(session), coalition=True)


@does("coalitions.session_note_written")
def write_a_note_of_a_session(scene):
    noted(scene, is_attributed=True)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("coalitions.session_note_corrected")
def correct_a_note_of_a_session(scene):
    """By nobody: it is not attributed."""
    session_notes.correct_note(noted(scene), circle=scene.ours.everyone, moved="zz-other", by=scene.boss)
    return Said(None, row(scene.ours.everyone), coalition=True)


@does("coalitions.session_note_removed")
def remove_a_note_of_a_session(scene):
    session_notes.remove_note(noted(scene, is_attributed=True), by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("export.session_notes")
def export_notes_of_sessions(scene):
    notice = record_export("session_notes", coalition=scene.ours, by=scene.boss)
    assert "zz-boss" in notice
    return Said(scene.boss, coalition=True)


@does("coalitions.delegation_note_written")
def write_note(scene):
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    delegation_notes.write_note(card, circle=scene.ours.everyone, text="zz-heard", by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("coalitions.delegation_note_removed")
def remove_note(scene):
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    note = delegation_notes.write_note(card, circle=scene.ours.everyone, text="zz-heard", by=scene.boss)
    delegation_notes.remove_note(note, by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


def logged(scene):
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    asked = {"ask": "zz-ask", "wording": "zz-wording", "channel": "letter", "asked_on": now().date(), "resolution": ResolutionFactory()}
    return contacts.log_contact(card, circle=scene.ours.everyone, by=scene.boss, **asked)


def office_asked(scene):
    scene.ours.asks_offices = True
    scene.ours.save()
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE", office_email="office@example.org")
    return office_checks.ask_office(card, coalition=scene.ours, language="en", by=scene.boss)


@does("coalitions.office_asked")
def ask_an_office(scene):
    return Said(scene.boss, row(office_asked(scene).delegation), coalition=True)


@does("coalitions.office_confirmed")
def confirm_by_office(scene):
    check = office_asked(scene)
    office_checks.confirm_by_office(check, seen=office_checks.version_of(check.delegation))
    return Said(None, row(check.delegation), coalition=True)


@does("coalitions.contact_logged")
def log_contact(scene):
    logged(scene)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("coalitions.contact_answered")
def note_answer(scene):
    contacts.note_answer(logged(scene), answer="no", words="zz-answer", day=now().date(), by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("coalitions.contact_judged")
def judge_contact(scene):
    contacts.judge(logged(scene), in_text="no", by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("coalitions.contact_removed")
def remove_contact(scene):
    contacts.remove_contact(logged(scene), by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("coalitions.position_taken")
def take_a_position(scene):
    resolution, circle = ResolutionFactory(number=50), scene.ours.everyone
    given = {"stance": "oppose", "words": "zz-words", "circle": str(circle.public_id), "submission": str(uuid.uuid4())}
    page = reverse("coalitions:position-write", args=[resolution.slug])
    given |= {"written_for": "", "seen": f"{circle.public_id}:0", "red-TOTAL_FORMS": "0", "red-INITIAL_FORMS": "0"}
    scene.browser(scene.boss).post(page, given)
    assert Position.objects.get().words == "zz-words"
    return Said(scene.boss, ("resolutions.resolution", "50"), ["stance", "words"], coalition=True)


def noted_route(scene):
    organisation = OrganisationFactory(name="zz-organisation")
    Membership.objects.filter(user=scene.boss).update(organisation=organisation)
    about = {"way": "associate", "organisation": organisation, "detail": "zz-detail"}
    return own_routes.note(circle=scene.ours.everyone, by=scene.boss, **about)


@does("coalitions.own_route_noted")
def note_a_route(scene):
    noted_route(scene)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("coalitions.own_route_changed")
def change_a_route(scene):
    own_routes.change(noted_route(scene), by=scene.boss, state="waiting", detail="zz-other")
    return Said(scene.boss, row(scene.ours.everyone), ["detail", "state"], coalition=True)


@does("export.own_routes")
def export_routes(scene):
    scene.browser(scene.boss, confirmed=True).post(reverse("coalitions:own-routes-export", args=[scene.ours.public_id]))
    return Said(scene.boss, coalition=True)


@does("coalitions.verdict_given")
def judge_an_outcome(scene):
    resolution, assembly = (
        ResolutionFactory(number=50),
        AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24)),
    )
    give_verdict(resolution, assembly, circle=scene.ours.everyone, result="not", words="zz-words", by=scene.boss)
    return Said(scene.boss, ("resolutions.resolution", "50"), ["result", "words"], coalition=True)


def linked_to_a_group():
    resolution, group = ResolutionFactory(number=50), StudyGroup.objects.create(period="2025-2028", number=17)
    StudyGroupLink.objects.create(resolution=resolution, study_group=group)
    return resolution, group


@does("coalitions.study_group_taken")
def follow_in_a_group(scene):
    followers.follow_group(*linked_to_a_group(), coalition=scene.ours, by=scene.boss)
    return Said(scene.boss, ("resolutions.resolution", "50"), coalition=True)


@does("coalitions.study_group_given_back")
def give_a_group_back(scene):
    resolution, group = linked_to_a_group()
    followers.follow_group(resolution, group, coalition=scene.ours, by=scene.boss)
    followers.stop_following(resolution, group, coalition=scene.ours, by=scene.boss)
    return Said(scene.boss, ("resolutions.resolution", "50"), coalition=True)


def verdict_to_tell(scene):
    resolution, assembly = (
        ResolutionFactory(number=50),
        AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24)),
    )
    give_verdict(resolution, assembly, circle=scene.ours.everyone, result="not", words="zz-words", by=scene.boss)
    lines = report_lines.candidates_of(assembly, coalition=scene.ours, user=scene.boss)
    report_lines.propose_lines(lines, coalition=scene.ours, assembly=assembly, by=scene.boss)
    return assembly


@does("coalitions.report_lines_proposed")
def propose_lines(scene):
    verdict_to_tell(scene)
    return Said(scene.boss, ("resolutions.assembly", "WTSA-24"), coalition=True)


@does("coalitions.report_lines_released")
def release_lines(scene):
    assembly, ids = verdict_to_tell(scene), list(ReportLine.objects.values_list("public_id", flat=True))
    report_lines.release_lines(ids, coalition=scene.ours, assembly=assembly, by=scene.second)
    return Said(scene.second, ("resolutions.assembly", "WTSA-24"), coalition=True)


@does("coalitions.report_line_withdrawn")
def withdraw_a_line(scene):
    verdict_to_tell(scene)
    report_lines.withdraw_line(ReportLine.objects.first(), by=scene.second)
    return Said(scene.second, ("resolutions.assembly", "WTSA-24"), coalition=True)


@does("coalitions.naming_agreed")
def agree_to_be_named(scene):
    report_lines.agree_to_be_named("zz-named", coalition=scene.ours, assembly=AssemblyFactory(code="WTSA-24"), by=scene.boss)
    return Said(scene.boss, ("resolutions.assembly", "WTSA-24"), coalition=True)


@does("coalitions.naming_withdrawn")
def withdraw_name(scene):
    about = {"coalition": scene.ours, "assembly": AssemblyFactory(code="WTSA-24"), "by": scene.boss}
    report_lines.agree_to_be_named("zz-named", **about)
    report_lines.withdraw_consent(**about)
    return Said(scene.boss, ("resolutions.assembly", "WTSA-24"), coalition=True)


@does("coalitions.cycle_started")
def start_a_cycle(scene):
    old = AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    Delegation.objects.create(assembly=old, country="KE", source="https://example.org/")
    start_cycle(old, AssemblyFactory(), coalition=scene.ours, by=scene.boss)
    return Said(scene.boss, ("resolutions.assembly", "WTSA-28"), coalition=True)


@does("export.outcomes")
def export_the_record(scene):
    AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    page = reverse("coalitions:report-internal", args=["WTSA-24"])
    scene.browser(scene.boss, confirmed=True).post(page, {"sheet": "md"})
    return Said(scene.boss, coalition=True)


@does("coalitions.position_answered")
def answer_to_a_position(scene):
    seat = with_organisation(scene)
    mandates.give_mandate(seat, by=scene.boss)
    resolution = ResolutionFactory(number=50)
    position = Position.objects.create(circle=scene.ours.everyone, resolution=resolution, version=1, stance="oppose", by=scene.boss)
    given = {"organisation": str(seat.organisation.public_id), "kind": "agree", "submission": str(uuid.uuid4())}
    scene.browser(scene.wanjiru).post(reverse("coalitions:position-answer", args=[position.public_id]), given)
    return Said(scene.wanjiru, ("resolutions.resolution", "50"), coalition=True)


@does("coalitions.position_holds")
def say_that_a_position_holds(scene):
    resolution = ResolutionFactory(number=50)
    position = Position.objects.create(
        circle=scene.ours.everyone, resolution=resolution, version=1, stance="oppose", by=scene.boss, at=now() - timedelta(days=1)
    )
    ProposalFactory(resolution=resolution).events.create(kind="new", status="submitted")
    scene.browser(scene.boss).post(reverse("coalitions:position-holds", args=[position.public_id]), {"submission": str(uuid.uuid4())})
    return Said(scene.boss, ("resolutions.resolution", "50"), coalition=True)


@does("export.positions")
def export_the_positions(scene):
    scene.browser(scene.boss, confirmed=True).post(reverse("coalitions:positions-export", args=[scene.ours.public_id]))
    return Said(scene.boss, coalition=True)


@does("export.matrix")
def export_the_matrix(scene):
    scene.browser(scene.boss, confirmed=True).post(reverse("coalitions:matrix-export-ours"), {"sheet": "csv"})
    return Said(scene.boss, coalition=True)


@does("export.contacts")
def export_the_contacts(scene):
    address = reverse("coalitions:contacts-export", args=[scene.ours.public_id])
    scene.browser(scene.boss, confirmed=True).post(address, {"sheet": "csv"})
    return Said(scene.boss, coalition=True)


# --- What a coalition agrees on and shares ----------------------------------------------------------------------------


@does("export.rights_impacts")
def export_the_impacts_on_rights(scene):
    address = reverse("coalitions:rights-impacts-export", args=[scene.ours.public_id])
    scene.browser(scene.boss, confirmed=True).post(address, {"sheet": "csv"})
    return Said(scene.boss, coalition=True)


@does("coalitions.charter_written")
def write_the_charter(scene):
    charter.write_charter(scene.ours, text="zz-promise", by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), fields=["text"], coalition=True)


@does("coalitions.priority_set")
def set_a_priority(scene):
    made = priorities.write_priority(scene.ours, title="zz-first", by=scene.boss)
    return Said(scene.boss, row(made), fields=["about", "title"], coalition=True)


@does("coalitions.priority_published")
def publish_a_priority(scene):
    made = priorities.write_priority(scene.ours, title="zz-first", by=scene.boss)
    priorities.publish_priority(made, is_published=True, by=scene.boss)
    return Said(scene.boss, row(made), fields=["published_at"], coalition=True)


@does("coalitions.priority_removed")
def remove_a_priority(scene):
    made = priorities.write_priority(scene.ours, title="zz-first", by=scene.boss)
    about = row(made)
    priorities.remove_priority(made, by=scene.boss)
    return Said(scene.boss, about, coalition=True)


@does("coalitions.decision_logged")
def log_a_decision(scene):
    made = decisions.log_decision(circle=scene.ours.everyone, text="zz-decided", decided_on=now().date(), by=scene.boss)
    return Said(scene.boss, row(made), coalition=True)


def impact_on(resolution, scene):
    return enter_impact(resolution, circle=scene.ours.everyone, right="privacy", mechanism="zz-means", by=scene.boss)


@does("coalitions.rights_impact_written")
def write_an_impact(scene):
    resolution = impact_on(ResolutionFactory(), scene).resolution
    return Said(scene.boss, (resolution._meta.label_lower, resolution.slug), coalition=True)


@does("coalitions.rights_impact_removed")
def remove_an_impact(scene):
    resolution = ResolutionFactory()
    remove_impact(impact_on(resolution, scene), by=scene.boss)
    return Said(scene.boss, (resolution._meta.label_lower, resolution.slug), coalition=True)


@does("coalitions.outlet_written")
def add_an_outlet(scene):
    return Said(scene.boss, row(media.add_outlet(scene.ours, name="zz-outlet", by=scene.boss)), coalition=True)


@does("coalitions.outlet_removed")
def remove_an_outlet(scene):
    outlet = media.add_outlet(scene.ours, name="zz-outlet", by=scene.boss)
    about = row(outlet)
    media.remove_outlet(outlet, by=scene.boss)
    return Said(scene.boss, about, coalition=True)


def embargo_of(scene):
    return media.write_embargo(circle=scene.ours.everyone, text="zz-embargo", until=now() + timedelta(days=1), by=scene.boss)


@does("coalitions.embargo_noted")
def note_an_embargo(scene):
    embargo_of(scene)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("coalitions.embargo_removed")
def remove_an_embargo(scene):
    media.remove_embargo(embargo_of(scene), by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


@does("calendar_app.debrief_written")
def tell_of_a_meeting(scene):
    write_debrief(a_meeting_held(), circle=scene.ours.everyone, result="zz-told", by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), fields=["link", "result"], coalition=True)


@does("calendar_app.debrief_removed")
def remove_a_debrief(scene):
    debrief = Debrief.objects.create(meeting=a_meeting_held(), circle=scene.ours.everyone, result="zz-told", by=scene.boss)
    remove_debrief(debrief, by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), coalition=True)


def a_meeting_held():
    day = now() - timedelta(days=2)
    return MeetingFactory(at=day, starts_on=day.date(), ends_on=day.date())


@does("coalitions.handover_written")
def hand_over_a_country(scene):
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    write_handover(card, circle=scene.ours.everyone, text="zz-know", by=scene.boss)
    return Said(scene.boss, row(scene.ours.everyone), fields=["text"], coalition=True)


# --- Plans before a deadline ------------------------------------------------------------------------------------------


def plan_before_a_deadline(scene):
    deadline = DeadlineFactory(kind="contribution", at=now() + timedelta(days=90))
    step = NewStep("zz-draft", on=(now() + timedelta(days=60)).date())
    return make_plan(deadline, circle=scene.ours.everyone, steps=[step], by=scene.boss)


@does("calendar_app.plan_made")
def make_a_plan(scene):
    return Said(scene.boss, row(plan_before_a_deadline(scene).deadline), coalition=True)


@does("calendar_app.plan_step_added")
def add_a_step(scene):
    plan = plan_before_a_deadline(scene)
    backward_plans.add_step(plan, step=NewStep("zz-added", on=(now() + timedelta(days=50)).date()), by=scene.boss)
    return Said(scene.boss, row(plan.deadline), coalition=True)


@does("calendar_app.plan_moved")
def move_a_plan(scene):
    plan = plan_before_a_deadline(scene)
    move_plan(plan, how=How.SHIFT, days=7, by=scene.boss, seen=plan_fingerprint(plan))
    return Said(scene.boss, row(plan.deadline), fields=["due_at"], coalition=True)


@does("calendar_app.plan_kept")
def keep_a_plan_where_it_is(scene):
    return Said(scene.boss, row(backward_plans.keep_dates(plan_before_a_deadline(scene), by=scene.boss).deadline), coalition=True)


@does("calendar_app.plan_dissolved")
def dissolve_a_plan(scene):
    plan = plan_before_a_deadline(scene)
    backward_plans.dissolve(plan, by=scene.boss)
    return Said(scene.boss, row(plan.deadline), coalition=True)


@does("calendar_app.plan_template_changed")
def change_the_usual_steps(scene):
    backward_plans.change_template(scene.ours, steps=[TemplateStep("zz-step", 14)], by=scene.boss, seen=0)
    return Said(scene.boss, row(scene.ours.everyone), fields=["steps"], coalition=True)


# --- The instance -----------------------------------------------------------------------------------------------------


@does("instance.admin_entered")
def enter_the_admin(scene):
    browser = scene.browser(scene.staff)
    browser.get(reverse("admin:resolutions_topic_changelist"))
    browser.get(reverse("admin:index"))
    return Said(scene.staff)


FACT = ("resolutions.topic", "a-tag")
NAMES = {"name_en": "zz-english", "name_fr": "zz-french", "name_es": "zz-spanish"}


@does("instance.fact_added")
def add_a_fact(scene):
    scene.browser(scene.staff).post(reverse("admin:resolutions_topic_add"), {"tag": "a-tag"} | NAMES)
    assert Topic.objects.get().name_en == "zz-english"
    return Said(scene.staff, FACT, level=AuditLevel.PUBLIC)


@does("instance.fact_changed")
def change_a_fact(scene):
    topic = TopicFactory(tag="a-tag", **NAMES)
    page = reverse("admin:resolutions_topic_change", args=[topic.pk])
    scene.browser(scene.staff).post(page, {"tag": "a-tag"} | NAMES | {"name_fr": "zz-other"})
    return Said(scene.staff, FACT, ["name_fr"], level=AuditLevel.PUBLIC)


@does("instance.fact_deleted")
def delete_a_fact(scene):
    page = reverse("admin:resolutions_topic_delete", args=[TopicFactory(tag="a-tag", **NAMES).pk])
    scene.browser(scene.staff).post(page, {"post": "yes"})
    assert not Topic.objects.exists()
    return Said(scene.staff, FACT, level=AuditLevel.PUBLIC)


@does("instance.locked")
def lock(scene):
    scene.command("lock_instance", report=scene.folder / "zz-report.md")
    return Said(None)


@does("instance.lock_asked")
def lock_by_two_leads(scene):
    scene.browser(scene.boss, confirmed=True).post(reverse("coalitions:lock-instance", args=[scene.ours.public_id]))
    page = reverse("coalitions:approval-approve", args=[Approval.objects.get().public_id])
    scene.browser(scene.second, confirmed=True).post(page)
    return Said(scene.boss)


@does("instance.rotated")
def rotate(scene):
    lock(scene)
    rotating.distrust_everything(InstanceLock.objects.get())
    return Said(None)


@does("instance.unlocked")
def unlock(scene):
    lock(scene)
    scene.command("unlock_instance")
    return Said(None)


def break_glass(reason: str) -> Callable[[Scene], Said]:
    def doing(scene):
        task = FollowUpFactory(circle=scene.ours.everyone, title="zz-title", created_by=scene.boss, owner=scene.boss)
        assert "zz-title" in scene.command("break_glass", str(task.public_id), reason=reason, yes=True)
        return Said(None, row(task), coalition=True)

    return doing


DONE_BY |= {f"instance.break_glass.{reason}": break_glass(reason) for reason in REASONS}


def refused_mail(scene) -> None:
    User.objects.filter(pk=scene.wanjiru.pk).update(mail_refused_at=now())
    about = {"what": "password"}
    Email.objects.create(
        kind="accounts/security", to=scene.wanjiru, about=about, state="refused", trouble="zz-trouble", finished_at=now(), refused_at=now()
    )


@does("mail.refusals_cleared")
def clear_refusals(scene):
    refused_mail(scene)
    scene.command("mail_queue", "--clear-refusals")
    return Said(None, level=AuditLevel.PUBLIC)


@does("mail.sent_again")
def send_again(scene):
    refused_mail(scene)
    scene.command("mail_queue", "--send-again", "--since", "1h")
    return Said(None, level=AuditLevel.PUBLIC)


@does("retention.run")
def run_retention(scene):
    refused_mail(scene)
    scene.clock.shift(timedelta(days=400))
    scene.command("retention")
    return Said(None, fields=None, level=AuditLevel.PUBLIC)


# --- The tests --------------------------------------------------------------------------------------------------------

ACTS = sorted(act for act, _sentence in acts.choices())


@pytest.fixture
def scene(client, tmp_path, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    with time_machine.travel("2028-03-01T08:00:00Z", tick=False) as clock:
        yield Scene(clock, tmp_path, type(client))


def test_every_act_that_is_declared_is_done_below():
    assert sorted(DONE_BY) == ACTS


NAME_OF_COLUMN = re.compile(r"[a-z_]+")
NUMBER_OF_ROWS = re.compile(r"[a-z_]+: (\d+|failed)")


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_recorded_by_what_does_it_and_no_word_of_it_is(scene, act):
    said = DONE_BY[act](scene)
    recorded = [entry for entry in scene.entries() if entry.act == (said.recorded_as or act)]
    assert len(recorded) == said.times
    assert {(scene.name_of(entry.actor), entry.level) for entry in recorded} == {(said.by, said.level)}
    entry = recorded[-1]
    about = scene.name_of(entry.object_id) if entry.object_type == PERSON else (entry.object_type, entry.object_id)
    assert about == said.about
    assert entry.coalition == (scene.ours.public_id if said.coalition else None)
    if said.fields is not None:
        assert sorted(name for entry in recorded for name in entry.fields) == said.fields
    hidden = [MARK, "@", "127.0.0", *scene.secrets]
    for entry in scene.entries():
        kept = entry.canonical()
        assert [word for word in hidden if word in kept] == [], entry.act
        allowed = NUMBER_OF_ROWS if entry.act == "retention.run" else NAME_OF_COLUMN
        assert [word for word in entry.fields if not allowed.fullmatch(word)] == [], entry.act

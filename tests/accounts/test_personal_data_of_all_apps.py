"""Whatever app a table stands in: what hangs on a person is in her download and goes with her, or it is said here why not."""

import json
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from amnt.accounts.models import User
from amnt.accounts.services.erasing import erase
from calendar_app.models import Attendance, DateWatch, Reminder
from coalitions.models import FollowUp, Membership
from resolutions.models import RegionWatch, Watch
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in
from tests.factories import (
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionTextFactory,
    circle_of,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db

HERS = {
    "mfa.Authenticator",
    "retention.Notice",
    "accounts.AccountRecovery",
    "accounts.ApiToken",
    "accounts.Device",
    "accounts.AddressChange",
    "accounts.KnownBrowser",
    "accounts.KnownNetwork",
    "mail.Email",
    "mail.Mute",
    "resolutions.Watch",
    "resolutions.RegionWatch",
    "resolutions.Contribution",
    "resolutions.Upload",
    "resolutions.RevisionText",
    "audit.Pseudonym",
    "coalitions.Membership",
    "coalitions.FollowUp",
    "coalitions.Position",
    "coalitions.PositionAnswer",
    "coalitions.Reading",
    "coalitions.Contact",
    "coalitions.RedLine",
    "coalitions.StillHolds",
    "coalitions.DelegationNote",
    "coalitions.DeclaredPresence",
    "coalitions.SessionAttendee",
    "coalitions.SessionNote",
    "coalitions.NamingConsent",
    "coalitions.StudyGroupFollower",
    "coalitions.Verdict",
    "coalitions.Statement",
    "coalitions.StatementAnswer",
    "coalitions.StatementInvitation",
    "coalitions.KeptCopy",
    "coalitions.Unavailability",
    "coalitions.Absence",
    "coalitions.CharterVersion",
    "coalitions.Decision",
    "coalitions.EmbargoNote",
    "coalitions.HandoverNote",
    "coalitions.Outlet",
    "coalitions.Priority",
    "coalitions.RightsImpact",
    "calendar_app.CalendarFeed",
    "calendar_app.CalendarImport",
    "calendar_app.DateSilence",
    "calendar_app.DateWatch",
    "calendar_app.Attendance",
    "calendar_app.Debrief",
    "calendar_app.BackwardPlan",
    "calendar_app.DeadlineAnswer",
    "calendar_app.Reminder",
}
NOT_HERS = {
    "calendar_app.CalendarSource": "who added a public calendar to those that are followed: without a name once she has gone",
    "calendar_app.PlanMove": "who moved a plan, and when: a record of its circle, without a name once she has gone",
    "calendar_app.PlanTemplate": "who changed the usual steps last: a record of the coalition, without a name once she has gone",
    "coalitions.ReportLine": "which leads proposed and released a line: a record of the coalition, without a name once she has gone",
    "accounts.User_groups": "rights on the admin site, given by the instance",
    "accounts.User_user_permissions": "rights on the admin site, given by the instance",
    "admin.LogEntry": "what staff did to public facts: a record of the instance",
    "audit.Pseudonym": "the name under which the audit knows her: given out with what it holds of her, and deleted when she goes",
    "account.EmailAddress": "allauth's own table of addresses stays empty",
    "coalitions.Mandate": "who gave it: a record of the coalition; one she holds is in her download, and ends with her membership",
    "coalitions.NamingDefault": "where an organisation may be named: its own, without a name once she has gone",
    "coalitions.StatementVersion": "who froze which text: a record of the coalition, without a name once she has gone",
    "coalitions.StatementReminder": "that she was reminded to answer: gone with her or with the statement",
    "calendar_app.SessionReminder": "which plan of a day was mailed to her: deleted after three days, and with her",
    "coalitions.AssemblySession": "who entered a session: a record of its circle, which nobody is shown",
    "coalitions.SessionReport": "that somebody says that a session is held: which is told to nobody, deleted with the session",
    "coalitions.Invitation": "who invited whom: a record of the coalition",
    "coalitions.OfficeCheck": "which lead sent a mail to an office: a record of the coalition, deleted after ninety days",
    "coalitions.Approval": "which lead asked for what and who answered: a record of the coalition, deleted after ninety days",
    "coalitions.Arrival": "which lead compared two words with a newcomer: a record of the coalition, deleted with its invitation",
    "coalitions.Circle": "who looks after a circle: a record of the coalition, passed on when she goes",
    "coalitions.HintDismissal": "which hints a circle set aside, and why: its record, which says “former member”",
    "coalitions.LastReaderQuestion": "gone before she can be erased: she answers first",
    "resolutions.ImportJob": "which proposals came in together: public facts, and for two weeks who brought them",
    "coalitions.StarterPlan": "which lead put the first steps away: a record of the coalition, without a name once she has gone",
    "coalitions.StarterPlanAnswer": "which lead answered a first step: a record of the coalition, without a name once she has gone",
    "coalitions.CircleView": "who opened what of a circle: shown to that circle, deleted after ninety days",
    "coalitions.OwnRoute": "what an organisation asked for and who follows it: a record of the coalition, without a name once she has gone",
    "coalitions.OwnRouteEvent": "its history, which says “former member”",
    "coalitions.ContactEvent": "the history of a contact belongs to its circle; it says “former member”",
    "coalitions.FollowUpEvent": "the history of a follow-up belongs to the coalition; it says “former member”",
}


# Who checked, proposed or changed a public fact: its record, which says “former member” once she has gone.
FACTS = {
    "resolutions.Assembly",
    "resolutions.RegionalGroup",
    "resolutions.Resolution",
    "resolutions.Revision",
    "resolutions.Outcome",
    "resolutions.ProposalEvent",
    "resolutions.ProposedClause",
    "resolutions.StateSymbol",
    "resolutions.StudyGroup",
    "resolutions.StudyGroupLink",
    "coalitions.DeclaredPosition",
    "coalitions.Delegation",
    "calendar_app.Meeting",
    "calendar_app.Deadline",
    "calendar_app.AgendaChange",
    "calendar_app.DateChange",
}


def test_every_table_about_people_is_accounted_for():
    relations = [field for field in User._meta.get_fields(include_hidden=True) if field.auto_created and field.related_model]
    tables = {field.related_model._meta.label for field in relations if not field.related_model.__name__.startswith("Historical")}
    assert sorted(tables - HERS - FACTS - set(NOT_HERS)) == []


@pytest.fixture
def world():
    """A member with something of everything, in a coalition that has others."""
    ours = coalition("Open Standards Network")
    boss = lead(ours)
    her = member(ours, name="Wanjiru Kamau", email="wanjiru@example.org", password=PASSWORD)
    meeting, deadline = MeetingFactory(), DeadlineFactory()
    Watch.objects.create(user=her, resolution=ResolutionFactory(number=50))
    RegionWatch.objects.create(user=her, group=RegionalGroupFactory())
    Attendance.objects.create(user=her, meeting=meeting, status="going")
    DateWatch.objects.create(user=her, deadline=deadline)
    Reminder.objects.create(user=her, rule="RR-01", deadline=deadline, offset=14, version=1, send_at=datetime(2028, 9, 4, tzinfo=UTC))
    FollowUpFactory(circle=ours.everyone, created_by=boss, owner=her, title="Ask the ministry")
    RevisionTextFactory(entered_by=her)
    RevisionTextFactory(entered_by=boss, checked_by=her)
    secret = circle_of(ours, boss, name="zz-secret circle", owner=boss)
    FollowUpFactory(circle=secret, created_by=boss, backup=her, title="zz-hidden follow-up")
    return her


def test_the_download_holds_something_of_every_app_and_nothing_she_may_not_read(client, world):
    log_in(client)
    confirm_it_is_me(client)
    text = client.get(reverse("accounts:own-data")).getvalue().decode()
    data = json.loads(text)
    assert [row["as"] for row in data["follow_ups"]] == [["owner"]]
    assert data["memberships"][0]["coalition"] == "Open Standards Network"
    assert data["watches"][0]["scope"] == "all"
    assert [(row["as"], row["language"]) for row in data["texts"]] == [("entered", "en"), ("checked", "en")]
    assert [len(data[part]) for part in ("region_watches", "attendances", "date_watches", "reminders")] == [1, 1, 1, 1]
    assert "zz-" not in text


def test_whoever_is_erased_follows_nothing_goes_nowhere_and_has_nothing_in_hand(world):
    erase(world)
    mine = [model.objects.filter(user=world).count() for model in (Watch, RegionWatch, Attendance, DateWatch, Reminder)]
    assert mine == [0, 0, 0, 0, 0]
    assert next(row for row in FollowUp.objects.all() if row.title == "Ask the ministry").owner is None
    assert Membership.objects.get(user=world).left_at is not None


def test_the_last_lead_cannot_be_erased_while_others_are_there(client, world):
    boss = Membership.objects.get(role=Membership.Role.LEAD).user
    boss.set_password(PASSWORD)
    boss.save()
    log_in(client, boss.email)
    confirm_it_is_me(client)
    page = client.post(reverse("accounts:delete"), follow=True).content.decode()
    assert "Open Standards Network" in page
    boss.refresh_from_db()
    assert boss.is_active

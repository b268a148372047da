"""What has been kept long enough goes, what has not stays, and every run says how much it was."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from amnt.accounts.models import Device
from amnt.audit.models import AuditEntry
from amnt.mail.models import Email
from amnt.retention import services, tasks
from amnt.retention.models import Notice
from amnt.retention.rules import RetentionRule, rules, upcoming
from calendar_app.models import Meeting, Reminder
from coalitions.models import (
    Circle,
    Contact,
    Delegation,
    DelegationNote,
    FollowUp,
    HintDismissal,
    Invitation,
    KeptNumber,
    Position,
    Reading,
    RedLine,
    Verdict,
)
from coalitions.services.delegations import begin_card, revise_card
from coalitions.texts.services.kept_numbers import keep_number
from resolutions.models import Contribution, Proposal, Upload, WordingRule
from tests.factories import (
    AssemblyFactory,
    ContributionFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    ResolutionFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db

END = date(2024, 10, 24)
BEFORE = datetime(2024, 9, 1, tzinfo=UTC)
CIRCLE_MODELS = (FollowUp, Reading, Position, RedLine, HintDismissal, Meeting, DelegationNote, Verdict, Contact, KeptNumber)


def days_after_the_end(days: int) -> datetime:
    return datetime(END.year, END.month, END.day, 12, tzinfo=UTC) + timedelta(days=days)


def counts() -> list[int]:
    return [model.objects.count() for model in CIRCLE_MODELS]


@pytest.fixture
def network():
    return coalition()


@pytest.fixture
def past():
    AssemblyFactory(code="WTSA-28", starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    return AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=END)


def fill(circle, past, person):
    """One of everything that hangs on a circle, written for the assembly that is over; with a reminder and a door on it."""
    contribution = ContributionFactory(assembly=past)
    proposal = ProposalFactory(contribution=contribution, resolution=ResolutionFactory())
    row = FollowUpFactory(circle=circle, created_by=person, owner=person, created_at=BEFORE, due_at=BEFORE + timedelta(days=9))
    Reminder.objects.create(user=person, rule="RR-08", follow_up=row, version=1, send_at=BEFORE)
    Reading.objects.create(circle=circle, proposal=proposal, tone="risk", note="zz", by=person, at=BEFORE)
    position = Position.objects.create(
        circle=circle, resolution=proposal.resolution, version=1, stance="oppose", words="zz", by=person, at=BEFORE
    )
    RedLine.objects.create(position=position, circle=circle, kind="red", text="zz", by=person, at=BEFORE)
    rule, _made = WordingRule.objects.get_or_create(code="role", defaults={"family": "role", "patterns": {"en": ["+ x"]}})
    HintDismissal.objects.create(
        circle=circle, rule=rule, proposal=proposal, clause=proposal.public_id, words="w", reason="zz", by=person, at=BEFORE
    )
    card, _made = Delegation.objects.get_or_create(assembly=past, country="KE")
    DelegationNote.objects.create(circle=circle, delegation=card, text="zz", by=person, at=BEFORE)
    Verdict.objects.create(circle=circle, resolution=proposal.resolution, assembly=past, version=1, result="not", words="zz", by=person)
    asked = {"resolution": proposal.resolution, "ask": "zz", "channel": "call", "asked_on": BEFORE.date()}
    Contact.objects.create(circle=circle, delegation=card, by=person, at=BEFORE, **asked).events.create(kind="asked", day=BEFORE.date())
    call = MeetingFactory(kind="call", circle=circle, group=None, assembly=past, starts_on=BEFORE.date(), ends_on=BEFORE.date(), at=BEFORE)
    DeadlineFactory(meeting=call, assembly=past, kind="document", at=BEFORE)
    number = keep_number(assembly=past, number=f"TD{circle.pk}", circle=circle, by=person)
    ProposalFactory(contribution=number, identifier=f"X/TD{circle.pk}/1", resolution=proposal.resolution)
    return row


@pytest.mark.parametrize(("kind", "kept"), [("delegation", 30), ("restricted", 90)])
def test_what_a_circle_keeps_goes_when_its_time_is_over(network, past, kind, kept):
    person = member(network)
    circle = circle_of(network, person)
    Circle.objects.filter(pk=circle.pk).update(kind=kind)
    fill(circle, past, person)
    fill(network.everyone, past, person)

    services.apply_rules(days_after_the_end(kept))
    assert counts() == [2] * 10

    services.apply_rules(days_after_the_end(kept + 1))
    assert Circle.objects.filter(pk=circle.pk).exists()
    assert [model.objects.filter(circle=circle).count() for model in CIRCLE_MODELS] == [0] * 10
    assert [model.objects.filter(circle=network.everyone).count() for model in CIRCLE_MODELS[:9]] == [1] * 9
    # Proposals that are public stay; of a number that was kept, what is known of its proposals goes too.
    assert Proposal.objects.filter(contribution__access="public").count() == 2
    assert f"TD{circle.pk}" not in {row.kept_number for row in Contribution.objects.all()}


def test_what_is_written_for_the_next_assembly_stays(network, past):
    person = member(network)
    circle = circle_of(network, person)
    Circle.objects.filter(pk=circle.pk).update(kind="delegation")
    still_due = FollowUpFactory(circle=circle, created_by=person, owner=person, created_at=BEFORE, due_at=days_after_the_end(2))
    written_since = FollowUpFactory(
        circle=circle, created_by=person, owner=person, created_at=days_after_the_end(1), due_at=days_after_the_end(300)
    )
    services.apply_rules(days_after_the_end(400))
    assert set(FollowUp.objects.all()) == {still_due, written_since}


def test_a_number_kept_for_oneself_goes_as_that_of_a_circle(network, past):
    keep_number(assembly=past, number="TD9", circle=None, by=member(network))
    services.apply_rules(days_after_the_end(90))
    assert Contribution.objects.count() == 1
    services.apply_rules(days_after_the_end(91))
    assert Contribution.objects.count() == 0


def test_readers_are_told_seven_days_and_one_day_before_and_once(network, past):
    inside, outside = member(network), lead(network)
    circle = circle_of(network, inside)
    Circle.objects.filter(pk=circle.pk).update(kind="delegation")
    row = fill(circle, past, inside)
    for days in (23, 24, 24, 25, 30, 30):
        services.apply_rules(days_after_the_end(days))
    sent = Email.objects.filter(kind="coalitions/retention").order_by("pk")
    on = (END + timedelta(days=31)).isoformat()
    assert [(email.to, email.about) for email in sent] == [(inside, {"on": on})] * 2
    soon = upcoming(inside, days_after_the_end(25))
    assert [(item.name, item.on) for item in soon if item.address == row.get_absolute_url()] == [(row.title, END + timedelta(days=31))]
    assert upcoming(outside, days_after_the_end(25)) == []
    assert upcoming(inside, days_after_the_end(20)) == []


@pytest.mark.parametrize("first_run", [24, 27, 30])
def test_however_late_readers_are_told_they_learn_the_right_day(network, past, first_run):
    inside = member(network)
    circle = circle_of(network, inside)
    Circle.objects.filter(pk=circle.pk).update(kind="delegation")
    fill(circle, past, inside)
    services.apply_rules(days_after_the_end(first_run))
    told = {email.about["on"] for email in Email.objects.filter(kind="coalitions/retention")}
    assert told == {(END + timedelta(days=31)).isoformat()}


def test_an_invitation_nobody_accepted_goes_after_thirty_days_and_others_stay(network):
    closed = now() - timedelta(days=23, hours=1)

    def invitation(**more):
        return Invitation.objects.create(
            coalition=network,
            email="x@example.org",
            digest=f"{Invitation.objects.count():064}",
            expires_at=closed,
            **more,
        )

    invitation()
    accepted = invitation(accepted_at=now() - timedelta(days=30))
    fresh = invitation()
    Invitation.objects.filter(pk=fresh.pk).update(expires_at=now() - timedelta(days=22))
    services.apply_rules(now())
    assert set(Invitation.objects.all()) == {accepted, fresh}


def test_the_name_of_an_official_goes_from_the_card_and_its_history(network, past):
    boss = lead(network)
    card = begin_card(past, country="KE", by=boss, is_checked=True, source="https://example.org/list", head="Zz Official")
    revise_card(card, by=boss, is_checked=True, head="Zz Other", authority="Communications Authority")
    services.apply_rules(days_after_the_end(183))
    assert Delegation.objects.get().head == "Zz Other"
    services.apply_rules(days_after_the_end(184))
    card = Delegation.objects.get()
    assert (card.head, card.authority) == ("", "Communications Authority")
    assert {row.head for row in Delegation.history.all()} == {""}


def test_unpublished_files_settled_mail_and_old_devices_go(network):
    person = member(network)
    Upload.objects.create(kind="contribution", brought_by=person, state="read", brought_at=now() - timedelta(days=15))
    Email.objects.create(kind="x", to=person, state="accepted", finished_at=now() - timedelta(days=91))
    Device.objects.create(user=person, digest="gone")
    services.apply_rules(now())
    assert [Upload.objects.count(), Email.objects.filter(kind="x").count(), Device.objects.count()] == [0, 0, 0]


# --- The run ----------------------------------------------------------------------------------------------------------


def test_a_run_is_one_row_of_the_audit_and_happens_once_a_day(network):
    person = member(network)
    Upload.objects.create(kind="contribution", brought_by=person, state="read", brought_at=now() - timedelta(days=15))
    tasks.apply_once_a_day()
    tasks.apply_once_a_day()
    [run] = AuditEntry.objects.filter(act="retention.run")
    assert (run.actor, run.coalition, run.level, run.fields) == (None, None, "C0", ["incoming: 1"])


def test_it_runs_again_after_twenty_three_hours_and_not_before(in_september):
    assert services.apply_once_a_day() is True
    began = now()
    with time_machine.travel(began + timedelta(hours=23, seconds=-1), tick=False):
        assert services.apply_once_a_day() is False
    with time_machine.travel(began + timedelta(hours=23), tick=False):
        assert services.apply_once_a_day() is True
    assert AuditEntry.objects.filter(act="retention.run").count() == 2


def test_a_dry_run_counts_and_changes_nothing(network, past):
    person = member(network)
    circle = circle_of(network, person)
    fill(circle, past, person)
    Upload.objects.create(kind="contribution", brought_by=person, state="read", brought_at=now() - timedelta(days=15))
    before = counts()
    out = StringIO()
    call_command("retention", dry_run=True, stdout=out)
    said = {line.split()[0]: int(line.split()[1]) for line in out.getvalue().splitlines()}
    assert (said["incoming"], said["circles_restricted"], said["kept_numbers"], said["emails"]) == (1, 9, 1, 0)
    assert counts() == before
    assert Email.objects.count() == Notice.objects.count() == AuditEntry.objects.filter(act="retention.run").count() == 0


def test_a_rule_that_fails_stops_no_other(network, monkeypatch, caplog):
    def broken(at):
        raise ZeroDivisionError

    monkeypatch.setattr(
        "amnt.retention.rules._rules",
        {"a": RetentionRule("a", "A", "1 day", "deleted", broken, broken)} | {rule.key: rule for rule in rules()},
    )
    Upload.objects.create(kind="contribution", brought_by=member(network), state="read", brought_at=now() - timedelta(days=15))
    services.apply_rules(now())
    run = services.last_run()
    assert services.failures(run) == ["a"]
    assert "incoming: 1" in run.fields
    assert not Upload.objects.exists()


def test_the_privacy_page_lists_every_rule_in_three_languages(client):
    for language in ("fr", "en", "es"):
        page = client.get(reverse("about:privacy"), headers={"accept-language": language}).text
        with translation.override(language):
            assert [rule.key for rule in rules() if str(rule.subject) not in page.replace("&#x27;", "'")] == []
    assert {"devices", "inactive", "emails", "incoming", "invitations", "circles_delegation", "circles_restricted", "kept_numbers"} <= {
        rule.key for rule in rules()
    }


def test_the_table_of_retention_is_the_registry():
    page = (settings.BASE_DIR / "docs" / "security.md").read_text().partition("\n## Retention\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([\w-]+) \| (.+?) \| (.+?) \|", page, flags=re.MULTILINE)
    with translation.override("en"):
        assert rows[1:] == [(rule.key, str(rule.period), str(rule.then)) for rule in rules()]


# --- Accounts that nobody uses ----------------------------------------------------------------------------------------


def run_days(start, *days):
    for day in days:
        services.apply_rules(start + timedelta(days=day))


def letters(person):
    return Email.objects.filter(to=person, kind="accounts/inactive").count()


def test_an_unused_account_is_warned_thrice_then_closed_then_erased(network):
    person, start = member(network, seen_at=now()), now()
    lead(network, seen_at=now() + timedelta(days=500))
    steps = []
    for day in (364, 366, 380, 381, 395, 396, 409, 410, 439, 440):
        run_days(start, day, day)
        person.refresh_from_db()
        steps.append((letters(person), person.is_active, person.erased_at is not None))
    assert steps == [
        (0, True, False),
        (1, True, False),
        (1, True, False),
        (2, True, False),
        (2, True, False),
        (3, True, False),
        (3, True, False),
        (3, False, False),
        (3, False, False),
        (0, False, True),
    ]


def test_a_visit_after_a_warning_starts_the_year_again(network):
    person, start = member(network, seen_at=now()), now()
    run_days(start, 366, 381)
    person.seen_at = start + timedelta(days=390)
    person.save()
    run_days(start, 396, 410, 440, 600)
    person.refresh_from_db()
    assert (person.is_active, letters(person), Notice.objects.count()) == (True, 2, 0)


def test_an_account_that_the_host_opened_again_is_not_erased(network):
    person, start = member(network, seen_at=now()), now()
    lead(network, seen_at=now() + timedelta(days=500))
    run_days(start, 366, 381, 396, 410)
    person.refresh_from_db()
    assert not person.is_active
    person.is_active = True
    person.save()
    run_days(start, 420, 450)
    person.refresh_from_db()
    assert (person.is_active, person.erased_at) == (True, None)


def test_the_only_lead_and_whoever_hosts_are_never_closed(network):
    boss, host, start = lead(network, seen_at=now()), UserFactory(is_staff=True, seen_at=now()), now()
    member(network, seen_at=now() + timedelta(days=800))
    run_days(start, 366, 381, 396, 410, 440, 500)
    assert [type(boss).objects.get(pk=user.pk).is_active for user in (boss, host)] == [True, True]

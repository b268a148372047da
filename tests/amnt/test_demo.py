import json
import stat
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core import times
from amnt.demo import plans
from amnt.demo.follow_up_data import DELEGATION, OTHER_STORY, STORY
from amnt.demo.people_data import CAST
from amnt.demo.submission_ids import submission
from amnt.mail.delivery import deliver_waiting
from calendar_app.models import Attendance, Deadline, Meeting, Reminder
from calendar_app.tasks import tick
from coalitions.models import (
    AssemblySession,
    Circle,
    Coalition,
    Delegation,
    FollowUp,
    FollowUpEvent,
    Membership,
    Organisation,
    Position,
    Reading,
)
from coalitions.permissions import rights_on
from coalitions.services import follow_ups
from resolutions.models import (
    Assembly,
    Clause,
    Contribution,
    DateStatus,
    Proposal,
    ProposalEvent,
    ProposedClause,
    RegionalGroup,
    Resolution,
    RevisionText,
    Watch,
)
from tests.factories import AssemblyFactory, RegionalGroupFactory, ResolutionFactory

pytestmark = pytest.mark.django_db

# Of the demonstration: a Tuesday and a Saturday, around midnight and in the small hours of one place or another.
STARTS = ["2026-11-24T00:30:00Z", "2026-11-24T04:59:00Z", "2026-11-24T10:10:00Z", "2026-11-24T23:50:00Z", "2026-11-28T13:00:00Z"]


@pytest.fixture(autouse=True)
def trying_out(settings, tmp_path):
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    settings.LEADS_NEED_SECOND_FACTOR = False


@pytest.fixture
def reference():
    """As much of the reference data as the demonstration hangs on."""
    AssemblyFactory()
    for number in (2, 20, 47, 50, 52, 64, 75, 98):
        ResolutionFactory(number=number)
    for code in ("ATU", "CEPT", "CITEL", "LAS"):
        RegionalGroupFactory(code=code)


def demo(**options):
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def person(part):
    return User.objects.get(email=next(row.email for row in CAST if row.part == part))


def kept(folder):
    return json.loads((folder / "demo.json").read_text())


def snapshot():
    models = (User, EmailAddress, Organisation, Coalition, Membership, Circle, FollowUp, FollowUpEvent, Meeting, Deadline, Delegation)
    texts = (RevisionText, Clause, Contribution, Proposal, ProposedClause, ProposalEvent, Reading, Position)
    return [list(model.objects.order_by("pk").values()) for model in (*models, Attendance, Watch, *texts)]


# --- When it may ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("reference")
def test_it_refuses_outside_a_demonstration_and_makes_nothing(settings, tmp_path):
    settings.DEMO = False
    with pytest.raises(CommandError, match="--force-outside-debug"):
        demo()
    assert not User.objects.exists()
    assert not (tmp_path / "demo.json").exists()


@pytest.mark.usefixtures("reference")
def test_it_may_be_forced_outside_a_demonstration(settings):
    settings.DEMO = False
    demo(force_outside_debug=True)
    # Two more are on their way in.
    assert User.objects.count() == len(CAST) + 2


def test_it_loads_the_reference_data_first_if_there_is_none():
    demo()
    assert Resolution.objects.get(number=50).reference_key
    assert Meeting.objects.get(submission=submission("meeting/regional")).group.code == "CITEL"
    assert {row.email: Watch.objects.filter(user__email=row.email).count() for row in CAST} == {row.email: len(row.watches) for row in CAST}


# --- Who --------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("reference")
def test_everyone_can_log_in_with_the_passwords_that_are_shown_and_kept(client, tmp_path):
    shown = demo()
    rows = kept(tmp_path)
    assert {row["role"] for row in rows} >= {"lead", "member", "observer", "admin", "other-lead"}
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    assert len({row["password"] for row in rows}) == len(rows)
    for row in rows:
        assert len(row["password"]) >= 12
        assert row["password"] in shown
        user = User.objects.get(email=row["email"])
        assert (user.language, user.check_password(row["password"])) == (row["language"], True)
        assert user.quiet_from == user.quiet_to


@pytest.mark.usefixtures("reference")
def test_the_roles_are_what_their_names_say():
    demo()
    roles = {row.part: list(person(row.part).memberships.values_list("role", flat=True)) for row in CAST}
    assert roles["lead"] == roles["second-lead"] == roles["other-lead"] == ["lead"]
    assert roles["member"] == roles["translator"] == roles["other-member"] == ["member"]
    assert (roles["observer"], roles["admin"]) == (["observer"], [])
    assert list(User.objects.filter(is_staff=True)) == [person("admin")]


@pytest.mark.usefixtures("reference")
def test_the_two_coalitions_share_nobody_and_one_of_them_writes_discreet_mail():
    demo()
    ours, theirs = (Coalition.objects.get(memberships__user=person(part)) for part in ("lead", "other-lead"))
    members = [set(coalition.memberships.values_list("user", flat=True)) for coalition in (ours, theirs)]
    assert not members[0] & members[1]
    assert theirs.mail_ceiling == "discreet"
    assert not FollowUp.objects.visible_to(person("other-lead")).filter(circle__coalition=ours).exists()
    assert not FollowUp.objects.visible_to(person("lead")).filter(circle__coalition=theirs).exists()


@pytest.mark.usefixtures("reference")
def test_what_is_invented_says_so():
    demo()
    invented = [*Organisation.objects.all(), *Coalition.objects.all()]
    assert [row.name for row in invented if not row.name.endswith(("(exemple)", "(example)", "(ejemplo)"))] == []
    assert not Meeting.objects.filter(is_example=False).exists()
    assert not Deadline.objects.filter(is_example=False).exists()
    assert not Delegation.objects.filter(is_example=False).exists()
    for row in [*Meeting.objects.all(), *Deadline.objects.all()]:
        assert (row.title_en[-9:], row.title_fr[-9:], row.title_es[-9:]) == ("(example)", "(exemple)", "(ejemplo)")


# --- What -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("reference")
def test_the_lead_does_not_watch_resolution_50_yet_and_can_assign_to_the_member():
    demo()
    lead, member = person("lead"), person("member")
    assert not Watch.objects.filter(user=lead, resolution__number=50).exists()
    unowned = FollowUp.objects.visible_to(lead).unowned().filter(circle__kind=Circle.Kind.EVERYONE).first()
    assert rights_on(lead, unowned).may_assign
    assert follow_ups.assign(unowned, to=member, by=lead).owner == member


@pytest.mark.usefixtures("reference")
def test_there_is_a_follow_up_in_every_state():
    demo()
    mine = FollowUp.objects.filter(submission__isnull=False)
    assert mine.count() == len(STORY) + len(OTHER_STORY) + len(plans.STEPS)
    assert set(mine.values_list("state", flat=True)) == set(FollowUp.State.values)
    assert mine.filter(state=FollowUp.State.TO_ACCEPT, owner__isnull=False).exists()
    assert mine.filter(state=FollowUp.State.DONE).exclude(evidence="").exists()
    assert mine.unowned().filter(state_at__lt=now() - timedelta(hours=48)).exists()
    assert mine.overdue().exists()
    assert mine.filter(snoozed_until__gt=now()).exists()
    assert len({(now() - row.closed_at).days // 7 for row in mine.closed()}) >= 4


@pytest.mark.usefixtures("reference")
def test_something_has_happened_since_everyone_was_last_here():
    demo()
    for part in ("lead", "member", "translator"):
        reader = person(part)
        others = FollowUpEvent.objects.visible_to(reader).filter(kind="done", at__gt=reader.seen_at).exclude(by=reader)
        assert others.exists()


@pytest.mark.usefixtures("reference")
def test_its_past_is_told_in_order():
    demo()
    for row in FollowUp.objects.prefetch_related("events"):
        told = [row.created_at, *(event.at for event in row.events.order_by("pk"))]
        assert told == sorted(told)
        assert told[-1] <= now()


@pytest.mark.usefixtures("reference")
def test_a_circle_of_a_delegation_is_read_by_its_delegate_alone():
    demo()
    told = next(row for row in STORY if row.circle == DELEGATION)
    row = FollowUp.objects.get(submission=submission(f"follow-up/{told.key}"))
    readers = [one.part for one in CAST if FollowUp.objects.visible_to(person(one.part)).filter(pk=row.pk).exists()]
    assert readers == ["member"]


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("start", STARTS)
def test_the_meeting_is_in_three_days_and_its_registration_closes_tomorrow(start):
    with time_machine.travel(start, tick=False):
        demo()
        meeting = Meeting.objects.get(kind=Meeting.Kind.REGIONAL)
        door = meeting.deadlines.get(kind=Deadline.Kind.REGISTRATION)
        venue_day = now().astimezone(ZoneInfo(meeting.zone)).date()
        assert (meeting.date_status, meeting.starts_on) == (DateStatus.CONFIRMED, venue_day + timedelta(days=3))
        assert door.at.astimezone(ZoneInfo(door.zone)).date() == venue_day + timedelta(days=1)
        assert timedelta(0) < door.at - now() <= timedelta(hours=24)
        assert meeting.deadlines.filter(kind=Deadline.Kind.DOCUMENT, at__gt=now()).exists()
        assert Attendance.objects.get(user=person("member"), meeting=meeting).status == Attendance.Status.GOING
        contribution = Deadline.objects.get(kind=Deadline.Kind.CONTRIBUTION)
        assert contribution.at.astimezone(ZoneInfo("Europe/Zurich")).date() == now().astimezone(
            ZoneInfo("Europe/Zurich")
        ).date() + timedelta(days=14)


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("start", STARTS)
def test_the_member_is_reminded_of_registration_in_her_language_and_zone(start, mailoutbox):
    with time_machine.travel(start, tick=False):
        demo()
        tick()
        deliver_waiting()
        member = person("member")
        door = Deadline.objects.get(kind=Deadline.Kind.REGISTRATION)
        reminder = Reminder.objects.get(user=member, deadline=door, step="")
        said = times.when(door.at, zone=door.zone, reader=member.time_zone, language="es", this_year=times.year(now(), member.time_zone))
    letters = [letter for letter in mailoutbox if letter.to == [member.email] and door.title_es in letter.body]
    assert (reminder.rule, reminder.offset, reminder.state) == ("RR-02", 1, Reminder.State.SENT)
    assert len(letters) == 1
    assert said.official in letters[0].body
    assert said.yours in letters[0].body


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("start", STARTS)
def test_the_member_is_told_at_once_of_what_the_lead_assigns_at_any_hour(start, mailoutbox):
    with time_machine.travel(start, tick=False):
        demo()
        tick()
        deliver_waiting()
        mailoutbox.clear()
        lead, member = person("lead"), person("member")
        circle = Circle.objects.of(member).get(kind=Circle.Kind.EVERYONE, coalition__memberships__user=lead)
        follow_ups.create(circle=circle, title="Ask", due_at=now() + timedelta(days=2), by=lead, owner=member)
        tick()
        deliver_waiting()
    assert [letter.subject for letter in mailoutbox if letter.to == [member.email]] == ["1 tarea espera tu respuesta"]


@pytest.mark.usefixtures("reference")
def test_no_mail_says_anything_of_the_delegation_nor_of_the_other_coalition(mailoutbox):
    demo()
    tick()
    deliver_waiting()
    assert mailoutbox
    hidden = next(row for row in STORY if row.circle == DELEGATION)
    for letter in mailoutbox:
        assert hidden.title not in letter.body
        for coalition in Coalition.objects.all():
            assert coalition.name not in letter.body


# --- Again ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("reference")
def test_a_second_run_changes_nothing_and_keeps_the_passwords(tmp_path):
    demo()
    before, passwords = snapshot(), kept(tmp_path)
    demo()
    assert snapshot() == before
    assert kept(tmp_path) == passwords


@pytest.mark.usefixtures("reference")
def test_what_people_changed_or_removed_stays_so():
    demo()
    lead = person("lead")
    User.objects.filter(pk=lead.pk).update(name="Wanjiru wa Kamau")
    Meeting.objects.get(submission=submission("meeting/national")).delete()
    demo()
    assert person("lead").name == "Wanjiru wa Kamau"
    assert not Meeting.objects.filter(submission=submission("meeting/national")).exists()


@pytest.mark.usefixtures("reference")
def test_a_lost_file_of_passwords_is_made_anew(tmp_path):
    demo()
    old = kept(tmp_path)
    (tmp_path / "demo.json").write_text("{")
    demo()
    for before, after in zip(old, kept(tmp_path), strict=True):
        assert before["password"] != after["password"]
        assert User.objects.get(email=after["email"]).check_password(after["password"])


@pytest.mark.usefixtures("reference")
def test_when_the_example_meeting_is_over_its_dates_move_ahead():
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False) as clock:
        demo()
        meeting = Meeting.objects.get(kind=Meeting.Kind.REGIONAL)
        row = FollowUp.objects.get(submission=submission("follow-up/ask-position"))
        closed = FollowUp.objects.get(submission=submission("follow-up/done-1"))
        clock.shift(timedelta(days=6))
        demo()
        assert Meeting.objects.get(pk=meeting.pk).starts_on == meeting.starts_on
        clock.shift(timedelta(days=1))
        demo()
        moved = Meeting.objects.get(pk=meeting.pk)
        door = moved.deadlines.get(kind=Deadline.Kind.REGISTRATION)
        assert (moved.starts_on, moved.version) == (meeting.starts_on + timedelta(days=7), meeting.version + 1)
        assert timedelta(0) < door.at - now() <= timedelta(hours=24)
        assert FollowUp.objects.get(pk=row.pk).due_at == row.due_at + timedelta(days=7)
        assert FollowUp.objects.get(pk=closed.pk).due_at == closed.due_at


@pytest.mark.usefixtures("reference")
def test_dates_can_be_moved_ahead_at_any_time():
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False) as clock:
        demo()
        clock.shift(timedelta(days=2))
        demo(refresh=True)
        door = Deadline.objects.get(kind=Deadline.Kind.REGISTRATION)
        assert timedelta(0) < door.at - now() <= timedelta(hours=24)


@pytest.mark.usefixtures("reference")
def test_if_anything_goes_wrong_nothing_is_left(monkeypatch):
    monkeypatch.setattr("amnt.demo.follow_up_data.OTHER_STORY", (*OTHER_STORY, None))
    with pytest.raises(AttributeError):
        demo()
    assert not User.objects.exists()
    assert not RegionalGroup.objects.filter(watches__isnull=False).exists()


# --- Texts and documents ----------------------------------------------------------------------------------------------


def test_only_the_newest_document_is_news_to_who_watches_the_resolution(reference):
    demo()
    tick()
    told = Reminder.objects.filter(rule="RR-14")
    watchers = Watch.objects.filter(resolution__number=50).exclude(user__email="claire@example.org").values_list("user__email", flat=True)
    assert set(told.values_list("user__email", "proposal__identifier")) == {(email, "USA/48A3/2") for email in watchers}


def test_texts_and_documents_are_examples_and_say_so():
    demo()
    assert {(str(text.revision.resolution), text.language) for text in RevisionText.objects.all()} == {
        *((f"Res. {number}", language) for number in (47, 50, 64) for language in ("en", "fr")),
        ("Res. 50", "es"),
    }
    assert not RevisionText.objects.filter(is_example=False).exists()
    words = {"en": "Example", "fr": "xemple", "es": "Ejemplo", "ar": "مثال"}
    assert all(words[text.language] in text.source for text in RevisionText.objects.all())
    assert all(words[contribution.language] in contribution.title for contribution in Contribution.objects.all())
    assert {text.clauses.count() for text in RevisionText.objects.all()} == {11, 12, 17}


def test_languages_share_their_clauses_and_revisions_show_where_they_come_from():
    demo()
    texts = {
        text.language: text for text in RevisionText.objects.filter(revision__resolution__number=50, revision__assembly__code="WTSA-24")
    }
    identities = {language: list(text.clauses.in_order().values_list("identity", flat=True)) for language, text in texts.items()}
    assert identities["en"] == identities["fr"] == identities["es"]
    assert set(texts["en"].clauses.values_list("lineage", flat=True)) == {"unchanged", "added", "renumbered", "modified"}
    assert {language: text.checked_by == person("translator") for language, text in texts.items()} == {"en": True, "fr": True, "es": False}


def test_proposals_are_of_every_kind_and_each_is_tied_to_the_text_it_changes():
    demo()
    current = Proposal.objects.current()
    assert set(current.values_list("action", flat=True)) == {"MOD", "ADD", "SUP", "NOC"}
    assert set(current.values_list("status", flat=True)) == {"preliminary", "common", "submitted", "withdrawn"}
    assert Proposal.objects.filter(contribution__is_late=True).get().identifier == "USA/48A3/2"
    assert [proposal.contribution.revision for proposal in Proposal.objects.filter(identifier="EUR/38A7/1").order_by("pk")] == [0, 1]
    brazil = [proposal.identifier for proposal in current.order_by("pk") if "BR" in proposal.countries]
    assert brazil == ["IAP/39A4/1", "B/52A1/1"]
    assert not current.exclude(action="ADD").filter(base=None).exists()
    assert not ProposedClause.objects.filter(is_doubtful=True).exists()
    assert not ProposedClause.objects.exclude(change="added").filter(base_clause=None).exists()


def test_nobody_is_told_of_documents_that_came_before_her_last_visit():
    demo()
    seen = person("lead").seen_at
    moved = set(Proposal.objects.current().filter(moved_at__gt=seen).values_list("identifier", flat=True))
    assert moved == {"", "AFCP/35A20/1", "B/52A1/1", "EUR/38A7/1", "USA/48A3/2"}
    assert Proposal.objects.get(identifier="").is_consolidated


def test_our_coalition_reads_some_of_them_and_takes_positions():
    demo()
    assert set(Reading.objects.visible_to(person("lead")).values_list("tone", flat=True)) == {"risk", "mixed", "good"}
    found = Position.objects.visible_to(person("member")).newest().with_review(person("member"))
    assert [(row.resolution.number, row.stance, row.is_to_review) for row in found.order_by("resolution__number")] == [
        (47, "current-text", True),  # of the assembly before, as are those without news
        (48, "with-changes", False),
        (50, "oppose-unless", True),
        (64, "current-text", True),
        (70, "support", False),
        (73, "oppose-unless", False),
        (75, "current-text", False),
    ]
    assert not Reading.objects.visible_to(person("other-lead")).exists()


@pytest.mark.parametrize("start", STARTS)
def test_the_stage_is_set_on_an_eighth_day(reference, client, start):
    with time_machine.travel(start, tick=False):
        for _again in range(2):
            demo(live=True)
        assembly = Assembly.objects.current()
        today = now().astimezone(ZoneInfo(assembly.zone)).date()
        assert (today - assembly.starts_on).days == 7
        sessions = AssemblySession.objects.filter(assembly=assembly).of_day(today, assembly.zone)
        assert (sessions.count(), sessions.uncovered().count()) == (8, 2)
        assert sessions.filter(standing="informal").count() == 1
        client.force_login(person("member"))
        assert client.get("/live/").url == f"/live/{today}/"
        page = client.get(f"/live/{today}/").content.decode()
        assert "Te piden" in page


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_the_stage_is_set_at_any_hour(reference, client, hour):
    with time_machine.travel(datetime(2026, 11, 30, hour, 40, tzinfo=ZoneInfo(Assembly.objects.current().zone)), tick=False):
        demo(live=True)
        today = now().astimezone(ZoneInfo(Assembly.objects.current().zone)).date()
        sessions = AssemblySession.objects.of_day(today, Assembly.objects.current().zone)
        assert (today.isoformat(), sessions.count()) == ("2026-11-30", 8)
        client.force_login(person("member"))
        assert ("Te piden" in client.get(f"/live/{today}/").content.decode()) is (hour < 18)

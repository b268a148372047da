"""Being away: who reads it, whose reminders go to whom meanwhile, and what whoever assigns is told."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.urls import reverse

from amnt.core.errors import RuleBroken
from amnt.retention import services as retention
from calendar_app.models import DateWatch, Reminder
from calendar_app.reminders.planning import plan_all, plan_changes
from calendar_app.reminders.sending import send_due
from coalitions.models import Absence
from coalitions.services import absences as services
from coalitions.services import follow_ups
from tests.factories import DeadlineFactory, FollowUpFactory, MeetingFactory, UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
# Wednesday.
MAY = datetime(2028, 5, 17, 9, tzinfo=UTC)
FIRST, LAST = date(2028, 6, 26), date(2028, 7, 2)


@pytest.fixture(autouse=True)
def _in_may():
    with time_machine.travel(MAY, tick=False):
        yield


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def claire(here):
    return member(here, name="Claire R.", time_zone="Europe/Zurich")


def at(month: int, day: int, hour: int = 12) -> time_machine.travel:
    return time_machine.travel(datetime(2028, month, day, hour, tzinfo=UTC), tick=False)


# --- Saying so --------------------------------------------------------------------------------------------------------------


def test_declared_twice_it_is_one_and_it_takes_the_place_of_what_it_overlaps(claire):
    for first, last in ((FIRST, LAST), (FIRST, LAST), (date(2028, 7, 1), date(2028, 7, 9)), (date(2028, 8, 1), date(2028, 8, 1))):
        services.declare(claire, starts_on=first, ends_on=last)
    assert list(Absence.objects.values_list("starts_on", "ends_on")) == [
        (date(2028, 7, 1), date(2028, 7, 9)),
        (date(2028, 8, 1), date(2028, 8, 1)),
    ]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (LAST, FIRST, "The last day is before the first one."),
        (date(2028, 5, 1), date(2028, 5, 16), "This absence is over already"),
        (FIRST, date(2029, 7, 2), "That is more than a year."),
    ],
)
def test_what_cannot_be_an_absence_is_refused(claire, first, last, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        services.declare(claire, starts_on=first, ends_on=last)
    assert not Absence.objects.exists()


def test_there_can_be_so_many_ahead(claire):
    for number in range(services.MOST_ABSENCES):
        services.declare(claire, starts_on=FIRST + timedelta(days=2 * number), ends_on=FIRST + timedelta(days=2 * number))
    with pytest.raises(RuleBroken, match="Take one back first"):
        services.declare(claire, starts_on=date(2029, 1, 1), ends_on=date(2029, 1, 1))


def test_one_says_it_on_a_page_of_ones_own_and_takes_it_back(client, here, claire):
    FollowUpFactory(circle=here.everyone, created_by=claire, owner=claire)
    client.force_login(claire)
    url = reverse("coalitions:absences")
    answer = client.post(url, {"starts_on": "2028-06-26", "ends_on": "2028-07-02"}, follow=True).content.decode()
    assert "1 of your follow-ups has no backup: nobody is reminded of it while you are away." in answer
    assert "26 Jun" in answer
    assert "Check the year" in client.post(url, {"starts_on": "0208-06-26", "ends_on": "2028-07-02"}).content.decode()
    over = reverse("coalitions:absence-over", args=[Absence.objects.get().public_id])
    other = lead(here)
    client.force_login(other)
    assert client.post(over).status_code == HTTPStatus.NOT_FOUND
    client.force_login(claire)
    client.post(over)
    assert client.post(over).status_code == HTTPStatus.NOT_FOUND
    assert not Absence.objects.exists()


# --- Who may read it --------------------------------------------------------------------------------------------------------


def test_who_reads_that_somebody_is_away(here, claire):
    """Leads, people in a circle with her that people are named into, and owner and backup of one open follow-up. Nobody else."""
    boss, inside, backup, member_only = lead(here), member(here), member(here), member(here)
    watching, elsewhere = observer(here), lead(coalition())
    circle_of(here, claire, inside)
    task = FollowUpFactory(circle=here.everyone, created_by=claire, owner=claire, backup=backup)
    services.declare(claire, starts_on=FIRST, ends_on=LAST)

    def readers():
        everyone = (claire, boss, inside, backup, member_only, watching, elsewhere)
        return [person for person in everyone if Absence.objects.visible_to(person).exists()]

    assert readers() == [claire, boss, inside, backup]
    follow_ups.done(task, by=claire)
    assert readers() == [claire, boss, inside]
    with at(7, 5):
        assert readers() == [claire]


def test_a_lead_without_a_second_factor_reads_it_of_nobody(settings, here, claire):
    settings.LEADS_NEED_SECOND_FACTOR = True
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    assert not Absence.objects.visible_to(lead(here)).exists()


# --- Where one assigns --------------------------------------------------------------------------------------------------------


def test_whoever_assigns_sees_it_and_is_told_what_becomes_of_it(client, here, claire):
    boss, samuel = lead(here), member(here, name="Samuel O.")
    busy = FollowUpFactory(circle=here.everyone, created_by=boss, owner=samuel, due_at=MAY + timedelta(days=60))
    task = FollowUpFactory(circle=here.everyone, created_by=boss, due_at=MAY + timedelta(days=60))
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    client.force_login(boss)
    url = reverse("coalitions:follow-up-assign", args=[task.public_id])
    with at(6, 28):
        client.force_login(boss)
        shown = client.get(url).content.decode()
        assert "Claire R., away 26 Jun" in shown
        # Who is away is offered last, however little she has.
        assert shown.index("Samuel O.") < shown.index("Claire R., away")
        said = {"to": str(claire.public_id), "due": "keep", "version": "1"}
        answer = client.post(url, said | {"backup": str(samuel.public_id)}, follow=True).content.decode()
        assert "until then the backup, Samuel O., is reminded." in answer
        url = reverse("coalitions:follow-up-assign", args=[busy.public_id])
        answer = client.post(url, said, follow=True).content.decode()
        assert "and there is no backup: choose one." in answer


def test_who_may_not_read_it_is_shown_nothing_of_it(client, here, claire):
    other = member(here)
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    client.force_login(other)
    with at(6, 28):
        client.force_login(other)
        assert "away" not in client.get(reverse("coalitions:follow-up-new")).content.decode().replace("away from", "")


# --- Reminders ----------------------------------------------------------------------------------------------------------------


def due_in_absence(here, claire, backup=None):
    """Due on Saturday 1 July at 18:00 in Geneva, while she is away."""
    boss = lead(here)
    due_at = datetime(2028, 7, 1, 16, tzinfo=UTC)
    return follow_ups.create(circle=here.everyone, title="Write", due_at=due_at, by=boss, owner=claire, backup=backup)


def tick_through(first: datetime, days: int) -> None:
    for number in range(days):
        with time_machine.travel(first + timedelta(days=number), tick=False):
            plan_all()
            send_due()


def mailed(person, rule: str = "RR-10") -> list[date]:
    rows = Reminder.objects.filter(user=person, rule=rule, state__in=("queued", "sent"))
    return sorted(row.decided_at.date() for row in rows)


def test_the_backup_is_reminded_of_what_she_has_and_she_is_not(here, claire):
    backup = member(here, time_zone="Europe/Zurich")
    due_in_absence(here, claire, backup)
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    tick_through(datetime(2028, 6, 20, 10, tzinfo=UTC), 20)
    assert mailed(backup) == [date(2028, 6, 28), date(2028, 6, 30), date(2028, 7, 1)]
    # Seven days ahead she was still there; what was due while she was away is missed, and nothing of it is mailed afterwards.
    assert mailed(claire) == [date(2028, 6, 23)]
    missed = Reminder.objects.filter(user=claire, rule="RR-10", state="missed")
    assert set(missed.values_list("cause", flat=True)) == {"away"}


def test_back_earlier_she_is_reminded_herself_and_the_backup_is_not(here, claire):
    backup = member(here, time_zone="Europe/Zurich")
    due_in_absence(here, claire, backup)
    absence = services.declare(claire, starts_on=FIRST, ends_on=LAST)
    tick_through(datetime(2028, 6, 20, 10, tzinfo=UTC), 7)
    assert Reminder.objects.planned().filter(user=backup, rule="RR-10").exists()
    with at(6, 27):
        services.take_back(absence)
        plan_changes()
        assert not Reminder.objects.planned().filter(user=backup, rule="RR-10").exists()
    tick_through(datetime(2028, 6, 27, 13, tzinfo=UTC), 8)
    assert mailed(backup) == []
    assert mailed(claire)[-1] == date(2028, 7, 1)


def test_declared_later_the_next_tick_plans_for_the_backup(here, claire):
    backup = member(here, time_zone="Europe/Zurich")
    due_in_absence(here, claire, backup)
    plan_all()
    assert not Reminder.objects.planned().filter(user=backup, rule="RR-10").exists()
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    plan_changes()
    assert Reminder.objects.planned().filter(user=backup, rule="RR-10").count() == 3
    # Her own settings are read again: what she stands in for stays.
    backup.save()
    plan_changes()
    assert Reminder.objects.planned().filter(user=backup, rule="RR-10").count() == 3


def test_a_backup_who_can_no_longer_read_it_is_told_nothing(here, claire):
    backup = UserFactory(time_zone="Europe/Zurich")
    task = due_in_absence(here, claire)
    task.backup = backup
    task.save()
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    plan_all()
    assert not Reminder.objects.filter(user=backup).exists()


def test_reminders_of_dates_are_kept_until_she_is_back(here, claire):
    deadline = DeadlineFactory(at=datetime(2028, 7, 10, 12, tzinfo=UTC))
    passing = DeadlineFactory(at=datetime(2028, 6, 29, 12, tzinfo=UTC), kind="document")
    for date_ in (deadline, passing):
        DateWatch.objects.create(user=claire, deadline=date_)
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    tick_through(datetime(2028, 6, 25, 10, tzinfo=UTC), 16)
    rows = Reminder.objects.filter(user=claire, deadline=deadline, state__in=("queued", "sent"))
    days = sorted({row.decided_at.date() for row in rows})
    assert days[0] == date(2028, 7, 3)
    assert not any(FIRST <= day <= LAST for day in days)
    assert rows.filter(cause="away").exists()
    assert set(Reminder.objects.filter(user=claire, deadline=passing).values_list("state", flat=True)) == {"missed"}


def test_what_passes_while_she_is_away_is_missed_and_not_withdrawn(here, claire):
    """A regional meeting is planned for some days more: what can be told of it is asked."""
    meeting = MeetingFactory(starts_on=date(2028, 6, 28), ends_on=date(2028, 6, 29), at=datetime(2028, 6, 28, 12, tzinfo=UTC))
    DateWatch.objects.create(user=claire, meeting=meeting)
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    rows = Reminder.objects.filter(user=claire, meeting=meeting, rule="RR-04", offset=1)
    tick_through(datetime(2028, 6, 25, 10, tzinfo=UTC), 7)
    assert list(rows.values_list("state", "cause")) == [("planned", "away")]
    tick_through(datetime(2028, 7, 2, 10, tzinfo=UTC), 3)
    assert list(rows.values_list("state", "cause")) == [("missed", "away")]


def test_the_page_of_reminders_says_that_they_are_kept(client, claire):
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    client.force_login(claire)
    assert "what is planned for these days is kept until you are back" in client.get(reverse("calendar_app:reminders")).content.decode()


# --- How long it is kept --------------------------------------------------------------------------------------------------------


def test_it_is_deleted_thirty_days_after_the_last_day(claire):
    services.declare(claire, starts_on=FIRST, ends_on=LAST)
    retention.apply_rules(datetime(2028, 8, 1, 12, tzinfo=UTC))
    assert Absence.objects.exists()
    retention.apply_rules(datetime(2028, 8, 2, 12, tzinfo=UTC))
    assert not Absence.objects.exists()

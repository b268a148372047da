"""Seats on delegations: seen by their owner and those she names, and without a trace anywhere else."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.personal_data import personal_data
from amnt.accounts.services.erasing import erase
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.retention import services
from amnt.retention.models import Notice
from amnt.retention.rules import upcoming
from coalitions.models import CircleView, Membership, Seat
from coalitions.read_models.seats import told_about, told_to
from coalitions.services import follow_ups, membership, seats
from tests.adversaries.walking import said_by
from tests.encryption.dumping import stored
from tests.factories import (
    AssemblyFactory,
    FollowUpFactory,
    ResolutionFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db
WARNING = "may not be able to approach others"
KEYS = re.compile(r'name="to" value="([^"]+)')
OWN, TOLD = reverse("coalitions:own-seat"), reverse("coalitions:told-seats")


@pytest.fixture
def assembly():
    return AssemblyFactory()


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def her(here):
    return member(here, name="Lucía Example")


def known_to(*people):
    return [bool(told_to(person)) for person in people]


def test_by_default_nobody_knows(client, here, her, assembly):
    boss, other, watcher = lead(here), member(here), observer(here)
    client.force_login(her)
    assert client.get(OWN).context["form"]["to"].value() == "nobody"
    for _twice in range(2):
        assert client.post(OWN, {"country": "UY", "to": "nobody"}).status_code == 302
    seat = Seat.objects.get()
    assert (seat.owner_id, seat.country, seat.people, seat.circle) == (her.pk, "UY", [], None)
    assert known_to(boss, other, watcher, her) == [False] * 4
    assert [Seat.objects.visible_to(person).exists() for person in (her, boss, other, watcher, UserFactory())] == [True] + [False] * 4


def test_whom_she_names_sees_it_on_one_page_while_both_are_here(client, here, her, assembly):
    boss, other = lead(here), member(here)
    client.force_login(her)
    client.post(OWN, {"country": "UY", "to": "people", "people": [str(boss.public_id)]})
    assert known_to(boss, other) == [True, False]
    client.force_login(boss)
    page = client.get(TOLD).content.decode()
    assert "Lucía Example" in page
    assert "Uruguay" in page
    about = Membership.objects.get(user=her)
    assert "told to you alone" in client.get(about.get_absolute_url()).content.decode()
    client.force_login(other)
    assert "Uruguay" not in client.get(TOLD).content.decode()
    membership.leave(Membership.objects.get(user=her))
    assert known_to(boss) == [False]


def test_another_lead_sees_nothing_on_the_page_of_the_person(client, here, her, assembly):
    boss, second = lead(here), lead(here)
    seats.declare(her, assembly, country="UY", people=[boss])
    client.force_login(second)
    assert "Uruguay" not in client.get(Membership.objects.get(user=her).get_absolute_url()).content.decode()
    assert told_about(her, to=second) == []


def test_a_circle_knows_as_long_as_one_is_in_it(here, her, assembly):
    other, boss = member(here), lead(here)
    circle = circle_of(here, her, other)
    seats.declare(her, assembly, country="UY", circle=circle)
    assert known_to(other, boss) == [True, False]
    circle.circle_memberships.filter(membership__user=other).delete()
    assert known_to(other) == [False]


def test_she_names_only_whom_she_knows(here, her, assembly):
    stranger, unknown = lead(coalition("Another")), member(here)
    for person in (stranger, unknown, her):
        with pytest.raises(RuleBroken, match="people you know"):
            seats.declare(her, assembly, country="UY", people=[person])
    with pytest.raises(RuleBroken, match="your circles"):
        seats.declare(her, assembly, country="UY", circle=circle_of(here, unknown))
    assert not Seat.objects.exists()


@pytest.mark.parametrize("answer", ["no", "unsaid"])
def test_no_and_unsaid_are_as_never_asked(client, her, assembly, answer):
    client.force_login(her)
    before = client.get(OWN).content
    rows = {table: count(table) for table in connection.introspection.table_names()}
    answers = [client.post(reverse("calendar_app:first-step", args=["seat"]), {"answer": answer}), client.post(OWN, {"answer": answer})]
    assert [each.status_code for each in answers] == [302, 302]
    assert not Seat.objects.exists()
    assert {table: count(table) for table in rows} == rows
    client.get(OWN)  # the notice is shown once
    assert len(client.get(OWN).content) == len(before)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 -- names of ours
        return cursor.fetchone()[0]


def test_the_onboarding_asks_and_a_yes_leads_to_the_page(client, assembly):
    newcomer = UserFactory(first_steps_done_at=None)
    client.force_login(newcomer)
    step = reverse("calendar_app:first-step", args=["seat"])
    page = client.get(step).content.decode()
    assert page.count('name="answer"') == 3
    answer = client.post(step, {"answer": "yes"})
    assert answer.headers["location"].startswith(f"{OWN}?next=")
    on = {"country": "UY", "to": "nobody", "next": reverse("calendar_app:first-step", args=["first"])}
    assert client.post(OWN, on).headers["location"] == on["next"]


def test_what_is_typed_wrongly_is_said_and_kept(client, her, assembly):
    client.force_login(her)
    for sent in ({"country": "XX", "to": "nobody"}, {"country": "UY", "to": "people"}, {"country": "UY", "to": "circle"}, {}):
        assert client.post(OWN, sent).status_code == 200
    assert not Seat.objects.exists()


def test_the_database_does_not_show_whose_it_is_nor_how_much_it_holds(here, her, assembly):
    other_assembly = AssemblyFactory(code="WTSA-32")
    people = [lead(here) for _n in range(5)]
    seats.declare(her, assembly, country="UY")
    seats.declare(her, other_assembly, country="UY", people=people)
    columns = {field.name for field in Seat._meta.concrete_fields}
    assert columns == {"id", "assembly", "place", "sealed"}
    rows = stored(Seat, "sealed", "place")
    assert len({len(sealed) for sealed, _place in rows}) == 1
    # The second in which it was written is not in it: a Fernet token begins with its version and eight bytes of time.
    assert {sealed.partition(":")[2][:11] for sealed, _place in rows} == {"gAAAAAAAAAA"}
    assert len({place for _sealed, place in rows}) == 2


def test_nothing_is_recorded_mailed_or_logged(client, here, her, assembly, caplog):
    boss = lead(here)
    caplog.set_level("DEBUG")
    before = AuditEntry.objects.count(), CircleView.objects.count()
    client.force_login(her)
    client.post(OWN, {"country": "UY", "to": "people", "people": [str(boss.public_id)]})
    client.post(reverse("coalitions:own-seat-withdraw", args=[assembly.code]))
    assert not Seat.objects.exists()
    assert (AuditEntry.objects.count(), CircleView.objects.count()) == before
    assert mail.outbox == []
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not any(word in each for each in said for word in ("UY", "Uruguay", "Lucía"))


def test_withdrawing_says_the_same_whether_there_was_one(client, her, assembly):
    client.force_login(her)
    url = reverse("coalitions:own-seat-withdraw", args=[assembly.code])
    without = client.get(url).content
    seats.declare(her, assembly, country="UY")
    assert len(client.get(url).content) == len(without)
    for _twice in range(2):
        assert client.post(url).status_code == 302
    assert not Seat.objects.exists()
    assert client.get(reverse("coalitions:own-seat-withdraw", args=["WTSA-99"])).status_code == 404


def test_it_is_in_her_own_data_alone(client, here, her, assembly):
    boss = lead(here, name="Named Lead")
    seats.declare(her, assembly, country="UY", people=[boss])
    hers = personal_data(her)["own_seats"]
    assert [(row["delegation"], row["told_to"]) for row in hers] == [("Uruguay", ["Named Lead"])]
    assert list(personal_data(boss)["own_seats"]) == []
    assert "Uruguay" not in json.dumps({key: list(map(str, rows)) for key, rows in personal_data(boss).items() if hasattr(rows, "count")})


def test_it_goes_with_the_last_coalition_and_with_the_account(here, her, assembly):
    second = coalition("Another")
    membership.admit(second, user=her, role="member")
    seats.declare(her, assembly, country="UY")
    membership.leave(Membership.objects.get(user=her, coalition=here))
    assert Seat.objects.exists()
    membership.leave(Membership.objects.get(user=her, coalition=second))
    assert not Seat.objects.exists()
    other = member(here)
    seats.declare(other, assembly, country="UY")
    erase(other)
    assert not Seat.objects.exists()


def test_it_is_deleted_thirty_days_after_and_said_a_week_before(client, her):
    past = AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    seats.declare(her, past, country="UY")
    for days, told in ((22, 0), (24, 1), (30, 1)):
        at = datetime(2024, 10, 24, 12, tzinfo=UTC) + timedelta(days=days)
        assert len([item for item in upcoming(her, at) if item.address == OWN]) == told
        assert upcoming(UserFactory(), at) == []
    with time_machine.travel(datetime(2024, 11, 20, tzinfo=UTC)):
        client.force_login(her)
        assert "will be deleted within a week" in client.get(OWN).content.decode()
        services.apply_rules(now())
        assert Seat.objects.exists()
    with time_machine.travel(datetime(2024, 11, 24, 1, tzinfo=UTC)):
        services.apply_rules(now())
    assert not Seat.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("seats_there", [0, 3])
def test_the_page_costs_the_same_whatever_there_is(client, here, her, assembly, seats_there, django_assert_num_queries):
    boss = lead(here)
    for _n in range(seats_there):
        seats.declare(member(here), assembly, country="UY")
    client.force_login(boss)
    client.get(TOLD)
    with django_assert_num_queries(5):
        client.get(TOLD)


# --- Where something is assigned to her (R-14) ------------------------------------------------------------------------------


@pytest.fixture
def outreach(here, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    return FollowUpFactory(circle=here.everyone, created_by=lead(here), resolution=ResolutionFactory())


def pages_of_assigning(client, person, follow_up):
    client.force_login(person)
    addresses = reverse("coalitions:follow-up-assign", args=[follow_up.public_id]), reverse("coalitions:follow-up-new")
    return [client.get(address) for address in addresses]


@time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC), tick=False)
def test_who_was_told_is_warned_where_she_assigns_and_for_others_nothing_changes(client, here, her, assembly, outreach):
    boss, second = lead(here), lead(here)
    before = {person: pages_of_assigning(client, person, outreach) for person in (boss, second)}
    seats.declare(her, assembly, country="UY", people=[boss])
    assert [*map(said_by, pages_of_assigning(client, second, outreach))] == [*map(said_by, before[second])]
    told = pages_of_assigning(client, boss, outreach)
    assert [WARNING in page.text for page in told] == [True, True]
    assert "Uruguay" not in told[0].text
    # The order of the people is as it was: whoever sits somewhere is suggested neither sooner nor later.
    assert KEYS.findall(told[0].text) == KEYS.findall(before[boss][0].text) != []
    assert follow_ups.assign(outreach, to=her, by=boss).owner == her


def test_the_warning_stands_only_where_somebody_would_be_approached(client, here, her, assembly, outreach):
    boss = lead(here)
    seats.declare(her, assembly, country="UY", people=[boss])
    other = FollowUpFactory(circle=here.everyone, created_by=boss)
    assert [WARNING in pages_of_assigning(client, boss, row)[0].text for row in (outreach, other)] == [True, False]


@pytest.mark.parametrize("is_told", [False, True])
def test_assigning_costs_the_same_whoever_was_told(client, here, her, assembly, outreach, is_told, django_assert_num_queries):
    boss, second = lead(here), lead(here)
    seats.declare(her, assembly, country="UY", people=[boss if is_told else second])
    client.force_login(boss)
    address = reverse("coalitions:follow-up-assign", args=[outreach.public_id])
    client.get(address)
    with django_assert_num_queries(9):
        client.get(address)
    with django_assert_num_queries(11):
        client.get(reverse("coalitions:follow-up-new"))

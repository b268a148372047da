from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.audit.models import AuditEntry
from amnt.audit.services import record
from tests.factories import UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor_asked(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def boss(ours):
    return lead(ours, name="Boss Person")


def body(client, name, *args, **query) -> str:
    answer = client.get(reverse(name, args=args, query=query or None))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_lead_reads_who_did_what_in_her_coalition_and_in_no_other(client, ours, boss):
    wanjiru, elsewhere = member(ours, name="Wanjiru Kamau"), coalition("Elsewhere")
    stranger = lead(elsewhere, name="Zz Stranger")
    record("tests.done", by=wanjiru, about=boss, coalition=ours)
    record("tests.done", by=stranger, about=stranger, coalition=elsewhere)
    client.force_login(boss)
    page = body(client, "coalitions:audit", ours.public_id)
    assert "Something was done — <bdi>Boss P.</bdi>" in page
    assert "by <bdi>Wanjiru K.</bdi>" in page
    assert "Stranger" not in page
    assert "Zz S." not in page
    assert client.get(reverse("coalitions:audit", args=[elsewhere.public_id])).status_code == 404


def test_members_and_observers_do_not_read_it_and_a_lead_only_with_her_second_factor(client, ours, boss, settings):
    for person in (member(ours), observer(ours)):
        client.force_login(person)
        assert client.get(reverse("coalitions:audit", args=[ours.public_id])).status_code == 403
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(boss)
    answer = client.get(reverse("coalitions:audit", args=[ours.public_id]))
    assert (answer.status_code, "Something was done" in answer.content.decode()) == (403, False)


def test_of_a_circle_she_is_not_in_a_lead_reads_the_act_and_nothing_more(client, ours, boss):
    wanjiru = member(ours, name="Wanjiru Kamau")
    circle = circle_of(ours, wanjiru, name="zz-circle")
    record("tests.done", by=wanjiru, about=wanjiru, coalition=ours, circle=circle, level="C2", fields=["name"])
    client.force_login(boss)
    page = body(client, "coalitions:audit", ours.public_id, act="tests.done")
    assert "Something was done</h3>" in page
    assert "Restricted circle" in page
    assert "Wanjiru" not in page
    insider = lead(ours)
    circle.circle_memberships.create(membership=ours.memberships.get(user=insider))
    client.force_login(insider)
    assert "by <bdi>Wanjiru K.</bdi>" in body(client, "coalitions:audit", ours.public_id, act="tests.done")


def test_private_actions_are_read_by_whoever_did_them_alone(client, ours, boss):
    staff = UserFactory(is_staff=True)
    record("tests.done", by=boss, coalition=ours, level="C3")
    other = lead(ours)
    for reader, page, is_there in (
        (boss, ("audit:own",), True),
        (other, ("coalitions:audit", ours.public_id), False),
        (boss, ("coalitions:audit", ours.public_id), False),
        (staff, ("audit:instance",), False),
    ):
        client.force_login(reader)
        assert ("<h3>Private action</h3>" in body(client, *page)) == is_there, page


def test_each_person_reads_her_own_acts_and_what_was_done_to_her(client, ours, boss):
    wanjiru = member(ours, name="Wanjiru Kamau")
    record("tests.done", by=boss, about=wanjiru, coalition=ours)
    client.force_login(wanjiru)
    page = body(client, "audit:own", act="tests.done")
    assert "Something was done — <bdi>you</bdi>" in page
    assert "by <bdi>someone else</bdi>" in page
    assert "Boss" not in page
    client.force_login(UserFactory())
    assert "Nothing has been recorded" in body(client, "audit:own")


def test_staff_read_the_audit_of_the_instance_by_addresses_and_nobody_else_does(client, ours, boss):
    staff = UserFactory(is_staff=True, name="Zz Staff", email="staff@example.org")
    record("tests.done", by=staff, about=boss)
    record("tests.done", by=boss, about=ours, coalition=ours)
    client.force_login(boss)
    assert client.get(reverse("audit:instance")).status_code == 403
    client.force_login(staff)
    page = body(client, "audit:instance")
    assert page.count("Something was done") == 2  # one entry, and the choice of the filter
    assert f"<bdi>{boss.email}</bdi>" in page
    assert "by <bdi>staff@example.org</bdi>" in page
    assert "Boss" not in page


def test_acts_are_found_by_kind_and_by_day_and_odd_questions_find_everything(client, boss):
    with time_machine.travel(now() - timedelta(days=40)):
        record("tests.done", by=boss)
    record("audit.private", by=boss)
    client.force_login(boss)
    shown = {"done": "<h3>Something was done</h3>", "private": "<h3>Private action</h3>"}

    def found(**query) -> set[str]:
        page = body(client, "audit:own", **query)
        return {name for name, heading in shown.items() if heading in page}

    day = (now() - timedelta(days=10)).date().isoformat()
    assert found(act="tests.done") == {"done"}
    assert found(since=day) == {"private"}
    assert found(until=day) == {"done"}
    assert found(act="zz", since="yesterday", until="2026-99-99", page="x") == {"done", "private"}


def test_long_audits_come_in_pages_under_one_number_of_queries(client, ours, boss, django_assert_num_queries):
    client.force_login(boss)
    body(client, "coalitions:audit", ours.public_id)
    counts = []
    for _round in range(2):
        with django_assert_num_queries(9):
            page = body(client, "coalitions:audit", ours.public_id)
        counts.append(page.count('<li class="entry">'))
        for _n in range(60):
            record("tests.done", by=boss, coalition=ours)
    assert counts[1] == 50
    assert "Page 1 of 2" in page
    assert "page=2&amp;act=" not in page
    assert body(client, "coalitions:audit", ours.public_id, act="tests.done", page=3).count('<li class="entry">') == 20


def test_what_belongs_to_an_account_is_not_marked_as_the_coalition_s(client, ours, boss):
    client.force_login(boss)
    record("tests.done", by=boss, about=boss)
    assert '<span class="marking"' not in body(client, "audit:own", act="tests.done")
    record("tests.done", by=boss, about=boss, coalition=ours)
    assert body(client, "audit:own", act="tests.done").count('<span class="marking" data-level="coalition"') == 1


def test_the_oldest_come_first_if_asked_for_and_the_page_says_how_many(client, boss):
    record("tests.done", by=boss)
    record("audit.private", by=boss)
    client.force_login(boss)

    def places(**query):
        page = body(client, "audit:own", **query)
        assert f"{AuditEntry.objects.of(boss).count()} acts</p>" in page
        return page.index("<h3>Something was done</h3>") < page.index("<h3>Private action</h3>")

    assert (places(), places(sort="oldest"), places(sort="act")) == (False, True, False)

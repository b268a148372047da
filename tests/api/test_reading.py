from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from calendar_app.models import Deadline, Meeting
from coalitions.models import Absence, FollowUp, FollowUpEvent, Membership
from resolutions.models import Outcome, Resolution, Revision, Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ResolutionFactory,
    TopicFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
    plan_of,
)

pytestmark = pytest.mark.django_db


def listed(answer, key):
    return [row[key] for row in answer.json()["results"]]


def test_the_root_says_where_everything_is(program):
    links = program(UserFactory()).get("/api/v1/").json()
    assert links["resolutions"] == "http://testserver/api/v1/resolutions/"
    texts = {"texts", "contributions", "proposals", "comparison"}
    ours = {"positions", "follow_ups", "circles", "people", "mandates", "statements"}
    assert set(links) == texts | ours | {"resolutions", "watches", "meetings", "deadlines", "schema", "docs"}


def test_a_resolution_comes_with_its_revisions_and_what_was_decided_on_it(program):
    delhi = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    fifty = ResolutionFactory(number=50, title_en="Cybersecurity", title_fr="Cybersécurité", source="https://www.itu.int/r50")
    fifty.topics.add(TopicFactory())
    Revision.objects.create(resolution=fifty, assembly=delhi, label_en="Rev. New Delhi, 2024")
    Outcome.objects.create(resolution=fifty, assembly=delhi, action="MOD", summary_en="Modified.", confidence="medium")
    reader = UserFactory()
    Watch.objects.create(user=reader, resolution=fifty)

    row = program(reader).get("/api/v1/resolutions/50/").json()

    assert row["title"] == {"fr": "Cybersécurité", "en": "Cybersecurity", "es": None}
    assert row["url"] == "http://testserver/resolutions/50/"
    assert row["source"] == "https://www.itu.int/r50"
    assert row["is_watched"] is True
    assert row["topics"] == [{"tag": "cybersecurity", "name": {"fr": "Cybersécurité", "en": "Cybersecurity", "es": "Ciberseguridad"}}]
    assert [(revision["assembly"], revision["label"]["en"]) for revision in row["revisions"]] == [("WTSA-24", "Rev. New Delhi, 2024")]
    assert [(outcome["action"], outcome["is_to_check"]) for outcome in row["outcomes"]] == [("MOD", True)]
    assert "id" not in row


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [50, 52, 75]),
        ("q=cybersecurite", [50]),
        ("topic=cybersecurity", [50]),
        ("watched=true", [52]),
        ("watched=false", [50, 75]),
        ("named_in_guide=true", [75]),
        ("outcome=NOC", [50, 52]),
        ("outcome=NOC&outcome_at=WTSA-24", [50]),
        ("outcome_at=WTSA-24", [50, 75]),
        ("status=new", [75]),
        ("limit=1&offset=1", [52]),
    ],
)
def test_resolutions_are_found_by_what_is_known_of_them(program, query, found):
    geneva, delhi = AssemblyFactory(code="WTSA-20", starts_on=None, ends_on=None), AssemblyFactory(code="WTSA-24")
    fifty = ResolutionFactory(number=50, title_fr="Cybersécurité")
    spam, new = ResolutionFactory(number=52), ResolutionFactory(number=75, is_named_in_guide=True, status=Resolution.Status.NEW)
    fifty.topics.add(TopicFactory())
    for resolution, assembly, action in [(fifty, delhi, "NOC"), (fifty, geneva, "NOC"), (spam, geneva, "NOC"), (new, delhi, "ADD")]:
        Outcome.objects.create(resolution=resolution, assembly=assembly, action=action)
    reader = UserFactory()
    Watch.objects.create(user=reader, resolution=spam)
    Watch.objects.create(user=UserFactory(), resolution=fifty)

    assert listed(program(reader).get(f"/api/v1/resolutions/?{query}"), "number") == found


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("resolutions", "watched=perhaps"),
        ("resolutions", "status=lost"),
        ("resolutions", "outcome=YES"),
        ("resolutions", "q=a%00b"),
        ("meetings", "after=yesterday"),
        ("deadlines", "before=0001-01-01T00:00:00%2B14:00"),
        ("deadlines", "meeting=1"),
        ("follow-ups", "circle=everyone"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_not_ignored(program, path, query):
    answer = program(UserFactory()).get(f"/api/v1/{path}/?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.split("=")[0]]


@pytest.mark.parametrize(
    "path",
    [
        *("resolutions", "watches", "texts", "contributions", "proposals", "meetings", "deadlines"),
        *("follow-ups", "circles", "people", "mandates", "statements"),
    ],
)
def test_a_filter_that_is_not_there_is_refused_not_ignored(program, path):
    client = program(UserFactory())
    answer = client.get(f"/api/v1/{path}/?limit=5&offset=0&cirlce=1")
    assert (answer.status_code, answer.json()["errors"]) == (400, {"cirlce": ["This list has no filter with that name."]})
    assert client.get(f"/api/v1/{path}/?limit=5&offset=0&format=json").status_code == 200


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ("limit=ten", {"limit": ["A valid integer is required."]}),
        ("limit=0", {"limit": ["Give 1 or more."]}),
        ("offset=-5", {"offset": ["Give 0 or more."]}),
        ("offset=²", {"offset": ["A valid integer is required."]}),
    ],
)
def test_a_page_asked_for_wrongly_is_refused_not_another_one(program, asked, errors):
    answer = program(UserFactory(language="en")).get(f"/api/v1/resolutions/?{asked}")
    assert (answer.status_code, answer.json()["errors"]) == (400, errors)


def test_a_page_beyond_any_number_is_an_empty_page(program):
    ResolutionFactory()
    answer = program(UserFactory()).get("/api/v1/resolutions/?offset=99999999999999999999&limit=99999999999999999999")
    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_a_deadline_is_an_instant_in_utc_with_its_zone_and_how_sure_it_is(program):
    meeting = MeetingFactory()
    row = DeadlineFactory(meeting=meeting, has_hour=False, date_status="provisional", offset_days=-14, source="https://www.itu.int/x")
    answer = program(UserFactory(time_zone="America/Lima")).get(f"/api/v1/deadlines/{row.public_id}/").json()
    assert {
        "at": answer["at"],
        "zone": answer["zone"],
        "has_hour": answer["has_hour"],
        "date_status": answer["date_status"],
        "meeting": answer["meeting"],
        "confidence": answer["confidence"],
        "source": answer["source"],
    } == {
        "at": "2028-09-18T21:59:00Z",
        "zone": "Europe/Zurich",
        "has_hour": False,
        "date_status": "provisional",
        "meeting": str(meeting.public_id),
        "confidence": "high",
        "source": "https://www.itu.int/x",
    }


def test_dates_are_found_by_time_and_kind(program):
    past = DeadlineFactory(at=datetime(2024, 9, 16, tzinfo=UTC), kind=Deadline.Kind.CONTRIBUTION)
    door = DeadlineFactory(at=now() + timedelta(days=3), kind=Deadline.Kind.REGISTRATION)
    reader = program(UserFactory())
    assert listed(reader.get("/api/v1/deadlines/?ahead=true"), "id") == [str(door.public_id)]
    assert listed(reader.get("/api/v1/deadlines/?ahead=false"), "id") == [str(past.public_id)]
    assert listed(reader.get("/api/v1/deadlines/?kind=registration"), "id") == [str(door.public_id)]
    assert listed(reader.get("/api/v1/deadlines/?before=2024-09-16T22:59:00%2B22:59"), "id") == []
    assert listed(reader.get("/api/v1/deadlines/?before=2025-01-01T00:00:00Z"), "id") == [str(past.public_id)]


def test_a_call_of_a_circle_and_its_door_are_seen_by_the_circle_alone(program):
    ours = coalition()
    insider, outsider = member(ours), UserFactory()
    call = MeetingFactory(kind=Meeting.Kind.CALL, circle=ours.everyone)
    door = DeadlineFactory(meeting=call)
    assert listed(program(insider).get("/api/v1/meetings/"), "circle") == [str(ours.everyone.public_id)]
    for path in (f"/api/v1/meetings/{call.public_id}/", f"/api/v1/deadlines/{door.public_id}/"):
        assert program(insider).get(path).status_code == 200
        assert program(outsider).get(path).status_code == 404
    assert program(outsider).get("/api/v1/meetings/").json()["count"] == 0
    assert program(outsider).get("/api/v1/deadlines/").json()["count"] == 0


def test_plans_are_read_by_their_circle_and_absences_by_whom_one_works_with(program):
    ours = coalition()
    boss, insider, other = lead(ours), member(ours), member(ours)
    circle = circle_of(ours, insider)
    plan = plan_of(circle, insider)
    step = plan.steps.get()
    shown = program(insider).get(f"/api/v1/plans/{plan.public_id}/").json()
    assert (shown["deadline"], shown["circle"], shown["days_moved"]) == (str(plan.deadline.public_id), str(circle.public_id), 0)
    assert [each["follow_up"] for each in shown["steps"]] == [str(step.follow_up.public_id)]
    assert program(other).get(f"/api/v1/plans/{plan.public_id}/").status_code == 404
    assert program(other).get("/api/v1/plans/").json()["count"] == 0
    day = now().date()
    Absence.objects.create(user=insider, starts_on=day, ends_on=day + timedelta(days=3))
    for person, seen in ((insider, 1), (boss, 1), (other, 0), (UserFactory(), 0)):
        found = program(person).get("/api/v1/absences/").json()["results"]
        assert [row["person"]["id"] for row in found] == [str(insider.public_id)] * seen
        assert all(set(row) == {"id", "person", "starts_on", "ends_on"} for row in found)


def test_follow_ups_are_read_by_their_circle_alone(program):
    ours, theirs = coalition(), coalition("Another")
    insider, watcher, outsider = member(ours), observer(ours), lead(theirs)
    row = FollowUpFactory(circle=ours.everyone, created_by=insider, owner=insider)
    FollowUpEvent.objects.create(follow_up=row, kind="created", by=insider)

    answer = program(insider).get(f"/api/v1/follow-ups/{row.public_id}/").json()

    assert (answer["title"], answer["owner"]) == (row.title, {"id": str(insider.public_id), "name": insider.short_name})
    assert [(event["kind"], event["by"]["id"]) for event in answer["events"]] == [("created", str(insider.public_id))]
    for reader in (watcher, outsider):
        assert program(reader).get("/api/v1/follow-ups/").json()["count"] == 0
        assert program(reader).get(f"/api/v1/follow-ups/{row.public_id}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mine=true", ["mine", "backed"]),
        ("mine=false", ["late", "nobody's", "closed"]),
        ("unowned=true", ["nobody's"]),
        ("overdue=true", ["late"]),
        ("open=false", ["closed"]),
        ("state=in-hand", ["mine"]),
        ("resolution=50", ["mine"]),
    ],
)
def test_follow_ups_are_found_by_what_is_known_of_them(program, query, found):
    ours = coalition()
    me, other = member(ours), member(ours)
    circle, fifty = ours.everyone, ResolutionFactory(number=50)
    soon = now() + timedelta(days=1)
    rows = [
        {"title": "late", "owner": other, "due_at": now() - timedelta(days=9)},
        {"title": "mine", "owner": me, "state": FollowUp.State.IN_HAND, "resolution": fifty},
        {"title": "backed", "owner": other, "backup": me},
        {"title": "nobody's"},
        {"title": "closed", "owner": other, "state": FollowUp.State.DONE, "closed_at": now()},
    ]
    for place, row in enumerate(rows):
        FollowUpFactory(**{"circle": circle, "created_by": other, "due_at": soon + timedelta(hours=place), **row})
    assert listed(program(me).get(f"/api/v1/follow-ups/?{query}"), "title") == found


def test_one_sees_the_people_and_circles_that_the_pages_show(program):
    ours, theirs = coalition("Ours"), coalition("Theirs")
    head, someone, hidden = lead(ours, name="Head"), member(ours, name="Someone"), member(ours, name="Hidden")
    lead(theirs, name="Stranger")
    core = circle_of(ours, head, hidden, name="Core")
    assert listed(program(someone).get("/api/v1/people/"), "name") == ["Head", "Someone"]
    assert listed(program(hidden).get("/api/v1/people/"), "name") == ["Head", "Hidden"]
    assert listed(program(head).get("/api/v1/people/"), "name") == ["Head", "Someone", "Hidden"]
    assert listed(program(someone).get("/api/v1/circles/"), "kind") == ["everyone"]
    assert listed(program(head).get("/api/v1/circles/"), "kind") == ["everyone", "restricted"]
    assert program(someone).get(f"/api/v1/circles/{core.public_id}/").status_code == 404


def test_who_has_left_is_named_no_more(program):
    ours = coalition()
    reader, gone = member(ours, name="Reader Here"), member(ours, name="Gone Away")
    row = FollowUpFactory(circle=ours.everyone, created_by=gone, assigned_by=gone, owner=gone, backup=reader)
    FollowUpEvent.objects.create(follow_up=row, kind="assigned", by=gone, to=reader)
    Membership.objects.filter(user=gone).update(left_at=now())
    client = program(reader)
    listed_row = client.get("/api/v1/follow-ups/").json()["results"][0]
    shown = client.get(f"/api/v1/follow-ups/{row.public_id}/").json()
    people = {name: shown[name]["name"] for name in ("owner", "backup", "assigned_by", "created_by")}
    nobody = "a former member"
    assert people == {"owner": nobody, "backup": "Reader H.", "assigned_by": nobody, "created_by": nobody}
    assert {name: listed_row[name]["name"] for name in people} == people
    assert [(event["by"]["name"], event["to"]["name"]) for event in shown["events"]] == [(nobody, "Reader H.")]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("resolutions/", 6),
        ("watches/", 3),
        ("meetings/", 4),
        ("deadlines/", 3),
        ("follow-ups/", 3),
        ("plans/", 4),
        ("absences/", 3),
        ("circles/", 3),
        ("people/", 3),
    ],
)
def test_a_list_costs_the_same_with_one_row_and_with_three(program, django_assert_num_queries, rows, path, queries):
    ours = coalition()
    reader = member(ours)
    for _ in range(rows):
        assembly = AssemblyFactory()
        resolution = ResolutionFactory()
        resolution.topics.add(TopicFactory())
        Revision.objects.create(resolution=resolution, assembly=assembly, label_en="Rev.")
        Outcome.objects.create(resolution=resolution, assembly=assembly, action="MOD")
        Watch.objects.create(user=reader, resolution=resolution)
        meeting = MeetingFactory(circle=ours.everyone)
        meeting.resolutions.add(resolution)
        DeadlineFactory(meeting=meeting)
        other = lead(ours)
        FollowUpFactory(circle=ours.everyone, created_by=other, assigned_by=other, owner=reader, backup=other, resolution=resolution)
        circle_of(ours, reader)
        plan_of(ours.everyone, reader)
        Absence.objects.create(user=other, starts_on=now().date(), ends_on=now().date())
    client = program(reader)
    client.get("/api/v1/")  # The use of the key is noted once an hour.
    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{path}").json()["count"] >= rows


def test_one_follow_up_with_its_events_costs_the_same_however_many(program, django_assert_num_queries):
    ours = coalition()
    me = member(ours)
    client = program(me)
    client.get("/api/v1/")
    for count in (1, 3):
        row = FollowUpFactory(circle=ours.everyone, created_by=me)
        for _ in range(count):
            FollowUpEvent.objects.create(follow_up=row, kind="assigned", by=me, to=lead(ours))
        with django_assert_num_queries(3):
            assert len(client.get(f"/api/v1/follow-ups/{row.public_id}/").json()["events"]) == count

import uuid
from datetime import timedelta

import pytest
from django.utils.timezone import now

from coalitions.models import FollowUp, Membership
from coalitions.services.circles import remove_from_circle
from resolutions.models import Watch
from tests.factories import FollowUpFactory, ResolutionFactory, UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


@pytest.fixture
def secured(settings):
    """Leads act as leads here, whether or not these tests gave them a second factor."""
    settings.LEADS_NEED_SECOND_FACTOR = False


# --- Watches ----------------------------------------------------------------------------------------------------------


def test_watching_twice_is_watching_once(program):
    reader = UserFactory()
    ResolutionFactory(number=50)
    client = program(reader)
    first = client.post("/api/v1/watches/", {"resolution": "50"})
    second = client.post("/api/v1/watches/", {"resolution": "50", "scope": "operative"})
    assert (first.status_code, first.json()["scope"]) == (201, "all")
    assert (second.status_code, second.json()["scope"]) == (200, "operative")
    assert list(Watch.objects.values_list("user", "resolution__slug", "scope")) == [(reader.pk, "50", "operative")]


def test_a_watch_is_changed_and_ended(program):
    reader, other = UserFactory(), UserFactory()
    fifty = ResolutionFactory(number=50)
    for person in (reader, other):
        Watch.objects.create(user=person, resolution=fifty)
    client = program(reader)
    assert client.patch("/api/v1/watches/50/", {"scope": "operative"}).json()["scope"] == "operative"
    assert client.delete("/api/v1/watches/50/").status_code == 204
    assert list(Watch.objects.values_list("user", "scope")) == [(other.pk, "all")]
    assert client.delete("/api/v1/watches/50/").status_code == 404


@pytest.mark.parametrize(
    "given", [{}, {"resolution": "51"}, {"resolution": 50}, {"resolution": "50", "scope": "some"}, {"resolution": "\0"}]
)
def test_a_watch_of_nothing_is_refused(program, given):
    ResolutionFactory(number=50)
    answer = program(UserFactory()).post("/api/v1/watches/", given)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["scope" if "scope" in given else "resolution"]
    assert not Watch.objects.exists()


# --- Follow-ups -------------------------------------------------------------------------------------------------------


def new(circle, **given):
    return {"title": "Ask the authority", "due_at": (now() + timedelta(days=5)).isoformat(), "circle": str(circle.public_id), **given}


def test_a_follow_up_made_twice_by_one_submission_is_one(program):
    ours = coalition()
    me = member(ours)
    ResolutionFactory(number=50)
    given = new(ours.everyone, resolution="50", owner=str(me.public_id), submission=str(uuid.uuid4()))
    first = program(me).post("/api/v1/follow-ups/", given)
    second = program(me).post("/api/v1/follow-ups/", given)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    row = FollowUp.objects.get()
    assert (row.title, row.owner, row.created_by, row.resolution.slug) == ("Ask the authority", me, me, "50")
    assert [event["kind"] for event in first.json()["events"]] == ["assigned", "created"]


@pytest.mark.usefixtures("secured")
def test_the_owner_accepts_blocks_resumes_and_closes_what_a_lead_assigns(program):
    ours = coalition()
    head, someone = lead(ours), member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=head)
    path = f"/api/v1/follow-ups/{row.public_id}/"
    answer = program(head).post(f"{path}assign/", {"to": str(someone.public_id), "version": row.version})
    assert (answer.status_code, answer.json()["owner"]["id"]) == (200, str(someone.public_id))
    owner = program(someone)
    assert [owner.post(f"{path}{act}/").json()["state"] for act in ("accept", "block", "resume")] == ["in-hand", "blocked", "in-hand"]
    closed = owner.post(f"{path}done/", {"evidence": "https://www.itu.int/answer"}).json()
    assert (closed["state"], closed["evidence"]) == ("done", "https://www.itu.int/answer")
    assert owner.post(f"{path}reopen/").json()["state"] == "in-hand"
    row.refresh_from_db()
    assert row.state == FollowUp.State.IN_HAND
    assert list(row.events.order_by("pk").values_list("kind", flat=True)) == [
        "assigned",
        "accepted",
        "blocked",
        "resumed",
        "done",
        "reopened",
    ]


@pytest.mark.usefixtures("secured")
def test_it_can_be_declined_taken_put_off_handed_back_changed_and_dropped(program):
    ours = coalition()
    head, someone = lead(ours), member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=head, owner=someone, due_at=now() + timedelta(days=20))
    path = f"/api/v1/follow-ups/{row.public_id}/"
    owner = program(someone)
    assert owner.post(f"{path}decline/").json()["owner"] is None
    assert owner.post(f"{path}take/").json()["owner"]["id"] == str(someone.public_id)
    assert owner.post(f"{path}snooze/", {"until": "day"}).json()["snoozed_until"] is not None
    assert owner.post(f"{path}hand-back/").json()["owner"] is None
    assert program(head).patch(path, {"title": "Ask again", "backup": str(someone.public_id)}).json()["title"] == "Ask again"
    assert program(head).post(f"{path}drop/").json()["state"] == "dropped"
    row.refresh_from_db()
    assert (row.title, row.backup, row.state) == ("Ask again", someone, FollowUp.State.DROPPED)


def test_what_may_not_happen_now_is_a_conflict_that_says_why(program):
    ours = coalition()
    someone = member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=someone, owner=member(ours))
    answer = program(someone).post(f"/api/v1/follow-ups/{row.public_id}/accept/")
    assert (answer.status_code, answer.json()["detail"]) == (409, "It is no longer assigned to you.")
    assert "errors" not in answer.json()
    row.refresh_from_db()
    assert (row.state, row.events.count()) == (FollowUp.State.TO_ACCEPT, 0)


@pytest.mark.usefixtures("secured")
def test_what_breaks_a_rule_is_answered_at_its_field(program):
    ours = coalition()
    head, someone = lead(ours), member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=head, owner=someone)
    answer = program(head).patch(f"/api/v1/follow-ups/{row.public_id}/", {"backup": str(someone.public_id)})
    sentence = "The backup must be someone other than the owner."
    assert (answer.status_code, answer.json()["detail"], answer.json()["errors"]) == (409, sentence, {"backup": [sentence]})


@pytest.mark.usefixtures("secured")
def test_an_assignment_on_an_old_version_changes_nothing(program):
    ours = coalition()
    head, first, second = lead(ours), member(ours), member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=head)
    path = f"/api/v1/follow-ups/{row.public_id}/assign/"
    assert program(head).post(path, {"to": str(first.public_id), "version": 1}).status_code == 200
    assert program(head).post(path, {"to": str(second.public_id), "version": 1}).status_code == 409
    row.refresh_from_db()
    assert row.owner == first


def test_a_lead_without_a_second_factor_is_no_lead_here_either(program, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    ours = coalition()
    head, someone = lead(ours), member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=someone)
    given = {"to": str(someone.public_id)}
    assert program(head).post(f"/api/v1/follow-ups/{row.public_id}/assign/", given).status_code == 403
    # Whom she does not see as long as she is no lead, she cannot name either.
    made = program(head).post("/api/v1/follow-ups/", new(ours.everyone, owner=str(someone.public_id)))
    assert (made.status_code, set(made.json()["errors"])) == (400, {"owner"})
    row.refresh_from_db()
    assert (row.owner, FollowUp.objects.count()) == (None, 1)


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize("act", ["assign", "done", "block", "resume", "reopen", "drop"])
def test_a_member_does_not_do_what_is_anothers(program, act):
    ours = coalition()
    someone, other = member(ours), member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=other, owner=other)
    before = FollowUp.objects.values().get()
    given = {"to": str(someone.public_id)} if act == "assign" else {}
    assert program(someone).post(f"/api/v1/follow-ups/{row.public_id}/{act}/", given).status_code == 403
    assert program(someone).patch(f"/api/v1/follow-ups/{row.public_id}/", {"title": "Mine"}).status_code == 403
    assert FollowUp.objects.values().get() == before


ACTS = ("assign", "take", "accept", "decline", "hand-back", "block", "resume", "done", "drop", "reopen", "snooze")


@pytest.mark.usefixtures("secured")
def test_whoever_may_not_see_it_gets_the_answer_of_what_never_was(program):
    ours, theirs = coalition("Ours"), coalition("Theirs")
    row = FollowUpFactory(circle=ours.everyone, created_by=member(ours))
    stranger, watcher = program(lead(theirs)), program(observer(ours))
    never = uuid.uuid4()
    for act in ACTS:
        for client in (stranger, watcher):
            hidden = client.post(f"/api/v1/follow-ups/{row.public_id}/{act}/", {"until": "day"})
            unknown = client.post(f"/api/v1/follow-ups/{never}/{act}/", {"until": "day"})
            assert (hidden.status_code, hidden.content) == (404, unknown.content)
    assert not row.events.exists()


def test_nothing_is_made_in_a_circle_one_does_not_stand_in(program):
    ours, theirs = coalition("Ours"), coalition("Theirs")
    someone = member(ours)
    hidden = program(someone).post("/api/v1/follow-ups/", new(theirs.everyone)).json()
    unknown = program(someone).post("/api/v1/follow-ups/", {**new(theirs.everyone), "circle": str(uuid.uuid4())}).json()
    assert list(hidden["errors"]) == list(unknown["errors"]) == ["circle"]
    assert hidden["errors"]["circle"][0].replace(str(theirs.everyone.public_id), "") == unknown["errors"]["circle"][0].replace(
        unknown["errors"]["circle"][0].split("=")[1].split(" ")[0], ""
    )
    assert not FollowUp.objects.exists()


def test_a_person_one_may_not_see_cannot_be_named(program):
    ours = coalition()
    someone, hidden = member(ours), member(ours)
    answer = program(someone).post("/api/v1/follow-ups/", new(ours.everyone, backup=str(hidden.public_id)))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["backup"])


def test_what_one_sends_again_after_leaving_its_circle_is_not_found(program):
    ours = coalition()
    head, gone = lead(ours), member(ours)
    core = circle_of(ours, head, gone, name="Core", owner=head)
    sent = new(core, submission=str(uuid.uuid4()))
    client = program(gone)
    assert client.post("/api/v1/follow-ups/", sent).status_code == 201
    remove_from_circle(core, membership=gone.memberships.get(), by=head)
    answer = client.post("/api/v1/follow-ups/", sent | {"circle": str(ours.everyone.public_id)})
    assert (answer.status_code, answer.json()["title"]) == (404, "There is nothing here, or you are not allowed to see it.")
    assert FollowUp.objects.count() == 1


@pytest.mark.usefixtures("secured")
def test_someone_who_has_left_is_assigned_nothing(program):
    ours = coalition()
    head, gone = lead(ours), member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=head)
    Membership.objects.filter(user=gone).update(left_at=now())
    answer = program(head).post(f"/api/v1/follow-ups/{row.public_id}/assign/", {"to": str(gone.public_id)})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["to"])
    row.refresh_from_db()
    assert row.owner is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"title": ""}, "title"),
        ({"due_at": "2028-02-30T10:00:00Z"}, "due_at"),
        ({"due_at": None}, "due_at"),
        ({"circle": "everyone"}, "circle"),
        ({"owner": "me"}, "owner"),
        ({"submission": "1"}, "submission"),
        ({"delegation": ["x"]}, "delegation"),
    ],
)
def test_bad_input_is_said_field_by_field_and_makes_nothing(program, given, field):
    ours = coalition()
    someone = member(ours)
    answer = program(someone).post("/api/v1/follow-ups/", {**new(ours.everyone), **given})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not FollowUp.objects.exists()

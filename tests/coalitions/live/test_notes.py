"""Notes of sessions: written in a circle without a name, corrected for a day, removed. AT-P2c-4, AT-P3a-3."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from coalitions.live.services import notes
from coalitions.live.services.sessions import cancel_session
from coalitions.models import CircleView, SessionNote
from tests.coalitions.live import worlds
from tests.factories import ResolutionFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
MOVED = "“With certainty” is gone. The rest is in brackets."


@pytest.fixture
def ours():
    return coalition("Open Standards Network")


@pytest.fixture
def boss(ours):
    return lead(ours, name="Claire Boss")


@pytest.fixture
def one(ours):
    return member(ours, name="Wanjiru Kamau")


@pytest.fixture
def two(ours):
    return member(ours, name="Samuel Reader")


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(worlds.at("14:30"), tick=False) as clock:
        yield clock


@pytest.fixture
def fifty():
    return ResolutionFactory(number=50, slug="50")


@pytest.fixture
def informal(ours, boss, fifty):
    with time_machine.travel(worlds.at("09:00"), tick=False):
        return worlds.session(ours.everyone, boss, "13:00", room="room F", resolutions=[fifty])


def note(session, by, **facts):
    return notes.write_note(session, by=by, **{"circle": session.circle, "moved": MOVED} | facts)


def form(session, **facts):
    said = {"moved": MOVED, "circle": str(session.circle.public_id), "next": "unknown", "unattributed": "on", "submission": str(uuid4())}
    return said | facts


def address(session):
    return f"/live/sessions/{session.public_id}/note/"


def test_one_sentence_is_typed_and_the_rest_is_chosen_beforehand(client, informal, ours, one, boss, fifty):
    group = circle_of(ours, one, boss, name="Res. 50, core")
    group.subjects = {"resolutions": [fifty.pk], "topics": [], "regions": []}
    group.save()
    client.force_login(one)
    page = client.get(address(informal)).context["form"]
    assert page["circle"].value() == str(group.public_id)
    assert (page["unattributed"].value(), page["next"].value(), page["clause"].value()) == (True, "unknown", None)
    assert "Nothing that would put a life in danger" in client.get(address(informal)).content.decode()


def test_without_a_circle_it_is_not_saved_and_the_text_stays(client, informal, one):
    client.force_login(one)
    answer = client.post(address(informal), form(informal, circle=""))
    assert list(answer.context["form"].errors) == ["circle"]
    assert MOVED in answer.content.decode()
    assert not SessionNote.objects.exists()


def test_a_note_is_not_attributed_unless_its_author_says_so(client, informal, one, two):
    client.force_login(one)
    sent = form(informal)
    for _ in range(2):
        assert client.post(address(informal), sent).status_code == 302
    made = SessionNote.objects.get()
    assert (made.by, made.is_attributed, made.circle, made.next_step) == (one, False, informal.circle, "unknown")
    client.force_login(two)
    page = client.get(informal.get_absolute_url()).content.decode()
    assert MOVED in page
    assert "Wanjiru" not in page
    assert "Remove" not in page
    client.force_login(one)
    form_without = form(informal)
    del form_without["unattributed"]
    client.post(address(informal), form_without)
    client.force_login(two)
    assert client.get(informal.get_absolute_url()).content.decode().count("Wanjiru") == 1


def test_the_audit_of_the_circle_does_not_say_who_wrote_it(client, informal, ours, boss, one, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    made = note(informal, one)
    notes.correct_note(made, by=one, circle=informal.circle, moved="Other words")
    notes.remove_note(made, by=one)
    entries = AuditEntry.objects.filter(act__startswith="coalitions.session_note").order_by("pk")
    assert [(entry.act.split("_")[-1], entry.actor) for entry in entries] == [("written", None), ("corrected", None), ("removed", None)]
    client.force_login(boss)
    page = client.get(f"/coalition/{ours.public_id}/audit/").content.decode()
    assert page.count("somebody whose name is not kept") == 3


def test_what_was_opened_does_not_tell_who_wrote_it(client, ours, boss, one, two, fifty):
    circle = circle_of(ours, one, two, name="Core", owner=one)
    with time_machine.travel(worlds.at("09:00"), tick=False):
        session = worlds.session(circle, one, "13:00", resolutions=[fifty])
    note(session, one)
    client.force_login(one)
    client.get(session.get_absolute_url())
    assert not CircleView.objects.filter(thing="session").exists()
    client.force_login(two)
    client.get(session.get_absolute_url())
    seen = CircleView.objects.get(thing="session")
    assert (seen.user, seen.thing_id, seen.circle) == (two, session.public_id, circle)


def test_only_me_is_nobody_else(client, informal, boss, one):
    client.force_login(one)
    client.post(address(informal), form(informal, circle="me"))
    assert SessionNote.objects.get().circle is None
    assert not SessionNote.objects.visible_to(boss).exists()
    assert not AuditEntry.objects.filter(act__startswith="coalitions.session_note").exists()
    assert "only you" in client.get(informal.get_absolute_url()).content.decode()


def test_its_author_corrects_it_for_a_day_and_nobody_else_does(client, informal, one, boss, afternoon):
    made = note(informal, one)
    client.force_login(one)
    client.post(f"/live/notes/{made.public_id}/correct/", form(informal, moved="Other words"))
    assert SessionNote.objects.get().moved == "Other words"
    with pytest.raises(RuleBroken):
        notes.correct_note(made, by=boss, circle=informal.circle, moved="Mine")
    client.force_login(boss)
    assert client.get(f"/live/notes/{made.public_id}/correct/").status_code == 403
    assert client.post(f"/live/notes/{made.public_id}/remove/").status_code == 403
    afternoon.shift(timedelta(hours=24))
    with pytest.raises(RuleBroken, match="more than a day ago"):
        notes.correct_note(made, by=one, circle=informal.circle, moved="Too late")
    notes.remove_note(made, by=one)
    assert not SessionNote.objects.exists()


def test_nobody_notes_what_has_not_begun_nor_what_one_only_observes(client, ours, boss, one, informal):
    tomorrow = worlds.session(ours.everyone, boss, "18:00")
    client.force_login(one)
    early = client.get(address(tomorrow))
    assert early.status_code == 409
    shown = early.content.decode()
    assert re.search(r"A note can be written\s+once the session has begun: [^.]*\b18:00\b[^.]*\.", shown)
    assert f'href="{tomorrow.get_absolute_url()}">Back to the session</a>' in shown
    assert client.post(address(tomorrow), {"moved": MOVED, "circle": ours.everyone.public_id}).status_code == 409
    assert not SessionNote.objects.exists()
    with pytest.raises(RuleBroken, match="once the session has begun"):
        note(tomorrow, one)
    cancel_session(tomorrow, by=boss)
    assert "This session is cancelled" in client.get(address(tomorrow)).content.decode()
    client.force_login(observer(ours))
    assert client.get(address(informal)).status_code in (403, 404)


def test_whoever_reads_a_note_reads_its_session(ours, boss, one, two):
    circle, other = circle_of(ours, one, two, name="Core"), circle_of(ours, one, name="Other")
    with time_machine.travel(worlds.at("09:00"), tick=False):
        session = worlds.session(circle, one, "13:00")
    for where in (ours.everyone, other):
        with pytest.raises(RuleBroken, match="Only the circle that reads the session"):
            note(session, one, circle=where)
    with pytest.raises(RuleBroken, match="not in this circle"):
        note(session, boss, circle=circle)

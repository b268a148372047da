"""Notes of sessions, read and written by programs: never by whom, unless they are attributed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from coalitions.live.services.notes import write_note
from coalitions.models import AssemblySession, CircleView, SessionNote
from tests.factories import AssemblyFactory, ResolutionFactory, circle_of, coalition, member

pytestmark = pytest.mark.django_db
NOTES = "/api/v1/session-notes/"


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def her(ours):
    return member(ours, name="Wanjiru Kamau")


@pytest.fixture
def him(ours):
    return member(ours, name="Samuel Reader")


@pytest.fixture
def session(ours):
    made = AssemblySession.objects.create(circle=ours.everyone, assembly=AssemblyFactory(), starts_at=now() - timedelta(hours=2))
    made.resolutions.add(ResolutionFactory(number=50, slug="50"))
    return made


def said(session, **facts):
    about = {"session": str(session.public_id), "circle": str(session.circle.public_id), "moved": "The brackets are gone."}
    return about | {"resolution": "50", "submission": str(uuid4())} | facts


def test_a_note_is_written_once_and_names_nobody(program, session, her, him):
    client = program(her)
    given = said(session, clause_name="instructs 2 bis", clause_state="agreed", next_step="plenary")
    first, second = client.post(NOTES, given), client.post(NOTES, given)
    assert (first.status_code, second.status_code, SessionNote.objects.count()) == (201, 200, 1)
    read = program(him).get(f"{NOTES}{first.json()['id']}/")
    assert (read.json()["author"], read.json()["clause_state"], read.json()["next_step"]) == (None, "agreed", "plenary")
    assert "Wanjiru" not in read.content.decode()


def test_who_wrote_it_is_said_where_it_is_attributed(program, session, her, him):
    program(her).post(NOTES, said(session, is_attributed=True))
    assert [row["author"] for row in program(him).get(NOTES).json()["results"]] == ["Wanjiru K."]


def test_the_class_is_chosen_or_nothing_is_saved(program, session, her, him):
    given = said(session)
    del given["circle"]
    assert program(her).post(NOTES, given).status_code == 400
    assert program(her).post(NOTES, said(session, circle=None)).status_code == 201
    assert program(him).get(NOTES).json()["results"] == []
    assert len(program(her).get(NOTES).json()["results"]) == 1


def test_a_circle_of_others_is_as_if_it_were_not_there(program, ours, session, her, him):
    theirs = circle_of(ours, him)
    assert program(her).post(NOTES, said(session, circle=str(theirs.public_id))).status_code == 400
    note = write_note(session, circle=theirs, moved="Theirs", by=him)
    assert program(her).get(f"{NOTES}{note.public_id}/").status_code == 404


def test_what_a_program_opens_in_a_restricted_circle_is_recorded(program, ours, session, her, him):
    note = write_note(session, circle=circle_of(ours, her, him), moved="Ours", by=him)
    program(him).get(f"{NOTES}{note.public_id}/")
    program(her).get(f"{NOTES}{note.public_id}/")
    assert list(CircleView.objects.values_list("user", "thing")) == [(her.pk, "session")]

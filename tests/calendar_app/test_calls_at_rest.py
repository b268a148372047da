"""The calls of circles stand encrypted in the tables that hold public dates in plain."""

import pytest
from django.core.exceptions import FieldError
from django.db import DataError, IntegrityError, connection, transaction

from amnt.encryption import keys
from calendar_app.models import Deadline, Meeting
from tests.encryption.dumping import stored
from tests.factories import DeadlineFactory, MeetingFactory, circle_of, coalition, lead

pytestmark = pytest.mark.django_db

WORDS = {"title_en": "Evening call", "title_fr": "Appel du soir", "source": "https://meet.example.org/abc", "city": "Nairobi"}


@pytest.fixture
def circle():
    here = coalition()
    return circle_of(here, lead(here))


def is_readable(model, pk: int, *fields: str) -> list[bool]:
    [row] = [row[1:] for row in stored(model, "id", *fields) if row[0] == pk]
    return [not keys.is_encrypted(value) for value in row]


def test_a_call_its_deadline_and_the_history_of_both_are_encrypted(circle):
    call = MeetingFactory(kind="call", circle=circle, **WORDS)
    door = DeadlineFactory(meeting=call, title_en="Sign up", source="https://example.org/")
    assert is_readable(Meeting, call.pk, *WORDS, "title") == [False] * 5
    assert is_readable(Deadline, door.pk, "title_en", "source") == [False, False]
    for history, fields in ((call.history.model, ("title_en", "title_fr", "source", "city")), (door.history.model, ("title_en", "source"))):
        assert [keys.is_encrypted(value) for row in stored(history, *fields) for value in row] == [True] * len(fields)
    call.refresh_from_db()
    assert {name: getattr(call, name) for name in WORDS} == WORDS
    assert Meeting.objects.values_list("title_en", flat=True).get(pk=call.pk) == "Evening call"
    assert (call.history.get().title_en, Deadline.objects.get().title_en) == ("Evening call", "Sign up")


def test_a_public_meeting_stays_readable_and_searchable(circle):
    meeting = MeetingFactory(**WORDS)
    DeadlineFactory(meeting=meeting, title_en="Sign up")
    assert is_readable(Meeting, meeting.pk, *WORDS) == [True] * 4
    assert Meeting.objects.filter(title_en__icontains="evening").get() == meeting
    assert Deadline.objects.filter(title_en="Sign up").count() == 1


def test_deleting_a_call_leaves_an_encrypted_history(circle):
    call = MeetingFactory(kind="call", circle=circle, **WORDS)
    door = DeadlineFactory(meeting=call, title_en="Sign up")
    history = door.history.model
    call.delete()
    assert [keys.is_encrypted(value) for (value,) in stored(history, "title_en")] == [True, True]


def test_nothing_is_written_past_the_row(circle):
    call = MeetingFactory(kind="call", circle=circle, **WORDS)
    with pytest.raises(FieldError, match="save the row instead"):
        Meeting.objects.filter(pk=call.pk).update(title_en="In plain")
    call.title_en = "In plain"
    with pytest.raises(FieldError, match="save the row instead"):
        Meeting.objects.bulk_update([call], ["title_en"])


def test_the_database_refuses_a_plain_text_in_a_call(circle):
    public = MeetingFactory(**WORDS)
    with pytest.raises(IntegrityError, match="meeting_of_a_circle_is_encrypted"), transaction.atomic():
        Meeting.objects.filter(pk=public.pk).update(circle=circle)
    call = MeetingFactory(kind="call", circle=circle, **WORDS)
    with pytest.raises(IntegrityError, match="meeting_of_a_circle_is_encrypted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE calendar_app_meeting SET city = 'Nairobi' WHERE id = %s", [call.pk])


def test_a_meeting_that_becomes_a_call_is_encrypted_when_it_is_saved(circle):
    meeting = MeetingFactory(**WORDS)
    meeting.circle = circle
    meeting.save()
    assert is_readable(Meeting, meeting.pk, *WORDS) == [False] * 4


def test_limits_are_those_of_the_text(circle):
    with pytest.raises(DataError, match="takes 300 characters"), transaction.atomic():
        MeetingFactory(title_en="x" * 301)

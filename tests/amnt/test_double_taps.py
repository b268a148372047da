"""A form whose button is tapped twice on a slow line makes one thing, and both taps are answered with it."""

from datetime import date, time
from uuid import uuid4

import pytest

from calendar_app.services import date_facts, dates
from calendar_app.services.date_states import NewDate, fingerprint
from coalitions.services import circles
from resolutions.drafts import ContributionDraft, ProposalDraft
from resolutions.services.entering import enter
from resolutions.services.text_entry import receive_pasted
from tests.at_once import on_postgresql, while_open
from tests.factories import AssemblyFactory, ContributionFactory, MeetingFactory, ResolutionFactory, RevisionFactory, coalition, lead

SOURCE = "https://example.org/circular-12"
NEW = NewDate(date(2028, 8, 7), hour=time(15))


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def me(here):
    return lead(here)


def add_meeting(here, me):
    titles, assembly = {"en": "Weekly call"}, AssemblyFactory()
    return lambda **form: date_facts.add_meeting(
        by=me, assembly=assembly, kind="call", titles=titles, new=NEW, circle=here.everyone, related_deadlines=[("document", 7)], **form
    )


def add_deadline(here, me):
    titles, assembly = {"en": "List closes"}, AssemblyFactory()
    return lambda **form: date_facts.add_deadline(by=me, assembly=assembly, kind="visa", titles=titles, new=NEW, source=SOURCE, **form)


def move_a_date(here, me):
    meeting = MeetingFactory()
    seen = fingerprint(meeting)
    return lambda **form: dates.propose_change(meeting, new=NEW, source=SOURCE, by=me, seen=seen, **form)


def open_a_circle(here, me):
    return lambda **form: circles.open_circle(here, name="Core group", by=me, **form)


def paste_a_text(here, me):
    revision = RevisionFactory()
    return lambda **form: receive_pasted(revision, language="en", pasted="resolves\n1 to study security;", by=me, **form)


def enter_into_a_document(here, me):
    document = ContributionFactory(number="38A7")
    asked = ProposalDraft(ResolutionFactory(), "MOD", "EUR/38A7/1", sources=("EUR",))
    return lambda **form: enter(ContributionDraft(document.assembly, "38A7", (asked,), language="en"), by=me, **form)


@on_postgresql
@pytest.mark.parametrize("begun", [add_meeting, add_deadline, move_a_date, open_a_circle, paste_a_text, enter_into_a_document])
def test_both_taps_of_a_double_one_are_answered_with_the_same(here, me, begun):
    act, submission = begun(here, me), uuid4()
    first, second = while_open(lambda: act(submission=submission), lambda: act(submission=submission))
    assert first == second

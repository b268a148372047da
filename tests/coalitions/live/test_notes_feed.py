"""What notes feed: the page of a resolution, the notes that are missing, the agenda of a huddle. AT-P2c-5."""

from datetime import timedelta

import pytest
import time_machine

from coalitions.live.read_models.session_notes import huddle_agenda, likely_clauses, missing_notes, note_choices
from coalitions.live.services import attendance
from coalitions.live.services.notes import write_note
from coalitions.models import Unavailability
from coalitions.models.availability import marks_of
from coalitions.permissions import membership_context_of
from coalitions.read_models.session_notes import notes_on_resolution
from resolutions.models import Watch
from tests.coalitions.live import worlds
from tests.factories import ClauseFactory, ResolutionFactory, RevisionTextFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(worlds.at("09:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def boss(ours):
    return lead(ours)


@pytest.fixture
def one(ours):
    return member(ours, name="Wanjiru Kamau")


@pytest.fixture
def fifty():
    return ResolutionFactory(number=50, slug="50")


@pytest.fixture
def morning(ours, boss, fifty):
    return worlds.session(ours.everyone, boss, "09:30", room="room F", resolutions=[fifty])


def said(session, by, resolution, clause, state, **facts):
    about = {"circle": session.circle, "moved": f"{clause} {state}", "clause_name": clause, "clause_state": state}
    return write_note(session, by=by, resolution=resolution, **about | facts)


def test_the_latest_note_on_a_clause_counts_and_the_counter_falls(clock, morning, one, fifty):
    clock.move_to(worlds.at("10:00"))
    for clause in ("instructs 2", "resolves 4"):
        said(morning, one, fifty, clause, "brackets")
    clock.shift(timedelta(hours=25))
    said(morning, one, fifty, "Instructs 2", "agreed")
    found = notes_on_resolution(one, fifty)
    assert [(row.name, row.state) for row in found.standings] == [("Instructs 2", "agreed"), ("resolves 4", "brackets")]
    assert (found.in_brackets, found.in_brackets_before, found.has_fallen) == (1, 2, True)


def test_what_a_circle_noted_counts_for_its_people_alone(clock, ours, morning, boss, one, fifty):
    core = circle_of(ours, one, name="Core")
    clock.move_to(worlds.at("10:00"))
    said(morning, boss, fifty, "instructs 2", "brackets")
    said(morning, one, fifty, "instructs 2", "agreed", circle=core)
    assert (notes_on_resolution(boss, fifty).in_brackets, notes_on_resolution(one, fifty).in_brackets) == (1, 0)
    # Who does not want to read of it sees what everyone reads.
    Unavailability.objects.create(user=one, resolution=fifty, mark=marks_of(one)[0])
    assert notes_on_resolution(one, fifty).in_brackets == 1


def test_the_page_of_a_resolution_shows_it_without_a_name(client, clock, morning, boss, one, fifty):
    client.force_login(boss)
    assert "In the sessions" not in client.get("/resolutions/50/").content.decode()
    clock.move_to(worlds.at("10:00"))
    said(morning, one, fifty, "instructs 2", "brackets")
    page = client.get("/resolutions/50/").content.decode()
    assert "<b>1 clause</b> in brackets" in page
    assert "Wanjiru" not in page


def test_clauses_of_the_text_are_offered_those_noted_last_first(clock, morning, one, fifty):
    text = RevisionTextFactory(revision__resolution=fifty, language="en")
    clauses = [ClauseFactory(version=text, position=n, part="operative", verb="instructs", number=f"{n}.") for n in range(1, 9)]
    memberships = membership_context_of(one)
    assert [name for _identity, name in likely_clauses(fifty, one, memberships)] == [f"instructs {n}" for n in range(1, 7)]
    clock.move_to(worlds.at("10:00"))
    write_note(morning, circle=morning.circle, moved="It moved", by=one, resolution=fifty, clause=clauses[6].identity)
    assert likely_clauses(fifty, one, memberships)[0] == (clauses[6].identity, "instructs 7")


def test_the_next_session_on_it_is_chosen_beforehand(ours, morning, boss, one, fifty):
    later = worlds.session(ours.everyone, boss, "16:30", resolutions=[fifty])
    worlds.session(ours.everyone, boss, "15:00")
    assert note_choices(morning, one, membership_context_of(one)).later == [later]


def test_who_was_in_the_room_is_asked_for_a_note(clock, ours, morning, boss, one, fifty):
    two = member(ours, name="Samuel Reader")
    for person, manner in ((one, "room"), (two, "listening")):
        attendance.attend(morning, manner=manner, by=person)
    clock.move_to(worlds.at("10:29"))
    assert missing_notes(one, morning.assembly) == []
    clock.move_to(worlds.at("10:31"))
    assert [(row.session, row.is_mine, row.names) for row in missing_notes(one, morning.assembly)] == [(morning, True, [])]
    assert missing_notes(two, morning.assembly) == []
    said(morning, one, fifty, "instructs 2", "open")
    assert missing_notes(one, morning.assembly) == []


def test_leads_see_what_is_missing_and_of_whom(clock, ours, morning, boss, one, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    attendance.attend(morning, manner="room", by=one)
    clock.move_to(worlds.at("10:31"))
    assert [(row.is_mine, row.names) for row in missing_notes(boss, morning.assembly)] == [(False, ["Wanjiru K."])]
    clock.shift(timedelta(hours=48))
    assert missing_notes(boss, morning.assembly) == []


def test_a_huddle_has_three_lines_for_each_watched_resolution(clock, ours, morning, boss, one, fifty):
    huddle = worlds.session(ours.everyone, boss, "19:00", standing="own", title="Huddle")
    taken = worlds.session(ours.everyone, boss, "16:30", resolutions=[fifty])
    attendance.attend(taken, manner="room", by=one)
    Watch.objects.create(user=one, resolution=fifty)
    clock.move_to(worlds.at("10:00"))
    note = said(morning, one, fifty, "instructs 2", "brackets")
    said(morning, one, fifty, "instructs 2", "agreed", circle=circle_of(ours, one, name="Core"))
    (item,) = huddle_agenda(huddle, one, day=huddle.day)
    assert (item.resolution, item.note, item.today, item.uncovered) == (fifty, note, [morning, taken], [morning])


def test_a_huddle_is_copied_without_what_a_circle_reads(client, clock, ours, morning, boss, one, fifty):
    huddle = worlds.session(ours.everyone, boss, "19:00", standing="own", title="Huddle")
    Watch.objects.create(user=one, resolution=fifty)
    clock.move_to(worlds.at("10:00"))
    said(morning, one, fifty, "zz-hidden", "agreed", circle=circle_of(ours, one, name="Core"))
    client.force_login(one)
    page = client.get(huddle.get_absolute_url()).content.decode()
    assert ('data-copy="#huddle-text"' in page, "zz-hidden" in page, "nothing is noted" in page) == (True, False, True)

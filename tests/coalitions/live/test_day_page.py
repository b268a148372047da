"""The page of a day of an assembly."""

import gzip
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalitions.live.services.notes import write_note
from coalitions.models import AssemblySession, DeclaredPresence, SessionAttendee
from coalitions.services.membership import leave
from resolutions.models import Watch
from tests.coalitions.live.worlds import EIGHTH, assembly, at, session
from tests.factories import ResolutionFactory, circle_of, coalition, member, observer

pytestmark = pytest.mark.django_db

DAY = f"/live/{EIGHTH}/"
STATE = f"{DAY}state/"


def html(client, user, address=DAY, **params):
    client.force_login(user)
    answer = client.get(address, params)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(page: str) -> list[str]:
    """The hours of the sessions in the order in which they stand there."""
    return re.findall(r'<li class="session".*?<time [^>]*>(\d\d:\d\d)', page, re.DOTALL)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2028-10-24T01:00+05:30", "2028-10-24"),
        ("2028-10-23T18:31+00:00", "2028-10-24"),
        ("2028-03-01T12:00+00:00", "2028-10-17"),
        ("2028-10-16T12:00+05:30", "2028-10-16"),
        ("2028-11-30T12:00+00:00", "2028-10-26"),
    ],
)
def test_live_leads_to_today_at_the_venue_else_to_an_end(client, ama, moment, day):
    assembly()
    with time_machine.travel(moment, tick=False):
        client.force_login(ama)
        assert client.get("/live/").url == f"/live/{day}/"


@pytest.mark.parametrize("day", ["2028-10-15", "2028-10-27", "2028-1-1", "x", "2028-02-31"])
def test_other_days_have_no_page(client, ama, day):
    assembly()
    client.force_login(ama)
    assert client.get(f"/live/{day}/").status_code == 404


def test_observers_have_no_live_pages(client, ours, claire):
    session(ours.everyone, claire, "10:15")
    client.force_login(observer(ours))
    for address in ("/live/", DAY, STATE, f"{DAY}informal/", f"{DAY}sessions/new/"):
        assert client.get(address).status_code == 404


def test_the_entry_of_the_menu_stands_there_from_the_day_before(client, ours, ama):
    assembly()
    client.force_login(ama)
    link = 'href="/live/"'
    with time_machine.travel("2028-10-15T20:00+05:30", tick=False):
        client.get("/")
        assert link not in client.get("/follow-ups/").content.decode()
    with time_machine.travel("2028-10-16T06:00+05:30", tick=False):
        client.get("/")
        assert link in client.get("/follow-ups/").content.decode()
    with time_machine.travel("2028-10-27T06:00+05:30", tick=False):
        assert link not in client.get("/follow-ups/").content.decode()
    client.force_login(observer(ours))
    client.get("/")
    assert link not in client.get("/").content.decode()


def test_a_day_shows_its_sessions_and_what_nobody_covers(client, ours, claire, ama):
    early = session(ours.everyone, claire, "08:00", room="Room B", standing="own", group="other", title="Morning huddle")
    held = session(ours.everyone, claire, "10:00", room="Room 2", group="committee")
    session(ours.everyone, claire, "12:00", room="Room 3", resolutions=[ResolutionFactory(number=47, slug="47")])
    heard = session(ours.everyone, claire, "14:30", room="Room 3")
    session(ours.everyone, claire, "10:00", day="2028-10-25")
    SessionAttendee.objects.create(session=held, user=ama, day=EIGHTH)
    SessionAttendee.objects.create(session=heard, user=claire, day=EIGHTH, manner="listening")
    page = html(client, ama)
    assert shown(page) == ["08:00", "10:00", "12:00", "14:30"]
    assert "1 session is over" in page
    assert re.findall(r'<li class="session" data-status="(\w+)"', page) == ["none", "good", "gap", "mixed"]
    assert "1 not covered" in page
    assert early.is_over


def test_restricted_sessions_are_for_their_circle(client, ours, claire, ama):
    session(circle_of(ours, claire), claire, "10:15", title="Secret talk")
    assert "Secret talk" in html(client, claire)
    assert "Secret talk" not in html(client, ama)
    other = coalition("Another")
    assert "Secret talk" not in html(client, member(other))


def test_filters_show_mine_and_by_resolution(client, ours, claire, ama):
    fifty, forty = ResolutionFactory(number=50, slug="50"), ResolutionFactory(number=47, slug="47")
    session(ours.everyone, claire, "10:15", resolutions=[fifty])
    session(ours.everyone, claire, "12:00", resolutions=[forty, fifty])
    goes = session(ours.everyone, claire, "16:30", title="Something else")
    Watch.objects.create(user=ama, resolution=forty)
    SessionAttendee.objects.create(session=goes, user=ama, day=EIGHTH)
    assert shown(html(client, ama, view="mine")) == ["12:00", "16:30"]
    assert shown(html(client, ama, view="resolution")) == ["12:00", "10:15", "12:00", "16:30"]
    assert shown(html(client, ama, view="nonsense")) == ["10:15", "12:00", "16:30"]


def test_what_one_watches_goes_to_plenary(client, ours, claire, ama):
    easy = ResolutionFactory(number=64, slug="64")
    session(ours.everyone, claire, "14:30", group="plenary", resolutions=[easy, ResolutionFactory(number=48, slug="48")])
    assert "goes to plenary" not in html(client, ama)
    Watch.objects.create(user=ama, resolution=easy)
    page = html(client, ama)
    assert "Res. 64 goes to plenary at 14:30" in page
    assert "Res. 48 goes" not in page


def test_a_note_says_that_the_plenary_is_next(client, ours, claire, ama):
    easy = ResolutionFactory(number=64, slug="64")
    held = session(ours.everyone, claire, "08:00", resolutions=[easy])
    held.notes.create(circle=ours.everyone, resolution=easy, moved="Agreed", next_step="plenary", by=claire)
    Watch.objects.create(user=ama, resolution=easy)
    assert "A note says that Res. 64 goes to plenary" in html(client, ama)
    held.notes.create(circle=ours.everyone, resolution=easy, moved="Back to the group", next_step="session", by=claire)
    assert "goes to plenary" not in html(client, ama)


def test_an_informal_session_takes_two_fields(client, ours, claire, ama):
    fifty = ResolutionFactory(number=50, slug="50")
    Watch.objects.create(user=ama, resolution=fifty)
    assembly()
    page = html(client, ama)
    assert 'value="10:00"' in page
    assert f'<option value="{fifty.pk}" selected>Res. 50</option>' in page
    submission = re.search(r'name="submission" value="([^"]+)"', page)[1]
    sent = {"resolution": fifty.pk, "at": "10:15", "room": "Room F", "goes": "on", "submission": submission}
    sent["circle"] = str(ours.everyone.public_id)
    for _tap in range(2):
        answer = client.post(f"{DAY}informal/", sent)
    made = AssemblySession.objects.get()
    assert (made.starts_at, made.room, made.standing, made.created_by) == (at("10:15"), "Room F", "informal", ama)
    assert answer.url == f"{DAY}#s-{made.public_id}"
    assert list(made.resolutions.all()) == [fifty]
    assert made.attendees.get().user == ama
    assert made.reports.count() == 1


def test_an_informal_session_on_nothing_is_asked_for_a_title(client, ours, ama):
    Watch.objects.create(user=ama, resolution=ResolutionFactory(number=50, slug="50"))
    assembly()
    client.force_login(ama)
    sent = {"resolution": "", "at": "10:15", "room": "Room F", "circle": str(ours.everyone.public_id), "title": ""}
    answer = client.post(f"{DAY}informal/", sent)
    assert answer.status_code == 200
    assert "Say what it is" in answer.content.decode()
    assert "Room F" in answer.content.decode()
    client.post(f"{DAY}informal/", sent | {"title": "About the preamble"})
    assert AssemblySession.objects.get().title == "About the preamble"


def test_something_else_in_the_short_form_leads_to_the_title_and_is_no_mistake(client, ours, ama):
    Watch.objects.create(user=ama, resolution=ResolutionFactory(number=50, slug="50"))
    assembly()
    page = html(client, ama)
    assert 'name="title"' not in page
    submission = re.search(r'name="submission" value="([^"]+)"', page)[1]
    short = {"resolution": "", "at": "10:15", "room": "Room F", "circle": str(ours.everyone.public_id), "submission": submission}
    answer = client.post(f"{DAY}informal/", short).content.decode()
    assert "Say what it is" not in answer
    for kept in ('value="10:15"', 'value="Room F"', f'value="{submission}"'):
        assert kept in answer
    [title] = re.findall(r'<input [^>]*name="title"[^>]*>', answer)
    assert "autofocus" in title
    [goes] = re.findall(r'<input [^>]*name="goes"[^>]*>', answer)
    assert "checked" not in goes
    assert not AssemblySession.objects.exists()


def test_who_watches_nothing_types_what_an_informal_session_is_about(client, ours, ama):
    assembly()
    page = html(client, ama)
    assert re.search(r'<input [^>]*name="title"', page)
    assert '<select name="resolution"' not in page
    sent = {"title": "About the preamble", "at": "10:15", "room": "Room F", "goes": "on", "circle": str(ours.everyone.public_id)}
    client.post(f"{DAY}informal/", sent)
    made = AssemblySession.objects.get()
    assert (made.title, made.room, made.attendees.get().user) == ("About the preamble", "Room F", ama)


def test_the_whole_form_enters_and_corrects(client, ours, claire, ama):
    ResolutionFactory(number=50, slug="50")
    assembly()
    client.force_login(ama)
    sent = {"standing": "official", "group": "ad-hoc", "title": "", "room": "Room 7", "day": EIGHTH, "begins": "23:30", "ends": "00:30"}
    sent |= {"resolutions": "Res. 50", "circle": str(ours.everyone.public_id)}
    client.post(f"{DAY}sessions/new/", sent)
    made = AssemblySession.objects.get()
    assert (made.starts_at, made.ends_at) == (at("23:30"), at("00:30", "2028-10-25"))
    page = client.get(f"{made.get_absolute_url()}change/").content.decode()
    assert 'value="23:30"' in page
    changed = sent | {"room": "Room 8", "resolutions": "50, 999", "seen_version": "1"}
    assert "Not known here: 999" in client.post(f"{made.get_absolute_url()}change/", changed).content.decode()
    client.post(f"{made.get_absolute_url()}change/", changed | {"resolutions": ""})
    made.refresh_from_db()
    assert (made.room, made.version, made.agenda.count()) == ("Room 8", 2, 0)
    stale = client.post(f"{made.get_absolute_url()}change/", changed | {"resolutions": "", "room": "Room 9"})
    assert "meanwhile" in stale.content.decode()
    other = member(ours)
    client.force_login(other)
    assert client.get(f"{made.get_absolute_url()}change/").status_code == 403


def test_presence_is_said_by_halves_and_taken_back(client, ours, claire, ama):
    assembly()
    client.force_login(ama)
    client.post(f"{DAY}presence/", {"morning": "on-site", "afternoon": "remote"})
    assert list(DeclaredPresence.objects.order_by("half").values_list("half", "place")) == [("afternoon", "remote"), ("morning", "on-site")]
    assert "Ama O." in html(client, claire, view="room")
    assert "Ama O." not in html(client, member(ours), view="room")
    client.force_login(ama)
    client.post(f"{DAY}presence/", {"morning": "", "afternoon": ""})
    assert not DeclaredPresence.objects.exists()
    client.post("/live/2028-10-20/presence/", {"morning": "on-site"})
    assert not DeclaredPresence.objects.exists()


def test_rooms_are_drawn_with_what_nobody_covers(client, ours, claire, ama):
    for hour, room in (("10:00", "Room 2"), ("10:15", "Room F"), ("10:30", "Room F")):
        session(ours.everyone, claire, hour, room=room, title=f"About {hour}")
    page = html(client, ama, view="room")
    drawing = page[page.index("<svg viewBox") : page.index("</svg>", page.index("<svg viewBox"))]
    assert drawing.count('class="c-gap"') == 3
    assert len({*re.findall(r'c-gap" x="\d+" y="(\d+)"', drawing)}) == 3
    assert "3" in re.search(r'aria-current="date".*?</a>', page, re.DOTALL)[0]
    assert page.count("<tr role=") == 4


def busy_day(ours, claire, sessions=24):
    """A full day in eight rooms."""
    for number in range(sessions):
        on = [ResolutionFactory() for _each in range(2)]
        made = session(
            ours.everyone, claire, f"{8 + number // 3:02}:{number % 3 * 15:02}", ends=f"{9 + number // 3:02}:30", room=f"Room {number % 8}",
            resolutions=on, title=f"Example group number {number} on examples",
        )  # fmt: skip
        if number % 3:
            SessionAttendee.objects.create(session=made, user=claire, day=EIGHTH)


@pytest.mark.parametrize("view", ["all", "mine", "resolution", "room"])
def test_a_full_day_is_light(client, ours, claire, ama, view):
    busy_day(ours, claire)
    page = html(client, ama, view=view)
    assert len(gzip.compress(page.encode())) <= 10 * 1024
    if view == "room":
        drawing = page[page.index("<svg viewBox") : page.index("</svg>", page.index("<svg viewBox"))]
        assert len(re.sub(r"\s+", " ", drawing).encode()) <= 8 * 1024


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("view", "queries"), [("all", 16), ("mine", 16), ("resolution", 16), ("room", 18)])
def test_a_day_asks_as_much_whatever_is_on_it(client, ours, claire, ama, django_assert_num_queries, number, view, queries):
    for hour in range(number):
        made = session(ours.everyone, claire, f"{14 + hour}:00", resolutions=[ResolutionFactory()], group="plenary")
        SessionAttendee.objects.create(session=made, user=claire, day=EIGHTH)
        Watch.objects.create(user=ama, resolution=made.resolutions.get())
    html(client, ama)
    with django_assert_num_queries(queries):
        assert client.get(DAY, {"view": view}).status_code == 200


def polled(client, etag: str = ""):
    headers = {"X-By-Itself": "1"} | ({"If-None-Match": etag} if etag else {})
    return client.get(STATE, {"view": "all", "zone": "Asia/Kolkata"}, headers=headers)


def test_a_page_renews_itself_and_nothing_new_costs_three_queries(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    page = html(client, ama)
    etag = f'"{re.search("data-etag=.([0-9a-f]+)", page)[1]}"'
    with CaptureQueriesContext(connection) as asked:
        answer = polled(client, etag)
    assert (answer.status_code, answer.content, answer.headers["X-As-Of"]) == (304, b"", "09:50")
    assert len(asked) == 3
    SessionAttendee.objects.create(session=made, user=claire, day=EIGHTH)
    with time_machine.travel(at("09:51"), tick=False):
        client.post(f"{made.get_absolute_url()}attend/", {"manner": "listening"})
        answer = polled(client, etag)
        assert (answer.status_code, answer.headers["X-As-Of"]) == (200, "09:51")
        assert "Claire" in answer.content.decode()
        assert "<html" not in answer.content.decode()
        assert polled(client, f"W/{answer.headers['ETag']}").status_code == 304


def test_what_would_change_the_page_is_seen(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    html(client, ama)
    seen = {polled(client).headers["ETag"]}

    def is_new() -> bool:
        etag = polled(client).headers["ETag"]
        found = etag not in seen
        seen.add(etag)
        return found

    assert not is_new()
    with time_machine.travel(at("11:16"), tick=False):
        assert is_new()
    client.post(f"{DAY}presence/", {"morning": "remote", "afternoon": ""})
    assert is_new()
    client.post(f"{DAY}presence/", {"morning": "", "afternoon": ""})
    made.notes.create(circle=ours.everyone, moved="Agreed", by=claire, at=at("09:49"))
    assert is_new()
    with time_machine.travel(at("09:51"), tick=False):
        client.post(f"{made.get_absolute_url()}attend/", {"manner": "room"})
        assert is_new()


def test_what_is_gone_is_seen_as_well(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    older, _newer = (made.notes.create(circle=ours.everyone, moved="Agreed", by=claire, at=at(hour)) for hour in ("09:47", "09:48"))
    samuel = member(ours)
    SessionAttendee.objects.create(session=made, user=samuel, day=EIGHTH)
    html(client, ama)
    before = polled(client).headers["ETag"]
    older.delete()
    without_note = polled(client).headers["ETag"]
    leave(ours.memberships.get(user=samuel))
    assert len({before, without_note, polled(client).headers["ETag"]}) == 3


def test_an_open_page_keeps_no_log_in_alive(client, ours, claire, ama):
    session(ours.everyone, claire, "10:15")
    html(client, ama)
    ama.refresh_from_db()
    seen = ama.seen_at
    with time_machine.travel(at("11:50"), tick=False):
        assert polled(client).status_code == 200
        ama.refresh_from_db()
        assert ama.seen_at == seen
        assert client.get(DAY).status_code == 200
        ama.refresh_from_db()
        assert ama.seen_at > seen


def in_strip(page: str) -> dict[str, str]:
    """What stands below each day of the strip, in words."""
    days = re.findall(r'<li><a\s+href="/live/([\d-]+)/\?view=room"[^>]*>(.*?)</a></li>', page, re.DOTALL)
    return {day: " ".join(re.sub(r"<[^>]+>", " ", shown).split()) for day, shown in days}


def test_the_strip_counts_notes_missing_of_past_days(client, ours, claire, ama, django_assert_num_queries):
    with time_machine.travel(at("08:00", "2028-10-23"), tick=False):
        kept, told, empty = (session(ours.everyone, claire, hour, day="2028-10-23") for hour in ("09:00", "11:00", "13:00"))
    told.attendees.create(user=claire, day=told.day)
    empty.attendees.create(user=claire, day=empty.day, manner=SessionAttendee.Manner.LISTENING)
    AssemblySession.objects.filter(pk=kept.pk).update(in_room=2, listening=0)
    with time_machine.travel(at("12:00"), tick=False):
        today = session(ours.everyone, claire, "09:00")
        today.attendees.create(user=claire, day=today.day)
        assert in_strip(html(client, ama, DAY, view="room"))["2028-10-23"].endswith("2 notes missing")
        write_note(kept, circle=ours.everyone, moved="It moved", by=claire)
        with django_assert_num_queries(16):
            assert in_strip(client.get(DAY, {"view": "room"}).content.decode())["2028-10-23"].endswith("1 note missing")
        # A note for a circle that she is not in is none that she can read.
        write_note(told, circle=circle_of(ours, claire), moved="It moved", by=claire)
        assert in_strip(html(client, ama, DAY, view="room"))["2028-10-23"].endswith("1 note missing")
        assert in_strip(html(client, claire, DAY, view="room"))["2028-10-23"].endswith("nothing is missing")
        assert "missing" not in in_strip(html(client, ama, DAY, view="room"))[EIGHTH].replace("nothing is missing", "")

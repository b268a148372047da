"""Calendars that are followed and pages of sources: asked once a week, of a real server, and nothing moves by itself."""

import ssl
import threading
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from amnt.core.outgoing import ask
from calendar_app import tasks
from calendar_app.importers.page_words import digest_of_page
from calendar_app.models import CalendarSource, DateOrigin, Meeting, SourcePage
from calendar_app.services.watched_sources import ask_others, digest_of_events
from tests.amnt.own_certificate import certificate
from tests.calendar_app.test_calendar_imports import event, file_of, taken
from tests.factories import AssemblyFactory, MeetingFactory, RegionalGroupFactory, UserFactory, coalition, lead, member

pytestmark = pytest.mark.django_db
HOST = "atu.example"
ADDRESS = f"https://{HOST}/calendar.ics"
SOURCES, NOW, LOOK = reverse("calendar_app:sources"), reverse("now"), reverse("calendar_app:worth-a-look")
CHANGED = "the page has changed since it was checked"


class Pages(BaseHTTPRequestHandler):
    """The body at each path, and whether it was asked for."""

    bodies: dict[str, tuple[str, bytes]] = {}
    asked: list[str] = []

    def log_message(self, *_about):
        """Not to the output of tests."""

    def do_GET(self):
        kind, body = self.bodies.get(self.path, ("", b""))
        etag = f'"{hash(body)}"'
        type(self).asked.append(self.path)
        is_same = self.headers.get("If-None-Match") == etag
        self.send_response(304 if is_same else 200 if kind else 404)
        self.send_header("ETag", etag)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", "0" if is_same else str(len(body)))
        self.end_headers()
        if not is_same:
            self.wfile.write(body)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    files = certificate(tmp_path_factory.mktemp("keys"), HOST)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    yield partial(ask, at="127.0.0.1", port=server.server_port, context=ssl.create_default_context(cafile=files[0]))
    server.shutdown()
    server.server_close()
    running.join()


@pytest.fixture(autouse=True)
def world(settings):
    settings.OUTGOING_HOSTS = [HOST]
    Pages.bodies, Pages.asked = {}, []
    AssemblyFactory(), RegionalGroupFactory()


@pytest.fixture
def boss():
    return lead(coalition())


@pytest.fixture
def as_lead(client, boss):
    client.force_login(boss)
    return client


def says(*events: str) -> None:
    Pages.bodies["/calendar.ics"] = ("text/calendar", file_of(*events).encode())


def followed(**fields) -> CalendarSource:
    about = {"address": ADDRESS, "assembly": AssemblyFactory(), "group": RegionalGroupFactory(), "language": "en"}
    return CalendarSource.objects.create(**about | fields)


def week_later() -> None:
    for model in (CalendarSource, SourcePage):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(ask_at=row.ask_at - timedelta(days=8))


def text_of(client, url: str) -> str:
    return client.get(url).content.decode()


# --- Calendars ------------------------------------------------------------------------------------------------------------------


def test_a_calendar_that_is_followed_asks_leads_when_it_says_something_new(as_lead, boss, served):
    form = {
        "address": ADDRESS,
        "assembly": "WTSA-28",
        "group": "ATU",
        "language": "en",
        "submission": "6d5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
    }
    for _time in range(2):
        as_lead.post(SOURCES, form)
    source = CalendarSource.objects.get()
    assert (source.added_by, Pages.asked) == (boss, [])
    says(event(**days(3000)))
    ask_others(served)
    assert "1 calendar that is followed says something new" in text_of(as_lead, NOW)
    assert "Third African meeting" in text_of(as_lead, source.get_absolute_url())
    assert Meeting.objects.count() == 0
    as_lead.post(source.get_absolute_url(), taken())
    assert Meeting.objects.get().source == ADDRESS
    source.refresh_from_db()
    as_lead.post(f"{source.get_absolute_url()}looked/", {"seen": digest_of_events(source)})
    assert "says something new" not in text_of(as_lead, NOW)


def days(later: int) -> dict[str, str]:
    """Of five days, in 2028 or as many days later; this clock is not that of other tests."""
    first = date(2028, 8, 7) + timedelta(days=later)
    return {"DTSTART;VALUE=DATE": f"{first:%Y%m%d}", "DTEND;VALUE=DATE": f"{first + timedelta(days=5):%Y%m%d}"}


def test_a_change_there_moves_nothing_and_asks_again(as_lead, served):
    first = date(2028, 8, 7) + timedelta(days=3000)
    meeting = MeetingFactory(starts_on=first, ends_on=first + timedelta(days=4), group=RegionalGroupFactory())
    DateOrigin.objects.create(uid="one@atu.example", address=ADDRESS, meeting=meeting)
    source = followed()
    says(event(**days(3000)))
    ask_others(served)
    source.refresh_from_db()
    assert (source.differs, source.trouble, len(source.events)) == (False, "", 1)
    says(event(**days(3007)))
    week_later()
    ask_others(served)
    source.refresh_from_db()
    meeting.refresh_from_db()
    assert (source.differs, meeting.starts_on, meeting.date_changes.count()) == (True, first, 0)
    [(_line, _fields, move)] = as_lead.get(source.get_absolute_url()).context["rows"]
    as_lead.post(move["url"], dict(move["sent"]) | {"save": "1"})
    meeting.refresh_from_db()
    assert meeting.starts_on == first + timedelta(days=7)


def test_what_was_left_out_is_not_asked_again_until_it_says_something_else(as_lead, served):
    source = followed()
    says(event(**days(3000)))
    ask_others(served)
    source.refresh_from_db()
    as_lead.post(f"{source.get_absolute_url()}looked/", {"seen": digest_of_events(source)})
    for later, differs in ((3000, False), (3001, True)):
        says(event(**days(later)))
        week_later()
        ask_others(served)
        source.refresh_from_db()
        assert source.differs is differs


def taken_over(uid: str, **fields) -> Meeting:
    first = date(2028, 8, 7) + timedelta(days=3000)
    meeting = MeetingFactory(**{"starts_on": first, "ends_on": first + timedelta(days=4), "group": RegionalGroupFactory()} | fields)
    DateOrigin.objects.create(uid=uid, address=ADDRESS, meeting=meeting)
    return meeting


def read_again(served, source: CalendarSource, *events: str) -> None:
    says(*events)
    week_later()
    ask_others(served)
    source.refresh_from_db()


OTHER = {"UID": "other@atu.example", "SUMMARY": "Another body altogether", **days(3100)}


def test_what_is_no_longer_in_the_calendar_is_asked_and_stays_a_date(as_lead, served):
    meeting, source = taken_over("one@atu.example"), followed()
    other = taken_over(
        "other@atu.example", title_en="Another body altogether", **dict(zip(("starts_on", "ends_on"), span(3100), strict=True))
    )
    read_again(served, source, event(**days(3000)), event(**OTHER))
    assert source.differs is False
    read_again(served, source, event(**OTHER))
    assert source.differs is True
    assert "1 calendar that is followed says something new" in text_of(as_lead, NOW)
    page = as_lead.get(source.get_absolute_url())
    assert [(line.found, line.target) for line, _fields, _move in page.context["rows"]] == [("gone", meeting), ("same", other)]
    assert page.text.count("no longer in the calendar") == 1
    # Nothing is removed: its own page marks it as uncertain, and shows first what follows.
    move = page.context["rows"][0][2]
    asked = as_lead.post(move["url"], dict(move["sent"])).text
    meeting.refresh_from_db()
    assert (meeting.date_status, meeting.starts_on) == ("confirmed", span(3000)[0])
    assert 'name="status" value="rumour"' in asked
    as_lead.post(move["url"], dict(move["sent"]) | {"save": "1"})
    meeting.refresh_from_db()
    assert (meeting.date_status, meeting.starts_on, meeting.ends_on) == ("rumour", *span(3000))
    assert "no longer in the calendar" not in text_of(as_lead, source.get_absolute_url())


def span(later: int) -> tuple[date, date]:
    first = date(2028, 8, 7) + timedelta(days=later)
    return first, first + timedelta(days=4)


def test_what_was_seen_to_be_gone_asks_again_when_it_is_gone_once_more(as_lead, served):
    taken_over("one@atu.example")
    source = followed()
    read_again(served, source, event(**OTHER))
    as_lead.post(f"{source.get_absolute_url()}looked/", {"seen": digest_of_events(source)})
    for events, differs in (([OTHER], False), ([OTHER, days(3000)], False), ([OTHER], True)):
        read_again(served, source, *(event(**each) for each in events))
        assert source.differs is differs


def test_an_event_under_another_uid_is_not_gone(as_lead, served):
    taken_over("old@atu.example", title_en="Third African meeting")
    source = followed()
    read_again(served, source, event(**{"UID": "new@atu.example"} | days(3007)))
    [(line, _fields, _move)] = as_lead.get(source.get_absolute_url()).context["rows"]
    assert (line.found, line.is_known) == ("moved", False)


@pytest.mark.parametrize(
    "fields",
    [{"date_status": "rumour"}, {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 1, 2)}],
    ids=["uncertain already", "over"],
)
def test_what_need_not_be_in_the_calendar_is_not_asked(served, fields):
    taken_over("one@atu.example", **fields)
    source = followed(settled={"other@atu.example": "x"})
    read_again(served, source, event(**OTHER | {"STATUS": "CANCELLED"}))
    assert source.differs is False


def test_a_date_of_another_calendar_is_not_gone_from_this_one(as_lead, served):
    meeting, source = taken_over("one@atu.example"), followed()
    meeting.origins.update(address="https://atu.example/other.ics")
    read_again(served, source, event(**OTHER))
    assert [line.found for line, _fields, _move in as_lead.get(source.get_absolute_url()).context["rows"]] == ["new"]


def test_nobody_settles_what_she_has_not_seen(as_lead, served):
    source = followed(events=[{"uid": "x", "trouble": "unreadable"}], differs=True)
    said = as_lead.post(f"{source.get_absolute_url()}looked/", {"seen": "other"}, follow=True).content.decode()
    source.refresh_from_db()
    assert (source.differs, "was read again in the meantime" in said) == (True, True)


def test_it_is_asked_once_a_week_and_a_day_after_trouble(served):
    source = followed()
    ask_others(served)
    ask_others(served)
    source.refresh_from_db()
    assert (source.trouble, Pages.asked) == ("refused", ["/calendar.ics"])
    says(event())
    week_later()
    ask_others(served)
    source.refresh_from_db()
    assert (source.trouble, source.etag != "", source.read_at is not None) == ("", True, True)


def test_what_is_no_calendar_is_said_and_what_was_read_before_stays(as_lead, served):
    source = followed(events=[{"uid": "x"}])
    Pages.bodies["/calendar.ics"] = ("text/html", b"<html>gone</html>")
    ask_others(served)
    source.refresh_from_db()
    assert (source.trouble, source.events) == ("unreadable", [{"uid": "x"}])
    assert "What stands there is no calendar file that can be read." in text_of(as_lead, SOURCES)


def test_where_nobody_is_asked_the_pages_say_so_and_offer_the_file_alone(as_lead, settings, served):
    settings.OUTGOING_HOSTS = []
    followed(differs=True)
    said = text_of(as_lead, SOURCES)
    assert "This service asks no other" in said
    assert "Follow it" not in said
    assert "says something new" not in text_of(as_lead, NOW)
    assert f'href="{SOURCES}"' not in text_of(as_lead, reverse("calendar_app:import-new"))
    assert as_lead.post(SOURCES, {"address": "https://x.example/a.ics", "assembly": "WTSA-28", "language": "en"}).status_code == 200
    assert (ask_others(served), CalendarSource.objects.count(), Pages.asked) == (0, 1, [])
    tasks.ask_others()


def test_only_a_host_that_is_named_is_followed_and_once(as_lead):
    followed()
    for address, sentence in (
        (ADDRESS, "This calendar is followed already."),
        ("https://x.example/a", "This service may not ask that host."),
    ):
        said = as_lead.post(SOURCES, {"address": address, "assembly": "WTSA-28", "language": "en"}).content.decode()
        assert sentence in said


def test_only_leads_see_what_is_followed(client):
    source, here = followed(), coalition()
    for person, status in ((member(here), 404), (UserFactory(), 404), (lead(here), 200)):
        client.force_login(person)
        assert client.get(source.get_absolute_url()).status_code == status
    client.post(f"{source.get_absolute_url()}remove/")
    assert CalendarSource.objects.count() == 0


# --- Pages of sources -------------------------------------------------------------------------------------------------------------


def test_the_words_of_a_page_count_and_nothing_around_them():
    said = b"<html><script>1</script><p>Opens on <b>7 August</b></p></html>"
    same = b"<html>\n<script>2</script><div class='x'>Opens   on 7\n august</div><style>p{}</style></html>"
    assert digest_of_page(said, "text/html; charset=utf-8") == digest_of_page(same, "text/html")
    assert digest_of_page(said, "text/html") != digest_of_page(said.replace(b"7", b"8"), "text/html")
    assert digest_of_page(said, "application/pdf") != digest_of_page(same, "application/pdf")


def test_a_page_that_changes_after_a_date_was_checked_is_worth_a_look(as_lead, boss, served):
    link = f"https://{HOST}/third"
    ahead = datetime.now(UTC).date() + timedelta(days=200)
    facts = {"source": link, "starts_on": ahead, "ends_on": ahead, "verified_by": boss, "verified_at": datetime.now(UTC)}
    meeting = MeetingFactory(at=datetime.now(UTC) + timedelta(days=200), **facts)
    MeetingFactory(title_en="Elsewhere", source="https://other.example/x")
    for body, is_changed in ((b"<p>7 August</p>", False), (b"<p>7  August</p>", False), (b"<p>14 August</p>", True)):
        Pages.bodies["/third"] = ("text/html", body)
        week_later()
        ask_others(served)
        assert (CHANGED in text_of(as_lead, meeting.get_absolute_url())) is is_changed
        assert (CHANGED in text_of(as_lead, LOOK)) is is_changed
    assert [page.address for page in SourcePage.objects.all()] == [link]
    as_lead.post(reverse("calendar_app:meeting-checked", args=[meeting.public_id]))
    assert CHANGED not in text_of(as_lead, meeting.get_absolute_url())
    assert CHANGED not in text_of(as_lead, LOOK)
    Meeting.objects.filter(pk=meeting.pk).update(source="")
    ask_others(served)
    assert SourcePage.objects.count() == 0

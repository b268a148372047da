"""The files beside the page without a log-in: an Atom feed of public news, and a calendar of public dates."""

from datetime import UTC, date, datetime, timedelta

import lxml.etree
import pytest
from django.core.cache import cache
from django.utils.timezone import now
from icalendar import Calendar

from calendar_app.models import DateChange
from resolutions.models import ProposalEvent
from tests.factories import (
    AssemblyFactory,
    ContributionFactory,
    DeadlineFactory,
    MeetingFactory,
    ProposalFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
)

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def september(clock):
    """Four and a half weeks before the assembly of the tests."""


def feed_of(client, language="en"):
    cache.clear()
    answer = client.get(f"/public/{language}/news.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return lxml.etree.fromstring(answer.content)


def entries_of(feed) -> list[tuple[str, str]]:
    return [(entry.findtext("a:title", None, ATOM), entry.findtext("a:summary", None, ATOM)) for entry in feed.findall("a:entry", ATOM)]


def events_of(client, language="en"):
    cache.clear()
    answer = client.get(f"/public/{language}/dates.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def moved(thing: dict, *, days=1, because_of=None, **fields) -> DateChange:
    day = date(2028, 9, 18)
    old, new = (
        {"at": datetime(on.year, on.month, on.day, 12, tzinfo=UTC).isoformat(), "has_hour": True, "zone": "UTC"}
        for on in (day, day + timedelta(days=days))
    )
    by = lead(coalition(), name="zz-proposer")
    applied = {"applied_at": now() - timedelta(days=2), "confirmed_by": by} | fields
    return DateChange.objects.create(**thing, old=old, new=new, proposed_by=by, because_of=because_of, **applied)


def told(resolution, *, kind="new", is_history=False, ago=1, **fields) -> ProposalEvent:
    proposal = ProposalFactory(resolution=resolution, contribution=ContributionFactory(**fields))
    at = now() - timedelta(days=ago)
    return ProposalEvent.objects.create(proposal=proposal, kind=kind, status="submitted", recorded_at=at, is_history=is_history)


# --- News -----------------------------------------------------------------------------------------------------------------


def test_the_feed_tells_of_dates_that_changed_and_of_new_public_proposals(client):
    moved({"deadline": DeadlineFactory(title_en="Contributions close")})
    event = told(ResolutionFactory(number=50, slug="50", title_en="Cyber <security> & more"), number="38A7")
    feed = feed_of(client)
    assert entries_of(feed) == [
        ("New proposal: Res. 50, MOD EUR/38A7/1", "Res. 50: Cyber &lt;security&gt; &amp; more — modification"),
        ("Date changed: Contributions close", "Mon, 18 Sept 2028, 12:00 (UTC) → Tue, 19 Sept 2028, 12:00 (UTC) (official time)"),
    ]
    first = feed.find("a:entry", ATOM)
    assert first.findtext("a:id", None, ATOM) == event.public_id.urn
    assert first.find("a:link", ATOM).get("href") == "http://testserver/public/en/resolutions/50/"
    assert feed.findtext("a:updated", None, ATOM) == "2028-08-31T09:00:00+00:00"


def test_in_the_language_of_its_address(client):
    told(ResolutionFactory(number=50, slug="50", title_fr="Cybersécurité"), number="38A7")
    feed = feed_of(client, "fr")
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    [(title, summary)] = entries_of(feed)
    assert title == "Nouvelle proposition\u00a0: Rés.\u00a050, MOD EUR/38A7/1"
    assert "Cybersécurité" in summary


def test_what_followed_from_a_change_is_counted_there_once(client):
    root = moved({"assembly": AssemblyFactory(date_status="assumption")})
    for _number in range(3):
        moved({"deadline": DeadlineFactory()}, because_of=root)
    [(title, summary)] = entries_of(feed_of(client))
    assert title == "Date changed: WTSA-28"
    assert summary.endswith("It is an assumption, not published. 3 dates that are counted from it moved too.")


def test_nothing_of_circles_rumours_history_or_what_is_not_public_is_news(client):
    ours = coalition()
    call = MeetingFactory(kind="call", circle=circle_of(ours, lead(ours)), group=None, title_en="zz-call")
    moved({"meeting": call})
    moved({"deadline": DeadlineFactory(meeting=call, title_en="zz-door")})
    moved({"meeting": MeetingFactory(title_en="zz-heard", date_status="rumour")})
    moved({"meeting": MeetingFactory(title_en="zz-proposed")}, applied_at=None, confirmed_by=None)
    moved({"meeting": MeetingFactory(title_en="zz-refused")}, applied_at=None, confirmed_by=None, rejected_at=now())
    moved({"meeting": MeetingFactory(title_en="zz-long-ago")}, applied_at=now() - timedelta(days=91))
    moved({"meeting": MeetingFactory(title_en="zz-the-same")}, days=0)
    resolution = ResolutionFactory(number=50)
    told(resolution, number="77A7", access="number")
    told(resolution, number="78A7", is_history=True)
    told(resolution, number="79A7", ago=91)
    told(resolution, number="80A7", kind="status")
    assert entries_of(feed_of(client)) == []
    assert "zz-" not in client.get("/public/en/news.atom").text


def test_without_news_its_bytes_are_the_same_whenever_it_is_asked_for(client, clock):
    first = client.get("/public/en/news.atom").content
    clock.shift(timedelta(days=3))
    cache.clear()
    assert client.get("/public/en/news.atom").content == first


def test_it_holds_no_more_than_the_newest_fifty(client):
    resolution = ResolutionFactory(number=50)
    for number in range(60):
        told(resolution, number=f"{number}A7")
    assert len(entries_of(feed_of(client))) == 50


# --- Dates ----------------------------------------------------------------------------------------------------------------


def test_the_calendar_holds_every_public_date_of_the_cycle_with_how_sure_it_is(client):
    deadline = DeadlineFactory(title_en="Contributions close", version=3)
    MeetingFactory(title_en="A meeting", starts_on=date(2028, 8, 7), ends_on=date(2028, 8, 11), city="Nairobi", country="KE")
    DeadlineFactory(title_en="Registration", date_status="assumption", at=datetime(2028, 9, 30, 10, tzinfo=UTC), has_hour=False)
    events = events_of(client)
    assert list(events) == ["A meeting", "Contributions close", "Registration (assumption)"]
    closes, meeting, assumed = events["Contributions close"], events["A meeting"], events["Registration (assumption)"]
    assert str(closes["uid"]) == str(deadline.public_id)
    assert closes["sequence"] == 2
    assert closes["dtstart"].dt.isoformat() == "2028-09-18T23:59:00+02:00"
    assert closes["dtstart"].params["TZID"] == "Europe/Zurich"
    assert (meeting["dtstart"].dt, meeting["dtend"].dt) == (date(2028, 8, 7), date(2028, 8, 12))
    assert meeting["location"] == "Nairobi, Kenya"
    assert (assumed["dtstart"].dt, assumed["status"]) == (date(2028, 9, 30), "TENTATIVE")
    assert (closes["status"], closes["transp"]) == ("CONFIRMED", "TRANSPARENT")
    assert not any(event.get("attendee") or event.get("organizer") for event in events.values())


def test_a_date_that_moves_keeps_its_uid_in_every_language(client):
    deadline = DeadlineFactory()
    [before] = events_of(client).values()
    [in_french] = events_of(client, "fr").values()
    deadline.at += timedelta(days=2)
    deadline.version += 1
    deadline.save()
    [after] = events_of(client).values()
    assert before["uid"] == after["uid"] == in_french["uid"]
    assert after["sequence"] == before["sequence"] + 1


def test_no_line_of_a_calendar_is_begun_by_the_words_of_a_title(client):
    DeadlineFactory(title_en="One\r\nATTENDEE:mailto:a@example.org\r\nBEGIN:VALARM")
    answer = client.get("/public/en/dates.ics").content
    assert not [line for line in answer.split(b"\r\n") if line.startswith((b"ATTENDEE", b"BEGIN:VALARM"))]


def test_asked_again_it_says_that_nothing_changed(client):
    DeadlineFactory()
    for file in ("dates.ics", "news.atom"):
        tag = client.get(f"/public/en/{file}").headers["ETag"]
        cache.clear()
        assert client.get(f"/public/en/{file}", headers={"if-none-match": tag}).status_code == 304

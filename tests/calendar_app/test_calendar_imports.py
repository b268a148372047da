"""Calendar files of regional bodies: read, compared with the dates that exist, and taken over line by line."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from amnt.core.errors import RuleBroken
from calendar_app.importers.calendar_files import LARGEST, read_calendar
from calendar_app.models import CalendarImport, DateChange, DateOrigin, Deadline, Meeting
from calendar_app.read_models.imported_events import lines_of
from tests.calendar_app.dating import EARLY
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, RegionalGroupFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
NEW = reverse("calendar_app:import-new")
SEPTEMBER = {"starts_on": date(2028, 9, 4), "ends_on": date(2028, 9, 4)}
ADDRESS = "https://atu.example/calendar.ics"


@pytest.fixture(autouse=True)
def early():
    with time_machine.travel(EARLY, tick=False) as traveller:
        yield traveller


def event(**said) -> str:
    lines = {
        "UID": "one@atu.example",
        "DTSTART;VALUE=DATE": "20280807",
        "DTEND;VALUE=DATE": "20280812",
        "SUMMARY": "Third African meeting",
    } | {name.replace("_", ";"): value for name, value in said.items()}
    return "\r\n".join(["BEGIN:VEVENT", *(f"{name}:{value}" for name, value in lines.items() if value is not None), "END:VEVENT"])


def file_of(*events: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *events, "END:VCALENDAR", ""])


def at(start: str, end: str | None = None, **said) -> str:
    """An event of instants: `start` with its parameters, as "TZID=Africa/Nairobi:20280807T090000"."""
    begins = {f"DTSTART;{start.partition(':')[0]}" if ":" in start else "DTSTART": start.rpartition(":")[2]}
    ends = {"DTEND": end} if end else {}
    return event(**{"DTSTART;VALUE=DATE": None, "DTEND;VALUE=DATE": None} | begins | ends | said)


def read(*events: str):
    return read_calendar(file_of(*events).encode())


def form(*events: str, **fields):
    return {
        "pasted": file_of(*events),
        "address": ADDRESS,
        "assembly": "WTSA-28",
        "group": "ATU",
        "language": "en",
        "submission": "5d5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
    } | fields


@pytest.fixture
def here():
    AssemblyFactory()
    RegionalGroupFactory()
    return coalition()


@pytest.fixture
def boss(here):
    return lead(here)


@pytest.fixture
def as_lead(client, boss):
    client.force_login(boss)
    return client


def preview(client, *events: str, **fields) -> str:
    response = client.post(NEW, form(*events, **fields))
    assert response.status_code == 302, response.context["form"].errors
    return response.url


def page(client, url: str) -> str:
    return client.get(url).content.decode()


def taken(place: int = 0, **fields):
    return {f"{name}_{place}": value for name, value in ({"take": "on", "kind": "regional", "group": "ATU"} | fields).items()}


# --- Reading ------------------------------------------------------------------------------------------------------------------


def test_days_end_the_day_before_dtend():
    [found] = read(event())
    assert (found.on, found.until, found.hour, found.title) == ("2028-08-07", "2028-08-11", "", "Third African meeting")


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("TZID=Africa/Nairobi:20280807T090000", "20280807T170000", ("2028-08-07", "2028-08-07", "09:00", "Africa/Nairobi")),
        ("TZID=E. Africa Standard Time:20280807T090000", None, ("2028-08-07", "2028-08-07", "09:00", "Africa/Nairobi")),
        ("20280807T060000Z", "20280809T000000Z", ("2028-08-07", "2028-08-08", "06:00", "UTC")),
        ("20280807T090000", None, ("2028-08-07", "2028-08-07", "", "")),
        ("TZID=My own:20280807T090000", None, ("2028-08-07", "2028-08-07", "", "")),
    ],
)
def test_an_hour_is_taken_only_with_a_zone_that_is_known(start, end, said):
    [found] = read(at(start, end))
    assert (found.on, found.until, found.hour, found.zone) == said


def test_a_duration_gives_the_last_day():
    [found] = read(event(**{"DTEND;VALUE=DATE": None, "DURATION": "P3D"}))
    assert found.until == "2028-08-09"


def test_people_descriptions_and_alarms_are_not_read():
    secret = {"ATTENDEE;CN=Zed": "mailto:zed@example.org", "ORGANIZER": "mailto:org@example.org", "DESCRIPTION": "Passcode 1234"}
    alarm = "\r\nBEGIN:VALARM\r\nSUMMARY:Wake up\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT"
    [found] = read(event(**secret).replace("\r\nEND:VEVENT", alarm))
    assert found.title == "Third African meeting"
    assert not {word for word in ("zed", "org@", "Passcode", "Wake") if word in repr(found)}


def test_names_are_one_line_without_bidirectional_turns():
    [found] = read(event(SUMMARY="Third\\, African\\nmeet\u202eing\\; of", LOCATION="Nairobi\\, Kenya", URL="javascript:alert(1)"))
    assert (found.title, found.place, found.url) == ("Third, African meeting; of", "Nairobi, Kenya", "")


@pytest.mark.parametrize("said", [{"RRULE": "FREQ=SECONDLY"}, {"RDATE": "20280901"}, {"RECURRENCE-ID": "20280807"}])
def test_what_repeats_is_named_and_not_expanded(said):
    assert [found.trouble for found in read(event(**said))] == ["repeats"]


def test_two_events_of_one_uid_are_a_series():
    assert [found.trouble for found in read(event(), event(SUMMARY="Another"))] == ["repeats"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This is no calendar file: it does not begin as one (BEGIN:VCALENDAR)."),
        (b"PK\x03\x04", "This is no calendar file: it does not begin as one (BEGIN:VCALENDAR)."),
        (file_of().encode(), "There is no event in this calendar."),
        (b"x" * (LARGEST + 1), "This calendar is larger than 1 MB. Bring in a part of it."),
        (file_of(*[event(UID=str(n)) for n in range(501)]).encode(), "This calendar holds more than 500 events. Bring in a part of it."),
    ],
    ids=["nothing", "an archive", "no event", "too large", "too many"],
)
def test_what_is_no_calendar_or_too_large_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(RuleBroken, match=r".") as refused:
        read_calendar(data)
    assert str(refused.value) == sentence


# --- The preview ----------------------------------------------------------------------------------------------------------------


def found(*events: str):
    meeting = Meeting.objects.first()
    return [line.found.value for line in lines_of(read(*events), assembly=meeting.assembly, group=meeting.group)]


def test_each_event_is_new_the_same_moved_or_cancelled():
    meeting = MeetingFactory(group=RegionalGroupFactory())
    DateOrigin.objects.create(uid="two", address=ADDRESS, meeting=MeetingFactory(title_en="Known", starts_on=date(2028, 5, 1)))
    DateOrigin.objects.create(uid="three", address=ADDRESS, meeting=MeetingFactory(title_en="Called off", starts_on=date(2028, 6, 1)))
    days = {"DTSTART;VALUE=DATE": "20280502", "DTEND;VALUE=DATE": "20280504"}
    lines = found(
        event(SUMMARY=meeting.title_en),
        event(UID="two", SUMMARY="A wholly other name", **days),
        event(UID="three", STATUS="CANCELLED"),
        event(UID="four", SUMMARY="Workshop on numbering", **days),
        event(UID="five", STATUS="CANCELLED", SUMMARY="Never here"),
        event(UID="six", **{"DTSTART;VALUE=DATE": "20200101", "DTEND;VALUE=DATE": None}),
    )
    assert sorted(lines) == sorted(["same", "moved", "cancelled", "new", "left-out", "over"])


def test_a_date_is_matched_by_its_name_on_another_day_only_when_nearly_the_same():
    MeetingFactory(group=RegionalGroupFactory(), title_en="Third African preparatory meeting")
    later = {"DTSTART;VALUE=DATE": "20280821", "DTEND;VALUE=DATE": "20280826"}
    assert found(event(SUMMARY="African preparatory meeting, third", **later)) == ["moved"]
    assert found(event(SUMMARY="Fourth working party of Africa", **later)) == ["new"]
    assert found(event(SUMMARY="African preparatory meeting, third", **{"DTSTART;VALUE=DATE": "20281201", "DTEND;VALUE=DATE": None})) == [
        "new"
    ]


def test_calls_of_circles_and_dates_of_other_groups_are_no_match(here):
    meeting = MeetingFactory(group=RegionalGroupFactory())
    other = RegionalGroupFactory(code="CITEL")
    MeetingFactory(title_en="Secret call on numbering", circle=here.circles.get(), kind="call", group=None, **SEPTEMBER)
    MeetingFactory(title_en="Numbering of the Americas", group=other, **SEPTEMBER)
    days = {"DTSTART;VALUE=DATE": "20280904", "DTEND;VALUE=DATE": None}
    lines = lines_of(
        read(event(SUMMARY="Secret call on numbering", **days), event(UID="b", SUMMARY="Numbering of the Americas", **days)),
        assembly=meeting.assembly,
        group=meeting.group,
    )
    assert [line.target for line in lines] == [None, None]


# --- Taking over ------------------------------------------------------------------------------------------------------------------


def test_a_date_is_added_with_its_source_and_recognised_next_time(as_lead):
    url = preview(as_lead, at("TZID=Africa/Nairobi:20280807T090000", "20280811T170000", LOCATION="Nairobi", STATUS="CONFIRMED"))
    assert Meeting.objects.count() == 0
    assert "Third African meeting" in page(as_lead, url)
    assert as_lead.post(url, taken()).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.title_en, meeting.kind, meeting.group.code, meeting.city) == ("Third African meeting", "regional", "ATU", "Nairobi")
    assert (meeting.starts_on, meeting.ends_on, meeting.zone, meeting.has_hour) == (
        date(2028, 8, 7),
        date(2028, 8, 11),
        "Africa/Nairobi",
        True,
    )
    assert (meeting.date_status, meeting.source, meeting.at) == ("confirmed", ADDRESS, datetime(2028, 8, 7, 6, tzinfo=UTC))
    origin = DateOrigin.objects.get()
    assert (origin.uid, origin.address, origin.meeting) == ("one@atu.example", ADDRESS, meeting)
    assert "the same" in page(as_lead, url)


def test_without_a_word_how_sure_it_is_a_date_is_provisional(as_lead):
    as_lead.post(preview(as_lead, event(URL="https://atu.example/third")), taken())
    assert Meeting.objects.values_list("date_status", "source").get() == ("provisional", "https://atu.example/third")


def test_a_deadline_is_added_as_one(as_lead):
    as_lead.post(preview(as_lead, event(SUMMARY="Contributions close")), taken(kind="contribution"))
    deadline = Deadline.objects.get()
    assert (deadline.title_en, deadline.kind, deadline.has_hour, deadline.source) == ("Contributions close", "contribution", False, ADDRESS)


def test_sent_twice_it_makes_one(as_lead):
    urls = {preview(as_lead, event()) for _time in range(2)}
    assert CalendarImport.objects.count() == 1
    [url] = urls
    for _time in range(2):
        as_lead.post(url, taken())
    assert (Meeting.objects.count(), DateOrigin.objects.count()) == (1, 1)


def test_what_is_not_chosen_is_left(as_lead):
    url = preview(as_lead, event(), event(UID="b", SUMMARY="Other"))
    as_lead.post(url, taken(1))
    assert Meeting.objects.values_list("title_en", flat=True).get() == "Third African meeting"


def test_without_a_kind_nothing_is_taken_over_and_nothing_is_lost(as_lead):
    url = preview(as_lead, event(), event(UID="b", SUMMARY="Other"))
    response = as_lead.post(url, taken(0, kind="") | taken(1, kind="forum"))
    said = response.content.decode()
    assert response.status_code == 200
    assert "Say what it is, or leave it out." in said
    assert '<option value="forum" selected>' in said
    assert Meeting.objects.count() == 0


def test_a_line_that_a_rule_refuses_is_named_and_nothing_is_taken_over(as_lead):
    gap = at("TZID=Europe/Zurich:20280326T023000", UID="gap", SUMMARY="In the gap")
    url = preview(as_lead, event(), gap)
    said = as_lead.post(url, taken(0) | taken(1)).content.decode()
    assert "In the gap: On Sun, 26 Mar 2028 the clocks in Geneva" in said
    assert Meeting.objects.count() == 0


def test_a_date_that_is_here_already_is_only_noted(as_lead):
    meeting = MeetingFactory(group=RegionalGroupFactory(), title_en="Third African meeting")
    url = preview(as_lead, event())
    assert "seems the same" in page(as_lead, url)
    as_lead.post(url, taken(kind=""))
    assert (Meeting.objects.count(), DateOrigin.objects.get().meeting) == (1, meeting)


def test_a_moved_date_is_moved_on_its_own_page_after_its_preview(as_lead):
    meeting = MeetingFactory(group=RegionalGroupFactory())
    DateOrigin.objects.create(uid="one@atu.example", address=ADDRESS, meeting=meeting)
    url = preview(as_lead, event(**{"DTSTART;VALUE=DATE": "20280814", "DTEND;VALUE=DATE": "20280819"}))
    response = as_lead.get(url)
    [(_line, fields, move)] = response.context["rows"]
    assert (fields, move["url"]) == ({}, reverse("calendar_app:meeting-change", args=[meeting.public_id]))
    as_lead.post(url, taken())
    meeting.refresh_from_db()
    assert meeting.starts_on == date(2028, 8, 7)
    sent = dict(move["sent"])
    shown = as_lead.post(move["url"], sent)
    assert shown.context["preview"].dates == 1
    as_lead.post(move["url"], sent | {"save": "1"})
    meeting.refresh_from_db()
    assert (meeting.starts_on, meeting.ends_on, meeting.source) == (date(2028, 8, 14), date(2028, 8, 18), ADDRESS)
    assert "the same" in page(as_lead, url)


def test_near_the_day_a_moved_date_waits_for_a_second_person(as_lead, boss, early):
    meeting = MeetingFactory(group=RegionalGroupFactory())
    early.move_to(datetime(2028, 7, 24, 9, tzinfo=UTC))
    as_lead.force_login(boss)
    DateOrigin.objects.create(uid="one@atu.example", address=ADDRESS, meeting=meeting)
    url = preview(as_lead, event(**{"DTSTART;VALUE=DATE": "20280814", "DTEND;VALUE=DATE": "20280819"}))
    [(_line, _fields, move)] = as_lead.get(url).context["rows"]
    as_lead.post(move["url"], dict(move["sent"]) | {"save": "1"})
    assert DateChange.objects.get().is_pending
    assert "a change of it waits for a second person" in page(as_lead, url)


def test_a_cancelled_date_is_offered_as_uncertain(as_lead):
    deadline = DeadlineFactory(assembly=AssemblyFactory(), offset_days=-5)
    DateOrigin.objects.create(uid="one@atu.example", address=ADDRESS, deadline=deadline)
    url = preview(as_lead, event(STATUS="CANCELLED"))
    assert "cancelled, says the file" in page(as_lead, url)
    [(_line, _fields, move)] = as_lead.get(url).context["rows"]
    as_lead.post(move["url"], dict(move["sent"]) | {"save": "1"})
    deadline.refresh_from_db()
    assert deadline.date_status == "rumour"


def test_a_file_is_read_as_well_as_what_is_pasted(as_lead):
    file = SimpleUploadedFile("dates.ics", b"\xef\xbb\xbf" + file_of(event()).encode())
    preview(as_lead, pasted="", file=file)
    assert len(CalendarImport.objects.get().events) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"pasted": ""}, "Choose a file, or paste what is in it."),
        ({"pasted": "hello"}, "This is no calendar file"),
        ({"address": "ftp://x"}, "Give a plain web address"),
    ],
)
def test_what_is_refused_is_said_and_the_form_keeps_its_words(as_lead, fields, sentence):
    response = as_lead.post(NEW, form(event(), **fields))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert CalendarImport.objects.count() == 0


def test_only_leads_bring_in_calendars_and_only_their_own_is_seen(client, here):
    for person, status in ((member(here), 403), (observer(here), 403), (lead(here), 200)):
        client.force_login(person)
        assert client.get(NEW).status_code == status
    url = preview(client, event())
    client.force_login(lead(here))
    assert client.get(url).status_code == 404


def test_it_expires_after_a_week_and_may_be_discarded_before(as_lead, boss, early):
    url = preview(as_lead, event())
    early.shift(timedelta(days=7, seconds=1))
    as_lead.force_login(boss)
    assert as_lead.get(url).status_code == 404
    assert CalendarImport.objects.expired(EARLY + timedelta(days=8)).count() == 1
    early.move_to(EARLY)
    as_lead.force_login(boss)
    assert as_lead.post(url + "discard/").url == NEW
    assert CalendarImport.objects.count() == 0


def test_the_preview_asks_the_same_of_the_database_whatever_its_length(as_lead, django_assert_num_queries):
    for number in (1, 60):
        RegionalGroupFactory()
        events = [event(UID=f"{number}-{n}", SUMMARY=f"Meeting {n}") for n in range(number)]
        url = preview(as_lead, *events, submission=f"5d5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a{number:02}")
        with django_assert_num_queries(8):
            as_lead.get(url)

"""Adding dates and correcting what is said of them."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.urls import reverse

from amnt.core.errors import RuleBroken
from calendar_app.models import Deadline, Meeting
from calendar_app.services import date_facts
from calendar_app.services.date_states import NewDate
from tests.calendar_app.dating import EARLY, SOURCE, meeting_form, page
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, ResolutionFactory, coalition, lead

pytestmark = pytest.mark.django_db


# --- The acts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["regional", "inter-regional", "national"])
def test_a_new_meeting_brings_its_related_deadlines_in_every_language(kind):
    assembly, by = AssemblyFactory(), lead(coalition())
    meeting = date_facts.add_meeting(
        by=by,
        assembly=assembly,
        kind=kind,
        titles={"en": "Third African meeting", "fr": "", "es": "Tercera reunión africana"},
        new=NewDate(date(2028, 8, 7), until=date(2028, 8, 11), zone="Africa/Nairobi"),
        source=SOURCE,
        related_deadlines=date_facts.USUAL_DEADLINES[kind],
    )
    assert (meeting.verified_by, meeting.has_hour, meeting.at) == (by, False, datetime(2028, 8, 7, 10, tzinfo=UTC))
    deadlines = meeting.deadlines.order_by("at")
    assert [(row.kind, row.offset_days, row.date_status, row.has_hour, row.zone) for row in deadlines] == [
        ("document", -21, "provisional", False, "Africa/Nairobi"),
        ("registration", -14, "provisional", False, "Africa/Nairobi"),
    ]
    assert (deadlines[1].title_en, deadlines[1].title_fr, deadlines[1].verified_by) == (
        "Registration closes: Third African meeting",
        None,
        None,
    )


def test_the_same_form_sent_twice_makes_one_date():
    here = coalition()
    facts = {
        "by": lead(here),
        "assembly": AssemblyFactory(),
        "kind": "call",
        "titles": {"en": "Weekly call"},
        "new": NewDate(date(2028, 8, 7), hour=time(15)),
        "circle": here.everyone,
        "submission": "6f5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
    }
    call = date_facts.add_meeting(**facts)
    assert date_facts.add_meeting(**facts) == call
    del facts["circle"]
    facts |= {"kind": "document", "meeting": call}
    assert date_facts.add_deadline(**facts) == date_facts.add_deadline(**facts)
    assert (Meeting.objects.count(), Deadline.objects.count()) == (1, 1)


def test_a_public_date_needs_a_source_and_a_call_a_circle_of_hers():
    here, there = coalition("Here"), coalition("There")
    facts = {"by": lead(here), "assembly": AssemblyFactory(), "titles": {"en": "Call"}, "new": NewDate(date(2028, 8, 7))}
    with pytest.raises(RuleBroken, match="needs its source"):
        date_facts.add_meeting(kind="forum", **facts)
    with pytest.raises(RuleBroken, match="are not in this circle"):
        date_facts.add_meeting(kind="call", circle=there.everyone, **facts)
    with pytest.raises(RuleBroken, match="needs its source"):
        date_facts.add_deadline(kind="visa", **facts)
    assert (Meeting.objects.count(), Deadline.objects.count()) == (0, 0)


def test_a_relative_deadline_needs_a_first_day_to_count_from():
    assembly = AssemblyFactory(starts_on=None, ends_on=None)
    with pytest.raises(RuleBroken, match="first day is not known") as refused:
        date_facts.add_deadline(
            by=lead(coalition()),
            assembly=assembly,
            kind="visa",
            titles={"en": "Visa"},
            new=NewDate(date(2028, 8, 7), follows=True),
            source=SOURCE,
        )
    assert refused.value.field == "follows"


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("status", "source", "checked_at"),
    [
        pytest.param("confirmed", SOURCE, EARLY, id="confirmed with a source"),
        pytest.param("provisional", SOURCE, None, id="provisional"),
        pytest.param("confirmed", "", None, id="without a source"),
    ],
)
def test_whoever_adds_a_confirmed_date_with_its_source_has_checked_it(status, source, checked_at):
    here = coalition()
    by = lead(here)
    facts = {"by": by, "assembly": AssemblyFactory(), "titles": {"en": "New"}, "new": NewDate(date(2028, 8, 7), status=status)}
    circle = None if source else here.everyone
    meeting = date_facts.add_meeting(kind="call" if circle else "forum", circle=circle, source=source, **facts)
    deadline = date_facts.add_deadline(kind="document", meeting=meeting, source=source, **facts)
    for made in (meeting, deadline):
        made.refresh_from_db()
        assert (made.date_status, made.source) == (status, source)
        assert (made.verified_by, made.verified_at) == (by if checked_at else None, checked_at)


@pytest.mark.parametrize(
    ("hour", "has_hour", "at"),
    [(time(17), True, datetime(2028, 8, 7, 14, tzinfo=UTC)), (None, False, datetime(2028, 8, 7, 10, tzinfo=UTC))],
    ids=["with an hour", "without"],
)
def test_a_date_has_the_hour_it_was_given_on_its_own_clocks(hour, has_hour, at):
    new = NewDate(date(2028, 8, 7), hour=hour, zone="Africa/Nairobi")
    facts = {"by": lead(coalition()), "assembly": AssemblyFactory(), "titles": {"en": "New"}, "new": new, "source": SOURCE}
    for made in (date_facts.add_meeting(kind="forum", **facts), date_facts.add_deadline(kind="visa", **facts)):
        made.refresh_from_db()
        assert (made.has_hour, made.at, made.zone) == (has_hour, at, "Africa/Nairobi")


@pytest.mark.parametrize("make", [date_facts.add_meeting, date_facts.add_deadline])
def test_an_hour_that_the_clocks_skip_is_not_added(make):
    facts = {"by": lead(coalition()), "assembly": AssemblyFactory(), "titles": {"en": "New"}, "source": SOURCE}
    with pytest.raises(RuleBroken, match="02:30 does not exist there") as refused:
        make(kind="visa" if make == date_facts.add_deadline else "forum", new=NewDate(date(2028, 3, 26), hour=time(2, 30)), **facts)
    assert refused.value.field == "hour"
    assert (Meeting.objects.count(), Deadline.objects.count()) == (0, 0)


def test_facts_may_name_several_sources_in_words_with_a_link_among_them():
    by, meeting = lead(coalition()), MeetingFactory()
    deadline = DeadlineFactory(meeting=meeting)
    sources = f"guide, page 12 ; {SOURCE}"
    facts = {"by": by, "titles": {"en": "Renamed", "fr": "", "es": "Otro nombre"}, "source": sources}
    rest = {"city": "", "country": "", "mode": "", "resolutions": []}
    date_facts.correct_deadline(deadline, seen=deadline.changed_at, kind="visa", **facts)
    date_facts.correct_meeting(meeting, seen=meeting.changed_at, **facts, **rest)
    for thing in (deadline, meeting):
        thing.refresh_from_db()
        assert (thing.source, thing.title_en, thing.title_fr, thing.title_es) == (sources, "Renamed", None, "Otro nombre")
    with pytest.raises(RuleBroken, match="needs its source") as refused:
        date_facts.correct_deadline(deadline, seen=deadline.changed_at, kind="visa", **facts | {"source": "guide"})
    assert refused.value.field == "source"


def test_facts_corrected_by_two_at_once_keep_the_first_and_tell_the_second():
    here = coalition()
    meeting = MeetingFactory(source=SOURCE)
    seen = meeting.changed_at
    facts = {"titles": {"en": "Renamed"}, "source": SOURCE, "group": None, "country": "KE", "mode": "", "access": "", "resolutions": []}
    date_facts.correct_meeting(meeting, by=lead(here), seen=seen, city="Nairobi", **facts)
    with pytest.raises(RuleBroken, match="Someone else has changed this in the meantime"):
        date_facts.correct_meeting(meeting, by=lead(here), seen=seen, city="Mombasa", **facts)
    meeting.refresh_from_db()
    assert (meeting.city, meeting.title_en) == ("Nairobi", "Renamed")


def test_a_date_is_checked_against_its_source_by_name():
    by = lead(coalition())
    meeting, bare = MeetingFactory(confidence="medium", source=SOURCE), MeetingFactory()
    assert meeting.is_to_check
    date_facts.mark_checked(meeting, by=by)
    meeting.refresh_from_db()
    assert (meeting.is_to_check, meeting.verified_by) == (False, by)
    with pytest.raises(RuleBroken, match="no source"):
        date_facts.mark_checked(bare, by=by)


# --- On the pages ---------------------------------------------------------------------------------------------------


@time_machine.travel(EARLY, tick=False)
def test_a_lead_adds_a_meeting_with_the_doors_she_keeps(client):
    AssemblyFactory()
    ResolutionFactory(number=50)
    client.force_login(lead(coalition()))
    url = reverse("calendar_app:meeting-new", args=["regional"])
    suggested = client.get(url).content.decode()
    assert 'name="registration_days" value="14"' in suggested
    assert 'name="document_days" value="21"' in suggested
    said = meeting_form(title_en="Third \u202eAfrican\x07 meeting", resolutions="Res. 50")
    for _n in range(2):
        client.post(url, said)
    meeting = Meeting.objects.get()
    assert (meeting.title_en, meeting.has_hour, meeting.kind) == ("Third African meeting", False, "regional")
    assert [(row.kind, row.offset_days) for row in meeting.deadlines.all()] == [("registration", -14)]
    assert [row.number for row in meeting.resolutions.all()] == [50]
    assert "time not given" in client.get(meeting.deadlines.get().get_absolute_url()).content.decode()


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title_en": "\u202e \x00"}, "This cannot be left empty."),
        ({"title_en": "x" * 10_000}, "at most 300 characters"),
        ({"resolutions": "50, 9999"}, "There is no resolution “50”."),
        ({"registration_days": "-3"}, "Give 0 or more."),
        ({"source": ""}, "This cannot be left empty."),
        ({"assembly": "WTSA-99"}, "is not one of the choices."),
    ],
)
def test_a_meeting_that_cannot_be_is_not_added(client, fields, sentence):
    AssemblyFactory()
    client.force_login(lead(coalition()))
    answer = client.post(reverse("calendar_app:meeting-new", args=["regional"]), meeting_form(**fields)).content.decode()
    assert sentence in answer
    assert "Nothing is lost." in answer
    assert Meeting.objects.count() == 0


@time_machine.travel(EARLY, tick=False)
def test_a_call_goes_to_a_circle_of_a_coalition_one_leads(client):
    here, there = coalition("Here"), coalition("There")
    AssemblyFactory()
    client.force_login(lead(here))
    url = reverse("calendar_app:meeting-new", args=["call"])
    said = meeting_form(title_en="الاجتماع 🎉", hour="15:00", until="", circle=str(there.everyone.public_id))
    client.post(url, said)
    assert Meeting.objects.count() == 0
    client.post(url, said | {"circle": str(here.everyone.public_id)})
    call = Meeting.objects.get()
    assert (call.circle, call.title_en, call.source, call.has_hour) == (here.everyone, "الاجتماع 🎉", "", True)
    assert client.get(reverse("calendar_app:meeting-new", args=["assembly"])).status_code == 404
    assert client.get(reverse("calendar_app:meeting-new", args=["party"])).status_code == 404


@time_machine.travel(EARLY, tick=False)
def test_a_door_is_added_to_its_meeting_and_counts_from_its_first_day(client):
    meeting = MeetingFactory()
    client.force_login(lead(coalition()))
    said = meeting_form(title_en="Visa letters", kind="visa", on="2028-06-23", hour="17:00", follows="on")
    client.post(page("related-deadline-new", meeting), said)
    made = Deadline.objects.get()
    assert (made.meeting, made.offset_days, made.at) == (meeting, -45, datetime(2028, 6, 23, 14, tzinfo=UTC))
    client.post(reverse("calendar_app:deadline-new"), said | {"submission": "", "follows": ""})
    fixed = Deadline.objects.exclude(pk=made.pk).get()
    assert (fixed.meeting, fixed.offset_days, fixed.assembly) == (None, None, meeting.assembly)


@time_machine.travel(EARLY)
def test_facts_are_corrected_on_the_page_with_a_source(client):
    meeting, deadline = MeetingFactory(source="guide"), DeadlineFactory()
    ResolutionFactory(number=64)
    client.force_login(lead(coalition()))
    said = {"title_en": "Renamed", "source": "guide", "city": "Kigali", "country": "RW", "resolutions": "64"}
    said["seen"] = meeting.changed_at.isoformat()
    assert "An official date needs its source" in client.post(page("meeting-edit", meeting), said).content.decode()
    client.post(page("meeting-edit", meeting), said | {"source": f"guide ; {SOURCE}"})
    meeting.refresh_from_db()
    assert (meeting.title_en, meeting.city, meeting.country.code, meeting.resolutions.get().number) == ("Renamed", "Kigali", "RW", 64)
    assert (
        "Someone else has changed this in the meantime"
        in client.post(page("meeting-edit", meeting), said | {"source": SOURCE}).content.decode()
    )

    said = {"title_en": "Last day", "kind": "document", "source": SOURCE, "seen": "not a time"}
    assert "Someone else has changed this in the meantime" in client.post(page("deadline-edit", deadline), said).content.decode()
    client.post(page("deadline-edit", deadline), said | {"seen": deadline.changed_at.isoformat()})
    deadline.refresh_from_db()
    assert (deadline.title_en, deadline.kind) == ("Last day", "document")
    client.post(page("deadline-checked", deadline))
    deadline.refresh_from_db()
    assert deadline.verified_at > EARLY


# --- The time zone --------------------------------------------------------------------------------------------------


@pytest.fixture
def may_add(client):
    user = lead(coalition(), time_zone="America/Lima")
    client.force_login(user)
    AssemblyFactory()
    return user


NEW_MEETING = reverse("calendar_app:meeting-new", args=["regional"])


def test_no_zone_is_chosen_for_a_new_date_in_advance(client, may_add):
    for address in (NEW_MEETING, reverse("calendar_app:deadline-new")):
        field = client.get(address).context["form"]["zone"]
        assert field.value() == ""
        # Her own is the first she is offered.
        assert str(field).index("America/Lima") < str(field).index("Europe/Zurich")


def test_a_call_is_meant_in_the_zone_of_who_plans_it(client, may_add):
    page = client.get(reverse("calendar_app:meeting-new", args=["call"]))

    assert page.context["form"]["zone"].value() == "America/Lima"


def test_a_region_brings_the_zone_of_its_last_meeting_with_an_hour(client, may_add):
    MeetingFactory(zone="Africa/Dakar")
    MeetingFactory(zone="Europe/Zurich", has_hour=False, starts_on=date(2028, 9, 1), ends_on=date(2028, 9, 1))

    form = client.get(NEW_MEETING, {"region": "ATU"}).context["form"]

    assert (form["group"].value(), form["zone"].value()) == ("ATU", "Africa/Dakar")


@pytest.mark.parametrize(
    ("fields", "chosen", "sentence"),
    [
        ({"country": "KE"}, "Africa/Nairobi", "Is it this time zone? If so, send the form again; if not, choose another."),
        ({"group": "ATU"}, "Africa/Dakar", "Is it this time zone? If so, send the form again; if not, choose another."),
        ({"country": "DE"}, "", "Choose the time zone this time is in."),
        ({}, "", "Choose the time zone this time is in."),
    ],
)
def test_an_hour_without_a_zone_is_asked_for_one_and_nothing_is_lost(client, may_add, fields, chosen, sentence):
    MeetingFactory(zone="Africa/Dakar")

    page = client.post(NEW_MEETING, meeting_form(zone="", hour="10:00", **fields))

    form = page.context["form"]
    assert form.errors == {"zone": [sentence]}
    assert (form["zone"].value(), form["title_en"].value(), form["hour"].value()) == (chosen, "Third African meeting", "10:00")
    assert Meeting.objects.count() == 1


def test_a_day_without_an_hour_needs_no_zone(client, may_add):
    client.post(NEW_MEETING, meeting_form(zone="", registration_days=""))

    meeting = Meeting.objects.get()
    assert (meeting.has_hour, meeting.at) == (False, datetime(2028, 8, 7, 10, tzinfo=UTC))


def test_the_hour_that_a_date_gets_later_is_asked_its_zone(client, may_add):
    meeting = MeetingFactory(zone="Europe/Zurich", has_hour=False, country="SN")
    with_hour = MeetingFactory(zone="Africa/Nairobi")

    asked = client.get(page("meeting-change", meeting)).context["form"]["zone"]

    assert asked.value() == ""
    assert str(asked).index("Africa/Dakar") < str(asked).index("Europe/Zurich")
    assert client.get(page("meeting-change", with_hour)).context["form"]["zone"].value() == "Africa/Nairobi"


def test_the_region_of_the_calendar_goes_along_to_the_form(client, may_add):
    MeetingFactory()

    calendar = client.get(reverse("calendar_app:calendar"), {"region": "ATU"}).content.decode()
    kinds = client.get(reverse("calendar_app:date-new"), {"region": "ATU"}).content.decode()

    assert 'href="/calendar/new/?region=ATU"' in calendar
    assert 'href="/calendar/new/regional/?region=ATU"' in kinds

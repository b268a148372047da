"""Private calendar addresses: what they hold, who reads them, and that an address that does not work says nothing."""

import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from amnt.accounts.devices import end_access, end_all_access
from amnt.accounts.models import User
from amnt.accounts.services import locking
from amnt.accounts.tokens import digest_of
from amnt.core.errors import RuleBroken
from amnt.mail.delivery import deliver_waiting
from amnt.retention import rules
from amnt.settings import ACCOUNT_RATE_LIMITS
from calendar_app import personal_data_handlers
from calendar_app.domain.calendar_clients import client_of
from calendar_app.models import CalendarFeed, DateWatch, Reminder
from calendar_app.reminders import sending
from calendar_app.retention_rules import EXPIRED_FEED_KEPT_FOR
from calendar_app.services import calendar_feeds
from calendar_app.services.date_states import NewDate
from calendar_app.services.dates import propose_change
from coalitions.models import Delegation
from coalitions.services import membership
from coalitions.services.membership import admit
from resolutions.models import RegionWatch
from tests.api.test_tokens import log_in
from tests.calendar_app.dating import SOURCE, door
from tests.calendar_app.reminding import moment
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    RegionalGroupFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db
# 1 September 2028; the assembly of the factories begins in October.
FIRST = moment(1)


@pytest.fixture
def her(network, clock):
    return member(network, name="Wanjiru Kamau", time_zone="Africa/Nairobi", language="en")


def make(user, name="Phone", **fields):
    _feed, key = calendar_feeds.create_feed(user, name=name, submission=uuid.uuid4(), **{"has_own": True} | fields)
    return key


def ask(key, **headers):
    cache.clear()
    return Client().get(reverse("calendar_app:feed-file", args=[key]), headers={"accept_language": "en"} | headers)


def events(key):
    answer = ask(key)
    assert answer.status_code == 200
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.content).events}


def titles(key):
    return sorted(str(event["SUMMARY"]) for event in events(key).values())


def official(user, **fields):
    return make(user, **{"has_own": False, "has_official": True} | fields)


def september(**fields):
    """A meeting from 11 to 15 September, at noon in Nairobi."""
    return MeetingFactory(**{"starts_on": date(2028, 9, 11), "ends_on": date(2028, 9, 15)} | fields)


def task(owner, circle, **fields):
    return FollowUpFactory(**{"circle": circle, "owner": owner, "created_by": owner, "due_at": FIRST + timedelta(days=3)} | fields)


# --- The address ------------------------------------------------------------------------------------------------------------


def test_a_key_has_160_bits_and_is_kept_only_as_a_hash(her):
    key = make(her)
    assert re.fullmatch(r"[a-z2-7]{32}", key)
    feed = CalendarFeed.objects.get()
    assert feed.digest == digest_of(key)
    assert not any(key in str(value) for value in CalendarFeed.objects.values().get().values())


def test_it_takes_her_password_and_is_shown_once(client, her):
    new = reverse("calendar_app:feed-new")
    log_in(client, her, ago=timedelta(hours=1))
    assert client.get(new).url.startswith("/account/reauthenticate/")
    log_in(client, her)
    given = {"name": "Phone", "holds": ["has_own"], "words": "titled", "alarms": "day", "submission": str(uuid.uuid4())}
    page = client.post(new, given)
    [address] = re.findall(r"http://testserver/f/[a-z2-7]{32}\.ics", page.content.decode())
    assert page.headers["Cache-Control"] == "no-store"
    assert Client().get(address).status_code == 200
    again = client.post(new, given).content.decode()
    assert "This address has already been created." in again
    assert address not in again + client.get(reverse("calendar_app:feeds")).content.decode()
    feed = CalendarFeed.objects.get()
    assert (feed.name, feed.has_own, feed.has_regions, feed.has_official) == ("Phone", True, False, False)
    assert (feed.is_titled, feed.alarms) == (True, "day")


def test_an_address_holds_something(client, her):
    log_in(client, her)
    given = {"name": "Phone", "words": "discreet", "alarms": "none", "submission": str(uuid.uuid4())}
    assert "What it holds: This cannot be left empty." in client.post(reverse("calendar_app:feed-new"), given).content.decode()
    assert not CalendarFeed.objects.exists()


def test_she_is_told_that_an_address_was_made_but_not_which(her, mailoutbox):
    key = make(her, name="zz-phone")
    deliver_waiting()
    [letter] = mailoutbox
    assert "A private calendar address was created for your account." in letter.body
    assert not [secret for secret in (key, "zz-phone") if secret in str(letter.message())]


def test_there_are_ten_at_most(her):
    for number in range(calendar_feeds.MOST):
        make(her, name=f"Device {number}")
    with pytest.raises(RuleBroken, match="You already have 10 addresses"):
        make(her)


# --- An address that does not work --------------------------------------------------------------------------------------------


def told(answer):
    return answer.status_code, answer.content, sorted(answer.headers.items()), dict(answer.cookies)


def test_unknown_revoked_and_expired_are_one_answer(her, django_assert_num_queries):
    AssemblyFactory(starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    revoked, expired, closed = make(her, name="1"), make(her, name="2"), make(UserFactory(email="closed@example.org"))
    calendar_feeds.revoke_feed(CalendarFeed.objects.get(name="1"))
    User.objects.filter(email="closed@example.org").update(is_active=False)
    assert ask(expired).status_code == 200
    with time_machine.travel(datetime(2028, 12, 17, 12, tzinfo=UTC), tick=False):
        answers = []
        for key in ("a" * 32, "A", "é;\r\n", "%00", "x" * 3000, revoked, expired, closed):
            with django_assert_num_queries(2):
                answers.append(told(ask(key)))
    assert answers[0][:2] == (404, "This calendar address does not work. Create another one under “Reminders and privacy”.\n".encode())
    assert [answer for answer in answers if answer != answers[0]] == []


def test_it_works_until_sixty_days_after_the_assembly_began(her):
    assembly = AssemblyFactory(starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    key = make(her)
    feed = CalendarFeed.objects.get()
    assert feed.expires_on == date(2028, 12, 16)
    with time_machine.travel(datetime(2028, 12, 16, 23, tzinfo=UTC), tick=False):
        assert ask(key).status_code == 200
        assert not feed.is_expired
    with time_machine.travel(datetime(2028, 12, 17, 1, tzinfo=UTC), tick=False):
        assert ask(key).status_code == 404
        assert feed.is_expired
        # The assembly was moved: so was the last day of the address.
        assembly.starts_on, assembly.ends_on = date(2028, 11, 17), date(2028, 11, 26)
        assembly.save()
        assert ask(key).status_code == 200


def test_without_a_day_of_an_assembly_it_works_a_year(her):
    key = make(her)
    with time_machine.travel(FIRST + timedelta(days=365), tick=False):
        assert ask(key).status_code == 200
    with time_machine.travel(FIRST + timedelta(days=368), tick=False):
        assert ask(key).status_code == 404


def test_an_expired_address_is_deleted_a_month_later(her):
    AssemblyFactory(starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    make(her)
    rule = next(rule for rule in rules.rules() if rule.key == "calendar_feeds")
    last = datetime(2028, 12, 16, 12, tzinfo=UTC)
    assert rule.count(last + EXPIRED_FEED_KEPT_FOR) == 0
    assert rule.count(last + EXPIRED_FEED_KEPT_FOR + timedelta(days=1)) == 1
    rule.apply(last + EXPIRED_FEED_KEPT_FOR + timedelta(days=1))
    assert not CalendarFeed.objects.exists()


def test_she_revokes_one_and_only_she(client, her, network):
    key, other = make(her), make(her, name="Computer")
    address = reverse("calendar_app:feed-revoke", args=[CalendarFeed.objects.get(digest=digest_of(key)).public_id])
    client.force_login(lead(network))
    assert client.post(address).status_code == 404
    assert ask(key).status_code == 200
    client.force_login(her)
    client.post(address)
    assert (ask(key).status_code, ask(other).status_code) == (404, 200)


@pytest.mark.parametrize("end", [end_access, end_all_access], ids=["access", "everything"])
def test_with_everything_her_addresses_are_closed_and_only_hers(her, network, end):
    key, other = make(her), make(member(network))
    end(her)
    assert (ask(key).status_code, ask(other).status_code) == (404, 200)


def test_close_everything_from_a_page_closes_them_too(client, her):
    key = make(her)
    client.force_login(her)
    client.post(reverse("accounts:close-all"))
    assert ask(key).status_code == 404


def test_who_is_removed_has_an_address_that_never_was(her, network):
    """AT-P1c-7."""
    boss, _other = lead(network), lead(network)
    key = make(her)
    membership.remove(her.memberships.get(), by=boss)
    assert told(ask(key)) == told(ask("a" * 32))


def test_who_is_in_another_coalition_reads_at_once_no_more_than_that(her, network):
    boss, _other = lead(network), lead(network)
    admit(coalition("Another", mail_ceiling="detailed"), user=her, role="member")
    call = september(circle=network.everyone, kind="call", group=None)
    key = make(her, is_titled=True)
    assert str(call.public_id) in events(key)
    membership.remove(her.memberships.get(coalition=network), by=boss)
    assert events(key) == {}


def test_locking_the_instance_revokes_all_of_them(her):
    make(her)
    assert locking._ways_in["Calendar addresses revoked"]() == 1
    assert not CalendarFeed.objects.exists()


def test_an_address_is_asked_for_so_often_and_no_oftener(her, settings):
    """Whether it works or not."""
    assert ACCOUNT_RATE_LIMITS["calendar_feed"] == "60/h/key,1200/h/ip"
    settings.ACCOUNT_RATE_LIMITS = {"calendar_feed": "2/h/key,5/h/ip"}
    cache.clear()
    addresses = [reverse("calendar_app:feed-file", args=[key]) for key in (make(her), "b" * 32, make(her, name="Computer"))]
    answers = [Client().get(address, headers={"accept-language": "en"}) for address in addresses for _each in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 404, 404, 429, 200, 429, 429]
    assert answers[2].content == answers[5].content == b"This calendar address is asked for too often. Ask again in an hour.\n"
    assert answers[2].headers["Retry-After"] == "3600"


# --- What it holds ----------------------------------------------------------------------------------------------------------------


def test_each_wish_brings_its_dates_and_no_others(her, network):
    ours, theirs = RegionalGroupFactory(code="atu"), RegionalGroupFactory(code="apt")
    RegionWatch.objects.create(user=her, group=ours)
    door(september(group=ours, title_en="African meeting"))
    september(group=theirs, title_en="Asian meeting")
    september(group=None, kind="advisory", title_en="TSAG")
    september(group=None, kind="national", title_en="National meeting")
    DateWatch.objects.create(user=her, meeting=september(group=theirs, title_en="Watched meeting"))
    task(her, network.everyone)
    assert titles(make(her, name="1", has_own=False, has_official=True)) == ["TSAG"]
    assert titles(make(her, name="2", has_own=False, has_regions=True)) == ["African meeting", "List closes"]
    assert titles(make(her, name="3")) == ["African meeting", "List closes", "Task", "Watched meeting"]
    everything = make(her, name="4", has_regions=True, has_official=True)
    assert titles(everything) == ["African meeting", "List closes", "TSAG", "Task", "Watched meeting"]


def private_dates(her, network):
    """A call and a task of each kind of circle, with the words that must not be told."""
    circles = {
        "coalition": network.everyone,
        "restricted": circle_of(network, her, kind="restricted"),
        "delegation": circle_of(network, her, kind="delegation"),
    }
    for name, circle in circles.items():
        september(circle=circle, kind="call", group=None, title_en=f"zz-call {name}", city=f"zz-city {name}")
        task(her, circle, title=f"zz-task {name}")
    national = september(group=None, kind="national", title_en="zz-national", city="zz-city")
    DateWatch.objects.create(user=her, meeting=national)
    delegation = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    task(her, network.everyone, title="zz-task of a delegation", delegation=delegation)


def test_a_discreet_one_says_task_and_meeting_and_nothing_else(her, network):
    """R-28."""
    private_dates(her, network)
    key = make(her)
    assert titles(key) == ["Meeting", "Meeting", "Meeting", "Task", "Task", "Task"]
    text = ask(key).content.decode()
    assert re.findall(r"zz-|LOCATION|DESCRIPTION|URL:|ATTENDEE|ORGANIZER|Wanjiru|Open Standards", text) == []


@pytest.mark.parametrize(("ceiling", "named"), [("detailed", True), ("standard", False), ("discreet", False)])
def test_a_titled_one_says_what_everyone_in_the_coalition_reads(her, network, ceiling, named):
    network.mail_ceiling = ceiling
    network.save()
    private_dates(her, network)
    key = make(her, is_titled=True)
    said = ["zz-call coalition", "zz-task coalition"] if named else []
    assert [title for title in titles(key) if title.startswith("zz-")] == said
    assert len(events(key)) == 6
    text = ask(key).content.decode()
    assert "Wanjiru" not in text
    assert "zz-city coalition" in text if named else "zz-" not in text


def test_the_lowest_ceiling_of_her_coalitions_counts(her, network):
    admit(coalition("Another", mail_ceiling="standard"), user=her, role="member")
    task(her, network.everyone, title="zz-task")
    assert titles(make(her, is_titled=True)) == ["Task"]


def test_the_name_of_the_calendar_says_nothing(her, settings):
    calendar = Calendar.from_ical(ask(make(her, name="zz-phone")).content)
    assert calendar["NAME"].to_ical() == b"Dates"
    assert settings.SITE_NAME not in calendar.to_ical().decode()


def test_it_speaks_the_language_of_its_owner(her, network):
    her.language = "fr"
    her.save()
    task(her, network.everyone)
    september(group=None, kind="advisory", title_fr="Réunion du GCNT")
    key = make(her, has_official=True)
    assert titles(key) == ["Réunion du GCNT", "Tâche"]
    assert ask(key, accept_language="es").content == ask(key).content


def test_a_date_says_how_sure_it_is_and_a_rumour_is_not_there(her):
    for status in ("confirmed", "provisional", "assumption", "rumour"):
        september(group=None, kind="advisory", title_en=status, date_status=status)
    said = {str(event["SUMMARY"]): (event["STATUS"], str(event.get("DESCRIPTION", ""))) for event in events(official(her)).values()}
    assert said == {
        "confirmed": ("CONFIRMED", "Begins: Mon, 11 Sept 2028, 12:00 (Nairobi)"),
        "provisional": ("TENTATIVE", "Begins: Mon, 11 Sept 2028, 12:00 (Nairobi)\nProvisional."),
        "assumption": ("TENTATIVE", "Begins: Mon, 11 Sept 2028, 12:00 (Nairobi)\nAn assumption, not a published date."),
    }


def test_days_are_days_and_hours_have_their_zone(her):
    several = september(group=None, kind="advisory")
    one = september(group=None, kind="council", ends_on=date(2028, 9, 11))
    untimed = DeadlineFactory(meeting=None, at=datetime(2028, 9, 20, 10, tzinfo=UTC), has_hour=False)
    timed = DeadlineFactory(meeting=None, at=datetime(2028, 9, 18, 21, 59, tzinfo=UTC), has_hour=True)
    found = events(official(her))
    spans = [(found[str(thing.public_id)].start, found[str(thing.public_id)].end) for thing in (several, one, untimed, timed)]
    nairobi = datetime(2028, 9, 11, 12, tzinfo=ZoneInfo("Africa/Nairobi"))
    geneva = datetime(2028, 9, 18, 23, 59, tzinfo=ZoneInfo("Europe/Zurich"))
    assert spans == [
        (date(2028, 9, 11), date(2028, 9, 16)),
        (nairobi, nairobi),
        (date(2028, 9, 20), date(2028, 9, 21)),
        (geneva, geneva),
    ]


def test_alarms_are_of_what_lies_ahead(her):
    september(group=None, kind="advisory", title_en="Ahead")
    september(group=None, kind="advisory", title_en="Past", starts_on=date(2028, 8, 7), ends_on=date(2028, 8, 8))
    rings = {
        choice: {
            str(event["SUMMARY"]): [-alarm["TRIGGER"].dt.days for alarm in event.walk("VALARM")]
            for event in events(official(her, name=choice, alarms=choice)).values()
        }
        for choice in ("none", "day", "week")
    }
    assert rings == {"none": {"Ahead": [], "Past": []}, "day": {"Ahead": [1], "Past": []}, "week": {"Ahead": [7, 1], "Past": []}}


def test_a_date_that_moves_stays_the_same_event_one_step_on(her, network):
    """AT-P1b-5."""
    boss = lead(network)
    meeting = september(group=None, kind="advisory", starts_on=date(2028, 11, 6), ends_on=date(2028, 11, 8))
    closes = door(meeting)
    key = official(her)
    before = events(key)
    new = NewDate(date(2028, 11, 13), until=date(2028, 11, 15), hour=time(9), zone="Africa/Nairobi")
    propose_change(meeting, new=new, source=SOURCE, by=boss)
    after = events(key)
    assert before.keys() == after.keys() == {str(meeting.public_id), str(closes.public_id)}
    assert {uid: event["SEQUENCE"] for uid, event in before.items()} == dict.fromkeys(before, 0)
    assert {uid: event["SEQUENCE"] for uid, event in after.items()} == dict.fromkeys(before, 1)
    assert (before[str(meeting.public_id)].start, after[str(meeting.public_id)].start) == (date(2028, 11, 6), date(2028, 11, 13))


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_few_queries_however_much_it_holds(her, network, count, django_assert_num_queries):
    for number in range(count):
        door(september(group=None, kind="advisory", title_en=f"Meeting {number}"))
        task(her, network.everyone)
    key = official(her, has_own=True, is_titled=True)
    ask(key)
    with django_assert_num_queries(8):
        assert len(Calendar.from_ical(ask(key).content).events) == 3 * count


# --- Asking again -------------------------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(her, clock):
    september(group=None, kind="advisory")
    key = official(her)
    answer = ask(key)
    known = {"etag": answer.headers["ETag"], "modified": answer.headers["Last-Modified"]}
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    clock.shift(3600)
    for again in (ask(key, if_none_match=known["etag"]), ask(key, if_modified_since=known["modified"])):
        assert (again.status_code, again.content) == (304, b"")
        assert {"etag": again.headers["ETag"], "modified": again.headers["Last-Modified"]} == known
    assert Client().head(reverse("calendar_app:feed-file", args=[key])).status_code == 200


def test_what_has_gone_is_a_change_too(her, clock):
    """Nothing that is left was changed later than before."""
    watch = DateWatch.objects.create(user=her, meeting=september())
    key = make(her)
    answer = ask(key)
    watch.delete()
    # Within the same second, and asked only by its time.
    again = ask(key, if_modified_since=answer.headers["Last-Modified"])
    assert (again.status_code, len(Calendar.from_ical(again.content).events)) == (200, 0)
    assert again.headers["Last-Modified"] > answer.headers["Last-Modified"]
    assert again.headers["ETag"] != answer.headers["ETag"]


def test_its_owner_sees_when_it_was_read_last_and_by_which_program(client, her, clock):
    key = make(her)
    client.force_login(her)
    page = reverse("calendar_app:feeds")
    assert "not read yet" in client.get(page).content.decode()
    ask(key, user_agent="Google-Calendar-Importer")
    shown = client.get(page).content.decode()
    assert "by Google Calendar" in shown
    assert "which keeps a copy of it" in shown
    clock.shift(7200)
    ask(key, user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.2")
    shown = client.get(page).content.decode()
    assert "by Thunderbird" in shown
    assert "which keeps a copy of it" not in shown
    assert CalendarFeed.objects.get().last_used_at == FIRST + timedelta(hours=2)


def test_reading_it_often_writes_once_an_hour(her, clock):
    key = make(her)
    ask(key)
    clock.shift(3599)
    ask(key)
    assert CalendarFeed.objects.get().last_used_at == FIRST
    clock.shift(1)
    ask(key)
    assert CalendarFeed.objects.get().last_used_at == FIRST + timedelta(hours=1)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Google-Calendar-Importer", "google"),
        ("Microsoft Exchange/15.20 (compatible; MSIE 9.0; ExchangeServicesClient)", "outlook"),
        ("macOS/15.1 (24B83) dataaccessd/1.0", "apple"),
        ("iOS/18.1 (22B83) dataaccessd/1.0", "apple"),
        ("ICSx5/2.2.3 (2024/10/01; dav4jvm; okhttp) Android/14", "android"),
        ("Evolution/3.52.3", "gnome"),
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/143.0", "browser"),
        ("curl/8.5.0", "other"),
        ("", "other"),
    ],
)
def test_programs_are_known_by_their_kind(header, kind):
    assert client_of(header) == kind


def test_a_person_downloads_what_is_kept_of_her_addresses(her):
    make(her, name="Phone")
    [row] = list(personal_data_handlers.calendar_feeds(her))
    assert (row["name"], row["has_own"], row["last_client"]) == ("Phone", True, "")
    personal_data_handlers.forget_dates_of(her)
    assert not CalendarFeed.objects.exists()


# --- One date alone -----------------------------------------------------------------------------------------------------------


def test_a_date_is_taken_along_by_whoever_reads_its_page(client, her, network):
    call = september(circle=circle_of(network, her), kind="call", group=None, title_en="Weekly call", ends_on=date(2028, 9, 11))
    closes = door(september())
    client.force_login(her)
    found = {}
    for name, thing in (("meeting-file", call), ("deadline-file", closes)):
        answer = client.get(reverse(f"calendar_app:{name}", args=[thing.public_id]))
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="date.ics"'
        [event] = Calendar.from_ical(answer.content).events
        found[str(event["SUMMARY"])] = (str(event["UID"]), str(event["URL"]), event.start)
        page = client.get(thing.get_absolute_url()).content.decode()
        assert reverse(f"calendar_app:{name}", args=[thing.public_id]) in page
    assert found == {
        "Weekly call": (str(call.public_id), f"http://testserver{call.get_absolute_url()}", call.at),
        "List closes": (str(closes.public_id), f"http://testserver{closes.get_absolute_url()}", closes.at),
    }
    client.force_login(member(network))
    assert client.get(reverse("calendar_app:meeting-file", args=[call.public_id])).status_code == 404


@pytest.mark.parametrize(("level", "linked"), [("discreet", 0), ("standard", 1), ("detailed", 1)])
def test_a_reminder_of_a_meeting_leads_to_its_file_unless_it_is_discreet(her, clock, mailoutbox, level, linked):
    her.mail_level = level
    her.save()
    meeting = september(starts_on=date(2028, 9, 4), ends_on=date(2028, 9, 6))
    DateWatch.objects.create(user=her, meeting=meeting)
    Reminder.objects.create(user=her, rule="RR-04", meeting=meeting, offset=3, version=1, send_at=moment(1, 8))
    sending.send_due()
    deliver_waiting()
    [letter] = [letter for letter in mailoutbox if letter.to == [her.email]]
    address = f"http://testserver/calendar/meetings/{meeting.public_id}/date.ics"
    assert letter.body.count(address) == linked
    assert letter.alternatives[0].content.count(address) == linked
    assert letter.attachments == []

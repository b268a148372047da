"""S01: what waits, what comes, what moved, what nobody has; and never a word that belongs to a circle."""

import gzip
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import Attendance, DateChange, DateWatch
from coalitions.models import FollowUpEvent, Membership
from resolutions.models import Outcome, Watch
from tests.calendar_app.first_page import shown_in
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    ResolutionFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

TODAY = datetime(2028, 9, 14, 6, tzinfo=UTC)
LAST_TIME = TODAY - timedelta(days=2)
NOW = reverse("now")


@pytest.fixture(autouse=True)
def on_a_thursday_in_september():
    with time_machine.travel(TODAY, tick=False):
        yield


def here_before(kind, of, **fields):
    """Someone in the middle of a visit, who was here two days ago."""
    return kind(of, **{"seen_at": TODAY, "seen_before_at": LAST_TIME, **fields})


def follow_up(here, title, **fields):
    fields = {"circle": here.everyone, "created_by": fields.get("owner") or UserFactory(), **fields}
    return FollowUpFactory(title=title, **fields)


def test_what_waits_for_my_answer_stands_first_then_what_is_due_first(client):
    here = coalition()
    me = here_before(member, here)
    follow_up(here, "Due later", owner=me, state="in-hand", due_at=TODAY + timedelta(days=9))
    follow_up(here, "Due soon", owner=me, state="blocked", due_at=TODAY + timedelta(days=1))
    follow_up(here, "To answer", owner=me, state="to-accept", due_at=TODAY + timedelta(days=20))
    follow_up(here, "Somebody else's", owner=UserFactory())
    follow_up(here, "Done", owner=me, state="done", closed_at=TODAY)
    client.force_login(me)
    response = client.get(NOW)
    assert [row.title for row in shown_in(response, "mine")["mine"]] == ["To answer", "Due soon", "Due later"]
    assert shown_in(response, "mine")["count"] == 3


def test_a_block_holds_seven_lines_and_says_how_many_there_are(client):
    here = coalition()
    me = here_before(lead, here)
    for n in range(9):
        follow_up(here, f"Mine {n}", owner=me, state="in-hand")
        follow_up(here, f"Nobody's {n}")
    client.force_login(me)
    response = client.get(NOW)
    assert (len(shown_in(response, "mine")["mine"]), len(shown_in(response, "unowned")["follow_ups"])) == (7, 7)
    assert response.content.decode().count("See all 9") == 2


def test_what_nobody_has_is_shown_to_leads_of_that_coalition_only(client):
    here, there = coalition("Here"), coalition("There")
    follow_up(here, "Ours to give")
    follow_up(there, "Theirs to give")
    for person, seen in ((here_before(lead, here), ["Ours to give"]), (here_before(member, here), []), (here_before(observer, here), [])):
        client.force_login(person)
        assert [row.title for row in shown_in(client.get(NOW), "unowned").get("follow_ups", [])] == seen
        client.logout()


def test_dates_that_concern_me_come_with_both_times_and_one_tap(client):
    here = coalition()
    me = here_before(member, here, time_zone="Africa/Nairobi")
    meeting = MeetingFactory(starts_on=date(2028, 9, 29), ends_on=date(2028, 10, 3))
    closing = DeadlineFactory(
        title_en="List closes", kind="registration", meeting=meeting, zone="Asia/Bangkok", at=TODAY + timedelta(hours=22)
    )
    DeadlineFactory(title_en="Not for me")
    Attendance.objects.create(user=me, meeting=meeting, status="going", circle=here.everyone)
    client.force_login(me)
    page = client.get(NOW).content.decode()
    assert "11:00 (Bangkok)</time> — 07:00 your time" in page
    assert "You are not marked as registered." in page
    assert "Not for me" not in page

    client.post(reverse("calendar_app:meeting-registered", args=[meeting.public_id]), {"next": NOW})
    assert Attendance.objects.get().status == "registered"
    assert Attendance.objects.get().circle == here.everyone
    page = client.get(NOW).content.decode()
    assert "You are not marked as registered." not in page
    assert closing.title_en in page


def test_only_the_next_thirty_days_stand_here_and_then_the_next_date_is_named(client):
    me = here_before(member, coalition())
    DateWatch.objects.create(user=me, deadline=DeadlineFactory(title_en="Far away", at=TODAY + timedelta(days=42, hours=3)))
    client.force_login(me)
    response = client.get(NOW)
    assert (shown_in(response, "dates")["dates"], response.context["is_quiet"]) == ([], True)
    assert "Nothing urgent." in response.content.decode()
    assert "(in 42 days)" in response.content.decode()


def test_where_the_cycle_stands_is_said_at_the_top(client):
    AssemblyFactory()
    client.force_login(here_before(member, coalition()))
    page = client.get(NOW).content.decode()
    assert "Thu 14 Sept" in page
    assert "T−33 days" in page
    assert "phase 3: consolidation" in page


def test_what_moved_since_my_last_visit_is_named_once(client):
    here = coalition()
    me, other = here_before(member, here), lead(here)
    resolution, unwatched = ResolutionFactory(number=50), ResolutionFactory(number=64)
    Watch.objects.create(user=me, resolution=resolution)
    assembly = AssemblyFactory()
    meeting = MeetingFactory(title_en="African meeting", has_hour=False)
    DateWatch.objects.create(user=me, meeting=meeting)
    days = {"has_hour": False, "zone": "Africa/Nairobi", "at": "2028-08-07T10:00:00+00:00"}
    old, new = days | {"starts_on": "2028-07-31", "ends_on": "2028-08-04"}, days | {"starts_on": "2028-08-07", "ends_on": "2028-08-11"}
    for applied_at in (TODAY - timedelta(days=1), TODAY - timedelta(days=5)):
        DateChange.objects.create(meeting=meeting, old=old, new=new, proposed_by=other, applied_at=applied_at)
    DateChange.objects.create(meeting=MeetingFactory(title_en="Unfollowed"), old=old, new=new, proposed_by=other, applied_at=TODAY)
    for row in (resolution, unwatched):
        Outcome.objects.create(resolution=row, assembly=assembly, action="NOC")
        row.save()
    Watch.objects.create(user=me, resolution=unwatched, created_at=TODAY + timedelta(seconds=1))
    done = follow_up(here, "Done by another", owner=other, state="done", closed_at=TODAY)
    FollowUpEvent.objects.create(follow_up=done, kind="done", by=other)
    mine = follow_up(here, "Done by me", owner=me, state="done", closed_at=TODAY)
    FollowUpEvent.objects.create(follow_up=mine, kind="done", by=me)
    before = follow_up(here, "Done before", owner=other, state="done", closed_at=LAST_TIME)
    FollowUpEvent.objects.create(follow_up=before, kind="done", by=other, at=LAST_TIME - timedelta(hours=1))
    client.force_login(me)
    moved = shown_in(client.get(NOW), "moved")["lines"]
    assert [(line.kind, line.title or str(line.resolution or line.change.target)) for line in moved] == [
        ("date", "African meeting"),
        ("text", "Res. 50"),
        ("done", "Done by another"),
    ]
    assert moved[1].parts == {"outcome", "facts"}


def test_on_a_first_visit_nothing_has_moved(client):
    here = coalition()
    me = here_before(member, here, seen_before_at=None)
    done = follow_up(here, "Done by another", owner=lead(here), state="done", closed_at=TODAY)
    FollowUpEvent.objects.create(follow_up=done, kind="done", by=done.owner)
    client.force_login(me)
    assert shown_in(client.get(NOW), "moved") == {}


def test_no_word_of_a_circle_or_a_delegation_stands_here(client):
    here = coalition()
    me, other = here_before(lead, here), lead(here)
    for kind in ("restricted", "delegation"):
        circle = circle_of(here, me, other, kind=kind, name="Kept for few")
        follow_up(here, f"Secret task of {kind}", circle=circle, owner=me, state="to-accept")
        follow_up(here, f"Secret orphan of {kind}", circle=circle)
        done = follow_up(here, f"Secret deed of {kind}", circle=circle, owner=other, state="done", closed_at=TODAY)
        FollowUpEvent.objects.create(follow_up=done, kind="done", by=other)
        days = {"starts_on": date(2028, 9, 20), "ends_on": date(2028, 9, 20)}
        call = MeetingFactory(title_en=f"Secret call of {kind}", kind="call", circle=circle, group=None, city="Hidden", **days)
        door = DeadlineFactory(title_en=f"Secret door of {kind}", meeting=call, kind="registration", at=TODAY + timedelta(days=2))
        Attendance.objects.create(user=me, meeting=call, status="going")
        state = {"at": TODAY.isoformat(), "has_hour": True, "zone": "UTC", "starts_on": "2028-09-20", "ends_on": "2028-09-20"}
        DateChange.objects.create(meeting=call, old=state, new=state, proposed_by=other, applied_at=TODAY)
        assert call.circle.includes(me)
        assert door.is_private
    client.force_login(me)
    response = client.get(NOW)
    page = response.content.decode()
    assert "Secret" not in page
    assert "Hidden" not in page
    assert "Kept for few" not in page
    assert "1 follow-up in a circle" in page
    assert "2 items in circles" in page  # the deed and the call that moved
    assert page.count("A date in a circle") == 2  # the call and its door; of the delegation's, nothing
    assert (shown_in(response, "mine")["count"], shown_in(response, "unowned").get("count", 0)) == (1, 0)


def test_words_for_a_messaging_app_hold_public_dates_and_no_names(client):
    here = coalition("Coalition whose name stays")
    me = here_before(lead, here, name="Wanjiru Kamau")
    deadline = DeadlineFactory(title_en="Contributions", at=datetime(2028, 9, 18, 21, 59, tzinfo=UTC))
    call = MeetingFactory(title_en="Our call", kind="call", circle=here.everyone, group=None, starts_on=TODAY.date(), ends_on=TODAY.date())
    DateWatch.objects.create(user=me, deadline=deadline)
    follow_up(here, "Ask the ministry", assigned_by=me)
    client.force_login(me)

    def copied() -> str:
        page = client.get(NOW).content.decode()
        return page[page.index('<pre id="for-messaging"') : page.index("</pre>")]

    assert "Mon, 18 Sept 2028, 23:59 (Geneva): Contributions" in copied()
    assert "Ask the ministry" in copied()
    for word in ("Wanjiru", "Coalition whose name stays", call.title_en, "your time"):
        assert word not in copied()
    # Words of one coalition are not for the ears of another.
    Membership.objects.create(coalition=coalition("Another"), user=me, role="member")
    assert "Ask the ministry" not in copied()


def test_a_change_that_needs_a_second_person_waits_for_the_other_leads(client):
    here = coalition()
    first, second = here_before(lead, here), here_before(lead, here)
    DateChange.objects.create(
        meeting=MeetingFactory(title_en="African meeting"),
        old={"starts_on": "2028-09-20", "ends_on": "2028-09-20", "has_hour": False},
        new={"starts_on": "2028-09-27", "ends_on": "2028-09-27", "has_hour": False},
        proposed_by=first,
    )
    for person, count in ((first, 0), (second, 1), (here_before(member, here), 0)):
        client.force_login(person)
        assert client.get(NOW).content.decode().count("Confirm a change of date: African meeting") == count
        client.logout()


def test_banners_stand_above_everything_when_they_must(client):
    me = here_before(lead, coalition(), mail_refused_at=LAST_TIME, first_steps_done_at=None)
    client.force_login(me)
    page = client.get(NOW).content.decode()
    assert "no reminder reaches you" in page
    assert "First steps, under five minutes" in page
    assert "Add a second factor" in page


def test_an_observer_reads_dates_and_is_told_what_an_observer_is(client):
    client.force_login(here_before(observer, coalition()))
    page = client.get(NOW).content.decode()
    assert "You are an observer" in page
    assert 'id="h-mine"' not in page


def test_someone_without_a_coalition_has_a_first_page_too(client):
    client.force_login(UserFactory(seen_at=TODAY))
    assert "Nothing urgent." in client.get(NOW).content.decode()


@pytest.mark.parametrize("size", [1, 3])
def test_the_first_page_costs_the_same_however_much_there_is(client, django_assert_num_queries, size):
    here = coalition()
    me, other = here_before(lead, here), lead(here)
    for _n in range(size):
        resolution = ResolutionFactory()
        Watch.objects.create(user=me, resolution=resolution)
        follow_up(here, "Mine", owner=me, state="to-accept", resolution=resolution, assigned_by=other)
        follow_up(here, "Nobody's", resolution=resolution)
        done = follow_up(here, "Done", owner=other, state="done", closed_at=TODAY)
        FollowUpEvent.objects.create(follow_up=done, kind="done", by=other)
        deadline = DeadlineFactory(
            meeting=MeetingFactory(starts_on=date(2028, 9, 27), ends_on=date(2028, 9, 28)), at=TODAY + timedelta(days=3)
        )
        DateWatch.objects.create(user=me, deadline=deadline)
        state = {"at": "2028-09-16T06:00:00+00:00", "has_hour": True, "zone": "UTC"}
        DateChange.objects.create(deadline=deadline, old=state, new=state, proposed_by=other, applied_at=TODAY)
        DateChange.objects.create(meeting=deadline.meeting, old=state, new=state, proposed_by=other)
    client.force_login(me)
    with django_assert_num_queries(13):
        assert client.get(NOW).status_code == 200


def test_a_full_first_page_is_light_on_a_bad_line(client):
    here = coalition()
    me, other = here_before(lead, here), lead(here)
    assembly = AssemblyFactory()
    for n in range(30):
        long_title = f"Write to the ministry about resolution number {n} before its meeting with the others"
        resolution = ResolutionFactory()
        Watch.objects.create(user=me, resolution=resolution)
        Outcome.objects.create(resolution=resolution, assembly=assembly)
        follow_up(here, long_title, owner=me, state="to-accept", resolution=resolution, assigned_by=other)
        follow_up(here, f"{long_title}, and nobody has it", resolution=resolution)
        DateWatch.objects.create(
            user=me, deadline=DeadlineFactory(title_en=f"A deadline with a long title, {n}", at=TODAY + timedelta(days=3, hours=n))
        )
    client.force_login(me)
    assert len(gzip.compress(client.get(NOW).content)) <= 12 * 1024


def test_proposals_that_moved_on_what_i_follow_are_counted_by_resolution(client):
    here = coalition()
    me, other = here_before(member, here), member(here)
    cyber, spam, unfollowed = (ResolutionFactory(number=number) for number in (50, 52, 60))
    Watch.objects.create(user=me, resolution=cyber, created_at=LAST_TIME - timedelta(days=9))
    Watch.objects.create(user=me, resolution=spam, scope="operative", created_at=LAST_TIME - timedelta(days=9))

    def moved(resolution, *, at=TODAY - timedelta(hours=1), **fields):
        proposal = ProposalFactory(resolution=resolution, contribution__access=fields.pop("access", "public"), moved_at=at)
        proposal.events.create(kind="new", status="submitted", recorded_at=at, **{"by": other, **fields})

    moved(cyber)
    moved(cyber)
    for left_out in ({"by": me}, {"is_history": True}, {"at": LAST_TIME - timedelta(days=1)}, {"access": "number"}):
        moved(cyber, **left_out)
    moved(spam, is_operative=False)
    moved(unfollowed)
    client.force_login(me)
    response = client.get(NOW)
    assert [(line.resolution.number, line.proposals) for line in shown_in(response, "moved")["lines"]] == [(50, 2)]
    page = response.content.decode()
    assert ("2 proposals" in page, reverse("coalitions:resolution-proposals", args=[cyber.slug]) in page) == (True, True)

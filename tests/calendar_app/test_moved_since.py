"""What changed since the last visit is the same on the first page and in every list that marks it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import DateChange, DateWatch
from coalitions.models import FollowUpEvent
from resolutions.models import Outcome, Watch
from tests.calendar_app.first_page import shown_in
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    ResolutionFactory,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

TODAY = datetime(2028, 9, 14, 6, tzinfo=UTC)
LAST_TIME = TODAY - timedelta(days=40)
SINCE = TODAY - timedelta(days=35)
AHEAD = TODAY + timedelta(days=20)
MARK = "changed since your last visit"


@pytest.fixture(autouse=True)
def in_september():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def other(here):
    return lead(here)


def read(client, kind, here):
    me = kind(here, seen_at=TODAY, seen_before_at=LAST_TIME)
    client.force_login(me)
    return me


def watched(me, number: int):
    resolution = ResolutionFactory(number=number)
    Watch.objects.create(user=me, resolution=resolution, created_at=LAST_TIME - timedelta(days=9))
    return resolution


def proposed(resolution, by, at=SINCE, **fields):
    proposal = ProposalFactory(resolution=resolution, moved_at=at, **fields)
    proposal.events.create(kind="new", status="submitted", recorded_at=at, by=by)
    return proposal


def on_now(client, kind: str) -> list:
    return [line for line in shown_in(client.get(reverse("now")), "moved").get("lines", []) if line.kind == kind]


def marked(page: str) -> list[str]:
    """What stands in the entries of a list that bear the mark."""
    entries = re.findall(r'<li class="(?:entry|followup)">.*?</li>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", entry) for entry in entries if MARK in entry]


@pytest.mark.parametrize("kind", [member, observer])
def test_the_lists_of_resolutions_show_what_the_first_page_names(client, here, other, kind):
    me = read(client, kind, here)
    asked, decided = watched(me, 50), watched(me, 64)
    for resolution, by in ((asked, other), (watched(me, 52), me), (ResolutionFactory(number=2), other)):
        proposed(resolution, by)
    with time_machine.travel(SINCE):
        Outcome.objects.create(resolution=decided, assembly=AssemblyFactory(), action="NOC")
    named = sorted(line.resolution.number for line in on_now(client, "text"))
    assert named == [50, 64]
    response = client.get(reverse("resolutions:list"), {"show": "moved"})
    assert [row.number for row in response.context["page"]] == named
    page = response.content.decode()
    assert f'Changed since my last visit\n            <span class="total">{len(named)}' in page
    assert len(marked(client.get(reverse("resolutions:list")).content.decode())) == len(named)
    matrix = client.get(reverse("coalitions:matrix"), {"show": "moved"})
    assert [line.resolution.number for line in matrix.context["lines"]] == named
    page = matrix.content.decode().split("<tbody")[1].split("</tbody>")[0]
    # The proposal is framed in its cell; of the decision, the resolution says so.
    assert page.count(" data-moved>") == 1
    assert page.count(f"<small><b>{MARK}") == 1


def test_the_list_says_when_nothing_has_changed(client, here):
    read(client, member, here)
    page = client.get(reverse("resolutions:list"), {"show": "moved"}).content.decode()
    ResolutionFactory()
    assert "No resolution yet" in page
    assert "Nothing has changed since your last visit" in client.get(reverse("resolutions:list"), {"show": "moved"}).content.decode()


def test_the_proposals_of_a_resolution_are_marked_as_the_first_page_counts_them(client, here, other):
    me = read(client, member, here)
    fifty = watched(me, 50)
    proposed(fifty, other)
    proposed(fifty, me)
    proposed(fifty, other, at=LAST_TIME - timedelta(days=1))
    assert [line.proposals for line in on_now(client, "text")] == [1]
    for address in (fifty.get_absolute_url(), reverse("coalitions:resolution-proposals", args=[fifty.slug])):
        assert len(marked(client.get(address).content.decode())) == 1


def test_the_calendar_marks_the_dates_that_the_first_page_names(client, here, other):
    me = read(client, member, here)
    days = {"has_hour": False, "zone": "Africa/Nairobi", "at": "2028-11-06T10:00:00+00:00"}
    for title, is_watched, by in (("Moved by another", True, other), ("Moved by me", True, me), ("Of no concern", False, other)):
        meeting = MeetingFactory(title_en=title, at=AHEAD, starts_on=AHEAD.date(), ends_on=AHEAD.date())
        if is_watched:
            DateWatch.objects.create(user=me, meeting=meeting)
        DateChange.objects.create(meeting=meeting, old=days, new=days, proposed_by=by, applied_at=SINCE)
    deadline = DeadlineFactory(title_en="Door that moved")
    DateWatch.objects.create(user=me, deadline=deadline)
    DateChange.objects.create(deadline=deadline, old=days, new=days, proposed_by=other, applied_at=SINCE)
    named = {str(line.change.target) for line in on_now(client, "date")}
    assert named == {"Moved by another", "Door that moved"}
    for dates in ("mine", "all"):
        found = marked(client.get(reverse("calendar_app:calendar"), {"dates": dates}).content.decode())
        assert len(found) == 2
        assert all(any(title in entry for entry in found) for title in named)


def test_every_list_of_follow_ups_marks_what_the_first_page_says_is_done(client, here, other):
    me, resolution = read(client, member, here), ResolutionFactory(number=50)
    for title, by, at in (("Done by another", other, SINCE), ("Done by me", me, SINCE), ("Done before", other, LAST_TIME)):
        done = FollowUpFactory(
            circle=here.everyone, created_by=other, owner=by, title=title, state="done", closed_at=at, resolution=resolution
        )
        FollowUpEvent.objects.create(follow_up=done, kind="done", by=by, at=at)
    assert [line.title for line in on_now(client, "done")] == ["Done by another"]
    board, of_one = reverse("coalitions:follow-ups"), reverse("coalitions:resolution-follow-ups", args=[resolution.slug])
    for address in (f"{board}?tab=team", f"{board}?tab=team&state=closed", f"{board}?tab=team&state=closed&sort=newest", of_one):
        entries = marked(client.get(address).content.decode())
        assert ["Done by another" in entry for entry in entries] == [True], address


def test_what_was_opened_again_is_not_called_done(client, here, other):
    read(client, member, here)
    again = FollowUpFactory(
        circle=here.everyone, created_by=other, owner=other, title="Opened again", resolution=ResolutionFactory(number=50)
    )
    for kind in ("done", "reopened"):
        FollowUpEvent.objects.create(follow_up=again, kind=kind, by=other, at=SINCE)
    addresses = (f"{reverse('coalitions:follow-ups')}?tab=team", reverse("coalitions:resolution-follow-ups", args=["50"]))
    pages = [client.get(address).content.decode() for address in addresses]
    assert [("Opened again" in page, MARK in page) for page in pages] == [(True, False)] * 2


def test_on_a_first_visit_no_list_calls_anything_changed(client, here, other):
    me = member(here, seen_at=TODAY, seen_before_at=None)
    client.force_login(me)
    proposed(watched(me, 50), other)
    for address in (reverse("resolutions:list"), reverse("coalitions:matrix"), reverse("calendar_app:calendar")):
        assert MARK not in client.get(address).content.decode()

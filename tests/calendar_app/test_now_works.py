"""Whatever the first page offers its reader works for her: each link opens, and each button is hers to press."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from lxml import html

from calendar_app.models import Attendance, DateChange
from resolutions.models import RegionWatch, Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    UserFactory,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

TODAY = datetime(2028, 9, 14, 6, tzinfo=UTC)
SOON = TODAY + timedelta(days=20)
NOW = reverse("now")


@pytest.fixture
def here():
    return coalition()


def nobody(_here, **fields):
    return UserFactory(**fields)


def host(_here, **fields):
    return UserFactory(is_staff=True, **fields)


def world_of(me, here) -> None:
    """Something in each part of the page, as far as it is for her."""
    other = lead(here)
    resolution, group = ResolutionFactory(number=50), RegionalGroupFactory()
    Watch.objects.create(user=me, resolution=resolution, created_at=TODAY - timedelta(days=9))
    RegionWatch.objects.create(user=me, group=group)
    meeting = MeetingFactory(title_en="Regional meeting", group=group, at=SOON, starts_on=SOON.date(), ends_on=SOON.date())
    for subject in (meeting, MeetingFactory(group=group, at=SOON, starts_on=SOON.date(), ends_on=SOON.date())):
        DeadlineFactory(title_en="List closes", kind="registration", meeting=subject, at=TODAY + timedelta(days=3))
    Attendance.objects.create(user=me, meeting=meeting, status="going")
    assembly = AssemblyFactory()
    sitting = MeetingFactory(kind="assembly", assembly=assembly, group=None, at=SOON, starts_on=SOON.date(), ends_on=SOON.date())
    Attendance.objects.create(user=me, meeting=sitting, status="going")
    DeadlineFactory(title_en="Visa requests", kind="visa", assembly=assembly, at=TODAY + timedelta(days=9))
    state = {"at": SOON.isoformat(), "has_hour": False, "zone": "UTC"}
    DateChange.objects.create(meeting=meeting, old=state, new=state, proposed_by=other, applied_at=TODAY)
    proposal = ProposalFactory(resolution=resolution, moved_at=TODAY)
    proposal.events.create(kind="new", status="submitted", recorded_at=TODAY, by=other)
    FollowUpFactory(circle=here.everyone, created_by=other, owner=me, title="Ask the ministry", state="to-accept")
    FollowUpFactory(circle=here.everyone, created_by=other, title="Nobody has this one")


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("kind", [observer, nobody, host, member, lead])
def test_each_link_opens_and_each_button_is_hers(client, here, kind, is_new):
    with time_machine.travel(TODAY, tick=False):
        fields = {"first_steps_done_at": None} if is_new else {}
        me = kind(here, seen_at=TODAY, seen_before_at=TODAY - timedelta(days=2), **fields)
        world_of(me, here)
        client.force_login(me)
        response = client.get(NOW)
        main = html.fromstring(response.content).get_element_by_id("content")
        addresses = {link.get("href").partition("#")[0] for link in main.iter("a") if link.get("href", "").startswith("/")}
        answers = {address: client.get(address, follow=True).status_code for address in addresses}
        assert set(answers.values()) == {200}
        said = "".join(main.text_content())
        reads = ("Regional meeting", "List closes", "Res. 50", "Visa requests")
        assert [title for title in reads if title not in said] == []
        # Titles of follow-ups she owns and works on; an observer reads them on a page of their own.
        assert ("Ask the ministry" in said) == (kind in (member, lead))
        for form in main.iter("form"):
            button = next(form.iter("button"))
            sent = dict(form.form_values()) | ({button.get("name"): button.get("value")} if button.get("name") else {})
            assert client.post(form.get("action"), sent).status_code == 302

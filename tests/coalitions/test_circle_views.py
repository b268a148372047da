"""Who opened what of a restricted circle is seen by that circle for ninety days; of a delegation's nothing is kept."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.retention.rules import rules
from coalitions.models import CircleView, Membership, Position, Reading
from coalitions.services import circle_views
from coalitions.texts.domain.matrix import STATES
from resolutions.read_models.versions import proposal_key, text_key
from tests import factories
from tests.factories import (
    ClauseFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionTextFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def core(network, samuel, ama):
    return factories.circle_of(network, samuel, ama, name="Core group", owner=samuel)


def openings(circle) -> str:
    return reverse("coalitions:circle-openings", args=[circle.public_id])


@pytest.mark.parametrize("door", ["page", "API"])
@pytest.mark.parametrize("what", ["follow-up", "call"])
def test_an_opening_is_kept_once_a_person_thing_and_day(client, core, samuel, ama, what, door):
    if what == "follow-up":
        row = FollowUpFactory(circle=core, created_by=samuel)
        page, api = row.get_absolute_url(), f"/api/v1/follow-ups/{row.public_id}/"
    else:
        row = MeetingFactory(kind="call", circle=core, group=None)
        page, api = row.get_absolute_url(), f"/api/v1/meetings/{row.public_id}/"
    client.force_login(ama)
    for day in ("2028-03-01T12:00Z", "2028-03-01T13:00Z", "2028-03-02T12:00Z"):
        with time_machine.travel(day, tick=False):
            client.force_login(ama)
            assert client.get(page if door == "page" else api).status_code == 200
    kept = CircleView.objects.order_by("on").values_list("user", "thing", "thing_id", "on")
    assert list(kept) == [(ama.pk, what, row.public_id, date(2028, 3, day)) for day in (1, 2)]


@pytest.fixture
def proposal(core, samuel):
    row = ProposalFactory(resolution__slug="50")
    for circle in (core.coalition.everyone, core):
        Reading.objects.create(circle=circle, proposal=row, tone="risk", note="As in July", by=samuel)
    return row


@pytest.mark.parametrize("page", ["proposal", "reading", "matrix-cell", "compare"])
def test_a_reading_of_the_circle_is_opened_where_its_words_are_shown(client, core, ama, proposal, page):
    text = RevisionTextFactory(revision__resolution=proposal.resolution)
    clause = ClauseFactory(version=text)
    proposal.clauses.create(action="MOD", change="modified", position=0, part=clause.part, text="Other words;", before=clause.text)
    addresses = {
        "proposal": proposal.get_absolute_url(),
        "reading": reverse("coalitions:reading", args=[proposal.public_id]),
        "matrix-cell": reverse("coalitions:matrix-cell", args=["50", STATES]),
        "compare": reverse("coalitions:compare", args=["50"]) + f"?of={text_key(text)}&with={proposal_key(proposal)}",
    }
    client.force_login(ama)
    answer = client.get(addresses[page])
    assert "As in July" in answer.content.decode()
    assert list(CircleView.objects.values_list("user", "circle", "thing", "thing_id")) == [(ama.pk, core.pk, "reading", proposal.public_id)]


def test_a_list_of_proposals_is_no_opening_of_what_is_made_of_them(client, ama, proposal):
    client.force_login(ama)
    assert client.get(reverse("coalitions:resolution-proposals", args=["50"])).status_code == 200
    assert not CircleView.objects.exists()


def test_a_draft_of_a_position_is_opened_on_its_page_and_the_log_leads_there(client, network, core, samuel, ama):
    resolution = ResolutionFactory(slug="50")
    written = {"resolution": resolution, "version": 1, "stance": "oppose", "by": samuel}
    draft = Position.objects.create(circle=core, **written)
    Position.objects.create(circle=network.everyone, **written)
    client.force_login(ama)
    client.get(draft.get_absolute_url())
    assert list(CircleView.objects.values_list("user", "circle", "thing", "thing_id")) == [(ama.pk, core.pk, "position", draft.public_id)]
    link = f'<a href="{draft.get_absolute_url()}">a draft of a position</a>'
    assert link in client.get(openings(core)).content.decode()
    draft.delete()
    page = client.get(openings(core)).content.decode()
    assert ("a draft of a position" in page, link in page) == (True, False)


def test_a_reading_in_the_log_leads_to_its_page(client, core, ama, proposal):
    client.force_login(ama)
    client.get(address := reverse("coalitions:reading", args=[proposal.public_id]))
    assert f'<a href="{address}">a reading of a proposal</a>' in client.get(openings(core)).content.decode()


def test_a_call_leads_to_the_log_of_its_circle_and_so_does_nothing_else(client, network, core, samuel, ama):
    call = MeetingFactory(kind="call", circle=core, group=None)
    other = MeetingFactory(kind="call", circle=network.everyone, group=None)
    public = MeetingFactory()
    client.force_login(ama)
    pages = [client.get(meeting.get_absolute_url()).content.decode() for meeting in (call, other, public)]
    assert [openings(core) in page for page in pages] == [True, False, False]
    assert ["See who opened what" in page for page in pages] == [True, False, False]


@pytest.mark.parametrize("door", ["page", "API"])
def test_a_deadline_of_a_call_opens_the_call(client, core, ama, door):
    row = DeadlineFactory(meeting=MeetingFactory(kind="call", circle=core, group=None))
    client.force_login(ama)
    assert client.get(row.get_absolute_url() if door == "page" else f"/api/v1/deadlines/{row.public_id}/").status_code == 200
    assert list(CircleView.objects.values_list("thing", "thing_id")) == [("call", row.meeting.public_id)]


def test_the_circle_sees_it_and_nobody_else(client, network, wanjiru, core, samuel, ama):
    client.force_login(ama)
    client.get(core.get_absolute_url())
    client.force_login(samuel)
    page = client.get(openings(core)).content.decode()
    assert "Ama Owusu" in page
    for other in (wanjiru, factories.member(network), factories.lead(factories.coalition("Another one"))):
        client.force_login(other)
        assert client.get(openings(core)).status_code == 404


def test_the_page_says_so_where_nobody_opened_anything_and_days_as_everywhere(client, core, samuel):
    with time_machine.travel("2028-03-01T12:00Z", tick=False):
        client.force_login(samuel)
        assert "Nobody has opened anything of this circle in these days." in client.get(openings(core)).content.decode()
        client.get(core.get_absolute_url())
        page = client.get(openings(core)).content.decode()
    assert '<time datetime="2028-03-01">Wed 1 Mar</time>' in page
    assert "Nobody has opened" not in page


def test_who_has_left_is_named_no_more(client, core, samuel, ama):
    client.force_login(ama)
    client.get(core.get_absolute_url())
    Membership.objects.filter(user=ama).update(left_at=now())
    client.force_login(samuel)
    page = client.get(openings(core)).content.decode()
    assert ("a former member" in page, "Ama Owusu" in page) == (True, False)


@pytest.mark.parametrize("kind", ["everyone", "delegation"])
def test_nothing_is_kept_of_other_circles(client, network, samuel, kind):
    circle = network.everyone if kind == "everyone" else factories.circle_of(network, samuel, name="Ours", kind=kind, owner=samuel)
    client.force_login(samuel)
    client.get(FollowUpFactory(circle=circle, created_by=samuel).get_absolute_url())
    client.get(circle.get_absolute_url())
    assert not CircleView.objects.exists()
    assert client.get(openings(circle)).status_code == 404


def test_the_circle_sees_the_last_ninety_days_of_itself(network, core, samuel):
    other = factories.circle_of(network, samuel, name="Other group", owner=samuel)
    for circle, day in ((core, 1), (core, 2), (other, 3)):
        CircleView.objects.create(circle=circle, user=samuel, thing="circle", thing_id=circle.public_id, on=date(2028, 3, day))
    shown = []
    for at in ("2028-05-30T12:00Z", "2028-05-31T12:00Z", "2028-06-01T12:00Z"):
        with time_machine.travel(at, tick=False):
            shown.append([row.on.day for row in circle_views.recent_views(core, seen_by=samuel)])
    assert shown == [[2, 1], [2], []]


def test_it_is_deleted_after_ninety_days(core, samuel):
    [rule] = [rule for rule in rules() if rule.key == "circle_views"]
    CircleView.objects.create(circle=core, user=samuel, thing="circle", thing_id=core.public_id, on=date(2028, 3, 1))
    at = now().replace(year=2028, month=3, day=1)
    assert [rule.apply(at + timedelta(days=days)) for days in (90, 91)] == [0, 1]

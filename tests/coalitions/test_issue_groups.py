"""Issue groups: a circle around resolutions, topics and regions, and its Now."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from coalitions.models import Circle, Position
from coalitions.services.issue_groups import set_subjects
from tests.factories import (
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    TopicFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db


def about(circle):
    return reverse("coalitions:circle-subjects", args=[circle.public_id])


def now_of(circle):
    return reverse("calendar_app:circle-now", args=[circle.public_id])


def test_its_owner_chooses_and_only_its_people_see_it(client):
    here = coalition()
    owner, other, boss = member(here), member(here), lead(here)
    circle = circle_of(here, owner, other)
    Circle.objects.filter(pk=circle.pk).update(owner=owner)
    resolution, topic, group = ResolutionFactory(number=50, slug="50"), TopicFactory(tag="numbering"), RegionalGroupFactory(code="ATU")
    client.force_login(owner)
    assert "Say what this circle is about" in client.get(now_of(circle)).content.decode()
    sent = {"resolutions": "50", "topics": [topic.tag], "regions": [group.code]}
    assert client.post(about(circle), sent).status_code == 302
    circle.refresh_from_db()
    assert circle.subjects == {"resolutions": [resolution.pk], "topics": ["numbering"], "regions": ["ATU"]}
    assert about(circle) in client.get(circle.get_absolute_url()).content.decode()
    for person, chooses, reads in ((other, 403, 200), (boss, 404, 404), (observer(here), 404, 404)):
        client.force_login(person)
        assert (client.get(about(circle)).status_code, client.get(now_of(circle)).status_code) == (chooses, reads)
        assert client.post(about(circle), {}).status_code == chooses
    client.force_login(owner)
    client.post(about(circle), {})
    circle.refresh_from_db()
    assert circle.subjects is None


def test_its_now_shows_what_is_due_and_moved_on_its_subjects_and_nothing_else(client):
    here = coalition()
    one, stranger = member(here), member(here)
    circle, foreign = circle_of(here, one), circle_of(here, stranger)
    ours, of_topic, other = (ResolutionFactory(number=number, slug=str(number)) for number in (50, 64, 70))
    of_topic.topics.add(topic := TopicFactory(tag="numbering"))
    group = RegionalGroupFactory(code="ATU")
    set_subjects(circle, resolutions=[ours], topics=[topic.tag], regions=[group.code], by=one)
    soon = now() + timedelta(days=3)
    FollowUpFactory(circle=circle, created_by=one, title="Of the circle", due_at=soon)
    FollowUpFactory(circle=here.everyone, created_by=one, title="On fifty", resolution=ours, due_at=soon)
    FollowUpFactory(circle=here.everyone, created_by=one, title="On seventy", resolution=other, due_at=soon)
    FollowUpFactory(circle=foreign, created_by=stranger, title="Of strangers", resolution=ours, due_at=soon)
    for resolution, name in ((ours, "A/1"), (of_topic, "B/2"), (other, "C/3")):
        proposal = ProposalFactory(resolution=resolution, identifier=name, moved_at=now())
        proposal.events.create(kind="new", status="submitted")
    day = now().date() + timedelta(days=5)
    MeetingFactory(group=group, title_en="Round of the region", starts_on=day, ends_on=day)
    MeetingFactory(group=None, title_en="Elsewhere", starts_on=day, ends_on=day)
    Position.objects.create(circle=foreign, resolution=ours, version=1, stance="oppose", by=stranger)
    Position.objects.create(circle=here.everyone, resolution=of_topic, version=1, stance="watch", by=one)
    client.force_login(one)
    shown = client.get(now_of(circle))
    body = shown.content.decode()
    for word in ("Of the circle", "On fifty", "A/1", "B/2", "Round of the region", "Watch only"):
        assert word in body, word
    for word in ("On seventy", "Of strangers", "C/3", "Elsewhere", "Oppose"):
        assert word not in body, word


def test_a_circle_of_a_delegation_has_its_now_too(client):
    here = coalition()
    one = member(here)
    circle = circle_of(here, one, kind="delegation")
    FollowUpFactory(circle=circle, created_by=one, title="Of the delegation", due_at=now() + timedelta(days=1))
    client.force_login(one)
    assert "Of the delegation" in client.get(now_of(circle)).content.decode()


def test_what_it_is_about_is_not_readable_in_the_database():
    here = coalition()
    one = member(here)
    circle = circle_of(here, one)
    set_subjects(circle, topics=["numbering"], regions=["ATU"], by=one)
    with connection.cursor() as cursor:
        cursor.execute("SELECT subjects FROM coalitions_circle")
        stored = str(cursor.fetchall())
    assert "numbering" not in stored
    assert "ATU" not in stored


@pytest.mark.parametrize("number", [1, 5])
def test_its_now_asks_as_much_however_much_there_is(client, django_assert_num_queries, number):
    here = coalition()
    one = member(here)
    circle = circle_of(here, one)
    resolution, group = ResolutionFactory(number=50, slug="50"), RegionalGroupFactory(code="ATU")
    set_subjects(circle, resolutions=[resolution], regions=[group.code], by=one)
    for each in range(number):
        FollowUpFactory(circle=circle, created_by=one, owner=one, resolution=resolution, due_at=now() + timedelta(days=1))
        proposal = ProposalFactory(resolution=resolution, identifier=f"A/{each}", group=group, moved_at=now())
        proposal.events.create(kind="new", status="submitted")
    client.force_login(one)
    client.get(now_of(circle))
    with django_assert_num_queries(13):
        client.get(now_of(circle))

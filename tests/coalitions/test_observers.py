"""What an observer meets on each page of a coalition: what is published to it, no directory, no circle, and never a blank page."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from coalitions.media.services.media import add_outlet, write_embargo
from coalitions.models import Delegation
from coalitions.positions.services.positions import take_position
from coalitions.priorities.services.charter import write_charter
from coalitions.priorities.services.decisions import log_decision
from coalitions.priorities.services.priorities import publish_priority, write_priority
from coalitions.services.delegation_notes import write_note
from coalitions.services.handovers import write_handover
from coalitions.texts.services.rights_impacts import enter_impact
from tests.factories import AssemblyFactory, FollowUpFactory, ResolutionFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db

HIDDEN = (
    *("zz-circle", "zz-member", "zz-unpublished", "zz-decided", "zz-impact", "zz-outlet", "zz-embargo", "zz-handover", "zz-heard"),
    *("zz-position", "zz-done-means", "zz-of-circle", "zz-owner"),
)
# page, its status, and what the observer reads there (an answer of 403 says in words that it is not for observers)
TABLE = (
    ("/", 200, ()),
    ("/coalition/{coalition}/", 200, ("zz-lead", "zz-charter")),
    ("/coalition/{coalition}/charter/", 200, ("zz-charter",)),
    ("/coalition/{coalition}/priorities/", 200, ("zz-published",)),
    ("/coalition/{coalition}/circles/", 200, ("You are not in a circle",)),
    ("/coalition/{coalition}/decisions/", 403, ()),
    ("/coalition/{coalition}/media/", 403, ()),
    ("/coalition/{coalition}/audit/", 403, ()),
    ("/coalition/{coalition}/settings/", 403, ()),
    ("/coalition/{coalition}/invite/", 403, ()),
    ("/coalition/{coalition}/circles/new/", 403, ()),
    ("/coalition/{coalition}/rights/export/", 403, ()),
    ("/circles/{circle}/", 404, ()),
    ("/circles/{circle}/now/", 404, ()),
    ("/circles/{circle}/about/", 404, ()),
    ("/follow-ups/", 200, ("zz-title",)),
    ("/follow-ups/week/", 403, ()),
    ("/resolutions/50/", 200, ()),
    ("/resolutions/50/rights/", 200, ("What coalitions say about rights is for their members", "zz-published")),
    ("/resolutions/50/rights/new/", 403, ()),
    ("/resolutions/50/position/", 200, ()),
    ("/resolutions/50/follow-ups/", 200, ("zz-title",)),
    ("/resolutions/50/compare/", 200, ()),
    ("/matrix/", 200, ()),
    ("/calendar/", 200, ()),
    ("/delegations/", 200, ("Kenya",)),
    ("/delegations/{card}/", 200, ("zz-authority",)),
    ("/delegations/{card}/handover/", 403, ()),
    ("/search/?q=zz", 200, ()),
    ("/api/v1/priorities/", 200, ("zz-published",)),
    ("/api/v1/decisions/", 200, ()),
    ("/api/v1/rights-impacts/", 200, ()),
    ("/api/v1/circles/", 200, ()),
    ("/api/v1/people/", 200, ("zz-lead",)),
)


@pytest.fixture
def places(settings, client):
    """One coalition with something of everything, seen by one of its observers."""
    settings.LEADS_NEED_SECOND_FACTOR = False
    here = coalition()
    boss, one = lead(here, name="zz-lead Lead"), member(here, name="zz-member Member")
    circle = circle_of(here, boss, one, name="zz-circle")
    resolution = ResolutionFactory(number=50, slug="50")
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE", authority="zz-authority", source="https://example.org")
    write_charter(here, text="zz-charter", by=boss)
    publish_priority(write_priority(here, title="zz-published", resolutions=[resolution], by=boss), is_published=True, by=boss)
    write_priority(here, title="zz-unpublished", resolutions=[resolution], by=boss)
    log_decision(circle=here.everyone, text="zz-decided", decided_on=now().date(), by=boss)
    enter_impact(resolution, circle=here.everyone, right="privacy", mechanism="zz-impact", by=boss)
    outlet = add_outlet(here, name="zz-outlet", by=boss)
    write_embargo(circle=here.everyone, text="zz-embargo", until=now() + timedelta(days=1), outlet=outlet, by=boss)
    write_handover(card, circle=here.everyone, text="zz-handover", by=boss)
    write_note(card, circle=here.everyone, text="zz-heard", by=boss)
    take_position(resolution, circle=here.everyone, stance="oppose", words="zz-position", by=boss)
    soon = now() + timedelta(days=3)
    owner = member(here, name="zz-owner Owner")
    FollowUpFactory(
        circle=here.everyone, created_by=boss, owner=owner, title="zz-title", done_means="zz-done-means", resolution=resolution, due_at=soon
    )
    FollowUpFactory(circle=circle, created_by=boss, title="zz-of-circle", resolution=resolution, due_at=soon)
    client.force_login(observer(here, name="An Observer"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return {"coalition": here.public_id, "circle": circle.public_id, "card": card.public_id}


def test_each_page_gives_an_observer_what_is_published_and_nothing_else(client, places):
    wrong = []
    for address, status, reads in TABLE:
        answer = client.get(address.format(**places))
        body = answer.content.decode()
        if answer.status_code != status:
            wrong.append(f"{address} answers {answer.status_code}, not {status}")
        wrong += [f"{address} lacks {word}" for word in reads if word not in body]
        wrong += [f"{address} shows {word}" for word in HIDDEN if word in body and not address.startswith("/search/")]
    assert wrong == []


def test_the_search_gives_an_observer_no_title_of_what_circles_hold(client, places):
    body = client.get("/search/?q=zz").content.decode()
    assert [word for word in HIDDEN if word in body] == []


def test_an_observer_is_offered_no_tab_or_button_that_refuses(client, places):
    """Every link on the pages of the coalition that an observer opens leads somewhere."""
    refused = set()
    for address in ("/coalition/{coalition}/", "/coalition/{coalition}/priorities/", "/resolutions/50/rights/", "/delegations/{card}/"):
        body = client.get(address.format(**places)).content.decode()
        main = body.partition("<main")[2]
        links = {part.split('"')[0] for part in main.split('href="')[1:]}
        for link in links:
            if link.startswith("/") and not link.startswith("/static/") and client.get(link.partition("#")[0]).status_code in (403, 404):
                refused.add(link)
    assert refused == set()

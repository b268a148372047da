from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from resolutions.models import ProposalEvent
from tests.factories import (
    AssemblyFactory,
    ContributionFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("resolutions:history", args=["50"])


@pytest.fixture
def user(client):
    user = UserFactory(name="Wanjiru Kamau", seen_at=now())
    client.force_login(user)
    return user


def event(proposal, kind="new", **more):
    return ProposalEvent.objects.create(proposal=proposal, kind=kind, status=proposal.status, **more)


def facts(response):
    return [entry.fact for entry in response.context["page"] if entry.fact]


def test_who_did_something_is_told_only_to_herself_and_to_staff(client):
    """She may belong to a coalition that the reader must not learn of."""
    someone = UserFactory(name="Thabo Mokoena", seen_at=now())
    resolution = ResolutionFactory(number=50)
    resolution._history_user = someone
    resolution.status = "doubtful"
    resolution.save()
    RevisionTextFactory(revision=RevisionFactory(resolution=resolution), entered_by=someone)
    event(ProposalFactory(resolution=resolution), by=someone)

    def told(reader):
        client.force_login(reader)
        answer = client.get(PAGE)
        assert ("<bdi>Thabo M.</bdi>" in answer.content.decode()) is reader.is_staff
        return sorted(entry.who for entry in answer.context["page"])

    assert told(UserFactory()) == ["", "", "", "", ""]
    assert told(someone) == ["", "", "you", "you", "you"]
    assert told(UserFactory(is_staff=True)) == ["", "", "Thabo M.", "Thabo M.", "Thabo M."]


def test_history_tells_who_changed_what_from_what_to_what(client, user):
    resolution = ResolutionFactory(number=50, title_en="Cyber security", reference_key="50")
    resolution.title_en = "Cybersecurity"
    resolution.status = "doubtful"
    resolution._history_user = UserFactory(name="Thabo Mokoena")
    resolution.save()
    outcome = resolution.outcomes.create(assembly=AssemblyFactory(), action="MOD")
    outcome.action = "NOC"
    outcome.save()
    ResolutionFactory(number=52, title_en="Spam")

    response = client.get(PAGE)

    told = [(change.thing, change.who, [(step.field, step.old, step.new) for step in change.steps]) for change in facts(response)]
    assert told == [
        ("WTSA-28", "", [("decision", "modified", "no change")]),
        ("WTSA-28", "", []),
        ("Resolution 50", "", [("title [en]", "Cyber security", "Cybersecurity"), ("status", "in force", "perhaps suppressed")]),
        ("Resolution 50", "", []),
    ]
    assert "Cyber security</del> → <ins" in response.content.decode()


def test_saving_without_changing_anything_is_no_history_worth_telling(client, user):
    ResolutionFactory(number=50).save()

    assert len(facts(client.get(PAGE))) == 1


def test_texts_and_proposals_stand_among_the_facts_the_newest_first(client, user):
    resolution = ResolutionFactory(number=50)
    revision = RevisionFactory(resolution=resolution)
    instant = now()
    RevisionTextFactory(revision=revision, entered_at=instant + timedelta(days=1), checked_at=instant + timedelta(days=3))
    proposal = ProposalFactory(resolution=resolution, identifier="EUR/38A7/1")
    event(proposal, at=instant + timedelta(days=2))
    event(proposal, "withdrawn", at=instant + timedelta(days=4))

    page = client.get(PAGE).content.decode()

    found = [page.index(words) for words in ("withdrawn", "Text checked", "— new", "Text entered", "Resolution 50</bdi></h3>")]
    assert found == sorted(found)
    assert "EUR/38A7/1" in page


def test_what_became_of_a_proposal_that_one_may_not_read_is_not_told(client, user):
    resolution = ResolutionFactory(number=50)
    event(ProposalFactory(resolution=resolution, contribution=ContributionFactory(access="number", number="77A7")))
    event(ProposalFactory(identifier="EUR/99/1"))

    page = client.get(PAGE).content.decode()

    assert ("77A7" in page, "EUR/99/1" in page) == (False, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_its_length(client, user, rows, django_assert_num_queries):
    resolution = ResolutionFactory(number=50)
    for number in range(rows):
        assembly = AssemblyFactory(code=f"WTSA-{number}")
        revision = RevisionFactory(resolution=resolution, assembly=assembly)
        RevisionTextFactory(revision=revision, entered_by=UserFactory(), checked_by=UserFactory(), checked_at=now())
        event(ProposalFactory(resolution=resolution), by=UserFactory())

    with django_assert_num_queries(10):
        client.get(PAGE)


def test_a_long_history_comes_in_pages(client, user):
    proposal = ProposalFactory(resolution=ResolutionFactory(number=50))
    for day in range(30):
        event(proposal, at=now() + timedelta(days=day))

    first, second = client.get(PAGE), client.get(PAGE, {"page": 2})

    assert (len(first.context["page"]), len(second.context["page"])) == (25, 6)


def test_the_history_of_a_resolution_that_is_not_there_is_not_found(client, user):
    assert client.get(PAGE).status_code == 404

"""Whether what was asked is in the text: suggested by comparing words, said by a person."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.outreach.domain.in_text import likeness
from coalitions.outreach.read_models.suggestions import proposals_naming, suggestions
from coalitions.outreach.services import contacts as services
from coalitions.services.delegations import begin_card
from tests import factories

pytestmark = pytest.mark.django_db

WORDING = "to respect human rights when deploying new protocols"


@pytest.fixture
def resolution():
    return factories.ResolutionFactory(number=50, slug="50")


@pytest.fixture
def contact(network, wanjiru, samuel, resolution):
    card = begin_card(factories.AssemblyFactory(), country="KE", by=wanjiru, is_checked=True, source="https://example.org/list")
    asked = {"ask": "Say it", "wording": WORDING, "channel": "letter", "asked_on": now().date()}
    return services.log_contact(card, circle=network.everyone, resolution=resolution, by=samuel, **asked)


def proposed(resolution, text, *, countries=("KE", "ZA"), change="modified", identity=None, **about):
    proposal = factories.ProposalFactory(resolution=resolution, countries=list(countries), **about)
    clause = {"action": "MOD", "part": "operative", "call": "resolves", "verb": "resolves", "number": "3", "position": 1}
    proposal.clauses.create(text=text, change=change, identity=identity or uuid4(), **clause)
    return proposal


def found(contact, user):
    return [each.proposal for each in suggestions(contact, list(proposals_naming(contact, user)), user)]


@pytest.mark.parametrize(
    ("asked", "proposed", "is_suggested"),
    [
        (WORDING, WORDING, True),
        (WORDING, f"that Member States should continue, as appropriate, {WORDING} in their networks;", True),
        (WORDING, "to respect the rights of persons when deploying protocols", True),
        (WORDING, "to instruct the Director to report to the Council on the implementation of this resolution;", False),
        (WORDING, "", False),
        ("", WORDING, False),
    ],
)
def test_a_clause_that_holds_most_of_the_words_is_suggested(asked, proposed, is_suggested):
    assert likeness(asked, proposed).is_suggested == is_suggested


def test_only_what_names_the_state_in_a_public_standing_proposal_is_compared(contact, resolution, samuel):
    theirs = proposed(resolution, f"further {WORDING};")
    proposed(resolution, WORDING, countries=("BR",))
    proposed(factories.ResolutionFactory(), WORDING)
    proposed(resolution, WORDING, status="withdrawn")
    proposed(resolution, WORDING, superseded_at=now())
    proposed(resolution, WORDING, change="unchanged")
    proposed(resolution, "to study other things entirely, in other words;")
    restricted = factories.ContributionFactory(number="55", access="number", language="", entered_by=samuel)
    proposed(resolution, WORDING, contribution=restricted)
    assert found(contact, samuel) == [theirs]


def test_the_nearest_comes_first_and_each_proposal_once(contact, resolution, samuel):
    far = proposed(resolution, "to respect rights when deploying new protocols")
    near = proposed(resolution, WORDING)
    near.clauses.create(action="ADD", part="operative", number="4", position=2, change="added", text=f"{WORDING} and more;")
    assert found(contact, samuel) == [near, far]


def test_without_words_the_deletion_of_the_clause_is_suggested(contact, resolution, samuel):
    identity = uuid4()
    contact.wording, contact.clause = "", identity
    contact.save()
    deleting = proposed(resolution, "", change="removed", identity=identity)
    proposed(resolution, "", change="removed")
    assert found(contact, samuel) == [deleting]


def test_nothing_is_in_the_text_until_a_person_says_so(client, contact, resolution, samuel, ama):
    proposal = proposed(resolution, WORDING)
    client.force_login(ama)
    shown = client.get(contact.get_absolute_url()).content.decode()
    assert "100 % of the words asked for" in shown
    contact.refresh_from_db()
    assert (contact.in_text, contact.proposal) == ("", None)
    address = reverse("coalitions:contact-in-text", args=[contact.public_id])
    assert client.post(address, {"in_text": "yes", "proposal": str(proposal.public_id), "version": "1"}).status_code == 302
    contact.refresh_from_db()
    assert (contact.in_text, contact.proposal, contact.version) == ("yes", proposal, 2)
    assert "It is in the text" not in client.get(contact.get_absolute_url()).content.decode()


def test_a_rejected_suggestion_is_noted_and_may_be_judged_again(client, contact, resolution, samuel):
    proposed(resolution, WORDING)
    client.force_login(samuel)
    address = reverse("coalitions:contact-in-text", args=[contact.public_id])
    for verdict in ("no", "partly"):
        contact.refresh_from_db()
        client.post(address, {"in_text": verdict, "version": contact.version})
    assert [event.in_text for event in contact.events.all()] == ["partly", "no", ""]


def test_a_verdict_on_what_changed_meanwhile_is_not_saved(client, contact, samuel, ama):
    services.note_answer(contact, answer="no", day=now().date(), by=ama)
    client.force_login(samuel)
    answer = client.post(reverse("coalitions:contact-in-text", args=[contact.public_id]), {"in_text": "yes", "version": "1"})
    assert "In the meantime Ama O. noted" in answer.content.decode()
    contact.refresh_from_db()
    assert contact.in_text == ""


def test_no_proposal_of_another_resolution_or_of_a_restricted_document(contact, resolution, samuel):
    other = proposed(factories.ResolutionFactory(), WORDING)
    restricted = factories.ContributionFactory(number="55", access="number", language="", entered_by=samuel)
    secret = proposed(resolution, WORDING, contribution=restricted)
    for proposal, sentence in ((other, "another resolution"), (secret, "would tell others that it exists")):
        with pytest.raises(RuleBroken, match=sentence):
            services.judge(contact, in_text="yes", proposal=proposal, by=samuel)

"""Where a circle stands on a resolution."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import personal_data
from amnt.core.errors import RuleBroken
from coalitions.models import Position
from coalitions.positions.services.positions import take_position
from coalitions.services.circles import close_circle
from resolutions.models import ProposalEvent
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanjiru(network):
    return factories.lead(network, name="Wanjiru Kamau", seen_at=now())


@pytest.fixture
def samuel(network):
    return factories.member(network, name="Samuel Otieno", seen_at=now())


@pytest.fixture
def circle(network, samuel):
    """A circle in which the lead does not stand."""
    return factories.circle_of(network, samuel, owner=samuel)


@pytest.fixture
def fifty():
    return factories.ResolutionFactory(number=50, slug="50", title_en="Cybersecurity")


@pytest.fixture
def proposal(fifty):
    return factories.ProposalFactory(resolution=fifty, group=factories.RegionalGroupFactory(), identifier="EUR/38A7/1")


def address(resolution):
    return reverse("coalitions:resolution-position", args=[resolution.slug])


def editor(resolution):
    return reverse("coalitions:position-write", args=[resolution.slug])


def typed(circle, **fields):
    return {
        "stance": "oppose-unless",
        "words": "Study it.\nDo not standardise it.",
        "written_for": "",
        "circle": str(circle.public_id),
        "submission": str(uuid.uuid4()),
        "seen": f"{circle.public_id}:0",
        "red-TOTAL_FORMS": "0",
        "red-INITIAL_FORMS": "0",
    } | fields


def send(client, user, resolution, **fields):
    client.logout()
    client.force_login(user)
    return client.post(editor(resolution), fields)


def page(client, user, resolution, of=address):
    client.logout()
    client.force_login(user)
    answer = client.get(of(resolution))
    assert answer.status_code == 200
    return unescape(answer.content.decode())


# --- The act ------------------------------------------------------------------------------------------------------------


def test_versions_are_added_and_never_changed(network, wanjiru, fifty, proposal):
    first = take_position(fifty, circle=network.everyone, stance="support", words=" One\r\n\r\ntwo ", written_for=proposal, by=wanjiru)
    second = take_position(fifty, circle=network.everyone, stance="oppose", by=wanjiru, seen_version=1)
    first.refresh_from_db()
    assert (first.version, first.stance, first.words, first.written_for) == (1, "support", "One\n\ntwo", proposal)
    assert (second.version, second.stance) == (2, "oppose")
    assert list(Position.objects.newest()) == [second]


def test_each_circle_counts_its_own_versions(network, wanjiru, samuel, circle, fifty):
    take_position(fifty, circle=network.everyone, stance="support", by=wanjiru)
    assert take_position(fifty, circle=circle, stance="oppose", by=samuel, seen_version=0).version == 1


def test_each_resolution_has_its_own_versions(network, wanjiru, fifty):
    take_position(fifty, circle=network.everyone, stance="support", by=wanjiru)
    other = factories.ResolutionFactory()
    assert take_position(other, circle=network.everyone, stance="oppose", by=wanjiru, seen_version=0).version == 1


def test_the_newest_of_each_circle_on_each_resolution_on_a_day(network, samuel, circle, fifty):
    other, days = factories.ResolutionFactory(), timedelta(days=1)
    told = {"stance": "support", "by": samuel}
    old, new = (
        Position.objects.create(circle=network.everyone, resolution=fifty, version=n, at=now() - ago * days, **told)
        for n, ago in ((1, 5), (2, 2))
    )
    draft = Position.objects.create(circle=circle, resolution=fifty, version=1, at=now() - 4 * days, **told)
    elsewhere = Position.objects.create(circle=network.everyone, resolution=other, version=1, at=now() - 3 * days, **told)
    assert set(Position.objects.newest()) == {new, draft, elsewhere}
    then = [set(Position.objects.newest(as_of=now() - ago * days)) for ago in (6, 4.5, 3.5, 2.5, 1.5)]
    assert then == [set(), {old}, {old, draft}, {old, draft, elsewhere}, {new, draft, elsewhere}]


@pytest.mark.parametrize(
    ("recorded", "is_history", "is_on_it", "as_of", "is_to_review"),
    [
        (2, False, True, 1, True),
        (2, False, True, 3, False),
        (6, False, True, 1, False),
        (2, True, True, 1, False),
        (2, False, False, 1, False),
    ],
)
def test_what_was_recorded_since_and_until_a_day_calls_for_a_review_then(
    network, wanjiru, fifty, proposal, recorded, is_history, is_on_it, as_of, is_to_review
):
    days = timedelta(days=1)
    Position.objects.create(circle=network.everyone, resolution=fifty, version=1, stance="support", by=wanjiru, at=now() - 5 * days)
    moved = proposal if is_on_it else factories.ProposalFactory()
    at = now() - recorded * days
    ProposalEvent.objects.create(proposal=moved, kind="changed", status="common", at=at, recorded_at=at, is_history=is_history)
    assert Position.objects.with_review(wanjiru, as_of=now() - as_of * days).get().is_to_review is is_to_review


def test_the_same_form_sent_twice_makes_one_version(network, wanjiru, fifty):
    submission = uuid.uuid4()
    told = {"circle": network.everyone, "stance": "support", "by": wanjiru, "submission": submission, "seen_version": 0}
    assert take_position(fifty, **told) == take_position(fifty, **told)
    with pytest.raises(RuleBroken, match="already been sent"):
        take_position(fifty, **told | {"by": factories.lead(network)})
    assert Position.objects.count() == 1


def test_the_second_of_two_at_once_is_told_who_wrote_what(network, wanjiru, fifty):
    claire = factories.lead(network, name="Claire Rochat")
    take_position(fifty, circle=network.everyone, stance="oppose", by=claire, seen_version=0)
    with pytest.raises(RuleBroken, match=r"In the meantime Claire R. wrote version 1: Oppose. Your text is kept"):
        take_position(fifty, circle=network.everyone, stance="support", by=wanjiru, seen_version=0)
    assert Position.objects.get().by == claire


def test_of_two_at_once_one_who_has_left_is_not_named(network, wanjiru, samuel, circle, fifty):
    factories.admit(factories.coalition("Another"), user=samuel, role="member")
    take_position(fifty, circle=network.everyone, stance="oppose", by=samuel)
    samuel.memberships.filter(coalition=network).update(left_at=now())
    with pytest.raises(RuleBroken, match="In the meantime a former member wrote version 1: Oppose"):
        take_position(fifty, circle=network.everyone, stance="support", by=wanjiru, seen_version=0)


def test_a_position_cites_only_a_proposal_on_its_own_resolution(network, wanjiru, fifty, proposal):
    told = {"circle": network.everyone, "stance": "support", "by": wanjiru}
    with pytest.raises(RuleBroken, match="another resolution"):
        take_position(factories.ResolutionFactory(), written_for=proposal, **told)
    proposal.contribution.access = "number"
    with pytest.raises(RuleBroken, match="the number of this document is kept"):
        take_position(fifty, written_for=proposal, **told)
    assert not Position.objects.exists()


# --- The page -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("versions", [1, 3])
def test_the_page_costs_the_same_whatever_it_holds(client, network, wanjiru, fifty, proposal, versions, django_assert_num_queries):
    for _number in range(versions):
        take_position(fifty, circle=network.everyone, stance="support", written_for=proposal, by=wanjiru)
        factories.ProposalFactory(resolution=fifty)
    client.force_login(wanjiru)
    client.get(address(fifty))
    client.get(editor(fifty))
    # Session, person, memberships, resolution and its revisions, circles to write in, positions, what they cite, the proposals they were
    # written for, who is here, red lines, talking points; people there, those she sees, her mandates, answers.
    with django_assert_num_queries(16):
        client.get(address(fifty))
    # And: circles for red lines, texts, proposed clauses, changed clauses, versions as seen, proposals to choose from.
    with django_assert_num_queries(18):
        client.get(editor(fifty))


def test_a_lead_adopts_and_the_card_can_be_copied(client, network, wanjiru, fifty, proposal):
    answer = send(client, wanjiru, fifty, **typed(network.everyone, written_for=str(proposal.public_id)))
    assert answer.url == address(fifty)
    assert [str(message) for message in answer.wsgi_request._messages] == ["The position has been adopted."]
    body = page(client, wanjiru, fifty)
    for said in ("Coalition position", '<p class="verdict">Oppose unless changed</p>', "Written for", "EUR/38A7/1", "Wanjiru K."):
        assert said in body
    copied = re.search(r'<pre id="text-[^>]*>(.*?)</pre>', body, re.DOTALL)[1]
    assert copied == "Res. 50: Oppose unless changed (v1)\nStudy it.\nDo not standardise it."


def test_a_member_drafts_in_her_circle_and_cannot_adopt(client, network, samuel, wanjiru, circle, fifty):
    assert send(client, samuel, fifty, **typed(network.everyone)).status_code == 200
    assert not Position.objects.exists()
    assert send(client, samuel, fifty, **typed(circle)).status_code == 302
    hers = page(client, samuel, fifty)
    assert ["Draft position" in hers, "Core group" in hers, "data-copy" in hers] == [True, True, False]
    assert "Study it." not in page(client, wanjiru, fifty)


def test_a_lead_without_her_second_factor_adopts_nothing(client, settings, network, wanjiru, fifty):
    settings.LEADS_NEED_SECOND_FACTOR = True
    assert send(client, wanjiru, fifty, **typed(network.everyone)).status_code == 403
    assert not Position.objects.exists()
    assert "first protect your account with a second factor" in page(client, wanjiru, fifty)


def test_observers_and_strangers_read_no_position_and_write_none(client, network, wanjiru, fifty):
    take_position(fifty, circle=network.everyone, stance="oppose", words="For us alone", by=wanjiru)
    for person in (factories.observer(network), factories.UserFactory(), factories.lead(factories.coalition("Another"))):
        assert "For us alone" not in page(client, person, fifty)
        assert send(client, person, fifty, **typed(network.everyone)).status_code in (200, 403)
    assert Position.objects.count() == 1


def test_two_at_once_the_second_gets_a_sentence_keeps_her_text_and_may_send_it_again(client, network, wanjiru, fifty):
    claire = factories.lead(network, name="Claire Rochat")
    take_position(fifty, circle=network.everyone, stance="oppose", by=claire)
    answer = send(client, wanjiru, fifty, **typed(network.everyone, words="My own words"))
    body = unescape(answer.content.decode())
    assert "In the meantime Claire R. wrote version 1: Oppose." in body
    assert "My own words</textarea>" in body
    seen = re.search(r'name="seen" value="([^"]+)"', body)[1]
    assert send(client, wanjiru, fifty, **typed(network.everyone, words="My own words", seen=seen)).status_code == 302
    assert list(Position.objects.order_by("version").values_list("version", "by")) == [(1, claire.pk), (2, wanjiru.pk)]


def test_it_is_to_be_reviewed_because_of_what_moved_since_and_says_what(client, network, wanjiru, fifty, proposal):
    position = take_position(fifty, circle=network.everyone, stance="support", written_for=proposal, by=wanjiru)
    Position.objects.filter(pk=position.pk).update(at=now() - timedelta(days=3))
    newer = factories.ProposalFactory(resolution=fifty, identifier="RCC/40A3/2")
    before = now() - timedelta(days=4)
    ProposalEvent.objects.create(proposal=proposal, kind="new", status="submitted", at=before, recorded_at=before)
    ProposalEvent.objects.create(proposal=newer, kind="late", status="submitted")
    ProposalEvent.objects.create(proposal=newer, kind="fate", status="submitted", is_history=True)
    body = page(client, wanjiru, fifty)
    assert "To be reviewed" in body
    touches = re.search(r"What touches it(.*?)<h2", body, re.DOTALL)[1]
    assert re.findall(r'class="cote">([^<]+)<', touches) == ["RCC/40A3/2"]
    take_position(fifty, circle=network.everyone, stance="oppose", by=wanjiru)
    body = page(client, wanjiru, fifty)
    assert "To be reviewed" not in body
    assert "All versions, side by side" in body


def test_a_working_text_without_an_identifier_is_called_by_its_document(client, network, wanjiru, fifty, proposal):
    position = take_position(fifty, circle=network.everyone, stance="support", written_for=proposal, by=wanjiru)
    Position.objects.filter(pk=position.pk).update(at=now() - timedelta(days=3))
    document = factories.ContributionFactory(number="60")
    draft = factories.ProposalFactory(resolution=fifty, contribution=document, identifier="", group=None, is_consolidated=True)
    ProposalEvent.objects.create(proposal=draft, kind="new", status="submitted")
    body = page(client, wanjiru, fifty)
    touches = re.search(r"What touches it(.*?)<h2", body, re.DOTALL)[1]
    assert re.findall(r'class="cote">([^<]+)<', touches) == ["consolidated draft 60"]
    assert f'<option value="{draft.public_id}">MOD consolidated draft 60</option>' in page(client, wanjiru, fifty, of=editor)


def test_the_next_version_begins_with_the_words_of_the_last(client, network, wanjiru, fifty):
    take_position(fifty, circle=network.everyone, stance="watch", words="Begin here", by=wanjiru)
    body = page(client, wanjiru, fifty, of=editor)
    assert "Begin here</textarea>" in body
    assert '<option value="watch" selected>' in body


def test_a_restricted_document_is_no_choice_even_for_who_kept_its_number(client, network, wanjiru, fifty, proposal):
    kept = factories.ContributionFactory(number="TD55", access="number", language="", entered_by=wanjiru)
    secret = factories.ProposalFactory(resolution=fifty, contribution=kept, identifier="EUR/TD55/1")
    assert "EUR/TD55/1" not in page(client, wanjiru, fifty, of=editor)
    assert send(client, wanjiru, fifty, **typed(network.everyone, written_for=str(secret.public_id))).status_code == 200
    assert not Position.objects.exists()


def test_without_a_position_it_is_asked_who_drafts_it_and_said_how(client, network, samuel, fifty):
    body = page(client, samuel, fifty)
    assert "No position yet" in body
    assert "To draft one, you need a circle." in body
    assert editor(fifty) not in body
    # The link beside a clause leads there too.
    assert client.get(editor(fifty)).url == address(fifty)


def test_her_own_data_hold_the_positions_she_wrote_and_may_still_read(network, wanjiru, samuel, circle, fifty):
    take_position(fifty, circle=circle, stance="oppose", words="Hers", by=samuel)
    take_position(fifty, circle=network.everyone, stance="support", words="Not hers", by=wanjiru)
    data = personal_data.personal_data(samuel)["positions"]
    assert [(row["resolution"], row["version"], row["stance"], row["words"]) for row in data] == [("Res. 50", 1, "oppose", "Hers")]
    circle.circle_memberships.all().delete()
    assert list(personal_data.personal_data(samuel)["positions"]) == []


def test_a_circle_that_holds_a_draft_cannot_be_closed(samuel, circle, fifty):
    take_position(fifty, circle=circle, stance="oppose", by=samuel)
    with pytest.raises(RuleBroken, match="readings or positions"):
        close_circle(circle, by=samuel)
    assert Position.objects.count() == 1

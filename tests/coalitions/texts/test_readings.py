"""How a circle reads a proposal."""

import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import personal_data
from amnt.accounts.services.erasing import erase
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, KeptNumber, Reading
from coalitions.services.membership import leave
from coalitions.texts.services.readings import read_proposal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle(network, samuel):
    """A circle in which the lead does not stand."""
    return factories.circle_of(network, samuel, owner=samuel)


@pytest.fixture
def proposal():
    resolution = factories.ResolutionFactory(number=50, slug="50")
    return factories.ProposalFactory(resolution=resolution, group=factories.RegionalGroupFactory(), identifier="AFCP/35A12/1")


def address(proposal):
    return reverse("coalitions:reading", args=[proposal.public_id])


def typed(circle, **fields):
    return {"tone": "risk", "note": "Ties names to people.", "circle": str(circle.public_id), "submission": str(uuid.uuid4())} | fields


def send(client, user, proposal, **fields):
    client.logout()
    client.force_login(user)
    return client.post(address(proposal), fields)


# --- The act ------------------------------------------------------------------------------------------------------------


def test_a_reading_is_never_changed_another_takes_its_place(network, samuel, wanjiru, proposal):
    first = read_proposal(proposal, circle=network.everyone, tone="risk", note="Outside the mandate", by=samuel)
    second = read_proposal(proposal, circle=network.everyone, tone="mixed", by=wanjiru)
    assert list(Reading.objects.order_by("pk").values_list("tone", "note", "by")) == [
        ("risk", "Outside the mandate", samuel.pk),
        ("mixed", "", wanjiru.pk),
    ]
    assert list(Reading.objects.newest()) == [second]
    assert first != second


def test_sent_twice_or_said_again_it_is_one_reading(network, samuel, wanjiru, proposal):
    submission = uuid.uuid4()
    told = {"circle": network.everyone, "tone": "good", "note": "Ours", "by": samuel}
    made = read_proposal(proposal, submission=submission, **told)
    assert read_proposal(proposal, submission=submission, **told) == made
    assert read_proposal(proposal, submission=uuid.uuid4(), **told) == made
    with pytest.raises(RuleBroken, match="already been sent"):
        read_proposal(proposal, circle=network.everyone, tone="risk", by=wanjiru, submission=submission)
    assert Reading.objects.count() == 1


def test_the_same_words_in_another_circle_are_another_reading(network, samuel, circle, proposal):
    for readers in (network.everyone, circle):
        read_proposal(proposal, circle=readers, tone="good", note="Ours", by=samuel)
    assert list(Reading.objects.order_by("pk").values_list("circle", flat=True)) == [network.everyone.pk, circle.pk]


def test_what_a_later_issue_replaced_is_read_no_more(network, samuel, proposal):
    proposal.superseded_at = now()
    proposal.save()
    with pytest.raises(RuleBroken, match="later issue"):
        read_proposal(proposal, circle=network.everyone, tone="good", by=samuel)
    assert not Reading.objects.exists()


def test_that_counts_is_the_last_word_of_everyone_else_that_of_the_circles(network, samuel, wanjiru, circle, proposal):
    def counting():
        return list(Reading.objects.that_counts(network.everyone.pk, [circle.pk]).values_list("tone", flat=True))

    for tone in ("risk", "mixed"):
        read_proposal(proposal, circle=circle, tone=tone, by=samuel)
    assert counting() == ["mixed"]
    read_proposal(proposal, circle=network.everyone, tone="good", by=wanjiru)
    read_proposal(proposal, circle=circle, tone="risk", by=samuel)
    assert counting() == ["good"]


def test_what_a_circle_says_hides_no_word_of_circles_that_do_not_read_it(network, samuel, wanjiru, circle, proposal):
    theirs = factories.circle_of(network, wanjiru, name="Theirs", owner=wanjiru)
    ours = read_proposal(proposal, circle=circle, tone="risk", by=samuel)
    last = read_proposal(proposal, circle=theirs, tone="good", by=wanjiru)
    assert list(Reading.objects.that_counts(network.everyone.pk, [circle.pk])) == [ours]
    assert list(Reading.objects.that_counts(network.everyone.pk, [circle.pk, theirs.pk])) == [last]
    assert list(Reading.objects.that_counts(network.everyone.pk)) == []


def test_the_newest_of_each_circle_on_each_proposal(network, samuel, circle, proposal):
    other = factories.ProposalFactory(resolution=proposal.resolution)
    places = [(proposal, network.everyone), (proposal, circle), (other, network.everyone)]
    first, *rest = [read_proposal(about, circle=where, tone="risk", by=samuel) for about, where in places]
    again = read_proposal(proposal, circle=network.everyone, tone="good", by=samuel)
    assert set(Reading.objects.newest()) == {again, *rest}
    assert first not in Reading.objects.newest()


def test_on_a_past_day_that_counts_which_was_the_last_word_then(network, samuel, circle, proposal):
    start = now() - timedelta(days=9)
    said = [(9, circle, "risk"), (7, circle, "mixed"), (5, network.everyone, "good"), (3, network.everyone, "risk")]
    for days, where, tone in said:
        Reading.objects.create(proposal=proposal, circle=where, tone=tone, by=samuel, at=start + timedelta(days=9 - days))
    counting = {}
    for days in (10, 9, 8, 7, 6, 5, 4, 3):
        rows = Reading.objects.that_counts(network.everyone.pk, [circle.pk], as_of=start + timedelta(days=9 - days))
        counting[days] = [row.tone for row in rows]
    assert counting == {10: [], 9: ["risk"], 8: ["risk"], 7: ["mixed"], 6: ["mixed"], 5: ["good"], 4: ["good"], 3: ["risk"]}


# --- The page -----------------------------------------------------------------------------------------------------------


def test_a_member_sets_our_reading_and_comes_back_to_the_cell(client, network, samuel, proposal):
    answer = send(client, samuel, proposal, **typed(network.everyone))
    assert answer.url == "/matrix/50/ATU/"
    reading = Reading.objects.get()
    assert (reading.tone, reading.note, reading.by, reading.circle) == ("risk", "Ties names to people.", samuel, network.everyone)
    assert send(client, samuel, proposal, **typed(network.everyone, tone="good", next="/matrix/?show=risk")).url == "/matrix/?show=risk"


def test_what_is_missing_gets_a_sentence_and_nothing_typed_is_lost(client, network, samuel, proposal):
    answer = send(client, samuel, proposal, **typed(network.everyone, tone="", note="Keep these words"))
    body = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "This cannot be left empty." in body
    assert 'value="Keep these words"' in body
    assert not Reading.objects.exists()


def test_the_page_shows_the_readings_until_now_and_names_nobody_who_left(client, network, samuel, wanjiru, proposal):
    read_proposal(proposal, circle=network.everyone, tone="risk", note="First words", by=samuel)
    leave(samuel.memberships.get())
    client.force_login(wanjiru)
    body = unescape(client.get(address(proposal)).content.decode())
    assert "First words" in body
    assert "a former member" in body
    assert "Samuel" not in body


def test_observers_and_strangers_set_none(client, network, samuel, proposal):
    for person in (factories.observer(network), factories.UserFactory()):
        assert send(client, person, proposal, **typed(network.everyone)).status_code == 403
    assert not Reading.objects.exists()


def test_a_circle_she_does_not_stand_in_is_no_choice(client, network, wanjiru, circle, proposal):
    sealed = factories.circle_of(network, wanjiru, kind=Circle.Kind.DELEGATION, name="Sealed", owner=wanjiru)
    for other in (circle, sealed, factories.coalition("Another").everyone):
        assert send(client, wanjiru, proposal, **typed(other)).status_code == 200
    assert not Reading.objects.exists()


def test_a_number_kept_by_someone_else_cannot_be_read(client, network, samuel, wanjiru, circle, proposal):
    kept = factories.ContributionFactory(number="TD55", access="number", language="", entered_by=samuel)
    secret = factories.ProposalFactory(resolution=proposal.resolution, contribution=kept, group=proposal.group)
    KeptNumber.objects.create(contribution=kept, circle=circle)
    assert send(client, wanjiru, secret, **typed(network.everyone)).status_code == 404
    assert send(client, samuel, secret, **typed(circle)).status_code == 302


# --- Her data -----------------------------------------------------------------------------------------------------------


def test_her_own_data_hold_what_she_wrote_and_may_still_read(network, samuel, wanjiru, circle, proposal):
    read_proposal(proposal, circle=network.everyone, tone="good", note="Hers", by=samuel)
    read_proposal(proposal, circle=circle, tone="risk", note="No longer hers", by=samuel)
    read_proposal(proposal, circle=network.everyone, tone="risk", note="Not hers", by=wanjiru)
    circle.circle_memberships.all().delete()
    data = personal_data.personal_data(samuel)["readings"]
    assert [(row["proposal"], row["resolution"], row["tone"], row["note"]) for row in data] == [
        ("MOD AFCP/35A12/1", "Res. 50", "good", "Hers")
    ]


def test_erased_she_is_named_no_more_and_what_was_read_stays(client, network, samuel, wanjiru, proposal):
    read_proposal(proposal, circle=network.everyone, tone="good", note="Stays", by=samuel)
    erase(samuel)
    client.force_login(wanjiru)
    body = unescape(client.get(address(proposal)).content.decode())
    assert ["Stays" in body, "Samuel" in body] == [True, False]

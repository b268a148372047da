"""Not available on this: anyone may say so, nobody asks why, and who also hides the subject from herself looks the same to others."""

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.personal_data import personal_data
from amnt.accounts.services.erasing import erase
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from coalitions.models import (
    Contact,
    ContactEvent,
    Decision,
    Delegation,
    DelegationNote,
    FollowUp,
    FollowUpEvent,
    HandoverNote,
    HintDismissal,
    KeptCopy,
    Position,
    PositionClause,
    Reading,
    RedLine,
    RightsImpact,
    TalkingPoints,
    Unavailability,
    Verdict,
)
from coalitions.models.availability import MOST_HIDDEN
from coalitions.services import availability, follow_ups, membership
from resolutions.models import WordingRule
from tests.factories import (
    AssemblyFactory,
    FollowUpFactory,
    ProposalFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db
PAGE, AGAIN = reverse("coalitions:availability"), reverse("coalitions:available-again")


@pytest.fixture
def here():
    AssemblyFactory()
    return coalition()


@pytest.fixture
def boss(here):
    return lead(here, name="Boss Person")


@pytest.fixture
def her(here):
    return member(here, name="Lucía Example")


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50, slug="50")


@pytest.fixture
def circle(here, boss, her):
    return circle_of(here, boss, her)


def soon():
    return now() + timedelta(days=5)


@pytest.fixture
def of_circles(here, circle, boss, resolution):
    """The same things of everyone's circle and of a restricted one, on the resolution, and something on another one."""
    other = ResolutionFactory(number=60, slug="60")
    proposal = ProposalFactory(resolution=resolution)
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    rule, _made = WordingRule.objects.get_or_create(code="role", defaults={"family": "role", "patterns": {"en": ["+ x"]}})
    for where in (here.everyone, circle):
        task = FollowUpFactory(circle=where, created_by=boss, owner=boss, resolution=resolution)
        FollowUpEvent.objects.create(follow_up=task, kind="created", by=boss)
        FollowUpFactory(circle=where, created_by=boss, owner=boss, resolution=other)
        FollowUpFactory(circle=where, created_by=boss, owner=boss)
        FollowUpFactory(circle=where, created_by=boss, owner=boss, delegation=card)
        KeptCopy.objects.create(kind="coalitions.follow_up_words", about=task.public_id, circle=where, content={"title": "a"}, by=boss)
        Reading.objects.create(circle=where, proposal=proposal, tone="risk", by=boss)
        Position.objects.create(circle=where, resolution=resolution, version=1, stance="oppose", by=boss)
        DelegationNote.objects.create(circle=where, delegation=card, text="Heard", by=boss)
        about = {"rule": rule, "proposal": proposal, "clause": uuid.uuid4(), "words": "a", "reason": "b", "by": boss}
        HintDismissal.objects.create(circle=where, **about)
        position = Position.objects.create(circle=where, resolution=resolution, version=2, stance="oppose", by=boss)
        RedLine.objects.create(circle=where, position=position, kind="red", text="No", by=boss)
        TalkingPoints.objects.create(position=position, language="en", text="We oppose.")
        PositionClause.objects.create(position=position, identity=uuid.uuid4())
        Verdict.objects.create(circle=where, resolution=resolution, assembly=AssemblyFactory(), version=1, result="not", by=boss)
        RightsImpact.objects.create(circle=where, resolution=resolution, right="privacy", mechanism="By logs", by=boss)
        for subject in (resolution, other):
            about = {"circle": where, "delegation": card, "resolution": subject, "channel": "letter", "asked_on": now().date()}
            ContactEvent.objects.create(contact=Contact.objects.create(ask="Oppose", by=boss, **about), kind="asked", day=now().date())
        for subject in (resolution, None):
            Decision.objects.create(circle=where, resolution=subject, text="So be it", decided_on=now().date(), by=boss)
        HandoverNote.objects.create(circle=where, delegation=card, text="Know", by=boss)
    return card


OF_DELEGATIONS = (DelegationNote, HandoverNote)
OF_BOTH = (FollowUp, Contact, ContactEvent)
OF_RESOLUTIONS = (FollowUpEvent, KeptCopy, Reading, Position, RedLine, TalkingPoints, PositionClause, HintDismissal, Verdict, RightsImpact)
PRIVATE = (*OF_DELEGATIONS, *OF_BOTH, *OF_RESOLUTIONS, Decision)


def seen(person):
    return {model.__name__: model.objects.visible_to(person).count() for model in PRIVATE}


def test_what_is_hidden_is_what_restricted_circles_hold_on_it(of_circles, her, boss, resolution):
    everything = seen(boss)
    assert seen(her) == everything
    availability.set_unavailable(her, resolution=resolution)
    assert seen(her) == everything
    availability.set_unavailable(her, resolution=resolution, hides=True)
    of_delegations = {model.__name__ for model in OF_DELEGATIONS}
    two_versions = {"Position": 2}
    less = {name: number - two_versions.get(name, name not in of_delegations) for name, number in everything.items()}
    assert seen(her) == less
    assert seen(boss) == everything
    availability.set_unavailable(her, delegation=of_circles, hides=True)
    assert seen(her) == less | {model.__name__: less[model.__name__] - 1 for model in (*OF_DELEGATIONS, *OF_BOTH)}
    availability.set_available(her, resolution=resolution)
    availability.set_available(her, delegation=of_circles)
    assert seen(her) == everything


def test_a_hidden_follow_up_is_answered_as_one_that_does_not_exist(client, of_circles, circle, her, resolution):
    hidden = FollowUp.objects.get(circle=circle, resolution=resolution)
    client.force_login(her)
    assert client.get(hidden.get_absolute_url()).status_code == 200
    availability.set_unavailable(her, resolution=resolution, hides=True)
    gone = client.get(hidden.get_absolute_url())
    never = client.get(reverse("coalitions:follow-up", args=[uuid.uuid4()]))
    assert (gone.status_code, len(gone.content)) == (404, len(never.content))


@pytest.mark.parametrize("hides", [False, True])
def test_it_stops_assignments_and_hands_back_what_she_has(here, boss, her, resolution, hides):
    task = FollowUpFactory(circle=here.everyone, created_by=boss, owner=her, resolution=resolution)
    backed = FollowUpFactory(circle=here.everyone, created_by=boss, owner=boss, backup=her, resolution=resolution)
    other = FollowUpFactory(circle=here.everyone, created_by=boss, owner=her)
    assert availability.set_unavailable(her, resolution=resolution, hides=hides) == 1
    for row in (task, backed, other):
        row.refresh_from_db()
    assert (task.owner, backed.backup, other.owner) == (None, None, her)
    assert list(task.events.values_list("kind", "by")) == [("handed-back", her.pk)]
    said = "Lucía.* is not available on this. Choose someone else."
    with pytest.raises(RuleBroken, match=said):
        follow_ups.assign(task, to=her, by=boss)
    with pytest.raises(RuleBroken, match=said):
        follow_ups.assign(task, to=boss, backup=her, by=boss)
    with pytest.raises(RuleBroken, match=said):
        follow_ups.create(circle=here.everyone, title="Ask", due_at=soon(), by=boss, owner=her, resolution=resolution)
    with pytest.raises(RuleBroken, match="You said that you are not available"):
        follow_ups.take(task, by=her)
    with pytest.raises(RuleBroken, match=said):
        follow_ups.change(other, by=boss, resolution=resolution)
    availability.set_available(her, resolution=resolution)
    assert follow_ups.assign(task, to=her, by=boss).owner == her


def test_to_others_both_look_exactly_the_same(client, here, boss, resolution):
    """The same page of assigning, the same refusal and the same history, whichever of the two she chose."""
    shown = []
    for hides in (False, True):
        person = member(here, name="Same Name")
        task = FollowUpFactory(circle=here.everyone, created_by=boss, owner=person, resolution=resolution, title="Ask")
        audited = AuditEntry.objects.count()
        availability.set_unavailable(person, resolution=resolution, hides=hides)
        assert AuditEntry.objects.count() == audited
        client.force_login(boss)
        assign = client.get(reverse("coalitions:follow-up-assign", args=[task.public_id])).content.decode()
        sent = {"to": str(person.public_id), "due": "keep", "version": task.version + 1}
        refused = client.post(reverse("coalitions:follow-up-assign", args=[task.public_id]), sent).content.decode()
        page = client.get(task.get_absolute_url()).content.decode()
        columns = Unavailability._meta.concrete_fields
        row = Unavailability.objects.get(user=person)
        kept = {field.name: type(getattr(row, field.attname)) for field in columns} | {"length": len(row.mark)}
        shown.append((assign.count("not available on this"), refused.count("is not available on this"), len(page), kept))
        membership.leave(person.memberships.get())
        task.delete()
    assert shown[0] == shown[1]
    assert shown[0][:2] == (1, 2)


def test_the_page_says_it_and_takes_it_back(client, her, resolution):
    client.force_login(her)
    assert f'value="{resolution.slug}" selected' in client.get(PAGE + "?resolution=50").content.decode()
    for _twice in range(2):
        assert client.post(PAGE, {"resolution": "50", "hides": "on"}).status_code == 302
    assert "only you know" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {}).status_code == 200
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    assert client.post(PAGE, {"resolution": "50", "delegation": str(card.public_id)}).status_code == 200
    client.post(PAGE, {"delegation": str(card.public_id)})
    assert Unavailability.objects.count() == 2
    assert client.post(AGAIN, {"delegation": "nonsense"}).status_code == 404
    for about in ({"resolution": "50"}, {"delegation": str(card.public_id)}):
        assert client.post(AGAIN, about).status_code == 302
    assert not Unavailability.objects.exists()


def test_so_many_can_be_hidden_and_the_next_one_is_said(her):
    for number in range(MOST_HIDDEN):
        availability.set_unavailable(her, resolution=ResolutionFactory(number=200 + number), hides=True)
    last = ResolutionFactory(number=300)
    with pytest.raises(RuleBroken, match="at most 12"):
        availability.set_unavailable(her, resolution=last, hides=True)
    availability.set_unavailable(her, resolution=last)
    availability.set_available(her, resolution=Unavailability.objects.first().resolution)
    availability.set_unavailable(her, resolution=last, hides=True)
    assert len(set(Unavailability.objects.values_list("mark", flat=True))) == MOST_HIDDEN


def test_it_is_in_her_data_and_goes_with_her(here, her, boss, resolution):
    availability.set_unavailable(her, resolution=resolution, hides=True)
    (row,) = personal_data(her)["unavailable"]
    assert json.loads(json.dumps(row))["hidden_from_me"] is True
    assert list(personal_data(boss)["unavailable"]) == []
    erase(her)
    assert not Unavailability.objects.exists()


def test_it_goes_with_the_last_coalition(here, her, resolution):
    availability.set_unavailable(her, resolution=resolution)
    membership.leave(her.memberships.get())
    assert not Unavailability.objects.exists()

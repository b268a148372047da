"""Undoing one act on a follow-up, and what others did since."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import undo
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.core.notices import undo_token
from coalitions.models import FollowUp, FollowUpEvent
from coalitions.services import circles, follow_up_undo, leaving, membership
from coalitions.services import follow_ups as services
from coalitions.services.last_readers import models_in_circles
from tests.coalitions.follow_ups.helpers import act, log_in, make, said, told
from tests.factories import circle_of

pytestmark = pytest.mark.django_db

FIELDS = ("state", "state_at", "owner", "backup", "assigned_by", "assigned_at", "closed_at", "snoozed_until")


def fields_of(follow_up) -> dict:
    return FollowUp.objects.values(*FIELDS).get(pk=follow_up.pk)


def token_in(answer) -> str:
    return [undo_token(message.extra_tags) for message in answer.wsgi_request._messages][-1]


def take_back(client, token: str):
    return client.post(reverse("undo"), {"token": token, "next": "/follow-ups/"})


@pytest.mark.parametrize(
    ("name", "state", "more"),
    [
        ("accept", "to-accept", {}),
        ("decline", "to-accept", {}),
        ("hand-back", "in-hand", {}),
        ("block", "in-hand", {}),
        ("resume", "blocked", {}),
        ("done", "in-hand", {}),
        ("done", "blocked", {}),
        ("drop", "in-hand", {}),
        ("", "in-hand", {"snooze": "day"}),
    ],
)
def test_every_act_of_one_tap_is_undone_as_if_it_had_not_been(client, network, samuel, ama, name, state, more):
    follow_up = make(network, samuel, owner=samuel, backup=ama)
    FollowUp.objects.update(state=state, state_at=now() - timedelta(days=1))
    before, version = fields_of(follow_up), follow_up.version

    answer = act(client, samuel, follow_up, name, **more)
    assert fields_of(follow_up) != before
    undone = take_back(client, token_in(answer))

    assert said(undone)[-1] == "Undone: it is as it was before."
    assert fields_of(follow_up) == before
    last = follow_up.events.first()
    assert (last.kind, last.by, last.undoes) == ("undone", samuel, follow_up.events.all()[1])
    # Reminders are planned anew.
    assert FollowUp.objects.get().version > version


def test_taking_what_nobody_had_is_undone(client, network, samuel, ama):
    follow_up = make(network, ama, backup=samuel)
    before = fields_of(follow_up)

    take_back(client, token_in(act(client, samuel, follow_up, "take")))

    assert fields_of(follow_up) == before


def test_undone_twice_it_is_undone_once(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    token = token_in(act(client, samuel, follow_up, "done"))

    for _tap in range(2):
        assert said(take_back(client, token))[-1] == "Undone: it is as it was before."

    assert [event[0] for event in told(follow_up)] == ["created", "assigned", "done", "undone"]


def test_an_act_sent_twice_offers_to_undo_it_once(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)

    first, second = (token_in(act(client, samuel, follow_up, "done")) for _tap in range(2))

    assert (bool(first), second) == (True, "")


def test_what_others_did_since_is_not_undone(client, network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel)
    token = token_in(act(client, samuel, follow_up, "decline"))
    services.assign(FollowUp.objects.get(), to=ama, by=wanjiru)

    answer = take_back(client, token)

    assert said(answer)[-1] == "Wanjiru K. assigned it to Ama O. in the meantime: nothing was changed."
    assert FollowUp.objects.get().owner == ama
    assert not FollowUpEvent.objects.filter(kind="undone").exists()


def test_who_can_hold_it_no_more_does_not_get_it_back(client, network, wanjiru, samuel, ama, circle):
    follow_up = make(circle, samuel, owner=ama)
    before = follow_up_undo.state_before(follow_up)
    services.drop(follow_up, by=samuel)
    about = follow_up_undo.act_to_undo(before, by=samuel)
    circles.remove_from_circle(circle, membership=network.memberships.get(user=ama), by=samuel)

    with pytest.raises(RuleBroken, match="cannot read it"):
        follow_up_undo.undo_act(about, by=samuel)
    assert FollowUp.objects.get().state == "dropped"


def test_who_is_out_of_the_circle_undoes_nothing_and_learns_nothing(network, samuel, ama, circle):
    follow_up = make(circle, ama, owner=ama)
    before = follow_up_undo.state_before(follow_up)
    services.done(follow_up, by=ama)
    token = undo.token_of(follow_up_undo.KIND, follow_up_undo.act_to_undo(before, by=ama), by=ama)
    circles.remove_from_circle(circle, membership=network.memberships.get(user=ama), by=samuel)

    with pytest.raises(RuleBroken, match="You can no longer read this follow-up"):
        undo.undo(token, by=ama)
    assert FollowUp.objects.get().state == "done"


def test_what_was_done_and_undone_counts_as_open_all_the_time(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    week = [now() - timedelta(days=7)]
    take_back(client, token_in(act(client, samuel, follow_up, "done")))

    assert FollowUpEvent.objects.moves_since(week) == {"opened_0": 1, "closed_0": 0}


# --- Removed from a circle ------------------------------------------------------------------------------------------


def remove(client, by, circle, person):
    log_in(client, by)
    return client.post(reverse("coalitions:circle-remove", args=[circle.public_id, person.public_id]))


def test_a_removal_is_undone_with_all_that_was_handed_back(client, network, samuel, ama, circle):
    person = network.memberships.get(user=ama)
    owned, backed = make(circle, samuel, owner=ama), make(circle, samuel, owner=samuel, backup=ama)
    since = person.circle_memberships.get(circle=circle).created_at
    before = [fields_of(owned), fields_of(backed)]

    token = token_in(remove(client, samuel, circle, person))
    assert not circle.includes(ama)
    answer = take_back(client, token)

    assert said(answer)[-1] == "Undone: it is as it was before."
    assert circle.includes(ama)
    assert person.circle_memberships.get(circle=circle).created_at == since
    assert [fields_of(owned), fields_of(backed)] == before


def test_what_others_took_meanwhile_stays_theirs(client, network, samuel, ama, circle):
    person = network.memberships.get(user=ama)
    owned, other = make(circle, samuel, owner=ama), make(circle, samuel, owner=ama)

    token = token_in(remove(client, samuel, circle, person))
    services.take(FollowUp.objects.get(pk=owned.pk), by=samuel)
    answer = take_back(client, token)

    assert said(answer)[-1] == "Undone, except for 1 follow-up that others have changed since."
    assert (FollowUp.objects.get(pk=owned.pk).owner, FollowUp.objects.get(pk=other.pk).owner) == (samuel, ama)
    assert circle.includes(ama)


def test_who_left_the_coalition_meanwhile_is_not_put_back(client, network, samuel, ama, circle):
    person = network.memberships.get(user=ama)
    token = token_in(remove(client, samuel, circle, person))
    leaving.hand_back_all(person, by=ama)
    network.memberships.filter(user=ama).update(left_at=now())

    assert said(take_back(client, token))[-1] == "This person is not in the coalition."
    assert not circle.includes(ama)


def test_who_names_its_people_no_more_cannot_undo_it(client, network, wanjiru, samuel, ama, circle):
    circles.add_to_circle(circle, membership=network.memberships.get(user=wanjiru), by=samuel)
    person = network.memberships.get(user=ama)
    token = token_in(remove(client, samuel, circle, person))
    circles.hand_on_circle(circle, to=network.memberships.get(user=wanjiru), by=samuel)

    assert said(take_back(client, token))[-1] == "You can no longer decide who is in this circle: nothing was changed."
    assert not circle.includes(ama)


# --- Left a circle --------------------------------------------------------------------------------------------------


def leave(client, user, circle):
    log_in(client, user)
    return client.post(reverse("coalitions:circle-leave", args=[circle.public_id]))


@pytest.mark.parametrize("by_removal", [False, True])
def test_leaving_is_undone_with_what_was_handed_back_and_owned(client, network, samuel, ama, circle, by_removal):
    person = network.memberships.get(user=samuel)
    owned, since = make(circle, samuel, owner=samuel), person.circle_memberships.get(circle=circle).created_at
    before = fields_of(owned)

    token = token_in(remove(client, samuel, circle, person) if by_removal else leave(client, samuel, circle))
    assert (circle.includes(samuel), FollowUp.objects.get().owner) == (False, None)
    answer = take_back(client, token)

    assert said(answer)[-1] == "Undone: it is as it was before."
    assert (circle.includes(samuel), fields_of(owned)) == (True, before)
    assert person.circle_memberships.get(circle=circle).created_at == since
    circle.refresh_from_db()
    assert circle.owner == samuel


def named_and_removed_again(network, circle, samuel, ama):
    person = network.memberships.get(user=ama)
    circles.add_to_circle(circle, membership=person, by=samuel)
    circles.remove_from_circle(circle, membership=person, by=samuel)


def made_an_observer(network, circle, samuel, ama):
    membership.change_role(network.memberships.get(user=ama), role="observer", by=samuel)


def made_an_observer_for_a_while(network, circle, samuel, ama):
    for role in ("observer", "member"):
        membership.change_role(network.memberships.get(user=ama), role=role, by=samuel)


def removed_from_the_coalition(network, circle, samuel, ama):
    membership.remove(network.memberships.get(user=ama), by=samuel)


def something_was_written(network, circle, samuel, ama):
    make(circle, samuel)


def something_was_changed(network, circle, samuel, ama):
    services.change(circle.follow_ups.get(), by=samuel, title="Now that she is gone")


WHY_NOT = "Something has changed in this circle since then. The person who decides who is in it can add you again."


@pytest.mark.parametrize("kind", ["restricted", "delegation"])
@pytest.mark.parametrize(
    "meanwhile",
    [
        named_and_removed_again,
        something_was_written,
        something_was_changed,
        made_an_observer,
        made_an_observer_for_a_while,
        removed_from_the_coalition,
    ],
)
def test_nobody_lets_herself_in_again_after_others_did_something(client, network, samuel, ama, kind, meanwhile):
    circle = circle_of(network, samuel, ama, owner=samuel, kind=kind)
    make(circle, samuel)
    token = token_in(leave(client, ama, circle))

    meanwhile(network, circle, samuel, ama)

    # Whoever is removed from the coalition is logged out, but her account stays, and the notice with the button may still be open.
    log_in(client, ama)
    assert said(take_back(client, token))[-1] == WHY_NOT
    assert not circle.includes(ama)


def test_into_a_circle_that_was_closed_nobody_comes_back(client, network, samuel, ama, circle):
    token = token_in(leave(client, ama, circle))
    circle.delete()

    assert said(take_back(client, token))[-1] == WHY_NOT


def test_looking_at_what_a_circle_holds_keeps_nobody_out_of_it(client, network, samuel, ama, circle):
    follow_up = make(circle, samuel)
    token = token_in(leave(client, ama, circle))
    log_in(client, samuel)
    client.get(follow_up.get_absolute_url())

    log_in(client, ama)
    assert said(take_back(client, token))[-1] == "Undone: it is as it was before."


def test_what_hangs_on_a_circle_says_when_it_changed():
    """Else a fingerprint would show only that rows came or went."""
    without = {
        model.__name__
        for model, _column in models_in_circles()
        if not {"at", "changed_at"} & {field.name for field in model._meta.get_fields()}
    }
    # Never changed after it was made.
    assert without == {"KeptNumber"}


# --- Handed on, and done with a link --------------------------------------------------------------------------------


def send(client, by, name, follow_up, **data):
    log_in(client, by)
    return client.post(reverse(f"coalitions:follow-up-{name}", args=[follow_up.public_id]), data)


def test_an_assignment_is_undone_with_its_due_date_and_backup(client, network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel, backup=ama)
    services.accept(follow_up, by=samuel)
    before, due_at = fields_of(follow_up), follow_up.due_at
    data = {"to": str(ama.public_id), "version": FollowUp.objects.get().version, "due": "3"}

    token = token_in(send(client, wanjiru, "assign", follow_up, **data))
    assert (FollowUp.objects.get().owner, FollowUp.objects.get().due_at != due_at) == (ama, True)
    answer = take_back(client, token)

    assert said(answer)[-1] == "Undone: it is as it was before."
    assert (fields_of(follow_up), FollowUp.objects.get().due_at) == (before, due_at)
    acts = AuditEntry.objects.filter(act="coalitions.follow_up_assigned").order_by("pk")
    assert [entry.fields for entry in acts][1:] == [["backup", "due_at", "owner"], ["owner"]]


def test_done_with_a_link_is_undone_with_the_link(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    before = fields_of(follow_up)

    token = token_in(send(client, samuel, "done", follow_up, evidence="https://example.org/letter"))
    assert FollowUp.objects.get().evidence == "https://example.org/letter"
    take_back(client, token)

    assert (fields_of(follow_up), FollowUp.objects.get().evidence) == (before, "")


def test_a_link_added_later_is_undone_alone(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    services.done(follow_up, by=samuel, evidence="https://example.org/letter")

    take_back(client, token_in(send(client, samuel, "done", follow_up, evidence="https://example.org/answer")))

    assert (FollowUp.objects.get().evidence, FollowUp.objects.get().state) == ("https://example.org/letter", "done")

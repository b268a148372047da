"""What a circle holds never loses its last reader in silence, whatever takes that reader away."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from amnt.accounts.models import User
from amnt.accounts.services.erasing import erase
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from calendar_app.models import Deadline, Meeting
from coalitions.models import Circle, FollowUp, LastReaderQuestion, Membership, Position, Reading
from coalitions.services import circles, last_readers, membership
from coalitions.tasks import do_what_is_due
from tests import factories
from tests.at_once import on_postgresql, while_open
from tests.factories import DeadlineFactory, FollowUpFactory, MeetingFactory, ProposalFactory, ResolutionFactory

pytestmark = pytest.mark.django_db

HERS = {"restricted": "zz-c2 plan", "delegation": "zz-c3 seat"}


def seat(person) -> Membership:
    return Membership.objects.get(user=person)


@pytest.fixture
def claire(network):
    return factories.lead(network, name="Claire Dubois")


@pytest.fixture
def aicha(network):
    return factories.lead(network, name="Aicha Diallo")


@pytest.fixture(params=["restricted", "delegation"])
def alone(request, network, wanjiru, claire, aicha, samuel) -> Circle:
    """A circle that Samuel reads alone, with something of every kind in it."""
    circle = factories.circle_of(network, samuel, kind=request.param, name=HERS[request.param], owner=samuel)
    FollowUpFactory.create_batch(15, circle=circle, created_by=samuel, owner=samuel)
    call = MeetingFactory(kind="call", circle=circle, group=None, title_en=HERS[request.param], title_fr="zz")
    DeadlineFactory(meeting=call, title_en=HERS[request.param], title_fr="zz", kind="document")
    resolution = ResolutionFactory()
    Reading.objects.create(proposal=ProposalFactory(resolution=resolution), circle=circle, note="zz-note", tone="risk", by=samuel)
    Position.objects.create(circle=circle, resolution=resolution, version=1, stance="oppose", words="zz-words", by=samuel)
    return circle


def taken_away(by: str, samuel: User, wanjiru: User) -> None:
    if by == "made an observer":
        membership.change_role(seat(samuel), role="observer", by=wanjiru)
    elif by == "removed":
        membership.remove(seat(samuel), by=wanjiru)
    elif by == "closed by staff":
        User.objects.filter(pk=samuel.pk).update(is_active=False)
    elif by == "taken out in the database":
        Membership.objects.filter(user=samuel).update(left_at="2028-03-01T12:00Z")
    do_what_is_due()


OTHERS_ACT = ["made an observer", "removed", "closed by staff", "taken out in the database"]


# --- Going by oneself: asked before ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("going", ["leave", "erase", "circle", "own role"])
def test_whoever_goes_by_herself_settles_it_first(alone, network, samuel, wanjiru, going):
    acts = {
        "leave": lambda: membership.leave(seat(samuel)),
        "erase": lambda: erase(samuel),
        "circle": lambda: circles.remove_from_circle(alone, membership=seat(samuel), by=samuel),
        "own role": lambda: membership.change_role(seat(samuel), role="observer", by=samuel),
    }
    with pytest.raises(RuleBroken):
        acts[going]()
    assert alone.includes(samuel)
    last_readers.hand_on(alone, to=seat(wanjiru), by=samuel)
    acts[going]()
    assert list(alone.people()) == [wanjiru]
    assert FollowUp.objects.visible_to(wanjiru).filter(circle=alone).count() == 15


def test_what_she_alone_reads_elsewhere_keeps_nobody_here(alone, network, samuel):
    another = factories.coalition("Another one")
    factories.admit(another, user=samuel, role="member")
    there = Membership.objects.get(user=samuel, coalition=another)
    assert membership.leave(there).left_at is not None
    with pytest.raises(RuleBroken, match="You are the only reader of"):
        membership.leave(Membership.objects.get(user=samuel, coalition=network))


def test_to_whom_it_may_be_handed_on(alone, network, wanjiru, claire, aicha, samuel, ama):
    """While she stands in it to those she sees but herself; as an observer to leads; a member again, to herself too."""
    factories.circle_of(network, samuel, ama, name="zz-friends", owner=ama)
    guest = factories.observer(network)
    leads = {wanjiru, claire, aicha}

    def people():
        return {row.user for row in last_readers.possible_readers(alone, by=samuel)}

    assert people() == {*leads, ama}
    membership.change_role(seat(samuel), role="observer", by=wanjiru)
    assert people() - {samuel} == leads
    membership.change_role(seat(samuel), role="member", by=wanjiru)
    assert people() == {*leads, samuel}
    assert guest not in people()


def test_the_pages_lead_to_the_decision(client, alone, network, samuel):
    client.force_login(samuel)
    settle = reverse("coalitions:circle-settle", args=[alone.public_id])
    assert settle in client.get(alone.get_absolute_url()).content.decode()
    leave = reverse("coalitions:leave", args=[network.public_id])
    assert settle in client.get(leave).content.decode()
    assert client.post(leave).status_code == 409
    assert "18 things" in client.get(settle).content.decode()


def test_she_may_delete_what_she_alone_reads(client, alone, network, samuel):
    client.force_login(samuel)
    settle = reverse("coalitions:circle-settle", args=[alone.public_id])
    assert "Choose who takes it over" in client.post(settle, {"what": "hand-on"}).content.decode()
    client.post(settle, {"what": "delete"})
    assert not Circle.objects.filter(pk=alone.pk).exists()
    assert (FollowUp.objects.count(), Meeting.objects.count(), Deadline.objects.count()) == (0, 0, 0)
    for kept in (Meeting.history, Deadline.history):
        assert not kept.filter(title_en__startswith="zz-").exists()
    assert not Reading.objects.exists()
    assert not Position.objects.exists()


# --- Others make her go: asked afterwards ---------------------------------------------------------------------------------


@pytest.mark.parametrize("by", OTHERS_ACT)
def test_each_path_asks_the_last_reader_once(alone, samuel, wanjiru, by):
    taken_away(by, samuel, wanjiru)
    do_what_is_due()
    question = LastReaderQuestion.objects.get()
    assert (question.circle, question.user) == (alone, samuel)
    assert Email.objects.filter(kind="coalitions/last_reader").count() == 1
    assert question.due_at - question.asked_at == timedelta(days=30 if by == "closed by staff" else 7)


@pytest.mark.parametrize("by", OTHERS_ACT)
def test_without_an_answer_it_is_deleted_on_the_day_it_was_said(alone, samuel, wanjiru, by):
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        taken_away(by, samuel, wanjiru)
        days = 30 if by == "closed by staff" else 7
        clock.shift(timedelta(days=days, seconds=-60))
        do_what_is_due()
        assert FollowUp.objects.count() == 15
        clock.shift(timedelta(minutes=2))
        do_what_is_due()
        do_what_is_due()
    assert (Circle.objects.filter(pk=alone.pk).exists(), FollowUp.objects.count()) == (False, 0)
    expected = ("coalitions.circle_deleted", "C2") if alone.kind == "restricted" else ("audit.private", "C3")
    assert AuditEntry.objects.filter(act=expected[0], level=expected[1]).exists()


def test_an_observer_and_back_finds_what_she_read(client, alone, samuel, wanjiru):
    membership.change_role(seat(samuel), role="observer", by=wanjiru)
    membership.change_role(seat(samuel), role="member", by=wanjiru)
    assert FollowUp.objects.visible_to(samuel).filter(circle=alone).count() == 0
    client.force_login(samuel)
    page = client.get("/").content.decode()
    assert "is waiting for your decision" in page
    assert "zz-" not in page
    settle = reverse("coalitions:circle-settle", args=[alone.public_id])
    client.post(settle, {"what": "hand-on", "to": str(seat(samuel).public_id)})
    assert FollowUp.objects.visible_to(samuel).filter(circle=alone).count() == 15
    assert not LastReaderQuestion.objects.exists()


def test_whoever_was_removed_reads_nothing_but_the_question_and_hands_on_to_a_lead(client, alone, network, samuel, wanjiru, ama):
    title = FollowUp.objects.first().title
    membership.remove(seat(samuel), by=wanjiru)
    client.force_login(samuel)
    settle = reverse("coalitions:circle-settle", args=[alone.public_id])
    shown = client.get(reverse("coalitions:circles-to-settle")).content.decode() + client.get(settle).content.decode()
    assert alone.name in shown
    assert "Claire Dubois" in shown
    for hidden in (title, "Ama Owusu", "zz-note"):
        assert hidden not in shown
    assert client.get(alone.get_absolute_url()).status_code == 404
    client.post(settle, {"what": "hand-on", "to": str(seat(ama).public_id)})
    assert not alone.includes(ama)
    client.post(settle, {"what": "hand-on", "to": str(seat(wanjiru).public_id)})
    assert list(alone.people()) == [wanjiru]
    assert client.get(settle).status_code == 404


@pytest.mark.parametrize("by", ["made an observer", "removed"])
def test_the_lead_learns_nothing_of_it(client, network, wanjiru, claire, aicha, ama, samuel, by):
    """The pages and the answers are the same for someone who reads a circle alone and for someone who reads none."""
    circle = factories.circle_of(network, samuel, name="zz-secret", owner=samuel)
    FollowUpFactory(circle=circle, created_by=samuel, owner=samuel)
    client.force_login(wanjiru)
    told = []
    for person in (samuel, ama):
        row, mails = seat(person), Email.objects.filter(to=wanjiru).count()
        if by == "removed":
            url, sent = reverse("coalitions:member-remove", args=[row.public_id]), {}
        else:
            url, sent = row.get_absolute_url(), {"role": "observer"}
        name = person.name
        before = client.get(url).content.decode().replace(name, "").replace(str(row.public_id), "")
        answer = client.post(url, sent, follow=True)
        shown = answer.content.decode().replace(name, "").replace(str(row.public_id), "")
        told.append((answer.status_code, len(before), "zz-" in before + shown, Email.objects.filter(to=wanjiru).count() - mails))
    assert told[0] == told[1]
    assert LastReaderQuestion.objects.count() == 1


def test_the_mail_says_nothing_of_a_circle(alone, network, samuel, wanjiru, django_capture_on_commit_callbacks):
    with time_machine.travel("2028-03-01T09:00Z", tick=False), django_capture_on_commit_callbacks(execute=True):
        membership.remove(seat(samuel), by=wanjiru)
    [sent] = [message for message in mail.outbox if message.to == [samuel.email]]
    everything = sent.subject + sent.body + "".join(str(part) for part, _kind in sent.alternatives)
    assert "is waiting for your decision" in everything
    assert "until Wed 8 Mar, 12:00 (Nairobi), in 7 days. Without one, it is deleted then." in sent.body
    assert "15" not in sent.body
    for word in (alone.name, network.name, "ircle", "elegation"):
        assert word not in everything


def test_a_closed_account_is_told_at_its_address_and_opened_again_nothing_is_asked(
    alone, samuel, wanjiru, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        taken_away("closed by staff", samuel, wanjiru)
    assert [message.to for message in mail.outbox if "is waiting for your decision" in message.subject] == [[samuel.email]]
    User.objects.filter(pk=samuel.pk).update(is_active=True)
    do_what_is_due()
    assert not LastReaderQuestion.objects.exists()
    assert FollowUp.objects.visible_to(samuel).filter(circle=alone).count() == 15


def test_a_circle_that_others_read_asks_nobody(network, wanjiru, claire, aicha, samuel, ama):
    circle = factories.circle_of(network, samuel, ama, name="zz-shared", owner=samuel)
    FollowUpFactory(circle=circle, created_by=samuel)
    membership.remove(seat(samuel), by=wanjiru)
    do_what_is_due()
    assert not LastReaderQuestion.objects.exists()
    membership.remove(seat(ama), by=wanjiru)
    assert LastReaderQuestion.objects.get().user == ama


def test_an_empty_circle_goes_with_its_last_reader(network, wanjiru, claire, aicha, samuel):
    circle = factories.circle_of(network, samuel, name="zz-empty", owner=samuel)
    membership.leave(seat(samuel))
    do_what_is_due()
    assert not Circle.objects.filter(pk=circle.pk).exists()


def test_circles_orphaned_before_the_update_are_found(network, wanjiru, claire, aicha, samuel):
    circle = factories.circle_of(network, name="zz-orphan")
    FollowUpFactory(circle=circle, created_by=samuel)
    do_what_is_due()
    assert LastReaderQuestion.objects.get().user == samuel


def test_nobody_else_may_settle_it(client, alone, network, wanjiru, ama, samuel):
    membership.remove(seat(samuel), by=wanjiru)
    for other in (wanjiru, ama):
        client.force_login(other)
        settle = reverse("coalitions:circle-settle", args=[alone.public_id])
        assert client.get(settle).status_code == client.post(settle, {"what": "delete"}).status_code == 404
        with pytest.raises(RuleBroken, match="already been decided"):
            last_readers.delete_circle(alone, by=other)
    assert FollowUp.objects.count() == 15


def test_the_answer_and_the_end_of_the_time_at_once_leave_one_outcome(alone, samuel, wanjiru):
    membership.remove(seat(samuel), by=wanjiru)
    LastReaderQuestion.objects.update(due_at="2028-01-01T00:00Z")
    last_readers.hand_on(alone, to=seat(wanjiru), by=samuel)
    last_readers.settle_unread()
    assert FollowUp.objects.visible_to(wanjiru).filter(circle=alone).count() == 15


@on_postgresql
def test_handed_on_at_the_moment_it_would_be_deleted_it_stays(network, wanjiru, samuel):
    factories.lead(network)
    circle = factories.circle_of(network, samuel, name="zz-secret", owner=samuel)
    FollowUpFactory(circle=circle, created_by=samuel)
    membership.remove(seat(samuel), by=wanjiru)
    LastReaderQuestion.objects.update(due_at="2028-01-01T00:00Z")
    while_open(lambda: last_readers.hand_on(circle, to=seat(wanjiru), by=samuel), last_readers.settle_unread)
    assert FollowUp.objects.visible_to(wanjiru).filter(circle=circle).count() == 1


def test_whatever_hangs_on_a_circle_in_any_app_is_counted_and_deleted():
    names = sorted(model._meta.label for model, _column in last_readers.models_in_circles())
    assert names == [
        "calendar_app.Attendance",
        "calendar_app.BackwardPlan",
        "calendar_app.Debrief",
        "calendar_app.Meeting",
        "coalitions.AssemblySession",
        "coalitions.Contact",
        "coalitions.Decision",
        "coalitions.DelegationNote",
        "coalitions.EmbargoNote",
        "coalitions.FollowUp",
        "coalitions.HandoverNote",
        "coalitions.HintDismissal",
        "coalitions.KeptCopy",
        "coalitions.KeptNumber",
        "coalitions.OwnRoute",
        "coalitions.Position",
        "coalitions.Reading",
        "coalitions.RedLine",
        "coalitions.RightsImpact",
        "coalitions.SessionNote",
        "coalitions.Statement",
        "coalitions.Verdict",
    ]

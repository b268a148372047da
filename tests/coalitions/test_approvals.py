"""A request to a second lead: one asks, another one says yes, and only then it is done, once."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import ApiToken
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from amnt.retention.rules import rules
from coalitions.models import Approval, Membership
from coalitions.services import approvals, membership
from tests import factories
from tests.at_once import on_postgresql, while_open

KIND = "coalitions.close_sessions"


def seat(person) -> Membership:
    return Membership.objects.get(user=person, left_at=None)


@pytest.fixture
def claire(network):
    return factories.lead(network, name="Claire Dubois")


@pytest.fixture
def asked(network, wanjiru, claire, samuel) -> Approval:
    return approvals.ask(KIND, coalition=network, about={"membership": seat(samuel).pk}, by=wanjiru)


def page(approval, what="approval") -> str:
    return reverse(f"coalitions:{what}", args=[approval.public_id])


def log_in_everywhere(client, person) -> None:
    client.force_login(person)
    client.get("/")
    ApiToken.objects.create(user=person, name="A program", digest="d" * 64, expires_at=now() + timedelta(days=9))


# --- Asking and answering -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_happens_before_the_second_lead_says_yes(client, asked, claire, samuel):
    log_in_everywhere(client, samuel)
    assert client.get("/").status_code == 200
    approvals.approve(asked, by=claire)
    assert client.get("/").status_code == 302
    assert not samuel.api_tokens.exists()
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("approved", claire)
    assert [email.about["what"] for email in Email.objects.filter(to=samuel)] == ["closed-by-leads"]


@pytest.mark.django_db
def test_each_step_is_in_the_audit(asked, network, claire):
    approvals.approve(asked, by=claire)
    acts = list(
        AuditEntry.objects.filter(coalition=network.public_id, act__contains="approval").order_by("pk").values_list("act", "object_id")
    )
    assert acts == [("coalitions.approval_asked", str(asked.public_id)), ("coalitions.approval_approved", str(asked.public_id))]
    assert AuditEntry.objects.filter(act="coalitions.sessions_closed").count() == 1


@pytest.mark.django_db
def test_the_one_who_asked_cannot_say_yes(asked, wanjiru):
    with pytest.raises(RuleBroken, match="another lead must answer"):
        approvals.approve(asked, by=wanjiru)
    with pytest.raises(IntegrityError, match="approval_takes_two_people"):
        Approval.objects.update(answer="approved", answered_by=wanjiru, answered_at=now())


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [approvals.approve, approvals.decline])
def test_members_observers_and_other_leads_cannot_answer(network, asked, samuel, ama, answer):
    for stranger in (samuel, ama, factories.observer(network), factories.lead(factories.coalition("Another one"))):
        with pytest.raises(RuleBroken, match="Only a lead with a second factor"):
            answer(asked, by=stranger)
    asked.refresh_from_db()
    assert asked.is_waiting


@pytest.mark.django_db
def test_both_leads_need_a_second_factor(settings, network, asked, wanjiru, claire, samuel):
    settings.LEADS_NEED_SECOND_FACTOR = True
    with pytest.raises(RuleBroken, match="second factor"):
        approvals.approve(asked, by=claire)
    with pytest.raises(RuleBroken, match="second factor"):
        approvals.ask(KIND, coalition=network, about={"membership": seat(claire).pk}, by=wanjiru)
    Authenticator.objects.create(user=claire, type=Authenticator.Type.TOTP, data={})
    assert approvals.approve(asked, by=claire).answer == "approved"


@pytest.mark.django_db
def test_a_lead_alone_is_told_that_there_is_no_second_one(network, wanjiru, samuel):
    with pytest.raises(RuleBroken, match="the coalition has none"):
        approvals.ask(KIND, coalition=network, about={"membership": seat(samuel).pk}, by=wanjiru)


@pytest.mark.django_db
def test_after_seven_days_it_is_closed_and_can_be_asked_again(network, wanjiru, claire, samuel):
    about = {"membership": seat(samuel).pk}
    with time_machine.travel("2028-03-01T12:00Z", tick=False):
        asked = approvals.ask(KIND, coalition=network, about=about, by=wanjiru)
        assert approvals.ask(KIND, coalition=network, about=about, by=wanjiru) == asked
    with time_machine.travel("2028-03-08T11:59Z", tick=False):
        assert Approval.objects.to_answer_by(claire).get() == asked
    with time_machine.travel("2028-03-08T12:00Z", tick=False):
        assert not Approval.objects.to_answer_by(claire).exists()
        for answer, by in ((approvals.approve, claire), (approvals.decline, claire), (approvals.withdraw, wanjiru)):
            with pytest.raises(RuleBroken, match="waited too long"):
                answer(asked, by=by)
        assert approvals.ask(KIND, coalition=network, about=about, by=wanjiru) != asked


@pytest.mark.django_db
def test_its_page_says_how_it_stands(client, network, wanjiru, claire, samuel):
    states = []
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        about = {"membership": seat(samuel).pk}
        asked = approvals.ask(KIND, coalition=network, about=about, by=wanjiru)
        for days in (0, 7):
            clock.shift(timedelta(days=days))
            client.force_login(claire)
            states.append(client.get(page(asked)).content.decode())
        declined = approvals.decline(approvals.ask(KIND, coalition=network, about=about, by=wanjiru), by=claire)
        states.append(client.get(page(declined)).content.decode())
        clock.shift(timedelta(days=8))
        client.force_login(claire)
        states.append(client.get(page(declined)).content.decode())
    said = ("Open until", "not answered in time", "<dd>declined,")
    assert [[words in state for words in said].index(True) for state in states] == [0, 1, 2, 2]
    assert [sum(words in state for words in said) for state in states] == [1] * 4


@pytest.mark.django_db
@pytest.mark.parametrize("first", [approvals.approve, approvals.decline])
@pytest.mark.parametrize("then", [approvals.approve, approvals.decline, approvals.withdraw])
def test_once_answered_nobody_answers_otherwise_nor_another_lead_again(network, wanjiru, claire, asked, first, then):
    aicha = factories.lead(network)
    answered = first(asked, by=claire)
    people = [wanjiru] if then is approvals.withdraw else [aicha] if first is then else [claire, aicha]
    for person in people:
        with pytest.raises(RuleBroken, match="already been answered"):
            then(asked, by=person)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == (answered.answer, claire)


@pytest.mark.django_db
def test_taken_back_twice_it_is_so_once_and_by_nobody_else(network, wanjiru, claire, asked):
    assert approvals.withdraw(asked, by=wanjiru) == approvals.withdraw(asked, by=wanjiru)
    with pytest.raises(RuleBroken, match="Only the lead who asked"):
        approvals.withdraw(asked, by=claire)


@pytest.mark.django_db
def test_without_an_answer_happens_only_what_the_host_announced(network, wanjiru, claire, samuel):
    about = {"membership": seat(samuel).pk}
    others = factories.coalition("Another one")
    person = factories.member(others)
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        asked = approvals.ask(KIND, coalition=network, about=about, by=wanjiru)
        announced, refused = (
            approvals.file("coalitions.appoint_lead", coalition=of, about={"membership": seat(who).pk}, by=None, happens_unanswered=True)
            for of, who in ((others, person), (network, samuel))
        )
        approvals.decline(refused, by=claire)
        clock.shift(timedelta(days=7))
        approvals.carry_out_announced()
        for row in (asked, announced, refused):
            row.refresh_from_db()
        assert [row.answer for row in (asked, announced, refused)] == ["", "approved", "declined"]
        assert (announced.answered_by, announced.answered_at) == (None, now())
    assert (seat(person).role, seat(samuel).role) == ("lead", "member")


@pytest.mark.django_db
def test_only_the_one_who_asked_takes_it_back(asked, wanjiru, claire):
    with pytest.raises(RuleBroken, match="Only the lead who asked"):
        approvals.withdraw(asked, by=claire)
    assert approvals.withdraw(asked, by=wanjiru).answer == "withdrawn"
    with pytest.raises(RuleBroken, match="already been answered"):
        approvals.approve(asked, by=claire)


@pytest.mark.django_db
def test_a_yes_looks_again_at_what_is_true_now(network, asked, claire, samuel):
    membership.leave(seat(samuel))
    assert approvals.summary_of(asked) is None
    with pytest.raises(RuleBroken, match="has left the coalition"):
        approvals.approve(asked, by=claire)
    asked.refresh_from_db()
    assert asked.is_waiting


@pytest.mark.django_db
@pytest.mark.parametrize("going", ["leaves", "is demoted"])
def test_what_a_lead_asked_for_falls_when_she_leads_no_more(network, asked, wanjiru, claire, going):
    aicha = factories.lead(network)
    if going == "leaves":
        membership.leave(seat(wanjiru))
    else:
        membership.change_role(seat(wanjiru), role="member", by=claire)
    with pytest.raises(RuleBroken, match="already been answered"):
        approvals.approve(asked, by=aicha)


@pytest.mark.django_db
def test_what_a_lead_asked_for_elsewhere_stays_when_she_leads_no_more_here(network, asked, wanjiru, claire):
    factories.lead(network)
    another = factories.coalition("Another one")
    factories.admit(another, user=wanjiru, role="lead")
    factories.lead(another)
    there = approvals.ask(KIND, coalition=another, about={"membership": 1}, by=wanjiru)
    approvals.withdraw_all_of(wanjiru, coalition=network)
    assert Approval.objects.waiting().get() == there


@pytest.mark.django_db
def test_a_second_tap_on_yes_does_it_once(asked, claire, samuel):
    assert approvals.approve(asked, by=claire) == approvals.approve(asked, by=claire)
    assert Email.objects.filter(to=samuel).count() == 1


@on_postgresql
def test_two_seconds_at_once_do_it_once(network, asked, claire, samuel):
    aicha = factories.lead(network)

    def second():
        try:
            return approvals.approve(asked, by=aicha)
        except RuleBroken as refusal:
            return str(refusal)

    first, other = while_open(lambda: approvals.approve(asked, by=claire), second)
    assert (first.answered_by, other) == (claire, "This has already been answered.")
    assert Email.objects.filter(to=samuel).count() == 1


@on_postgresql
def test_the_same_act_asked_twice_at_once_is_asked_once(network, wanjiru, claire, samuel):
    about = {"membership": seat(samuel).pk}

    def ask():
        return approvals.ask(KIND, coalition=network, about=about, by=wanjiru)

    first, second = while_open(ask, ask)
    assert first == second


@pytest.mark.django_db
def test_what_was_closed_ninety_days_ago_is_forgotten(asked):
    [rule] = [rule for rule in rules() if rule.key == "approvals"]
    assert [rule.apply(asked.expires_at + timedelta(days=days)) for days in (90, 91)] == [0, 1]
    assert not Approval.objects.exists()


# --- Mail -------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_other_leads_are_told_without_a_name(network, wanjiru, claire, samuel, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        approvals.ask(KIND, coalition=network, about={"membership": seat(samuel).pk}, by=wanjiru)
    [sent] = mail.outbox
    assert sent.to == [claire.email]
    assert Email.objects.get().to == claire
    everything = sent.subject + sent.body + "".join(str(part) for part, _kind in sent.alternatives)
    assert "is waiting for your answer" in everything
    for word in (network.name, "Wanjiru", "Samuel", "session"):
        assert word not in everything


@pytest.mark.django_db
@pytest.mark.parametrize("meanwhile", ["answered", "no lead any more"])
def test_a_question_that_is_none_any_more_is_not_mailed(network, wanjiru, claire, samuel, meanwhile, django_capture_on_commit_callbacks):
    aicha = factories.lead(network)
    with django_capture_on_commit_callbacks(execute=True):
        asked = approvals.ask(KIND, coalition=network, about={"membership": seat(samuel).pk}, by=wanjiru)
        if meanwhile == "answered":
            approvals.decline(asked, by=aicha)
        else:
            factories.lead(network)
            membership.change_role(seat(claire), role="member", by=wanjiru)
    to_claire = {message.subject for message in mail.outbox if message.to == [claire.email]}
    asking = [message for message in mail.outbox if "is waiting for your answer" in message.body and message.to == [claire.email]]
    assert asking == []
    assert to_claire == ({"For the leads"} if meanwhile == "answered" else set())


# --- Pages ------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_lead_asks_on_a_members_page_and_takes_it_back(client, network, wanjiru, claire, samuel):
    client.force_login(wanjiru)
    url = reverse("coalitions:member-close-sessions", args=[seat(samuel).public_id])
    assert "Samuel Otieno" in client.get(url).content.decode()
    shown = client.post(url, follow=True).content.decode()
    asked = Approval.objects.get()
    assert "Withdraw the request" in shown
    assert page(asked, "approval-approve") not in shown
    client.post(page(asked, "approval-withdraw"))
    asked.refresh_from_db()
    assert asked.answer == "withdrawn"


@pytest.mark.django_db
def test_the_second_lead_finds_it_on_now_looks_and_says_yes(client, asked, claire, network):
    client.force_login(claire)
    assert "1 request from another lead is waiting for your answer" in client.get("/").content.decode()
    assert "is waiting for your answer" in client.get(network.get_absolute_url()).content.decode()
    assert page(asked) in client.get(reverse("coalitions:approvals")).content.decode()
    shown = client.get(page(asked)).content.decode()
    assert "Samuel Otieno" in shown
    assert "Wanjiru Kamau" in shown
    assert "every API key revoked" in shown
    assert client.post(page(asked, "approval-approve")).headers["location"] == reverse("coalitions:approvals")
    asked.refresh_from_db()
    assert asked.answered_by == claire
    assert "is waiting for your answer" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_no_closes_it(client, asked, claire):
    client.force_login(claire)
    client.post(page(asked, "approval-decline"))
    asked.refresh_from_db()
    assert asked.answer == "declined"
    assert "declined" in client.get(reverse("coalitions:approvals")).content.decode()


@pytest.mark.django_db
def test_a_refusal_stays_on_the_page(client, asked, wanjiru):
    client.force_login(wanjiru)
    answer = client.post(page(asked, "approval-approve"))
    assert (answer.status_code, "another lead must answer" in answer.content.decode()) == (409, True)


@pytest.mark.django_db
@pytest.mark.parametrize("who", [factories.member, factories.observer])
def test_others_learn_of_none(client, network, asked, who):
    client.force_login(who(network))
    assert client.get(page(asked)).status_code == 404
    assert client.post(page(asked, "approval-approve")).status_code == 404
    assert client.get(reverse("coalitions:approvals")).status_code == 403
    assert "is waiting for your answer" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_lead_without_second_factor_reads_none(client, settings, asked, claire):
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(claire)
    assert client.get(page(asked)).status_code == 404
    answer = client.get(reverse("coalitions:approvals"))
    assert (answer.status_code, reverse("mfa_index") in answer.content.decode()) == (403, True)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_waits(client, network, wanjiru, claire, rows, django_assert_num_queries):
    for _each in range(rows):
        approvals.ask(KIND, coalition=network, about={"membership": seat(factories.member(network)).pk}, by=wanjiru)
    client.force_login(claire)
    client.get("/")
    with django_assert_num_queries(6):
        client.get(reverse("coalitions:approvals"))

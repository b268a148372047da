"""Statements: who answers, what counts, what is frozen, and when nothing is added any more. AT-P2b-1, 3, 4, 5 and 6."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils.timezone import now

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions.models import Membership, Naming, NamingDefault, Statement, StatementAnswer, StatementVersion
from coalitions.services import mandates, membership
from coalitions.statements.exporters import public_list
from coalitions.statements.read_models import lists
from coalitions.statements.read_models.tally import public_tally, standings_of, tally
from coalitions.statements.services import answers, statements
from tests.coalitions.statements.conftest import TEXT, opened, say, signer
from tests.factories import OrganisationFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


def inside(statement):
    return tally(standings_of(Statement.objects.get(pk=statement.pk)))


def outside(statement):
    return public_tally(standings_of(Statement.objects.get(pk=statement.pk)))


def states(found):
    return {row.name: str(row.state) for row in found.named}


# --- Answers ------------------------------------------------------------------------------------------------------------


def test_only_whoever_holds_the_mandate_answers(ours, boss):
    one, other = signer(ours, "One"), member(ours)
    statement = opened(ours, boss)
    for person in (boss, other, lead(coalition("Another"))):
        with pytest.raises(RuleBroken):
            answers.answer(statement, organisation=one.organisation, choice="endorse", by=person)
    with pytest.raises(RuleBroken):
        answers.answer(statement, organisation=OrganisationFactory(), choice="endorse", by=one)
    say(statement, one)
    mandates.take_mandate(Membership.objects.get(user=one), by=boss)
    with pytest.raises(RuleBroken):
        say(statement, one, "not-now")
    assert StatementAnswer.objects.get().choice == "endorse"


def test_silence_is_never_consent(ours, boss):
    signer(ours, "Silent", inside=True, outside=True)
    statement = opened(ours, boss)
    assert states(inside(statement)) == {"Silent": "silent"}
    assert outside(statement).asked == 0
    statements.close_now(statement, by=boss)
    assert outside(statement).asked == 0
    assert inside(statement).numbers == {"silent": 1}


def test_the_four_answers_and_what_counts(ours, boss):
    statement, people = None, {}
    for name, choice in (("A", "endorse"), ("B", "reservation"), ("C", "not-now"), ("D", "time")):
        people[choice] = signer(ours, name)
    statement = opened(ours, boss)
    for choice, person in people.items():
        say(statement, person, choice, reservation="but for the end", inside=True, outside=True)
    assert states(inside(statement)) == {"A": "endorses", "B": "reservation", "C": "not-now", "D": "time"}
    assert [(row.name, row.reservation) for row in outside(statement).named] == [("A", ""), ("B", "but for the end")]


def test_a_reservation_needs_words_and_the_others_keep_none(ours, boss):
    one = signer(ours, "One")
    statement = opened(ours, boss)
    with pytest.raises(RuleBroken) as refused:
        say(statement, one, "reservation")
    assert refused.value.field == "reservation"
    assert say(statement, one, "endorse", reservation="unused").reservation == ""


def test_an_answer_is_changed_by_another_and_taken_back_until_closing(ours, boss):
    one = signer(ours, "One")
    statement = opened(ours, boss)
    say(statement, one, "endorse", inside=True)
    say(statement, one, "time", inside=True)
    assert states(inside(statement)) == {"One": "time"}
    assert StatementAnswer.objects.count() == 2
    answers.withdraw(statement, organisation=one.organisation, by=one)
    assert answers.withdraw(statement, organisation=one.organisation, by=one) is None
    assert inside(statement).named == ()
    assert inside(statement).unnamed == 1
    say(statement, one, "endorse", inside=True)
    statements.close_now(statement, by=boss)
    for late in (lambda: say(statement, one, "not-now"), lambda: answers.withdraw(statement, organisation=one.organisation, by=one)):
        with pytest.raises(RuleBroken):
            late()
    assert states(inside(statement)) == {"One": "endorses"}


def test_the_same_form_sent_twice_answers_once_and_a_late_one_is_told(ours, boss):
    one = signer(ours, "One")
    other = member(ours)
    Membership.objects.filter(user=other).update(organisation=one.organisation)
    mandates.give_mandate(Membership.objects.get(user=other), by=None)
    other.organisation = one.organisation
    statement = opened(ours, boss)
    form = {"seen_number": 1, "seen_answer": None, "submission": uuid4()}
    first = say(statement, one, **form)
    assert say(statement, one, **form) == first
    with pytest.raises(RuleBroken, match="Someone else"):
        say(statement, other, "not-now", **form | {"submission": uuid4()})
    assert say(statement, other, "not-now", **form | {"submission": uuid4(), "seen_answer": first.public_id}).choice == "not-now"
    statements.write_version(statement, text="Other", by=boss)
    with pytest.raises(RuleBroken, match="The text has changed"):
        say(statement, one, seen_number=1)


# --- Versions -----------------------------------------------------------------------------------------------------------


def test_another_text_asks_again_and_what_was_endorsed_lapses(ours, boss):
    keen, slow, no = (signer(ours, name) for name in ("Keen", "Slow", "No"))
    statement = opened(ours, boss)
    for person, choice in ((keen, "endorse"), (slow, "endorse"), (no, "not-now")):
        say(statement, person, choice, inside=True, outside=True)
    statements.write_version(statement, text=TEXT.replace("studied", "known"), by=boss)
    assert states(inside(statement)) == {"Keen": "to-confirm", "Slow": "to-confirm", "No": "silent"}
    assert outside(statement).named == ()
    say(statement, keen, inside=True, outside=True)
    statements.close_now(Statement.objects.get(), by=boss)
    assert states(inside(statement)) == {"Keen": "endorses", "Slow": "to-confirm", "No": "silent"}
    assert [row.name for row in outside(statement).named] == ["Keen"]
    assert [version.number for version in StatementVersion.objects.all()] == [1, 2]


def test_a_text_that_was_tampered_with_carries_no_endorsement(ours, boss):
    one = signer(ours, "One")
    statement = opened(ours, boss)
    say(statement, one, inside=True, outside=True)
    StatementVersion.objects.update(text="Something else\n")
    assert outside(statement).asked == 0


def test_the_same_text_is_no_version_and_a_late_form_is_told(ours, boss):
    statement = opened(ours, boss)
    with pytest.raises(RuleBroken):
        statements.write_version(statement, text=TEXT + "\r\n", by=boss)
    statements.write_version(statement, text="Two", by=boss, seen_version=1)
    with pytest.raises(RuleBroken, match="In the meantime"):
        statements.write_version(statement, text="Three", by=boss, seen_version=1)
    with pytest.raises(RuleBroken, match="In the meantime"):
        statements.close_now(statement, by=boss, seen_version=1)


# --- Closing ------------------------------------------------------------------------------------------------------------


def test_the_clock_closes_and_locks_once(ours, boss):
    one = signer(ours, "One", inside=True)
    statement = opened(ours, boss, hours=2)
    with time_machine.travel(now() + timedelta(hours=3), tick=False):
        statements.lock_all_closed()
        statements.lock_all_closed()
        with pytest.raises(RuleBroken):
            say(statement, one)
        with pytest.raises(RuleBroken):
            statements.move_closing(statement, closes_at=now() + timedelta(days=1), by=boss)
    assert Statement.objects.get().locked_at
    assert AuditEntry.objects.filter(act="coalitions.statement_closed").count() == 1
    assert Email.objects.filter(about__what="closed").count() == 1


def test_what_happens_after_closing_changes_nothing_of_the_list(ours, boss):
    one, two = signer(ours, "One"), signer(ours, "Two", inside=True)
    statement = opened(ours, boss)
    say(statement, one, inside=True, outside=True)
    statements.close_now(statement, by=boss)
    before, files = states(inside(statement)), [write(lists.public_list(Statement.objects.get())) for write, _media in formats()]
    one.organisation.name = "Renamed"
    one.organisation.save()
    membership.leave(Membership.objects.get(user=two))
    membership.leave(Membership.objects.get(user=one))
    signer(ours, "Newcomer", inside=True)
    NamingDefault.objects.all().delete()
    assert states(inside(statement)) == before == {"One": "endorses", "Two": "silent"}
    with time_machine.travel(now() + timedelta(days=3)):
        assert [write(lists.public_list(Statement.objects.get())) for write, _media in formats()] == files


def formats():
    return public_list.FILES.values()


def test_a_closing_is_moved_both_ways_and_people_are_told(ours, boss):
    signer(ours, "One")
    statement = opened(ours, boss)
    later = now() + timedelta(days=9)
    statements.move_closing(statement, closes_at=later, by=boss, seen_version=1)
    assert Statement.objects.get().closes_at == later
    with pytest.raises(RuleBroken) as refused:
        statements.move_closing(statement, closes_at=now() - timedelta(hours=1), by=boss)
    assert refused.value.field == "closes_at"
    assert [email.about["what"] for email in Email.objects.filter(kind="coalitions/statement").order_by("pk")] == ["opened", "moved"]


def test_a_statement_is_opened_once_by_one_form_and_never_in_a_delegation(ours, boss):
    form = {"submission": uuid4()}
    assert opened(ours, boss, **form) == opened(ours, boss, **form)
    sealed = circle_of(ours, boss, kind="delegation")
    with pytest.raises(RuleBroken):
        opened(ours, boss, circle=sealed)
    with pytest.raises(RuleBroken):
        opened(ours, boss, circle=circle_of(ours, member(ours)))
    assert Statement.objects.count() == 1


# --- Names --------------------------------------------------------------------------------------------------------------


def test_one_hidden_organisation_is_never_told_by_a_number(ours, boss):
    people = [signer(ours, name) for name in ("A", "B", "C", "Hidden")]
    statement = opened(ours, boss)
    for person in people[:3]:
        say(statement, person, inside=True, outside=True)
    for choice in ("endorse", "not-now", "time"):
        say(statement, people[3], choice)
        found = inside(statement)
        assert (found.unnamed, found.unnamed_by_state, found.numbers["endorses"]) == (1, None, 3)
        # The public list is the same bytes whatever the hidden one answered.
        assert (outside(statement).unnamed, [row.name for row in outside(statement).named]) == (0, ["A", "B", "C"])


def test_several_hidden_that_differ_are_counted_and_not_named(ours, boss):
    people = [signer(ours, name) for name in ("Hidden 1", "Hidden 2", "Hidden 3", "Hidden 4")]
    statement = opened(ours, boss)
    for person, choice in zip(people, ("endorse", "endorse", "not-now", "time"), strict=True):
        say(statement, person, choice)
    found = inside(statement)
    assert (found.named, found.unnamed) == ((), 4)
    assert found.numbers == {"endorses": 2, "not-now": 1, "time": 1}
    assert (outside(statement).named, outside(statement).unnamed) == ((), 2)
    assert "Hidden" not in public_list.as_text(lists.public_list(statement)).decode()


def test_named_inside_and_outside_are_two_consents(ours, boss):
    people = {name: signer(ours, name) for name in ("In", "Out", "Both", "None")}
    statement = opened(ours, boss)
    said = {"In": (True, False), "Out": (False, True), "Both": (True, True), "None": (False, False)}
    for name, (here, there) in said.items():
        say(statement, people[name], inside=here, outside=there)
    assert set(states(inside(statement))) == {"In", "Both"}
    assert [row.name for row in outside(statement).named] == ["Both", "Out"]


def test_who_has_not_answered_is_named_only_if_it_allowed_that(ours, boss):
    signer(ours, "Named", inside=True)
    signer(ours, "Unnamed")
    statement = opened(ours, boss)
    assert states(inside(statement)) == {"Named": "silent"}
    assert inside(statement).unnamed == 1


# --- What is kept -------------------------------------------------------------------------------------------------------


def test_nothing_of_it_is_readable_in_the_database_or_the_audit(ours, boss):
    one = signer(ours, "One")
    statement = opened(ours, boss, draft_link="https://example.org/pad")
    say(statement, one, "reservation", reservation="secret words", outside=True)
    with connection.cursor() as cursor:
        for table in ("statement", "statementversion", "statementanswer"):
            cursor.execute(f"SELECT * FROM coalitions_{table}")  # noqa: S608
            found = str(cursor.fetchall())
            for word in ("Security", "rights", "secret", "reservation", "outside", "example.org", "One"):
                assert word not in found
    # When somebody answered is a private act: beside the numbers it would tell leads what.
    assert not AuditEntry.objects.filter(act__contains="statement_answered").exists()
    assert AuditEntry.objects.filter(act="audit.private").count() == 1


def test_a_restricted_circle_asks_those_in_it(ours, boss):
    one, two = signer(ours, "One", inside=True), signer(ours, "Two", inside=True)
    circle = circle_of(ours, boss, one)
    statement = opened(ours, boss, circle=circle)
    assert states(inside(statement)) == {"One": "silent"}
    assert not Statement.objects.visible_to(two).exists()
    with pytest.raises(RuleBroken):
        say(statement, two)


def test_naming_values():
    assert [Naming.of(inside=a, outside=b) for a in (False, True) for b in (False, True)] == ["nowhere", "outside", "inside", "both"]

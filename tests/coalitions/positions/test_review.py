"""When a position is to be reviewed: by what is newer, on which clause, in which words."""

import random
import re
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions.models import Position, StillHolds
from coalitions.permissions import membership_context_of
from coalitions.positions.read_models.cards import position_cards, position_sheets
from coalitions.positions.read_models.touches import news_of_positions, touched_lines
from coalitions.positions.services.positions import PositionParts, RedLineDraft, say_it_holds, take_position
from resolutions.models import Proposal, ProposalEvent
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def wanjiru(network):
    return factories.lead(network, name="Wanjiru Kamau", seen_at=now())


@pytest.fixture
def fifty():
    return factories.ResolutionFactory(number=50, slug="50")


@pytest.fixture
def text(fifty):
    """In force since 2024: three clauses."""
    adopted = factories.AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    revision = factories.RevisionFactory(resolution=fifty, assembly=adopted, label="Rev. New Delhi, 2024")
    text = factories.RevisionTextFactory(revision=revision, language="en")
    for place, words in enumerate(("to study the networks;", "to report each year;", "to invite the open bodies;"), start=1):
        factories.ClauseFactory(version=text, position=place, part="operative", verb="resolves", number=str(place), text=words)
    return text


def clause(text, place):
    return text.clauses.get(position=place)


def propose(text, place=1, words="to standardize the networks;", *, ago=1, change="modified", kind="new", **fields):
    """A proposal on one clause, recorded so many days ago."""
    at = now() - ago * DAY
    action = fields.pop("action", "MOD")
    is_new = action == "ADD"
    document = fields.pop("contribution", None) or factories.ContributionFactory(language="en")
    proposal = factories.ProposalFactory(
        resolution=text.revision.resolution, base=None if is_new else text, action=action, contribution=document, **fields
    )
    of = clause(text, place)
    proposal.clauses.create(
        action=action,
        change=change,
        position=1,
        part="operative",
        verb="resolves",
        number=of.number,
        identity=uuid4() if is_new else of.identity,
        text="" if change == "removed" else words,
        before="" if is_new else of.text,
        base_clause=None if is_new else of,
    )
    ProposalEvent.objects.create(proposal=proposal, kind=kind, status="submitted", at=at, recorded_at=at)
    return proposal


def hold(network, resolution, by, *clauses, ago=5):
    position = take_position(
        resolution, circle=network.everyone, stance="oppose-unless", by=by, parts=PositionParts(cited=[each.identity for each in clauses])
    )
    Position.objects.filter(pk=position.pk).update(at=now() - ago * DAY)
    return position


def found(user, resolution, *, as_of=None):
    """Whether it is to be reviewed, by the database; and what touches it, as the page says."""
    rows = Position.objects.with_review(user, as_of=as_of).filter(resolution=resolution).newest()
    rows = list(rows.select_related("in_force__assembly").prefetch_related("cited"))
    news = news_of_positions(user, resolution, rows, membership_context_of(user))
    return [(row.is_to_review, news[row.pk]) for row in rows]


def is_to_review(user, resolution):
    [(said, news)] = found(user, resolution)
    assert bool(news) is said
    return said


# --- By proposals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"), [("modified", "to standardize the networks;"), ("removed", ""), ("moved", "to study the networks;")]
)
def test_a_newer_proposal_on_a_cited_clause_calls_for_a_review(network, wanjiru, text, change, words):
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    propose(text, 1, words, change=change)
    assert is_to_review(wanjiru, text.revision.resolution)


@pytest.mark.parametrize("change", ["unchanged", "renumbered"])
def test_what_a_proposal_leaves_alone_does_not(network, wanjiru, text, change):
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    propose(text, 1, clause(text, 1).text, change=change)
    assert not is_to_review(wanjiru, text.revision.resolution)


def test_a_newer_proposal_on_another_clause_does_not(network, wanjiru, text):
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    propose(text, 2)
    assert not is_to_review(wanjiru, text.revision.resolution)


def test_an_older_proposal_does_not(network, wanjiru, text):
    propose(text, 1, ago=9)
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    assert not is_to_review(wanjiru, text.revision.resolution)


def test_the_same_words_from_someone_else_do_not_and_other_words_do(network, wanjiru, text):
    propose(text, 1, "to promote the networks;", ago=9)
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    propose(text, 1, "to promote the networks;", ago=2)
    assert not is_to_review(wanjiru, text.revision.resolution)
    propose(text, 1, "to regulate the networks;", ago=2)
    assert is_to_review(wanjiru, text.revision.resolution)


def test_the_same_document_in_another_language_does_not(network, wanjiru, text):
    known = propose(text, 1, ago=9)
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    of = known.contribution
    translated = factories.ContributionFactory(number=of.number, revision=of.revision, assembly=of.assembly, language="fr")
    propose(text, 1, "de normaliser les réseaux ;", ago=1, contribution=translated)
    assert not is_to_review(wanjiru, text.revision.resolution)


@pytest.mark.parametrize("kind", ["status", "signed", "withdrawn", "fate"])
def test_news_without_words_does_not(network, wanjiru, text, kind):
    known = propose(text, 1, ago=9)
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    ProposalEvent.objects.create(proposal=known, kind=kind, status="submitted")
    assert not is_to_review(wanjiru, text.revision.resolution)


def test_what_was_withdrawn_or_replaced_since_does_not(network, wanjiru, text):
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    first, second = propose(text, 1, "one"), propose(text, 1, "two")
    assert is_to_review(wanjiru, text.revision.resolution)
    Proposal.objects.filter(pk=first.pk).update(status="withdrawn")
    Proposal.objects.filter(pk=second.pk).update(superseded_at=now())
    assert not is_to_review(wanjiru, text.revision.resolution)


def test_a_suppression_touches_every_clause_unless_one_was_asked_already(network, wanjiru, text):
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    factories.ProposalFactory(resolution=text.revision.resolution)
    suppression = factories.ProposalFactory(resolution=text.revision.resolution, action="SUP", base=text)
    told = ProposalEvent.objects.create(proposal=suppression, kind="new", status="submitted")
    assert is_to_review(wanjiru, text.revision.resolution)
    ProposalEvent.objects.filter(pk=told.pk).update(recorded_at=now() - 9 * DAY)
    another = factories.ProposalFactory(resolution=text.revision.resolution, action="SUP", base=text)
    ProposalEvent.objects.create(proposal=another, kind="new", status="submitted")
    assert not is_to_review(wanjiru, text.revision.resolution)


def test_a_suppression_nobody_else_may_know_of_touches_it_for_who_knows(network, wanjiru, text):
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    claire = factories.lead(network)
    kept = factories.ContributionFactory(number="TD55", access="number", language="", entered_by=claire)
    secret = factories.ProposalFactory(resolution=text.revision.resolution, action="SUP", contribution=kept)
    ProposalEvent.objects.create(proposal=secret, kind="new", status="submitted")
    assert [is_to_review(person, text.revision.resolution) for person in (claire, wanjiru)] == [True, False]


def test_a_new_clause_that_is_cited_is_touched_by_its_next_issue(network, wanjiru, text):
    first = propose(text, 1, ago=9, action="ADD", change="added")
    added = first.clauses.get()
    resolution = text.revision.resolution
    hold(network, resolution, wanjiru, added)
    Proposal.objects.filter(pk=first.pk).update(superseded_at=now())
    second = factories.ProposalFactory(resolution=resolution, action="ADD", replaces=first)
    row = second.clauses.create(action="ADD", change="added", position=1, part="operative", identity=added.identity, text=added.text)
    ProposalEvent.objects.create(proposal=second, kind="changed", status="submitted")
    assert not is_to_review(wanjiru, resolution)
    row.text = "something else"
    row.save()
    assert is_to_review(wanjiru, resolution)


def test_one_that_cites_no_clause_is_touched_by_anything_newer_and_says_why(client, network, wanjiru, text):
    resolution = text.revision.resolution
    hold(network, resolution, wanjiru)
    assert not is_to_review(wanjiru, resolution)
    propose(text, 3)
    assert is_to_review(wanjiru, resolution)
    client.force_login(wanjiru)
    body = unescape(client.get(reverse("coalitions:resolution-position", args=[resolution.slug])).content.decode())
    assert "It cites no clause, so anything newer on this resolution calls for a review." in body


# --- By texts in force --------------------------------------------------------------------------------------------------


def adopt(text, *words, language="en", year=2028):
    """The text of the next assembly: these words clause by clause, None where one is gone."""
    assembly = factories.AssemblyFactory(code=f"WTSA-{year % 100}", starts_on=date(year, 10, 15), ends_on=date(year, 10, 24))
    revision = factories.RevisionFactory(resolution=text.revision.resolution, assembly=assembly, label=f"Rev. {year}")
    later = factories.RevisionTextFactory(revision=revision, language=language)
    for place, said in enumerate(words, start=1):
        if said is not None:
            same = clause(text, place).identity
            factories.ClauseFactory(version=later, position=place, part="operative", identity=same, text=said)
    return later


@pytest.mark.parametrize(
    ("words", "is_touched"),
    [
        (("to standardize the networks;", "to report each year;"), True),
        ((None, "to report each year;"), True),
        (("to study the networks;", "to report each month;"), False),
    ],
)
def test_a_newer_text_in_force_touches_what_it_says_otherwise(network, wanjiru, text, words, is_touched):
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    adopt(text, *words)
    assert is_to_review(wanjiru, text.revision.resolution) is is_touched


def test_an_older_text_that_is_entered_late_touches_nothing(network, wanjiru, text):
    hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    adopt(text, "to count the networks;", year=2022)
    assert not is_to_review(wanjiru, text.revision.resolution)


# --- The database and the page agree, whatever happened ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_the_database_and_the_page_agree(network, wanjiru, text, seed):
    dice, resolution = random.Random(seed), text.revision.resolution
    words = ["to study the networks;", "to standardize the networks;", "to watch the networks;"]
    changes = ["modified", "removed", "moved", "unchanged", "unknown"]
    for _turn in range(dice.randint(1, 5)):
        propose(text, dice.choice((1, 2, 3)), dice.choice(words), ago=dice.randint(1, 9), change=dice.choice(changes))
    hold(network, resolution, wanjiru, *(clause(text, place) for place in dice.sample((1, 2, 3), dice.randint(0, 3))))
    for _turn in range(dice.randint(0, 3)):
        propose(text, dice.choice((1, 2, 3)), dice.choice(words), ago=dice.randint(1, 4), change=dice.choice(changes))
    if dice.random() < 0.3:
        adopt(text, dice.choice(words), "to report each year;")
    for said, news in found(wanjiru, resolution):
        assert bool(news) is said


# --- It still holds -----------------------------------------------------------------------------------------------------


def test_who_may_write_it_says_that_it_holds_and_the_others_are_told(network, wanjiru, text):
    resolution = text.revision.resolution
    position = hold(network, resolution, wanjiru, clause(text, 1))
    claire, samuel = factories.lead(network), factories.member(network)
    propose(text, 1)
    say_it_holds(position, by=claire)
    assert not is_to_review(wanjiru, resolution)
    told = set(Email.objects.filter(kind="coalitions/position_holds").values_list("to", flat=True))
    assert told == {wanjiru.pk, samuel.pk}
    later = propose(text, 1, "to forbid the networks;")
    ProposalEvent.objects.filter(proposal=later).update(recorded_at=now() + timedelta(minutes=1))
    assert is_to_review(wanjiru, resolution)


def test_what_nothing_touches_and_what_was_replaced_is_not_said_to_hold(network, wanjiru, text):
    resolution = text.revision.resolution
    position = hold(network, resolution, wanjiru, clause(text, 1))
    with pytest.raises(RuleBroken, match="Nothing newer touches it"):
        say_it_holds(position, by=wanjiru)
    propose(text, 1)
    take_position(resolution, circle=network.everyone, stance="oppose", by=wanjiru)
    with pytest.raises(RuleBroken, match="A newer version has been written"):
        say_it_holds(position, by=wanjiru)
    assert not StillHolds.objects.exists()


def test_the_page_says_what_touches_it_and_one_tap_says_that_it_holds(client, network, wanjiru, text):
    resolution = text.revision.resolution
    position = hold(network, resolution, wanjiru, clause(text, 1), clause(text, 2))
    propose(text, 1, identifier="RCC/40A3/2")
    client.force_login(wanjiru)
    address = reverse("coalitions:resolution-position", args=[resolution.slug])
    body = unescape(client.get(address).content.decode())
    assert re.search(r"<del>study</del><ins>standardize</ins>", body)
    assert "1 cited clause" in " ".join(body.split())
    assert "RCC/40A3/2" in body
    submission = re.search(r'name="submission" value="([^"]+)"', body)[1]
    act = reverse("coalitions:position-holds", args=[position.public_id])
    for _tap in range(2):
        assert client.post(act, {"submission": submission}).status_code == 302
    assert StillHolds.objects.get().by == wanjiru
    body = unescape(client.get(address).content.decode())
    assert ["What touches it" in body, "It still holds" in body] == [False, True]


@pytest.mark.parametrize(("role", "status"), [("member", 403), ("observer", 404), ("stranger", 404)])
def test_nobody_else_says_that_it_holds(client, network, wanjiru, text, role, status):
    position = hold(network, text.revision.resolution, wanjiru, clause(text, 1))
    propose(text, 1)
    person = factories.UserFactory() if role == "stranger" else factories.member(network, role)
    client.force_login(person)
    assert client.post(reverse("coalitions:position-holds", args=[position.public_id]), {}).status_code == status
    assert not StillHolds.objects.exists()


@pytest.mark.parametrize("many", [1, 4])
def test_whether_versions_are_to_be_reviewed_is_one_question(network, wanjiru, text, many, django_assert_num_queries):
    for _turn in range(many):
        hold(network, text.revision.resolution, wanjiru, clause(text, 1), clause(text, 2))
        propose(text, 1, f"in other words {_turn}")
    rows = Position.objects.visible_to(wanjiru).with_review(wanjiru)
    with django_assert_num_queries(1):
        assert list(rows.values_list("is_to_review", flat=True)) == [True] * many


def test_of_a_past_day_what_was_known_then_counts(network, wanjiru, text):
    resolution = text.revision.resolution
    hold(network, resolution, wanjiru, clause(text, 1), ago=5)
    propose(text, 1, ago=2)
    told = [Position.objects.with_review(wanjiru, as_of=now() - ago * DAY).get().is_to_review for ago in (3, 1)]
    assert told == [False, True]


# --- Red lines on clauses that are not cited -------------------------------------------------------------------------------


def with_red_line(network, text, by, circle, place, *cited, ago=5):
    parts = PositionParts(
        cited=[each.identity for each in cited], red_lines=[RedLineDraft(circle, "red", "zz never this", clause(text, place).identity)]
    )
    position = take_position(text.revision.resolution, circle=network.everyone, stance="oppose", parts=parts, by=by)
    Position.objects.filter(pk=position.pk).update(at=now() - ago * DAY)
    return position


def flagged(user, resolution):
    """Whether each red line is to be reviewed, as far as this person reads them, and whether the position is."""
    memberships = membership_context_of(user)
    cards = position_cards(user, resolution, memberships)
    [sheet] = position_sheets(user, resolution, memberships, cards)
    return [line.is_touched for lines in sheet.red_lines for line in lines.red], sheet.card.is_to_review


@pytest.mark.parametrize(("touched", "expected"), [(2, True), (3, False)])
def test_a_red_line_on_a_clause_that_is_not_cited_is_to_be_reviewed_alone(network, wanjiru, text, touched, expected):
    reader, core = factories.member(network), factories.circle_of(network, wanjiru)
    with_red_line(network, text, wanjiru, core, 2, clause(text, 1))
    assert flagged(wanjiru, text.revision.resolution) == ([False], False)
    propose(text, touched, "to report to nobody;")
    assert flagged(wanjiru, text.revision.resolution) == ([expected], False)
    assert flagged(reader, text.revision.resolution) == ([], False)
    assert is_to_review(wanjiru, text.revision.resolution) is False


def test_what_the_position_was_written_after_touches_no_red_line(network, wanjiru, text):
    propose(text, 2, "to report to nobody;", ago=9)
    with_red_line(network, text, wanjiru, factories.circle_of(network, wanjiru), 2, clause(text, 1))
    assert flagged(wanjiru, text.revision.resolution) == ([False], False)


def test_a_later_text_in_force_sends_a_red_line_back_too(network, wanjiru, text):
    with_red_line(network, text, wanjiru, factories.circle_of(network, wanjiru), 2, clause(text, 1))
    revision = factories.RevisionFactory(resolution=text.revision.resolution, assembly=factories.AssemblyFactory())
    later = factories.RevisionTextFactory(revision=revision, language="en", entered_at=now())
    for place, words in enumerate(("to study the networks;", "to report twice a year;"), start=1):
        of = {"identity": clause(text, place).identity, "position": place, "part": "operative"}
        factories.ClauseFactory(version=later, verb="resolves", number=str(place), text=words, **of)
    assert flagged(wanjiru, text.revision.resolution) == ([True], False)


def test_the_page_and_programs_say_it_to_who_reads_the_red_line(client, program, network, wanjiru, text):
    reader, core = factories.member(network), factories.circle_of(network, wanjiru)
    position = with_red_line(network, text, wanjiru, core, 2, clause(text, 1))
    propose(text, 2, "to report to nobody;")
    for person, said in ((wanjiru, True), (reader, False)):
        client.force_login(person)
        page = client.get(reverse("coalitions:resolution-position", args=["50"])).content.decode()
        assert ["zz never this" in page, "to be reviewed" in page] == [said, said]
        row = program(person).get(f"/api/v1/positions/{position.public_id}/").json()
        assert (row["to_review"], [line["to_review"] for line in row["red_lines"]]) == (False, [True] if said else [])


@pytest.mark.parametrize("many", [1, 4])
def test_red_lines_cost_the_same_however_many(network, wanjiru, text, many, django_assert_num_queries):
    core = factories.circle_of(network, wanjiru)
    drafts = [RedLineDraft(core, "red", f"never {number}", clause(text, 2).identity) for number in range(many)]
    parts = PositionParts(cited=[clause(text, 1).identity], red_lines=drafts)
    take_position(text.revision.resolution, circle=network.everyone, stance="oppose", parts=parts, by=wanjiru)
    propose(text, 2, "to report to nobody;", ago=0)
    memberships = membership_context_of(wanjiru)
    cards = position_cards(wanjiru, text.revision.resolution, memberships)
    positions = [card.position for card in cards]
    prefetch_related_objects(positions, "cited")
    lines = list(positions[0].red_lines.all())
    with django_assert_num_queries(2):
        assert len(touched_lines(text.revision.resolution, positions, lines)) == many

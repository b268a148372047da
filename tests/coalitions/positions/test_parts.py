"""What stands beside a position: cited clauses, red lines in circles of their own, talking points; drafts, versions, copies, files."""

import re
import uuid
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions.models import Position, RedLine
from coalitions.positions.services.positions import PositionParts, RedLineDraft, publish, take_position
from tests import factories
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanjiru(network, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    return factories.lead(network, name="Wanjiru Kamau", email="wanjiru@example.org", password=PASSWORD, seen_at=now())


@pytest.fixture
def samuel(network):
    return factories.member(network, name="Samuel Otieno", seen_at=now())


@pytest.fixture
def core(network, wanjiru, samuel):
    return factories.circle_of(network, wanjiru, samuel, name="Core")


@pytest.fixture
def fifty():
    return factories.ResolutionFactory(number=50, slug="50")


@pytest.fixture
def clauses(fifty):
    text = factories.RevisionTextFactory(revision=factories.RevisionFactory(resolution=fifty), language="en")
    return [
        factories.ClauseFactory(version=text, position=place, part="operative", call="resolves", verb="resolves", number=str(place))
        for place in (1, 2)
    ]


def lines(position, user):
    return [(line.kind, line.text) for line in RedLine.objects.visible_to(user).filter(position=position).order_by("pk")]


def page(client, user, address):
    client.logout()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def position_page(client, user):
    return page(client, user, reverse("coalitions:resolution-position", args=["50"]))


def typed(circle, **fields):
    return {
        "stance": "oppose",
        "words": "In two lines",
        "written_for": "",
        "circle": str(circle.public_id),
        "submission": str(uuid.uuid4()),
        "seen": f"{circle.public_id}:0",
        "red-TOTAL_FORMS": "0",
        "red-INITIAL_FORMS": "0",
    } | fields


def write(client, user, **fields):
    client.logout()
    client.force_login(user)
    return client.post(reverse("coalitions:position-write", args=["50"]), fields)


# --- Red lines ----------------------------------------------------------------------------------------------------------


def test_red_lines_are_read_in_their_circle_alone_and_counted_nowhere_else(client, network, wanjiru, samuel, core, fifty, clauses):
    ama = factories.member(network, name="Ama")
    parts = PositionParts(
        red_lines=[RedLineDraft(core, "red", "zz never this", clauses[0].identity), RedLineDraft(core, "fallback", "zz then")]
    )
    take_position(fifty, circle=network.everyone, stance="oppose", parts=parts, by=wanjiru)
    for reader in (wanjiru, samuel):
        body = position_page(client, reader)
        assert ["zz never this" in body, "zz then" in body, "resolves 1" in body] == [True] * 3
    for address in ("resolution-position", "position-versions", "resolution"):
        body = page(client, ama, reverse(f"coalitions:{address}", args=["50"]))
        assert ["zz never" in body, "zz then" in body, "Red lines" in body, "Core" in body] == [False] * 4


def test_who_does_not_read_red_lines_keeps_them_when_she_writes_the_next_version(network, wanjiru, samuel, core, fifty):
    parts = PositionParts(red_lines=[RedLineDraft(core, "red", "never this")])
    take_position(fifty, circle=network.everyone, stance="oppose", parts=parts, by=wanjiru)
    claire = factories.lead(network)
    second = take_position(fifty, circle=network.everyone, stance="support", parts=PositionParts(red_lines=[]), by=claire)
    assert lines(second, samuel) == [("red", "never this")]
    assert second.red_lines.get().by == wanjiru


def test_who_reads_them_takes_them_out_or_changes_them(network, wanjiru, samuel, core, fifty):
    first = take_position(
        fifty,
        circle=network.everyone,
        stance="oppose",
        parts=PositionParts(red_lines=[RedLineDraft(core, "red", "one"), RedLineDraft(core, "red", "two")]),
        by=samuel,
    )
    changed = PositionParts(red_lines=[RedLineDraft(core, "red", "two"), RedLineDraft(core, "red", "three")], red_circles=[core.pk])
    second = take_position(fifty, circle=network.everyone, stance="oppose", parts=changed, by=wanjiru)
    assert [line.by for line in second.red_lines.order_by("pk")] == [samuel, wanjiru]
    third = take_position(
        fifty, circle=network.everyone, stance="oppose", parts=PositionParts(red_lines=[], red_circles=[core.pk]), by=wanjiru
    )
    assert [lines(each, samuel) for each in (first, second, third)] == [
        [("red", "one"), ("red", "two")],
        [("red", "two"), ("red", "three")],
        [],
    ]


def test_a_red_line_elsewhere_and_a_clause_of_another_resolution_are_refused(network, wanjiru, fifty, clauses):
    elsewhere = factories.circle_of(factories.coalition("Another"))
    told = {"circle": network.everyone, "stance": "oppose", "by": wanjiru}
    with pytest.raises(RuleBroken, match="another coalition"):
        take_position(fifty, parts=PositionParts(red_lines=[RedLineDraft(elsewhere, "red", "x")]), **told)
    with pytest.raises(RuleBroken, match="in no text of this resolution"):
        take_position(fifty, parts=PositionParts(cited=[uuid.uuid4()]), **told)
    with pytest.raises(RuleBroken, match="in no text of this resolution"):
        take_position(factories.ResolutionFactory(), parts=PositionParts(cited=[clauses[0].identity]), **told)
    assert not Position.objects.exists()


# --- Talking points -----------------------------------------------------------------------------------------------------


def test_a_translation_says_that_its_source_changed_until_it_is_read_again(client, network, wanjiru, fifty):
    def said(points, **more):
        parts = PositionParts(talking_points=points, source="fr", **more)
        take_position(fifty, circle=network.everyone, stance="oppose", parts=parts, by=wanjiru)
        return "source changed" in position_page(client, wanjiru)

    assert not said({"fr": "un", "es": "uno"})
    assert said({"fr": "deux", "es": "uno"})
    assert said({"fr": "deux", "es": "uno"})
    assert not said({"fr": "deux", "es": "uno"}, checked=["es"])
    assert not said({"fr": "trois", "es": "tres"})


def test_what_may_be_copied_is_what_the_coalition_reads_without_names(client, network, wanjiru, core, fifty):
    parts = PositionParts(red_lines=[RedLineDraft(core, "red", "zz never")], talking_points={"en": "First point\nSecond point"})
    take_position(fifty, circle=network.everyone, stance="oppose", words="In two lines", parts=parts, by=wanjiru)
    client.force_login(wanjiru)
    body = unescape(client.get(reverse("coalitions:resolution-position", args=["50"])).content.decode())
    copied = re.findall(r'<pre id="text-[^>]*>(.*?)</pre>', body, re.DOTALL)
    first = "Res. 50: Oppose (v1)\nIn two lines"
    assert copied == [first, f"{first}\n\n– First point\n– Second point"]


# --- Drafts -------------------------------------------------------------------------------------------------------------


def test_a_lead_publishes_a_draft_and_its_author_stays_named(client, network, wanjiru, samuel, core, fifty, clauses):
    hidden = factories.circle_of(network, factories.member(network), name="Hidden")
    take_position(
        fifty, circle=network.everyone, stance="watch", parts=PositionParts(red_lines=[RedLineDraft(hidden, "red", "theirs")]), by=wanjiru
    )
    parts = PositionParts(
        cited=[clauses[1].identity], red_lines=[RedLineDraft(core, "red", "ours")], talking_points={"fr": "un", "en": "one"}, source="fr"
    )
    draft = take_position(fifty, circle=core, stance="oppose", words="Drafted", parts=parts, by=samuel)
    address = reverse("coalitions:position-publish", args=[draft.public_id])
    body = page(client, wanjiru, address)
    submission = re.search(r'name="submission" value="([^"]+)"', body)[1]
    for _tap in range(2):
        assert client.post(address, {"submission": submission, "seen": "1"}).status_code == 302
    made = Position.objects.get(circle=network.everyone, version=2)
    assert (made.stance, made.words, made.by, made.drafted_by, made.draft) == ("oppose", "Drafted", wanjiru, samuel, draft)
    assert {(line.circle.name, line.text) for line in made.red_lines.all()} == {("Core", "ours"), ("Hidden", "theirs")}
    assert [each.identity for each in made.cited.all()] == [clauses[1].identity]
    assert made.talking_points.get(language="en").written_from == made.talking_points.get(language="fr")
    assert "drafted by Samuel O." in position_page(client, wanjiru)


@pytest.mark.parametrize(("role", "status"), [("member of it", 403), ("lead outside it", 404), ("member", 404), ("observer", 404)])
def test_nobody_else_publishes_a_draft(client, network, wanjiru, samuel, core, fifty, role, status):
    draft = take_position(fifty, circle=core, stance="oppose", by=samuel)
    people = {
        "member of it": lambda: samuel,
        "lead outside it": lambda: factories.lead(network),
        "member": lambda: factories.member(network),
        "observer": lambda: factories.observer(network),
    }
    client.force_login(people[role]())
    answer = client.post(reverse("coalitions:position-publish", args=[draft.public_id]), {"submission": str(uuid.uuid4()), "seen": "0"})
    assert answer.status_code == status
    assert Position.objects.count() == 1


def test_what_was_adopted_meanwhile_keeps_a_draft_from_being_published_unseen(network, wanjiru, samuel, core, fifty):
    draft = take_position(fifty, circle=core, stance="oppose", by=samuel)
    take_position(fifty, circle=network.everyone, stance="support", by=wanjiru)
    with pytest.raises(RuleBroken, match="wrote version 1: Support"):
        publish(draft, by=wanjiru, seen_version=0)


# --- The editor ---------------------------------------------------------------------------------------------------------


def test_the_editor_writes_all_four_parts_and_begins_with_them(client, network, wanjiru, core, fifty, clauses):
    fields = typed(
        network.everyone,
        cited=[str(clauses[0].identity)],
        red_circle=str(core.public_id),
        points_en="One\nTwo",
        **{
            "red-TOTAL_FORMS": "2",
            "red-0-kind": "red",
            "red-0-clause": str(clauses[1].identity),
            "red-0-text": "Never",
            "red-1-kind": "red",
        },
    )
    assert write(client, wanjiru, **fields).status_code == 302
    made = Position.objects.get()
    assert [each.identity for each in made.cited.all()] == [clauses[0].identity]
    assert lines(made, wanjiru) == [("red", "Never")]
    assert made.talking_points.get().text == "One\nTwo"
    body = page(client, wanjiru, reverse("coalitions:position-write", args=["50"]))
    for kept in (f'value="{clauses[0].identity}" checked', "Never</textarea>", "One Two</textarea>", "Preview"):
        assert kept in body


def test_a_preview_and_more_lines_save_nothing_and_keep_everything(client, network, wanjiru, core, fifty, clauses):
    fields = typed(network.everyone, red_circle=str(core.public_id), points_en="A point")
    fields |= {"red-TOTAL_FORMS": "1", "red-0-kind": "red", "red-0-text": "Never", "cited": [str(clauses[0].identity)]}
    shown = unescape(write(client, wanjiru, preview="1", **fields).content.decode())
    assert shown.count("In two lines") >= 2
    more = unescape(write(client, wanjiru, more="1", **fields).content.decode())
    assert more.count('name="red-') > shown.count('name="red-')
    for body in (shown, more):
        assert ["Never" in body, "A point" in body, f'value="{clauses[0].identity}" checked' in body] == [True] * 3
    assert not Position.objects.exists()


def test_an_error_keeps_what_was_typed(client, network, wanjiru, core, fifty, clauses):
    fields = typed(network.everyone, stance="", red_circle=str(core.public_id), points_en="A point", words="Typed")
    fields |= {"red-TOTAL_FORMS": "1", "red-0-kind": "red", "red-0-text": "Never"}
    body = unescape(write(client, wanjiru, **fields).content.decode())
    assert [said in body for said in ("Typed</textarea>", "Never</textarea>", "A point</textarea>")] == [True] * 3


# --- Versions -----------------------------------------------------------------------------------------------------------


def test_two_versions_stand_side_by_side_in_every_part_the_reader_reads(client, network, wanjiru, samuel, core, fifty, clauses):
    ama = factories.member(network, name="Ama")
    told = {"circle": network.everyone, "by": wanjiru}
    one = PositionParts(cited=[clauses[0].identity], red_lines=[RedLineDraft(core, "red", "never this")], talking_points={"en": "study it"})
    two = PositionParts(
        cited=[clauses[1].identity],
        red_lines=[RedLineDraft(core, "red", "never that")],
        red_circles=[core.pk],
        talking_points={"en": "watch it"},
    )
    take_position(fifty, stance="watch", words="to study it", parts=one, **told)
    take_position(fifty, stance="oppose", words="to leave it", parts=two, **told)
    address = reverse("coalitions:position-versions", args=["50"])
    body = page(client, samuel, address)
    for said in (
        "<del>Watch only</del><ins>Oppose</ins>",
        "<del>study</del><ins>leave</ins>",
        "<ins>resolves 2</ins>",
        "<del>study</del><ins>watch</ins>",
    ):
        assert said in body
    assert "<del>this</del><ins>that</ins>" in body
    assert "<del>this</del><ins>that</ins>" not in page(client, ama, address)
    client.force_login(factories.observer(network))
    assert client.get(address).status_code == 404


# --- Elsewhere ----------------------------------------------------------------------------------------------------------


def test_the_page_of_a_clause_names_the_positions_that_cite_it_to_who_reads_them(client, network, wanjiru, samuel, core, fifty, clauses):
    parts = PositionParts(cited=[clauses[0].identity])
    take_position(fifty, circle=network.everyone, stance="oppose", parts=parts, by=wanjiru)
    take_position(fifty, circle=core, stance="support", parts=parts, by=samuel)
    address = reverse("resolutions:clause", args=["50", clauses[0].identity])
    readers = (samuel, factories.member(network), factories.observer(network))
    told = [["v1: Oppose" in body, "v1: Support" in body] for body in (page(client, reader, address) for reader in readers)]
    assert told == [[True, True], [True, False], [False, False]]
    assert "What hangs on it" not in page(client, wanjiru, reverse("resolutions:clause", args=["50", clauses[1].identity]))


def test_a_lead_exports_positions_and_what_her_circles_hold_only_if_she_says_so(client, network, wanjiru, samuel, core, fifty, clauses):
    parts = PositionParts(
        cited=[clauses[0].identity],
        red_lines=[RedLineDraft(core, "red", "zz never", clauses[0].identity)],
        talking_points={"en": "A point"},
    )
    take_position(fifty, circle=network.everyone, stance="oppose", words="In two lines", parts=parts, by=wanjiru)
    take_position(fifty, circle=core, stance="support", words="zz draft", by=samuel)
    other = factories.lead(network)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    log_in(client)
    confirm_it_is_me(client)
    address = reverse("coalitions:positions-export", args=[network.public_id])
    public, whole = (client.post(address, said).content.decode() for said in ({}, {"with_circles": "on"}))
    for said in ("**Oppose** (v1)", "In two lines", "Cited clauses: resolves 1", "- A point"):
        assert said in public
    assert ["zz" in text for text in (public, whole)] == [False, True]
    assert ["- red line (resolves 1): zz never [Core]" in whole, "zz draft" in whole, "Wanjiru Kamau" in whole] == [True] * 3
    assert Email.objects.filter(kind="coalitions/for_leads", to=other, about__export="positions").count() == 1


@pytest.mark.parametrize(("role", "status"), [("member", 403), ("observer", 403), ("stranger", 404)])
def test_nobody_else_exports_them(client, network, role, status):
    client.force_login(factories.UserFactory() if role == "stranger" else factories.member(network, role))
    assert client.post(reverse("coalitions:positions-export", args=[network.public_id]), {}).status_code == status

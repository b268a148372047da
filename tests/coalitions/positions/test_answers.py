"""What organisations say of the coalition's position: who may, what counts, who is named."""

import uuid
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import personal_data
from amnt.core.errors import RuleBroken
from coalitions.models import Membership, PositionAnswer
from coalitions.permissions import membership_context_of
from coalitions.positions.read_models.answers import answers_to
from coalitions.positions.read_models.files import positions_as_markdown
from coalitions.positions.services.answers import answer_position
from coalitions.positions.services.positions import PositionParts, take_position
from coalitions.services.mandates import give_mandate
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanjiru(network, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    return factories.lead(network, name="Wanjiru Kamau", seen_at=now())


@pytest.fixture
def fifty():
    return factories.ResolutionFactory(number=50, slug="50")


@pytest.fixture
def position(network, wanjiru, fifty):
    return take_position(fifty, circle=network.everyone, stance="oppose", words="In two lines", by=wanjiru)


def voice(network, name, by=None):
    """Someone who answers for an organisation of that name."""
    person = factories.member(network)
    Membership.objects.filter(user=person).update(organisation=factories.OrganisationFactory(name=name))
    give_mandate(Membership.objects.get(user=person), by=by)
    return person


def of(person):
    return Membership.objects.get(user=person).organisation


def told(position, reader):
    found = answers_to(reader, [position], membership_context_of(reader))[position.pk]
    return (found.agreed, found.reserved, found.silent), [each.name for each in found.shown]


def test_silence_is_counted_apart_and_the_latest_answer_counts(network, wanjiru, position):
    first, second, _third = (voice(network, name) for name in ("Ada", "Bit", "Cel"))
    answer_position(position, organisation=of(first), kind="agree", by=first)
    answer_position(position, organisation=of(second), kind="agree", by=second)
    answer_position(position, organisation=of(second), kind="reservation", words="not this clause", by=second)
    assert told(position, wanjiru) == ((1, 1, 1), ["Bit", "Ada"])
    assert PositionAnswer.objects.count() == 3


def test_an_answer_to_an_earlier_version_is_none_to_the_next_and_is_said(network, wanjiru, fifty, position):
    person = voice(network, "Ada")
    answer_position(position, organisation=of(person), kind="agree", by=person)
    newer = take_position(fifty, circle=network.everyone, stance="support", by=wanjiru)
    found = answers_to(wanjiru, [newer], membership_context_of(wanjiru))[newer.pk]
    assert (found.agreed, found.silent, found.earlier) == (0, 1, 1)
    with pytest.raises(RuleBroken, match="A newer version has been written"):
        answer_position(position, organisation=of(person), kind="agree", by=person)


def test_an_organisation_is_named_to_who_sees_its_people_and_counted_for_the_others(network, wanjiru, position):
    hidden, other = voice(network, "Zz Hidden"), voice(network, "Other")
    answer_position(position, organisation=of(hidden), kind="reservation", words="wait", by=hidden)
    assert told(position, wanjiru) == ((0, 1, 1), ["Zz Hidden"])
    assert told(position, hidden) == ((0, 1, 1), ["Zz Hidden"])
    assert told(position, other) == ((0, 1, 1), [""])


def test_who_has_no_mandate_answers_for_nobody(client, network, wanjiru, position):
    person, other = voice(network, "Ada"), voice(network, "Bit")
    with pytest.raises(RuleBroken, match="You do not answer for this organisation"):
        answer_position(position, organisation=of(other), kind="agree", by=person)
    address = reverse("coalitions:position-answer", args=[position.public_id])
    for user, status in ((wanjiru, 403), (factories.observer(network), 404), (factories.UserFactory(), 404)):
        client.force_login(user)
        assert client.post(address, {}).status_code == status
    assert not PositionAnswer.objects.exists()


def test_a_reservation_is_said_in_words(network, position):
    person = voice(network, "Ada")
    with pytest.raises(RuleBroken, match="Say what the reservation is"):
        answer_position(position, organisation=of(person), kind="reservation", by=person)


def test_a_draft_is_not_answered(network, wanjiru, fifty):
    person = voice(network, "Ada")
    circle = factories.circle_of(network, person)
    draft = take_position(fifty, circle=circle, stance="oppose", by=person)
    with pytest.raises(RuleBroken, match="not to a draft"):
        answer_position(draft, organisation=of(person), kind="agree", by=person)


def test_she_answers_on_its_page_once_however_often_she_taps(client, network, wanjiru, position):
    person = voice(network, "Ada")
    client.force_login(person)
    page = reverse("coalitions:resolution-position", args=["50"])
    address = reverse("coalitions:position-answer", args=[position.public_id])
    assert address in client.get(page).content.decode()
    typed = {"organisation": str(of(person).public_id), "kind": "reservation", "words": "", "submission": str(uuid.uuid4())}
    assert "Say what the reservation is." in unescape(client.post(address, typed).content.decode())
    for _tap in range(2):
        assert client.post(address, typed | {"words": "All but clause 2"}).url == page
    assert PositionAnswer.objects.get().words == "All but clause 2"
    body = unescape(client.get(page).content.decode())
    for said in ("Silence is not agreement.", "All but clause 2", "you answer for it"):
        assert said in body


def test_her_own_data_hold_the_answers_she_gave(network, position):
    person = voice(network, "Ada")
    answer_position(position, organisation=of(person), kind="agree", by=person)
    [row] = personal_data.personal_data(person)["position_answers"]
    assert (row["resolution"], row["organisation"], row["answer"]) == ("Res. 50", "Ada", "agree")


# --- In files, for programs, and on the page where one answers --------------------------------------------------------------


def test_programs_read_the_answers_with_the_names_their_person_may_know(program, network, wanjiru, position):
    first, second = voice(network, "Ada"), voice(network, "Bit")
    answer_position(position, organisation=of(first), kind="reservation", words="not this", by=first)

    def read(person):
        found = program(person).get(f"/api/v1/positions/{position.public_id}/").json()["answers"]
        return found["silent"], [(row["organisation"], row["kind"], row["words"]) for row in found["given"]]

    assert read(wanjiru) == (1, [("Ada", "reservation", "not this")])
    assert read(second) == (1, [(None, "reservation", "not this")])


def test_the_export_says_what_organisations_answered(network, wanjiru, position):
    first, _second, third = (voice(network, name) for name in ("Ada", "Bit", "Cel"))
    answer_position(position, organisation=of(first), kind="reservation", words="not\nthis", by=first)
    answer_position(position, organisation=of(third), kind="agree", by=third)
    written = positions_as_markdown(wanjiru, everyone=network.everyone, circles=[], notice="N")
    wanted = ["- Ada: agrees with a reservation: not this", "- Cel: agrees", "- 1 organisation has not answered. Silence is not agreement."]
    assert "\n".join(["### Organisations", "", *wanted]) in written


def test_the_page_where_one_answers_says_what_was_answered_and_what_touches_it(client, network, wanjiru, fifty, position):
    person = voice(network, "Ada")
    address = reverse("coalitions:position-answer", args=[position.public_id])
    client.force_login(person)
    page = unescape(client.get(address).content.decode())
    assert ["Answered before" in page, "To be reviewed" in page, "In the name of <bdi>Ada</bdi>" in page] == [False, False, True]
    answer_position(position, organisation=of(person), kind="reservation", words="not this", by=person)
    newer = take_position(fifty, circle=network.everyone, stance="support", by=wanjiru)
    proposal = factories.ProposalFactory(resolution=fifty)
    proposal.events.create(kind="new", status="submitted")
    page = unescape(client.get(reverse("coalitions:position-answer", args=[newer.public_id])).content.decode())
    assert ["Answered before" in page, "not this" in page, "<bdi>v1</bdi>" in page, "To be reviewed" in page] == [True] * 4
    given = {"organisation": str(of(person).public_id), "kind": "agree", "submission": str(uuid.uuid4())}
    assert client.post(reverse("coalitions:position-answer", args=[newer.public_id]), given).status_code == 302
    assert PositionAnswer.objects.get(position=newer).kind == "agree"


# --- Asking for a translation ----------------------------------------------------------------------------------------------


def test_a_translation_is_asked_for_by_a_follow_up_in_the_circle_of_the_position(client, network, wanjiru, fifty):
    core = factories.circle_of(network, wanjiru, name="Core")
    parts = PositionParts(talking_points={"en": "We oppose."})
    take_position(fifty, circle=core, stance="oppose", parts=parts, by=wanjiru)
    client.force_login(wanjiru)
    page = unescape(client.get(reverse("coalitions:resolution-position", args=["50"])).content.decode())
    asked = [f"?resolution=50&translate={code}&circle={core.public_id}" for code in ("fr", "es", "en")]
    assert [address in page for address in asked] == [True, True, False]
    form = client.get(reverse("coalitions:follow-up-new") + asked[0]).context["form"]
    found = (form["title"].value(), form["resolution"].value(), form["circle"].value())
    assert found == ("Translate the talking points on Res. 50: French", "50", str(core.public_id))


@pytest.mark.parametrize("asked", ["?translate=fr", "?resolution=50&translate=xx", "?resolution=99&translate=fr"])
def test_nothing_is_filled_in_for_what_is_not_there(client, network, wanjiru, fifty, asked):
    client.force_login(wanjiru)
    form = client.get(reverse("coalitions:follow-up-new") + asked).context["form"]
    assert not form["title"].value()

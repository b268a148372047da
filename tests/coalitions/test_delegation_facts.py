"""What a card says beyond the guide's four questions: rules, declared positions, national meetings, and how old it is."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.models import DeclaredPosition, Delegation
from coalitions.permissions import can_take_out_declared
from coalitions.services import delegations as services
from tests import factories

pytestmark = pytest.mark.django_db

SOURCE = "https://example.org/delegations"
FACTS = {
    "head_office": "Standards office",
    "office_email": "office@example.org",
    "funding": "Own funding",
    "ties_scope": "The assembly only",
    "who_speaks": "The head alone",
    "route_before": "An open call\nbefore WTSA-24",
}


@pytest.fixture
def card(wanjiru):
    return services.begin_card(factories.AssemblyFactory(), country="KE", by=wanjiru, is_checked=True, source=SOURCE, **FACTS)


@pytest.fixture
def resolution():
    return factories.ResolutionFactory(number=50, slug="50")


def page(client, user, address, **query):
    client.logout()
    client.force_login(user)
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def declared(card, resolution, by, **facts):
    said = {"resolution": resolution, "stance": "keep", "source": SOURCE, "declared_on": now().date()} | facts
    return services.declare(card, by=by, **said)


def test_each_rule_of_a_card_is_a_fact_of_its_own(client, card, samuel):
    shown = page(client, samuel, card.get_absolute_url())
    for said in ("Standards office", "office@example.org", "Own funding", "The assembly only", "The head alone", "before WTSA-24"):
        assert said in shown


def test_the_form_keeps_them_and_changes_one(client, card, wanjiru):
    client.force_login(wanjiru)
    address = reverse("coalitions:delegation-change", args=[card.public_id])
    typed = FACTS | {"is_open": "yes", "source": SOURCE, "funding": "Paid by the State", "is_checked": "on"}
    assert client.post(address, typed).status_code == 302
    card.refresh_from_db()
    assert {name: getattr(card, name) for name in FACTS} == FACTS | {"funding": "Paid by the State"}
    assert "Own funding</del>" in page(client, wanjiru, card.get_absolute_url())


@pytest.mark.parametrize(
    ("verified", "confirmed", "checked_by_office", "old"),
    [(None, None, False, False), (5, None, False, False), (200, None, False, True), (200, 5, True, False), (5, 200, False, False)],
)
def test_a_card_is_old_when_neither_side_has_looked_for_six_months(card, verified, confirmed, checked_by_office, old):
    ago = [days and now() - timedelta(days=days) for days in (verified, confirmed)]
    Delegation.objects.update(verified_at=ago[0], office_confirmed_at=ago[1])
    card.refresh_from_db()
    assert (card.is_checked_by_office, card.is_old, Delegation.objects.old().exists()) == (checked_by_office, old, old)


def test_old_cards_are_marked_and_found_by_the_filter(client, card, wanjiru, samuel):
    assert "checked long ago" not in page(client, samuel, "/delegations/")
    Delegation.objects.update(verified_at=now() - timedelta(days=200))
    for address in ("/delegations/", card.get_absolute_url()):
        assert "checked long ago" in page(client, samuel, address)
    listed = f'href="{card.get_absolute_url()}"'
    assert [listed in page(client, samuel, "/delegations/", checked=checked) for checked in ("old", "never", "")] == [True, False, True]
    # It is checked again by a button on its page.
    client.post(reverse("coalitions:delegation-confirm", args=[card.public_id]))
    card.refresh_from_db()
    assert (card.is_old, card.verified_by) == (False, samuel)


def test_a_changed_card_is_no_longer_confirmed_by_its_office(card, samuel):
    Delegation.objects.update(office_confirmed_at=now())
    changed = services.revise_card(card, by=samuel, is_checked=False, funding="Nobody knows")
    assert (changed.office_confirmed_at, changed.checked_at) == (None, None)


# --- Declared positions ---------------------------------------------------------------------------------------------------


def test_what_a_state_declared_stands_on_its_card_for_everyone(client, card, resolution, network, wanjiru, samuel):
    client.force_login(samuel)
    address = reverse("coalitions:declared-new", args=[card.public_id])
    form = {"resolution": "50", "stance": "keep", "words": "No change", "source": SOURCE, "declared_on": "2026-01-05"}
    form["submission"] = str(uuid4())
    assert [client.post(address, form)["Location"] for _tap in range(2)] == [card.get_absolute_url()] * 2
    said = DeclaredPosition.objects.get()
    assert (said.delegation, said.resolution, said.by, said.words) == (card, resolution, samuel, "No change")
    for person in (wanjiru, factories.observer(network), factories.UserFactory()):
        shown = page(client, person, card.get_absolute_url())
        assert "Wants no change" in shown
        assert "Samuel" not in shown


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"source": "a friend"}, "Say which public page"),
        ({"declared_on": now().date() + timedelta(days=2)}, "That day has not come yet"),
    ],
)
def test_nothing_is_declared_without_a_page_or_ahead_of_its_day(card, resolution, samuel, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        declared(card, resolution, samuel, **facts)
    assert not DeclaredPosition.objects.exists()


def test_bad_input_keeps_what_was_typed(client, card, resolution, samuel):
    client.force_login(samuel)
    form = {"resolution": "50", "stance": "keep", "words": "As it stands", "source": "x", "declared_on": "", "submission": str(uuid4())}
    answer = client.post(reverse("coalitions:declared-new", args=[card.public_id]), form).content.decode()
    assert 'value="As it stands"' in answer
    assert not DeclaredPosition.objects.exists()


def test_who_may_take_a_declared_position_out(client, card, resolution, network, wanjiru, samuel, ama):
    said = declared(card, resolution, samuel)
    people = {
        samuel: True,
        wanjiru: True,
        ama: False,
        factories.observer(network): False,
        factories.UserFactory(): False,
        factories.lead(factories.coalition("Another")): True,
    }
    assert {person: can_take_out_declared(person, said) for person in people} == people
    address = reverse("coalitions:declared-remove", args=[said.public_id])
    for person, status in ((ama, 403), (samuel, 302)):
        client.force_login(person)
        assert client.post(address).status_code == status
    assert not DeclaredPosition.objects.exists()


def test_an_observer_declares_nothing(client, card, network):
    client.force_login(factories.observer(network))
    address = reverse("coalitions:declared-new", args=[card.public_id])
    assert (client.get(address).status_code, client.post(address, {}).status_code) == (403, 403)


# --- National meetings ----------------------------------------------------------------------------------------------------


def test_public_national_meetings_of_the_country_stand_on_its_card(client, card, network, samuel):
    about = {"kind": "national", "group": None, "assembly": card.assembly}
    factories.MeetingFactory(title_en="The last consultation", country="KE", **about)
    factories.MeetingFactory(title_en="That of a neighbour", country="UG", **about)
    factories.MeetingFactory(title_en="A private one", country="KE", circle=network.everyone, **about | {"kind": "call"})
    shown = page(client, samuel, card.get_absolute_url())
    assert "The last consultation" in shown
    assert "That of a neighbour" not in shown
    assert "A private one" not in shown


def test_a_meeting_is_added_from_the_card_with_its_country(client, card, samuel):
    link = f"{reverse('calendar_app:meeting-new', args=['national'])}?country=KE"
    assert link in page(client, samuel, card.get_absolute_url())
    assert '<option value="KE" selected>' in page(client, samuel, link)

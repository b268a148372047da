"""Cards of delegations: public facts, with the page that says so; and how far each region is covered."""

import gzip
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.domain.coverage import coverage
from coalitions.models import Delegation
from coalitions.services import delegations as services
from coalitions.services import follow_ups
from tests import factories

pytestmark = pytest.mark.django_db

CARDS = "/delegations/"
SOURCE = "https://example.org/delegations"


@pytest.fixture
def assembly():
    return factories.AssemblyFactory()


def begin(assembly, by, country="KE", *, is_checked=True, **facts):
    return services.begin_card(assembly, country=country, by=by, is_checked=is_checked, **({"source": SOURCE} | facts))


def page(client, user, address, **query):
    client.logout()
    client.force_login(user)
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def found(shown):
    return re.findall(r'<h3><a href="/delegations/[0-9a-f-]+/">([^<]+)</a>', shown)


def typed(**fields):
    return {"country": "KE", "is_open": "yes", "source": SOURCE, "submission": str(uuid.uuid4())} | fields


# --- Keeping them -------------------------------------------------------------------------------------------------------


def test_a_card_that_was_checked_says_who_and_when(assembly, wanjiru):
    card = begin(assembly, wanjiru, authority="Communications\u202e Authority", rules="One\r\ntwo\x07")
    assert (card.authority, card.rules) == ("Communications Authority", "One\ntwo")
    assert (card.verified_by, card.verified_at is not None, card.is_to_check) == (wanjiru, True, False)


def test_a_change_nobody_checked_is_to_be_checked_again(assembly, wanjiru):
    card = begin(assembly, wanjiru)
    card = services.revise_card(card, by=wanjiru, is_checked=False, head="A public name")
    assert (card.verified_by, card.verified_at, card.is_to_check) == (None, None, True)
    card = services.revise_card(card, by=wanjiru, is_checked=True)
    assert (card.verified_by, card.is_to_check, card.head) == (wanjiru, False, "A public name")


def test_a_card_is_a_line_that_says_only_what_is_not_checked(client, assembly, wanjiru):
    begin(assembly, wanjiru, "KE", is_open="yes", authority="Communications Authority", head="A public name")
    begin(assembly, wanjiru, "ZA", is_checked=False)
    shown = page(client, wanjiru, CARDS)
    lines = re.search(r'<ul class="picks">(.*?)</ul>', shown, re.DOTALL)[1].split("</li>")
    said = [re.sub(r"<[^>]+>|\s+", " ", line).split() for line in lines[:2]]
    assert said == [["Kenya", "open"], ["South", "Africa", "to", "be", "checked"]]
    assert "A public name" in page(client, wanjiru, Delegation.objects.get(country="KE").get_absolute_url())


@pytest.mark.parametrize("source", ["", "a friend told me", "javascript:alert(1)"])
def test_no_card_without_a_public_page(assembly, wanjiru, source):
    with pytest.raises(RuleBroken, match="Say which public page"):
        begin(assembly, wanjiru, source=source)
    card = begin(assembly, wanjiru)
    with pytest.raises(RuleBroken, match="Say which public page"):
        services.revise_card(card, by=wanjiru, is_checked=True, source=source)


def test_a_country_has_one_card_an_assembly(assembly, wanjiru):
    begin(assembly, wanjiru)
    with pytest.raises(RuleBroken, match="There is already a card for this country"):
        begin(assembly, wanjiru)
    begin(factories.AssemblyFactory(code="WTSA-24"), wanjiru)
    assert Delegation.objects.count() == 2


def test_every_change_is_kept_in_history(assembly, wanjiru):
    card = begin(assembly, wanjiru, authority="Before")
    services.revise_card(card, by=wanjiru, is_checked=True, authority="After")
    kept = Delegation.history.filter(id=card.pk).order_by("history_id").values_list("authority", "history_user")
    assert list(kept) == [("Before", wanjiru.pk), ("After", wanjiru.pk)]


# --- The forms ------------------------------------------------------------------------------------------------------------


def test_a_lead_begins_a_card_and_two_taps_make_one(client, assembly, wanjiru):
    client.force_login(wanjiru)
    assert 'value="KE" selected' in client.get("/delegations/new/", {"country": "ke"}).content.decode()
    form = typed(authority="Communications Authority", is_checked="on")
    first, second = (client.post("/delegations/new/", form) for _tap in range(2))
    card = Delegation.objects.get()
    assert first["Location"] == second["Location"] == card.get_absolute_url()
    assert (card.country.code, card.authority, card.is_open, card.verified_by) == ("KE", "Communications Authority", "yes", wanjiru)


def test_a_second_lead_keeps_what_she_typed_when_there_is_a_card_already(client, assembly, wanjiru):
    begin(assembly, wanjiru)
    client.force_login(wanjiru)
    answer = client.post("/delegations/new/", typed(authority="Another authority")).content.decode()
    assert "There is already a card for this country." in answer
    assert 'value="Another authority"' in answer


def test_a_lead_changes_a_card(client, assembly, wanjiru):
    card = begin(assembly, wanjiru, authority="Before", rules="Own funding")
    client.force_login(wanjiru)
    address = reverse("coalitions:delegation-change", args=[card.public_id])
    assert 'value="Before"' in client.get(address).content.decode()
    client.post(address, {"authority": "After", "rules": "Own funding", "is_open": "no", "source": SOURCE})
    card.refresh_from_db()
    assert (card.authority, card.rules, card.is_open, card.is_to_check) == ("After", "Own funding", "no", True)


def test_an_observer_keeps_no_card(client, assembly, network, wanjiru):
    card = begin(assembly, wanjiru, authority="Before")
    client.force_login(factories.observer(network))
    for address in ("/delegations/new/", reverse("coalitions:delegation-change", args=[card.public_id])):
        assert client.get(address).status_code == 403
        assert client.post(address, typed(authority="After")).status_code == 403
    assert Delegation.objects.get().authority == "Before"


def test_a_lead_without_second_factor_keeps_them_as_a_member_does(client, assembly, wanjiru, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(wanjiru)
    assert client.post("/delegations/new/", typed(is_checked="on")).status_code == 302
    assert Delegation.objects.get().is_to_check


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"source": ""}, "This cannot be left empty."),
        ({"source": "ftp://example.org"}, "Give a plain web address that begins with https:// or http://"),
        ({"country": "XX"}, "Choose a country from the list."),
        ({"authority": "x" * 10_000}, "at most 200 characters"),
        ({"rules": "x" * 10_000}, "at most 1000 characters"),
        ({"is_open": "perhaps"}, "is not one of the choices."),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(client, assembly, wanjiru, fields, sentence):
    client.force_login(wanjiru)
    answer = client.post("/delegations/new/", typed(head="A public name") | fields).content.decode()
    assert sentence in answer
    assert 'value="A public name"' in answer
    assert Delegation.objects.count() == 0


# --- Looking them up --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words", "countries"),
    [
        ("fr", "bresil", ["Brésil"]),
        ("fr", "BRÉSIL", ["Brésil"]),
        ("es", "sudafrica", ["Sudáfrica"]),
        ("en", "brazil", ["Brazil"]),
        ("en", "telecomunicacoes", ["Brazil"]),
        ("en", "africa", ["South Africa"]),
        ("en", "nowhere", []),
        ("en", "\u202e", ["Brazil", "Kenya", "South Africa"]),
    ],
)
def test_search_knows_the_readers_language_and_no_accents(client, assembly, wanjiru, language, words, countries):
    begin(assembly, wanjiru, "BR", authority="Agência de Telecomunicações")
    begin(assembly, wanjiru, "KE")
    begin(assembly, wanjiru, "ZA")
    wanjiru.language = language
    wanjiru.save()
    assert found(page(client, wanjiru, CARDS, q=words)) == countries


def test_filters_by_region_and_openness(client, assembly, wanjiru):
    factories.RegionalGroupFactory(code="ATU", countries=["KE", "ZA", "GH"])
    factories.RegionalGroupFactory(code="CITEL", acronym_en="CITEL", countries=["BR"])
    begin(assembly, wanjiru, "KE", is_open="yes")
    begin(assembly, wanjiru, "ZA", is_open="no")
    begin(assembly, wanjiru, "BR", is_open="yes")
    in_africa = page(client, wanjiru, CARDS, region="ATU")
    assert found(in_africa) == ["Kenya", "South Africa"]
    assert "<h3>Ghana</h3>" in in_africa  # a card to begin
    assert found(page(client, wanjiru, CARDS, open="yes")) == ["Brazil", "Kenya"]
    assert found(page(client, wanjiru, CARDS, region="ATU", open="no")) == ["South Africa"]
    assert found(page(client, wanjiru, CARDS, region="x", open="x")) == ["Brazil", "Kenya", "South Africa"]


def test_a_region_of_which_not_all_members_are_known_says_so(client, assembly, wanjiru):
    codes = ["KE", "ZA", "GH", "UG"]
    for code, is_complete in (("ATU", False), ("LAS", True)):
        factories.RegionalGroupFactory(code=code, acronym_en=code, countries=codes, are_countries_complete=is_complete)
    for code in codes:
        begin(assembly, wanjiru, code, is_open="yes")
    may_lack = "Not all members of ATU are known here"
    assert [may_lack in page(client, wanjiru, CARDS, region=region) for region in ("ATU", "LAS", "")] == [True, False, False]
    # In the table, of one of the two.
    assert page(client, wanjiru, CARDS).count("(the list is not complete)") == 1


def test_a_country_without_a_card_is_one_to_begin(client, assembly, network, wanjiru, samuel):
    as_lead, as_member = (page(client, person, CARDS, q="jordan") for person in (wanjiru, samuel))
    as_observer = page(client, factories.observer(network), CARDS, q="jordan")
    for shown in (as_lead, as_member, as_observer):
        assert "<h3>Jordan</h3>" in shown
        assert "Four questions are enough" in shown
    assert 'href="/delegations/new/?country=JO"' in as_lead
    assert 'href="/delegations/new/?country=JO"' in as_member
    assert "country=JO" not in as_observer


def test_no_card_and_no_assembly_still_make_a_page(client, wanjiru):
    assert "No card yet" in page(client, wanjiru, CARDS)
    assert client.get("/delegations/new/").status_code == 302


def test_examples_are_labelled(client, assembly, wanjiru):
    card = begin(assembly, wanjiru)
    labels = [page(client, wanjiru, address).count("</svg>example</span>") for address in (CARDS, card.get_absolute_url())]
    Delegation.objects.update(is_example=True)
    assert labels == [0, 0]
    for address in (CARDS, card.get_absolute_url()):
        assert "</svg>example</span>" in page(client, wanjiru, address)


def test_the_list_warns_of_what_was_learned_in_confidence(client, assembly, wanjiru):
    card = begin(assembly, wanjiru)
    for address in (CARDS, card.get_absolute_url(), "/delegations/new/"):
        assert "Do not write down what you learned in confidence. Seats on delegations never appear here." in page(client, wanjiru, address)


def test_nobody_learns_from_a_card_who_is_in_another_coalition(client, assembly, wanjiru, samuel):
    card = begin(assembly, wanjiru)
    stranger = factories.lead(factories.coalition("Another"), name="Far Stranger")
    services.revise_card(card, by=stranger, is_checked=True, head="A public name")
    assert "Far S." not in page(client, samuel, card.get_absolute_url())
    assert "Wanjiru K." in page(client, samuel, card.get_absolute_url())
    assert "Far S." in page(client, stranger, card.get_absolute_url())
    assert "Wanjiru K." not in page(client, stranger, card.get_absolute_url())


def test_its_page_shows_history_and_what_we_do_about_it(client, assembly, network, wanjiru, samuel):
    card = begin(assembly, wanjiru, authority="Before")
    services.revise_card(card, by=wanjiru, is_checked=True, authority="After")
    follow_ups.create(circle=network.everyone, title="Ask them", due_at=now() + timedelta(days=3), by=samuel, delegation=card)
    shown = page(client, samuel, card.get_absolute_url())
    assert re.findall(r"<(del|ins) dir=\"auto\">(\w+)<", shown) == [("del", "Before"), ("ins", "After")]
    assert "Ask them" in shown
    outsider = factories.member(factories.coalition("Another"))
    assert "Ask them" not in page(client, outsider, card.get_absolute_url())


def test_a_card_of_another_assembly_is_found_from_this_one(client, assembly, wanjiru):
    old = begin(factories.AssemblyFactory(code="WTSA-24", short_name_en="WTSA-24"), wanjiru)
    card = begin(assembly, wanjiru)
    assert f'href="{old.get_absolute_url()}"' in page(client, wanjiru, card.get_absolute_url())


def test_what_is_written_stays_text(client, assembly, wanjiru):
    card = begin(assembly, wanjiru, authority="<script>alert(1)</script>", rules="<b>x</b>\nسطر", source="https://example.org/?a=1&b=2")
    client.force_login(wanjiru)
    for address in (CARDS, card.get_absolute_url()):
        shown = client.get(address).content.decode()
        assert "<script>alert" not in shown
        assert "<b>x" not in shown


def test_the_pages_ask_few_questions(client, assembly, wanjiru, settings, django_assert_num_queries):
    settings.LEADS_NEED_SECOND_FACTOR = True
    factories.RegionalGroupFactory()
    card = begin(assembly, wanjiru)
    client.force_login(wanjiru)
    client.get(CARDS)
    # Of a card to be checked, a member's page asks who changed it last: she does not check it herself. Notes of circles are one query, and
    # so are what the State declared, its national meetings, what we asked of it, and what was heard in confidence.
    for country, queries in (("BR", 15), ("ZA", 16)):
        with django_assert_num_queries(7):
            client.get(CARDS)
        with django_assert_num_queries(queries):
            client.get(card.get_absolute_url())
        begin(assembly, wanjiru, country)
        services.revise_card(card, by=wanjiru, is_checked=False, head=country)


# --- Coverage -----------------------------------------------------------------------------------------------------------------


def test_numbers_below_three_are_not_told():
    groups = [
        ("ATU", "Africa", ["KE", "ZA", "GH", "UG", "TZ"], False),
        ("RCC", "", ["KZ", "UZ", "KG"], True),
        ("CTU", "Caribbean", [], True),
    ]
    openness = {"KE": True, "ZA": True, "GH": True, "UG": False, "KZ": True, "UZ": False}
    [africa] = coverage(groups, openness=openness).regions  # of RCC nothing may be told
    assert (africa.open, africa.others, africa.without, africa.is_complete) == (3, None, 1, False)
    # Nor drawn.
    assert (africa.full.count("M"), africa.empty.count("M")) == (3, 0)


def test_twelve_squares_a_row_push_the_next_region_down():
    many = [f"{number:02}" for number in range(40)]
    first, second = coverage([("A", "", many, True), ("B", "", many, True)], openness=dict.fromkeys(many, True)).regions
    assert first.full.startswith("M98 0h13v13h-13zM114 0")
    assert "M98 16h" in first.full
    assert second.y == 4 * 16 + 2


def test_the_drawing_is_small_and_has_its_table(client, assembly, wanjiru):
    codes = ["KE", "ZA", "GH", "UG", "TZ", "RW", "NG", "EG", "MA", "SN", "CM", "CI", "TN", "DZ", "BJ", "BF"]
    for code in ("ATU", "APT", "LAS", "CEPT", "CITEL", "RCC"):
        factories.RegionalGroupFactory(code=code, acronym_en=code, countries=codes)
    for code in codes:
        begin(assembly, wanjiru, code, is_open="yes")
    shown = page(client, wanjiru, CARDS)
    drawing = re.search(r"<svg viewBox.*?</svg>", shown, re.DOTALL)[0]
    assert len(gzip.compress(drawing.encode())) < 1536
    assert shown.count('<tr><th scope="row">') == 6
    assert len(gzip.compress(shown.encode())) < 25 * 1024


# --- What members write -------------------------------------------------------------------------------------------------


def test_a_card_of_a_member_is_checked_by_a_lead_or_another_member(client, assembly):
    here = factories.coalition("Second eyes")
    one, other = factories.member(here), factories.member(here)
    client.force_login(one)
    assert "I checked this against the page" not in client.get(CARDS + "new/").content.decode()
    client.post(CARDS + "new/", typed(is_checked="on"))
    card = Delegation.objects.get()
    assert (card.is_to_check, card.verified_by) == (True, None)
    confirm = reverse("coalitions:delegation-confirm", args=[card.public_id])
    assert confirm not in page(client, one, card.get_absolute_url())
    client.post(confirm)
    card.refresh_from_db()
    assert card.verified_by is None
    assert confirm in page(client, other, card.get_absolute_url())
    client.post(confirm)
    card.refresh_from_db()
    assert (card.verified_by, card.is_to_check) == (other, False)


def test_what_a_member_changes_of_a_checked_card_is_to_be_checked_again(client, assembly, wanjiru):
    card = begin(assembly, wanjiru, authority="The ministry")
    client.force_login(factories.member(factories.coalition("Second eyes")))
    client.post(reverse("coalitions:delegation-change", args=[card.public_id]), typed(authority="The regulator", is_open="unknown"))
    card.refresh_from_db()
    assert (card.authority, card.is_to_check) == ("The regulator", True)
    services.confirm_card(card, by=wanjiru, is_lead=True)
    card.refresh_from_db()
    assert (card.verified_by, card.is_to_check) == (wanjiru, False)


def test_an_observer_confirms_no_card(client, assembly, wanjiru):
    card = begin(assembly, wanjiru, is_checked=False)
    client.force_login(factories.observer(factories.coalition("Second eyes")))
    assert client.post(reverse("coalitions:delegation-confirm", args=[card.public_id])).status_code == 403


@pytest.mark.parametrize(
    ("sort", "in_order"),
    [
        ("", ["Brazil", "Kenya", "South Africa"]),
        ("open", ["South Africa", "Kenya", "Brazil"]),
        ("checked", ["Kenya", "South Africa", "Brazil"]),
        ("x", ["Brazil", "Kenya", "South Africa"]),
    ],
)
def test_cards_have_the_order_asked_for(client, assembly, wanjiru, sort, in_order, django_assert_num_queries):
    for country, is_open, days in (("BR", "unknown", 1), ("KE", "no", None), ("ZA", "yes", 30)):
        card = begin(assembly, wanjiru, country, is_open=is_open)
        checked = None if days is None else now() - timedelta(days=days)
        Delegation.objects.filter(pk=card.pk).update(verified_at=checked)
    client.force_login(wanjiru)
    client.get(CARDS)

    with django_assert_num_queries(6):
        answer = client.get(CARDS, {"sort": sort})

    assert [str(card) for card, _regions in answer.context["rows"]] == in_order

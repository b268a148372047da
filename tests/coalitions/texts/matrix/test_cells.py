"""What a cell of the matrix says, closed and opened."""

import re

import pytest
from django.urls import reverse
from django.utils.timezone import now

from resolutions.models import Resolution
from resolutions.services.watching import watch
from tests import factories
from tests.coalitions.texts.matrix.helpers import ask, cell, move, page, past_assembly, record_reading, shown, words

pytestmark = pytest.mark.django_db


# --- Closed ---------------------------------------------------------------------------------------------------------


def test_a_cell_holds_the_set_of_proposals_and_not_one_verdict(client, wanjiru, groups, fifty):
    record_reading(ask(fifty, groups["ATU"]), wanjiru, "good")
    record_reading(ask(fifty, groups["ATU"]), wanjiru, "risk")
    record_reading(ask(fifty, groups["ATU"]), wanjiru, "risk")
    record_reading(ask(fifty, groups["ATU"], action="NOC"), wanjiru, "good")
    held = cell(page(client, wanjiru), "ATU")
    assert words(held) == "MOD 2 unfavourable, modification, 2 proposals MOD favourable, modification NOC favourable, no change"
    assert 'class="cell" data-status="risk"' in held
    assert re.findall(r"#(s-\w+)", held) == ["s-risk", "s-good", "s-good"]


def test_no_change_is_a_result_and_an_empty_cell_says_that_nothing_was_received(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"], action="NOC")
    body = page(client, wanjiru)
    assert words(cell(body, "ATU")) == "NOC not read yet, no change"
    assert words(cell(body, "CEPT")) == "nothing received"
    assert 'data-status="none"' in cell(body, "CEPT")


def test_what_stands_in_a_cell_is_text_and_never_markup(client, wanjiru, groups, fifty):
    groups["ATU"].acronym_en = '"><b>ATU'
    groups["ATU"].save()
    ask(fifty, sources=["<b>USA</b>"])
    client.force_login(wanjiru)
    body = client.get("/matrix/").content.decode()
    assert "<span><bdi>&lt;b&gt;USA&lt;/b&gt;</bdi></span>" in body
    assert 'data-label="&quot;&gt;&lt;b&gt;ATU"' in body
    assert "<b>USA" not in body
    assert "<b>ATU" not in body


def test_preliminary_late_and_moved_are_said_to_the_eye_and_to_the_ear(client, wanjiru, groups, fifty):
    late = factories.ContributionFactory(is_late=True)
    watch(wanjiru, fifty)
    new, mine = ask(fifty, groups["ATU"], status="preliminary", contribution=late), ask(fifty, groups["CEPT"])
    move(new, "new")
    move(mine, "new", by=wanjiru)
    for proposal in (new, mine):
        record_reading(proposal, wanjiru, "mixed")
    body = page(client, wanjiru)
    held = cell(body, "ATU")
    assert words(held) == "MOD ? mixed, modification, preliminary, late, changed since your last visit"
    assert "data-moved" in held
    assert "#s-late" in held
    assert "data-moved" not in cell(body, "CEPT")


def test_what_was_withdrawn_is_struck_and_no_longer_weighs(client, wanjiru, groups, fifty):
    record_reading(ask(fifty, groups["ATU"], status="withdrawn"), wanjiru, "risk")
    record_reading(ask(fifty, groups["ATU"], action="NOC"), wanjiru, "good")
    held = cell(page(client, wanjiru), "ATU")
    assert words(held) == "NOC favourable, no change MOD withdrawn, modification"
    assert '<s><bdi class="itu">MOD</bdi></s>' in held
    assert 'class="cell" data-status="good"' in held
    assert shown(page(client, wanjiru, show="risk")) == []


def test_replaced_proposals_and_working_texts_of_the_assembly_stand_in_no_cell(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"], superseded_at=now())
    ask(fifty, groups["ATU"], is_consolidated=True)
    ask(fifty, groups["ATU"], contribution=factories.ContributionFactory(assembly=past_assembly()))
    assert words(cell(page(client, wanjiru, show="every"), "ATU")) == "nothing received"


def test_single_states_are_named_by_three_letters_and_counted_when_there_are_several(client, wanjiru, groups, fifty):
    record_reading(ask(fifty, countries=["US"], action="SUP", sources=["USA"]), wanjiru, "good")
    assert words(cell(page(client, wanjiru), "States")) == "USA SUP favourable, suppression"
    ask(fifty, countries=["BR", "ZA"], sources=["B", "AFS"])
    assert words(cell(page(client, wanjiru), "States")) == "3 States SUP favourable, suppression MOD not read yet, modification"


def test_a_group_the_itu_does_not_count_stands_among_the_states_under_its_code(client, wanjiru, groups, fifty):
    ask(fifty, groups["CTU"])
    body = page(client, wanjiru)
    assert words(cell(body, "States")) == "CTU MOD not read yet, modification"
    assert 'data-label="CTU"' not in body


def test_a_state_that_signs_the_regional_text_and_files_its_own_appears_in_both_ways(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"], countries=["KE", "ZA"])
    ask(fifty, countries=["KE"], sources=["KEN"])
    body = page(client, wanjiru)
    assert words(cell(body, "ATU")).startswith("MOD")
    assert words(cell(body, "States")).startswith("KEN MOD")
    for column in ("ATU", "states"):
        opened = page(client, wanjiru, f"/matrix/50/{column}/")
        assert "Signs with its region and also proposes individually: Kenya" in opened


# --- Opened ---------------------------------------------------------------------------------------------------------


def test_an_opened_cell_shows_papers_signatories_and_readings_with_author_and_day(client, wanjiru, groups, fifty):
    document = factories.ContributionFactory(number="38A7", url="https://www.itu.int/md/example", is_late=True)
    proposal = ask(fifty, groups["ATU"], contribution=document, identifier="AFCP/38A7/1", countries=["KE", "ZA", "GH", "NG"], fate="partly")
    record_reading(proposal, wanjiru, "risk", note="Ties names to people.")
    record_reading(proposal, wanjiru, "mixed", note="Better than before.")
    body = page(client, wanjiru, "/matrix/50/ATU/")
    for said in ("AFCP/38A7/1", "38A7", "4 States", "Kenya", "late", "taken up in part", "itu.int", "Better than before.", "Wanjiru K."):
        assert said in body
    current, earlier = body.split("Earlier readings")
    assert ["Ties names" in current, "Ties names" in earlier] == [False, True]
    assert f'action="{reverse("coalitions:reading", args=[proposal.public_id])}"' in body
    assert "/follow-ups/new/?resolution=50" in body


@pytest.mark.parametrize("address", ["/matrix/50/CTU/", "/matrix/50/XYZ/", "/matrix/51/ATU/"])
def test_a_cell_that_is_none_is_not_there(client, wanjiru, groups, fifty, address):
    client.force_login(wanjiru)
    assert client.get(address).status_code == 404


def test_an_empty_cell_says_so_and_an_observer_gets_no_form(client, network, wanjiru, groups, fifty):
    assert "No State proposes anything on this resolution individually." in page(client, wanjiru, "/matrix/50/states/")
    record_reading(ask(fifty, groups["ATU"]), wanjiru, "risk", note="For us alone")
    seen = page(client, factories.observer(network), "/matrix/50/ATU/")
    assert "EUR/" in seen
    assert ["For us alone" in seen, "Record the reading" in seen, "Our reading" in seen] == [False, False, False]


def test_the_list_of_resolutions_and_the_matrix_lead_to_each_other(client, wanjiru):
    assert 'href="/matrix/?q=cyber"' in page(client, wanjiru, "/resolutions/?q=cyber&show=watched")
    assert 'href="/resolutions/?q=cyber"' in page(client, wanjiru, "/matrix/?q=cyber&plain=1")


def test_a_short_title_names_a_row_and_the_official_one_is_its_tooltip(client, wanjiru, groups, fifty):
    titles = {"short_title_en": "Cyber", "title_en": "Cybersecurity, as the ITU calls it", "has_official_title": True}
    Resolution.objects.filter(pk=fifty.pk).update(**titles)
    ask(fifty, groups["CEPT"])
    shown_page = page(client, wanjiru)
    assert 'title="Cybersecurity, as the ITU calls it"' in shown_page
    assert "<span>Cyber</span>" in shown_page

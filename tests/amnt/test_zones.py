"""Time zones as people look for them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import translation

from amnt.accounts.forms import ZoneField
from amnt.core import zones
from amnt.core.times import zone_names

WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)


class ZoneForm(forms.Form):
    zone = ZoneField()


class AskingForm(forms.Form):
    zone = ZoneField(asks=True, required=False)


@pytest.mark.parametrize(
    ("zone", "language", "at", "said"),
    [
        ("Africa/Nairobi", "en", WINTER, "Kenya, Nairobi (UTC+3)"),
        ("Africa/Dakar", "fr", WINTER, "Sénégal, Dakar (UTC)"),
        ("America/Lima", "es", WINTER, "Perú, Lima (UTC−5)"),
        ("America/Argentina/Buenos_Aires", "es", WINTER, "Argentina, Buenos Aires (UTC−3)"),
        ("Asia/Kolkata", "fr", WINTER, "Inde, Kolkata (UTC+5:30)"),
        ("Asia/Singapore", "fr", WINTER, "Singapour (UTC+8)"),
        ("Europe/Zurich", "en", WINTER, "Switzerland, Geneva (UTC+1)"),
        ("Europe/Zurich", "fr", SUMMER, "Suisse, Genève (UTC+2)"),
        ("UTC", "es", SUMMER, "UTC"),
    ],
)
def test_a_zone_is_named_by_country_city_and_the_offset_of_the_day(zone, language, at, said):
    with translation.override(language):
        assert zones.label(zone, language, at) == said


@pytest.mark.parametrize(
    ("name", "preferred"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Kiev", "Europe/Kyiv"), ("UTC", "UTC"), ("Mars/Olympus", "Mars/Olympus"), ("", "")],
)
def test_a_zone_with_several_names_is_offered_under_one(name, preferred):
    assert zones.preferred_name(name) == preferred


def test_every_zone_that_may_be_chosen_is_offered_once_with_the_same_clocks():
    offered = zones.offered_zones()

    assert len(offered) == len(set(offered))
    assert {zones.preferred_name(name) for name in zone_names()} == set(offered)
    for name in zone_names():
        for at in (WINTER, SUMMER):
            assert at.astimezone(ZoneInfo(name)).utcoffset() == at.astimezone(ZoneInfo(zones.preferred_name(name))).utcoffset()


def test_all_are_listed_by_country_in_the_language_of_the_reader():
    with translation.override("fr"):
        (_, likely), (_, everything) = zones.zone_choices("fr", ["Asia/Calcutta"])

    assert [label for _zone, label in likely] == ["Inde, Kolkata (UTC+5:30)", *(label for _zone, label in likely[1:])]
    assert [zone for zone, _label in likely] == ["Asia/Kolkata", "Europe/Zurich", "UTC"]
    named = [label for _zone, label in everything]
    assert named.index(next(label for label in named if label.startswith("Équateur"))) < named.index(
        next(label for label in named if label.startswith("France"))
    )
    assert {zone for zone, _label in everything} == set(zones.offered_zones())


def test_the_present_zone_comes_first_and_is_chosen_whatever_its_name():
    written = str(ZoneForm(initial={"zone": "Asia/Calcutta"})["zone"])

    assert written.count("selected") == 1
    assert written.index('<option value="Asia/Kolkata" selected>') < written.index('<option value="Europe/Zurich">')


@pytest.mark.parametrize(("sent", "kept"), [("Africa/Nairobi", "Africa/Nairobi"), ("Asia/Calcutta", "Asia/Kolkata"), ("UTC", "UTC")])
def test_a_zone_is_taken_under_any_of_its_names(sent, kept):
    form = ZoneForm({"zone": sent})

    assert form.is_valid()
    assert form.cleaned_data == {"zone": kept}


def test_an_unknown_zone_is_refused_with_a_sentence():
    with translation.override("en"):
        assert ZoneForm({"zone": "Mars/Olympus"}).errors == {
            "zone": ["“Mars/Olympus” is not a time zone we know. Choose one from the list."]
        }


def test_a_field_that_asks_chooses_none_in_advance():
    written = str(AskingForm()["zone"])

    assert '<option value="" selected>' in written
    assert 'value="Europe/Zurich" selected' not in written


@pytest.mark.parametrize(("country", "found"), [("KE", ("Africa/Nairobi",)), ("CH", ("Europe/Zurich",)), ("DE", 2), ("", ()), ("ZZ", ())])
def test_the_zones_of_a_country(country, found):
    known = zones.zones_of_country(country)

    assert (len(known) if isinstance(found, int) else known) == found

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.folding import fold
from resolutions.models import Resolution
from tests.factories import ResolutionFactory


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_what_is_folded_has_no_accent_and_no_space_to_spare(text):
    folded = fold(text)

    assert not any(unicodedata.combining(character) for character in folded)
    assert folded == " ".join(folded.split())


@given(st.text(), st.text())
def test_a_part_is_found_in_the_whole(before, after):
    """Words apart, text is folded as its parts are: what is typed is found in what is stored."""
    assert fold("Cybersécurité") in fold(f"{before} cybersecurite {after}")


@given(st.text(alphabet=st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1))
def test_capitals_and_composed_letters_make_no_difference(word):
    assert fold(word.upper().lower()) == fold(word.lower().upper().lower())
    assert fold(unicodedata.normalize("NFD", word)) == fold(unicodedata.normalize("NFC", word))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Cybersécurité  (Rév.)", "cybersecurite (rev.)"),
        ("ÑANDÚ", "nandu"),
        ("Straße", "strasse"),
        ("nº\u202f50", "no 50"),
        ("L'Internet de l’UIT", "l’internet de l’uit"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["l'accès", "l’accès", "L‘ACCES", "sector’s", "sector's"])
def test_either_apostrophe_finds_the_other(typed):
    resolution = ResolutionFactory(number=69, title_fr="Égalité dans l’accès", title_en="The Sector's part in equal access")
    ResolutionFactory(number=70, title_fr="Accessibilité", title_en="Accessibility")

    assert list(Resolution.objects.matching(typed)) == [resolution]


@pytest.mark.django_db
def test_what_is_stored_is_folded_anew_at_every_saving():
    resolution = ResolutionFactory(number=50, title_en="Cybersecurity", title_fr="Cybersécurité", title_es="Ciberseguridad")
    assert resolution.search_text == " 50 50 cybersecurite cybersecurity ciberseguridad "

    resolution.title_en = "Security"
    resolution.save()

    assert list(Resolution.objects.matching("security 50")) == [resolution]
    assert not Resolution.objects.matching("cybersecurity")

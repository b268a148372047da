"""Pieces of sentences that every language sets in its own way."""

import pytest
from django.utils import translation

from amnt.core.languages import in_language, listed, with_colon
from amnt.core.locales import locale_of
from amnt.templatetags.amnt import breakable


@pytest.mark.parametrize(("language", "said"), [("fr", "Rés. 50\u00a0: NOC"), ("en", "Rés. 50: NOC"), ("es", "Rés. 50: NOC")])
def test_in_french_a_space_that_does_not_break_stands_before_a_colon(language, said):
    with translation.override(language):
        assert with_colon("Rés. 50", "NOC") == said


@pytest.mark.parametrize(
    ("language", "names", "said"),
    [
        ("es", ["RCC/40A3/2", "EUR/38A7/1"], "RCC/40A3/2 y EUR/38A7/1"),
        ("es", ["RCC/40A3/2", "EUR/38A7/1", "IAP/12A1/1"], "RCC/40A3/2, EUR/38A7/1 e IAP/12A1/1"),
        ("es", ["encarga 1", "invita 2"], "encarga 1 e invita 2"),
        ("es", ["agua", "hielo"], "agua y hielo"),
        ("es", ["invita 2"], "invita 2"),
        ("es", [], ""),
        ("fr", ["charge 1", "invite 2"], "charge 1 et invite 2"),
        ("en", ["EUR/38A7/1", "IAP/12A1/1"], "EUR/38A7/1 and IAP/12A1/1"),
    ],
)
def test_the_spanish_and_is_another_before_the_sound_of_i(language, names, said):
    with translation.override(language):
        assert listed(names) == said


@pytest.mark.parametrize(("reader", "said"), [("fr", "en espagnol"), ("en", "in Spanish"), ("es", "en español")])
def test_a_language_is_named_in_the_language_of_the_reader(reader, said):
    with translation.override(reader):
        assert in_language("es") == said


def test_dates_in_a_language_that_is_not_known_are_written_in_english():
    assert [str(locale_of(code)) for code in ("pt", "en", "xx")] == ["pt", "en_GB", "en_GB"]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("d1_mod-res50.docx", "d1_<wbr>mod-<wbr>res50<wbr>.docx"),
        ("plain", "plain"),
        ("<b>_.docx", "&lt;b&gt;_<wbr>.docx"),
        ("", ""),
    ],
)
def test_the_name_of_a_file_may_be_broken_where_its_words_end(name, broken):
    assert breakable(name) == broken

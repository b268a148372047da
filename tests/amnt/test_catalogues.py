import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from amnt.management.catalogues import strings, troubles
from amnt.management.commands.check_catalogues import SOURCES

HEAD = r"""msgid ""
msgstr ""
"Language: fr\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

"""


@pytest.fixture
def said(tmp_path):
    def of(body):
        path = tmp_path / "django.po"
        path.write_text(HEAD + body)
        return [trouble.removeprefix(f"{path}: ") for trouble in troubles(path, "fr")]

    return of


def test_a_whole_catalogue_has_no_trouble(said):
    plural = 'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s jour"\nmsgstr[1] "%(n)s jours"\n'
    assert said(f'msgid "Yes"\nmsgstr "Oui"\n\n#, python-format\n{plural}') == []


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ('msgid "Yes"\nmsgstr ""\n', "not translated: Yes"),
        ('msgid "day"\nmsgid_plural "days"\nmsgstr[0] "jour"\nmsgstr[1] ""\n', "not translated: day"),
        ('#, fuzzy\nmsgid "Yes"\nmsgstr "Oui"\n', "unsure (fuzzy): Yes"),
        ('#~ msgid "Yes"\n#~ msgstr "Oui"\n', "said nowhere any more: Yes"),
        ('#: /srv/x.py:1\nmsgid "Yes"\nmsgstr "Oui"\n', "names a file of one machine, or still has the blanks of a new catalogue"),
    ],
)
def test_what_is_missing_is_named(said, body, trouble):
    assert trouble in said(body)


def test_a_placeholder_that_got_lost_is_noticed(said):
    [trouble] = said('#, python-format\nmsgid "%(n)s days"\nmsgstr "jours"\n')
    assert trouble.endswith("%(n)s days")


@pytest.mark.parametrize("sentence", ["Enregistrer ?", "Est-ce « Oui\u00a0»", "Est-ce «\u00a0Oui »", "Deux choses : une, deux"])
def test_french_keeps_its_signs_on_the_line_of_their_word(said, sentence):
    assert said(f'msgid "Yes"\nmsgstr "{sentence}"\n') == ["an ordinary space where French wants a no-break one: Yes"]


def test_no_french_sentence_ends_with_a_day(said):
    body = '#, python-format\nmsgid "Since %(day)s."\nmsgstr "Depuis le %(day)s."\n'
    assert said(body) == ["a full stop after a day, which may end with one: Since %(day)s."]


@pytest.mark.parametrize("sentence", ["Deux choses\u202f: une, deux", "Est-ce «\u202foui\u202f»", "Enregistrer\u00a0?", "20\u00a0%%"])
def test_french_spaces_have_the_width_of_their_sign(said, sentence):
    [trouble] = said(f'msgid "Yes"\nmsgstr "{sentence}"\n')
    assert trouble.startswith("U+00A0 belongs before a colon")


def test_french_with_its_no_break_spaces_has_no_trouble(said):
    assert said('msgid "Yes"\nmsgstr "Deux choses\u00a0: «\u00a0oui\u00a0» et «\u00a0non\u00a0»\u202f!"\n') == []


# The word that Spanish uses, and those that it does not use for the same thing.
SPANISH = {
    "párrafo": "cláusula",
    "texto vigente": "texto en vigor",
    "visa": "visado",
    "computadora": "ordenador",
    "fecha límite": "puerta de",
    "importar": r"incorpora|trajo\b|traíd",
    "quienes administran este servicio": r"gestiona\w* este servicio",
}


def spanish():
    with (Path(settings.BASE_DIR) / "locale/es/LC_MESSAGES/django.po").open("rb") as file:
        return [string for message in read_po(file) if message.id for string in strings(message)]


@pytest.mark.parametrize(("word", "others"), SPANISH.items(), ids=SPANISH)
def test_spanish_says_one_thing_with_one_word(word, others):
    said = re.compile(rf"\b(?:{others})", re.IGNORECASE)
    assert [string for string in spanish() if said.search(string)] == []


def test_spanish_says_tu():
    formal = re.compile(r"\b[Uu]sted|(?:^|[.:;] )(?:Defina|Ejecute|Elija|Escriba|Incorpore|Indique|Introduzca|Lea|Revise)\b")
    assert [string for string in spanish() if formal.search(string)] == []


def test_spanish_opens_the_questions_that_it_closes():
    assert [string for string in spanish() if re.search(r"\w\?", string) and "¿" not in string] == []


def test_a_language_without_catalogue_is_noticed(tmp_path):
    [trouble] = troubles(tmp_path / "django.po", "es")
    assert trouble.endswith("there is no catalogue for es")


def test_sentences_are_called_by_the_names_that_makemessages_knows():
    """What is called by another one stands in no catalogue, and nothing else would say so."""
    other_name = re.compile(r"\bn?p?gettext(?:_lazy|_noop)? as (?!_\b)\w+")
    modules = [path for source in SOURCES for path in (Path(settings.BASE_DIR) / source).rglob("*.py")]
    assert len(modules) > 300
    assert [str(path) for path in modules if other_name.search(path.read_text())] == []

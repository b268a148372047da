"""What Django and Django REST framework say to people in our pages and our API is said as we say it."""

import gettext
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import BaseForm
from django.urls import get_resolver
from django.utils.translation import gettext as gettext_of_django
from django.utils.translation import override
from rest_framework.serializers import ModelSerializer, Serializer

from amnt.core.translation_overrides import OF_ADMIN, OF_FORMS, OF_PROGRAMS

OURS = ("amnt.", "resolutions.", "coalitions.", "calendar_app.")
# Of pages for developers, of a page that is not found, and of a kind of field that we have not.
SHOWN_NOWHERE = {
    *("content", "main content", "navbar", "request form", "request info", "response info"),
    *("No %s matches the given query.", "“%(value)s” is not a valid binary value."),
    # Of the admin: a page that is not found, and a word of earlier versions.
    *('The app "%s" could not be found.', "Logout"),
}
# Said with a number, so that no list of ours names it.
COUNTED_THERE = {"…and %(count)d more object."}
TO_A_STRANGER = re.compile(r"\b(introduzca|ingrese|asegúrese|escoja|seleccione|compruebe|envíe|marque|use|usted)\b", re.IGNORECASE)


def kinds_of(base: type) -> Iterator[type]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith(OURS):
            yield kind
        yield from kinds_of(kind)


def messages_of_forms() -> set[object]:
    said = set()
    for form in kinds_of(BaseForm):
        for field in form.base_fields.values():
            said |= {*field.error_messages.values(), *(getattr(check, "message", "") for check in field.validators)}
    return said


def messages_of_serializers() -> set[object]:
    whole = [kind for kind in kinds_of(Serializer) if hasattr(kind, "Meta") or not issubclass(kind, ModelSerializer)]
    fields = [field for kind in whole for field in kind().fields.values() if not field.read_only]
    return {message for field in fields for message in field.error_messages.values()}


@pytest.fixture(autouse=True)
def _everything_is_known() -> None:
    assert get_resolver().url_patterns


def test_no_field_of_ours_calls_a_reader_of_spanish_usted():
    with override("es"):
        said = {str(message) for message in messages_of_forms() | messages_of_serializers()}
    assert said >= {"Indica una fecha válida.", "Este campo no puede tener más de {max_length} caracteres."}
    assert {sentence for sentence in said if TO_A_STRANGER.search(sentence)} == set()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "Escribe 2 caracteres como máximo (ahora hay 3)."),
        ("fr", "Assurez-vous que cette valeur comporte au plus 2 caractères (actuellement 3)."),
    ],
)
def test_a_name_that_is_too_long_is_told_in_her_own_language(language, said):
    with pytest.raises(ValidationError) as trouble:
        MaxLengthValidator(2)("abc")
    with override(language):
        assert trouble.value.messages == [said]


def theirs(language: str) -> set[str]:
    said = set()
    for package, folder in (("django", "conf/locale"), ("django", "contrib/admin/locale"), ("rest_framework", "locale")):
        catalogue = gettext.translation("django", str(files(package) / folder), [language])._catalog
        said |= {sentence[0] if isinstance(sentence, tuple) else sentence for sentence in catalogue}
    return said


def test_what_is_borrowed_is_what_they_say():
    """A sentence they word anew in a later version is no longer ours to translate."""
    assert {*OF_FORMS, *OF_ADMIN, *OF_PROGRAMS} - theirs("fr") == set()


def test_where_their_spanish_lacks_a_sentence_no_french_is_read():
    assert theirs("fr") - theirs("es") - {*OF_FORMS, *OF_ADMIN, *OF_PROGRAMS, *COUNTED_THERE} == SHOWN_NOWHERE
    with override("es"):
        assert gettext_of_django("- Select an option -") == "- Elige una opción -"


def test_the_english_catalogue_rewords_only_what_libraries_say():
    with (settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        reworded = {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file) if message.id}
    known: set[object] = set()
    for library, folder in (("django", "conf/locale"), ("rest_framework", "locale")):
        with files(library).joinpath(folder, "fr", "LC_MESSAGES", "django.mo").open("rb") as file:
            known |= {key[0] if isinstance(key, tuple) else key for key in gettext.GNUTranslations(file)._catalog}  # type: ignore[attr-defined]
    assert len(reworded) == 16
    assert reworded <= known
    with override("en"):
        assert gettext_of_django("This field is required.") == "This cannot be left empty."

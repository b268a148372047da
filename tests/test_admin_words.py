"""What the admin site says, it says in the language of whoever reads it, and to a reader of Spanish as all else here does."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import strip_tags

from tests.amnt.test_translation_overrides import TO_A_STRANGER
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

HELD = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True, language="es"))
    return client


def pages(model):
    kind = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return [reverse(f"{kind}_changelist"), *([reverse(f"{kind}_add")] if model._meta.label != "accounts.User" else [])]


@pytest.mark.parametrize("model", HELD, ids=lambda model: model._meta.label)
def test_every_field_that_is_shown_has_a_name_that_is_translated(model):
    shown = [field for field in model._meta.fields if field.editable and not field.primary_key]
    assert [field.name for field in shown if not isinstance(field.verbose_name, Promise)] == []


@pytest.mark.parametrize("model", HELD, ids=lambda model: model._meta.label)
def test_no_page_calls_a_reader_of_spanish_usted_or_speaks_french_to_her(staff, model):
    for address in pages(model):
        page = staff.get(address)
        said = strip_tags(page.content.decode())
        assert page.status_code == 200
        assert "Cerrar sesión" in said
        assert TO_A_STRANGER.findall(said) == []
        assert "Exécuter" not in said


def test_organisations_are_filtered_by_the_countries_they_are_in(staff):
    address = reverse("admin:coalitions_organisation_changelist")
    nobody = staff.get(address).content.decode()
    OrganisationFactory(country="PE")
    somebody = staff.get(address).content.decode()
    assert "country__exact=" not in nobody
    assert ("country__exact=PE" in somebody, "country__exact=KE" in somebody) == (True, False)

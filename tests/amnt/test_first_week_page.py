"""The help page of the first week: for everyone, in three languages, with its picture only where there is one."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("about:first-week")


@pytest.mark.parametrize(("language", "title"), [("en", "Your first week"), ("fr", "Votre première semaine"), ("es", "Tu primera semana")])
def test_everyone_reads_it_in_their_language(client, language, title):
    client.force_login(UserFactory(language=language))
    shown = client.get(PAGE).content.decode()
    assert title in shown
    assert title in client.get(reverse("about:help")).content.decode()
    assert (f"img/first-week/{language}" in shown) == (finders.find(f"img/first-week/{language}.png") is not None)


def test_a_stranger_reads_it_too(client):
    assert client.get(PAGE).status_code == 200


def test_without_a_picture_nothing_is_missing(client, settings):
    settings.STATICFILES_FINDERS = []
    assert "first-week/en.png" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_docs_have_it_in_three_languages(language):
    page = Path(settings.BASE_DIR) / "docs" / ("first_week.md" if language == "en" else f"first_week.{language}.md")
    text = page.read_text()
    assert f"img/first-week/{language}.png" in text
    assert text.count("\n## ") == 3

"""The help page of the first week: for everyone, in three languages, with its pictures only where there are some."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("about:first-week")
KINDS = ("lead", "member", "host")


@pytest.mark.parametrize(("language", "title"), [("en", "Your first week"), ("fr", "Votre première semaine"), ("es", "Tu primera semana")])
def test_everyone_reads_it_in_their_language(client, language, title):
    client.force_login(UserFactory(language=language))
    shown = client.get(PAGE).content.decode()
    assert title in shown
    assert title in client.get(reverse("about:help")).content.decode()
    for kind in KINDS:
        assert f"img/first-week/{kind}-{language}" in shown
        assert finders.find(f"img/first-week/{kind}-{language}.webp") is not None


def test_a_stranger_reads_it_too(client):
    assert client.get(PAGE).status_code == 200


def test_without_a_picture_nothing_is_missing(client, settings):
    settings.STATICFILES_FINDERS = []
    assert "img/first-week" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_docs_have_it_in_three_languages(language):
    page = Path(settings.BASE_DIR) / "docs" / ("first_week.md" if language == "en" else f"first_week.{language}.md")
    text = page.read_text()
    assert [f"img/first-week/{kind}-{language}.webp" in text for kind in KINDS] == [True, True, True]
    assert text.count("\n## ") == 3

"""R-31: whenever the position of a coalition changes, its other leads are told, in their language and without what it says."""

from html import unescape

import pytest
from django.core import mail

from coalitions.models import Membership, Position
from coalitions.positions.services.positions import take_position
from coalitions.services import membership
from tests import factories

pytestmark = pytest.mark.django_db

SAID = {
    "en": ("For the leads", "A new version of the position of a coalition you lead has been written."),
    "fr": ("Pour les responsables", "Une nouvelle version de la position d’une coalition dont vous êtes responsable a été écrite."),
    "es": ("Para las personas responsables", "Se escribió una nueva versión de la posición de una coalición"),
}


@pytest.fixture
def fifty():
    return factories.ResolutionFactory(number=50, slug="50", title_en="zz-resolution")


@pytest.mark.parametrize("language", SAID)
def test_every_other_lead_is_told_in_her_language(network, wanjiru, fifty, language, django_capture_on_commit_callbacks):
    claire = factories.lead(network, name="zz-claire", language=language)
    factories.lead(factories.coalition("zz-another"), language=language)
    with django_capture_on_commit_callbacks(execute=True):
        take_position(fifty, circle=network.everyone, stance="oppose", words="zz-words", by=wanjiru)
    [letter] = mail.outbox
    subject, sentence = SAID[language]
    assert (letter.to, subject in letter.subject) == ([claire.email], True)
    [[page, _kind]] = letter.alternatives
    for text in (letter.body, unescape(page)):
        assert sentence in " ".join(text.split())
        assert "zz-" not in text
        assert network.name not in text


def test_each_new_version_is_told_and_a_form_sent_twice_once(network, wanjiru, fifty, django_capture_on_commit_callbacks):
    claire = factories.lead(network)
    about = {"circle": network.everyone, "stance": "oppose"}
    with django_capture_on_commit_callbacks(execute=True):
        take_position(fifty, **about, by=wanjiru, submission="8d7f1c1e-6f59-4f0e-9b43-0c3a4f6f3f11")
        take_position(fifty, **about, by=wanjiru, submission="8d7f1c1e-6f59-4f0e-9b43-0c3a4f6f3f11")
        take_position(fifty, circle=network.everyone, stance="support", by=claire)
    assert Position.objects.count() == 2
    assert [letter.to for letter in mail.outbox] == [[claire.email], [wanjiru.email]]


def test_a_draft_of_a_circle_is_told_to_no_lead_outside_it(network, wanjiru, samuel, fifty, django_capture_on_commit_callbacks):
    circle = factories.circle_of(network, samuel, owner=samuel)
    with django_capture_on_commit_callbacks(execute=True):
        take_position(fifty, circle=circle, stance="oppose", by=samuel)
    assert mail.outbox == []


def test_who_leads_no_more_when_it_is_sent_is_not_told(network, wanjiru, fifty, django_capture_on_commit_callbacks):
    claire, aicha = factories.lead(network), factories.lead(network)
    with django_capture_on_commit_callbacks(execute=True):
        take_position(fifty, circle=network.everyone, stance="oppose", by=wanjiru)
        membership.change_role(Membership.objects.get(user=claire), role="member", by=wanjiru)
    assert [letter.to for letter in mail.outbox] == [[aicha.email]]

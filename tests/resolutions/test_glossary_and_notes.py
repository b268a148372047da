"""The glossary, terms explained in place, and what the guide teaches about a resolution."""

import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from coalitions.models import Delegation
from resolutions.importers.glossary_and_notes import shipped_glossary, shipped_guide_notes, shipped_ways_in
from tests.factories import (
    AssemblyFactory,
    MeetingFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionTextFactory,
    TopicFactory,
    UserFactory,
    coalition,
    member,
)

GLOSSARY = "/about/glossary/"
WAYS_IN = "/about/ways-in/"


@pytest.mark.parametrize(
    ("slug", "topics", "is_of_assembly", "keys"),
    [
        ("50", [], True, {"no-agreement", "recommendations-bind", "priority-mandate", "priority-rights", "widening-proposed-2024"}),
        (
            "47",
            ["dns"],
            True,
            {
                *("no-agreement", "recommendations-bind", "priority-multistakeholder", "who-else-decides"),
                *("widening-proposed-2024", "cctld-2016", "cctld-2022"),
            },
        ),
        ("7", [], True, {"no-agreement", "recommendations-bind"}),
        ("7", ["surveillance"], True, {"no-agreement", "recommendations-bind", "rights-privacy"}),
        ("pp-133", ["dns"], False, {"who-else-decides"}),
        ("pp-50", [], False, set()),
    ],
)
def test_each_resolution_has_the_notes_that_concern_it(slug, topics, is_of_assembly, keys):
    assert {note.key for note in shipped_guide_notes() if note.is_about(slug, topics, is_of_assembly=is_of_assembly)} == keys


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "In the ITU, only States vote."), ("fr", "À l’UIT, seuls les États votent."), ("es", "En la UIT solo votan los Estados.")],
)
def test_the_page_of_a_resolution_says_them_in_the_readers_language(client, language, sentence):
    client.force_login(UserFactory(language=language))
    ResolutionFactory(number=47).topics.add(TopicFactory(tag="dns"))

    assert sentence in client.get("/resolutions/47/").content.decode()


@pytest.mark.django_db
def test_what_makes_recommendations_bind_is_said_where_no_study_group_is_known(client):
    client.force_login(UserFactory())
    ResolutionFactory(number=22)

    page = client.get("/resolutions/22/").content.decode()

    assert "none is known here" in page
    assert "A Recommendation does not bind anyone by itself." in page


def test_a_term_opens_its_explanation_without_script():
    with override("fr"):
        html = Template('{% load glossary %}{% term "noc" %} {% term "noc" "sans changement" place="-2" %}').render(Context())

    assert re.findall(r'popovertarget="([^"]+)"', html) == re.findall(r'popover id="([^"]+)"', html) == ["term-noc", "term-noc-2"]
    assert "<dfn>NOC</dfn>" in html
    assert "<dfn>sans changement</dfn>" in html
    assert "Proposition de ne rien changer." in html
    assert f'href="{GLOSSARY}#noc"' in html


def test_a_line_of_terms_explains_each_of_them():
    with override("es"):
        html = Template('{% load glossary %}{% terms "noc member-state" %}').render(Context())

    assert re.findall(r'popovertarget="([^"]+)"', html) == re.findall(r'popover id="([^"]+)"', html) == ["term-noc", "term-member-state"]
    assert "<dfn>Estado Miembro</dfn>" in html


@pytest.mark.django_db
def test_words_are_explained_where_they_are_met_and_once_a_screen(client):
    client.force_login(member(coalition()))
    RegionalGroupFactory()
    assembly = AssemblyFactory()
    text = RevisionTextFactory(revision__resolution__number=50)
    card = Delegation.objects.create(assembly=assembly, country="DE")
    meetings = [MeetingFactory(kind=kind, access="observers", assembly=assembly) for kind in ("regional", "advisory", "national")]
    ProposalFactory(resolution=text.revision.resolution)
    addresses = [
        *("/matrix/", "/resolutions/50/", "/resolutions/50/proposals/", "/resolutions/regions/", "/delegations/"),
        *("/resolutions/50/text/", card.get_absolute_url(), *(meeting.get_absolute_url() for meeting in meetings)),
    ]

    found = [re.findall(r'popover id="term-([^"]+)"', client.get(address, follow=True).content.decode()) for address in addresses]

    assert [len(keys) - len(set(keys)) for keys in found] == [0] * len(addresses)
    assert {"common-proposal", "member-state", "noc"} <= set(found[0])
    assert {"study-group", "recommendation", "aap", "tap"} <= set(found[1])
    assert {"common-proposal", "contribution"} <= set(found[2])
    assert {"regional-preparatory-meeting", "delegation", "observer"} <= set(found[3])
    assert {"head-of-delegation", "sector-member"} <= set(found[4])
    assert {"operative-part", "square-brackets"} <= set(found[5])
    assert "head-of-delegation" in found[6]
    assert found[7:] == [["regional-preparatory-meeting", "observer"], ["tsag", "observer"], ["observer"]]


def test_a_term_that_is_not_in_the_glossary_is_refused():
    with pytest.raises(KeyError):
        Template('{% load glossary %}{% term "nothing" %}').render(Context())


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_glossary_has_every_term_once_and_needs_no_log_in(language):
    page = Client().get(GLOSSARY, headers={"accept-language": language}).content.decode()

    assert [len(re.findall(f'<div id="{key}">', page)) for key in shipped_glossary()] == [1] * len(shipped_glossary())
    assert 'class="fallback"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Become a Sector Member"), ("fr", "Devenir Membre de Secteur"), ("es", "Hacerse Miembro de Sector")]
)
def test_the_ways_to_take_part_are_said_in_every_language_and_need_no_log_in(language, sentence):
    page = Client().get(WAYS_IN, headers={"accept-language": language}).content.decode()

    assert sentence in page
    assert [len(re.findall(f'id="way-{way.key}"', page)) for way in shipped_ways_in()] == [1] * 12
    assert 'class="fallback"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", [GLOSSARY, WAYS_IN])
def test_help_leads_to_it(address):
    assert f'href="{address}"' in Client().get("/about/help/").content.decode()

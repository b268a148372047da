import pytest
from django.urls import reverse
from django.utils.timezone import now

from coalitions.positions.services.positions import take_position
from tests.factories import (
    AssemblyFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    TopicFactory,
    UserFactory,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("coalitions:resolution", args=["50"])


@pytest.fixture
def user(client):
    user = UserFactory(name="Wanjiru Kamau", seen_at=now())
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("part", "title"),
    [("", ""), ("text/", "Text — "), ("proposals/", "Proposals — "), ("position/", "Position — "), ("history/", "History — ")],
)
def test_every_part_of_the_page_has_a_title_of_its_own(client, user, part, title):
    ResolutionFactory(number=50, slug="50")

    page = client.get(f"/resolutions/50/{part}").content.decode()

    assert f"<title>{title}Resolution 50 — Agenda</title>" in page


def test_the_frame_says_which_text_it_is_and_leads_to_its_parts(client, user):
    resolution = ResolutionFactory(number=50, title_en="Cybersecurity", adopted_en="Florianópolis, 2004")
    resolution.revisions.create(assembly=AssemblyFactory(), label_en="Rev. New Delhi, 2024")

    page = client.get(PAGE).content.decode()

    assert "Resolution 50 (Rev. New Delhi, 2024)" in page
    assert "<h1>Cybersecurity</h1>" in page
    assert 'aria-current="page">Resolution</a>' in page
    assert '<a href="/resolutions/50/follow-ups/">Follow-ups</a>' in page
    assert '<a href="/resolutions/50/dates/">Dates</a>' in page
    assert '<a href="/resolutions/50/text/">Text</a>' in page
    assert '<a href="/resolutions/50/proposals/">Proposals</a>' in page
    assert '<a href="/resolutions/50/history/">History</a>' in page
    assert '<a class="button" href="/resolutions/50/compare/" aria-label="Compare versions">' in page
    assert "(<bdi>Florianópolis, 2004</bdi>; <bdi>Rev. New Delhi, 2024</bdi>)" in page


def test_without_number_a_label_names_it_and_its_title_is_marked_unofficial(client, user):
    ResolutionFactory(number=None, slug="metaverse", label="[metaverse]", title_en="Metaverse", has_official_title=False)

    page = client.get("/resolutions/metaverse/").content.decode()

    assert "<b><bdi>[metaverse]</bdi></b>" in page
    assert "Its official title is not established yet." in page
    assert "not established yet</dd>" in page


def test_the_page_says_what_was_decided_how_sure_that_is_and_where_it_comes_from(client, user):
    checker = UserFactory(name="Thabo Mokoena", email="thabo@example.org")
    resolution = ResolutionFactory(number=50, why_en="Surveillance.", confidence="medium", source="guide")
    resolution.topics.add(TopicFactory())
    resolution.outcomes.create(
        assembly=AssemblyFactory(),
        action="NOC",
        summary_en="left unchanged",
        confidence="medium",
        source="https://www.gp-digital.org/x",
        verified_by=checker,
        verified_at=now(),
    )

    page = client.get(PAGE).content.decode()

    assert 'WTSA-28</a> — <bdi class="itu">NOC</bdi> no change' in " ".join(page.split())
    assert '<a href="https://www.gp-digital.org/x" rel="noreferrer noopener"><bdi>gp-digital.org</bdi></a>' in page
    assert "to be checked" in page
    assert "the guide (Global Partners Digital, July 2024)" in page
    assert ("Thabo" in page, "thabo@example.org" in page) == (False, False)


def test_who_checked_a_fact_is_told_only_to_herself_and_to_staff(client):
    """She may belong to a coalition that the reader must not learn of."""
    checker = UserFactory(name="Thabo Mokoena", seen_at=now())
    ResolutionFactory(number=50, confidence="medium", verified_by=checker, verified_at=now())

    def told(reader):
        client.force_login(reader)
        page = client.get(PAGE).content.decode()
        return "by Thabo M." in page, "by you" in page

    assert told(UserFactory()) == (False, False)
    assert told(checker) == (False, True)
    assert told(UserFactory(is_staff=True)) == (True, False)


def test_only_web_addresses_become_links(client, user):
    ResolutionFactory(number=50, source="javascript:alert(1) ; https://itu.int/a ; web:https://apt.int/b")

    page = client.get(PAGE).content.decode()

    assert 'href="javascript' not in page
    assert 'href="https://itu.int/a"' in page
    assert 'href="https://apt.int/b"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_its_length(client, user, rows, django_assert_num_queries):
    resolution = ResolutionFactory(number=50)
    for number in range(rows):
        resolution.topics.add(TopicFactory(tag=f"topic-{number}"))
        assembly = AssemblyFactory(code=f"WTSA-{number}")
        resolution.revisions.create(assembly=assembly, label_en=f"Rev. {number}", verified_by=UserFactory(), verified_at=now())
        resolution.outcomes.create(assembly=assembly, action="NOC", verified_by=UserFactory(), verified_at=now())

    with django_assert_num_queries(11):
        client.get(PAGE)


@pytest.mark.parametrize("rows", [1, 3])
def test_positions_and_proposals_cost_the_same_however_many(client, rows, django_assert_num_queries):
    network = coalition()
    leader, resolution = lead(network), ResolutionFactory(number=50)
    for number in range(rows):
        ProposalFactory(resolution=resolution, identifier=f"EUR/38A{number}/1", group=RegionalGroupFactory(code=f"G{number}"))
        take_position(resolution, circle=network.everyone, stance="oppose", words=f"Version {number}", by=leader)
    client.force_login(member(network))
    client.get(PAGE)
    with django_assert_num_queries(15):
        client.get(PAGE)


def test_it_opens_with_the_position_the_proposals_and_the_state_of_the_text(client):
    network = coalition()
    resolution = ResolutionFactory(number=50, why_en="It matters")
    resolution.revisions.create(
        assembly=AssemblyFactory(code="WTSA-24"), label_en="Rev. New Delhi, 2024", source="https://example.org/texts"
    )
    for number in range(7):
        ProposalFactory(resolution=resolution, identifier=f"EUR/38A{number}/1")
    take_position(resolution, circle=network.everyone, stance="oppose", words="Not the network itself", by=lead(network))
    client.force_login(member(network))
    page = client.get(PAGE).content.decode()
    order = ["Not the network itself", 'id="h-state"', "not entered yet", 'id="h-proposals"', "EUR/38A0/1", "See all 7", "It matters"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.count('<li class="entry"', page.index('id="h-proposals"'), page.index('id="h-why"')) == 5


def said_of_text(client, **facts):
    ResolutionFactory(slug="77", **({"number": 77} | facts))
    page = " ".join(client.get("/resolutions/77/").content.decode().split())
    return page[page.index('id="h-state"') :].split("</section>")[0]


def test_of_an_adopted_resolution_without_a_revision_the_text_can_be_entered(client):
    enter = '<a href="/resolutions/77/texts/new/">enter it</a>'
    client.force_login(member(coalition()))
    said = said_of_text(client)
    assert ("it is not known here which revision" in said, "not entered yet" in said, enter in said) == (True, True, True)
    client.force_login(observer(coalition()))
    assert enter not in client.get("/resolutions/77/").content.decode()


def test_a_draft_has_nothing_in_force_and_no_text_to_enter(client):
    client.force_login(member(coalition()))
    said = said_of_text(client, number=None, label="[IAP-1]", status="draft")
    assert ("nothing: no assembly has adopted this draft" in said, "Its text here" in said) == (True, False)


def test_a_suppressed_resolution_says_what_suppressed_it_and_not_what_was_in_force(client, user):
    resolution = ResolutionFactory(number=35, status="suppressed")
    RevisionFactory(resolution=resolution, label_en="Rev. Hammamet, 2016")
    resolution.outcomes.create(assembly=AssemblyFactory(), action="SUP")
    page = " ".join(client.get("/resolutions/35/").content.decode().split())
    said = page[page.index('id="h-state"') :].split("</section>")[0].split("Its text here")[0]
    assert "nothing: it was suppressed" in said
    assert ("<bdi>WTSA-28</bdi> suppressed it." in said, "Hammamet" in said) == (True, False)


def test_what_a_coalition_holds_is_shown_to_its_members_alone(client):
    network = coalition()
    take_position(ResolutionFactory(number=50), circle=network.everyone, stance="oppose", words="Not the network itself", by=lead(network))
    for stranger in (observer(network), member(coalition("Elsewhere")), UserFactory()):
        client.force_login(stranger)
        assert "Not the network itself" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("is_staff", [True, False])
def test_only_staff_are_offered_to_correct_the_facts(client, is_staff):
    resolution = ResolutionFactory(number=50)
    client.force_login(UserFactory(is_staff=is_staff))

    page = client.get(PAGE).content.decode()

    assert (reverse("admin:resolutions_resolution_change", args=[resolution.pk]) in page) is is_staff


def test_a_resolution_that_is_not_there_is_not_found(client, user):
    ResolutionFactory(number=50)

    assert client.get(reverse("coalitions:resolution", args=["51"])).status_code == 404


def test_the_tab_of_proposals_counts_those_one_may_read(client, user):
    resolution = ResolutionFactory(number=50)
    ProposalFactory(resolution=resolution)
    ProposalFactory(resolution=resolution, status="withdrawn")
    ProposalFactory(resolution=resolution, superseded_at=now())
    ProposalFactory(resolution=resolution, contribution=ContributionFactory(access="number"))
    ProposalFactory()

    assert 'Proposals <span class="total">2</span>' in client.get(PAGE).content.decode()


def test_a_source_is_said_in_the_language_of_the_reader(client):
    client.force_login(UserFactory(language="es"))
    ResolutionFactory(number=50, source="known, not checked again (title) ; read by hand")

    page = client.get(PAGE).content.decode()

    assert "conocido, sin verificar de nuevo (título)" in page
    assert '<bdi dir="auto">read by hand</bdi>' in page

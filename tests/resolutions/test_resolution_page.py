import pytest
from django.urls import reverse
from django.utils.timezone import now

from tests.factories import AssemblyFactory, ResolutionFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("resolutions:detail", args=["50"])


@pytest.fixture
def user(client):
    user = UserFactory(name="Wanjiru Kamau", seen_at=now())
    client.force_login(user)
    return user


def test_the_frame_says_which_text_it_is_and_leads_to_its_three_parts(client, user):
    resolution = ResolutionFactory(number=50, title_en="Cybersecurity", adopted_en="Florianópolis, 2004")
    resolution.revisions.create(assembly=AssemblyFactory(), label_en="Rev. New Delhi, 2024")

    page = client.get(PAGE).content.decode()

    assert "Resolution 50 (Rev. New Delhi, 2024)" in page
    assert "<h1>Cybersecurity</h1>" in page
    assert '<a href="/resolutions/50/" aria-current="page">Resolution</a>' in page
    assert '<a href="/resolutions/50/follow-ups/">Follow-ups</a>' in page
    assert '<a href="/resolutions/50/dates/">Dates</a>' in page
    assert "(<bdi>Florianópolis, 2004</bdi>; <bdi>Rev. New Delhi, 2024</bdi>)" in page


def test_a_resolution_without_number_is_known_by_its_label_and_says_that_its_title_is_not_the_official_one(client, user):
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

    assert 'WTSA-28 — <bdi class="itu">NOC</bdi> no change' in page
    assert '<a href="https://www.gp-digital.org/x" rel="noreferrer">Source: gp-digital.org</a>' in page
    assert "to be checked" in page
    assert "Source: guide of Global Partners Digital, 2024" in page
    assert ("Thabo" in page, "thabo@example.org" in page) == (False, False)


def test_who_checked_or_changed_a_fact_is_told_only_to_herself_and_to_staff(client):
    """She may belong to a coalition that the reader must not learn of."""
    checker = UserFactory(name="Thabo Mokoena", seen_at=now())
    resolution = ResolutionFactory(number=50, confidence="medium", verified_by=checker, verified_at=now())
    resolution._history_user = checker
    resolution.status = "doubtful"
    resolution.save()

    def told(reader):
        client.force_login(reader)
        answer = client.get(PAGE)
        page = answer.content.decode()
        return "by Thabo M." in page, "by you" in page, answer.context["changes"][0].who, page.count("data that ships")

    assert told(UserFactory()) == (False, False, "", 1)
    assert told(checker) == (False, True, "you", 1)
    assert told(UserFactory(is_staff=True)) == (True, False, "Thabo M.", 1)


def test_only_web_addresses_become_links(client, user):
    ResolutionFactory(number=50, source="javascript:alert(1) ; https://itu.int/a ; web:https://apt.int/b")

    page = client.get(PAGE).content.decode()

    assert 'href="javascript' not in page
    assert 'href="https://itu.int/a"' in page
    assert 'href="https://apt.int/b"' in page


def test_history_tells_who_changed_what_from_what_to_what(client, user):
    resolution = ResolutionFactory(number=50, title_en="Cyber security", reference_key="50")
    resolution.title_en = "Cybersecurity"
    resolution.status = "doubtful"
    resolution._history_user = UserFactory(name="Thabo Mokoena")
    resolution.save()
    outcome = resolution.outcomes.create(assembly=AssemblyFactory(), action="MOD")
    outcome.action = "NOC"
    outcome.save()
    ResolutionFactory(number=52, title_en="Spam")

    response = client.get(PAGE)

    told = [
        (change.thing, change.who, [(step.field, step.old, step.new) for step in change.steps]) for change in response.context["changes"]
    ]
    assert told == [
        ("WTSA-28", "", [("decision", "modified", "no change")]),
        ("WTSA-28", "", []),
        ("Resolution 50", "", [("title [en]", "Cyber security", "Cybersecurity"), ("status", "in force", "perhaps suppressed")]),
        ("Resolution 50", "", []),
    ]
    assert "Cyber security</del> → <ins" in response.content.decode()


def test_saving_without_changing_anything_is_no_history_worth_telling(client, user):
    ResolutionFactory(number=50).save()

    assert len(client.get(PAGE).context["changes"]) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_its_length(client, user, rows, django_assert_num_queries):
    resolution = ResolutionFactory(number=50)
    for number in range(rows):
        resolution.topics.add(TopicFactory(tag=f"topic-{number}"))
        assembly = AssemblyFactory(code=f"WTSA-{number}")
        resolution.revisions.create(assembly=assembly, label_en=f"Rev. {number}", verified_by=UserFactory(), verified_at=now())
        resolution.outcomes.create(assembly=assembly, action="NOC", verified_by=UserFactory(), verified_at=now())

    with django_assert_num_queries(9):
        client.get(PAGE)


@pytest.mark.parametrize("is_staff", [True, False])
def test_only_staff_are_offered_to_correct_the_facts(client, is_staff):
    resolution = ResolutionFactory(number=50)
    client.force_login(UserFactory(is_staff=is_staff))

    page = client.get(PAGE).content.decode()

    assert (reverse("admin:resolutions_resolution_change", args=[resolution.pk]) in page) is is_staff


def test_a_resolution_that_is_not_there_is_not_found(client, user):
    ResolutionFactory(number=50)

    assert client.get(reverse("resolutions:detail", args=["51"])).status_code == 404

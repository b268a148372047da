"""The priorities of a coalition: who writes and reads them, the guide's suggestions, conflicts, and what the database tells of them."""

import uuid

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from amnt.core.errors import RuleBroken
from coalitions.importers.advocacy import shipped_mechanisms, shipped_rights, shipped_suggestions
from coalitions.models import LinkedClause, Priority
from coalitions.priorities.services import priorities
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _leads_act_without_a_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


def page(of, name="priorities"):
    return reverse(f"coalitions:{name}", args=[of.public_id])


def form(**fields):
    return {"title": "Keep routing out", "why": "It belongs elsewhere", "submission": str(uuid.uuid4())} | fields


@pytest.mark.parametrize(
    ("who", "opens", "reads", "writes"),
    [(lead, 200, True, True), (member, 200, True, False), (observer, 200, False, False), (None, 404, False, False)],
)
def test_who_reads_and_who_writes_priorities(client, who, opens, reads, writes):
    here = coalition()
    made = priorities.write_priority(here, title="Keep routing out", by=lead(here))
    client.force_login(who(here) if who else UserFactory())
    answer = client.get(page(here))
    assert answer.status_code == opens
    assert ("Keep routing out" in answer.content.decode()) == reads
    refused = 403 if opens == 200 else 404
    assert client.get(page(here, "priority-new")).status_code == (200 if writes else refused)
    assert client.post(page(here, "priority-new"), form(title="Another")).status_code == (302 if writes else refused)
    for act in ("priority-change", "priority-move", "priority-publish", "priority-remove"):
        answer = client.post(reverse(f"coalitions:{act}", args=[made.public_id]), form())
        assert answer.status_code == (302 if writes else 403 if reads else 404), act
    assert Priority.objects.filter(own_title="").count() == 0
    assert Priority.objects.count() == 1


def test_an_observer_reads_what_is_published_until_it_is_hidden(client):
    here = coalition()
    boss, guest = lead(here), observer(here)
    made = priorities.write_priority(here, title="Keep routing out", by=boss)
    client.force_login(guest)
    assert "Keep routing out" not in client.get(page(here)).content.decode()
    priorities.publish_priority(made, is_published=True, by=boss)
    assert "Keep routing out" in client.get(page(here)).content.decode()
    assert not Priority.objects.visible_to(observer(coalition("Another"))).exists()
    priorities.publish_priority(made, is_published=False, by=boss)
    assert "Keep routing out" not in client.get(page(here)).content.decode()


def test_a_suggestion_is_adopted_with_one_tap_and_read_in_each_language(client):
    here = coalition()
    client.force_login(lead(here))
    named = [ResolutionFactory(number=number, slug=str(number)) for number in (50, 92)]
    key = "counter-mandate-expansion"
    for _twice in range(2):
        assert client.post(page(here, "priority-adopt"), {"suggestion": key}).status_code == 302
    made = Priority.objects.get()
    assert (made.own_title, made.resolution_keys, made.source) == ("", [row.pk for row in named], "guide")
    for language in ("en", "fr", "es"):
        with translation.override(language):
            assert made.title == shipped_suggestions()[key].title[language]
            assert made.why == shipped_suggestions()[key].why[language]
    assert client.post(page(here, "priority-adopt"), {"suggestion": "invented"}).status_code == 404


def test_the_three_suggestions_and_the_rights_ship_in_three_languages():
    assert len(shipped_suggestions()) == 3
    assert list(shipped_rights()) == ["expression", "association", "assembly", "privacy", "escr", "non-discrimination"]
    assert list(shipped_mechanisms()) == ["mass-collection", "surveillance", "anonymity", "profiles"]
    texts = [text for row in shipped_suggestions().values() for text in (row.title, row.why)]
    texts += [row.name for row in (*shipped_rights().values(), *shipped_mechanisms().values())]
    assert all(text[language] for text in texts for language in ("en", "fr", "es"))


def test_changing_what_a_suggestion_is_about_keeps_its_words_translated(client):
    here = coalition()
    boss = lead(here)
    client.force_login(boss)
    made = priorities.adopt_suggestion(here, shipped_suggestions()["human-rights"], by=boss)
    ResolutionFactory(number=64, slug="64")
    change = reverse("coalitions:priority-change", args=[made.public_id])
    shown = client.get(change).context["form"]
    client.post(change, form(title=shown["title"].value(), why=shown["why"].value(), resolutions="64", rights=["privacy"], seen_version=1))
    made.refresh_from_db()
    assert (made.own_title, made.about["rights"], made.version) == ("", ["privacy"], 2)
    assert "64" in client.get(page(here)).content.decode()


def test_a_form_sent_twice_makes_one_and_an_unknown_number_is_named(client):
    here = coalition()
    client.force_login(lead(here))
    sent = form()
    client.post(page(here, "priority-new"), sent)
    client.post(page(here, "priority-new"), sent)
    assert Priority.objects.count() == 1
    answer = client.post(page(here, "priority-new"), form(resolutions="999, x y"))
    assert "No resolution is known as: 999, x y." in answer.content.decode()
    assert "Keep routing out" in answer.content.decode()


def test_a_change_that_meets_another_says_so_and_keeps_what_was_typed(client):
    here = coalition()
    boss = lead(here)
    made = priorities.write_priority(here, title="First", by=boss)
    client.force_login(boss)
    change = reverse("coalitions:priority-change", args=[made.public_id])
    priorities.change_priority(made, title="Second", by=lead(here))
    answer = client.post(change, form(title="Third", seen_version=1))
    assert "Someone else changed it in the meantime" in answer.content.decode()
    again = answer.context["form"]
    assert (again["title"].value(), again["seen_version"].value()) == ("Third", "2")
    assert client.post(change, form(title="Third", seen_version=2)).status_code == 302
    made.refresh_from_db()
    assert made.title == "Third"


def test_priorities_keep_the_order_the_leads_give_them():
    here = coalition()
    boss = lead(here)
    one, two, three = (priorities.write_priority(here, title=title, by=boss) for title in ("one", "two", "three"))
    priorities.move_priority(three, up=True, by=boss)
    priorities.move_priority(one, up=True, by=boss)
    assert list(Priority.objects.in_order()) == [one, three, two]
    priorities.move_priority(two, up=False, by=boss)
    assert list(Priority.objects.in_order()) == [one, three, two]


def test_a_thirteenth_priority_is_refused():
    here = coalition()
    boss = lead(here)
    for number in range(Priority.MOST):
        priorities.write_priority(here, title=str(number), by=boss)
    with pytest.raises(RuleBroken):
        priorities.write_priority(here, title="one more", by=boss)


def test_a_clause_is_linked_from_its_comparison_and_unlinked_in_the_form(client):
    here = coalition()
    boss = lead(here)
    client.force_login(boss)
    made = priorities.write_priority(here, title="Keep routing out", by=boss)
    resolution = ResolutionFactory(number=50, slug="50")
    text = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=AssemblyFactory()))
    clause = ClauseFactory(version=text, position=0)
    link = reverse("coalitions:priority-link", args=["50", clause.identity])
    client.post(link, {"priority": str(made.public_id)})
    client.post(link, {"priority": str(made.public_id)})
    made.refresh_from_db()
    assert made.clauses == [LinkedClause(clause.identity, resolution.pk)]
    assert made.resolution_keys == [resolution.pk]
    assert clause.name in client.get(page(here)).content.decode()
    client.post(reverse("coalitions:priority-change", args=[made.public_id]), form(resolutions="50", seen_version=2))
    made.refresh_from_db()
    assert made.clauses == []
    assert client.get(reverse("coalitions:priority-link", args=["50", uuid.uuid4()])).status_code == 404
    client.force_login(member(here))
    assert client.get(link).status_code == 403


def test_neither_the_words_nor_the_subjects_are_readable_in_the_database():
    here = coalition()
    priorities.write_priority(here, title="Keep routing out", why="secret reason", rights=["privacy"], by=lead(here))
    with connection.cursor() as cursor:
        cursor.execute("SELECT own_title, own_why, about FROM coalitions_priority")
        stored = str(cursor.fetchall())
    assert not any(word in stored for word in ("routing", "reason", "privacy"))


@pytest.mark.parametrize("number", [1, 6])
def test_the_page_asks_as_much_however_many_priorities_there_are(client, django_assert_num_queries, number):
    here = coalition()
    boss = lead(here)
    resolution = ResolutionFactory(number=50, slug="50")
    text = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=AssemblyFactory()))
    clause = ClauseFactory(version=text, position=0)
    for each in range(number):
        made = priorities.write_priority(here, title=str(each), resolutions=[resolution], by=boss)
        priorities.link_clause(made, LinkedClause(clause.identity, resolution.pk), by=boss)
    client.force_login(boss)
    client.get(page(here))
    with django_assert_num_queries(8):
        client.get(page(here))

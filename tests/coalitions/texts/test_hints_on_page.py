import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from amnt.core.errors import RuleBroken
from coalitions.models import Circle, HintDismissal
from coalitions.services.membership import leave
from coalitions.texts.services.hints import set_aside
from coalitions.texts.services.readings import read_proposal
from resolutions.models import Proposal, RevisionText, WordingRule
from tests.coalitions.texts.test_compare import WORDS, add_clause, address, proposal_on, text_in_force
from tests.factories import ClauseFactory, ResolutionFactory, RevisionTextFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db

HINT = "Hint, not an opinion:"


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50, slug="50", title_en="Cybersecurity")


@pytest.fixture
def rule():
    return WordingRule.objects.create(
        code="standardize",
        family="blocks",
        name_en="From study to standardization",
        name_fr="De l’étude à la normalisation",
        explanation_en="What was studied is to be standardized.",
        explanation_fr="Ce qui était étudié sera normalisé.",
        examples_en="⚑ to study [+and standardize+]\n○ to study [+further+]",
        examples_fr="⚑ d’étudier [+et de normaliser+]\n○ d’étudier [+encore+]",
        patterns={"en": ["+ standardi*", "- (all|every) stakeholder*"], "fr": ["+ normalis*"]},
    )


@pytest.fixture
def text(resolution) -> RevisionText:
    return text_in_force(resolution)


@pytest.fixture
def proposal(text) -> Proposal:
    return proposal_on(text, "AFCP", {1: WORDS[1][3].replace("study", "study and standardize")})


def form(proposal: Proposal, rule: WordingRule, circle: Circle, **changes) -> dict:
    clause = proposal.base.clauses.get(position=1)
    words = {"rule": rule.code, "clause": str(clause.identity), "words": "standardize", "reason": "Said already in resolves 4"}
    return words | {"circle": str(circle.public_id)} | changes


def dismissal_address(proposal: Proposal) -> str:
    return reverse("coalitions:hint-dismiss", args=[proposal.public_id])


def dismissed(proposal: Proposal, rule: WordingRule, circle: Circle, by) -> HintDismissal:
    clause = proposal.base.clauses.get(position=1).identity
    return set_aside(proposal, rule=rule, clause=clause, words="standardize", reason="Said already", circle=circle, by=by)


def test_a_hint_stands_under_the_words_it_points_at_and_leads_to_its_explanation(client, ours, text, proposal, rule):
    client.force_login(member(ours))
    html = client.get(address(text.revision.resolution, text, proposal)).content.decode()

    assert HINT in html
    assert f'<a href="{reverse("resolutions:wording-rules")}#standardize">From study to standardization</a> — added ' in html
    assert '<q lang="en" dir="auto">standardize</q>' in html
    assert "1 hint in the operative part" in html


def test_what_is_taken_out_is_looked_at_too(client, ours, text, rule):
    client.force_login(member(ours))
    proposal = proposal_on(text, "AFCP", {3: WORDS[3][3].replace("all stakeholders", "stakeholders")})
    html = client.get(address(text.revision.resolution, text, proposal)).content.decode()

    assert "taken out " in html
    assert '<q lang="en" dir="auto">all stakeholders</q>' in html


def test_new_clauses_are_looked_at(client, ours, text, rule):
    client.force_login(member(ours))
    proposal = proposal_on(text, "AFCP", {})
    add_clause(proposal, "to standardize the identification of users;", after=1)

    assertContains(client.get(address(text.revision.resolution, text, proposal)), HINT, count=1)


def in_french(of: RevisionText, **changes) -> Proposal:
    """A document in French, which says in French what it starts from."""
    proposal = proposal_on(of, "EUR", {}, language="fr")
    started = {"before": "de continuer d’étudier la sécurité;", "text": "de continuer d’étudier la sécurité;", "call_before": "décide"}
    proposal.clauses.filter(position=1).update(**(started | {"call": "décide", "change": "modified"} | changes))
    return proposal


def test_words_in_another_language_are_looked_at_by_the_rules_of_that_language(client, ours, text, rule):
    client.force_login(member(ours))
    changed = in_french(text, text="de normaliser la sécurité;")
    html = client.get(address(text.revision.resolution, text, changed)).content.decode()
    assert html.count(HINT) == 1
    assert '<q lang="fr" dir="auto">normaliser</q>' in html

    same = in_french(text, before="de normaliser la sécurité;", text="de normaliser la sécurité;", change="unchanged")
    assertNotContains(client.get(address(text.revision.resolution, text, same)), HINT)


def test_what_a_document_in_another_language_takes_out_or_adds_is_looked_at_too(client, ours, text, rule):
    WordingRule.objects.update(patterns={"fr": ["+ normalis*", "- parties prenantes"]})
    client.force_login(member(ours))
    gone = in_french(text, before="d’associer toutes les parties prenantes;", text="", change="removed")
    assertContains(client.get(address(text.revision.resolution, text, gone)), '<q lang="fr" dir="auto">parties prenantes</q>')

    adding = proposal_on(text, "RCC", {}, language="fr")
    add_clause(adding, "de normaliser l’identification des utilisateurs;", after=1)
    assertContains(client.get(address(text.revision.resolution, text, adding)), '<q lang="fr" dir="auto">normaliser</q>')


def test_no_hint_on_a_translation_that_does_not_say_what_it_starts_from(client, ours, text, rule):
    client.force_login(member(ours))
    unknown = in_french(text, before="", text="de normaliser la sécurité;", change="unknown")
    assertNotContains(client.get(address(text.revision.resolution, text, unknown)), HINT)
    translated = RevisionTextFactory(revision=text.revision, language="fr")
    ClauseFactory(version=translated, part="operative", call="décide", verb="décide", number="1", text="de normaliser la sécurité;")
    assertNotContains(client.get(address(text.revision.resolution, text, translated)), HINT)


def test_nothing_is_said_of_a_rule_that_is_off(client, ours, text, proposal, rule):
    client.force_login(member(ours))
    WordingRule.objects.update(is_active=False)
    assertNotContains(client.get(address(text.revision.resolution, text, proposal)), HINT)


def test_a_rule_that_cannot_be_read_spoils_no_page(client, ours, text, proposal, rule):
    WordingRule.objects.create(code="broken", family="role", name_en="Broken", patterns={"en": ["? what"]})
    client.force_login(member(ours))

    assertContains(client.get(address(text.revision.resolution, text, proposal)), HINT, count=1)


def test_a_hint_is_set_aside_with_a_reason_for_everyone_in_the_circle(client, ours, text, proposal, rule):
    user = member(ours)
    client.force_login(user)
    here = address(text.revision.resolution, text, proposal)
    page = client.get(here).content.decode()
    link = page.split('">Set aside…')[0].rsplit('href="', 1)[1].replace("&amp;", "&")
    shown = client.get(link)
    assertContains(shown, "From study to standardization")
    assertContains(shown, 'value="standardize"')

    answer = client.post(dismissal_address(proposal), form(proposal, rule, ours.everyone, next=here))

    assert (answer.status_code, answer.url) == (302, here)
    dismissal = HintDismissal.objects.get()
    assert (dismissal.rule, dismissal.proposal, dismissal.circle, dismissal.by) == (rule, proposal, ours.everyone, user)
    assert (dismissal.words, dismissal.reason) == ("standardize", "Said already in resolves 4")
    client.force_login(lead(ours))
    html = client.get(here).content.decode()
    assert "1 hint set aside" in html
    assert "Said already in resolves 4" in html
    assert user.short_name in html
    assert HINT not in html


def test_those_outside_the_circle_see_the_hint_as_it_is(client, ours, text, proposal, rule):
    inside, outside = member(ours), member(ours)
    circle = circle_of(ours, inside, name="Res. 50 core group", owner=inside)
    dismissed(proposal, rule, circle, inside)
    here = address(text.revision.resolution, text, proposal)

    client.force_login(inside)
    assertNotContains(client.get(here), HINT)
    for stranger in (outside, observer(ours), member(coalition("Another"))):
        client.force_login(stranger)
        answer = client.get(here)
        assertContains(answer, HINT)
        assertNotContains(answer, "Said already")
        assertNotContains(answer, "core group")


def test_who_set_a_hint_aside_or_read_a_proposal_and_then_left_is_named_no_more(client, ours, text, proposal, rule):
    gone = member(ours, name="Gone Away")
    dismissed(proposal, rule, ours.everyone, gone)
    read_proposal(proposal, circle=ours.everyone, tone="risk", note="Outside the mandate", by=gone)
    client.force_login(member(ours))
    for page in (address(text.revision.resolution, text, proposal), proposal.get_absolute_url()):
        assertContains(client.get(page), "Gone A.")
    leave(gone.memberships.get())
    for page in (address(text.revision.resolution, text, proposal), proposal.get_absolute_url()):
        answer = client.get(page)
        assertContains(answer, "Outside the mandate")
        assertContains(answer, "a former member")
        assertNotContains(answer, "Gone A.")


def test_a_hint_at_what_an_assembly_made_of_a_text_is_set_aside_too(client, ours, resolution, rule):
    old = text_in_force(resolution, code="WTSA-22")
    new = text_in_force(resolution, [WORDS[0], (*WORDS[1][:3], WORDS[1][3].replace("study", "study and standardize")), *WORDS[2:]])
    new.clauses.filter(position=1).update(identity=old.clauses.get(position=1).identity)
    client.force_login(member(ours))
    here = address(resolution, old, new)
    link = client.get(here).content.decode().split('">Set aside…')[0].rsplit('href="', 1)[1].replace("&amp;", "&")
    assertContains(client.get(link), "Rev. WTSA-24")
    there = reverse("coalitions:text-hint-dismiss", args=[new.public_id])
    clause = old.clauses.get(position=1).identity
    said = {"rule": rule.code, "clause": str(clause), "words": "standardize", "reason": "It was so for years", "next": here}

    client.post(there, said | {"circle": str(ours.everyone.public_id)})
    dismissal = HintDismissal.objects.get()
    assert (dismissal.proposal, dismissal.revision, dismissal.words) == (None, new.revision, "standardize")
    assertContains(client.get(here), "1 hint set aside")
    client.post(there, {"take_back": str(dismissal.public_id), "next": here})
    assertContains(client.get(here), HINT, count=1)
    client.force_login(observer(ours))
    assert client.post(there, said | {"circle": str(ours.everyone.public_id)}).status_code == 403


def test_it_can_be_taken_back(client, ours, text, proposal, rule):
    user = member(ours)
    dismissal = dismissed(proposal, rule, ours.everyone, user)
    client.force_login(user)
    answer = client.post(dismissal_address(proposal), {"take_back": str(dismissal.public_id)})

    assert answer.status_code == 302
    assert not HintDismissal.objects.exists()
    assertContains(client.get(address(text.revision.resolution, text, proposal)), HINT)


def test_what_another_coalition_set_aside_cannot_be_taken_back(client, ours, proposal, rule):
    dismissal = dismissed(proposal, rule, ours.everyone, member(ours))
    client.force_login(member(coalition("Another")))

    for key in (str(dismissal.public_id), "x"):
        assert client.post(dismissal_address(proposal), {"take_back": key}).status_code == 404
    assert HintDismissal.objects.get() == dismissal


def test_an_observer_may_not_set_aside(client, ours, proposal, rule):
    client.force_login(observer(ours))

    assert client.post(dismissal_address(proposal), form(proposal, rule, ours.everyone)).status_code == 403
    assert not HintDismissal.objects.exists()


def test_without_a_reason_nothing_is_set_aside_and_nothing_typed_is_lost(client, ours, proposal, rule):
    client.force_login(member(ours))
    answer = client.post(dismissal_address(proposal), form(proposal, rule, ours.everyone, reason="  ", next="/resolutions/50/compare/?x=1"))

    assertContains(answer, "This cannot be left empty.")
    assertContains(answer, 'name="words" value="standardize"')
    assertContains(answer, 'value="/resolutions/50/compare/?x=1"')
    assert not HintDismissal.objects.exists()


def test_a_circle_one_does_not_stand_in_is_refused(client, ours, proposal, rule):
    client.force_login(member(ours))
    theirs = coalition("Another").everyone

    assert client.post(dismissal_address(proposal), form(proposal, rule, theirs)).status_code == 200
    assert not HintDismissal.objects.exists()
    with pytest.raises(RuleBroken):
        dismissed(proposal, rule, theirs, member(ours))


def test_set_aside_twice_it_stays_as_it_was(ours, proposal, rule):
    first, second = member(ours), member(ours)
    made = dismissed(proposal, rule, ours.everyone, first)

    assert dismissed(proposal, rule, ours.everyone, second) == made
    assert HintDismissal.objects.get().by == first


def test_an_address_that_names_no_hint_leads_nowhere(client, ours, proposal):
    client.force_login(member(ours))

    assert client.get(dismissal_address(proposal)).status_code == 404
    assert client.get(f"{dismissal_address(proposal)}?rule=no-such").status_code == 404


def test_the_page_of_rules_explains_each_with_examples_and_says_what_they_miss(client, ours, rule):
    client.force_login(member(ours))
    html = client.get(reverse("resolutions:wording-rules")).content.decode()

    assert 'id="standardize"' in html
    assert "What was studied is to be standardized." in html
    assert "to study <ins>and standardize</ins>" in html
    assert "to study <ins>further</ins>" in html
    assert "A hint is not an opinion:" in html
    assert "What hints miss" in html


def test_the_page_of_rules_speaks_the_language_of_the_reader(client, ours, rule):
    client.force_login(member(ours, language="fr"))

    assertContains(client.get(reverse("resolutions:wording-rules")), "Ce qui était étudié sera normalisé.")


def test_without_rules_the_page_says_who_loads_them(client, ours):
    client.force_login(member(ours))

    assertContains(client.get(reverse("resolutions:wording-rules")), "No rule is in use")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_rules_takes_the_same_questions_for_many(client, ours, rule, count, django_assert_num_queries):
    client.force_login(member(ours))
    for number in range(count - 1):
        WordingRule.objects.create(code=f"rule-{number}", family="role", name_en="Another", examples_en="⚑ [+x+]")
    client.get(reverse("resolutions:wording-rules"))
    with django_assert_num_queries(3):
        client.get(reverse("resolutions:wording-rules"))


def test_the_compare_page_always_says_that_hints_are_hints(client, ours, text, proposal):
    client.force_login(member(ours))
    html = client.get(address(text.revision.resolution, text, proposal)).content.decode()

    assert reverse("resolutions:wording-rules") in html
    assert "A hint is not an opinion." in html


# --- The same hints on other pages ---


def cell_of(proposal: Proposal) -> str:
    return f"/matrix/{proposal.resolution.slug}/states/"


def places_of(proposal: Proposal) -> list[str]:
    return [address(proposal.resolution, proposal.base, proposal), proposal.get_absolute_url(), cell_of(proposal)]


def test_the_page_of_a_proposal_and_the_cell_show_the_hints_of_the_comparison(client, ours, proposal, rule):
    client.force_login(member(ours))

    for place in places_of(proposal):
        html = client.get(place).content.decode()
        assert html.count(HINT) == 1, place
        assert f'<a href="{reverse("resolutions:wording-rules")}#standardize">From study to standardization</a> — added ' in html, place
        assert '<q lang="en" dir="auto">standardize</q>' in html, place
        assert f'<a href="{dismissal_address(proposal)}?' in html, place


def test_a_hint_set_aside_is_folded_on_every_page(client, ours, proposal, rule):
    me = member(ours)
    dismissed(proposal, rule, ours.everyone, me)
    client.force_login(me)

    for place in places_of(proposal):
        html = client.get(place).content.decode()
        assert (HINT in html, "1 hint set aside" in html, "Said already" in html) == (False, True, True), place


def test_who_only_observes_sees_hints_and_cannot_set_them_aside(client, ours, proposal, rule):
    client.force_login(observer(ours))

    for place in places_of(proposal):
        html = client.get(place).content.decode()
        assert (HINT in html, "Set aside…" in html) == (True, False), place


def test_a_reason_of_another_circle_is_nobody_elses(client, ours, proposal, rule):
    chief = lead(ours)
    dismissed(proposal, rule, circle_of(ours, chief), chief)
    client.force_login(member(ours))

    for place in places_of(proposal):
        assert "Said already" not in client.get(place).content.decode(), place


@pytest.mark.parametrize(
    ("language", "before", "after", "words"),
    [
        ("ar", "أن تدرس لجان الدراسات الأمن؛", "أن تدير لجان الدراسات أسماء الميادين؛", "تدير لجان الدراسات أسماء الميادين"),
        ("ru", "изучать безопасность;", "управлять доменными именами;", "управлять доменными именами"),
        ("zh", "研究安全；", "管理域名；", "管理域名"),
    ],
)
def test_hints_stand_on_words_of_every_language(client, ours, text, language, before, after, words):
    patterns = {"ar": ["+ تدير ..4 أسماء ميادين"], "ru": ["+ управл* доменн* имен*"], "zh": ["+ 管理 ..2 域名"]}
    WordingRule.objects.create(code="naming", family="role", name_en="Naming", name_fr="Noms", patterns=patterns)
    changed = in_french(text, before=before, text=after)
    changed.contribution.language = language
    changed.contribution.save()
    client.force_login(member(ours))

    for place in places_of(changed):
        assertContains(client.get(place), f'<q lang="{language}" dir="auto">{words}</q>', msg_prefix=place)


@pytest.mark.parametrize("count", [1, 4])
def test_hints_cost_the_same_questions_for_one_proposal_and_for_many(client, ours, text, rule, count, django_assert_num_queries):
    me = member(ours)
    for _number in range(count):
        made = proposal_on(text, "AFCP", {n: f"{said[3]} and to standardize {n};" for n, said in enumerate(WORDS) if n})
        dismissed(made, rule, ours.everyone, me)
    client.force_login(me)
    client.get(cell_of(made))

    # Beside what a cell asks anyhow: rules, clauses, texts in force and their clauses, what was set aside.
    with django_assert_num_queries(15):
        client.get(cell_of(made))
    with django_assert_num_queries(13):
        client.get(made.get_absolute_url())

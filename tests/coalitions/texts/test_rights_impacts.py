"""What a resolution does to human rights: who writes and reads it, on its tab, beside a comparison and in a file."""

import uuid

import pytest
from django.db import connection
from django.urls import reverse

from amnt.audit.models import AuditEntry
from coalitions.models import CircleView, RightsImpact
from coalitions.texts.services.rights_impacts import correct_impact, enter_impact
from resolutions.read_models.versions import proposal_key, text_key
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db
MEANS = "Profiles that follow people from network to network"


@pytest.fixture(autouse=True)
def _leads_act_without_a_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50, slug="50")


@pytest.fixture
def clause(resolution):
    text = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=AssemblyFactory(code="WTSA-24")))
    return ClauseFactory(version=text, position=0)


TAB, NEW = "/resolutions/50/rights/", "/resolutions/50/rights/new/"


def form(circle, **fields):
    sent = {"right": "privacy", "mechanism": MEANS, "circle": str(circle.public_id), "submission": str(uuid.uuid4())}
    return sent | fields


def change(impact, act="change"):
    return reverse(f"coalitions:rights-impact-{act}", args=[impact.public_id])


@pytest.mark.parametrize(("who", "writes"), [(lead, True), (member, True), (observer, False), (None, False)])
def test_who_enters_an_impact_and_who_reads_it(client, resolution, who, writes):
    here = coalition()
    enter_impact(resolution, circle=here.everyone, right="privacy", mechanism=MEANS, by=member(here))
    client.force_login(who(here) if who else UserFactory())
    answer = client.get(TAB)
    assert answer.status_code == 200
    assert (MEANS in answer.content.decode()) == writes
    sent = form(here.everyone)
    for _twice in range(2):
        assert client.post(NEW, sent).status_code == (302 if writes else 403)
    assert RightsImpact.objects.count() == (2 if writes else 1)


def test_only_its_author_and_leads_of_its_circle_change_or_remove_it(client, resolution):
    here = coalition()
    author, other, boss = member(here), member(here), lead(here)
    circle = circle_of(here, author, other)
    mine = enter_impact(resolution, circle=circle, right="privacy", mechanism=MEANS, by=author)
    common = enter_impact(resolution, circle=here.everyone, right="privacy", mechanism=MEANS, by=author)
    sent = form(here.everyone, right="expression", mechanism="Blocking", seen_version=1)
    for person, row, status in ((other, mine, 403), (boss, mine, 404), (other, common, 403), (observer(here), common, 404)):
        client.force_login(person)
        assert client.post(change(row), sent).status_code == status
        assert client.post(change(row, "remove")).status_code == status
    client.force_login(boss)
    assert client.post(change(common), sent).status_code == 302
    client.force_login(author)
    assert client.post(change(mine), sent).status_code == 302
    assert set(RightsImpact.objects.values_list("version", flat=True)) == {2}
    assert {row.right for row in RightsImpact.objects.all()} == {"expression"}
    assert client.post(change(mine, "remove")).status_code == 302
    assert RightsImpact.objects.get() == common


def test_a_circle_reads_its_own_and_sees_who_opened_it(client, resolution):
    here = coalition()
    one, boss = member(here), lead(here)
    enter_impact(resolution, circle=circle_of(here, one), right="privacy", mechanism=MEANS, by=one)
    for person, reads in ((one, True), (boss, False)):
        client.force_login(person)
        assert (MEANS in client.get(TAB).content.decode()) == reads
    assert list(CircleView.objects.filter(thing="circle").values_list("user", flat=True)) == [one.pk]


def test_an_impact_stands_on_the_tab_of_its_clause_and_beside_the_comparison(client, resolution, clause):
    here = coalition()
    client.force_login(member(here))
    client.post(NEW, form(here.everyone, clause=str(clause.identity), said_by="A report", source="https://example.org/report"))
    made = RightsImpact.objects.get()
    assert (made.clause, made.said_by, made.source) == (clause.identity, "A report", "https://example.org/report")
    shown = client.get(f"{TAB}?clause={clause.identity}").content.decode()
    assert clause.name in shown
    assert "A report" in shown
    assert MEANS not in client.get(f"{TAB}?clause={uuid.uuid4()}").content.decode()
    assert MEANS in client.get(TAB).content.decode()
    proposal = ProposalFactory(resolution=resolution, base=clause.version)
    words = {"part": clause.part, "call": clause.call, "number": clause.number, "identity": clause.identity, "before": clause.text}
    proposal.clauses.create(action="MOD", change="modified", position=0, text="Other words;", **words)
    address = f"/resolutions/50/compare/?of={text_key(clause.version)}&with={proposal_key(proposal)}"
    compared = client.get(address).content.decode()
    assert f'href="#{clause.anchor}"' in compared
    assert MEANS in compared
    page = client.get(reverse("resolutions:clause", args=["50", clause.identity])).content.decode()
    assert f"/resolutions/50/rights/?clause={clause.identity}" in page


def test_a_clause_of_another_resolution_and_an_invented_right_are_refused(client, resolution, clause):
    here = coalition()
    client.force_login(member(here))
    ResolutionFactory(number=60, slug="60")
    client.post("/resolutions/60/rights/new/", form(here.everyone, clause=str(clause.identity)))
    client.post(NEW, form(here.everyone, right="flying"))
    assert not RightsImpact.objects.exists()


def test_two_who_change_it_at_once_are_told(client, resolution):
    here = coalition()
    one = member(here)
    made = enter_impact(resolution, circle=here.everyone, right="privacy", mechanism=MEANS, by=one)
    correct_impact(made, mechanism="Earlier words", by=lead(here))
    client.force_login(one)
    answer = client.post(change(made), form(here.everyone, mechanism="My words", seen_version=1))
    assert "Someone else changed this in the meantime" in answer.content.decode()
    assert answer.context["form"]["mechanism"].value() == "My words"
    made.refresh_from_db()
    assert made.mechanism == "Earlier words"
    assert client.post(change(made), form(here.everyone, mechanism="My words", seen_version=2)).status_code == 302


def test_a_lead_takes_them_out_as_a_file_that_says_who_may_read_it(client, resolution):
    here = coalition()
    boss = lead(here, email="wanjiru@example.org", password=PASSWORD)
    one = member(here)
    enter_impact(resolution, circle=here.everyone, right="privacy", mechanism=MEANS, said_by="A report", by=one)
    enter_impact(resolution, circle=circle_of(here, one), right="privacy", mechanism="Only the circle", by=one)
    enter_impact(resolution, circle=circle_of(here, boss), right="association", mechanism="Circle of the lead", by=boss)
    address = reverse("coalitions:rights-impacts-export", args=[here.public_id])
    for person, status in ((one, 403), (observer(here), 403), (UserFactory(), 404), (boss, 302)):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.logout()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    log_in(client)
    confirm_it_is_me(client)
    for with_circles, circles in (({}, False), ({"with_circles": "on"}, True)):
        file = client.post(address, {"sheet": "csv"} | with_circles).content.decode("utf-8-sig")
        assert [word in file for word in ("Exported by", MEANS, "A report", "Only the circle", "Circle of the lead")] == [
            *(True, True, True),
            False,
            circles,
        ]
    assert AuditEntry.objects.filter(act="export.rights_impacts").count() == 3


def test_what_it_says_is_not_readable_in_the_database(resolution):
    here = coalition()
    enter_impact(resolution, circle=here.everyone, right="privacy", mechanism=MEANS, said_by="A report", by=member(here))
    with connection.cursor() as cursor:
        cursor.execute('SELECT "right", mechanism, said_by, source FROM coalitions_rightsimpact')
        stored = str(cursor.fetchall())
    assert not any(word in stored for word in ("privacy", "Profiles", "report"))


@pytest.mark.parametrize("number", [1, 5])
def test_the_tab_asks_as_much_however_many_there_are(client, resolution, clause, django_assert_num_queries, number):
    here = coalition()
    one = member(here)
    for _each in range(number):
        enter_impact(resolution, circle=here.everyone, right="privacy", mechanism=MEANS, clause=clause.identity, by=one)
    client.force_login(one)
    client.get(TAB)
    with django_assert_num_queries(10):
        client.get(TAB)

"""Asked, got, verdict and where next: the record of an assembly."""

from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import personal_data
from amnt.core.errors import RuleBroken
from coalitions.models import CircleView, Contact, Delegation, Membership, StudyGroupFollower, Verdict
from coalitions.outcomes.services.followers import follow_group, stop_following
from coalitions.outcomes.services.verdicts import give_verdict
from coalitions.permissions import can_give_verdict
from resolutions.models import Assembly, StudyGroup, StudyGroupLink
from tests import factories

pytestmark = pytest.mark.django_db

RECORD = reverse("coalitions:outcomes", args=["WTSA-24"])
PAGE = reverse("coalitions:outcome", args=["WTSA-24", "50"])


def see(client, person, page=RECORD, **asked):
    person.seen_at = now()
    person.save()
    client.force_login(person)
    return unescape(client.get(page, asked).content.decode())


def table(client, person):
    """The record itself, without what stands below it."""
    shown = see(client, person)
    return shown[shown.index('<table role="table"') : shown.index("</table>")]


def typed(circle, **fields):
    given = {"result": "partly", "words": "2 bis is gone.", "circle": str(circle.public_id), "submission": str(uuid4())}
    return given | {"seen": f"{circle.public_id}:0"} | fields


def asks(client, person):
    """Label and number of each bar about asks to delegations."""
    person.seen_at = now()
    person.save()
    client.force_login(person)
    answer = client.get(RECORD)
    return [(bar.label, bar.value) for bar in answer.context["asks"].bars], unescape(answer.content.decode())


def asked(network, past, fifty, by, *answers, circle=None, country="KE"):
    """Contacts of the assembly that is over, one for each answer."""
    card, _is_new = Delegation.objects.get_or_create(assembly=past, country=country)
    about = {"circle": circle or network.everyone, "delegation": card, "resolution": fifty, "ask": "zz-ask", "channel": "letter"}
    for number, answer in enumerate(answers):
        when = {"asked_on": date(2024, 10, 1 + number), "answered_on": None if answer == "none" else date(2024, 10, 10)}
        in_text = "yes" if answer == "yes" else ""
        Contact.objects.create(**about, **when, answer=answer, in_text=in_text, person=by, by=by)
    return card


# --- What is shown --------------------------------------------------------------------------------------------------------


def test_the_record_works_with_public_facts_alone(client, past, fifty):
    shown = see(client, factories.UserFactory())
    assert "What the assembly decided" in shown
    assert "only trivial changes" in shown
    assert "SG 17" in shown
    assert "As a member of a coalition you also see here what it asked" in shown
    assert "Verdict" not in shown


def test_a_coalition_without_position_is_told_so(client, past, fifty, samuel):
    shown = see(client, samuel)
    assert "no position" in shown
    assert "nobody follows it yet" in shown
    assert "The coalition had no position at this assembly." in see(client, samuel, show="asked")


def test_the_version_that_counted_at_the_end_is_what_was_asked(client, position, samuel):
    shown = see(client, samuel)
    assert "Oppose unless changed" in shown
    assert "Support" not in shown
    assert "to be judged" in shown
    of_one = see(client, samuel, PAGE)
    assert "Do not standardise it." in of_one
    assert "zz-later" not in of_one


def test_observers_read_what_is_public(client, network, position):
    watching = factories.observer(network)
    give_verdict(position.resolution, Assembly.objects.get(code="WTSA-24"), circle=network.everyone, result="not", by=position.by)
    for page in (RECORD, PAGE):
        shown = see(client, watching, page)
        assert "Oppose unless" not in shown
        assert "not obtained" not in shown
    assert client.post(PAGE, typed(network.everyone)).status_code == 403


def test_the_last_assembly_that_began_is_shown_first(client, past, samuel):
    client.force_login(samuel)
    assert client.get(reverse("coalitions:outcomes-latest")).url == RECORD
    Assembly.objects.filter(pk=past.pk).update(starts_on=None, ends_on=None)
    assert client.get(reverse("coalitions:outcomes-latest")).url == reverse("coalitions:matrix")
    assert client.get(reverse("coalitions:outcomes", args=["WTSA-99"])).status_code == 404


def test_an_assembly_to_come_has_nothing_to_judge(client, past, fifty, samuel, network):
    page = reverse("coalitions:outcome", args=["WTSA-28", "50"])
    assert "This assembly has not begun." in see(client, samuel, page)
    assert client.post(page, typed(network.everyone)).status_code == 403
    with pytest.raises(RuleBroken, match="has not begun"):
        give_verdict(fifty, Assembly.objects.get(code="WTSA-28"), circle=network.everyone, result="not", by=samuel)


def test_the_adopted_text_is_marked_against_the_text_before(client, past, fifty, samuel):
    before = factories.AssemblyFactory(code="WTSA-20", starts_on="2022-03-01", ends_on="2022-03-09")
    old = factories.RevisionTextFactory(revision=factories.RevisionFactory(resolution=fifty, assembly=before, label_en="Rev. Geneva, 2022"))
    revision = factories.RevisionFactory(resolution=fifty, assembly=past)
    assert "Enter the adopted text" in see(client, samuel, PAGE)
    new = factories.RevisionTextFactory(revision=revision)
    same = factories.ClauseFactory(version=old, position=0, text="to study trust in networks;")
    factories.ClauseFactory(version=new, position=0, text="to study trust in networks;", identity=same.identity)
    changed = factories.ClauseFactory(version=old, position=1, text="to publish a guide each year;")
    factories.ClauseFactory(version=new, position=1, text="to publish a short guide each year;", identity=changed.identity)
    shown = see(client, samuel, PAGE)
    assert "From Rev. Geneva, 2022 to Rev. New Delhi, 2024" in shown
    assert "<ins>short </ins>" in shown or "<ins> short</ins>" in shown
    assert "to study trust in networks" not in shown
    assert f"?of=t-{old.public_id}&with=t-{new.public_id}" in shown


def test_groups_of_the_period_after_the_assembly_take_it_on(client, past, fifty, samuel):
    for period, number in (("2022-2024", 2), ("2029-2032", 5)):
        group = StudyGroup.objects.create(period=period, number=number)
        StudyGroupLink.objects.create(resolution=fifty, study_group=group)
    shown = see(client, samuel)
    assert "SG 17" in shown
    assert "SG 2<" not in shown
    assert "SG 5" not in shown


def test_asks_to_delegations_are_counted_from_three_on_and_only_those_one_reads(client, network, past, fifty, samuel, wanjiru):
    asked(network, past, fifty, samuel, "yes", "yes", "no", "none")
    named = {"Asked": 4, "Answered": 3, "In the text": None}
    found, shown = asks(client, samuel)
    assert found == list(named.items())
    assert "<td>fewer than 3</td>" in shown
    core = factories.circle_of(network, wanjiru, name="Core")
    asked(network, past, fifty, wanjiru, "yes", "yes", circle=core, country="SN")
    of_another = factories.coalition("Others")
    asked(of_another, past, fifty, factories.lead(of_another), "yes", "yes", "yes", country="CH")
    other_cycle = Delegation.objects.create(assembly=Assembly.objects.get(code="WTSA-28"), country="KE")
    Contact.objects.filter(delegation__country="CH").update(circle=network.everyone, delegation=other_cycle)
    assert asks(client, samuel)[0] == list(named.items())
    assert asks(client, wanjiru)[0] == [("Asked", 6), ("Answered", 5), ("In the text", 4)]


def test_of_a_hidden_number_nothing_inside_it_is_told(client, network, past, fifty, samuel):
    asked(network, past, fifty, samuel, "yes", "yes")
    assert [number for _label, number in asks(client, samuel)[0]] == [None, None, None]


@pytest.mark.parametrize("many", [1, 4])
def test_the_record_asks_as_much_however_long_it_is(client, network, past, fifty, position, wanjiru, django_assert_num_queries, many):
    wanjiru.seen_at = now()
    wanjiru.save()
    for number in range(60, 60 + many):
        resolution = factories.ResolutionFactory(number=number, slug=str(number))
        resolution.outcomes.create(assembly=past, action="NOC")
        StudyGroupLink.objects.create(resolution=resolution, study_group=StudyGroup.objects.get())
        give_verdict(resolution, past, circle=network.everyone, result="no-change", by=wanjiru)
        follow_group(resolution, StudyGroup.objects.get(), coalition=network, by=wanjiru)
    client.force_login(wanjiru)
    with django_assert_num_queries(17):
        client.get(RECORD)


# --- Verdicts ----------------------------------------------------------------------------------------------------------------


def test_a_verdict_is_given_and_shown(client, position, samuel, network):
    see(client, samuel, PAGE)
    assert client.post(PAGE, typed(network.everyone)).status_code == 302
    verdict = Verdict.objects.get()
    assert (verdict.result, verdict.words, verdict.version, verdict.by, verdict.circle) == (
        "partly",
        "2 bis is gone.",
        1,
        samuel,
        network.everyone,
    )
    assert "in part" in see(client, samuel)
    assert "2 bis is gone." in see(client, samuel, PAGE)


def test_the_same_form_sent_twice_makes_one(client, position, samuel, network):
    client.force_login(samuel)
    sent = typed(network.everyone)
    for _time in range(2):
        assert client.post(PAGE, sent).status_code == 302
    assert Verdict.objects.count() == 1


def test_a_verdict_that_changes_keeps_its_history(network, past, position, samuel, wanjiru, client):
    about = {"circle": network.everyone}
    give_verdict(position.resolution, past, **about, result="not", words="zz-first", by=samuel)
    give_verdict(position.resolution, past, **about, result="not", words="zz-first", by=samuel)
    give_verdict(position.resolution, past, **about, result="partly", words="zz-second", by=wanjiru)
    assert list(Verdict.objects.order_by("version").values_list("version", "by__name")) == [(1, "Samuel Otieno"), (2, "Wanjiru Kamau")]
    shown = see(client, samuel, PAGE)
    assert shown.index("zz-second") < shown.index("zz-first")
    assert "not obtained" not in table(client, samuel)


def test_two_at_once_are_told_and_lose_nothing(client, position, samuel, wanjiru, network, past):
    give_verdict(position.resolution, past, circle=network.everyone, result="obtained", by=wanjiru)
    client.force_login(samuel)
    sent = typed(network.everyone)
    answer = client.post(PAGE, sent)
    shown = unescape(answer.content.decode())
    assert "In the meantime Wanjiru K. gave this verdict: obtained. Your text is kept" in shown
    assert "2 bis is gone." in shown
    assert Verdict.objects.count() == 1
    again = sent | {"seen": f"{network.everyone.public_id}:1"}
    assert client.post(PAGE, again).status_code == 302
    assert Verdict.objects.count() == 2


def test_a_verdict_of_a_circle_is_read_there_alone(client, position, samuel, ama, network, past):
    circle = factories.circle_of(network, samuel, owner=samuel)
    give_verdict(position.resolution, past, circle=circle, result="not", words="zz-hidden", by=samuel)
    assert "zz-hidden" in see(client, samuel, PAGE)
    assert CircleView.objects.filter(circle=circle, user=samuel, thing="verdict").count() == 1
    assert "not obtained" in table(client, samuel)
    assert "zz-hidden" not in see(client, ama, PAGE)
    assert "not obtained" not in table(client, ama)
    assert client.post(PAGE, typed(circle)).status_code == 200
    with pytest.raises(RuleBroken, match="not in this circle"):
        give_verdict(position.resolution, past, circle=circle, result="not", by=ama)


@pytest.mark.parametrize(("role", "may"), [("lead", True), ("member", True), ("observer", False), ("outsider", False)])
def test_who_may_judge(network, role, may):
    person = factories.UserFactory() if role == "outsider" else factories.member(network, role)
    assert can_give_verdict(person, network.everyone) == may


def test_people_who_left_are_not_named(client, position, samuel, ama, network, past):
    give_verdict(position.resolution, past, circle=network.everyone, result="not", by=samuel)
    Membership.objects.filter(user=samuel).update(left_at=now())
    shown = see(client, ama, PAGE)
    assert "Samuel" not in shown
    assert "former member" in shown


def test_my_data_hold_my_verdicts_and_groups(network, past, position, samuel):
    give_verdict(position.resolution, past, circle=network.everyone, result="not", words="zz-mine", by=samuel)
    follow_group(position.resolution, StudyGroup.objects.get(), coalition=network, by=samuel)
    mine = personal_data.personal_data(samuel)
    assert [row["words"] for row in mine["verdicts"]] == ["zz-mine"]
    assert [row["study_group"] for row in mine["study_groups"]] == ["SG 17"]


# --- Where next ------------------------------------------------------------------------------------------------------------------


def test_a_member_takes_it_and_gives_it_back(client, fifty, samuel):
    take, back = (reverse(f"coalitions:outcome-{act}", args=["WTSA-24", "50"]) for act in ("take", "give-back"))
    client.force_login(samuel)
    group = {"group": "17", "period": "2025-2028"}
    for _time in range(2):
        assert client.post(take, group).status_code == 302
    assert StudyGroupFollower.objects.get().user == samuel
    assert "Samuel O." in see(client, samuel)
    for _time in range(2):
        assert client.post(back, group).status_code == 302
    assert not StudyGroupFollower.objects.exists()
    assert client.post(take, {"group": "99", "period": "2025-2028"}).status_code == 404


def test_only_members_take_it_and_only_where_it_is_known(client, network, fifty, samuel):
    watching, group = factories.observer(network), StudyGroup.objects.get()
    client.force_login(watching)
    take = reverse("coalitions:outcome-take", args=["WTSA-24", "50"])
    assert client.post(take, {"group": "17", "period": "2025-2028"}).status_code == 403
    with pytest.raises(RuleBroken, match="Only members"):
        follow_group(fifty, group, coalition=network, by=watching)
    with pytest.raises(RuleBroken, match="not known"):
        follow_group(factories.ResolutionFactory(), group, coalition=network, by=samuel)
    stop_following(fifty, group, coalition=network, by=samuel)


def test_whoever_left_follows_nothing(client, network, fifty, samuel, ama):
    follow_group(fifty, StudyGroup.objects.get(), coalition=network, by=samuel)
    assert "Samuel O." in see(client, ama)
    Membership.objects.filter(user=samuel).update(left_at=now() - timedelta(days=1))
    shown = see(client, ama)
    assert "Samuel" not in shown
    assert "nobody follows it yet" in shown


# --- Where one finds it ----------------------------------------------------------------------------------------------------------


def test_it_is_reached_from_the_assembly_the_resolution_and_its_history(client, past, fifty, samuel):
    for page in (
        reverse("calendar_app:assembly", args=["WTSA-24"]),
        reverse("coalitions:matrix"),
        reverse("coalitions:resolution", args=["50"]),
        reverse("resolutions:history", args=["50"]),
    ):
        assert "/outcomes/" in see(client, samuel, page), page
    assert "/outcomes/" not in see(client, samuel, reverse("calendar_app:assembly", args=["WTSA-28"]))


@pytest.mark.parametrize(("on", "is_told"), [("2024-10-23T12:00Z", False), ("2024-10-25T12:00Z", True), ("2025-01-10T12:00Z", True)])
def test_now_leads_to_it_in_the_weeks_after_an_assembly(client, past, samuel, on, is_told):
    with time_machine.travel(on, tick=False):
        assert ("What did we get?" in see(client, samuel, "/")) == is_told
        assert "What did we get?" not in see(client, factories.UserFactory(), "/")

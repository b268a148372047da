"""The usual dates of a region: added once, each an assumption with its reason and the question what is published."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from amnt.core.errors import RuleBroken
from calendar_app.models import Deadline, Meeting
from calendar_app.services.calendar_templates import add_usual_dates, basis_of, dates_of, template_rows
from calendar_app.services.reference import load_reference
from resolutions.models import Assembly, RegionalGroup
from tests.calendar_app.dating import EARLY
from tests.calendar_app.reminding import moment
from tests.factories import AssemblyFactory, RegionalGroupFactory, UserFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
USUAL = reverse("calendar_app:usual-dates")
# Before any of its dates.
FOUNDED = EARLY.replace(year=2026, month=12)


@pytest.fixture(autouse=True)
def in_december():
    with time_machine.travel(FOUNDED, tick=False):
        yield


@pytest.fixture
def apt():
    return RegionalGroupFactory(code="APT", acronym_en="APT", acronym_fr="APT", acronym_es="APT", website="https://www.apt.int")


def stored():
    return [key for model in (Meeting, Deadline) for key in model.objects.order_by("at").values_list("reference_key", flat=True)]


def test_every_row_says_why_in_three_languages_and_lies_in_the_cycle():
    for key, row in template_rows().items():
        assert all(row["basis"][code] and row["title"][code] for code in ("fr", "en", "es")), key
        assert -550 <= row["offset_days"] <= 366, key
        assert row["source"], key


def test_the_dates_of_a_region_are_computed_from_the_first_day_as_assumptions(apt):
    assembly, by = AssemblyFactory(), lead(coalition())
    added = add_usual_dates(assembly, groups=[apt], by=by)
    last = Meeting.objects.get(reference_key="WTSA-28-APT-last-apt")
    assert (last.title_en, last.title_fr) == (
        "APT: fifth and last preparatory meeting for WTSA-28",
        "APT\u00a0: cinquième et dernière réunion préparatoire à l’AMNT-28",
    )
    assert (last.starts_on, last.ends_on, last.date_status, last.source) == (
        date(2028, 8, 21),
        date(2028, 8, 25),
        "assumption",
        "assumption of this tool",
    )
    door = last.deadlines.get()
    assert (door.at.date(), door.offset_days, door.date_status) == (date(2028, 8, 7), -14, "assumption")
    assert added == len(dates_of(assembly, [apt]))
    assert set(Meeting.objects.values_list("date_status", flat=True)) == {"assumption"}
    assert by.region_watches.get().group == apt


def test_adding_twice_adds_nothing_twice(apt):
    assembly, by, other = AssemblyFactory(), lead(coalition()), lead(coalition("Another"))
    add_usual_dates(assembly, groups=[apt], by=by)
    before = stored()
    assert add_usual_dates(assembly, groups=[apt], by=other) == 0
    assert stored() == before
    assert other.region_watches.count() == 1


def test_what_someone_deleted_is_not_added_again(apt):
    assembly, by = AssemblyFactory(), lead(coalition())
    add_usual_dates(assembly, groups=[apt], by=by)
    Deadline.objects.get(reference_key="WTSA-28-visa").delete()
    assert add_usual_dates(assembly, groups=[apt], by=by) == 0
    assert not Deadline.objects.filter(reference_key="WTSA-28-visa").exists()


def test_dates_that_ship_are_not_added_beside_themselves():
    load_reference()
    groups = list(RegionalGroup.objects.all())
    add_usual_dates(Assembly.objects.get(code="WTSA-28"), groups=groups, by=lead(coalition()))
    of_assembly = Deadline.objects.filter(meeting=None, assembly__code="WTSA-28").values_list("kind", flat=True)
    assert sorted(of_assembly) == ["contribution", "registration", "visa"]
    # Loading again neither changes nor removes what was added.
    before = stored()
    load_reference()
    assert stored() == before


def test_dates_that_have_passed_are_not_added(apt):
    with time_machine.travel(moment(1), tick=False):
        assert {row.key for row in dates_of(AssemblyFactory(), [apt])} == {
            *("WTSA-28-visa", "WTSA-28-registration", "WTSA-28-contributions"),
            *("WTSA-28-study-groups", "WTSA-28-tsag-first"),
        }


def test_without_a_first_day_nothing_can_be_computed(apt):
    assembly = AssemblyFactory(starts_on=None, ends_on=None)
    with pytest.raises(RuleBroken, match="first day"):
        add_usual_dates(assembly, groups=[apt], by=lead(coalition()))
    assert stored() == []


@pytest.mark.parametrize(
    ("who", "answer"),
    [(lead, 200), (member, 403), (observer, 403), (lambda network: UserFactory(), 403)],
    ids=["lead", "member", "observer", "other"],
)
def test_leads_choose_regions(client, apt, who, answer):
    AssemblyFactory()
    client.force_login(who(coalition()))
    assert client.get(USUAL).status_code == answer
    assert client.post(USUAL, {"groups": ["APT"]}).status_code == (302 if answer == 200 else 403)
    assert Meeting.objects.exists() == (answer == 200)


def test_choosing_no_region_gets_a_sentence(client, apt):
    AssemblyFactory()
    client.force_login(lead(coalition()))
    assert "Choose at least one region." in client.post(USUAL, {}).content.decode()
    assert stored() == []


def test_the_page_of_an_assumption_says_why_and_where_to_look(client, apt):
    add_usual_dates(AssemblyFactory(), groups=[apt], by=lead(coalition()))
    last = Meeting.objects.get(reference_key="WTSA-28-APT-last-apt")
    door, visa = last.deadlines.get(), Deadline.objects.get(kind="visa")
    assert "14 days before" in basis_of(door).text
    assert basis_of(visa).text.startswith("No published rule was found: 45 days")
    client.force_login(UserFactory(language="fr"))
    shown = client.get(last.get_absolute_url()).content.decode()
    assert "du 19 au 23 août 2024, 57 jours avant l’ouverture" in shown
    assert 'href="https://www.apt.int"' in shown

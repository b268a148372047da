"""Lines of public reports, who follows what in which study group, and the new cycle, for programs."""

import pytest
from django.utils.timezone import now

from coalitions.models import Contact, Delegation, FollowUp, ReportLine, StudyGroupFollower
from coalitions.outcomes.services.followers import follow_group
from resolutions.models import Assembly, StudyGroup
from tests import factories

pytestmark = pytest.mark.django_db

LINES, FOLLOWERS, CYCLE = "/api/v1/report-lines/", "/api/v1/study-group-followers/", "/api/v1/new-cycle/"


@pytest.fixture(autouse=True)
def without_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


@pytest.fixture
def api(program):
    def ask(person, method, path, **data):
        return getattr(program(person), method)(path, data or None)

    return ask


@pytest.fixture
def about(network, past):
    return {"coalition": str(network.public_id), "assembly": "WTSA-24"}


def candidates(api, person, about):
    return api(person, "get", f"{LINES}candidates/?coalition={about['coalition']}&assembly=WTSA-24")


# --- Lines of the public report ---------------------------------------------------------------------------------------------


def test_one_lead_proposes_a_line_and_another_one_releases_it(api, network, position, about, wanjiru, samuel):
    offered = candidates(api, wanjiru, about).json()
    assert [(row["resolution"], row["part"], row["text"]) for row in offered] == [
        (None, "name", network.name),
        ("50", "stance", "oppose-unless"),
        ("50", "words", "Study it.\nDo not standardise it."),
    ]
    given = about | {"key": offered[1]["key"]}
    made = api(wanjiru, "post", LINES, **given)
    assert (made.status_code, made.json()["is_released"], made.json()["released_by"]) == (201, False, None)
    assert api(wanjiru, "post", LINES, **given).status_code == 200
    line = f"{LINES}{made.json()['id']}/"
    assert api(wanjiru, "post", f"{line}release/").status_code == 409
    released = api(factories.lead(network), "post", f"{line}release/").json()
    assert (released["is_released"], released["text"], released["proposed_by"]["name"]) == (True, "oppose-unless", "Wanjiru K.")
    assert [row["id"] for row in api(samuel, "get", f"{LINES}?released=true&assembly=WTSA-24").json()["results"]] == [released["id"]]
    assert api(samuel, "get", f"{LINES}?released=false").json()["results"] == []
    assert api(wanjiru, "delete", line).status_code == 204
    assert api(wanjiru, "get", line).status_code == 404
    assert ReportLine.objects.get().withdrawn_at


def test_words_that_changed_since_are_not_proposed(api, position, about, wanjiru):
    key = candidates(api, wanjiru, about).json()[2]["key"]
    type(position).objects.filter(pk=position.pk).update(words="Other words.")
    refused = api(wanjiru, "post", LINES, **about, key=key)
    assert (refused.status_code, ReportLine.objects.exists()) == (409, False)


@pytest.mark.parametrize(
    ("role", "read", "write"), [("lead", 200, 200), ("member", 404, 403), ("observer", 404, 403), ("outsider", 404, 400)]
)
def test_who_reads_and_who_proposes_lines(api, network, position, about, wanjiru, role, read, write):
    key = candidates(api, wanjiru, about).json()[0]["key"]
    line = api(wanjiru, "post", LINES, **about, key=key).json()
    person = factories.UserFactory() if role == "outsider" else factories.member(network, role)
    found = api(person, "get", LINES).json()["results"]
    assert [api(person, "get", f"{LINES}{line['id']}/").status_code, bool(found)] == [read, read == 200]
    assert candidates(api, person, about).status_code == write
    assert api(person, "post", LINES, **about, key=key).status_code == write
    removed = 204 if write == 200 else read if read == 404 else 403
    assert api(person, "delete", f"{LINES}{line['id']}/").status_code == removed


# --- Study groups -----------------------------------------------------------------------------------------------------------


def test_who_follows_a_resolution_in_its_study_group(api, network, fifty, about, samuel, wanjiru):
    given = {"coalition": about["coalition"], "resolution": "50", "period": "2025-2028", "number": 17}
    made = api(samuel, "post", FOLLOWERS, **given)
    assert made.status_code == 201
    assert {name: made.json()[name] for name in given} == given
    assert api(samuel, "post", FOLLOWERS, **given).status_code == 200
    assert [row["person"]["name"] for row in api(wanjiru, "get", f"{FOLLOWERS}?resolution=50").json()["results"]] == ["Samuel O."]
    assert api(samuel, "post", FOLLOWERS, **given | {"number": 3}).status_code == 400
    assert api(wanjiru, "post", f"{FOLLOWERS}stop/", **given).status_code == 204
    assert StudyGroupFollower.objects.count() == 1
    assert api(samuel, "post", f"{FOLLOWERS}stop/", **given).status_code == 204
    assert not StudyGroupFollower.objects.exists()


def test_observers_and_strangers_follow_nothing_there(api, network, fifty, about, samuel):
    follow_group(fifty, StudyGroup.objects.get(), coalition=network, by=samuel)
    given = {"coalition": about["coalition"], "resolution": "50", "period": "2025-2028", "number": 17}
    for person, refused in ((factories.observer(network), 403), (factories.UserFactory(), 400)):
        assert api(person, "get", FOLLOWERS).json()["results"] == []
        assert api(person, "post", FOLLOWERS, **given).status_code == refused
        assert api(person, "post", f"{FOLLOWERS}stop/", **given).status_code == refused


# --- A new cycle ------------------------------------------------------------------------------------------------------------


def test_a_new_cycle_is_looked_at_and_started(api, network, position, past, about, wanjiru, samuel):
    fifty = position.resolution
    card = Delegation.objects.create(assembly=past, country="KE", is_open="yes", source="https://example.org/", verified_at=now())
    asked = {"delegation": card, "resolution": fifty, "channel": "letter", "answered_on": past.starts_on, "asked_on": past.starts_on}
    Contact.objects.create(circle=network.everyone, ask="zz-ask", answer="yes", person=samuel, by=samuel, **asked)
    Contact.objects.create(circle=factories.circle_of(network, samuel), ask="zz-ask", answer="no", person=samuel, by=samuel, **asked)
    address = f"{CYCLE}?coalition={about['coalition']}&assembly=WTSA-24"
    preview = api(wanjiru, "get", address).json()
    everyone = {"delegation": str(card.public_id), "country": "KE", "circle": str(network.everyone.public_id)}
    assert preview == {
        "assembly": "WTSA-24",
        "next_assembly": "WTSA-28",
        "asks": [{"resolution": "50", "stance": "oppose-unless", "result": None, "is_there": False}],
        "cards": [{"delegation": str(card.public_id), "country": "KE", "has_card": False, "is_asked_again": False}],
        "asked": [everyone | {"answers": [{"resolution": "50", "answer": "yes"}], "is_there": False}],
    }
    assert not FollowUp.objects.exists()
    assert api(wanjiru, "post", CYCLE, **about).json() == {"asks": 1, "cards": 1, "countries": 1}
    assert api(wanjiru, "post", CYCLE, **about).json() == {"asks": 0, "cards": 0, "countries": 0}
    again = api(wanjiru, "get", address).json()
    assert [again["asks"][0]["is_there"], again["cards"][0]["has_card"], again["asked"][0]["is_there"]] == [True, True, True]


@pytest.mark.parametrize(("role", "refused"), [("member", 403), ("observer", 403), ("outsider", 400)])
def test_only_a_lead_looks_at_a_new_cycle_and_starts_it(api, network, past, about, role, refused):
    person = factories.UserFactory() if role == "outsider" else factories.member(network, role)
    address = f"{CYCLE}?coalition={about['coalition']}&assembly=WTSA-24"
    assert [api(person, "get", address).status_code, api(person, "post", CYCLE, **about).status_code] == [refused, refused]


def test_without_a_later_assembly_it_says_so(api, network, past, about, wanjiru):
    Assembly.objects.exclude(pk=past.pk).delete()
    assert api(wanjiru, "post", CYCLE, **about).json()["errors"] == {"assembly": ["No later assembly is known."]}

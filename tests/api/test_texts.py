"""Texts, contributions, proposals and comparisons for programs: what its owner may read, and in as many queries however much there is."""

from datetime import UTC, datetime, timedelta

import pytest

from coalitions.models import KeptNumber
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
    circle_of,
    coalition,
    member,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 9, 20, 10, tzinfo=UTC)


def listed(answer, key):
    assert answer.status_code == 200, answer.json()
    return [row[key] for row in answer.json()["results"]]


@pytest.fixture
def text():
    return RevisionTextFactory(revision=RevisionFactory(resolution=ResolutionFactory(number=50), assembly__code="WTSA-24"))


def test_a_text_comes_with_its_clauses_and_their_identity(program, text):
    first = ClauseFactory(version=text, text="to study;")
    reader = program(UserFactory())
    [row] = reader.get("/api/v1/texts/?resolution=50&language=en").json()["results"]
    assert (row["id"], row["assembly"], row["is_checked"]) == (str(text.public_id), "WTSA-24", False)
    [clause] = reader.get(f"/api/v1/texts/{row['id']}/clauses/").json()
    assert (clause["identity"], clause["text"], clause["lineage"], clause["came_from"]) == (str(first.identity), "to study;", "added", None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["EUR/1/1", "AFCP/2/1", "B/3/1"]),
        ("resolution=50", ["EUR/1/1", "AFCP/2/1"]),
        ("group=ATU", ["AFCP/2/1"]),
        ("action=NOC", ["B/3/1"]),
        ("status=withdrawn", ["AFCP/2/1"]),
        ("late=true", ["AFCP/2/1"]),
        ("replaced=false", ["EUR/1/1", "AFCP/2/1"]),
        ("since=2028-09-19T00:00:00Z", ["EUR/1/1"]),
        ("assembly=WTSA-24", []),
    ],
)
def test_proposals_are_found_by_what_is_known_of_them(program, query, found):
    AssemblyFactory(code="WTSA-24")
    fifty, spam = ResolutionFactory(number=50), ResolutionFactory(number=52)
    ProposalFactory(resolution=fifty, identifier="EUR/1/1", contribution__number="1", moved_at=NOW)
    late = ContributionFactory(number="2", is_late=True)
    ProposalFactory(resolution=fifty, identifier="AFCP/2/1", contribution=late, group=RegionalGroupFactory(), status="withdrawn")
    ProposalFactory(resolution=spam, identifier="B/3/1", action="NOC", moved_at=NOW - timedelta(days=3), superseded_at=NOW)
    rows = listed(program(UserFactory()).get(f"/api/v1/proposals/?{query}"), "identifier")
    assert sorted(rows) == sorted(found)


@pytest.mark.parametrize("query", ["action=XYZ", "status=gone", "late=perhaps", "since=yesterday"])
def test_a_filter_that_is_not_understood_is_refused(program, query):
    assert program(UserFactory()).get(f"/api/v1/proposals/?{query}").status_code == 400


def test_a_proposal_comes_with_its_document_its_clauses_and_its_events(program, text):
    base = ClauseFactory(version=text, text="to study;")
    proposal = ProposalFactory(resolution=text.revision.resolution, base=text, countries="KE,ZA", contribution__number="38A7")
    proposal.clauses.create(
        position=1,
        action="MOD",
        part="operative",
        change="modified",
        before="to study;",
        text="to study more;",
        base_clause=base,
        identity=base.identity,
    )
    proposal.events.create(kind="withdrawn", status="withdrawn", by=UserFactory(name="Zoe Secret"))
    reader = program(UserFactory())
    address = f"/api/v1/proposals/{proposal.public_id}/"
    row = reader.get(address).json()
    assert (row["countries"], row["contribution"]["number"], row["base"]) == (["KE", "ZA"], "38A7", str(text.public_id))
    [clause] = reader.get(f"{address}clauses/").json()
    assert (clause["identity"], clause["before"], clause["text"]) == (str(base.identity), "to study;", "to study more;")
    events = reader.get(f"{address}events/")
    assert ([event["kind"] for event in events.json()], "Zoe" in events.text) == (["withdrawn"], False)


def test_two_versions_are_compared_clause_by_clause(program, text):
    base = ClauseFactory(version=text, text="to continue studying security;")
    ClauseFactory(version=text, text="to report on it;")
    proposal = ProposalFactory(resolution=text.revision.resolution, base=text)
    proposal.clauses.create(
        position=1,
        action="MOD",
        part="operative",
        call="resolves",
        change="modified",
        text="to continue standardizing security;",
        base_clause=base,
        identity=base.identity,
    )
    reader = program(UserFactory())
    answer = reader.get(f"/api/v1/comparison/?of=t-{text.public_id}&with=p-{proposal.public_id}").json()
    clause, not_spoken_of = answer["clauses"]
    assert answer["is_one_language"] is True
    assert (clause["change"], clause["marked"]) == ("modified", "to continue [−studying−][+standardizing+] security;")
    assert "".join(piece["before"] for piece in clause["pieces"]) == clause["before"] == base.text
    assert (not_spoken_of["before"], not_spoken_of["change"], not_spoken_of["marked"]) == ("to report on it;", None, "")
    assert reader.get("/api/v1/comparison/?of=t-1").json()["errors"] == {"with": ["This cannot be left empty."]}
    unknown = reader.get(f"/api/v1/comparison/?of=t-{text.public_id}&with=t-nothing")
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["with"])


def test_the_number_of_a_restricted_document_is_read_by_those_it_is_shared_with(program):
    here = coalition()
    keeper, mate, other = member(here), member(here), member(here)
    circle = circle_of(here, mate, name="Few")
    document = ContributionFactory(access="number", number="TD 99", entered_by=keeper)
    KeptNumber.objects.create(contribution=document, circle=circle)
    proposal = ProposalFactory(contribution=document, identifier="EUR/99/1")
    proposal.events.create(kind="new", status="submitted")
    for person, sees in ((keeper, True), (mate, True), (other, False)):
        reader = program(person)
        assert listed(reader.get("/api/v1/contributions/"), "number") == ["TD 99"] * sees
        assert listed(reader.get("/api/v1/proposals/"), "identifier") == ["EUR/99/1"] * sees
        for path in (f"contributions/{document.public_id}/", f"proposals/{proposal.public_id}/", f"proposals/{proposal.public_id}/events/"):
            assert reader.get(f"/api/v1/{path}").status_code == (200 if sees else 404)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", ["texts", "contributions", "proposals"])
def test_lists_cost_the_same_however_long_they_are(program, path, count, django_assert_num_queries):
    for _ in range(count):
        proposal = ProposalFactory(group=RegionalGroupFactory())
        proposal.base = RevisionTextFactory(revision__resolution=proposal.resolution)
        proposal.save()
    reader = program(UserFactory())
    reader.get(f"/api/v1/{path}/")
    with django_assert_num_queries({"texts": 3, "contributions": 3, "proposals": 4}[path]):
        assert len(reader.get(f"/api/v1/{path}/").json()["results"]) == count

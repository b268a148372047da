import uuid

import pytest

from coalitions.models import Membership, Verdict
from coalitions.outcomes.services.verdicts import give_verdict
from tests import factories

pytestmark = pytest.mark.django_db

VERDICTS = "/api/v1/verdicts/"


@pytest.fixture
def api(program):
    def ask(person, method, path, **data):
        return getattr(program(person), method)(path, data or None)

    return ask


def test_verdicts_are_read_and_given(api, network, past, fifty, samuel):
    given = {"resolution": "50", "assembly": "WTSA-24", "circle": str(network.everyone.public_id), "result": "partly", "words": "Half."}
    given |= {"submission": str(uuid.uuid4()), "version": 0}
    made = api(samuel, "post", VERDICTS, **given)
    assert made.status_code == 201
    assert api(samuel, "post", VERDICTS, **given).status_code == 200
    row = made.json()
    assert (row["result"], row["words"], row["resolution"], row["assembly"], row["version"]) == ("partly", "Half.", "50", "WTSA-24", 1)
    assert row["by"]["name"] == "Samuel O."
    assert api(samuel, "get", f"{VERDICTS}{row['id']}/").json() == row
    conflict = api(samuel, "post", VERDICTS, **given | {"submission": str(uuid.uuid4()), "result": "not"})
    assert conflict.status_code == 409
    assert Verdict.objects.count() == 1


def test_only_the_latest_or_only_earlier_ones(api, network, past, fifty, samuel):
    for result in ("not", "partly"):
        give_verdict(fifty, past, circle=network.everyone, result=result, by=samuel)

    def found(**asked):
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return [row["result"] for row in api(samuel, "get", f"{VERDICTS}?{query}").json()["results"]]

    assert found() == ["partly", "not"]
    assert found(newest="true") == ["partly"]
    assert found(newest="false") == ["not"]
    assert found(assembly="WTSA-28") == []
    assert found(resolution="50", circle=network.everyone.public_id, newest="true") == ["partly"]


def test_who_may_not_read_or_judge(api, network, past, fifty, samuel):
    verdict = give_verdict(fifty, past, circle=network.everyone, result="not", by=samuel)
    given = {"resolution": "50", "assembly": "WTSA-24", "circle": str(network.everyone.public_id), "result": "partly"}
    for person in (factories.observer(network), factories.UserFactory()):
        assert api(person, "get", f"{VERDICTS}{verdict.public_id}/").status_code == 404
        assert api(person, "get", VERDICTS).json()["results"] == []
        assert api(person, "post", VERDICTS, **given).status_code == 400
    Membership.objects.filter(user=samuel).update(left_at="2025-01-01T00:00Z")
    reader = factories.member(network)
    assert api(reader, "get", f"{VERDICTS}{verdict.public_id}/").json()["by"]["name"] == "a former member"

"""Statements for programs: the same rules as the pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from coalitions.models import Statement, StatementAnswer
from tests.coalitions.statements.conftest import TEXT, opened, say, signer
from tests.factories import coalition, lead, member

pytestmark = pytest.mark.django_db
LIST = "/api/v1/statements/"


def address(statement, act=""):
    return f"{LIST}{statement.public_id}/{act + '/' if act else ''}"


def test_a_lead_opens_changes_moves_and_closes_one(program, ours, boss):
    client = program(boss)
    given = {"title": "Rights", "text": TEXT, "language": "en", "closes_at": (now() + timedelta(days=3)).isoformat()}
    given |= {"circle": str(ours.everyone.public_id), "submission": str(uuid4())}
    assert program(member(ours)).post(LIST, given).status_code == 403
    made = client.post(LIST, given)
    assert (made.status_code, client.post(LIST, given).status_code) == (201, 200)
    statement = Statement.objects.get()
    assert made.json()["texts"][0]["text"] == TEXT + "\n"
    assert client.post(address(statement, "text"), {"text": "Other", "version": 1}).json()["text_version"] == 2
    late = (now() + timedelta(days=9)).isoformat()
    assert client.post(address(statement, "closing"), {"closes_at": late, "version": 1}).status_code == 409
    assert client.post(address(statement, "closing"), {"closes_at": late, "version": 2}).status_code == 200
    assert client.post(address(statement, "close"), {}).json()["is_open"] is False
    assert client.post(address(statement, "close"), {}).status_code == 409


def test_an_organisation_answers_and_takes_it_back(program, ours, boss):
    one, statement = signer(ours, "House"), opened(ours, boss)
    assert program(one).get(f"{LIST}?waiting=true").json()["count"] == 1
    given = {"choice": "endorse", "inside": True, "outside": False, "text_version": 1}
    assert program(boss).post(address(statement, "answer"), given).status_code == 403
    assert program(one).post(address(statement, "answer"), given | {"text_version": 2}).status_code == 409
    shown = program(one).post(address(statement, "answer"), given).json()
    assert shown["own"]["state"] == "endorses"
    assert [row["name"] for row in shown["named"]] == ["House"]
    assert program(one).get(f"{LIST}?waiting=true").json()["count"] == 0
    assert program(one).post(address(statement, "withdraw")).json()["own"]["state"] == "silent"
    assert StatementAnswer.objects.count() == 2


def test_a_hidden_organisation_is_in_no_answer_of_the_api(program, ours, boss):
    hidden, statement = signer(ours, "Hidden House"), opened(ours, boss)
    say(statement, hidden, "reservation", reservation="Hidden words")
    shown = program(boss).get(address(statement))
    assert "Hidden" not in shown.content.decode()
    assert (shown.json()["organisations"], shown.json()["unnamed"], shown.json()["hides_answers"]) == (1, 1, True)
    assert program(hidden).get(address(statement)).json()["own"]["reservation"] == "Hidden words"


def test_nobody_else_knows_of_it(program, ours, boss):
    statement = opened(ours, boss)
    other = program(lead(coalition("Another")))
    assert other.get(LIST).json()["count"] == 0
    assert other.get(address(statement)).status_code == 404
    for act in ("answer", "withdraw", "text", "closing", "close"):
        assert other.post(address(statement, act), {}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_what_reading_costs(program, django_assert_num_queries, ours, boss, rows):
    statement = opened(ours, boss)
    for number in range(rows):
        say(statement, signer(ours, f"House {number}"), inside=True)
        opened(ours, boss)
    client = program(boss)
    client.get("/api/v1/")
    with django_assert_num_queries(3):
        assert client.get(LIST).json()["count"] > rows
    with django_assert_num_queries(8):
        assert len(client.get(address(statement)).json()["named"]) == rows

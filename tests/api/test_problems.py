import pytest
from django.test import Client
from django.urls import path
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle
from rest_framework.views import APIView

from amnt.api.problems import by_field
from amnt.urls import urlpatterns as house
from tests.factories import FollowUpFactory, ResolutionFactory, UserFactory, coalition, member

pytestmark = pytest.mark.django_db


class Broken(APIView):
    permission_classes = ()

    def get(self, request):
        raise ZeroDivisionError("the secret of the house")


urlpatterns = [path("api/v1/broken/", Broken.as_view()), *house]


def problem_of(answer):
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"].startswith("http://testserver/api/v1/docs/#")
    assert body["title"]
    assert body["detail"]
    return body


def test_a_stranger_is_asked_for_a_key_not_sent_to_a_page(client):
    answer = client.get("/api/v1/follow-ups/", headers={"Accept-Language": "es"})
    assert problem_of(answer)["status"] == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_what_is_wrong_with_a_field_is_said_in_her_own_language(program):
    ours = coalition()
    client = program(member(ours, language="es"))
    answer = client.post("/api/v1/follow-ups/", {"title": "half a sign: \ud800", "circle": str(ours.everyone.public_id)})
    assert problem_of(answer)["errors"]["title"] == ["No se admiten caracteres sustitutos: U+D800."]


@pytest.mark.parametrize("path", ["nowhere/", "resolutions/999/", "follow-ups/not-an-id/", "resolutions/50"])
def test_what_is_not_there_is_a_problem_not_a_page(program, path):
    ResolutionFactory(number=51)
    assert problem_of(program(UserFactory()).get(f"/api/v1/{path}"))["status"] == 404


def test_nothing_under_the_address_of_the_api_is_told_to_strangers(client):
    assert problem_of(client.get("/api/v1/nowhere/"))["status"] == 401


def test_a_wrong_method_a_wrong_format_and_broken_json_are_said(program):
    client = program(UserFactory())
    assert problem_of(client.put("/api/v1/resolutions/"))["status"] == 405
    assert problem_of(client.get("/api/v1/resolutions/", headers={"Accept": "text/html"}))["status"] == 406
    assert problem_of(Client.post(client, "/api/v1/watches/", {"resolution": "50"}))["status"] == 415
    assert problem_of(Client.post(client, "/api/v1/watches/", "{", content_type="application/json"))["status"] == 400
    assert problem_of(Client.post(client, "/api/v1/watches/", "[]", content_type="application/json"))["status"] == 400


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param('{"circle": "\\ud800"}', id="half of a character"),
        pytest.param("[" * 100_000, id="brackets without end"),
        pytest.param('{"circle":' * 50_000, id="braces without end"),
        pytest.param('{"version": ' + "9" * 5_000 + "}", id="a number of many digits"),
        pytest.param("NaN", id="no number"),
        pytest.param(b'\xff{"', id="no text"),
    ],
)
def test_json_that_can_neither_be_stored_nor_answered_is_a_problem(program, sent):
    answer = Client.post(program(UserFactory()), "/api/v1/follow-ups/", sent, content_type="application/json")
    assert problem_of(answer)["status"] == 400


def test_a_body_larger_than_is_read_is_a_problem_and_no_fault(program):
    answer = Client.post(program(UserFactory()), "/api/v1/follow-ups/", b" " * 3_000_000, content_type="application/json")
    assert problem_of(answer)["status"] == 413


def test_a_session_needs_its_csrf_token_to_change_anything():
    ours = coalition()
    someone = member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=someone, owner=someone)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(someone)
    assert browser.get("/api/v1/follow-ups/").json()["count"] == 1
    assert problem_of(browser.post(f"/api/v1/follow-ups/{row.public_id}/accept/"))["status"] == 403
    row.refresh_from_db()
    assert row.state == "to-accept"


def test_a_session_with_its_csrf_token_acts():
    ours = coalition()
    someone = member(ours)
    row = FollowUpFactory(circle=ours.everyone, created_by=someone, owner=someone)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(someone)
    browser.get("/api/v1/docs/")
    token = browser.cookies["csrftoken"].value
    path = f"/api/v1/follow-ups/{row.public_id}/accept/"
    assert browser.post(path, content_type="application/json", headers={"X-CSRFToken": token}).status_code == 200
    row.refresh_from_db()
    assert row.state == "in-hand"


@pytest.mark.urls("tests.api.test_problems")
def test_what_breaks_on_our_side_tells_nothing_of_the_house(client):
    client.raise_request_exception = False
    answer = client.get("/api/v1/broken/")
    assert problem_of(answer)["status"] == 500
    assert "secret" not in answer.text


def test_a_person_who_asks_too_often_waits(program, monkeypatch):
    monkeypatch.setitem(UserRateThrottle.THROTTLE_RATES, "user", "2/min")
    client, other = program(UserFactory()), program(UserFactory())
    assert [client.get("/api/v1/").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/v1/")
    assert problem_of(answer)["title"] == "Too many requests."
    assert 0 < int(answer["Retry-After"]) <= 60
    assert other.get("/api/v1/").status_code == 200


def test_strangers_who_try_keys_are_slowed_down_too(client, monkeypatch):
    monkeypatch.setitem(AnonRateThrottle.THROTTLE_RATES, "anon", "2/min")
    headers = {"Authorization": "Bearer amnt_0000000000000000000000000000000000000000", "X-Forwarded-For": "203.0.113.1"}
    assert [client.get("/api/v1/", headers=headers).status_code for _ in range(3)] == [401, 401, 429]
    headers["X-Forwarded-For"] = "203.0.113.2"
    assert client.get("/api/v1/", headers=headers).status_code == 429


@pytest.mark.parametrize(
    ("detail", "flat"),
    [
        ({"title": ["Too long."]}, {"title": ["Too long."]}),
        (["Both."], {"non_field_errors": ["Both."]}),
        ({"people": [{}, {"name": ["Missing."]}]}, {"people.1.name": ["Missing."]}),
        ({"a": {"b": "One."}, "c": ["Two.", "Three."]}, {"a.b": ["One."], "c": ["Two.", "Three."]}),
    ],
)
def test_errors_are_on_one_level(detail, flat):
    assert by_field(detail) == flat


@pytest.mark.parametrize(
    "query", ["state=", "state=%20", "open=", "mine=", "circle=", "resolution=", "due_before=", "limit=", "offset=", "state=done&open="]
)
def test_a_filter_without_a_value_is_a_problem(program, query):
    """Taken as no filter at all, it would hand out everything to a program that had asked for less."""
    answer = program(UserFactory()).get(f"/api/v1/follow-ups/?{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    name = query.rpartition("&")[2].split("=")[0]
    assert answer.json()["errors"][name] == ["Give this a value, or leave it out."]


@pytest.mark.parametrize("path", ["resolutions/?q=", "proposals/?status=", "meetings/?kind=", "texts/?language=", "contributions/?number="])
def test_every_list_refuses_a_filter_without_a_value(program, path):
    assert program(UserFactory()).get(f"/api/v1/{path}").status_code == 400

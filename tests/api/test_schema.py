import gzip
import json
import re
import uuid
from unittest import SkipTest

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.throttling import UserRateThrottle
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi_checks

from amnt.accounts.tokens import create_token
from amnt.api.problems import KINDS
from amnt.api.reference import groups
from resolutions.models import Watch
from tests.factories import (
    ClauseFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionTextFactory,
    UserFactory,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db

ACTS = ("accept", "assign", "block", "decline", "done", "drop", "hand-back", "reopen", "resume", "snooze", "take")
OPERATIONS = [
    ("GET", "/api/v1/"),
    ("GET", "/api/v1/resolutions/"),
    ("GET", "/api/v1/resolutions/{slug}/"),
    ("GET", "/api/v1/watches/"),
    ("POST", "/api/v1/watches/"),
    ("GET", "/api/v1/watches/{resolution}/"),
    ("PATCH", "/api/v1/watches/{resolution}/"),
    ("DELETE", "/api/v1/watches/{resolution}/"),
    ("GET", "/api/v1/texts/"),
    ("GET", "/api/v1/texts/{id}/"),
    ("GET", "/api/v1/texts/{id}/clauses/"),
    ("GET", "/api/v1/contributions/"),
    ("GET", "/api/v1/contributions/{id}/"),
    ("GET", "/api/v1/proposals/"),
    ("GET", "/api/v1/proposals/{id}/"),
    ("GET", "/api/v1/proposals/{id}/clauses/"),
    ("GET", "/api/v1/proposals/{id}/events/"),
    ("GET", "/api/v1/comparison/"),
    ("GET", "/api/v1/meetings/"),
    ("GET", "/api/v1/meetings/{id}/"),
    ("GET", "/api/v1/deadlines/"),
    ("GET", "/api/v1/deadlines/{id}/"),
    ("GET", "/api/v1/circles/"),
    ("GET", "/api/v1/circles/{id}/"),
    ("GET", "/api/v1/people/"),
    ("GET", "/api/v1/follow-ups/"),
    ("POST", "/api/v1/follow-ups/"),
    ("GET", "/api/v1/follow-ups/{id}/"),
    ("PATCH", "/api/v1/follow-ups/{id}/"),
    *(("POST", f"/api/v1/follow-ups/{{id}}/{act}/") for act in ACTS),
]

FORMATS = Draft202012Validator.FORMAT_CHECKER


@pytest.fixture
def description(program):
    return program(UserFactory()).get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()


def operations(description):
    return {
        (method.upper(), path): operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }


def test_the_description_is_valid_openapi_3_1(description):
    assert description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(description).validate()


def test_every_operation_says_what_it_is_and_how_it_refuses(description):
    for (method, path), operation in operations(description).items():
        assert operation["summary"], (method, path)
        wanted = {"401", "406", "429"}
        if method != "GET":
            wanted |= {"403", "409", "415"}
        if "requestBody" in operation:
            wanted |= {"400"}
        if "{" in path:
            wanted |= {"404"}
        assert wanted <= set(operation["responses"]), (method, path)
        refusals = [answer for code, answer in operation["responses"].items() if code >= "400"]
        assert {media for answer in refusals for media in answer["content"]} == {"application/problem+json"}


def test_nothing_of_the_api_is_left_out(description):
    assert set(operations(description)) == set(OPERATIONS)


def test_no_primary_key_is_told(description):
    for path in description["paths"]:
        assert "{pk}" not in path
    for name, component in description["components"]["schemas"].items():
        if (identity := component.get("properties", {}).get("id")) is not None:
            assert identity["format"] == "uuid", name


def sentences(part):
    """What the description says in words, however deep."""
    if isinstance(part, list):
        return {said for each in part for said in sentences(each)}
    if not isinstance(part, dict):
        return set()
    own = {part[name] for name in ("description", "summary") if isinstance(part.get(name), str) and " " in part[name]}
    return own | {said for each in part.values() for said in sentences(each)}


def test_no_odd_address_of_the_description_ends_in_an_error(client):
    client.force_login(UserFactory())
    for asked in ("version=%0d%0a", "version=2", "version=%22;x", "lang=%0d%0a", "lang=xx", "lang=../../x", "lang=%00"):
        answer = client.get(f"/api/v1/schema/?format=json&{asked}")
        assert answer.status_code == 200, asked
        assert answer.headers["Content-Disposition"] == 'inline; filename="Agenda API.json"', asked


def test_the_description_is_in_the_readers_language():
    said = {}
    for language in ("fr", "en", "es"):
        browser = Client()
        browser.force_login(UserFactory(language=language))
        answer = browser.get("/api/v1/schema/?format=json")
        assert answer["Content-Language"] == language
        said[language] = sentences(answer.json())
    assert "Un texto, como t-<su id>, o una propuesta, como p-<su id>." in said["es"]
    alike = {sentence for sentence in said["fr"] & said["en"] | said["fr"] & said["es"] | said["en"] & said["es"] if "`" not in sentence}
    assert alike == {"No response body"}


def test_the_description_and_its_page_are_for_those_who_are_in(client):
    assert client.get("/api/v1/schema/").status_code == 401
    assert client.get("/api/v1/docs/").url == "/account/login/?next=/api/v1/docs/"


def test_its_page_names_no_other_origin_and_keeps_the_strict_policy(client):
    client.force_login(UserFactory())
    page = client.get("/api/v1/docs/")
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "//" not in page.text.replace("http://testserver/api/v1/", "").replace("https://example.org/", "")


def test_the_page_of_the_api_shows_every_operation_and_each_kind_of_problem(client, django_assert_num_queries):
    client.force_login(UserFactory())
    client.get("/api/v1/docs/")
    with django_assert_num_queries(2):
        page = client.get("/api/v1/docs/")
    for method, path in OPERATIONS:
        assert f"{method} {path}<" in page.text
    for _code, (slug, _title) in KINDS.items():
        assert f'<div id="{slug}">' in page.text
    assert 'href="#shape-Resolution"' in page.text
    assert '<div id="shape-Resolution">' in page.text
    assert len(gzip.compress(page.content)) < 30_000


def test_what_the_page_offers_to_open_opens(client):
    client.force_login(UserFactory())
    offered = re.findall(r'<a class="button button-plain" href="(/api/v1/[^"]*)"', client.get("/api/v1/docs/").text)
    assert "/api/v1/resolutions/" in offered
    for path in offered:
        assert client.get(path, headers={"Accept": "text/html,*/*;q=0.8"}).status_code == 200, path


def test_the_examples_of_the_page_are_what_the_description_asks_for():
    document = SchemaGenerator().get_schema(request=None, public=True)
    sent = [operation for group in groups(document) for operation in group.operations if operation.example]
    assert {"POST", "PATCH"} <= {operation.method for operation in sent}
    for operation in sent:
        schema = document["paths"][operation.path][operation.method.lower()]["requestBody"]["content"]["application/json"]["schema"]
        validator = Draft202012Validator(
            schema | {"components": document["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        assert list(validator.iter_errors(json.loads(operation.example))) == [], operation.name


# --- Whatever is sent ---------------------------------------------------------------------------------------------------


CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
# The same requests every time.
SEEDED = hypothesis.settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def one_connection(description):
    """A server closes connections around each request, but this one holds the transaction of the test. After `description`,
    whose client lets them be closed again.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def well_formed_or_not(operation):
    try:
        malformed = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        malformed.validate()
    except SkipTest:
        return operation.as_strategy()
    return operation.as_strategy() | malformed


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_it_answers_as_described(description, monkeypatch, settings, method, path):
    monkeypatch.setitem(UserRateThrottle.THROTTLE_RATES, "user", None)
    settings.LEADS_NEED_SECOND_FACTOR = False
    ours = coalition()
    me, other = lead(ours), member(ours)
    circle = ours.everyone
    resolution = ResolutionFactory(number=50)
    Watch.objects.create(user=me, resolution=resolution)
    meeting = MeetingFactory(circle=circle)
    deadline = DeadlineFactory(meeting=meeting)
    row = FollowUpFactory(circle=circle, created_by=me, owner=me, resolution=resolution)
    text = RevisionTextFactory(revision__resolution=resolution)
    base = ClauseFactory(version=text)
    proposal = ProposalFactory(resolution=resolution, base=text)
    proposal.clauses.create(position=1, action="MOD", part="operative", change="modified", text="to do more;", base_clause=base)
    proposal.events.create(kind="new", status="submitted")
    real = {
        "slug": "50",
        "resolution": "50",
        "circles": circle.public_id,
        "meetings": meeting.public_id,
        "deadlines": deadline.public_id,
        "follow-ups": row.public_id,
        "texts": text.public_id,
        "contributions": proposal.contribution.public_id,
        "proposals": proposal.public_id,
    }
    versions = {"of": f"t-{text.public_id}", "with": f"p-{proposal.public_id}"}
    named = {"circle": circle.public_id, "to": other.public_id, "owner": me.public_id, "backup": other.public_id, "resolution": "50"}
    schema = schemathesis.openapi.from_dict(description)
    schema.app = get_wsgi_application()
    _token, key = create_token(me, name="A program", days=30, submission=uuid.uuid4(), scope="write")

    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
    answered = set()

    @SEEDED
    @given(case=well_formed_or_not(schema[path][method]), is_real=st.booleans())
    def answers_as_described(case, is_real):
        if is_real:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = str(real.get(name) or real[path.split("/")[3]])
            if path.endswith("/comparison/") and isinstance(case.query, dict):
                case.query |= versions
            if isinstance(case.body, dict):
                case.body |= {name: str(value) for name, value in named.items() if name in case.body}
        answered.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    answers_as_described()
    assert 401 not in answered
    assert answered & {200, 201, 204, 409}

import gzip
import json
import re
import uuid
from datetime import date, timedelta
from unittest import SkipTest

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils.timezone import now
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
from coalitions.live.services.notes import write_note
from coalitions.models import AssemblySession, Membership, Position, ReportLine, Verdict
from coalitions.outreach.services.contacts import log_contact
from coalitions.participation.services import own_routes
from coalitions.priorities.services import priorities
from coalitions.priorities.services.decisions import log_decision
from coalitions.services import absences
from coalitions.services.delegations import begin_card
from coalitions.services.mandates import give_mandate
from coalitions.statements.services import co_signing
from coalitions.statements.services.statements import open_statement
from coalitions.texts.services.rights_impacts import enter_impact
from resolutions.models import StudyGroup, StudyGroupLink, Watch
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    OrganisationFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionTextFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    plan_of,
)

pytestmark = pytest.mark.django_db

ACTS = ("accept", "assign", "block", "decline", "done", "drop", "hand-back", "reopen", "resume", "snooze", "take")
OPERATIONS = [
    ("GET", "/api/v1/"),
    ("GET", "/api/v1/resolutions/"),
    ("GET", "/api/v1/resolutions/{slug}/"),
    ("GET", "/api/v1/priorities/"),
    ("POST", "/api/v1/priorities/"),
    ("GET", "/api/v1/priorities/{id}/"),
    ("PATCH", "/api/v1/priorities/{id}/"),
    ("GET", "/api/v1/decisions/"),
    ("POST", "/api/v1/decisions/"),
    ("GET", "/api/v1/decisions/{id}/"),
    ("GET", "/api/v1/rights-impacts/"),
    ("POST", "/api/v1/rights-impacts/"),
    ("GET", "/api/v1/rights-impacts/{id}/"),
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
    ("GET", "/api/v1/plans/"),
    ("POST", "/api/v1/plans/"),
    ("GET", "/api/v1/plans/{id}/"),
    ("DELETE", "/api/v1/plans/{id}/"),
    ("GET", "/api/v1/plans/{id}/move/"),
    ("POST", "/api/v1/plans/{id}/move/"),
    ("POST", "/api/v1/plans/{id}/keep/"),
    ("POST", "/api/v1/plans/{id}/undo-move/"),
    ("GET", "/api/v1/absences/"),
    ("POST", "/api/v1/absences/"),
    ("DELETE", "/api/v1/absences/{id}/"),
    ("GET", "/api/v1/verdicts/"),
    ("POST", "/api/v1/verdicts/"),
    ("GET", "/api/v1/verdicts/{id}/"),
    ("GET", "/api/v1/new-cycle/"),
    ("POST", "/api/v1/new-cycle/"),
    ("GET", "/api/v1/report-lines/"),
    ("POST", "/api/v1/report-lines/"),
    ("GET", "/api/v1/report-lines/candidates/"),
    ("GET", "/api/v1/report-lines/{id}/"),
    ("DELETE", "/api/v1/report-lines/{id}/"),
    ("POST", "/api/v1/report-lines/{id}/release/"),
    ("GET", "/api/v1/study-group-followers/"),
    ("POST", "/api/v1/study-group-followers/"),
    ("POST", "/api/v1/study-group-followers/stop/"),
    ("GET", "/api/v1/positions/"),
    ("POST", "/api/v1/positions/"),
    ("GET", "/api/v1/positions/{id}/"),
    ("POST", "/api/v1/positions/{id}/answer/"),
    ("POST", "/api/v1/positions/{id}/holds/"),
    ("POST", "/api/v1/positions/{id}/publish/"),
    ("GET", "/api/v1/circles/"),
    ("GET", "/api/v1/circles/{id}/"),
    ("GET", "/api/v1/people/"),
    ("GET", "/api/v1/ways-in/"),
    ("GET", "/api/v1/own-routes/"),
    ("POST", "/api/v1/own-routes/"),
    ("GET", "/api/v1/own-routes/{id}/"),
    ("PATCH", "/api/v1/own-routes/{id}/"),
    ("GET", "/api/v1/mandates/"),
    ("POST", "/api/v1/mandates/"),
    ("GET", "/api/v1/mandates/{id}/"),
    ("DELETE", "/api/v1/mandates/{id}/"),
    ("GET", "/api/v1/statements/"),
    ("POST", "/api/v1/statements/"),
    ("GET", "/api/v1/statements/{id}/"),
    *(("POST", f"/api/v1/statements/{{id}}/{act}/") for act in ("answer", "close", "closing", "text", "withdraw")),
    ("GET", "/api/v1/statements/{id}/invitations/"),
    ("POST", "/api/v1/statements/{id}/invitations/"),
    ("POST", "/api/v1/statements/{id}/revoke-invitation/"),
    ("GET", "/api/v1/follow-ups/"),
    ("POST", "/api/v1/follow-ups/"),
    ("GET", "/api/v1/follow-ups/{id}/"),
    ("PATCH", "/api/v1/follow-ups/{id}/"),
    ("GET", "/api/v1/delegations/"),
    ("POST", "/api/v1/delegations/"),
    ("GET", "/api/v1/delegations/{id}/"),
    ("PATCH", "/api/v1/delegations/{id}/"),
    ("POST", "/api/v1/delegations/{id}/confirm/"),
    ("POST", "/api/v1/delegations/{id}/declare/"),
    ("GET", "/api/v1/sessions/"),
    ("POST", "/api/v1/sessions/"),
    ("GET", "/api/v1/sessions/{id}/"),
    ("PATCH", "/api/v1/sessions/{id}/"),
    ("POST", "/api/v1/sessions/{id}/attend/"),
    ("POST", "/api/v1/sessions/{id}/cancel/"),
    ("POST", "/api/v1/sessions/{id}/confirm/"),
    ("POST", "/api/v1/sessions/{id}/withdraw/"),
    ("GET", "/api/v1/session-notes/"),
    ("POST", "/api/v1/session-notes/"),
    ("GET", "/api/v1/session-notes/{id}/"),
    ("GET", "/api/v1/contacts/"),
    ("POST", "/api/v1/contacts/"),
    ("GET", "/api/v1/contacts/{id}/"),
    ("DELETE", "/api/v1/contacts/{id}/"),
    ("POST", "/api/v1/contacts/{id}/answer/"),
    ("POST", "/api/v1/contacts/{id}/in-text/"),
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
    said, shapes = {}, {}
    for language in ("fr", "en", "es"):
        browser = Client()
        browser.force_login(UserFactory(language=language))
        answer = browser.get("/api/v1/schema/?format=json")
        assert answer["Content-Language"] == language
        said[language] = sentences(answer.json())
        shapes[language] = set(answer.json()["components"]["schemas"])
    assert "Un texto, como t-<su id>, o una propuesta, como p-<su id>." in said["es"]
    alike = {sentence for sentence in said["fr"] & said["en"] | said["fr"] & said["es"] | said["en"] & said["es"] if "`" not in sentence}
    assert alike == {"No response body"}
    assert shapes["fr"] == shapes["en"] == shapes["es"]


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
    card = begin_card(AssemblyFactory(), country="KE", by=other, is_checked=False, source="https://example.org/list")
    asked = {"ask": "Remove 2 bis", "channel": "letter", "asked_on": now().date()}
    contact = log_contact(card, circle=circle, resolution=resolution, by=me, **asked)
    text = RevisionTextFactory(revision__resolution=resolution)
    base = ClauseFactory(version=text)
    proposal = ProposalFactory(resolution=resolution, base=text)
    proposal.clauses.create(position=1, action="MOD", part="operative", change="modified", text="to do more;", base_clause=base)
    proposal.events.create(kind="new", status="submitted")
    Membership.objects.filter(user__in=(me, other)).update(organisation=OrganisationFactory())
    organisation = Membership.objects.get(user=me).organisation
    session = AssemblySession.objects.create(circle=circle, assembly=AssemblyFactory(), starts_at=now() - timedelta(hours=2))
    noted = write_note(session, circle=circle, moved="It moved", by=me)
    route = own_routes.note(circle=circle, by=me, organisation=organisation, way="associate")
    mandate = give_mandate(Membership.objects.get(user=me), by=me)
    closing = {"closes_at": now() + timedelta(days=3)}
    statement = open_statement(circle, title="A title", text="A text", language="en", by=me, **closing)
    about = {"circle": circle, "assembly": meeting.assembly, "resolution": resolution}
    verdict = Verdict.objects.create(**about, version=1, result="not", by=me)
    position = Position.objects.create(circle=circle_of(ours, me), resolution=resolution, version=1, stance="watch", by=me)
    line = ReportLine.objects.create(coalition=ours, assembly=meeting.assembly, part="name", text="A", proposed_by=other)
    group = StudyGroup.objects.create(period="2025-2028", number=17)
    StudyGroupLink.objects.create(resolution=resolution, study_group=group)
    AssemblyFactory(code="WTSA-32", starts_on=date(2032, 10, 1), ends_on=date(2032, 10, 10))
    plan = plan_of(circle, me)
    real = {
        "slug": "50",
        "resolution": "50",
        "circles": circle.public_id,
        "meetings": meeting.public_id,
        "deadlines": deadline.public_id,
        "follow-ups": row.public_id,
        "mandates": mandate.public_id,
        "statements": statement.public_id,
        "delegations": card.public_id,
        "contacts": contact.public_id,
        "session-notes": noted.public_id,
        "sessions": session.public_id,
        "own-routes": route.public_id,
        "plans": plan.public_id,
        "absences": absences.declare(me, starts_on=now().date(), ends_on=now().date() + timedelta(days=2)).public_id,
        "positions": position.public_id,
        "texts": text.public_id,
        "verdicts": verdict.public_id,
        "report-lines": line.public_id,
        "contributions": proposal.contribution.public_id,
        "proposals": proposal.public_id,
    }
    if path.endswith("/answer/"):  # organisations answer to the position of everyone, not to a draft
        real["positions"] = Position.objects.create(circle=circle, resolution=resolution, version=1, stance="watch", by=me).public_id
    real |= {
        "priorities": priorities.write_priority(ours, title="First", by=me).public_id,
        "decisions": log_decision(circle=circle, text="Decided", decided_on=now().date(), by=me).public_id,
        "rights-impacts": enter_impact(resolution, circle=circle, right="privacy", mechanism="Profiles", by=me).public_id,
    }
    query = {}
    if path.endswith("/comparison/"):
        query = {"of": f"t-{text.public_id}", "with": f"p-{proposal.public_id}"}
    if path.endswith(("/candidates/", "/new-cycle/")):
        query = {"coalition": str(ours.public_id), "assembly": meeting.assembly.code}
    if path.endswith("/move/"):
        query = {"how": "share"}
    named = {"circle": circle.public_id, "to": other.public_id, "owner": me.public_id, "backup": other.public_id, "resolution": "50"}
    named |= {"coalition": ours.public_id, "person": other.public_id}
    named |= {"delegation": card.public_id, "person": other.public_id, "proposal": proposal.public_id, "assembly": "WTSA-28"}
    named |= {"organisation": organisation.public_id, "followed_by": me.public_id}
    named |= {
        "deadline": plan.deadline.public_id,
        "country": "UG",
        "source": "https://example.org/list",
        "period": "2025-2028",
        "number": 17,
    }
    named |= {"session": session.public_id}
    named |= {"invitation": co_signing.invite(statement, name="Far House", language="en", by=me).public_id}
    named |= {"coalition": ours.public_id, "person": other.public_id, "assembly": meeting.assembly.code}
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
            if isinstance(case.query, dict):
                case.query |= query
            if isinstance(case.body, dict):
                case.body |= {name: str(value) for name, value in named.items() if name in case.body}
        answered.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    answers_as_described()
    assert 401 not in answered
    answered.add(send_example(description, method, path, real | named, query, Client(headers=headers)))
    assert answered & {200, 201, 204, 409}


def send_example(description, method, path, real, query, client):
    """The code that answers what the page of the API shows for this operation, with what is there in place of its samples."""
    example = next(
        operation.example
        for group in groups(description)
        for operation in group.operations
        if (operation.method, operation.path) == (method, path)
    )
    body = {name: str(real[name]) if name in real else value for name, value in json.loads(example or "{}").items()}
    address = path.format(**{name: real.get(name) or real[path.split("/")[3]] for name in re.findall(r"{(\w+)}", path)})
    return client.generic(method, address, json.dumps(body), content_type="application/json", query_params=query).status_code

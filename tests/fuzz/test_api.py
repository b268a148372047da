"""Whatever a program sends, as a stranger, an observer, a member or a lead: no call of the API fails."""

import uuid

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle
from schemathesis import checks

from amnt.accounts.tokens import create_token
from tests.api.test_schema import operations, well_formed_or_not
from tests.factories import (
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionTextFactory,
    UserFactory,
    coalition,
    lead,
    member,
    observer,
)
from tests.fuzz.cases import TIMES

pytestmark = pytest.mark.django_db

ROUNDS = hypothesis.settings(
    max_examples=2 * TIMES,
    derandomize=TIMES == 1,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def one_connection():
    """A server closes connections around each request, but this one holds the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("role", ["anonymous", "observer", "member", "lead"])
def test_no_call_of_the_api_fails(role, monkeypatch, settings):
    for throttle, name in ((UserRateThrottle, "user"), (AnonRateThrottle, "anon")):
        monkeypatch.setitem(throttle.THROTTLE_RATES, name, None)
    settings.LEADS_NEED_SECOND_FACTOR = False
    browser = Client()
    browser.force_login(UserFactory())
    description = browser.get("/api/v1/schema/?format=json").json()
    # The client of the tests lets connections be closed again.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    ours = coalition()
    boss = lead(ours)
    real = [
        row.public_id
        for row in (
            ours.everyone,
            MeetingFactory(circle=ours.everyone),
            FollowUpFactory(circle=ours.everyone, created_by=boss, owner=boss, resolution=ResolutionFactory(number=50)),
            RevisionTextFactory(),
            ProposalFactory(),
        )
    ]
    people = {"observer": observer, "member": member, "lead": lead}
    headers = {"Accept-Encoding": "identity"}
    if role in people:
        _token, key = create_token(people[role](ours), name="A program", days=30, submission=uuid.uuid4())
        headers["Authorization"] = f"Bearer {key}"
    schema = schemathesis.openapi.from_dict(description)
    schema.app = get_wsgi_application()
    for method, path in operations(description):

        @ROUNDS
        @given(case=well_formed_or_not(schema[path][method]), chosen=st.sampled_from([None, *real]))
        def answers(case, chosen):
            if chosen:
                for name in case.path_parameters or {}:
                    case.path_parameters[name] = str(chosen) if name == "id" else "50"
            answer = case.call_and_validate(headers=headers, checks=[checks.not_a_server_error])
            assert role != "anonymous" or answer.status_code >= 400

        answers()

"""What is not public leaves through a lead who proves again who she is; it is recorded, told and marked."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.urls import reverse
from openpyxl import load_workbook

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.mail.emails import compose
from amnt.mail.models import Email
from coalitions.models import Circle, KeptNumber
from coalitions.positions.services.positions import take_position
from coalitions.services.exports import record_export
from coalitions.texts.services.readings import read_proposal
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in
from tests.factories import (
    AssemblyFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/matrix/export/"


@pytest.fixture
def network():
    return coalition("Zz Network")


@pytest.fixture
def boss(network, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    return lead(network, name="Wanjiru Kamau", email="wanjiru@example.org", password=PASSWORD)


@pytest.fixture
def circle(network, boss):
    return circle_of(network, boss, name="Zz Circle")


@pytest.fixture
def texts(network, boss, circle):
    """One proposal that everyone reads as a risk, one that only the circle read, a draft, and a number kept in the circle."""
    group = RegionalGroupFactory(code="ATU", is_recognised=True)
    resolution = ResolutionFactory(number=50)
    assembly = AssemblyFactory()
    one, two = (ProposalFactory(resolution=resolution, group=group, identifier=f"AFCP/1/{n}") for n in (1, 2))
    read_proposal(one, circle=network.everyone, tone="risk", by=boss)
    read_proposal(two, circle=circle, tone="good", by=boss)
    take_position(resolution, circle=network.everyone, stance="oppose", by=boss)
    take_position(resolution, circle=circle, stance="support", by=boss)
    kept = ContributionFactory(number="TD55", access="number", language="", entered_by=boss, assembly=assembly)
    KeptNumber.objects.create(contribution=kept, circle=circle)
    ProposalFactory(resolution=resolution, group=group, contribution=kept, identifier="AFCP/TD55/1")


def export(client, **data):
    return client.post(ADDRESS, {"sheet": "csv"} | data)


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def confirmed(client, boss):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    log_in(client)
    confirm_it_is_me(client)
    return client


def test_a_lead_is_asked_again_who_it_is(client, boss):
    client.force_login(boss)
    for answer in (client.get(ADDRESS), export(client)):
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("account_reauthenticate"))
    assert AuditEntry.objects.filter(act="export.matrix").count() == 0


@pytest.mark.parametrize("role", [member, observer])
def test_whoever_is_no_lead_exports_nothing(client, network, boss, role):
    client.force_login(role(network))
    assert [client.get(ADDRESS).status_code, export(client).status_code] == [403, 403]


def test_a_lead_without_a_second_factor_is_told_what_is_missing(client, boss, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(boss)
    for answer in (client.get(ADDRESS), export(client)):
        assert answer.status_code == 403
        assert "A second factor first" in answer.text
    Authenticator.objects.create(user=boss, type="totp", data={})
    assert client.get(ADDRESS).status_code == 302


def test_the_file_of_the_coalition_holds_what_everyone_reads_and_bears_a_mark(confirmed, boss, texts):
    answer = export(confirmed)
    header, row, mark = rows_of(answer)
    assert header[-3:] == ["Our position", "Version", "To be reviewed"]
    assert row[2] == "MOD AFCP/1/1: unfavourable\nMOD AFCP/1/2: not read yet"
    assert row[-3:-1] == ["Oppose", "v1"]
    assert mark[0].startswith("Coalition, not to be passed on. Exported by Wanjiru Kamau on 20")
    assert 'filename="matrix-coalition-' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_file_of_the_circles_holds_theirs_too_and_each_is_recorded(confirmed, boss, circle, texts):
    answer = export(confirmed, with_circles="on", sheet="xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows()]
    assert rows[0][0].startswith("Restricted circle, not to be passed on. Exported by Wanjiru Kamau on 20")
    assert rows[2][2] == "MOD AFCP/1/1: unfavourable\nMOD AFCP/1/2: favourable\nMOD AFCP/TD55/1: not read yet"
    assert rows[2][-3] == "Oppose; draft in a circle"
    recorded = AuditEntry.objects.filter(act="export.matrix").order_by("pk").values_list("level", "circle")
    assert list(recorded) == [("C1", None), ("C2", circle.public_id)]


def test_a_delegation_is_never_in_it(confirmed, boss, circle, texts):
    Circle.objects.filter(pk=circle.pk).update(kind="delegation")
    assert "with_circles" not in confirmed.get(ADDRESS).text
    answer = export(confirmed, with_circles="on").text
    assert [word in answer for word in ("AFCP/1/1", ": favourable", "TD55", "draft")] == [True, False, False, False]


def test_other_leads_are_told_once_a_day_and_discreetly(confirmed, network, boss):
    other = lead(network, name="Zz Other")
    export(confirmed)
    export(confirmed)
    [email] = Email.objects.filter(kind="coalitions/for_leads")
    assert email.to == other
    letter = compose([email])[email.pk]
    assert "A lead exported something that is not public." in letter.text
    assert not any(word in letter.subject + letter.text + letter.html for word in ("Zz", "Wanjiru", "atrix"))
    assert AuditEntry.objects.filter(act="export.matrix").count() == 2


def test_a_day_later_other_leads_are_told_again(network, boss):
    other = lead(network)
    told = []
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        for hours in (0, 23, 1):
            clock.shift(timedelta(hours=hours))
            record_export("matrix", coalition=network, by=boss)
            told.append(Email.objects.filter(kind="coalitions/for_leads", to=other).count())
    assert told == [1, 1, 2]


@pytest.mark.parametrize(("name", "said"), [("Wanjiru Kamau", "Wanjiru Kamau"), ("", "wanjiru@example.org")])
def test_the_mark_names_whoever_took_it_out(network, boss, name, said):
    boss.name, boss.email = name, "wanjiru@example.org"
    boss.save()
    with time_machine.travel("2028-03-01T12:34Z", tick=False):
        line = record_export("matrix", coalition=network, by=boss)
    assert line == f"Coalition, not to be passed on. Exported by {said} on 2028-03-01 at 12:34 UTC."


def test_the_service_refuses_other_circles_and_other_people(network, boss):
    elsewhere = coalition()
    lead(elsewhere)
    elsewhere.memberships.create(user=boss, role="lead")
    hers = circle_of(elsewhere, boss)
    not_in = circle_of(network, member(network))
    delegation = circle_of(network, boss, kind="delegation")
    for circle in (hers, not_in, delegation, network.everyone):
        with pytest.raises(RuleBroken):
            record_export("matrix", coalition=network, circles=[circle], by=boss)
    with pytest.raises(RuleBroken):
        record_export("matrix", coalition=network, by=member(network))
    assert AuditEntry.objects.filter(act="export.matrix").count() == 0

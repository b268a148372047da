from datetime import timedelta

import pytest
from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import Membership
from coalitions.services import mandates
from coalitions.statements.services import answers, statements
from tests.factories import OrganisationFactory, coalition, lead, member

# Mails wait for nothing, whatever the hour at which the tests run.
ALWAYS = {"quiet_from": "00:00", "quiet_to": "00:00", "weekend": User.Weekend.NONE}
TEXT = "We ask that human rights be considered.\n\nWe ask that the effect be studied before approval."


@pytest.fixture(autouse=True)
def leads_need_no_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def boss(ours):
    return lead(ours, name="Boss Lead")


def signer(of, house: str, *, inside=False, outside=False, **fields):
    """Someone who answers for an organisation of this name."""
    person, organisation = member(of, **ALWAYS | fields), OrganisationFactory(name=house)
    Membership.objects.filter(user=person).update(organisation=organisation)
    mandates.give_mandate(Membership.objects.get(user=person), by=None)
    if inside or outside:
        mandates.set_naming_default(of, organisation, inside=inside, outside=outside, by=person)
    person.organisation = organisation
    return person


def opened(of, by, *, circle=None, hours=100, **fields):
    given = {"title": "Security and rights", "text": TEXT, "language": "en", "closes_at": now() + timedelta(hours=hours)} | fields
    return statements.open_statement(circle or of.everyone, by=by, **given)


def say(statement, person, choice="endorse", **fields):
    return answers.answer(statement, organisation=person.organisation, choice=choice, by=person, **fields)

from uuid import uuid4

import pytest

from amnt.core.errors import RuleBroken
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Delegation
from tests.factories import AssemblyFactory

pytestmark = pytest.mark.django_db

TAKEN = "There is already a card for this country."


@pytest.fixture
def assembly():
    return AssemblyFactory()


def card(assembly, country="KE", submission=None):
    return Delegation(assembly=assembly, country=country, submission=submission)


def test_a_new_row_is_inserted(assembly):
    made, is_new = create_once(card(assembly), among=Delegation.objects.all())
    assert is_new
    assert list(Delegation.objects.all()) == [made]


def test_the_row_that_the_same_form_made_is_found_before_and_at_the_same_instant(assembly):
    submission = uuid4()
    assert sent_before(Delegation.objects.all(), submission) is None
    first, _is_new = create_once(card(assembly, submission=submission), among=Delegation.objects.all())
    assert sent_before(Delegation.objects.all(), submission) == first
    assert create_once(card(assembly, submission=submission), among=Delegation.objects.all()) == (first, False)
    assert Delegation.objects.count() == 1


def test_a_form_that_made_another_row_is_refused(assembly):
    submission = uuid4()
    create_once(card(assembly, submission=submission), among=Delegation.objects.all())
    among = Delegation.objects.filter(country="PE")
    with pytest.raises(RuleBroken, match="already been sent"):
        sent_before(among, submission)
    with pytest.raises(RuleBroken, match="already been sent"):
        create_once(card(assembly, "PE", submission), among=among)
    assert Delegation.objects.count() == 1


def test_a_place_that_another_row_has_is_said(assembly):
    create_once(card(assembly), among=Delegation.objects.all())
    with pytest.raises(RuleBroken, match=TAKEN):
        create_once(card(assembly, submission=uuid4()), among=Delegation.objects.all(), taken=TAKEN)
    assert Delegation.objects.count() == 1

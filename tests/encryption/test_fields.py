import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import DataError, transaction
from django.db.models import Exists, F, OuterRef, Value

from amnt.accounts.models import Device
from amnt.encryption import keys
from tests.encryption.dumping import stored
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def device(**fields):
    return Device.objects.create(user=UserFactory(), **{"digest": "d" * 64, "ip": "203.0.113.0", "user_agent": "Firefox"} | fields)


def in_the_column() -> str:
    [row] = stored(Device, "user_agent")
    return row[0]


def test_a_column_holds_ciphertext_and_the_model_its_text():
    row = device()
    assert in_the_column().startswith("k1:")
    assert (row.user_agent, Device.objects.get().user_agent, Device.objects.values_list("user_agent", flat=True)[0]) == ("Firefox",) * 3
    Device.objects.update(user_agent="Chrome")
    assert (in_the_column().startswith("k1:"), Device.objects.get().user_agent) == (True, "Chrome")
    row.user_agent = "Safari"
    Device.objects.bulk_update([row], ["user_agent"])
    assert (in_the_column().startswith("k1:"), Device.objects.get().user_agent) == (True, "Safari")
    Device.objects.update(ip=F("user_agent"))
    assert Device.objects.get().ip == "Safari"


def test_an_empty_text_is_stored_as_it_is_and_can_be_asked_for():
    device(user_agent="")
    assert in_the_column() == ""
    assert (Device.objects.filter(user_agent="").count(), Device.objects.exclude(user_agent="").count()) == (1, 0)
    assert (Device.objects.filter(user_agent__isnull=True).count(), Device.objects.get().user_agent) == (0, "")
    within = Device.objects.filter(user_agent="", ip__isnull=False)
    assert Device.objects.filter(Exists(within.filter(pk=OuterRef("pk"))), pk__in=within.values("pk")).count() == 1


@pytest.mark.parametrize(
    "asked",
    [
        lambda rows: rows.filter(user_agent="Firefox"),
        lambda rows: rows.filter(user_agent__icontains="fox"),
        lambda rows: rows.filter(user_agent__in=["Firefox"]),
        lambda rows: rows.filter(user_agent__regex="."),
        lambda rows: rows.filter(user__devices__user_agent__startswith="F"),
        lambda rows: rows.filter(user_agent=F("ip")),
        lambda rows: rows.order_by("user_agent"),
        lambda rows: rows.order_by("-user__devices__user_agent"),
        lambda rows: rows.filter(user_agent__lower="firefox"),
    ],
)
def test_the_database_is_never_asked_to_search_or_sort_what_it_cannot_read(asked):
    with pytest.raises(FieldError, match="is encrypted"):
        list(asked(Device.objects.all()))


def test_limits_are_those_of_the_text():
    with pytest.raises(DataError, match="takes 200 characters, not 201"), transaction.atomic():
        device(user_agent="x" * 201)
    with pytest.raises(ValidationError, match="200"):
        Device(user=UserFactory(), digest="e", ip="i", user_agent="x" * 201).full_clean()
    assert len(device(user_agent="x" * 200).user_agent) == 200
    assert keys.decrypt(in_the_column()) == "x" * 200


def test_an_expression_is_left_to_the_database():
    device()
    Device.objects.update(user_agent=Value(""))
    assert Device.objects.get().user_agent == ""

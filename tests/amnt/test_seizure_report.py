"""The report of what a server held (P5-c): every model is in it, or has a reason not to be."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models
from django.utils.timezone import now

from amnt.accounts.models import AccountRecovery, AddressChange
from amnt.encryption.fields import EncryptedField, EncryptedIfPrivate
from amnt.management import seizure_report
from calendar_app.models import Meeting
from coalitions.models import Approval, CircleView
from tests import factories
from tests.test_scoping import world  # noqa: F401 -- a fixture


@pytest.mark.django_db
def test_every_model_is_counted_or_has_a_reason_not_to_be():
    counted = {holding.rows.model._meta.label for holding in seizure_report.all_stored_rows()}
    there = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert there - counted == set(seizure_report.NOT_COUNTED)


@pytest.mark.django_db
def test_every_encrypted_column_of_what_is_counted_is_named():
    """What is worth encrypting is worth a word in the report."""
    named: dict[str, set[str]] = {}
    for holding in seizure_report.all_stored_rows():
        named.setdefault(holding.rows.model._meta.label, set()).update(holding.columns)
    for model in apps.get_models(include_auto_created=True):
        encrypted = {column.name for column in model._meta.concrete_fields if isinstance(column, EncryptedField | EncryptedIfPrivate)}
        missing = encrypted - named.get(model._meta.label, set())
        assert missing <= SAID_BY_ANOTHER.get(model._meta.label, set()), model._meta.label


# Columns beside others of the same row that are named, and what hangs on a row that is counted.
TITLES = {"title_en", "title_es", "title_fr", "source"}
# Of seats and confidences nothing is told, not even how many there are.
SAID_BY_ANOTHER = {
    "coalitions.ConfidentialNote": {"sealed"},
    "coalitions.Seat": {"sealed"},
    "accounts.Session": {"session_data"},
    "calendar_app.Deadline": TITLES,
    "calendar_app.HistoricalDeadline": TITLES,
    "calendar_app.HistoricalMeeting": TITLES,
    "calendar_app.Meeting": TITLES,
    "resolutions.Upload": {"choices", "number", "sha256"},
}


@pytest.mark.django_db
def test_no_row_about_a_circle_is_left_out(world):  # noqa: F811
    """Each level by itself: what hangs on circles is counted once, whichever circle."""
    for model in {holding.rows.model for holding in seizure_report.all_stored_rows() if holding.level}:
        rows = sum(holding.rows.count() for holding in seizure_report.all_stored_rows() if holding.level and holding.rows.model is model)
        assert rows == private_rows(model).count(), model._meta.label


def private_rows(model: type[models.Model]) -> models.QuerySet:
    rows = model._default_manager.all()
    match model._meta.label:
        case "calendar_app.Meeting" | "calendar_app.HistoricalMeeting":
            return rows.exclude(circle=None)
        case "calendar_app.Deadline":
            return rows.exclude(meeting__circle=None)
        case "calendar_app.HistoricalDeadline":
            return rows.filter(meeting__in=Meeting.history.exclude(circle=None).values("id"))
        case "resolutions.Contribution":
            return rows.filter(access="number")
        case "coalitions.Circle":
            return rows.exclude(kind="everyone")
    return rows


@pytest.mark.django_db
def test_new_kinds_of_rows_are_counted_with_their_oldest_day_and_without_a_word(world):  # noqa: F811
    person = world.people["insider"]
    long_ago = now() - timedelta(days=40)
    AccountRecovery.objects.create(
        user=person, old_address="zz-old@example.org", removes_factors=True, by_host=True, due_at=now(), started_at=long_ago
    )
    AddressChange.objects.create(user=person, old="zz-old@example.org")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    circle = factories.Circle.objects.get(kind="restricted")
    CircleView.objects.create(circle=circle, user=person, thing="circle", on=long_ago.date())
    page = seizure_report.report()
    assert "zz" not in page
    day = f"{long_ago:%Y-%m-%d}"
    assert f"- recoveries of accounts: 1; the oldest of {day}; readable: addresses, who and when" in page
    assert f"- who opened what in a circle, and on which day: 1; the oldest of {day}; readable: who and when" in page.split("## C2")[1]
    assert f"- requests to a second lead: who asked and who answered: {Approval.objects.count()}; the oldest of " in page
    assert "- former addresses: 1;" in page

"""What an account is called, and what it may be made with."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from amnt.accounts.models import ApiToken, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Wanjiru Kamau", "Wanjiru K."),
        ("Wanjiru Mary Kamau", "Wanjiru K."),
        ("  Wanjiru   Kamau ", "Wanjiru K."),
        ("Wanjiru", "Wanjiru"),
        ("Inés Romero (ejemplo)", "Inés R."),
        ("", "—"),
    ],
)
def test_lists_show_a_first_name_and_the_initial_of_the_last(name, short):
    assert User(name=name).short_name == short


@pytest.mark.parametrize(
    ("user", "said"),
    [
        (User(name="Wanjiru Kamau", email="wanjiru@example.org"), "Wanjiru Kamau"),
        (User(email="wanjiru@example.org"), "wanjiru@example.org"),
        (User(name="Wanjiru Kamau", erased_at=now()), "former member"),
    ],
    ids=["named", "nameless", "erased"],
)
def test_a_person_is_called_by_her_name_or_her_address(user, said):
    assert str(user) == said


@pytest.mark.parametrize(("scope", "may_write"), [("read", False), ("write", True)])
def test_an_api_key_writes_only_if_it_is_made_for_that(scope, may_write):
    assert ApiToken(scope=scope).may_write is may_write


@pytest.mark.parametrize(("seconds", "is_expired"), [(-1, False), (0, True), (1, True)])
def test_an_api_key_expires_at_its_instant(in_september, seconds, is_expired):
    assert ApiToken(expires_at=now() - timedelta(seconds=seconds)).is_expired is is_expired


def test_a_time_zone_that_does_not_exist_is_refused_by_its_name():
    user = UserFactory(time_zone="Africa/Atlantis")
    with pytest.raises(ValidationError) as refusal:
        user.full_clean()
    assert refusal.value.messages == ["“Africa/Atlantis” is not a time zone we know. Choose one from the list."]


def test_the_first_account_of_an_instance_may_do_everything():
    user = User.objects.create_superuser(" Host@Example.org", "a long password")
    assert (user.email, user.is_staff, user.is_superuser, user.check_password("a long password")) == ("host@example.org", True, True, True)


def test_an_account_made_in_the_usual_way_may_do_nothing_of_that():
    user = User.objects.create_user("wanjiru@example.org")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (False, False, False)


@pytest.mark.parametrize(
    ("chosen", "read"),
    [
        ([], ["fr", "en", "es", "ar", "ru", "zh", ""]),
        (["ar"], ["fr", "ar", ""]),
        (["fr", "es"], ["fr", "es", ""]),
    ],
)
def test_she_reads_what_she_chose_and_always_the_language_of_the_screens(chosen, read):
    user = User(language="fr", languages_read=chosen)
    assert [language for language in ("fr", "en", "es", "ar", "ru", "zh", "") if user.reads(language)] == read

"""What an account is called, and what it may be made with."""

import pytest
from django.core.exceptions import ValidationError

from amnt.accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Wanjiru Kamau", "Wanjiru K."),
        ("Wanjiru Mary Kamau", "Wanjiru K."),
        ("  Wanjiru   Kamau ", "Wanjiru K."),
        ("Wanjiru", "Wanjiru"),
        ("", "—"),
    ],
)
def test_lists_show_a_first_name_and_the_initial_of_the_last(name, short):
    assert User(name=name).short_name == short


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

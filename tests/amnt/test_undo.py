"""Undoing the act just done: whose token it is, how long it holds, and that it tells nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import undo
from amnt.core.errors import RuleBroken
from amnt.core.notices import undo_tag, undo_token
from resolutions.models import Watch
from resolutions.services import watching
from tests.factories import ResolutionFactory, UserFactory

pytestmark = pytest.mark.django_db

TOO_LATE = "Ten minutes have passed: this can no longer be undone here."


@pytest.fixture
def watched():
    user, resolution = UserFactory(), ResolutionFactory(number=50)
    before = watching.watch_state(user, Watch, resolution=resolution)
    watching.watch(user, resolution)
    return user, {"before": before, "after": watching.watch_state(user, Watch, resolution=resolution)}


def test_it_is_undone_within_ten_minutes_and_not_after(watched):
    user, about = watched
    token = undo.token_of(watching.KIND, about, by=user)

    with time_machine.travel(now() + timedelta(minutes=10, seconds=1)), pytest.raises(RuleBroken, match=TOO_LATE):
        undo.undo(token, by=user)
    assert Watch.objects.count() == 1
    with time_machine.travel(now() + timedelta(minutes=9)):
        assert undo.undo(token, by=user) == "Undone: it is as it was before."
    assert not Watch.objects.exists()


def test_another_person_undoes_nothing_with_it(watched):
    user, about = watched

    with pytest.raises(RuleBroken, match=TOO_LATE):
        undo.undo(undo.token_of(watching.KIND, about, by=user), by=UserFactory())
    assert Watch.objects.count() == 1


@pytest.mark.parametrize("token", ["", "nonsense", "k1:gAAAAnonsense", "k99:gAAAA"])
def test_what_is_no_token_undoes_nothing(watched, token):
    with pytest.raises(RuleBroken, match=TOO_LATE):
        undo.undo(token, by=watched[0])


def test_a_token_shows_no_key_of_a_row_and_no_word(watched):
    user, about = watched

    assert "resolution" not in undo.token_of(watching.KIND, about, by=user)


def test_an_unknown_kind_is_a_mistake_of_the_program(watched):
    with pytest.raises(LookupError):
        undo.token_of("nothing.like_it", {}, by=watched[0])


@pytest.mark.parametrize(("tags", "token"), [("undo=k1:abc", "k1:abc"), ("", ""), (None, ""), ("good", "")])
def test_the_token_stands_among_the_tags_of_a_message(tags, token):
    assert undo_token(tags) == token
    assert undo_token(undo_tag(token)) == token


def test_without_script_the_notice_holds_a_form_that_undoes_and_leads_back(client, watched):
    user, _about = watched
    client.force_login(user)
    resolution = ResolutionFactory(number=60)

    page = client.post(reverse("resolutions:watch", args=[resolution.slug]), {"scope": "all", "next": "/resolutions/"}, follow=True)
    shown = page.content.decode()
    form = shown.partition('action="/undo/"')[2].partition("</form>")[0]
    token = form.partition('name="token" value="')[2].partition('"')[0]
    answer = client.post("/undo/", {"token": token, "next": "/resolutions/"}, follow=True)

    assert "You watch Res. 60." in shown
    assert answer.redirect_chain == [("/resolutions/", 302)]
    assert "Undone: it is as it was before." in answer.content.decode()
    assert not Watch.objects.filter(resolution=resolution).exists()


def test_nothing_is_undone_by_looking(client, watched):
    client.force_login(watched[0])

    assert client.get("/undo/").status_code == 405

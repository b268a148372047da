"""A database that is locked for longer than we wait, or away: a sentence, and a page that holds what was typed."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils.timezone import now

from amnt.site import error_views
from coalitions.models import FollowUp
from tests.factories import coalition, member

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE")
TITLE = "Ask “why” <b> & when: éàü 🎈 سؤال"


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def browser(ours):
    """Of a member, reading in English; an error is answered as in production."""
    found = Client(raise_request_exception=False, headers={"accept-language": "en"}, enforce_csrf_checks=True)
    found.force_login(member(ours, language="en"))
    found.get("/follow-ups/new/")
    return found


def locked(execute, sql, params, many, context):
    if sql.startswith(WRITES):
        raise OperationalError("database is locked")
    return execute(sql, params, many, context)


def send(browser, data, path="/follow-ups/new/?resolution=50"):
    return browser.post(path, data | {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})


def typed(ours):
    due = (now() + timedelta(days=40)).date().isoformat()
    page = {"title": TITLE, "due_on": due, "circle": str(ours.everyone.public_id)}
    return page | {"submission": "6f2d5c9e-8f0b-4a3c-9e58-0f4f6f1d2b11"}


def test_what_was_typed_is_sent_again_from_the_page_that_says_so(browser, ours):
    with connection.execute_wrapper(locked):
        answer = send(browser, typed(ours))

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "The database did not answer, so nothing was done. What you typed is kept in this page." in page
    assert FollowUp.objects.count() == 0

    (form,) = re.findall(r"<form.*?</form>", page, re.DOTALL)
    action = unescape(re.search(r'action="([^"]*)"', form)[1])
    kept = {unescape(name): unescape(value) for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', form)}
    answer = browser.post(action, kept)

    follow_up = FollowUp.objects.get()
    assert (answer.status_code, answer.url, follow_up.title) == (302, follow_up.get_absolute_url(), TITLE)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account/login/", {"login": "someone@example.org", "password": "secret-of-mine"}),
        ("/follow-ups/new/", {"title": "Ask", "file": SimpleUploadedFile("a.txt", b"secret-of-mine")}),
        ("/follow-ups/new/", {}),
    ],
)
def test_a_password_or_a_file_is_put_into_no_page(rf, path, data):
    answer = broken_by(OperationalError("the connection is lost"), rf.post(path, data))

    assert answer.status_code == 500
    assert "secret-of-mine" not in answer.content.decode()


def test_a_fault_of_ours_is_not_sent_again(rf):
    answer = broken_by(ZeroDivisionError(), rf.post("/follow-ups/new/", {"title": "Ask"}))

    assert answer.status_code == 500
    assert "<form" not in answer.content.decode()


def broken_by(error, request):
    try:
        raise error
    except type(error):
        return error_views.broken(request)

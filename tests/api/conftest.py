import uuid

import pytest
from django.test import Client

from amnt.accounts.tokens import create_token


@pytest.fixture
def program(django_capture_on_commit_callbacks):
    """A program of this person's: a client that shows her key."""

    class Program(Client):
        def request(self, **request):
            with django_capture_on_commit_callbacks(execute=True):
                return super().request(**request)

        def post(self, path, data=None, **extra):
            return super().post(path, data, content_type="application/json", **extra)

        def patch(self, path, data=None, **extra):
            return super().patch(path, data, content_type="application/json", **extra)

    def of(person):
        _token, key = create_token(person, name="A program", days=30, submission=uuid.uuid4(), scope="write")
        return Program(headers={"Authorization": f"Bearer {key}"})

    return of

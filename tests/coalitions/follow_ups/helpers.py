"""Making follow-ups for a test, acting on them as people do, and reading what came of it."""

import uuid
from datetime import timedelta
from html import unescape

from django.urls import reverse
from django.utils.timezone import now

from coalitions.models import Circle
from coalitions.services import follow_ups as services

BOARD = "/follow-ups/"


def make(of, by, **fields):
    circle = of if isinstance(of, Circle) else of.everyone
    fields = {"title": "Ask the authority", "due_at": now() + timedelta(days=10)} | fields
    return services.create(circle=circle, by=by, **fields)


def log_in(client, user):
    client.logout()
    client.force_login(user)


def page(client, user, address, **query):
    log_in(client, user)
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def act(client, user, follow_up, name, **fields):
    log_in(client, user)
    return client.post(reverse("coalitions:follow-up-answer", args=[follow_up.public_id]), {"act": name, **fields})


def said(answer):
    return [str(message) for message in answer.wsgi_request._messages]


def new(**fields):
    typed = {"title": "Ask the authority", "due_on": (now() + timedelta(days=5)).date().isoformat(), "submission": str(uuid.uuid4())}
    return typed | fields


def told(follow_up):
    """Its events, the oldest first."""
    return [(event.kind, event.by, event.to, event.fields) for event in reversed(follow_up.events.select_related("by", "to"))]

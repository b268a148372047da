"""What a page says, without what is new in it each time, and which objects are asked for."""

import re
import time
from collections.abc import Iterable
from urllib.parse import urlsplit
from uuid import UUID as PublicId

import lxml.html
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import SESSION_KEY

from tests.test_scoping import Walker, tables_with

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NEVER_SENT = {"csrfmiddlewaretoken"}
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"')


def said_by(answer) -> str:
    """Status, address it leads to, and body. Ids are replaced: a form has a new one each time it is shown."""
    body = answer.getvalue().decode(errors="replace")
    where = answer.headers.get("Location", "")
    return f"{answer.status_code} {UUID.sub('…', where)}\n{TOKEN.sub('…', UUID.sub('…', body))}"


def one_of_each_table(public_ids: Iterable[PublicId]) -> set[PublicId]:
    """As many ids as there are tables in which they stand, so that the walk stays short."""
    return set({table: public_id for public_id, tables in tables_with(list(public_ids)).items() for table in tables}.values())


class Proven(Walker):
    """One who has just proved again who she is, before each request."""

    def ask(self, method, address, *data, **options):
        if self.user:
            if SESSION_KEY not in self.client.session:
                self.client.force_login(self.user)
            session = self.client.session
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
            session.save()
        return super().ask(method, address, *data, **options)


def forms_on(page: str, address: str):
    """Each form that is sent by POST: where to, and what its fields hold."""
    for form in lxml.html.fromstring(page).forms:
        if form.method.upper() == "POST":
            action = urlsplit(form.action or address)
            fields = {name: values for name, values in field_values(form).items() if name not in NEVER_SENT}
            yield (f"{action.path or address}?{action.query}" if action.query else action.path or urlsplit(address).path), fields


def field_values(form) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for field in form.inputs:
        if field.name and field.get("type") not in ("submit", "button"):
            value = field.value
            said = [] if value is None else [value] if isinstance(value, str) else [str(each) for each in value]
            values.setdefault(field.name, []).extend(said)
    return values

"""The seat of one person and what she was told in confidence stand nowhere but in their own tables, whoever looks and wherever.

Every page is walked for them by tests/test_scoping.py, which reads the log meanwhile, and byte by byte by
tests/coalitions/participation/test_without_a_trace.py; mails by test_reader_of_the_mailbox.py; a dump by tests/test_dump.py. Here are
exports, downloads of personal data, pages of the administration, pages of errors, and what any other table holds afterwards.
"""

import io
import re
import zipfile
from uuid import uuid4

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from django.urls import path, reverse
from django.utils.timezone import now

from amnt import urls
from amnt.accounts import personal_data
from amnt.accounts.models import User
from amnt.audit.models import AuditEntry
from amnt.retention.services import apply_rules
from calendar_app.reminders import planning
from coalitions import export_registry
from coalitions.models import Circle, CircleMembership, ConfidentialNote, Delegation, Membership, Seat
from coalitions.services import confidential_notes, seats
from resolutions.models import Assembly
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in
from tests.adversaries.database import stored
from tests.adversaries.walking import forms_on
from tests.test_scoping import PLANTED, Walker, addresses, log, world  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db

# That all exports are among them is seen from what they leave in the audit.
EXPORTS = re.compile(r"export|report/internal")
ERRORS = {"absent": Http404, "forbidden": PermissionDenied, "unreadable": SuspiciousOperation, "broken": ValueError}


def planted_in(text: str) -> list[str]:
    return [mark for mark in PLANTED if mark in text]


@pytest.fixture
def lead(world):  # noqa: F811
    """One who stands in every circle of it and is named in nothing. She has just said again who she is."""
    person = world.people["lead"]
    person.set_password(PASSWORD)
    person.save()
    for circle in Circle.objects.filter(coalition__name="zz-coalition-ours").exclude(kind="everyone"):
        CircleMembership.objects.create(circle=circle, membership=person.memberships.get())
    walker = Walker(world, "lead")
    log_in(walker.client, person.email)
    confirm_it_is_me(walker.client)
    return walker


def read_in(answer) -> str:
    """What stands in a file: of an archive, in each of its parts."""
    data = answer.getvalue()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def files_of(lead: Walker, found: list[tuple]) -> dict[tuple, str]:
    """Each file that a lead may take out, in each of its forms, with what circles add to it."""
    files = {}
    for address, _public_id, page in lead.ask_each("get", found):
        if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
            continue
        for action, fields in forms_on(page.text, address):
            if action != address or not ("export" in action or {"sheet", "extension"} & fields.keys()):
                continue
            [choice] = {"sheet", "extension"} & fields.keys() or [""]
            for value in ("csv", "xlsx", "txt", "md", "docx"):
                answer = lead.ask("post", action, fields | {"with_circles": "on", choice: value})
                if "attachment" in answer.headers.get("Content-Disposition", ""):
                    files[action, value] = read_in(answer)
    return files


def test_no_export_holds_one(world, lead):  # noqa: F811
    files = files_of(lead, [(address, public_id) for address, public_id in addresses(world) if EXPORTS.search(address)])
    done = set(AuditEntry.objects.filter(act__startswith="export.").values_list("act", flat=True))
    assert done == {export_registry.act_of(key) for key in export_registry._names}
    assert any("zz-c2" in text or "zz-hers" in text for text in files.values())
    assert {name: planted_in(text) for name, text in files.items() if planted_in(text)} == {}


def test_no_download_of_personal_data_holds_one_but_its_authors(world):  # noqa: F811
    found = {person.name: planted_in(str(personal_data_of(person))) for person in User.objects.all()}
    assert {name for name, marks in found.items() if marks} == {"zz-lead Lead"}


def personal_data_of(person: User) -> list:
    return [personal_data.as_pairs(part.rows) for part in personal_data.readable_parts(personal_data.personal_data(person))]


def test_no_page_of_the_administration_holds_one(world, log):  # noqa: F811
    staff, asked = Walker(world, "staff"), 0
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist") + "?q=zz-told", reverse(f"{name}_changelist")]
        for row in model._base_manager.order_by("pk")[:3]:
            pages += [reverse(f"{name}_{what}", args=[row.pk]) for what in ("change", "history", "delete")]
        for page in pages:
            answer = staff.ask_for("get", page)
            asked += answer.status_code == 200
            shown = answer.getvalue().decode(errors="replace").replace("?q=zz-told", "").replace('value="zz-told"', "")
            assert planted_in(shown) == [], (page, model_admin)
    assert asked > 40
    assert planted_in(log.text) == []


# --- Errors ---------------------------------------------------------------------------------------------------------------


def failing(request, what: str):
    """As a view that fails with what it has just read in its hands and in its message."""
    note, seat = ConfidentialNote.objects.first(), Seat.objects.first()
    raise ERRORS[what](f"{note.text} {seat.country} {note.sealed} {seat.sealed}")


urlpatterns = [path("failing/<str:what>/", failing), *urls.urlpatterns]
handler400, handler500 = urls.handler400, urls.handler500


@pytest.mark.parametrize(("what", "status"), [("absent", 404), ("forbidden", 403), ("unreadable", 400), ("broken", 500)])
@pytest.mark.parametrize("role", ["anonymous", "member", "staff"])
def test_no_page_of_an_error_holds_one(world, settings, role, what, status):  # noqa: F811
    settings.ROOT_URLCONF, settings.DEBUG = __name__, False
    browser = Client(raise_request_exception=False)
    if world.people[role]:
        browser.force_login(world.people[role])
    answer = browser.get(f"/failing/{what}/")
    expected = 302 if role == "anonymous" else status
    assert answer.status_code == expected
    assert planted_in(answer.text + str(answer.headers)) == []


# --- What anything left behind --------------------------------------------------------------------------------------------


def test_no_other_table_holds_one_after_everything_was_done_with_them(world, log):  # noqa: F811
    """Declared, read, changed, withdrawn and written again, then the nightly tasks: audit rows, mails, sessions and copies included."""
    her, boss = world.people["insider"], Membership.objects.get(user__name="zz-lead Lead").user
    walker, card = Walker(world, "insider"), Delegation.objects.get(country="SN")
    seat, assembly = Seat.objects.get(), Assembly.objects.current()
    own = [reverse("coalitions:own-seat"), reverse("coalitions:own-notes"), card.get_absolute_url()]
    assert "zz-told-on-card" in "".join(walker.ask_for("get", page).text for page in own)
    seats.withdraw(her, assembly)
    again = seats.declare(her, assembly, country="UY", people=[boss])
    again.sealed = seat.sealed
    again.save()
    confidential_notes.write(card, text="zz-told-on-card", by=her, readers=[boss], submission=uuid4())
    planning.plan_all()
    apply_rules(now())
    held = {label for label, rows in stored().items() if planted_in(" ".join(rows))}
    assert held == {Seat._meta.label, ConfidentialNote._meta.label}
    assert planted_in(log.text) == []

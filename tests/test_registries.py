"""What stands in each registry once Django is ready, and that nothing gets there by an import. Acts: tests/audit/test_every_act.py."""

import ast
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from inspect import isroutine
from pathlib import Path

import pytest
from django.conf import settings

from amnt.accounts import devices, personal_data, undo
from amnt.accounts.services import locking
from amnt.audit import acts
from amnt.encryption import rotation
from amnt.mail import emails, hours, stopping
from amnt.retention import rules
from coalitions import export_registry, retention_rules
from coalitions.read_models import national_meetings
from coalitions.services import approvals, kept_copies, leaving
from resolutions import permissions

ROOT = Path(settings.BASE_DIR)
APPS = ("amnt", "resolutions", "coalitions", "calendar_app")
# Modules in which calls stand by the convention of their library: Celery's and Django's entry points, routes, translations, template tags.
CALLING_BY_CONVENTION = {
    "amnt/api/urls.py",
    "amnt/celery.py",
    "amnt/templatetags/amnt.py",
    "amnt/wsgi.py",
    "coalitions/translation.py",
}


def by_kind(registry: Mapping[str, Callable]) -> dict[str, str]:
    """Without those of tests."""
    return {kind: function.__name__ for kind, function in registry.items() if not kind.startswith("tests/")}


def names(functions: Iterable[Callable]) -> list[str]:
    return [f"{function.__module__}.{function.__name__}" for function in functions]


def test_composers_of_mail():
    assert by_kind(emails._composers) == {
        "accounts/security": "security",
        "accounts/instance": "instance",
        "accounts/locked": "locked",
        "accounts/rotated": "rotated",
        "accounts/password_reset": "password_reset",
        "accounts/address_confirm": "address_confirm",
        "accounts/address_changed": "address_changed",
        "accounts/address_taken_back": "address_taken_back",
        "accounts/inactive": "inactive",
        "accounts/recovery": "recovery",
        "coalitions/invitation": "invitation_letters",
        "coalitions/invitation_code": "code_letters",
        "coalitions/admitted": "letters_to_admitted",
        "coalitions/last_reader": "letters_to_last_readers",
        "coalitions/for_leads": "letters_for_leads",
        "coalitions/retention": "retention_letters",
        "coalitions/announced": "letters_of_announcements",
        "coalitions/statement": "statement_letters",
        "coalitions/office_check": "office_letters",
        "coalitions/position_holds": "letters_of_positions_that_hold",
        "calendar_app/digest": "reminder_letters",
        "calendar_app/alone": "reminder_letters",
        "calendar_app/plan_moved": "letters_of_moves",
        "calendar_app/test": "test_letters",
        "calendar_app/day_plan": "plan_letters",
        "calendar_app/uncovered": "uncovered_letters",
    }


def test_who_is_told_what_became_of_a_mail():
    assert by_kind(emails._listeners) == {"calendar_app/digest": "note_receipts", "calendar_app/alone": "note_receipts"}


def test_who_knows_the_quiet_hours_of_people():
    assert by_kind(hours._reachable) == {"hours": "reachable"}


def test_mails_that_can_be_stopped():
    rules = [
        "RR-01",
        "RR-02",
        "RR-03",
        "RR-04",
        "RR-05",
        "RR-07",
        "RR-08",
        "RR-09",
        "RR-10",
        "RR-11",
        "RR-23",
        "RR-12",
        "RR-13",
        "RR-14",
        "RR-15",
        "RR-16",
        "RR-17",
        "RR-21",
        "RR-22",
    ]
    assert list(stopping._words) == ["digest", *rules, "plan-moved"]


def test_personal_data():
    assert list(personal_data._parts) == [
        "mail",
        "watches",
        "region_watches",
        "brought_in",
        "documents",
        "texts",
        "memberships",
        "circles",
        "mandates",
        "follow_ups",
        "readings",
        "positions",
        "verdicts",
        "study_groups",
        "naming_consents",
        "statements",
        "statement_answers",
        "statement_invitations",
        "red_lines",
        "found_to_hold",
        "position_answers",
        "delegation_notes",
        "session_notes",
        "session_attendances",
        "declared_presences",
        "own_seats",
        "confidential_notes",
        "unavailable",
        "absences",
        "contacts",
        "discarded",
        "decisions",
        "priorities",
        "charter_versions",
        "rights_impacts",
        "handover_notes",
        "outlets",
        "embargo_notes",
        "attendances",
        "date_watches",
        "date_silences",
        "deadline_answers",
        "calendar_feeds",
        "calendar_imports",
        "debriefs",
        "backward_plans",
        "reminders",
    ]


def test_what_keeps_an_account_from_being_erased():
    assert names(personal_data._refusals) == [
        "coalitions.personal_data_handlers.last_lead",
        "coalitions.personal_data_handlers.read_by_her_alone",
    ]


def test_what_happens_when_an_account_is_erased():
    assert names(personal_data._on_erase) == [
        "amnt.mail.account_emails.forget_mail_of",
        "resolutions.personal_data_handlers.stop_watching",
        "resolutions.personal_data_handlers.throw_away",
        "coalitions.texts.services.kept_numbers.delete_own_numbers",
        "coalitions.personal_data_handlers.throw_away_for_good",
        "coalitions.personal_data_handlers.forget_sessions_of",
        "coalitions.services.seats.forget",
        "coalitions.services.availability.forget",
        "coalitions.services.absences.forget",
        "coalitions.services.confidential_notes.forget",
        "coalitions.personal_data_handlers.stop_following",
        "coalitions.services.membership.leave_all",
        "calendar_app.personal_data_handlers.forget_dates_of",
    ]


def test_how_long_a_log_in_may_lie_idle():
    assert names(leaving._on_last_leave) == [
        "resolutions.personal_data_handlers.stop_watching",
        "calendar_app.personal_data_handlers.stop_watching_dates",
    ]
    assert names(devices._idle_rules) == ["coalitions.personal_data_handlers.leads_idle_less"]


def test_what_else_ends_with_all_access_of_a_person():
    assert names(devices._revocations) == ["calendar_app.services.calendar_feeds.revoke_feeds_of"]


def test_what_is_closed_when_the_instance_is_locked():
    links = ["Links to offices closed", "Links to sign statements closed"]
    assert list(locking._ways_in) == ["Log-ins ended", "API keys revoked", "Invitations revoked", *links, "Calendar addresses revoked"]


def test_retention_rules():
    assert list(rules._rules) == [
        "audit",
        "web_log",
        "backups",
        "devices",
        "inactive",
        "known-browsers",
        "known-networks",
        "former-addresses",
        "recoveries",
        "emails",
        "incoming",
        "imports",
        "comparison",
        "confidential_notes",
        "seats",
        "unavailable",
        "absences",
        "circles_delegation",
        "circles_restricted",
        "session_notes",
        "session_attendees",
        "kept_numbers",
        "invitations",
        "office_checks",
        "circle_views",
        "kept_copies",
        "approvals",
        "government_contacts",
        "archive",
        "session_reminders",
        "calendar_feeds",
        "calendar_imports",
    ]
    assert names(rules._upcoming) == [
        "coalitions.retention_rules.upcoming",
        "coalitions.retention_rules.upcoming_seats",
        "coalitions.retention_rules.upcoming_notes",
    ]
    assert [kept.model.__name__ for kept in retention_rules._kept] == [
        "FollowUp",
        "Reading",
        "Position",
        "Statement",
        "RedLine",
        "HintDismissal",
        "DelegationNote",
        "OwnRoute",
        "Verdict",
        "Contact",
        "SessionNote",
        "KeptCopy",
        "Decision",
        "RightsImpact",
        "EmbargoNote",
        "HandoverNote",
        "Debrief",
        "BackwardPlan",
        "Meeting",
    ]


def test_what_is_encrypted_inside_other_columns():
    assert names(rotation._others) == ["amnt.accounts.rotation.encrypt_second_factors_again"]


def test_acts_for_two_leads():
    assert list(approvals._kinds) == [
        "coalitions.remove_member",
        "coalitions.remove_organisation",
        "coalitions.make_observer",
        "coalitions.recover_account",
        "coalitions.appoint_lead",
        "coalitions.close_sessions",
        "coalitions.admit",
        "coalitions.end_observation",
        "coalitions.lock_instance",
        "coalitions.public_page",
    ]


def test_copies_that_can_be_put_back():
    assert list(kept_copies._kinds) == ["coalitions.follow_up_words", "coalitions.hint_taken_back", "coalitions.incoming_discarded"]


def test_acts_that_can_be_undone():
    assert by_kind(undo._kinds) == {
        "resolutions.watch": "undo_watch",
        "coalitions.follow_up": "undo_and_say",
        "coalitions.circle_removal": "undo_removal",
        "coalitions.circle_leaving": "undo_leaving",
        "coalitions.delegation_note_removal": "restore_note",
        "coalitions.session": "undo_cancelling",
        "coalitions.session_attendance": "undo_attendance",
        "coalitions.starter_plan": "undo_answer",
        "calendar_app.attendance": "undo_attendance",
        "calendar_app.deadline_answer": "undo_answer",
    }


def test_exports_of_what_is_not_public():
    assert sorted(export_registry._names) == [
        "contacts",
        "matrix",
        "outcomes",
        "own_routes",
        "positions",
        "rights_impacts",
        "session_notes",
        "statement",
    ]


def test_who_may_bring_in_texts():
    assert names(permissions._text_bringers) == ["coalitions.permissions.can_enter_texts"]


REGISTRIES = [
    (acts, "_sentences"),
    (approvals, "_kinds"),
    (national_meetings, "_finders"),
    (devices, "_idle_rules"),
    (devices, "_revocations"),
    (emails, "_composers"),
    (export_registry, "_names"),
    (kept_copies, "_kinds"),
    (locking, "_ways_in"),
    (permissions, "_text_bringers"),
    (personal_data, "_on_erase"),
    (personal_data, "_parts"),
    (personal_data, "_refusals"),
    (leaving, "_on_last_leave"),
    (retention_rules, "_kept"),
    (emails, "_listeners"),
    (hours, "_reachable"),
    (rotation, "_others"),
    (rules, "_rules"),
    (rules, "_upcoming"),
    (stopping, "_words"),
    (undo, "_kinds"),
]
# They fill registries of Django, which refuse what is there already.
OF_DJANGO = {"amnt.site.admin_registrations", "amnt.accounts.receivers"}


def told(value: object) -> object:
    """What can be compared of what stands in a registry: of a function where it is defined, of a sentence its words."""
    if isinstance(value, tuple):
        return [told(each) for each in value]
    if is_dataclass(value):
        return {field.name: told(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: told(each) for key, each in value.items() if not key.startswith("tests/")}
    if isinstance(value, list):
        return sorted(str(told(each)) for each in value)
    return f"{value.__module__}.{value.__qualname__}" if isroutine(value) else str(value)


def test_all_of_it_comes_from_the_functions_that_register(monkeypatch):
    """Emptied and filled again by `register_all` of each module, the registries hold what they held."""
    before = [told(getattr(module, name)) for module, name in REGISTRIES]
    for module, name in REGISTRIES:
        monkeypatch.setattr(module, name, type(getattr(module, name))())
    acts.register(acts.PRIVATE, "Private action")
    for name, module in sorted(sys.modules.items()):
        if name.partition(".")[0] in APPS and hasattr(module, "register_all") and name not in OF_DJANGO:
            module.register_all()
    assert [told(getattr(module, name)) for module, name in REGISTRIES] == before


def modules() -> list[Path]:
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]


@pytest.mark.parametrize(
    "path", [path for path in modules() if "migrations" not in path.parts], ids=lambda path: str(path.relative_to(ROOT))
)
def test_an_import_registers_nothing(path):
    body = ast.parse(path.read_text()).body
    calls = {ast.unparse(node.value.func) for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)}
    decorators = {ast.unparse(decorator) for node in body for decorator in getattr(node, "decorator_list", [])}
    if path.relative_to(ROOT).as_posix() not in CALLING_BY_CONVENTION:
        assert calls == set()
    assert [name for name in decorators if name.startswith(("receiver(", "register_"))] == []

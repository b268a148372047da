"""Whatever stands in an address or in a form, no page fails, and an address costs no more queries for it."""

import inspect
import re
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django import forms
from django.conf import settings
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from amnt.urls import urlpatterns
from coalitions.models import Delegation, Membership, Position
from coalitions.outreach.read_models.coverage import CoverageOf
from coalitions.permissions import membership_context_of
from coalitions.services.availability import set_unavailable
from resolutions.models import Assembly, Resolution, Upload
from tests.adversaries.walking import Proven, forms_on
from tests.fuzz.cases import ODD, SEED, TIMES, dice
from tests.test_scoping import Walker, addresses
from tests.test_scoping import world as world

pytestmark = pytest.mark.django_db

# What an odd value may add: looking up what it names.
MORE_QUERIES = 4

# Places that one world word does not reach.
MORE_ADDRESSES = (
    *("/calendar/new/regional/", "/welcome/clock/", "/welcome/level/", "/welcome/follow/"),
    "/outcomes/WTSA-24/resolutions/50/",
)
# Reached by no form of these pages, and why.
ELSEWHERE = {
    "ActivateTOTPForm": "behind the question who it is",
    "AddPasskeyForm": "behind the question who it is",
    "AddressForm": "behind the question who it is; tried by itself",
    "ChangePasswordForm": "behind the question who it is",
    "UploadedDocumentForm": "takes a file that has been read",
    "LevelForm": "takes a step of the first visit",
    "MatrixExportForm": "behind the question who it is",
    "ProposalForm": "takes a file that has been read",
    "ReauthenticateForm": "is the question who it is",
    "SetPasswordForm": "for an account without a password",
    "FeedForm": "behind the question who it is",
    "NotesExportForm": "behind the question who it is",
    "LineForm": "a line of a programme that was pasted: tests/fuzz/test_programme_paste.py",
    "TokenForm": "behind the question who it is; tried by itself",
    "AddToCircleForm": "a circle that already holds everyone offers nobody to add",
    "ReauthenticateCodeForm": "takes an authenticator app",
    "CoSignForm": "takes the link of an organisation from outside",
    "CodeForm": "the second step of a log-in that has begun",
    "ContactsExportForm": "behind the question who it is",
    "CountriesForm": "on the first page of a new coalition",
    "ExportForm": "is what the exports have in common",
    "RightsImpactsExportForm": "behind the question who it is",
    "SeenVersionsForm": "is what forms with versions by circle have in common",
    "SheetExportForm": "is what the exports have in common",
    "FirstCallForm": "on the first page of a new coalition",
    "DraftsForm": "the second page of a pasted table",
    "InternalReportForm": "behind the question who it is",
    "InvitationCodeForm": "takes the key of an invitation",
    "ListFileForm": "behind the question who it is; tried by itself",
    "NewPasswordForm": "takes the key of a mail",
    "NewcomerForm": "takes the key of an invitation",
    "PositionsExportForm": "behind the question who it is",
    "ReauthenticatePasskeyForm": "takes a passkey",
    "PasskeyForm": "takes a passkey",
    "PasskeyLoginForm": "takes a passkey",
    "RenamePasskeyForm": "takes a passkey",
    "SetAsideForm": "takes the hint that an address names",
}


@pytest.fixture
def lead(world):
    """The lead who stands in every circle of it."""
    boss = Membership.objects.get(user__name="zz-lead Lead").user
    for circle in boss.memberships.get().coalition.circles.all():
        circle.circle_memberships.get_or_create(membership=boss.memberships.get())
    Upload.objects.update(brought_by=boss)
    world.people["lead"] = boss
    something_to_do(world, boss)
    return boss


def something_to_do(world, boss) -> None:
    """What calls for her: an assembly to judge, a draft that something newer touches, and a delegation nobody asked."""
    set_unavailable(boss, resolution=Resolution.objects.get(slug="50"), hides=False)
    Assembly.objects.filter(code="WTSA-24").update(starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    ours = boss.memberships.get().coalition
    about = {"circle": ours.circles.get(kind="restricted"), "resolution": Resolution.objects.get(slug="50"), "version": 2, "by": boss}
    draft = Position.objects.create(words="A draft", stance="oppose", at=now() - timedelta(days=1), **about)
    world.objects[draft.public_id] = {"insider"}
    Delegation.objects.create(assembly=Assembly.objects.current(), country="BR", is_open="yes")


def more_addresses(boss) -> list[str]:
    """One names what was chosen; the other is left out with everything below "media/"."""
    [gap, *_others] = CoverageOf(boss, membership_context_of(boss), Assembly.objects.current()).gaps()
    coalition = boss.memberships.get().coalition
    return [f"/delegations/coverage/follow-ups/?gap={gap.key}", f"/coalition/{coalition.public_id}/media/embargo/"]


def names_of_parameters() -> list[str]:
    """Every name that a view or a link of ours gives to a parameter."""
    names = {"page"}
    for folder in ("amnt", "calendar_app", "coalitions", "resolutions", "templates"):
        for path in [*Path(settings.BASE_DIR, folder).rglob("*.py"), *Path(settings.BASE_DIR, folder).rglob("*.html")]:
            text = path.read_text()
            names |= set(re.findall(r"""GET(?:\.get|\.getlist)?[(\[]["'](\w+)["']""", text))
            names |= set(re.findall(r"[?&](?:amp;)?(\w+)=", text))
            if "filters" in path.name or "matrix" in path.name or "class FilterForm" in text:
                names |= set(re.findall(r"^    (\w+) = (?:forms\.)?\w*Field\(", text, re.MULTILINE))
    return sorted(names)


def test_odd_parameters_fail_no_page_and_cost_no_more(world, lead):
    walker, names, wrong = Walker(world, "lead"), names_of_parameters(), []
    assert {"q", "as_of", "coalition", "page", "with", "of", "fold", "region"} <= set(names)
    for address in one_of_each(world, walker):
        roll = dice(address)
        # A search that finds nothing costs less than the list it narrows.
        plain = max(queries_of(walker, each) for each in {address, urlsplit(address).path})
        for _time in range(TIMES):
            chosen = roll.sample(names, k=roll.randint(1, len(names)))
            query = {name: roll.choice(ODD) for name in chosen}
            with CaptureQueriesContext(connection) as odd:
                answer = walker.ask("get", address, query)
            if answer.status_code >= 500:
                wrong.append(f"{address} answers {answer.status_code} to {query!r:.300}")
            if len(odd) > plain + MORE_QUERIES:
                wrong.append(f"{address} asks {len(odd)} instead of {plain} for {query!r:.300}")
    assert wrong == [], f"FUZZ_SEED={SEED}"


def queries_of(walker, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        walker.ask("get", address)
    return len(asked)


def one_of_each(world, walker) -> list[str]:
    """Of each route, an address that the lead may open."""
    best: dict[str, str] = {}
    for address, public_id in addresses(world):
        shape = address.replace(str(public_id), "<id>")
        if address.startswith(("/admin/", "/api/")) or shape in best:
            continue
        if public_id is None or walker.ask("get", address).status_code == 200:
            best[shape] = address
    return [*best.values(), *MORE_ADDRESSES, *more_addresses(world.people["lead"])]


def test_odd_words_in_any_field_of_any_form_fail_nothing(world, lead, monkeypatch):
    reached: set[type] = set()
    clean = forms.BaseForm.full_clean

    def noting(self):
        reached.update(type(self).__mro__)
        clean(self)

    monkeypatch.setattr(forms.BaseForm, "full_clean", noting)
    stranger, wrong = Walker(world, "anonymous"), []
    everywhere = [(Proven(world, "lead"), one_of_each(world, Walker(world, "lead")))]
    everywhere += [(stranger, ["/account/login/", "/account/password/reset/"])]
    for walker, address in [(walker, address) for walker, found in everywhere for address in found]:
        page = walker.ask("get", address)
        if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
            continue
        for action, fields in forms_on(page.content.decode(), address):
            roll = dice(address, action)
            for _time in range(TIMES):
                data = {name: roll.choice(ODD) if roll.random() < 0.5 else values for name, values in fields.items()}
                answer = sent_and_undone(walker, action, data)
                if answer.status_code >= 500:
                    wrong.append(f"{action} answers {answer.status_code} to {data!r:.400}")
    assert wrong == [], f"FUZZ_SEED={SEED}"
    ours = {form for form in all_forms() if form not in reached and form.__name__ not in ELSEWHERE}
    missing = sorted(f"{form.__module__}.{form.__name__}" for form in ours)
    assert missing == [], "\n".join(missing)


def sent_and_undone(walker, action, data):
    with transaction.atomic():
        answer = walker.ask("post", action, data)
        transaction.set_rollback(True)
    if walker.user:
        walker.client.force_login(walker.user)
    return answer


def all_forms(base: type = forms.BaseForm) -> set[type]:
    """Ours, but those that only lend others their fields."""
    found = set()
    for form in base.__subclasses__():
        found |= all_forms(form)
        if form.__module__.startswith(("amnt.", "calendar_app.", "coalitions.", "resolutions.")) and not form.__module__.endswith("admin"):
            found.add(form)
    return found


assert urlpatterns  # with the views come their forms


def alone() -> list[type]:
    """Forms that need nothing but what was sent."""
    found = []
    for form in all_forms():
        needed = [
            given
            for given in inspect.signature(form).parameters.values()
            if given.default is given.empty and given.kind in (given.KEYWORD_ONLY, given.POSITIONAL_ONLY, given.POSITIONAL_OR_KEYWORD)
        ]
        takes_a_person = any(base.__module__.startswith("allauth.mfa") for base in form.__mro__) or form.__name__ in {
            "ReauthenticateForm",
            "ChangePasswordForm",
            "SetPasswordForm",
        }
        if not needed and getattr(form, "base_fields", None) and not takes_a_person:
            found.append(form)
    return sorted(found, key=lambda form: (form.__module__, form.__name__))


@pytest.mark.parametrize("form", alone(), ids=lambda form: form.__name__)
def test_odd_words_in_a_form_by_itself_are_an_answer(form):
    roll = dice(form.__name__)
    for _time in range(20 * TIMES):
        data = QueryDict(mutable=True)
        for name in form.base_fields:
            data.setlist(name, roll.choices(ODD, k=roll.randint(0, 2)))
        assert form(data).is_valid() in (True, False), f"FUZZ_SEED={SEED}"

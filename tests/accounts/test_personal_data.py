import json
from datetime import UTC, date, datetime

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import translation

from amnt.accounts import personal_data
from amnt.accounts.models import ApiToken, User
from amnt.accounts.services.erasing import erase
from amnt.audit.models import AuditEntry, Pseudonym
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.json_stream import PIECE
from amnt.mail.models import Email
from amnt.mail.services import write_email
from amnt.retention import rules as retention
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, is_in, log_in
from tests.accounts.test_second_factor import SECRET
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(client, wanjiru):
    log_in(client)
    confirm_it_is_me(client)
    return client


@pytest.fixture
def registries(monkeypatch):
    """What a test registers is gone after it."""
    for name in ("_parts", "_refusals", "_on_erase"):
        registry = getattr(personal_data, name)
        monkeypatch.setattr(personal_data, name, type(registry)(registry))


def test_all_that_is_stored_about_her_is_hers_to_take(inside, wanjiru, registries):
    personal_data.register("pets", lambda user: [f"cat of {user.name}"])
    ApiToken.objects.create(user=wanjiru, name="my script", digest="d" * 64, expires_at=wanjiru.date_joined)
    write_email("accounts/security", to=wanjiru, about={"what": "password"})
    User.objects.filter(pk=wanjiru.pk).update(languages_read=["en", "ar"])
    other = UserFactory(name="Someone Else")
    ApiToken.objects.create(user=other, name="their script", digest="e" * 64, expires_at=wanjiru.date_joined)
    response = inside.get(reverse("accounts:own-data"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    text = response.getvalue().decode()
    data = json.loads(text)
    assert (data["person"]["name"], data["person"]["time_zone"]) == ("Wanjiru Kamau", "Africa/Nairobi")
    assert data["person"]["languages_read"] == ["en", "ar"]
    assert data["pets"] == ["cat of Wanjiru Kamau"]
    assert [row["name"] for row in data["apitoken"]] == ["my script"]
    assert [row["kind"] for row in data["mail"]["sent"]] == ["accounts/security"]
    assert len(data["device"]) == 1
    assert "Someone Else" not in text


def test_secrets_are_not_data(inside, wanjiru):
    TOTP.activate(wanjiru, SECRET)
    ApiToken.objects.create(user=wanjiru, name="my script", digest="d" * 64, expires_at=wanjiru.date_joined)
    text = inside.get(reverse("accounts:own-data")).getvalue().decode()
    assert '"type": "totp"' in text
    for secret in (wanjiru.password, "d" * 64, inside.session.session_key, '"secret"', '"seed"'):
        assert secret not in text


def test_taking_and_deleting_take_the_password_again(client, wanjiru):
    log_in(client)
    assert client.get(reverse("accounts:own-data")).url.startswith(reverse("account_reauthenticate"))
    assert client.post(reverse("accounts:delete")).url.startswith(reverse("account_reauthenticate"))
    wanjiru.refresh_from_db()
    assert wanjiru.is_active


def test_deleting_leaves_no_name_no_address_and_no_way_in(inside, wanjiru):
    TOTP.activate(wanjiru, SECRET)
    ApiToken.objects.create(user=wanjiru, name="my script", digest="d" * 64, expires_at=wanjiru.date_joined)
    write_email("accounts/security", to=wanjiru, about={"what": "password"})
    phone = Client()
    log_in(phone)
    page = inside.get(reverse("accounts:delete")).content.decode()
    assert "Delete my account" in page
    wanjiru.refresh_from_db()
    assert wanjiru.is_active
    response = inside.post(reverse("accounts:delete"), follow=True)
    assert "Your account has been deleted." in response.content.decode()
    assert not is_in(inside)
    gone = User.objects.get(pk=wanjiru.pk)
    assert (gone.name, gone.is_active, gone.email) == ("", False, f"{gone.public_id}@erased.invalid")
    assert (str(gone), gone.short_name) == ("former member", "former member")
    assert not gone.has_usable_password()
    assert (gone.time_zone, gone.seen_at, gone.last_login) == ("UTC", None, None)
    assert [ApiToken.objects.count(), Email.objects.count(), gone.authenticator_set.count()] == [0, 0, 0]
    assert log_in(Client()).status_code == 200


def test_what_is_left_of_her_is_since_when_she_was_here_and_her_language():
    user = UserFactory(name="Wanjiru Kamau", language="es", languages_read=["ar"], date_joined=datetime(2026, 5, 4, tzinfo=UTC))
    user.groups.add(Group.objects.create(name="Helpers"))
    user.user_permissions.add(Permission.objects.first())
    erase(user)
    gone = User.objects.get(pk=user.pk)
    assert (gone.public_id, gone.date_joined, gone.language) == (user.public_id, user.date_joined, "es")
    assert gone.languages_read == []
    assert (User.objects.count(), gone.name, gone.erased_at is not None) == (1, "", True)
    assert (gone.email, gone.is_active, gone.has_usable_password()) == (f"{gone.public_id}@erased.invalid", False, False)
    assert [gone.groups.count(), gone.user_permissions.count()] == [0, 0]


def test_the_audit_keeps_that_someone_was_erased_and_names_nobody():
    user = UserFactory()
    record("accounts.access_changed", by=user, about=user)
    erase(user)
    assert list(AuditEntry.objects.of(user)) == []
    assert Pseudonym.objects.count() == 0
    erased = AuditEntry.objects.get(act="accounts.erased")
    assert (erased.actor, erased.object_id) == (None, "")


def test_her_address_is_free_again(inside, wanjiru):
    inside.post(reverse("accounts:delete"))
    assert UserFactory(email="wanjiru@example.org", password=PASSWORD).is_active


def test_whoever_is_still_needed_is_told_why_and_stays_whole(inside, wanjiru, registries):
    personal_data.register_refusal(lambda user: "You are the last lead of Open Standards Network.")
    farewells = []
    personal_data.register_on_erase(farewells.append)
    page = inside.get(reverse("accounts:delete")).content.decode()
    assert "You are the last lead of Open Standards Network." in page
    assert page.count('class="button button-danger"') == 0
    answer = inside.post(reverse("accounts:delete"), follow=True).content.decode()
    assert "You are the last lead of Open Standards Network." in answer
    wanjiru.refresh_from_db()
    assert (wanjiru.is_active, wanjiru.name, farewells) == (True, "Wanjiru Kamau", [])
    with pytest.raises(RuleBroken):
        erase(wanjiru)


def test_a_farewell_that_fails_leaves_everything_as_it_was(wanjiru, registries):
    def fails(user):
        raise RuleBroken("Not now.")

    write_email("accounts/security", to=wanjiru, about={"what": "password"})
    personal_data.register_on_erase(fails)
    with pytest.raises(RuleBroken):
        erase(wanjiru)
    wanjiru.refresh_from_db()
    assert (wanjiru.is_active, wanjiru.name, Email.objects.count()) == (True, "Wanjiru Kamau", 1)


def test_the_page_holds_what_the_download_holds_and_when_it_is_deleted(inside, wanjiru, registries):
    personal_data.register("pets", lambda user: [{"name": "<b>Cat</b>", "colours": ["grey", "white"], "age": None}])
    ApiToken.objects.create(user=wanjiru, name="my script", digest="d" * 64, expires_at=wanjiru.date_joined)
    page = inside.get(reverse("accounts:stored")).text
    for said in (
        "Africa/Nairobi",
        "my script",
        "&lt;b&gt;Cat&lt;/b&gt;",
        "colours 2",
        "white",
        "90 days after they were sent, refused or given up",
    ):
        assert said in page
    for secret in (wanjiru.password, "d" * 64, inside.session.session_key, "<b>Cat"):
        assert secret not in page


def test_the_page_asks_again_who_one_is(client, wanjiru):
    client.force_login(wanjiru)
    assert client.get(reverse("accounts:stored")).url.startswith(reverse("account_reauthenticate"))


def keys_of(user, count: int) -> None:
    ApiToken.objects.bulk_create(
        ApiToken(user=user, name=f"script {number:03}", digest=f"{number:064}", expires_at=user.date_joined) for number in range(count)
    )


def test_the_file_is_written_while_it_is_sent(inside, wanjiru):
    keys_of(wanjiru, 600)
    response = inside.get(reverse("accounts:own-data"))
    pieces = list(response.streaming_content)
    assert len(pieces) > 1
    assert max(map(len, pieces)) < 80_000
    data = json.loads(b"".join(pieces))
    assert [row["name"] for row in data["apitoken"]] == [f"script {number:03}" for number in range(600)]


@pytest.mark.parametrize("count", [1, 600])
def test_however_many_rows_there_are_the_file_asks_as_often(inside, wanjiru, count, django_assert_num_queries):
    keys_of(wanjiru, count)
    written = inside.get(reverse("accounts:own-data")).streaming_content
    with django_assert_num_queries(54):
        assert sum(map(len, written)) > count


def test_what_is_written_after_the_view_is_in_her_language(inside, wanjiru):
    wanjiru.language = "fr"
    wanjiru.save()
    response = inside.get(reverse("accounts:own-data"))
    with translation.override("en"):
        text = response.getvalue().decode()
    acts = [row["act"] for row in json.loads(text)["audit"]]
    said = {}
    for language in ("en", "fr"):
        with translation.override(language):
            said[language] = [entry.sentence for entry in AuditEntry.objects.of(wanjiru).order_by("pk")]
    assert acts == said["fr"] != said["en"]


def test_a_fault_on_the_way_leaves_no_file_that_looks_whole(inside, registries):
    def rows(user):
        yield {"name": "x" * PIECE}
        raise RuntimeError("The database went away.")

    personal_data.register("pets", rows)
    written: list[bytes] = []
    pieces = inside.get(reverse("accounts:own-data")).streaming_content
    with pytest.raises(RuntimeError):
        written.extend(pieces)
    assert len(written) == 1
    with pytest.raises(json.JSONDecodeError):
        json.loads(b"".join(written))


def test_the_page_shows_the_first_rows_of_each_part_and_how_many_there_are(inside, wanjiru):
    keys_of(wanjiru, 11)
    page = inside.get(reverse("accounts:stored")).text
    assert [name for name in (f"script {number:03}" for number in range(11)) if name in page] == [f"script {n:03}" for n in range(10)]
    assert f'<a href="{reverse("accounts:stored-part", args=["apitoken"])}">Show all 11<' in page
    assert reverse("accounts:stored-part", args=["device"]) not in page


@pytest.mark.parametrize("count", [1, 300])
def test_however_many_rows_there_are_the_pages_ask_as_often(inside, wanjiru, count, django_assert_max_num_queries):
    keys_of(wanjiru, count)
    with django_assert_max_num_queries(80):
        inside.get(reverse("accounts:stored"))
    with django_assert_max_num_queries(22):
        inside.get(reverse("accounts:stored-part", args=["apitoken"]))


def test_all_rows_of_a_part_are_on_pages_of_their_own(inside, wanjiru):
    other = UserFactory()
    ApiToken.objects.create(user=other, name="their script", digest="e" * 64, expires_at=wanjiru.date_joined)
    keys_of(wanjiru, 60)
    address = reverse("accounts:stored-part", args=["apitoken"])
    pages = [inside.get(address).text, inside.get(f"{address}?page=2").text]
    found = [[number for number in range(60) if f"script {number:03}" in page] for page in pages]
    assert found == [list(range(20)), list(range(20, 40))]
    assert 'href="?page=2"' in pages[0]
    assert not any("their script" in page for page in pages)
    assert AuditEntry.objects.filter(act="accounts.data_downloaded").count() == 2


def test_what_was_sent_and_what_she_stopped_are_parts_of_their_own(inside, wanjiru):
    write_email("accounts/security", to=wanjiru, about={"what": "password"})
    wanjiru.mutes.create(kind="digest")
    assert "accounts/security" in inside.get(reverse("accounts:stored-part", args=["mail-sent"])).text
    stopped = inside.get(reverse("accounts:stored-part", args=["mail-stopped"])).text
    assert ('<dt lang="en">stopped 1</dt><dd><bdi dir="auto">digest</bdi></dd>' in stopped, "accounts/security" in stopped) == (True, False)


@pytest.mark.parametrize("name", ["stored-part", "soon-deleted"])
def test_the_pages_of_a_part_ask_again_who_one_is(client, wanjiru, name):
    client.force_login(wanjiru)
    address = reverse(f"accounts:{name}", args=["apitoken"] if name == "stored-part" else [])
    assert client.get(address).url.startswith(reverse("account_reauthenticate"))


def test_a_part_that_is_none_is_not_found(inside):
    assert inside.get(reverse("accounts:stored-part", args=["password"])).status_code == 404


def test_of_much_that_will_soon_be_deleted_the_first_is_shown_and_the_rest_on_pages(inside, monkeypatch):
    listed = [retention.Upcoming(f"thing {number:03}", "", date(2028, 9, 4)) for number in range(60)]
    monkeypatch.setattr(retention, "_upcoming", [lambda user, at: listed])
    page = inside.get(reverse("accounts:stored")).text
    assert [number for number in range(60) if f"thing {number:03}" in page] == list(range(10))
    address = reverse("accounts:soon-deleted")
    assert f'<a href="{address}">Show all 60<' in page
    last = inside.get(f"{address}?page=3").text
    assert [number for number in range(60) if f"thing {number:03}" in last] == list(range(40, 60))

"""The admin site is an allow-list: what it holds, what it may be asked, and what it may tell."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from amnt.accounts.models import User
from amnt.audit.admin import StaffModelAdmin
from amnt.audit.models import AuditEntry
from amnt.core.cascades import cascade_of
from amnt.mail.models import Email
from calendar_app.models import Attendance, DateChange, Meeting, Reminder
from coalitions.models import FollowUp, Organisation
from resolutions.models import Assembly, Outcome, Resolution, Revision, Topic, Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    OrganisationFactory,
    ResolutionFactory,
    TopicFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
)

pytestmark = pytest.mark.django_db

HELD = {
    "accounts.User",
    "calendar_app.Deadline",
    "calendar_app.Meeting",
    "coalitions.Organisation",
    "resolutions.Assembly",
    "resolutions.Outcome",
    "resolutions.RegionalGroup",
    "resolutions.Resolution",
    "resolutions.Revision",
    "resolutions.StateSymbol",
    "resolutions.StudyGroup",
    "resolutions.StudyGroupLink",
    "resolutions.Topic",
    "resolutions.WordingRule",
}
# What each list may be asked for in its address, besides a search and an order.
LOOKUPS = {
    "accounts.User": {"is_active", "is_staff"},
    "calendar_app.Deadline": {"kind", "assembly", "date_status", "confidence", "verified_at"},
    "calendar_app.Meeting": {"kind", "group", "assembly", "date_status", "confidence", "verified_at"},
    "coalitions.Organisation": {"country"},
    "resolutions.Assembly": {"confidence", "verified_at"},
    "resolutions.Outcome": {"assembly", "confidence", "verified_at"},
    "resolutions.RegionalGroup": {"confidence", "verified_at"},
    "resolutions.Resolution": {"series", "status", "rights_relevance", "is_named_in_guide", "confidence", "verified_at"},
    "resolutions.Revision": {"assembly", "confidence", "verified_at"},
    "resolutions.StateSymbol": {"confidence", "verified_at"},
    "resolutions.StudyGroup": {"period", "confidence", "verified_at"},
    "resolutions.StudyGroupLink": {"basis", "confidence", "verified_at"},
    "resolutions.Topic": set(),
    "resolutions.WordingRule": {"family", "is_active"},
}
ORACLES = ("exact", "iexact", "startswith", "istartswith", "contains", "regex", "iregex", "gt", "lt", "in", "range", "isnull", "year")


@pytest.fixture
def staff(client):
    staff = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(staff)
    return staff


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def models() -> list[type]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


# --- What it holds ----------------------------------------------------------------------------------------------------


def test_what_the_admin_holds_is_listed_here_by_name():
    assert {model._meta.label for model in admin.site._registry} == HELD


def test_nothing_is_registered_but_with_an_admin_of_ours():
    with pytest.raises(ImproperlyConfigured):
        admin.site.register(Authenticator)
    with pytest.raises(ImproperlyConfigured):
        admin.site.register(Group, admin.ModelAdmin)
    assert all(isinstance(model_admin, StaffModelAdmin) for model_admin in admin.site._registry.values())


@pytest.mark.parametrize(
    "path", ["mfa/authenticator/add/", "usersessions/usersession/?q=x", "account/emailaddress/", "auth/group/", "sessions/session/"]
)
def test_models_of_libraries_have_no_pages(client, staff, path):
    assert client.get(f"/admin/{path}").status_code == 404


def test_no_object_is_found_by_its_type_and_key(client, staff):
    """Django redirects to any object of any model, also those that the admin does not hold."""
    follow_up = FollowUpFactory(circle=coalition().everyone, created_by=staff)
    kind = ContentType.objects.get_for_model(FollowUp)
    with pytest.raises(NoReverseMatch):
        reverse("admin:view_on_site", args=[kind.pk, follow_up.pk])
    assert client.get(f"/admin/r/{kind.pk}/{follow_up.pk}/").status_code == 404


# --- What it may be asked ---------------------------------------------------------------------------------------------


def columns(model, *, deep=2):
    """The look-ups of every column and of every relation, forwards and backwards."""
    for field in model._meta.get_fields():
        yield field.name
        if field.is_relation and field.related_model and deep > 1:
            yield from (f"{field.name}__{inner}" for inner in columns(field.related_model, deep=deep - 1))


def test_a_list_is_filtered_by_what_its_admin_names_and_by_nothing_else(rf, staff):
    """Every look-up of every column of the model and of every related one, also with a look-up of SQL behind it."""
    request = rf.get("/")
    request.user = staff
    for label in sorted(HELD):
        model = apps.get_model(label)
        model_admin = admin.site.get_model_admin(model)
        asked = {lookup for name in columns(model) for lookup in (name, *(f"{name}__{oracle}" for oracle in ORACLES))}
        allowed = {lookup for lookup in asked if model_admin.lookup_allowed(lookup, "x", request)}
        assert {lookup.split("__")[0] for lookup in allowed} == LOOKUPS[label]
        assert {lookup.rpartition("__")[2] for lookup in allowed} <= {"exact", "isnull"}
        assert len(asked) > 100


REFUSED = (
    "password__startswith=argon2",
    "pk__gt=0",
    "id__regex=.",
    "no_such_column=1",
    "api_tokens__digest__startswith=a",
    "follow_ups__title__contains=a",
    "verified_by__password__regex=.",
    "circle__name__contains=a",
    "_to_field=password",
    "_to_field=email",
    "_popup=1&_to_field=search_text",
)
ODD = ("e=1", "p=9999", "p=x", "o=99.-x.1", "all=", "q=%00", "q=" + "a+" * 3000, "_popup=1", "_facets=1", "q=%22%27%5c%25", "p=-1")


def test_what_a_list_does_not_know_is_refused_in_a_sentence(client, staff):
    for model in models():
        for question in REFUSED:
            answer = client.get(f"{address(model)}?{question}")
            assert answer.status_code == 400, (model, question)
            assert "This could not be read" in answer.content.decode()


def test_no_odd_address_ends_in_an_error(client, staff):
    for model in models():
        for question in ODD:
            answer = client.get(f"{address(model)}?{question}", follow=True)
            assert answer.status_code == 200, (model, question)
            assert "database" not in answer.content.decode().lower()


def test_a_filter_with_a_value_that_is_none_shows_the_whole_list(client, staff):
    answer = client.get(f"{address(User)}?is_staff__exact=perhaps", follow=True)
    assert answer.status_code == 200
    assert "This address asks for a filter that the list does not have" in answer.content.decode()


def test_no_odd_key_ends_in_an_error(client, staff):
    for model in models():
        for key in ("x", "0", "9" * 30, "-1", "_5F", "%00"):
            for page in ("change", "history", "delete"):
                assert client.get(address(model, page, key)).status_code in {302, 403, 404}, (model, page, key)
            answer = client.post(address(model), {"action": "delete_selected", "_selected_action": [key]})
            assert answer.status_code < 500, (model, key)
        if hasattr(model, "history"):
            for key in ("x", "9" * 30):
                assert client.get(address(model, "simple_history", "1", key)).status_code == 404, (model, key)


def test_one_completes_only_what_a_form_of_the_admin_asks_for(client, staff):
    offered = {"app_label": "resolutions", "model_name": "revision", "field_name": "resolution", "term": ""}
    assert client.get(reverse("admin:autocomplete"), offered).status_code == 200
    for app, model, field in (
        ("coalitions", "followup", "resolution"),
        ("accounts", "apitoken", "user"),
        ("coalitions", "membership", "user"),
        ("resolutions", "revision", "verified_by"),
        ("audit", "pseudonym", "user"),
        ("\x00", "", ""),
    ):
        asked = {"app_label": app, "model_name": model, "field_name": field, "term": "a"}
        assert client.get(reverse("admin:autocomplete"), asked).status_code == 403, (model, field)


# --- What it may tell -------------------------------------------------------------------------------------------------


@pytest.fixture
def world(staff):
    """A public object of every kind, each with something private of every class hanging on it."""
    ours = coalition("zz-coalition")
    boss = lead(ours, name="zz-boss Person", email="boss@example.org")
    Organisation.objects.all().delete()
    organisation = OrganisationFactory(name="A public organisation")
    ours.memberships.update(organisation=organisation)
    topic, resolution, assembly = TopicFactory(), ResolutionFactory(number=50, slug="50"), AssemblyFactory()
    resolution.topics.add(topic)
    meeting, deadline = MeetingFactory(assembly=assembly), DeadlineFactory(assembly=assembly)
    circles = {
        "c1": ours.everyone,
        "c2": circle_of(ours, boss, name="zz-circle", kind="restricted"),
        "c3": circle_of(ours, boss, name="zz-delegation", kind="delegation"),
    }
    for level, circle in circles.items():
        FollowUpFactory(circle=circle, title=f"zz-{level}", resolution=resolution, owner=boss, created_by=boss)
        call = MeetingFactory(kind="call", circle=circle, group=None, assembly=assembly, title_en=f"zz-call-{level}")
        DeadlineFactory(meeting=call, assembly=assembly, title_en=f"zz-door-{level}")
    Watch.objects.create(user=boss, resolution=resolution)
    Attendance.objects.create(user=boss, meeting=meeting, status="going", circle=ours.everyone)
    revision = Revision.objects.create(resolution=resolution, assembly=assembly, label_en="Rev.")
    outcome = Outcome.objects.create(resolution=resolution, assembly=assembly, action="MOD")
    return [organisation, topic, resolution, assembly, meeting, deadline, revision, outcome, boss]


def said_on(page) -> str:
    """What it says, without the random letters that its scripts are named by, which may be any."""
    return re.sub(r' nonce="[^"]*"', "", page.content.decode())


def test_no_page_of_the_admin_names_what_hangs_on_an_object(client, world):
    for obj in world:
        model = type(obj)
        pages = [
            client.get(address(model)),
            client.get(f"{address(model)}?q=zz"),
            client.get(address(model, "change", obj.pk)),
            client.get(address(model, "history", obj.pk)),
            client.get(address(model, "delete", obj.pk)),
            client.post(address(model), {"action": "delete_selected", "_selected_action": [obj.pk]}, follow=True),
        ]
        for page in pages:
            assert page.status_code in {200, 403}, (obj, page.request["PATH_INFO"])
            assert "zz-" not in said_on(page), (obj, page.request["PATH_INFO"])


def test_a_deletion_says_how_much_goes_with_it(client, staff):
    resolution = ResolutionFactory(number=50, title_en="Cybersecurity")
    Revision.objects.create(resolution=resolution, assembly=AssemblyFactory(), label_en="Rev. Dakar")
    for name in ("zz-one", "zz-two"):
        Watch.objects.create(user=UserFactory(name=name), resolution=resolution)
    page = said_on(client.get(address(Resolution, "delete", resolution.pk)))
    assert "Other records: 2" in page
    assert "zz-" not in page


def test_a_deletion_reaches_by_keys_what_the_framework_finds_by_objects(world):
    meeting = next(obj for obj in world if isinstance(obj, Meeting))
    about = {"old": {}, "new": {}, "proposed_by": UserFactory()}
    first = DateChange.objects.create(meeting=meeting, **about)
    second = DateChange.objects.create(deadline=DeadlineFactory(assembly=meeting.assembly, meeting=meeting), because_of=first, **about)
    for obj in [*world, second.deadline]:
        collector = NestedObjects(using="default")
        collector.collect([obj])
        cascade = cascade_of([obj])
        assert cascade.deleted == {model: {row.pk for row in rows} for model, rows in collector.model_objs.items()}, obj
        protecting = {(type(row), row.pk) for row in collector.protected}
        assert {(model, key) for model, keys in cascade.protected.items() for key in keys} == protecting, obj
    assert cascade_of([meeting]).deleted[DateChange] == {first.pk, second.pk}


def test_a_deletion_asks_the_same_queries_for_one_row_and_for_five(staff, django_assert_num_queries):
    resolution = ResolutionFactory(number=50)
    everyone = coalition().everyone
    for count in (1, 4):
        for _ in range(count):
            Watch.objects.create(user=UserFactory(), resolution=resolution)
            FollowUpFactory(circle=everyone, resolution=resolution, created_by=staff)
        with django_assert_num_queries(22):
            cascade = cascade_of([resolution])
    assert (len(cascade.deleted[Watch]), len(cascade.protected[FollowUp])) == (5, 5)


def test_what_protects_an_object_is_counted_and_not_named(client, staff):
    resolution = ResolutionFactory(number=50)
    FollowUpFactory(circle=coalition().everyone, title="zz-title", resolution=resolution, created_by=staff)
    answer = client.get(address(Resolution, "delete", resolution.pk)).content.decode()
    posted = client.post(address(Resolution, "delete", resolution.pk), {"post": "yes"})
    assert "zz-title" not in answer + posted.content.decode()
    assert Resolution.objects.filter(pk=resolution.pk).exists() == ("record depends on it" in answer)


def test_what_was_done_is_in_the_audit_and_in_no_list_of_the_framework(client, staff):
    topic = TopicFactory()
    client.post(address(Topic, "change", topic.pk), {"tag": topic.tag, "name_en": "Another", "name_fr": "x", "name_es": "y"})
    client.post(address(Topic, "delete", topic.pk), {"post": "yes"})
    entries = AuditEntry.objects.filter(act__startswith="instance.fact").order_by("pk")
    assert [(entry.act, entry.object_type, entry.object_id, entry.level) for entry in entries] == [
        ("instance.fact_changed", "resolutions.topic", "cybersecurity", "C0"),
        ("instance.fact_deleted", "resolutions.topic", "cybersecurity", "C0"),
    ]
    assert "name_en" in entries[0].fields
    assert LogEntry.objects.count() == 0


def test_the_history_of_an_object_says_what_was_done_and_to_which_columns(client, staff):
    topic = TopicFactory()
    client.post(address(Topic, "change", topic.pk), {"tag": topic.tag, "name_en": "zz-words", "name_fr": "x", "name_es": "y"})
    page = client.get(address(Topic, "history", topic.pk)).content.decode()
    assert "A public fact was changed" in page
    assert "name_en" in page


def test_entering_the_admin_is_recorded_once_a_log_in(client, staff):
    client.get(address(Assembly))
    client.get(address(Topic))
    assert [entry.act for entry in AuditEntry.objects.of(staff)] == ["instance.admin_entered"]


# --- Accounts ---------------------------------------------------------------------------------------------------------


def test_an_account_is_shown_by_its_address_alone(client, staff):
    person = UserFactory(name="zz-name Person", email="person@example.org")
    for page in ("change", "history"):
        body = client.get(address(User, page, person.pk)).content.decode()
        assert "person@example.org" in body
        assert "zz-name" not in body
    client.post(address(User, "change", person.pk), {"is_active": "on", "is_staff": "on"})
    person.refresh_from_db()
    assert (person.name, person.is_staff) == ("zz-name Person", True)


def test_making_someone_staff_is_recorded_and_mailed_to_her_and_to_the_others(client, staff):
    other, person = UserFactory(is_staff=True), UserFactory()
    UserFactory()
    client.post(address(User, "change", person.pk), {"is_active": "on", "is_staff": "on"})
    entry = AuditEntry.objects.of(person).get()
    assert (entry.act, entry.fields) == ("accounts.access_changed", ["is_staff"])
    assert entry in AuditEntry.objects.of(staff)
    mails = Email.objects.filter(kind="accounts/instance").values_list("to", "about")
    assert sorted((to, about["what"]) for to, about in mails) == sorted(
        [(person.pk, "rights"), (staff.pk, "rights-of-another"), (other.pk, "rights-of-another")]
    )


def test_staff_who_may_not_grant_rights_grant_none(client):
    helper, person = UserFactory(is_staff=True), UserFactory()
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(helper)
    client.post(address(User, "change", person.pk), {"is_active": "on", "is_staff": "on", "is_superuser": "on"})
    client.post(address(User, "change", helper.pk), {"is_active": "on", "is_staff": "on", "is_superuser": "on"})
    person.refresh_from_db()
    helper.refresh_from_db()
    assert (person.is_staff, person.is_superuser, helper.is_superuser) == (False, False, False)


def test_the_last_one_who_may_grant_rights_keeps_them(client, staff):
    page = client.post(address(User, "change", staff.pk), {"is_active": "on", "is_staff": "on"}, follow=True)
    assert "Nobody would be left who can grant rights" in page.content.decode()
    staff.refresh_from_db()
    assert staff.is_superuser


def test_no_form_of_the_admin_reaches_a_password_a_factor_or_an_address(client, staff):
    person = UserFactory(email="person@example.org")
    person.set_password("a long enough password")
    person.save()
    before = (person.password, person.email)
    form = client.get(address(User, "change", person.pk)).context["adminform"].form
    assert set(form.fields) == {"is_active", "is_staff", "is_superuser"}
    client.post(address(User, "change", person.pk), {"is_active": "on", "password": "x", "email": "y@example.org", "name": "z"})
    client.get(f"/admin/accounts/user/{person.pk}/password/")
    person.refresh_from_db()
    assert (person.password, person.email) == before
    assert Reminder.objects.count() == Authenticator.objects.count() == 0

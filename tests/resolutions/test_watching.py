from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from resolutions.models import RegionWatch, Watch
from resolutions.services import watching as services
from tests.factories import RegionalGroupFactory, ResolutionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = UserFactory(seen_at=now())
    client.force_login(user)
    return user


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50)


WATCH = reverse("resolutions:watch", args=["50"])


def test_one_watches_changes_what_of_it_and_stops(client, user, resolution):
    client.post(WATCH, {"scope": "all"})
    assert list(Watch.objects.values_list("user", "resolution", "scope")) == [(user.pk, resolution.pk, "all")]

    client.post(WATCH, {"scope": "operative"})
    assert list(Watch.objects.values_list("user", "resolution", "scope")) == [(user.pk, resolution.pk, "operative")]

    client.post(WATCH, {"scope": "none"})
    assert not Watch.objects.exists()


def test_watching_twice_is_watching_once(client, user, resolution):
    for _ in range(2):
        client.post(WATCH, {"scope": "all"})

    assert Watch.objects.count() == 1


def test_stopping_is_one_s_own_business(client, user, resolution):
    other = UserFactory()
    Watch.objects.create(user=other, resolution=resolution)

    client.post(WATCH, {"scope": "none"})

    assert [watch.user for watch in Watch.objects.all()] == [other]


def test_one_returns_to_the_list_as_it_was_filtered(client, user, resolution):
    response = client.post(WATCH, {"scope": "all", "next": "/resolutions/?topic=dns&page=2"})

    assert response.headers["Location"] == "/resolutions/?topic=dns&page=2"


def test_no_other_site_is_returned_to(client, user, resolution):
    response = client.post(WATCH, {"scope": "all", "next": "https://evil.example/"})

    assert response.headers["Location"] == "/resolutions/50/"


def test_with_script_only_the_button_comes_back(client, user, resolution):
    response = client.post(WATCH, {"scope": "all", "next": "/resolutions/?q=50"}, headers={"HX-Request": "true"})

    page = response.content.decode()
    assert 'aria-pressed="true"' in page
    assert 'value="none"' in page
    assert 'value="/resolutions/?q=50"' in page
    assert "<html" not in page


@pytest.mark.parametrize("scope", ["", "everything", "ALL"])
def test_watching_something_unheard_of_is_refused(client, user, resolution, scope):
    assert client.post(WATCH, {"scope": scope}).status_code == 404
    assert not Watch.objects.exists()


def test_opening_the_address_watches_nothing(client, user, resolution):
    assert client.get(WATCH).status_code == 405
    assert not Watch.objects.exists()


def test_a_stranger_watches_nothing(client, resolution):
    client.post(WATCH, {"scope": "all"})

    assert not Watch.objects.exists()


def test_the_page_says_how_one_watches_it(client, user, resolution):
    Watch.objects.create(user=user, resolution=resolution, scope="operative")
    Watch.objects.create(user=UserFactory(), resolution=resolution, scope="all")

    page = client.get("/resolutions/50/").content.decode()

    assert "Watching: operative part" in page
    assert "Stop watching" in page


def test_one_follows_a_region_and_stops(client, user):
    group = RegionalGroupFactory()
    address = reverse("resolutions:region-watch", args=["ATU"])

    client.post(address, {"scope": "all"})
    client.post(address, {"scope": "all"})
    assert list(RegionWatch.objects.values_list("user", "group")) == [(user.pk, group.pk)]

    client.post(address, {"scope": "none"})
    assert not RegionWatch.objects.exists()


def test_a_region_that_is_not_there_is_not_followed(client, user):
    RegionalGroupFactory()

    assert client.post(reverse("resolutions:region-watch", args=["XXX"]), {"scope": "all"}).status_code == 404


def test_with_script_only_the_button_of_the_region_comes_back(client, user):
    RegionalGroupFactory()

    page = client.post(reverse("resolutions:region-watch", args=["ATU"]), {"scope": "all"}, headers={"HX-Request": "true"}).content.decode()

    assert 'aria-pressed="true"' in page
    assert "<html" not in page


def test_regional_groups_say_how_one_gets_in_and_how_their_proposals_are_marked(client, user, django_assert_num_queries):
    RegionalGroupFactory(access_en="As an observer.", proposal_codes=["AFCP"], region_en="Africa", website="https://atuuat.africa")
    RegionalGroupFactory(code="CTU", acronym_en="CTU", name_en="Caribbean Telecommunications Union", is_recognised=False, countries=[])
    RegionWatch.objects.create(user=user, group_id=RegionalGroupFactory(code="ATU").pk)

    with django_assert_num_queries(3):
        page = client.get(reverse("resolutions:regions")).content.decode()

    for words in ["ATU", "As an observer.", "AFCP", "Africa", "2 member countries", "Kenya", "not one of the six the ITU counts"]:
        assert words in page
    assert page.count('aria-pressed="true"') == 1


def test_without_regional_groups_the_page_says_how_to_load_them(client, user):
    assert "load_reference" in client.get(reverse("resolutions:regions")).content.decode()


def test_stopping_leaves_every_other_watch(user):
    other = UserFactory()
    fifty, sixty = ResolutionFactory(), ResolutionFactory()
    africa, asia = RegionalGroupFactory(code="ATU"), RegionalGroupFactory(code="APT")
    for person in (user, other):
        for resolution in (fifty, sixty):
            services.watch(person, resolution)
        for group in (africa, asia):
            services.watch_region(person, group)

    services.stop_watching(user, fifty)
    services.stop_watching_region(user, africa)

    assert set(Watch.objects.values_list("user", "resolution")) == {(user.pk, sixty.pk), (other.pk, fifty.pk), (other.pk, sixty.pk)}
    assert set(RegionWatch.objects.values_list("user", "group")) == {(user.pk, asia.pk), (other.pk, africa.pk), (other.pk, asia.pk)}


@pytest.mark.parametrize(("name", "key", "data"), [("watch", "50", {"scope": "none"}), ("region-watch", "ATU", {"scope": "none"})])
def test_a_tap_in_a_list_is_undone_beside_its_button(client, user, resolution, name, key, data):
    group, long_ago = RegionalGroupFactory(), now() - timedelta(days=30)
    Watch.objects.create(user=user, resolution=resolution, scope="operative", created_at=long_ago)
    RegionWatch.objects.create(user=user, group=group, created_at=long_ago)

    sent = data | {"next": "/resolutions/?q=50"}
    shown = client.post(reverse(f"resolutions:{name}", args=[key]), sent, headers={"HX-Request": "true"}).content.decode()
    assert Watch.objects.count() + RegionWatch.objects.count() == 1
    assert '<span class="visually-hidden" role="status">You no longer watch' in shown
    form = shown.partition('action="/undo/"')[2]
    token = form.partition('name="token" value="')[2].partition('"')[0]
    answer = client.post("/undo/", {"token": token, "next": "/resolutions/?q=50"})

    assert answer.url == "/resolutions/?q=50"
    assert Watch.objects.values_list("scope", "created_at").get() == ("operative", long_ago)
    assert RegionWatch.objects.values_list("created_at", flat=True).get() == long_ago


def test_a_list_offers_no_undo_before_a_tap(client, user, resolution):
    assert "/undo/" not in client.get("/resolutions/?list=1").content.decode()

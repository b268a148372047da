from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import devices
from amnt.accounts.browser_names import browser_name
from amnt.accounts.models import ApiToken, Device, Session
from amnt.accounts.tokens import digest_of
from tests.accounts.conftest import is_in, letters, log_in
from tests.factories import UserFactory, coalition, lead

pytestmark = pytest.mark.django_db

FIREFOX_ON_ANDROID = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
CHROME_ON_LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SAFARI_ON_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"


def browser(user_agent=FIREFOX_ON_ANDROID):
    return Client(headers={"user-agent": user_agent, "accept-language": "en"})


def test_a_browser_is_called_as_people_call_it():
    called = [browser_name(agent) for agent in (FIREFOX_ON_ANDROID, CHROME_ON_LINUX, SAFARI_ON_IPHONE, EDGE, "curl/8", "")]
    assert called == ["Android, Firefox", "Linux, Chrome", "iPhone, Safari", "Windows, Edge", "Unknown browser", "Unknown browser"]


def test_the_list_shows_this_device_first_and_the_place_only_roughly(wanjiru):
    phone, desk = browser(), browser(CHROME_ON_LINUX)
    log_in(desk, REMOTE_ADDR="203.0.113.77")
    log_in(phone)
    listed = devices.devices_of(wanjiru, session_key=desk.session.session_key)
    assert [(device.name, device.is_this) for device in listed] == [("Linux, Chrome", True), ("Android, Firefox", False)]
    assert Device.objects.get(digest=digest_of(desk.session.session_key)).ip == "203.0.113.0"


def test_the_page_costs_the_same_with_one_device_and_with_three(wanjiru, django_assert_num_queries):
    desk = browser(CHROME_ON_LINUX)
    log_in(desk)
    desk.get(reverse("accounts:devices"))
    with django_assert_num_queries(4):
        desk.get(reverse("accounts:devices"))
    log_in(browser())
    log_in(browser())
    with django_assert_num_queries(4):
        assert desk.get(reverse("accounts:devices")).content.decode().count("Android, Firefox") >= 2


def test_one_device_is_logged_out_from_another(wanjiru):
    phone, desk = browser(), browser(CHROME_ON_LINUX)
    log_in(phone)
    log_in(desk)
    [_this, other] = devices.devices_of(wanjiru, session_key=desk.session.session_key)
    desk.post(reverse("accounts:device-close"), {"device": other.key})
    assert phone.get(reverse("accounts:profile")).status_code == 302
    assert desk.get(reverse("accounts:profile")).status_code == 200


def test_nobody_logs_out_the_device_of_someone_else(wanjiru):
    theirs, hers = browser(), browser()
    log_in(theirs)
    other = UserFactory(password="quite another sentence")
    log_in(hers, other.email, "quite another sentence")
    [device] = devices.devices_of(wanjiru, session_key=None)
    page = hers.post(reverse("accounts:device-close"), {"device": device.key}, follow=False)
    assert page.status_code == 302
    assert theirs.get(reverse("accounts:profile")).status_code == 200


def test_a_device_is_not_named_by_anything_that_opens_it(wanjiru, client):
    log_in(client)
    assert client.session.session_key not in client.get(reverse("accounts:devices")).content.decode()


# --- Everything ---------------------------------------------------------------------------------------------------


def test_close_everything_closes_everything(client, wanjiru):
    phone = browser()
    log_in(phone)
    of_phone = digest_of(phone.session.session_key)
    log_in(client)
    ApiToken.objects.create(user=wanjiru, name="script", digest="x" * 64, expires_at=now() + timedelta(days=9))
    response = client.post(reverse("accounts:close-all"), follow=True)
    assert "Everything is closed" in response.content.decode()
    assert not is_in(client)
    assert phone.get(reverse("accounts:profile")).status_code == 302
    assert (Session.objects.filter(pk=of_phone).count(), ApiToken.objects.count()) == (0, 0)
    assert client.cookies["known"].value == ""


def test_close_everything_leaves_others_alone(client, wanjiru):
    other = UserFactory(password="quite another sentence")
    theirs = browser()
    log_in(theirs, other.email, "quite another sentence")
    log_in(client)
    client.post(reverse("accounts:close-all"))
    assert theirs.get(reverse("accounts:profile")).status_code == 200


def test_opening_the_address_of_close_everything_closes_nothing(client, wanjiru):
    log_in(client)
    assert client.get(reverse("accounts:close-all")).status_code == 405
    assert is_in(client)


def test_close_everything_is_two_taps_from_any_page(client, wanjiru):
    """The menu, then its button: a form in the band that needs no script."""
    log_in(client)
    band = client.get(reverse("about:privacy")).content.decode().split("</header>")[0]
    assert f'action="{reverse("accounts:close-all")}"' in band


# --- How long -----------------------------------------------------------------------------------------------------


def test_a_log_in_lasts_fourteen_days_and_not_longer(client, wanjiru):
    start = now()
    with time_machine.travel(start, tick=False):
        log_in(client)
    with time_machine.travel(start + timedelta(days=9), tick=False):
        assert client.get(reverse("accounts:profile")).status_code == 200
    with time_machine.travel(start + timedelta(days=13, hours=23), tick=False):
        assert client.get(reverse("accounts:profile")).status_code == 200
    with time_machine.travel(start + timedelta(days=14, minutes=1), tick=False):
        assert client.get(reverse("accounts:profile")).status_code == 302


def test_a_leads_log_in_ends_after_twelve_idle_hours(client):
    boss = lead(coalition(), password="quite another sentence")
    start = now()
    with time_machine.travel(start, tick=False):
        log_in(client, boss.email, "quite another sentence")
        assert client.cookies["sessionid"]["max-age"] == 12 * 3600
    with time_machine.travel(start + timedelta(hours=11), tick=False):
        assert client.get(reverse("accounts:profile")).status_code == 200
    with time_machine.travel(start + timedelta(hours=22), tick=False):
        assert client.get(reverse("accounts:profile")).status_code == 200
    with time_machine.travel(start + timedelta(hours=34, minutes=1), tick=False):
        assert client.get(reverse("accounts:profile")).status_code == 302


def test_keeping_a_log_in_alive_costs_no_query_but_once_in_ten_minutes(client, wanjiru, django_assert_num_queries):
    start = now()
    with time_machine.travel(start, tick=False):
        log_in(client)
        client.get(reverse("about:help"))
    with time_machine.travel(start + timedelta(minutes=4), tick=False), django_assert_num_queries(2):
        client.get(reverse("about:help"))
    with time_machine.travel(start + timedelta(minutes=11), tick=False):
        client.get(reverse("about:help"))
    assert Device.objects.get().last_seen_at == start + timedelta(minutes=11)


def test_what_has_ended_is_forgotten_and_what_lives_is_kept(client, wanjiru):
    start = now()
    with time_machine.travel(start - timedelta(days=20), tick=False):
        log_in(browser())
    log_in(client)
    devices.delete_expired()
    devices.delete_expired()
    assert list(Device.objects.values_list("digest", flat=True)) == [digest_of(client.session.session_key)]
    assert is_in(client)


# --- A new one ----------------------------------------------------------------------------------------------------


def test_an_unknown_browser_is_told_of_and_a_known_one_is_not(client, wanjiru):
    log_in(client)
    client.get(reverse("accounts:profile"))
    assert letters() == []
    client.post(reverse("account_logout"))
    log_in(client)
    assert letters() == []
    log_in(browser())
    [letter] = letters()
    assert (letter.address, letter.subject) == (wanjiru.email, "Something changed in your account")
    assert "with a browser we did not recognise" in letter.text


def test_the_letter_of_a_new_device_says_no_more_than_it_must(client, wanjiru):
    log_in(client)
    client.get(reverse("accounts:profile"))
    log_in(browser(), REMOTE_ADDR="203.0.113.77")
    [letter] = letters()
    for word in ("Firefox", "Android", "203.0.113", wanjiru.name, "Open Standards Network"):
        assert word not in letter.text + letter.html + letter.subject
    assert letter.stop == ""


def test_the_mark_of_a_known_browser_names_nobody_and_opens_nothing(client, wanjiru):
    log_in(client)
    mark = client.cookies["known"]
    assert (mark["httponly"], mark["samesite"]) == (True, "Lax")
    stranger = browser()
    stranger.cookies["known"] = mark.value
    assert stranger.get(reverse("accounts:profile")).status_code == 302
    assert str(wanjiru.pk) != mark.value != str(wanjiru.public_id)

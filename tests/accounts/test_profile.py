import re

import pytest
from django.urls import reverse

from amnt.accounts.models import User
from tests.accounts.conftest import log_in

pytestmark = pytest.mark.django_db

PROFILE = reverse("accounts:profile")
GOOD = {"name": "Wanjiru Kamau", "language": "en", "time_zone": "Africa/Nairobi"}


@pytest.fixture
def inside(client, wanjiru):
    log_in(client)
    client.get(PROFILE)
    return client


def test_name_language_and_zone_are_saved_and_the_answer_is_in_the_new_language(inside, wanjiru):
    response = inside.post(PROFILE, {"name": "Wanjirũ", "language": "fr", "time_zone": "Europe/Zurich"}, follow=True)
    wanjiru.refresh_from_db()
    assert (wanjiru.name, wanjiru.language, wanjiru.time_zone) == ("Wanjirũ", "fr", "Europe/Zurich")
    assert '<html lang="fr"' in response.content.decode()


def test_the_languages_she_reads_are_chosen_and_shown_again(inside, wanjiru):
    page = inside.post(PROFILE, GOOD | {"languages_read": ["en", "ar"]}, follow=True).content.decode()
    wanjiru.refresh_from_db()
    assert wanjiru.languages_read == ["en", "ar"]
    ticked = re.findall(r'name="languages_read" value="(..)"[^>]* checked', page)
    assert (ticked, page.count('name="languages_read"')) == (["en", "ar"], 6)
    assert '<bdi lang="ar">العربية</bdi>' in page


@pytest.mark.parametrize("sent", [[], ["fr", "en", "es", "ar", "ru", "zh"]])
def test_no_language_and_every_language_are_stored_alike(inside, wanjiru, sent):
    User.objects.update(languages_read=["ru"])
    inside.post(PROFILE, GOOD | {"languages_read": sent})
    wanjiru.refresh_from_db()
    assert wanjiru.languages_read == []


def test_a_language_that_is_none_of_the_six_is_refused(inside, wanjiru):
    assert inside.post(PROFILE, GOOD | {"languages_read": ["tlh"]}).context["form"].errors.keys() == {"languages_read"}
    wanjiru.refresh_from_db()
    assert wanjiru.languages_read == []


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"language": "tlh"}, "“tlh” is not one of our languages."),
        ({"language": "en-gb'; --"}, "is not one of our languages."),
        ({"time_zone": "Mars/Olympus_Mons"}, "“Mars/Olympus_Mons” is not a time zone we know."),
        ({"time_zone": "../../etc/passwd"}, "is not a time zone we know."),
        ({"name": "x" * 10_000}, "at most 150 characters: this has 10000"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_lost(inside, wanjiru, bad, sentence):
    response = inside.post(PROFILE, GOOD | {"name": "New name"} | bad)
    page = response.content.decode()
    assert sentence in page
    assert page.count("<h1>") == 1
    assert response.context["form"]["name"].value() == ({"name": "New name"} | bad)["name"]
    # The band still shows who she is, not what was refused.
    assert "Wanjiru K." in page.split("</header>")[0]
    wanjiru.refresh_from_db()
    assert (wanjiru.name, wanjiru.language, wanjiru.time_zone) == ("Wanjiru Kamau", "en", "Africa/Nairobi")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Wan\u202ejiru\u2069 \x07Kamau", "Wanjiru Kamau"),
        ("  Lucía \n\t Pérez  ", "Lucía Pérez"),
        ("نادية", "نادية"),
        ("👩🏾‍💼 Ama", "👩🏾‍💼 Ama"),
        ("<b>Claire</b>", "<b>Claire</b>"),
    ],
)
def test_a_name_is_one_honest_line(inside, wanjiru, sent, kept):
    page = inside.post(PROFILE, GOOD | {"name": sent}, follow=True).content.decode()
    wanjiru.refresh_from_db()
    assert wanjiru.name == kept
    assert "<b>Claire" not in page


def test_a_name_with_a_null_character_loses_it(inside, wanjiru):
    inside.post(PROFILE, GOOD | {"name": "Wan\x00jiru"})
    wanjiru.refresh_from_db()
    assert "\x00" not in wanjiru.name


def test_the_page_costs_few_queries_however_many_devices(inside, django_assert_num_queries):
    with django_assert_num_queries(6):
        inside.get(PROFILE)


def test_the_page_stays_within_its_weight(inside):
    assert len(inside.get(PROFILE, headers={"accept-encoding": "gzip"}).content) < 30_000


# --- The language in the band -------------------------------------------------------------------------------------

LANGUAGE = reverse("accounts:language")


def test_a_stranger_changes_the_language_of_this_browser(client):
    response = client.post(LANGUAGE, {"language": "es", "next": "/about/help/"}, follow=True)
    assert response.request["PATH_INFO"] == "/about/help/"
    assert '<html lang="es"' in response.content.decode()
    assert '<html lang="es"' in client.get(reverse("account_login")).content.decode()


def test_a_person_changes_the_language_of_her_profile(inside, wanjiru):
    inside.post(LANGUAGE, {"language": "es", "next": PROFILE})
    wanjiru.refresh_from_db()
    assert wanjiru.language == "es"
    inside.cookies.pop("language")
    assert '<html lang="es"' in inside.get(PROFILE).content.decode()


def test_the_profile_wins_over_the_browser(inside):
    assert '<html lang="en"' in inside.get(PROFILE, headers={"accept-language": "es"}).content.decode()


def test_an_unknown_language_is_refused_with_a_sentence(client, wanjiru):
    response = client.post(LANGUAGE, {"language": "tlh", "next": "/about/help/"}, follow=True)
    assert "“tlh” is not one of our languages." in response.content.decode()
    assert '<html lang="en"' in response.content.decode()
    log_in(client)
    client.post(LANGUAGE, {"language": "x" * 10_000})
    wanjiru.refresh_from_db()
    assert wanjiru.language == "en"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "\\\\evil.example", "-1", "now", "a\x00b"]
)
def test_the_language_never_leads_to_a_foreign_page(client, elsewhere):
    assert client.post(LANGUAGE, {"language": "es", "next": elsewhere}).url == "/"


def test_opening_the_address_changes_no_language(inside, wanjiru):
    assert inside.get(LANGUAGE, {"language": "es"}).status_code == 405
    wanjiru.refresh_from_db()
    assert wanjiru.language == "en"

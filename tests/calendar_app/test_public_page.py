"""The page without a log-in: public facts alone, in three languages, light, kept for a minute, and not there where it is off."""

import gzip
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils.timezone import now

from coalitions.models import PublicPageEntry, Statement
from coalitions.statements.domain.fingerprint import fingerprint
from resolutions.models import Proposal, RegionalGroup, Resolution
from tests.factories import (
    AssemblyFactory,
    ContributionFactory,
    DeadlineFactory,
    MeetingFactory,
    OrganisationFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "/public/",
    "/public/en/",
    "/public/en/dates/",
    "/public/en/resolutions/",
    "/public/en/resolutions/50/",
    "/public/en/ways-in/",
    "/public/en/glossary/",
    "/public/en/news.atom",
    "/public/en/dates.ics",
)
CONTENT = re.compile(r'<input type="hidden" name="(?:csrfmiddlewaretoken|next)" value="[^"]*">')


@pytest.fixture(autouse=True)
def september(clock):
    """Four and a half weeks before the assembly of the tests."""


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50, slug="50", title_en="Cybersecurity", title_fr="Cybersécurité", title_es="Ciberseguridad")


def asked(resolution, group=None, *, action="MOD", status="submitted", **fields) -> Proposal:
    who = {} if group is None else {"group": group}
    return ProposalFactory(resolution=resolution, action=action, status=status, contribution=ContributionFactory(**fields), **who)


def proposals_of(client, address="/public/en/resolutions/50/") -> list[str]:
    return re.findall(r'<bdi class="cote">([^<]*)</bdi>', fresh(client, address))


def fresh(client, address: str, **headers) -> str:
    cache.clear()
    return client.get(address, headers=headers).text


# --- On and off -----------------------------------------------------------------------------------------------------------


def test_off_each_of_its_addresses_answers_like_one_that_never_was(client, settings, resolution):
    assert {client.get(address).status_code for address in ADDRESSES} == {200}
    settings.PUBLIC_PAGE = False
    for address in (*ADDRESSES, "/public"):
        for method in ("get", "head", "post"):
            answer = getattr(client, method)(address)
            unknown = getattr(client, method)("/never-was" + address.removeprefix("/public"))
            assert answer.status_code == unknown.status_code == 404
            assert CONTENT.sub("", answer.text) == CONTENT.sub("", unknown.text)
            assert dict(answer.headers) | {"Content-Length": ""} == dict(unknown.headers) | {"Content-Length": ""}


def test_it_is_off_unless_the_host_switches_it_on(settings, client):
    settings.PUBLIC_PAGE = False
    assert "/public/" not in client.get("/account/login/").text
    settings.PUBLIC_PAGE = True
    assert "/public/" in client.get("/account/login/").text


def test_who_is_logged_in_reads_the_same(client, resolution):
    stranger = fresh(client, "/public/fr/")
    client.force_login(lead(coalition(), language="es", time_zone="America/Lima"))
    assert fresh(client, "/public/fr/") == stranger
    assert client.get("/public/fr/").headers["Cache-Control"] == "no-store"


def test_nothing_may_be_sent_to_it(client):
    assert client.post("/public/en/").status_code in (403, 405)


# --- Languages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("es-PE,es;q=0.9,en;q=0.8", "es"), ("en", "en"), ("pt,ru;q=0.5", "fr"), ("*", "fr"), ("", "fr"), ("x" * 3000, "fr")],
)
def test_without_a_language_in_its_address_it_speaks_that_of_the_browser(client, accepted, language):
    answer = client.get("/public/", headers={"accept-language": accepted})
    assert f'<html lang="{language}"' in answer.text
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]
    assert not answer.cookies


def test_its_address_says_the_language_whatever_the_browser_or_a_cookie_say(client):
    client.cookies["language"] = "en"
    answer = client.get("/public/es/", headers={"accept-language": "fr"})
    assert '<html lang="es"' in answer.text
    assert 'href="/public/fr/" lang="fr" hreflang="fr"' in answer.text
    assert client.get("/public/pt/").status_code == 404


def test_every_page_leads_to_itself_in_the_other_languages(client, resolution):
    for address in ("dates/", "resolutions/", "resolutions/50/", "ways-in/", "glossary/"):
        assert f'href="/public/es/{address}" lang="es"' in client.get(f"/public/en/{address}").text


# --- When -----------------------------------------------------------------------------------------------------------------


def test_dates_are_those_of_the_cycle_that_are_public_with_how_sure_they_are(client):
    DeadlineFactory(title_en="Contributions close", date_status="assumption")
    MeetingFactory(
        title_en="A regional meeting", starts_on=date(2028, 9, 11), ends_on=date(2028, 9, 15), source="https://www.apt.int/meeting"
    )
    MeetingFactory(title_en="Only heard of", starts_on=date(2028, 9, 12), ends_on=date(2028, 9, 12), date_status="rumour")
    MeetingFactory(title_en="Over", starts_on=date(2028, 8, 1), ends_on=date(2028, 8, 2))
    page = fresh(client, "/public/en/")
    assert re.findall(r"<h3><bdi>([^<]*)</bdi></h3>", page) == ["A regional meeting", "Contributions close"]
    assert "assumption, not published" in page
    assert '<a href="https://www.apt.int/meeting"' in page
    assert "your time" not in page


def test_no_call_of_a_circle_and_no_deadline_of_one_is_there(client):
    ours = coalition()
    circle = circle_of(ours, lead(ours))
    for where in (circle, ours.everyone):
        call = MeetingFactory(
            kind="call", circle=where, group=None, title_en="zz-call", starts_on=date(2028, 9, 4), ends_on=date(2028, 9, 4)
        )
        DeadlineFactory(meeting=call, title_en="zz-door", at=datetime(2028, 9, 3, tzinfo=UTC))
    MeetingFactory(kind="call", circle=None, group=None, title_en="zz-public-call", starts_on=date(2028, 9, 4), ends_on=date(2028, 9, 4))
    for address in ("/public/en/", "/public/en/dates/", "/public/en/dates.ics", "/public/en/news.atom"):
        assert "zz-" not in fresh(client, address)


def test_without_an_assembly_it_says_that_nothing_is_published_yet(client):
    page = fresh(client, "/public/en/")
    assert "No date to come is published yet." in page
    assert "No public proposal is recorded yet." in page


def test_before_contributions_come_it_says_when_they_usually_do(client):
    AssemblyFactory()
    assert "around Mon, 18 Sept 2028" in fresh(client, "/public/en/")


# --- On what --------------------------------------------------------------------------------------------------------------


def test_public_proposals_stand_by_region_and_no_reading_of_them(client, resolution):
    asked(resolution, RegionalGroupFactory(code="CEPT", acronym_en="CEPT"))
    asked(resolution, RegionalGroupFactory(), action="NOC", status="preliminary")
    page = fresh(client, "/public/en/")
    cells = [re.sub(r"<[^>]*>|\s+", " ", cell).split() for cell in re.findall(r'<td role="cell"[^>]*>(.*?)</td>', page, re.DOTALL)]
    assert [" ".join(cell) for cell in cells] == [
        "NOC no change, preliminary , Res. 50, ATU",
        "MOD modification , Res. 50, CEPT",
        "nothing received",
    ]


def test_what_is_not_public_or_does_not_stand_is_not_there(client, resolution):
    public = asked(resolution, number="38A7")
    asked(resolution, number="77A7", access="number")
    asked(resolution, number="39A7", status="withdrawn")
    asked(resolution, number="40A7", taken_back_at=now())
    taken_back = asked(resolution, number="41A7")
    Proposal.objects.filter(pk=taken_back.pk).update(taken_back_at=now(), superseded_at=now())
    replaced = asked(resolution, number="42A7")
    Proposal.objects.filter(pk=replaced.pk).update(superseded_at=now())
    draft = asked(resolution, number="43A7")
    Proposal.objects.filter(pk=draft.pk).update(is_consolidated=True)
    asked(resolution, number="44A7", assembly=AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24)))
    assert proposals_of(client) == [public.identifier]


def test_a_draft_is_there_only_if_somebody_asks_for_it_publicly(client):
    AssemblyFactory()
    draft = ResolutionFactory(number=None, label="[AFCP-1]", slug="afcp-1", status=Resolution.Status.DRAFT, title_en="A new one")
    asked(draft, number="77A7", access="number")
    assert "AFCP-1" not in fresh(client, "/public/en/resolutions/")
    assert client.get("/public/en/resolutions/afcp-1/").status_code == 404
    asked(draft, number="38A7")
    assert "AFCP-1" in fresh(client, "/public/en/resolutions/")
    assert "38A7" in fresh(client, "/public/en/resolutions/afcp-1/")


def test_every_resolution_that_stands_is_in_the_list(client, resolution):
    ResolutionFactory(number=2, slug="2", title_en="Study groups")
    ResolutionFactory(number=9, slug="9", title_en="Gone", status=Resolution.Status.SUPPRESSED)
    page = fresh(client, "/public/en/resolutions/")
    assert re.findall(r'<bdi class="number">(\d+)</bdi>', page) == ["2", "50"]
    assert client.get("/public/en/resolutions/none/").status_code == 404


# --- Coalitions -----------------------------------------------------------------------------------------------------------


def entry(of, *, name="", is_indexed=False, statements=()) -> PublicPageEntry:
    made = PublicPageEntry.objects.create(coalition=of, shown_name=name, is_indexed=is_indexed)
    made.statements.set(statements)
    return made


def closed(of, title="Open meetings", circle=None) -> Statement:
    ago = now() - timedelta(days=1)
    closing = {"opened_at": ago, "closes_at": ago, "locked_at": ago, "asked": []}
    statement = Statement.objects.create(circle=circle or of.everyone, title=title, **closing)
    statement.versions.create(number=1, text="We ask for open meetings.\n", language="en")
    return statement


def test_of_a_coalition_nothing_is_there_but_what_two_of_its_leads_chose(client):
    silent, named = coalition("zz-silent"), coalition("zz-coalition")
    closed(silent, "zz-not-shown")
    closed(named, "zz-not-chosen")
    entry(named, name="The chosen name", statements=[closed(named)])
    page = fresh(client, "/public/en/")
    assert "The chosen name" in page
    assert "Open meetings" in page
    assert "zz-" not in page


def test_a_statement_of_a_coalition_without_a_name_is_shown_without_one(client):
    ours = coalition("zz-coalition")
    statement = closed(ours)
    entry(ours, statements=[statement])
    assert "Open meetings" in fresh(client, "/public/en/")
    page = fresh(client, f"/public/en/statements/{statement.public_id}/")
    assert "We ask for open meetings." in page
    assert "zz-" not in page
    assert client.get(f"/public/en/statements/{statement.public_id}/statement.txt").content == b"We ask for open meetings.\n"


@pytest.mark.parametrize("what", ["not chosen", "of a circle", "open", "not locked", "of another coalition"])
def test_a_statement_that_was_not_published_is_not_found(client, what):
    ours = coalition()
    statement = closed(ours, circle=circle_of(ours, lead(ours)) if what == "of a circle" else None)
    if what != "not chosen":
        entry(coalition("Others") if what == "of another coalition" else ours, statements=[statement])
    changed = {"open": {"closes_at": now() + timedelta(days=1)}, "not locked": {"locked_at": None}}.get(what, {})
    Statement.objects.filter(pk=statement.pk).update(public_id=statement.public_id, **changed)
    assert "Open meetings" not in fresh(client, "/public/en/")
    for file in ("", "statement.txt"):
        assert client.get(f"/public/en/statements/{statement.public_id}/{file}").status_code == 404


def test_the_list_of_a_statement_names_whoever_agreed_to_it_outside_and_nobody_else(client):
    ours = coalition()
    statement = closed(ours)
    version = statement.versions.get()
    entry(ours, statements=[statement])
    for name, naming in (("Named outside", "outside"), ("zz-inside", "inside"), ("zz-nowhere", "nowhere")):
        said = {"choice": "endorse", "naming": naming, "name": name, "fingerprint": fingerprint(version.text)}
        version.answers.create(organisation=OrganisationFactory(name=name), by=member(ours, name="zz-person"), **said)
    page = fresh(client, f"/public/en/statements/{statement.public_id}/")
    assert "Named outside" in page
    assert "zz-" not in page


def test_taken_back_it_is_gone_at_once_though_pages_are_kept(client):
    ours = coalition()
    shown = entry(ours, name="The chosen name")
    assert "The chosen name" in client.get("/public/en/").text
    shown.delete()
    assert "The chosen name" not in client.get("/public/en/").text


@pytest.mark.parametrize(
    ("said", "is_indexed"), [([], False), ([True], True), ([False], False), ([True, False], False), ([True, True], True)]
)
def test_search_engines_may_list_it_only_if_every_coalition_on_it_agrees(client, said, is_indexed):
    for number, each in enumerate(said):
        entry(coalition(f"Number {number}"), is_indexed=each)
    for address in ("/public/en/", "/public/en/dates/", "/public/en/news.atom", "/public/en/dates.ics"):
        answer = client.get(address)
        assert answer.headers.get("X-Robots-Tag") == (None if is_indexed else "noindex")
        assert ('content="noindex"' in answer.text) == (address.endswith("/") and not is_indexed)


# --- Light, kept, and the same --------------------------------------------------------------------------------------------


def grow(number: int, resolution) -> None:
    """Everything of which there may be more, so many times."""
    groups = [RegionalGroupFactory(code=code, acronym_en=code, acronym_fr=code) for code in ("APT", "ATU", "CEPT", "CITEL", "LAS", "RCC")]
    for place in range(number):
        each = ResolutionFactory(title_en=f"A title of some length for number {place}", title_fr=f"Un titre assez long, {place}")
        for group in groups:
            asked(each, group)
        asked(each)
        asked(resolution)
        day = date(2028, 9, 5) + timedelta(days=place % 40)
        MeetingFactory(starts_on=day, ends_on=day + timedelta(days=2), title_en=f"A meeting of some length, {place}")
        DeadlineFactory(at=datetime(2028, 9, 6, 12, tzinfo=UTC) + timedelta(days=place % 40))
        ours = coalition(f"Coalition number {place}")
        entry(ours, name=ours.name, statements=[closed(ours, f"Statement number {place}")])


QUERIES = {
    "/public/en/": 10,
    "/public/en/dates/": 5,
    "/public/en/resolutions/": 6,
    "/public/en/resolutions/50/": 5,
    "/public/en/ways-in/": 2,
    "/public/en/glossary/": 2,
    "/public/en/news.atom": 5,
    "/public/en/dates.ics": 5,
}


@pytest.mark.parametrize("number", [1, 12])
@pytest.mark.parametrize("address", QUERIES)
def test_a_page_costs_as_many_queries_whatever_there_is(client, django_assert_num_queries, resolution, address, number):
    grow(number, resolution)
    with django_assert_num_queries(QUERIES[address]):
        assert client.get(address).status_code == 200
    # Whether the instance is locked, and what coalitions show now.
    with django_assert_num_queries(2):
        client.get(address)


def test_a_statement_costs_as_many_queries_whoever_signed_it(client, django_assert_num_queries):
    ours = coalition()
    for signed in (1, 12):
        statement = closed(ours, f"Signed by {signed}")
        shown, _is_new = PublicPageEntry.objects.get_or_create(coalition=ours)
        shown.statements.add(statement)
        version = statement.versions.get()
        for number in range(signed):
            said = {"choice": "endorse", "naming": "outside", "name": f"Number {number}", "fingerprint": fingerprint(version.text)}
            version.answers.create(organisation=OrganisationFactory(), **said)
        with django_assert_num_queries(6):
            assert client.get(f"/public/en/statements/{statement.public_id}/").text.count("<li><bdi>Number") == signed


def test_with_everything_there_could_be_it_weighs_no_more_than_thirty_kilobytes(client, resolution):
    grow(70, resolution)
    sizes = {address: len(gzip.compress(client.get(address).content)) for address in ADDRESSES}
    assert {address: size for address, size in sizes.items() if size > 30 * 1024} == {}
    assert len(client.get("/public/en/").content) <= 120 * 1024


def test_asked_again_it_says_that_nothing_changed(client, resolution):
    first = client.get("/public/en/")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    with time_machine.travel(now() + timedelta(minutes=30), tick=False):
        cache.clear()
        again = client.get("/public/en/", headers={"if-none-match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.content == b""
        asked(resolution)
        cache.clear()
        assert client.get("/public/en/", headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_what_is_kept_is_asked_of_the_database_again_after_a_minute(client, resolution):
    assert "Nothing" not in client.get("/public/en/").text
    asked(resolution, RegionalGroup.objects.first() or RegionalGroupFactory())
    assert "Cybersecurity" not in client.get("/public/en/").text
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        assert "Cybersecurity" in client.get("/public/en/").text


def test_it_works_without_a_script_a_cookie_or_a_form(client, resolution):
    answer = client.get("/public/en/")
    assert not answer.cookies
    assert "<form" not in answer.text
    assert re.findall(r"<script[^>]*>", answer.text) == ['<script src="/static/js/site.js" type="module">']

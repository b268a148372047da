"""The pages of what coalitions do together, in a small world and in one of 60 coalitions; and `visible_to`, beside a world with one circle.

The first coalition is the same in both, so each page must show the same, with as many queries, in about the same time. The two are asked in
turns: a machine that is busy meanwhile slows both.
"""

import inspect
import re
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.cache import cache
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amnt.accounts.models import User
from coalitions.models import AssemblySession, Circle, Coalition, Contact, Delegation, OwnRoute, Statement
from tests.bench import coalition_world as world
from tests.bench import measures
from tests.bench.databases import clock_of, copy_of, forget, opened

LARGER = 1.3
SAME = "the same is shown"
TIMES, TIMES_QUICK = 25, 11

# What must stand on each, so that none is measured empty.
PAGES = {
    "now": ("/", "Préparer l’entretien"),
    "matrix": ("/matrix/", "v2</bdi>, à revoir"),
    "positions": ("/resolutions/{resolution}/position/", "Notre position"),
    "versions of a position": ("/resolutions/{resolution}/position/versions/", "Notre position"),
    "write a position": ("/resolutions/{resolution}/position/write/", "Notre position"),
    "rights": ("/resolutions/{resolution}/rights/", "Par le moyen"),
    "follow-ups of a resolution": ("/resolutions/{resolution}/follow-ups/", "Demander à"),
    "ways in": ("/delegations/ways/?country=KE", "Membre du secteur"),
    "own route": ("/ways-in/{route}/", "Membre du secteur"),
    "change an own route": ("/ways-in/{route}/change/", "Membre du secteur"),
    "own seat": ("/account/own-seat/", "Personne 0"),
    "notes in confidence": ("/account/own-notes/", world.WORDS[:9]),
    "delegations": ("/delegations/", "Kenya"),
    "delegation": ("/delegations/{card}/", "Entendu"),
    "handover": ("/delegations/{card}/handover/", "À savoir"),
    "contacts of a delegation": ("/delegations/{card}/contacts/", "Garder le texte"),
    "contacts of a resolution": ("/resolutions/{resolution}/contacts/", "Garder le texte"),
    "who can raise it": ("/resolutions/{resolution}/contacts/?region=ATU", "Garder le texte"),
    "silent contacts": ("/resolutions/{resolution}/contacts/?state=silent", "Garder le texte"),
    "contact": ("/contacts/{contact}/", "Garder le texte"),
    "log a contact": ("/contacts/new/?delegation={card}&resolution={resolution}", "Groupe 2"),
    "coverage": ("/delegations/coverage/", "Japon"),
    "gaps of a region": ("/delegations/coverage/?region=ATU&kind=silent", "Kenya"),
    "statements": ("/coalition/{coalition}/statements/", "Déclaration commune"),
    "what the public page shows": ("/coalition/{coalition}/public-page/", "Déclaration commune"),
    "public page": ("/public/fr/", "Déclaration commune"),
    "public dates": ("/public/fr/dates/", "Réunion"),
    "public resolutions": ("/public/fr/resolutions/", "rien reçu"),
    "public news": ("/public/fr/news.atom", "informations publiques"),
    "public calendar": ("/public/fr/dates.ics", "BEGIN:VEVENT"),
    "public statement": ("/public/fr/statements/{shown}/", "Déclaration commune"),
    "statement": ("/statements/{statement}/", "Les organisations signataires"),
    "organisations of a statement": ("/statements/{statement}/organisations/", "Organisation 0-"),
    "answer a statement": ("/statements/{statement}/answer/", "Les organisations signataires"),
    "open a statement": ("/coalition/{coalition}/statements/new/?position={resolution}", "Groupe 2"),
    "issue group": ("/circles/{circle}/now/", "Préparer l’entretien"),
    "circle": ("/circles/{circle}/", "Groupe 0"),
    "circles": ("/coalition/{coalition}/circles/", "Groupe 1"),
    "coalition": ("/coalition/{coalition}/", "Organisation 0-3"),
    "mandates": ("/coalition/{coalition}/mandates/", "Organisation 0-3"),
    "priorities": ("/coalition/{coalition}/priorities/", "Priorité 3"),
    "charter": ("/coalition/{coalition}/charter/", world.WORDS[:9]),
    "decisions": ("/coalition/{coalition}/decisions/", "Décision 5"),
    "media": ("/coalition/{coalition}/media/", "Journal 3"),
    "week": ("/follow-ups/week/?coalition={coalition}", "Demander à"),
    "outcomes": ("/outcomes/WTSA-24/", "Personne E."),
    "outcome of a resolution": ("/outcomes/WTSA-24/resolutions/{resolution}/", "Verdict du groupe"),
    "public report": ("/outcomes/WTSA-24/report/", "Personne 0"),
    "lines of the report": ("/outcomes/WTSA-24/report/lines/", "Verdict 2"),
    "next cycle": ("/outcomes/WTSA-24/next/", "Kenya"),
    "follow-ups": ("/follow-ups/?tab=team", "Demander à"),
    "search a word": ("/search/?q=entretien", "Préparer l’entretien"),
    "search a person": ("/search/?q=Exemple", "Personne 0"),
    "search a country": ("/search/?q=Kenya", "Kenya"),
    "search a note of a session": ("/search/?q=Bougé", "Bougé"),
    "day of an assembly": ("/live/2024-10-17/", "Séance 2"),
    "days by room": ("/live/2024-10-17/?view=room", "Séance 2"),
    "session": ("/live/sessions/{session}/", "Bougé"),
    "API: sessions": ("/api/v1/sessions/", "Séance"),
    "API: notes of sessions": ("/api/v1/session-notes/", "Bougé"),
    "API: positions": ("/api/v1/positions/", "Notre position"),
    "API: contacts": ("/api/v1/contacts/", "Garder le texte"),
    "API: statements": ("/api/v1/statements/", "Déclaration commune"),
    "API: delegations": ("/api/v1/delegations/", "Autorité de régulation"),
    "API: own routes": ("/api/v1/own-routes/", "Membre du secteur"),
    "API: verdicts": ("/api/v1/verdicts/", "Verdict du groupe"),
    "API: decisions": ("/api/v1/decisions/", "Décision 5"),
    "API: impacts on rights": ("/api/v1/rights-impacts/", "Par le moyen"),
    "API: people": ("/api/v1/people/", "Personne 0"),
}
# Every seat is opened, whoever asks: that shows in the time of nobody whether there is one for her. It grows with the seats of an instance.
TOLD_SEATS = "/account/told-to-me/"

# What differs from one answer to the next and is not read: of an instant the seconds, and what forms and scripts carry.
_OF_THE_MOMENT = re.compile(
    r'name="(?:csrfmiddlewaretoken|submission)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(?:csrfmiddlewaretoken|submission)"'
    r'|nonce="[^"]*"|"X-CSRFToken": ?"[^"]*"|data-left="[0-9]*"|datetime="[^"]*"'
)


@dataclass
class World:
    database: BaseDatabaseWrapper
    client: Client
    clock: Callable[[], float]

    def get(self, address: str) -> Any:
        with opened(self.database):
            answer = self.client.get(made_anew(address))
        assert answer.status_code == 200, f"{address} answers {answer.status_code}"
        return answer

    def shown(self, address: str) -> str:
        return _OF_THE_MOMENT.sub("", self.get(address).content.decode())


def measured(*, quick: bool) -> dict[str, Any]:
    """Everything in databases of its own: the one that is open stays as it is."""
    times = TIMES_QUICK if quick else TIMES
    start = time.process_time()
    databases: dict[str, BaseDatabaseWrapper] = {}
    try:
        for name, source, size in (
            ("one", None, world.ONE),
            ("small", None, world.SMALL),
            ("large", "small", world.LARGE_QUICK if quick else world.LARGE),
        ):
            databases[name] = copy_of(databases[source] if source else connections["default"], f"bench_{name}")
            with opened(databases[name]):
                person = world.grow(size)
                measures.analyse()
        grown = time.process_time() - start
        one, small, large = (databases[name] for name in ("one", "small", "large"))
        with opened(large):
            held, places = rows_held(), places_of(person)
        # Before the pages, which note that they were opened.
        seen = visible_rows(person, one, large, times)
        both = [World(database, signed_in(database, person), clock_of(database)) for database in (small, large)]
        pages = {name: measure_page(both, address.format(**places), word, times) for name, (address, word) in PAGES.items()}
        told = measure_page(both, TOLD_SEATS, "Personne 0 Exemple 3", times)
        return {"grown s": round(grown, 1), "held": held, "pages": pages, "told seats": told, "visible_to": seen}
    finally:
        for database in databases.values():
            forget(database)


def made_anew(address: str) -> str:
    """The page without a log-in is kept for a minute: forgotten first, so that what is measured is making it."""
    if address.startswith("/public/"):
        cache.clear()
    return address


def signed_in(database: BaseDatabaseWrapper, person: User) -> Client:
    client = Client()
    with opened(database):
        client.force_login(person)
    return client


def rows_held() -> dict[str, int]:
    people = User.objects.count()
    return {
        "coalitions": Coalition.objects.count(),
        "circles": Circle.objects.count(),
        "people": people,
        "contacts": Contact.objects.count(),
    }


def places_of(person: User) -> dict[str, str | UUID]:
    """What stands in the addresses, from the first coalition."""
    coalition = Coalition.objects.order_by("pk").first()
    assert coalition is not None
    mine = Circle.objects.of(person).filter(coalition=coalition, kind="restricted").order_by("pk")
    resolution = world.public_facts().resolutions[0]
    contacts = Contact.objects.visible_to(person).filter(resolution=resolution).exclude(answer="none")
    open_statement = Statement.objects.open().filter(circle=coalition.everyone).order_by("-newest", "pk")
    return {
        "resolution": resolution.slug,
        "coalition": coalition.public_id,
        "circle": mine[0].public_id,
        "card": Delegation.objects.filter(assembly__code="WTSA-28").order_by("pk")[0].public_id,
        "contact": contacts.order_by("pk")[0].public_id,
        "route": OwnRoute.objects.filter(circle=coalition.everyone).order_by("pk")[0].public_id,
        "statement": open_statement[0].public_id,
        "session": AssemblySession.objects.filter(circle=coalition.everyone).order_by("pk")[0].public_id,
        "shown": Statement.objects.published().filter(circle=coalition.everyone).order_by("pk")[0].public_id,
    }


# --- Pages ------------------------------------------------------------------------------------------------------------------


def measure_page(worlds: list[World], address: str, word: str, times: int) -> dict[str, Any]:
    """Queries and what is shown in both worlds; and how much longer the large one takes, in turns."""
    queries, shown = [], []
    for each in worlds:
        each.get(address)
        each.get(address)
        with opened(each.database), CaptureQueriesContext(each.database) as seen:
            answer = each.client.get(made_anew(address))
        queries.append(len(seen))
        shown.append(_OF_THE_MOMENT.sub("", answer.content.decode()))
    ratio, milliseconds = in_turns([lambda each=each: each.get(address) for each in worlds], [each.clock for each in worlds], times)
    says = "another page" if word not in shown[0] else SAME if shown[0] == shown[1] else "not the same"
    return {"queries": queries, "shown": says, "large / small": round(ratio, 2), "ms large": round(milliseconds, 1)}


def in_turns(acts: list[Callable[[], object]], clocks: list[Callable[[], float]], times: int) -> tuple[float, float]:
    """How much longer the second act takes than the first, and its milliseconds: medians of as many turns.

    Beyond the bound it is measured anew, twice at most: what a busy machine did to one measurement it does not do to three.
    """
    found = []
    for _ in range(3):
        spent: list[list[float]] = [[], []]
        for turn in range(times):
            for place in (0, 1) if turn % 2 else (1, 0):
                start = clocks[place]()
                acts[place]()
                spent[place].append(clocks[place]() - start)
        first, second = map(statistics.median, spent)
        found.append((second / first, second * 1000))
        if second / first <= LARGER:
            break
    return min(found)


# --- visible_to -------------------------------------------------------------------------------------------------------------


def models_of_circles() -> list[type[Model]]:
    """Every model of coalitions whose rows are seen by who is in a circle."""
    found = []
    for model in apps.get_app_config("coalitions").get_models():
        visible_to = getattr(model._default_manager, "visible_to", None)
        if visible_to and "circles" in inspect.signature(visible_to).parameters:
            found.append(model)
    return found


def visible_rows(person: User, one: BaseDatabaseWrapper, large: BaseDatabaseWrapper, times: int) -> dict[str, dict[str, Any]]:
    """The keys of all rows this person sees: in a world of one circle, and as many in the large one."""
    found, clocks = {}, [clock_of(database) for database in (one, large)]
    for model in models_of_circles():

        def see(database: BaseDatabaseWrapper, model: Any = model) -> list[Any]:
            with opened(database):
                return list(model._default_manager.visible_to(person).order_by().values_list("pk", flat=True))

        rows = [len(see(database)) for database in (one, large)]
        ratio, milliseconds = in_turns([lambda database=database: see(database) for database in (one, large)], clocks, times * 4)
        found[model.__name__] = {"rows": rows, "large / one": round(ratio, 2), "ms large": round(milliseconds, 2)}
    return found


# --- Verdicts ---------------------------------------------------------------------------------------------------------------


def verdicts(found: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    held = ", ".join(f"{number:,} {name}" for name, number in found["held"].items())
    lines = [(f"world of {held}: built", f"{found['grown s']} s of the processor ≤ 60", found["grown s"] <= 60)]
    for name, page in found["pages"].items():
        holds = page["queries"][0] == page["queries"][1] and page["shown"] == SAME and page["large / small"] <= LARGER
        lines.append((f"{name}: large / small", _said(page, f"{page['large / small']} ≤ {LARGER}"), holds))
    told = found["told seats"]
    lines.append(("seats told to me: large / small", _said(told, str(told["large / small"])), told["queries"][0] == told["queries"][1]))
    for name, model in found["visible_to"].items():
        one, large = model["rows"]
        figure = f"{model['large / one']} ≤ {LARGER} ({one} / {large} rows, {model['ms large']} ms)"
        lines.append((f"{name}: visible_to, large / one circle", figure, one == large > 0 and model["large / one"] <= LARGER))
    return lines


def _said(page: Mapping[str, Any], figure: str) -> str:
    small, large = page["queries"]
    return f"{figure}, {small} / {large} queries, {page['shown']}, {page['ms large']} ms"

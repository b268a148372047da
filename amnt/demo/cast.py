"""The people of the demonstration: two coalitions without a common member; the second one is at risk, so its mail is discreet."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any

from amnt.accounts.models import User
from coalitions.models import Membership

Lead, Member, Observer = Membership.Role.LEAD, Membership.Role.MEMBER, Membership.Role.OBSERVER


@dataclass(frozen=True)
class Organisation:
    name: str
    country: str


@dataclass(frozen=True)
class Coalition:
    name: str
    mail_ceiling: str


@dataclass(frozen=True)
class Person:
    """`part` is the role in the demonstration, as demo.json and the example follow-ups name it."""

    part: str
    name: str
    email: str
    language: str
    zone: str
    coalition: Coalition | None = None
    role: str = ""
    organisation: Organisation | None = None
    watches: tuple[int, ...] = ()
    region: str = ""
    more: dict[str, Any] = field(default_factory=dict)


OURS = Coalition("Réseau Normes ouvertes (exemple)", User.MailLevel.DETAILED)
THEIRS = Coalition("Voces sin Fronteras (ejemplo)", User.MailLevel.DISCREET)

LEAD, SECOND_LEAD, MEMBER, TRANSLATOR, OBSERVER, ADMIN = "lead", "second-lead", "member", "translator", "observer", "admin"
OTHER_LEAD, OTHER_MEMBER = "other-lead", "other-member"

CAST = (
    # Does not watch Resolution 50 yet, so that one can try it.
    Person(
        LEAD,
        "Wanjiru Kamau",
        "wanjiru@example.org",
        "en",
        "Africa/Nairobi",
        OURS,
        Lead,
        Organisation("Digital Commons Kenya (example)", "KE"),
        (20, 64, 75),
        "ATU",
    ),
    Person(
        SECOND_LEAD,
        "Claire Rochat",
        "claire@example.org",
        "fr",
        "Europe/Zurich",
        OURS,
        Lead,
        Organisation("Observatoire des normes, Genève (exemple)", "CH"),
        (2, 50, 52, 98),
        "CEPT",
        {"mail_level": User.MailLevel.DETAILED},
    ),
    Person(
        MEMBER,
        "Lucía Ferreyra",
        "lucia@example.org",
        "es",
        "America/Montevideo",
        OURS,
        Member,
        Organisation("Derechos en Línea (ejemplo)", "UY"),
        (50, 52),
        "CITEL",
    ),
    Person(
        TRANSLATOR,
        "Nadia Trabelsi",
        "nadia@example.org",
        "fr",
        "Africa/Tunis",
        OURS,
        Member,
        Organisation("Traductions solidaires (exemple)", "TN"),
        (47, 50),
        "LAS",
        {"digest_at": time(18), "weekend": User.Weekend.FRI_SAT},
    ),
    Person(
        OBSERVER,
        "Kwabena Asante",
        "kwabena@example.org",
        "en",
        "Africa/Accra",
        OURS,
        Observer,
        Organisation("Open Spectrum Ghana (example)", "GH"),
        (64,),
        more={"mail_level": User.MailLevel.DISCREET},
    ),
    Person(ADMIN, "Thabo Nkosi", "thabo@example.org", "en", "Africa/Johannesburg", more={"is_staff": True, "is_superuser": True}),
    Person(
        OTHER_LEAD,
        "Mariam Sow",
        "mariam@example.org",
        "fr",
        "Africa/Dakar",
        THEIRS,
        Lead,
        Organisation("Sentinelles du numérique (exemple)", "SN"),
        (50, 75),
        "ATU",
        {"mail_level": User.MailLevel.DISCREET},
    ),
    Person(
        OTHER_MEMBER,
        "Mateo Quispe",
        "mateo@example.org",
        "es",
        "America/Lima",
        THEIRS,
        Member,
        Organisation("Red Andina Abierta (ejemplo)", "PE"),
        (50,),
        "CITEL",
        {"mail_level": User.MailLevel.DISCREET},
    ),
)

"""The people of the demonstration: two coalitions without a common member; the second one is at risk, so its mail is discreet."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any

from amnt.accounts.models import User
from coalitions.models import Membership

Lead, Member, Observer = Membership.Role.LEAD, Membership.Role.MEMBER, Membership.Role.OBSERVER


@dataclass(frozen=True)
class ExampleOrganisation:
    name: str
    country: str


@dataclass(frozen=True)
class ExampleCoalition:
    name: str
    mail_ceiling: str


@dataclass(frozen=True)
class ExamplePerson:
    """`part` is the role in the demonstration, as demo.json and the example follow-ups name it."""

    part: str
    name: str
    email: str
    language: str
    zone: str
    coalition: ExampleCoalition | None = None
    role: str = ""
    organisation: ExampleOrganisation | None = None
    watches: tuple[int, ...] = ()
    region: str = ""
    more: dict[str, Any] = field(default_factory=dict)


OURS = ExampleCoalition("Réseau Normes ouvertes (exemple)", User.MailLevel.DETAILED)
THEIRS = ExampleCoalition("Voces sin Fronteras (ejemplo)", User.MailLevel.DISCREET)

LEAD, SECOND_LEAD, MEMBER, TRANSLATOR, OBSERVER, ADMIN = "lead", "second-lead", "member", "translator", "observer", "admin"
OTHER_LEAD, OTHER_MEMBER = "other-lead", "other-member"

CAST = (
    # Does not watch Resolution 50 yet, so that one can try it.
    ExamplePerson(
        LEAD,
        "Wanjiru Kamau",
        "wanjiru@example.org",
        "en",
        "Africa/Nairobi",
        OURS,
        Lead,
        ExampleOrganisation("Digital Commons Kenya (example)", "KE"),
        (20, 64, 75),
        "ATU",
    ),
    ExamplePerson(
        SECOND_LEAD,
        "Claire Rochat",
        "claire@example.org",
        "fr",
        "Europe/Zurich",
        OURS,
        Lead,
        ExampleOrganisation("Observatoire des normes, Genève (exemple)", "CH"),
        (2, 50, 52, 98),
        "CEPT",
        {"mail_level": User.MailLevel.DETAILED},
    ),
    ExamplePerson(
        MEMBER,
        "Lucía Ferreyra",
        "lucia@example.org",
        "es",
        "America/Montevideo",
        OURS,
        Member,
        ExampleOrganisation("Derechos en Línea (ejemplo)", "UY"),
        (50, 52),
        "CITEL",
    ),
    ExamplePerson(
        TRANSLATOR,
        "Nadia Trabelsi",
        "nadia@example.org",
        "fr",
        "Africa/Tunis",
        OURS,
        Member,
        ExampleOrganisation("Traductions solidaires (exemple)", "TN"),
        (47, 50),
        "LAS",
        {"digest_at": time(18), "weekend": User.Weekend.FRI_SAT},
    ),
    ExamplePerson(
        OBSERVER,
        "Kwabena Asante",
        "kwabena@example.org",
        "en",
        "Africa/Accra",
        OURS,
        Observer,
        ExampleOrganisation("Open Spectrum Ghana (example)", "GH"),
        (64,),
        more={"mail_level": User.MailLevel.DISCREET},
    ),
    ExamplePerson(ADMIN, "Thabo Nkosi", "thabo@example.org", "en", "Africa/Johannesburg", more={"is_staff": True, "is_superuser": True}),
    ExamplePerson(
        OTHER_LEAD,
        "Mariam Sow",
        "mariam@example.org",
        "fr",
        "Africa/Dakar",
        THEIRS,
        Lead,
        ExampleOrganisation("Sentinelles du numérique (exemple)", "SN"),
        (50, 75),
        "ATU",
        {"mail_level": User.MailLevel.DISCREET},
    ),
    ExamplePerson(
        OTHER_MEMBER,
        "Mateo Quispe",
        "mateo@example.org",
        "es",
        "America/Lima",
        THEIRS,
        Member,
        ExampleOrganisation("Red Andina Abierta (ejemplo)", "PE"),
        (50,),
        "CITEL",
        {"mail_level": User.MailLevel.DISCREET},
    ),
)

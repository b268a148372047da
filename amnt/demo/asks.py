"""Example contributions: invented documents of the next assembly, none of them the ITU's.

An edit names a clause by some of its words. Days count from now; documents are written in English unless they say otherwise.
"""

from dataclasses import dataclass

from amnt.demo.cast import LEAD, SECOND_LEAD

# The draft new resolution that an example document proposes.
DRAFT = "metaverse"


@dataclass(frozen=True)
class Edit:
    """Replace `words` in the clause that holds them, or delete the clause (`to` is None)."""

    words: str
    to: str | None


@dataclass(frozen=True)
class New:
    """A new clause after the one that holds `after`, under the same verb line."""

    after: str
    number: str
    text: str


@dataclass(frozen=True)
class Base:
    """Other words than those in force, from which the document starts."""

    words: str
    instead: str


@dataclass(frozen=True)
class Ask:
    """One proposal of a document; resolution 0 is a draft without a number."""

    resolution: int
    action: str
    identifier: str
    edits: tuple[Edit | New | Base, ...] = ()
    group: str = ""
    countries: tuple[str, ...] = ()
    status: str = "submitted"
    reasons: str = ""
    is_consolidated: bool = False
    is_withdrawn: bool = False


@dataclass(frozen=True)
class Document:
    number: str
    day: float
    asks: tuple[Ask, ...]
    revision: int = 0
    language: str = "en"
    is_late: bool = False
    is_news: bool = False  # received just now: watchers of the resolution get it with the next digest

    @property
    def key(self) -> str:
        return f"document/{self.number}/{self.revision}"


@dataclass(frozen=True)
class Opinion:
    """How a coalition reads one proposal."""

    identifier: str
    tone: str
    note: str
    by: str


DOCUMENTS = (
    Document(
        "35A12",
        -24,
        (
            Ask(
                50,
                "MOD",
                "AFCP/35A12/1",
                (
                    Edit("to study how emerging technologies", "to standardize how emerging technologies"),
                    Edit("to help developing countries take part", "to help developing countries, with funds set aside for it, take part"),
                    New("could have prevented", "4", "to propose models of national laws on the security of networks;"),
                ),
                "ATU",
                ("KE", "ZA", "SN", "GH"),
                "common",
                "Networks in the region are young; common rules would spare each country the work.",
            ),
        ),
    ),
    Document(
        "38A7",
        -20,
        (
            Ask(
                50,
                "MOD",
                "EUR/38A7/1",
                (
                    Edit("within its remit", "[strictly] within its remit"),
                    New(
                        "not by the people who use them",
                        "4",
                        "that the effects of a rule on human rights should be known before it is approved;",
                    ),
                ),
                "CEPT",
                ("CH", "DE", "FR", "SE"),
                "preliminary",
            ),
        ),
    ),
    Document(
        "38A7",
        -2,
        (
            Ask(
                50,
                "MOD",
                "EUR/38A7/1",
                (
                    Edit("within its remit", "strictly within its remit"),
                    New(
                        "not by the people who use them",
                        "4",
                        "that the effects of a rule on human rights [and on the open Internet] should be known before it is approved;",
                    ),
                ),
                "CEPT",
                ("CH", "DE", "FR", "SE"),
                "common",
                "Security and rights are looked at together, before a Recommendation is approved rather than after.",
            ),
        ),
        revision=1,
    ),
    Document(
        "38A8",
        -20,
        (
            Ask(
                64, "SUP", "EUR/38A8/1", group="CEPT", countries=("CH", "FR", "SE"), status="common", reasons="The move is well on its way."
            ),
        ),
    ),
    Document(
        "40A3",
        -15,
        (
            Ask(
                50,
                "MOD",
                "RCC/40A3/2",
                (
                    New(
                        "together with the bodies concerned",
                        "2 bis",
                        "to prepare Recommendations by which users and devices can be identified with certainty;",
                    ),
                    Edit("to take part in this work together with all who have a stake in it", "to take part in this work"),
                    Base("to keep a public list of the security work", "to keep a list of the security work"),
                ),
                "RCC",
                ("KZ", "UZ"),
                "common",
            ),
        ),
    ),
    Document("36A1", -12, (Ask(50, "NOC", "ARB/36A1/3", group="LAS", countries=("TN", "MA"), status="preliminary"),)),
    Document(
        "39A4",
        -10,
        (
            Ask(
                47,
                "MOD",
                "IAP/39A4/1",
                (
                    Edit(
                        "to answer Member States that ask for advice", "to answer, within three months, Member States that ask for advice"
                    ),
                    New("before they write", "3", "to publish what they answered to those who use the names."),
                ),
                "CITEL",
                ("BR", "MX", "UY", "CO"),
                "common",
                "Advice that comes late helps nobody.",
            ),
        ),
    ),
    Document(
        "52A1",
        -4,
        (
            # A State that signs the regional text and files its own.
            Ask(
                47,
                "MOD",
                "B/52A1/1",
                (
                    Edit("to gather how countries have dealt", "to study how countries have dealt"),
                    Edit("unless the Member State asks otherwise", None),
                ),
                countries=("BR",),
            ),
        ),
    ),
    Document(
        "37A9",
        -9,
        (
            Ask(
                64,
                "MOD",
                "ACP/37A9/1",
                (
                    Edit("to follow how far the move has come", "to set goals for how far the move should have come"),
                    Edit("by rules their communities make", "by rules that [Member States and] their communities make"),
                ),
                "APT",
                ("JP", "IN", "ID"),
                "common",
            ),
            Ask(47, "NOC", "ACP/37A9/2", group="APT", countries=("JP", "IN", "ID"), status="common"),
        ),
    ),
    Document(
        "44A1",
        -8,
        (
            Ask(
                64,
                "MOD",
                "S/44A1/1",
                (Edit("to report to the advisory group on how far", None),),
                countries=("SE",),
                is_withdrawn=True,
            ),
        ),
    ),
    # A working text of a drafting group: what is not agreed is in brackets.
    Document(
        "60",
        -1.5,
        (
            Ask(
                50,
                "MOD",
                "",
                (
                    Edit("within its remit", "[strictly] within its remit"),
                    Edit("to study how emerging technologies", "to [study][standardize] how emerging technologies"),
                    New(
                        "not by the people who use them",
                        "4",
                        "[that the effects of a rule on human rights and on the open Internet should be known before it is approved;]",
                    ),
                    New(
                        "together with the bodies concerned",
                        "2 bis",
                        "[to prepare Recommendations by which users and devices can be identified with certainty;]",
                    ),
                ),
                is_consolidated=True,
            ),
        ),
    ),
    Document(
        "48A3",
        -1,
        (Ask(50, "MOD", "USA/48A3/2", (Edit("to report on incidents that a Recommendation", None),), countries=("US",)),),
        is_late=True,
        is_news=True,
    ),
    Document(
        "51A1",
        -7,
        (
            Ask(
                50,
                "MOD",
                "SUI/51A1/1",
                (Edit("devraient examiner ce qu’une nouvelle", "doivent examiner ce qu’une nouvelle"),),
                countries=("CH",),
                reasons="Un examen qui dépend de la bonne volonté n’a pas lieu.",
            ),
        ),
        language="fr",
    ),
    Document(
        "35A20",
        -5,
        (
            Ask(
                0,
                "ADD",
                "AFCP/35A20/1",
                (
                    New("", "a)", "that what is written about places people will visit without leaving home is mostly a promise so far;"),
                    New("", "1", "to study what such places need from networks, and what they take from people;"),
                ),
                "ATU",
                ("KE", "SN"),
                "preliminary",
            ),
        ),
    ),
)

OPINIONS = (
    Opinion("AFCP/35A12/1", "risk", "« normaliser » au lieu d’« étudier » ; lois types", SECOND_LEAD),
    Opinion("EUR/38A7/1", "good", "rights are looked at before, not after", LEAD),
    Opinion("RCC/40A3/2", "risk", "identification of users", LEAD),
    Opinion("IAP/39A4/1", "mixed", "good to publish, but too short a deadline", LEAD),
    Opinion("ACP/37A9/1", "mixed", "", SECOND_LEAD),
)

# Resolution, stance, words, the proposal it was written for. Newer documents have come since: it is to be reviewed.
POSITIONS = (
    (
        50,
        "oppose-unless",
        "Exemple : la cybersécurité peut rester un sujet d’étude ; en faire une norme, et y lier l’identité des personnes, non.",
        "AFCP/35A12/1",
    ),
    (64, "current-text", "Exemple : le texte suffit.", ""),
)

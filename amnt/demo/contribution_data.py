"""Example contributions: invented documents of the next assembly, none of them the ITU's.

An edit names a clause by some of its words. Days count from now; documents are written in English unless they say otherwise.
"""

from dataclasses import dataclass, field

from amnt.demo.people_data import LEAD, SECOND_LEAD

# The draft new resolution that an example document proposes.
DRAFT = "metaverse"


@dataclass(frozen=True)
class ExampleEdit:
    """Replace `words` in the clause that holds them, or delete the clause (`to` is None)."""

    words: str
    to: str | None


@dataclass(frozen=True)
class ExampleNewClause:
    """A new clause after the one that holds `after`, under the same verb line."""

    after: str
    number: str
    text: str


@dataclass(frozen=True)
class ExampleBase:
    """Other words than those in force, from which the document starts."""

    words: str
    instead: str


@dataclass(frozen=True)
class ExampleProposal:
    """One proposal of a document; resolution 0 is a draft without a number."""

    resolution: int
    action: str
    identifier: str
    edits: tuple[ExampleEdit | ExampleNewClause | ExampleBase, ...] = ()
    group: str = ""
    countries: tuple[str, ...] = ()
    status: str = "submitted"
    reasons: str = ""
    is_consolidated: bool = False
    is_withdrawn: bool = False


@dataclass(frozen=True)
class ExampleDocument:
    number: str
    day: float
    asks: tuple[ExampleProposal, ...]
    revision: int = 0
    language: str = "en"
    is_late: bool = False
    is_news: bool = False  # received just now: watchers of the resolution get it with the next digest

    @property
    def key(self) -> str:
        return f"document/{self.number}/{self.revision}"


@dataclass(frozen=True)
class ExampleOpinion:
    """How a coalition reads one proposal."""

    identifier: str
    tone: str
    note: str
    by: str


DOCUMENTS = (
    ExampleDocument(
        "35A12",
        -24,
        (
            ExampleProposal(
                50,
                "MOD",
                "AFCP/35A12/1",
                (
                    ExampleEdit("to study how emerging technologies", "to standardize how emerging technologies"),
                    ExampleEdit(
                        "to help developing countries take part", "to help developing countries, with funds set aside for it, take part"
                    ),
                    ExampleNewClause("could have prevented", "4", "to propose models of national laws on the security of networks;"),
                ),
                "ATU",
                ("KE", "ZA", "SN", "GH"),
                "common",
                "Networks in the region are young; common rules would spare each country the work.",
            ),
        ),
    ),
    ExampleDocument(
        "38A7",
        -20,
        (
            ExampleProposal(
                50,
                "MOD",
                "EUR/38A7/1",
                (
                    ExampleEdit("within its remit", "[strictly] within its remit"),
                    ExampleNewClause(
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
    ExampleDocument(
        "38A7",
        -2,
        (
            ExampleProposal(
                50,
                "MOD",
                "EUR/38A7/1",
                (
                    ExampleEdit("within its remit", "strictly within its remit"),
                    ExampleNewClause(
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
    ExampleDocument(
        "38A8",
        -20,
        (
            ExampleProposal(
                64, "SUP", "EUR/38A8/1", group="CEPT", countries=("CH", "FR", "SE"), status="common", reasons="The move is well on its way."
            ),
        ),
    ),
    ExampleDocument(
        "40A3",
        -15,
        (
            ExampleProposal(
                50,
                "MOD",
                "RCC/40A3/2",
                (
                    ExampleNewClause(
                        "together with the bodies concerned",
                        "2 bis",
                        "to prepare Recommendations by which users and devices can be identified with certainty;",
                    ),
                    ExampleEdit("to take part in this work together with all who have a stake in it", "to take part in this work"),
                    ExampleBase("to keep a public list of the security work", "to keep a list of the security work"),
                ),
                "RCC",
                ("KZ", "UZ"),
                "common",
            ),
        ),
    ),
    ExampleDocument("36A1", -12, (ExampleProposal(50, "NOC", "ARB/36A1/3", group="LAS", countries=("TN", "MA"), status="preliminary"),)),
    ExampleDocument(
        "39A4",
        -10,
        (
            ExampleProposal(
                47,
                "MOD",
                "IAP/39A4/1",
                (
                    ExampleEdit(
                        "to answer Member States that ask for advice", "to answer, within three months, Member States that ask for advice"
                    ),
                    ExampleNewClause("before they write", "3", "to publish what they answered to those who use the names."),
                ),
                "CITEL",
                ("BR", "MX", "UY", "CO"),
                "common",
                "Advice that comes late helps nobody.",
            ),
        ),
    ),
    ExampleDocument(
        "52A1",
        -4,
        (
            # A State that signs the regional text and files its own.
            ExampleProposal(
                47,
                "MOD",
                "B/52A1/1",
                (
                    ExampleEdit("to gather how countries have dealt", "to study how countries have dealt"),
                    ExampleEdit("unless the Member State asks otherwise", None),
                ),
                countries=("BR",),
            ),
        ),
    ),
    ExampleDocument(
        "37A9",
        -9,
        (
            ExampleProposal(
                64,
                "MOD",
                "ACP/37A9/1",
                (
                    ExampleEdit("to follow how far the move has come", "to set goals for how far the move should have come"),
                    ExampleEdit("by rules their communities make", "by rules that [Member States and] their communities make"),
                ),
                "APT",
                ("JP", "IN", "ID"),
                "common",
            ),
            ExampleProposal(47, "NOC", "ACP/37A9/2", group="APT", countries=("JP", "IN", "ID"), status="common"),
        ),
    ),
    ExampleDocument(
        "44A1",
        -8,
        (
            ExampleProposal(
                64,
                "MOD",
                "S/44A1/1",
                (ExampleEdit("to report to the advisory group on how far", None),),
                countries=("SE",),
                is_withdrawn=True,
            ),
        ),
    ),
    # A working text of a drafting group: what is not agreed is in brackets.
    ExampleDocument(
        "60",
        -1.5,
        (
            ExampleProposal(
                50,
                "MOD",
                "",
                (
                    ExampleEdit("within its remit", "[strictly] within its remit"),
                    ExampleEdit("to study how emerging technologies", "to [study][standardize] how emerging technologies"),
                    ExampleNewClause(
                        "not by the people who use them",
                        "4",
                        "[that the effects of a rule on human rights and on the open Internet should be known before it is approved;]",
                    ),
                    ExampleNewClause(
                        "together with the bodies concerned",
                        "2 bis",
                        "[to prepare Recommendations by which users and devices can be identified with certainty;]",
                    ),
                ),
                is_consolidated=True,
            ),
        ),
    ),
    ExampleDocument(
        "48A3",
        -1,
        (
            ExampleProposal(
                50, "MOD", "USA/48A3/2", (ExampleEdit("to report on incidents that a Recommendation", None),), countries=("US",)
            ),
        ),
        is_late=True,
        is_news=True,
    ),
    ExampleDocument(
        "51A1",
        -7,
        (
            ExampleProposal(
                50,
                "MOD",
                "SUI/51A1/1",
                (ExampleEdit("devraient examiner ce qu’une nouvelle", "doivent examiner ce qu’une nouvelle"),),
                countries=("CH",),
                reasons="Un examen qui dépend de la bonne volonté n’a pas lieu.",
            ),
        ),
        language="fr",
    ),
    ExampleDocument(
        "55A1",
        -7.6,
        (
            ExampleProposal(
                50,
                "MOD",
                "ARG/55A1/1",
                (
                    ExampleEdit("que estudie los efectos", "que siga estudiando los efectos"),
                    ExampleEdit("que informe sobre los incidentes", None),
                ),
                countries=("AR",),
            ),
        ),
        language="es",
    ),
    # No text in force is entered in Arabic: what changes is read in what the document starts from.
    ExampleDocument(
        "36A2",
        -7.3,
        (
            ExampleProposal(
                50,
                "MOD",
                "ARB/36A2/1",
                (
                    ExampleEdit("بأن تدرس أثر", "بأن تدرس وتقيّس أثر"),
                    ExampleEdit("مع جميع أصحاب المصلحة", "بقيادة الدول الأعضاء"),
                    ExampleNewClause("كان يمكن لتوصية أن تمنعها", "4", "بأن تعدّ دليلاً للهيئات الوطنية المعنية بأمن الشبكات؛"),
                ),
                "LAS",
                ("TN", "MA"),
                "common",
            ),
        ),
        language="ar",
    ),
    ExampleDocument(
        "35A20",
        -5,
        (
            ExampleProposal(
                0,
                "ADD",
                "AFCP/35A20/1",
                (
                    ExampleNewClause(
                        "", "a)", "that what is written about places people will visit without leaving home is mostly a promise so far;"
                    ),
                    ExampleNewClause("", "1", "to study what such places need from networks, and what they take from people;"),
                ),
                "ATU",
                ("KE", "SN"),
                "preliminary",
            ),
        ),
    ),
)

OPINIONS = (
    ExampleOpinion("AFCP/35A12/1", "risk", "« normaliser » au lieu d’« étudier » ; lois types", SECOND_LEAD),
    ExampleOpinion("EUR/38A7/1", "good", "rights are looked at before, not after", LEAD),
    ExampleOpinion("RCC/40A3/2", "risk", "identification of users", LEAD),
    ExampleOpinion("IAP/39A4/1", "mixed", "good to publish, but too short a deadline", LEAD),
    ExampleOpinion("ACP/37A9/1", "mixed", "", SECOND_LEAD),
)


# Resolution, stance, words, the proposal it was written for. Newer documents have come since: it is to be reviewed.
@dataclass(frozen=True)
class ExamplePosition:
    """cited, red, fallback -- clauses by words of the French text; red lines and fallback wordings stand in the restricted circle"""

    number: int
    stance: str
    words: str
    written_for: str = ""
    cited: tuple[str, ...] = ()
    red: tuple[tuple[str, str], ...] = ()
    fallback: tuple[tuple[str, str], ...] = ()
    points: dict[str, str] = field(default_factory=dict)
    source: str = ""
    is_draft: bool = False
    day: int = -11


POSITIONS = (
    ExamplePosition(
        50,
        "watch",
        "Exemple : nous attendons les propositions des régions.",
        day=-70,
        points={
            "fr": "Exemple : étudier n’est pas normaliser.",
            "en": "Example: studying is not standardizing.",
            "es": "Ejemplo: estudiar no es normalizar.",
        },
        source="fr",
    ),
    ExamplePosition(
        50,
        "oppose-unless",
        "Exemple : la cybersécurité peut rester un sujet d’étude ; en faire une norme, et y lier l’identité des personnes, non.",
        written_for="AFCP/35A12/1",
        cited=("d’étudier les effets", "de rendre compte des incidents", "que beaucoup d’organismes"),
        red=(
            ("d’étudier les effets", "Exemple : pas de norme là où le texte dit « étudier »"),
            ("", "Exemple : aucune identification obligatoire"),
        ),
        fallback=(
            ("d’étudier les effets", "Exemple : d’étudier, avec les organismes ouverts, les moyens de réduire les données échangées ;"),
        ),
        points={
            "fr": "Exemple : étudier n’est pas normaliser, l’un va sans l’autre.\nExemple : un identifiant suit une personne.",
            "en": "Example: studying is not standardizing: Study Group 17 can do one without the other.",
            "es": "Ejemplo: estudiar no es normalizar.",
        },
        source="fr",
    ),
    ExamplePosition(64, "current-text", "Exemple : le texte suffit."),
    ExamplePosition(64, "with-changes", "Exemple : à reprendre si le texte s’ouvre.", is_draft=True, day=-3),
)

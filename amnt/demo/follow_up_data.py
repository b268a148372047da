"""The example follow-ups: one in every state, and enough past weeks for the charts.

Days count from now: negative is before. Texts are in the language of whoever wrote them, as in a real coalition.
"""

from dataclasses import dataclass

from amnt.demo.people_data import LEAD, MEMBER, OTHER_LEAD, OTHER_MEMBER, SECOND_LEAD, TRANSLATOR

EVERYONE, CORE, DELEGATION = "everyone", "core", "delegation"


@dataclass(frozen=True)
class ExampleAct:
    """An act on it: the name of the service, who did it, how many days from now."""

    verb: str
    by: str
    day: float
    to: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class ExampleFollowUp:
    key: str
    title: str
    by: str
    made: float
    due: int  # at six in the evening, for whoever made it
    owner: str = ""
    backup: str = ""
    resolution: int | None = None
    country: str = ""
    done_means: str = ""
    circle: str = EVERYONE
    acts: tuple[ExampleAct, ...] = ()


EVIDENCE = "https://example.org/"

STORY = (
    # --- Waiting for an answer, in hand, blocked ---
    ExampleFollowUp(
        "ask-position",
        "Demander à l’autorité si la position nationale sur la Rés. 50 est fixée",
        LEAD,
        -1,
        4,
        TRANSLATOR,
        MEMBER,
        50,
        "TN",
        "Une réponse écrite, même brève.",
    ),
    ExampleFollowUp("read-draft", "Read the regional draft on Res. 75 and list what changed", SECOND_LEAD, -0.5, 6, LEAD, SECOND_LEAD, 75),
    ExampleFollowUp(
        "note-50",
        "Rédiger la note de synthèse sur la Rés. 50",
        LEAD,
        -16,
        1,
        SECOND_LEAD,
        TRANSLATOR,
        50,
        "",
        "Une page, relue par une deuxième personne.",
        acts=(ExampleAct("accept", SECOND_LEAD, -15),),
    ),
    ExampleFollowUp(
        "ask-entry",
        "Preguntar a la secretaría cómo se entra en la reunión regional",
        LEAD,
        -5,
        2,
        MEMBER,
        SECOND_LEAD,
        None,
        "UY",
        "Una respuesta por escrito.",
        acts=(ExampleAct("accept", MEMBER, -4),),
    ),
    ExampleFollowUp(
        "blocked",
        "Traduire les éléments de langage sur la Rés. 47",
        SECOND_LEAD,
        -9,
        5,
        TRANSLATOR,
        "",
        47,
        acts=(ExampleAct("accept", TRANSLATOR, -8), ExampleAct("block", TRANSLATOR, -3)),
    ),
    # --- Nobody has it ---
    ExampleFollowUp(
        "nobody", "Find someone to handle the document deadline of the regional meeting", LEAD, -4, 2, done_means="One name, one backup."
    ),
    ExampleFollowUp(
        "declined",
        "Appeler le point focal au sujet de la consultation nationale",
        LEAD,
        -7,
        3,
        TRANSLATOR,
        "",
        64,
        "CH",
        acts=(ExampleAct("decline", TRANSLATOR, -3),),
    ),
    # --- Late, or put off ---
    ExampleFollowUp(
        "late",
        "Envoyer les corrections au texte commun sur la Rés. 52",
        LEAD,
        -12,
        -2,
        SECOND_LEAD,
        LEAD,
        52,
        acts=(ExampleAct("accept", SECOND_LEAD, -11),),
    ),
    ExampleFollowUp(
        "put-off",
        "Write to member organisations about travel support",
        LEAD,
        -6,
        8,
        LEAD,
        SECOND_LEAD,
        acts=(ExampleAct("snooze", LEAD, -0.2),),
    ),
    # --- Closed ---
    ExampleFollowUp(
        "done-1",
        "Publish the list of resolutions we watch",
        LEAD,
        -44,
        -33,
        LEAD,
        "",
        None,
        acts=(ExampleAct("done", LEAD, -35, evidence=EVIDENCE + "list"),),
    ),
    ExampleFollowUp(
        "done-2",
        "Relire le glossaire français",
        SECOND_LEAD,
        -38,
        -26,
        TRANSLATOR,
        "",
        None,
        acts=(ExampleAct("accept", TRANSLATOR, -37), ExampleAct("done", TRANSLATOR, -23, evidence=EVIDENCE + "glossaire")),
    ),
    ExampleFollowUp(
        "done-3",
        "Pedir cita a la autoridad de comunicaciones",
        LEAD,
        -31,
        -20,
        MEMBER,
        "",
        50,
        "UY",
        acts=(
            ExampleAct("accept", MEMBER, -30),
            ExampleAct("block", MEMBER, -25),
            ExampleAct("resume", MEMBER, -21),
            ExampleAct("done", MEMBER, -16),
        ),
    ),
    ExampleFollowUp(
        "done-4",
        "Résumer ce que l’AMNT-24 a décidé sur la Rés. 2",
        LEAD,
        -24,
        -10,
        SECOND_LEAD,
        "",
        2,
        acts=(ExampleAct("accept", SECOND_LEAD, -23), ExampleAct("done", SECOND_LEAD, -9, evidence=EVIDENCE + "resume")),
    ),
    ExampleFollowUp(
        "done-5",
        "Check the dates of the regional meeting with its secretariat",
        SECOND_LEAD,
        -14,
        -4,
        LEAD,
        "",
        None,
        acts=(ExampleAct("accept", LEAD, -13), ExampleAct("done", LEAD, -5, evidence=EVIDENCE + "dates")),
    ),
    ExampleFollowUp(
        "done-6",
        "Publier le compte rendu de la réunion de la semaine dernière",
        LEAD,
        -6,
        -2,
        SECOND_LEAD,
        acts=(ExampleAct("accept", SECOND_LEAD, -5), ExampleAct("done", SECOND_LEAD, -2, evidence=EVIDENCE + "compte-rendu")),
    ),
    ExampleFollowUp(
        "done-7",
        "Enviar la lista de participantes de la reunión regional",
        SECOND_LEAD,
        -8,
        -1,
        MEMBER,
        acts=(ExampleAct("accept", MEMBER, -7), ExampleAct("done", MEMBER, -1)),
    ),
    ExampleFollowUp(
        "dropped",
        "Préparer une déclaration commune sur la Rés. 98",
        SECOND_LEAD,
        -28,
        -8,
        TRANSLATOR,
        "",
        98,
        acts=(ExampleAct("hand_back", TRANSLATOR, -20), ExampleAct("drop", SECOND_LEAD, -12)),
    ),
    # --- For a few eyes only ---
    ExampleFollowUp(
        "core",
        "Proposer un libellé de repli pour la Rés. 50",
        LEAD,
        -3,
        7,
        SECOND_LEAD,
        "",
        50,
        circle=CORE,
        acts=(ExampleAct("accept", SECOND_LEAD, -2),),
    ),
    ExampleFollowUp("delegation", "Confirmar la fecha de la próxima reunión preparatoria", MEMBER, -2, 5, MEMBER, circle=DELEGATION),
)

# The other coalition's: nothing of it may ever show in the first one.
OTHER_STORY = (
    ExampleFollowUp("other-unanswered", "Averiguar quién encabeza la delegación", OTHER_LEAD, -1, 4, OTHER_MEMBER, OTHER_LEAD, 50, "PE"),
    ExampleFollowUp("other-late", "Relancer le ministère au sujet de la Rés. 75", OTHER_LEAD, -10, -1, OTHER_LEAD, "", 75),
    ExampleFollowUp("other-nobody", "Traducir el resumen de la Res. 50", OTHER_LEAD, -4, 6, resolution=50),
    ExampleFollowUp(
        "other-done",
        "Lire le guide sur les délégations",
        OTHER_LEAD,
        -20,
        -8,
        OTHER_LEAD,
        acts=(ExampleAct("done", OTHER_LEAD, -9, evidence=EVIDENCE + "guide"),),
    ),
)

"""Example statements: one open on its second text, half answered, and one that is closed. Texts and organisations are invented."""

from datetime import timedelta

from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.demo.people_data import LEAD, MEMBER, SECOND_LEAD, TRANSLATOR
from amnt.demo.submission_ids import submission
from coalitions.models import Circle, Mandate, Statement, StatementAnswer, StatementVersion
from coalitions.services.mandates import set_naming_default
from coalitions.statements.services import answers, co_signing, statements
from resolutions.models import Resolution

ENDORSE, RESERVATION = StatementAnswer.Choice.ENDORSE, StatementAnswer.Choice.RESERVATION

FIRST = """Exemple de déclaration. Nous, organisations de la société civile, appelons les États Membres à maintenir la Résolution 50 dans \
le mandat de l’UIT-T.

Une mesure de sécurité ne doit pas devenir un moyen d’identifier chaque personne sur chaque réseau. Nous demandons que l’effet d’une règle \
sur les droits humains soit étudié avant son approbation.

Nous demandons enfin que les organismes ouverts qui écrivent les protocoles de l’Internet soient associés à ces travaux."""
SECOND = FIRST.replace("soit étudié avant", "soit connu avant")
EARLIER = """Example statement. We ask that meetings on these texts be open to observers, and that their documents be public."""


OUTSIDE = (
    ("Red Ejemplo de Archivos Abiertos", "es", "su coordinadora (ejemplo)"),
    ("Example Library Network", "en", ""),
)


def build_statements(circle: Circle, people: dict[str, User]) -> None:
    """The second lead opens both. Who answered the first text only has to confirm; the translator's organisation hides its name."""
    own = {part: Mandate.objects.of(people[part]).get().organisation for part in (LEAD, SECOND_LEAD, MEMBER, TRANSLATOR)}
    for part in (LEAD, SECOND_LEAD, MEMBER):
        set_naming_default(circle.coalition, own[part], inside=True, outside=part != MEMBER, by=people[part])
    opener = people[SECOND_LEAD]
    current = statements.open_statement(
        circle,
        title="Cybersécurité et droits humains (exemple)",
        text=FIRST,
        language="fr",
        closes_at=now() + timedelta(hours=30),
        by=opener,
        resolution=Resolution.objects.of_assembly().filter(number=50).first(),
        submission=submission("statement/security"),
    )
    for part in (SECOND_LEAD, MEMBER):
        answers.answer(current, organisation=own[part], choice=ENDORSE, inside=True, outside=True, by=people[part])
    statements.write_version(current, text=SECOND, by=opener)
    said = "sauf la dernière phrase (exemple)"
    answers.answer(current, organisation=own[SECOND_LEAD], choice=RESERVATION, reservation=said, inside=True, outside=True, by=opener)
    co_signs(current, by=people[LEAD])
    earlier = statements.open_statement(
        circle,
        title="Open meetings (example)",
        text=EARLIER,
        language="en",
        closes_at=now() + timedelta(days=1),
        by=opener,
        submission=submission("statement/meetings"),
    )
    for part in (LEAD, MEMBER):
        answers.answer(earlier, organisation=own[part], choice=ENDORSE, inside=True, outside=True, by=people[part])
    statements.close_now(earlier, by=opener)
    backdate(earlier, by_days=20)
    backdate(current, by_days=1)


def co_signs(statement: Statement, *, by: User) -> None:
    """One organisation from outside that signed and is named, and one that has its link and has not answered."""
    signed, _open = (
        co_signing.invite(statement, name=name, language=language, contact=contact, by=by, submission=submission(f"co-sign/{language}"))
        for name, language, contact in OUTSIDE
    )
    co_signing.co_sign(signed, choice=ENDORSE, inside=True, outside=True)


def backdate(statement: Statement, *, by_days: int) -> None:
    ago = timedelta(days=by_days)
    opened = statement.opened_at - ago
    Statement.objects.filter(pk=statement.pk).update(opened_at=opened)
    if not statement.is_open:
        Statement.objects.filter(pk=statement.pk).update(closes_at=statement.closes_at - ago + timedelta(days=2))
    StatementVersion.objects.filter(statement=statement).update(at=opened)
    StatementAnswer.objects.filter(version__statement=statement).update(at=opened + timedelta(hours=5))

"""What the files of a statement hold: the public list, and the internal one, in the language of the text."""

from datetime import UTC

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.core.languages import with_colon
from coalitions.models import Statement, StatementVersion
from coalitions.statements.domain.fingerprint import fingerprint
from coalitions.statements.exporters.public_list import SignedList
from coalitions.statements.read_models.tally import AnswerState, Standing, lists_of, public_tally, standings_of, tally


def public_list(statement: Statement) -> SignedList:
    """Who endorsed and said that it may be named outside; of the others only how many, where that may be told."""
    version = StatementVersion.objects.get(statement=statement, number=statement.newest)
    found = public_tally(standings_of(statement))
    with translation.override(version.language):
        after = []
        if found.unnamed:
            after.append(
                ngettext("And %(n)s organisation that is not named.", "And %(n)s organisations that are not named.", found.unnamed)
                % {"n": found.unnamed}
            )
        return SignedList(
            language=version.language,
            title=statement.title,
            text=version.text,
            facts=facts_of(statement, version),
            heading=_("Endorsed by"),
            names=[(row.name, row.reservation) for row in found.named],
            after=after,
        )


def internal_list(statement: Statement, *, notice: str) -> SignedList:
    """What the page of the statement shows, hidden names left out there too."""
    version = StatementVersion.objects.get(statement=statement, number=statement.newest)
    found = tally(standings_of(statement))
    listed = lists_of(found)
    with translation.override(version.language):
        named = [*listed["endorsing"], *listed["others"]]
        rows = [(with_colon(name_in(row), str(AnswerState(row.state).label)), row.reservation) for row in named]
        after = []
        if found.unnamed:
            after.append(
                ngettext("%(n)s organisation is not named.", "%(n)s organisations are not named.", found.unnamed) % {"n": found.unnamed}
            )
        after += [
            with_colon(str(AnswerState(state).label), number) for state, number in sorted((found.unnamed_by_state or {}).items()) if number
        ]
        if found.unnamed_outside:
            said = ngettext(
                "%(n)s organisation outside the coalition is asked and not named.",
                "%(n)s organisations outside the coalition are asked and not named.",
                found.unnamed_outside,
            )
            after.append(said % {"n": found.unnamed_outside})
        return SignedList(
            language=version.language,
            title=statement.title,
            text=version.text,
            facts=facts_of(statement, version),
            heading=_("Answers"),
            names=rows,
            after=after,
            notice=notice,
        )


def name_in(row: Standing) -> str:
    """On the internal list alone: the public one does not say who is in the coalition."""
    return _("%(name)s (outside the coalition)") % {"name": row.name} if row.is_outside else row.name


def facts_of(statement: Statement, version: StatementVersion) -> list[str]:
    closing = f"{statement.closes_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return [
        with_colon(_("Version"), version.number),
        with_colon("SHA-256", fingerprint(version.text)),
        with_colon(_("Closed") if not statement.is_open else _("Closes"), closing),
    ]

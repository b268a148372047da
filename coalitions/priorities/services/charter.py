"""The charter of a coalition. No version is ever changed; a new one is written."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import CharterVersion, Coalition
from coalitions.services.circle_acts import record_in
from coalitions.services.membership import lock


@transaction.atomic
def write_charter(
    coalition: Coalition, *, text: str, by: User, seen_version: int | None = None, submission: UUID | None = None
) -> CharterVersion:
    """Write the next version. With `seen_version`, only if none was written since that one (0 for none). Sent twice, it makes one."""
    lock(coalition)
    mine = CharterVersion.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    lines = [line for line in several_lines(text).splitlines() if line]
    if not lines:
        raise RuleBroken(_("Write at least one line."), field="text")
    if len(lines) > CharterVersion.MOST_LINES:
        raise RuleBroken(_("Six lines at most: a charter that nobody reads binds nobody."), field="text")
    last = CharterVersion.objects.filter(coalition=coalition).newest_first().first()
    version = last.version if last else 0
    if seen_version is not None and seen_version != version:
        raise RuleBroken(_("In the meantime version %(n)s was written. Your text is kept: look again, then send it.") % {"n": version})
    wanted = CharterVersion(coalition=coalition, version=version + 1, text="\n".join(lines), by=by, submission=submission)
    charter, is_new = create_once(wanted, among=mine)
    if is_new:
        record_in(coalition.everyone, "coalitions.charter_written", by=by, fields=["text"])
    return charter

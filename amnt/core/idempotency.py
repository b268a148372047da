from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.core.errors import RuleBroken


class Submitted(models.Model):
    """A row that a form makes. The same form sent twice makes one."""

    submission = models.UUIDField(
        null=True, unique=True, editable=False, help_text=gettext_lazy("Identifies the form it came from: sent twice, it creates only one.")
    )

    class Meta:
        abstract = True


def sent_before[Row: Submitted](among: models.QuerySet[Row], submission: UUID | None) -> Row | None:
    """The row that this form made when it was sent before. RuleBroken if it is not among these rows."""
    if submission is None:
        return None
    key = among.model._default_manager.filter(submission=submission).values_list("pk", flat=True).first()
    if key is None:
        return None
    made = among.filter(pk=key).first()
    if made is None:
        raise RuleBroken(_("This form has already been sent. Open it again to send another."))
    return made


def create_once[Row: Submitted](row: Row, *, among: models.QuerySet[Row], taken: str = "") -> tuple[Row, bool]:
    """Insert this row, or find the one that the same form made: the row, and whether it is new.

    among -- the rows of which one may be given back; a form that made another one is refused
    taken -- the sentence for a row whose place another one has, by a unique key
    """
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # The second of two requests, sent while the first was running.
        if (made := sent_before(among, row.submission)) is not None:
            return made, False
        if not taken:
            raise
        raise RuleBroken(taken) from None
    return row, True

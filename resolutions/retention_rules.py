"""How long uploads, imports and stored comparisons are kept."""

from django.utils.translation import gettext_lazy as _

from amnt.retention.rules import RetentionRule, deletion_rule, register
from resolutions.services.comparisons import outdated
from resolutions.services.import_jobs import delete_withdrawn, due_for_deletion
from resolutions.services.uploads import unpublished


def register_all() -> None:
    register(
        deletion_rule(
            "incoming",
            _("What was read from a file that nobody published"),
            _("14 days"),
            _("deleted; the file itself is deleted as soon as it has been read"),
            due=unpublished,
        )
    )
    register(
        RetentionRule(
            "imports",
            _("Proposals of an import that was undone, and which ones were imported together"),
            _("14 days"),
            _("deleted"),
            count=lambda at: due_for_deletion(at).count(),
            apply=delete_withdrawn,
        )
    )
    register(
        deletion_rule(
            "comparison",
            _("Which clause of a long public text corresponds to which of another"),
            _("30 days"),
            _("deleted, and made again when somebody asks for it"),
            due=outdated,
        )
    )

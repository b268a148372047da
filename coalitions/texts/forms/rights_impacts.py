from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField, SubmissionField
from amnt.core.languages import current_language
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from coalitions.forms.exports import SheetExportForm
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.importers.advocacy import right_choices, shipped_mechanisms
from coalitions.models import Circle, RightsImpact
from coalitions.priorities.forms.priorities import VersionSeen
from resolutions.models import Clause, Resolution, Revision, RevisionText

SHOWN_OF_A_CLAUSE = 60  # characters of its text, beside its name


def usual_mechanisms() -> str:
    """The mechanisms that ship, as help beside the field."""
    names = ", ".join(str(each).lower() for each in shipped_mechanisms().values())
    return gettext("In your words. The guide names: %(names)s.") % {"names": names}


class RightsImpactForm(VersionSeen):
    fields: dict[str, Any]

    right = forms.ChoiceField(label=_("Which right"), choices=right_choices, widget=forms.RadioSelect)
    mechanism = LineField(
        label=_("By what means"), max_length=max_length(RightsImpact, "mechanism"), widget=forms.TextInput(attrs={"dir": "auto"})
    )
    clause = forms.TypedChoiceField(label=_("On which clause"), required=False, empty_value=None, coerce=UUID)
    said_by = LineField(
        label=_("Who says so"),
        max_length=max_length(RightsImpact, "said_by"),
        required=False,
        help_text=_("A report, an organisation, a body of the United Nations. Left empty, it is you."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    source = LinkField(label=_("Link"), required=False, help_text=_("Where it is said, if it is public."))
    circle = CircleChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)
    submission = SubmissionField()

    def __init__(self, *args, resolution: Resolution, user, circles: list[Circle] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mechanism"].help_text = usual_mechanisms()
        self.fields["clause"].choices = [("", gettext("The resolution as a whole")), *clause_choices(resolution, user)]
        if circles is None:
            # Its readers do not change.
            del self.fields["circle"]
        else:
            self.fields["circle"].offer_all(circles)


def clause_choices(resolution: Resolution, user) -> list[tuple[str, str]]:
    """The clauses of the newest text, in the reader's language where there is one."""
    revision = Revision.objects.in_order().filter(resolution=resolution).last()
    texts = list(RevisionText.objects.visible_to(user).current().filter(revision=revision).order_by("pk")) if revision else []
    if not texts:
        return []
    text = next((text for text in texts if text.language == current_language()), texts[0])
    rows = Clause.objects.filter(version=text).order_by("position")
    return [(str(row.identity), label_of(row)) for row in rows]


def label_of(clause: Clause) -> str:
    words = " ".join(clause.text.split())
    return f"{clause.name} — {words[:SHOWN_OF_A_CLAUSE]}{'…' if len(words) > SHOWN_OF_A_CLAUSE else ''}"


class RightsImpactsExportForm(SheetExportForm):
    """Which file a lead takes out of the impacts on rights."""

    help_on_circles = _("Impacts noted by the circles you are in. Without it the file holds what the whole coalition reads.")

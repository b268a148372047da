from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LinesField, SubmissionField
from coalitions.models import ConfidentialNote


class ConfidentialNoteForm(forms.Form):
    fields: dict[str, Any]

    text = LinesField(label=_("Your note"), max_length=ConfidentialNote.LONGEST)
    readers = forms.TypedMultipleChoiceField(
        label=_("Who may read it besides you"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody, unless you name them."),
    )
    submission = SubmissionField()

    def __init__(self, *args, people: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        known = {str(person.public_id): person for person in people}
        self.fields["readers"].choices = [(key, person.name or "—") for key, person in known.items()]
        self.fields["readers"].coerce = known.get
        self.fields["text"].widget.attrs.update({"dir": "auto", "rows": 8})

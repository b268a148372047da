from collections.abc import Collection

from django import forms
from django.utils.translation import gettext_lazy as _

from coalitions.models import Statement


class PublicPageForm(forms.Form):
    is_named = forms.BooleanField(
        label=_("Name the coalition"),
        help_text=_("With the name that it has now. Another name later is asked of two leads again."),
        required=False,
    )
    is_indexed = forms.BooleanField(
        label=_("Search engines may list the page"),
        help_text=_("They may only if every coalition that takes part agrees. What they copied may stay with them."),
        required=False,
    )
    statements = forms.MultipleChoiceField(
        label=_("Statements"),
        help_text=_("Closed ones that everyone in the coalition could read, with those who agreed to be named outside."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, statements: Collection[Statement], **kwargs):
        super().__init__(*args, **kwargs)
        self.by_id = {str(statement.public_id): statement for statement in statements}
        if statements:
            field: forms.MultipleChoiceField = self.fields["statements"]  # type: ignore[assignment]
            field.choices = [(key, statement.title) for key, statement in self.by_id.items()]
        else:
            del self.fields["statements"]

    def clean_statements(self) -> list[Statement]:
        return [self.by_id[key] for key in self.cleaned_data["statements"]]

    @property
    def chosen(self) -> dict:
        return {"statements": []} | self.cleaned_data

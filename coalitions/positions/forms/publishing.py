from typing import Any

from django import forms

from amnt.core.forms import SubmissionField


class PublishForm(forms.Form):
    """`seen` -- the version of the coalition's position that the reader saw, 0 for none."""

    data: Any

    submission = SubmissionField()
    seen = forms.IntegerField(min_value=0, max_value=99_999, widget=forms.HiddenInput)

    def see_again(self, version: int) -> None:
        self.data = self.data.copy()
        self.data["seen"] = str(version)

from typing import Any

from django import forms

from amnt.core.forms import whole_number
from coalitions.models import Circle

LONGEST_SEEN = 8000  # characters: a version of some hundred and fifty circles


class SeenVersionsForm(forms.Form):
    """For what has versions of its own in each of several circles: only what was shown is replaced.

    seen -- the version of each circle when the form was shown: "circle:version circle:version"
    circles -- those she may write in; set before the form is initialised
    """

    fields: dict[str, Any]
    data: Any
    circles: list[Circle]

    seen = forms.CharField(max_length=LONGEST_SEEN, required=False, widget=forms.HiddenInput)

    def versions_by_circle(self) -> dict[int, int]:
        """The newest version there is, by the key of the circle."""
        raise NotImplementedError

    def versions(self) -> str:
        versions = self.versions_by_circle()
        return " ".join(f"{circle.public_id}:{versions.get(circle.pk, 0)}" for circle in self.circles)

    def clean(self):
        super().clean()
        circle = self.cleaned_data.get("circle")
        seen = dict(part.split(":", 1) for part in self.cleaned_data.get("seen", "").split() if ":" in part)
        version = seen.get(str(circle.public_id), "") if circle else ""
        self.cleaned_data["seen_version"] = whole_number(version, digits=9)
        return self.cleaned_data

    def see_again(self) -> None:
        """After a refusal the reader has been told how it stands; sent again, the form counts as seen with that."""
        self.data = self.data.copy()
        self.data["seen"] = self.versions()

import re

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LineField
from resolutions.models import Resolution


class ResolutionsField(LineField):
    """Resolutions by their numbers, as people write them in one line: "50, 64, PP 102, [AFCP-1]"."""

    MOST = 20

    def __init__(self, **kwargs):
        self.user: User | None = None
        widget = forms.TextInput(attrs={"dir": "auto", "inputmode": "text", "autocomplete": "off"})
        help_text = _("Their numbers, with commas between them: 50, 64, PP 102.")
        super().__init__(label=_("Resolutions"), help_text=help_text, max_length=300, required=False, widget=widget, **kwargs)

    def clean(self, value):
        said = [part for part in re.split(r"[,;\n]+", super().clean(value)) if part.strip()]
        if len(said) > self.MOST:
            raise forms.ValidationError(gettext("Twenty at most."))
        found, unknown = [], []
        for part in said:
            row = Resolution.objects.visible_to(self.user).named(part).first() if self.user else None
            if row:
                found.append(row)
            else:
                unknown.append(part.strip())
        if unknown:
            raise forms.ValidationError(gettext("No resolution is known as: %(names)s.") % {"names": ", ".join(unknown)})
        return list(dict.fromkeys(found))


def numbers_of(resolutions) -> str:
    """What one would type for these: "50, PP 102"."""
    prefixes = {Resolution.Series.WTSA: "", Resolution.Series.PP: "PP ", Resolution.Series.COUNCIL: "Council "}
    return ", ".join(f"{prefixes[Resolution.Series(row.series)]}{row.number}" if row.number else row.label for row in resolutions)

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.languages import current_language, with_colon

# Embeddings, overrides and isolates reorder the text around them; plain marks (LRM, RLM, ALM) and joiners occur in names.
TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text as one line: no control characters, no bidirectional overrides, single spaces. Empty if nothing is visible."""
    kept = TURNS_TEXT.sub("", text)
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in kept if unicodedata.category(c) != "Cs")
    kept = " ".join(kept.split())
    return kept if any(unicodedata.category(c)[0] in "LNPS" for c in kept) else ""


def whole_number(said: str, *, digits: int) -> int | None:
    """What was typed or stands in an address as a whole number of at most so many digits; None if it is none."""
    return int(said) if said.isdecimal() and len(said) <= digits else None


def several_lines(text: str) -> str:
    """The same for longer text, which keeps its line breaks."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip()


def add_broken_rule(form: forms.BaseForm, error: RuleBroken) -> None:
    """Show what a service refused at its field, or above the form if the form has no such field.

    A form whose field has another name than the argument of the service maps one to the other in `fields_of_rules`.
    """
    name = getattr(form, "fields_of_rules", {}).get(error.field, error.field)
    form.add_error(name if name in form.fields else None, str(error))


def chosen_words(form: forms.BaseForm, said_elsewhere: str = "") -> str:
    """What of a filter is chosen, in words: the labels of its choices, what was typed, and days with what they are.

    said_elsewhere -- the name of a field of which the page speaks itself
    """
    said = []
    for bound in form.visible_fields():
        value = getattr(form, "cleaned_data", {}).get(bound.name)
        if not value or bound.name == said_elsewhere:
            continue
        if isinstance(value, date):
            said.append(with_colon(bound.label, times.day(value, current_language())))
        elif isinstance(bound.field, forms.ModelChoiceField) or not isinstance(bound.field, forms.ChoiceField):
            said.append(str(value))
        else:
            said += [str(option.choice_label) for option in bound if option.data["selected"]]
    return ", ".join(said)


class LineField(forms.CharField):
    """A name or a title."""

    def to_python(self, value):
        return super().to_python(one_line(str(value)) if value else value)


class LinesField(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(several_lines(str(value)) if value else value)


class SubmissionField(forms.UUIDField):
    """The hidden id of one rendered form: sent twice, it makes one row."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(initial=uuid4, **kwargs)


class FieldRenderer(TemplatesSetting):
    """Every field by our own template: label, help, error, input, in this order."""

    field_template_name = "django/forms/field.html"

    def render(self, template_name, context, request=None):
        # Django's template takes 0.1 ms per option; a page may have 50 selects of 300 options.
        if template_name == forms.Select.template_name:
            return select(context["widget"])
        return super().render(template_name, context, request)


def select(widget: dict[str, Any]) -> SafeString:
    groups = []
    for label, together in groupby(widget["optgroups"], key=itemgetter(0)):
        written = options(option for _label, group, _place in together for option in group)
        groups.append(format_html('<optgroup label="{}">{}</optgroup>', label, written) if label else written)
    body = format_html_join("", "{}", ((each,) for each in groups))
    common = widget.get("common", "")
    return format_html('<select name="{}"{}>{}{}</select>', widget["name"], flatatt(widget["attrs"]), body, common)


def options(choices: Iterable[dict[str, Any]]) -> SafeString:
    written = ((choice["value"], flatatt(choice["attrs"]) if choice["attrs"] else "", choice["label"]) for choice in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', written)


class CommonChoices:
    """Choices shared by many fields of one page, rendered once."""

    def __init__(self, choices: Iterable[tuple[str, str]]):
        self.choices = list(choices)
        self.written = {value: options([{"value": value, "attrs": {}, "label": label}]) for value, label in self.choices}
        self.labels = dict(self.choices)
        self.html = mark_safe("".join(self.written.values()))  # noqa: S308 -- each was escaped

    def html_with(self, chosen: str) -> SafeString:
        if chosen not in self.written:
            return self.html
        selected = options([{"value": chosen, "attrs": {"selected": True}, "label": self.labels[chosen]}])
        return mark_safe(self.html.replace(self.written[chosen], selected, 1))  # noqa: S308 -- each was escaped


class CommonSelect(forms.Select):
    """`choices` are those of this field alone, which come first; `common` follow them."""

    common = CommonChoices(())

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["common"] = self.common.html_with(*context["widget"]["value"] or [""])
        return context

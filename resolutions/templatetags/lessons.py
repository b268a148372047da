"""Terms of the field explained in place: {% load lessons %}."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from modeltranslation.utils import resolution_order

from amnt.core.languages import current_language, in_language
from amnt.templatetags.amnt import translated
from resolutions.importers.lessons import shipped_glossary

register = template.Library()


@register.simple_tag
def listed(thing: Any, field: str) -> SafeString:
    """A translated text of several lines as a list; where it had to come from another language, it is marked with that language."""
    for code in resolution_order(current_language()):
        if lines := (getattr(thing, f"{field}_{code}", None) or "").splitlines():
            items = format_html_join("", "<li>{}</li>", ((line,) for line in lines)) if len(lines) > 1 else None
            shown = format_html("<ul>{}</ul>", items) if items else format_html("<p>{}</p>", lines[0])
            if code == current_language():
                return shown
            return format_html('<div lang="{}">{}</div> <small class="fallback">({})</small>', code, shown, in_language(code))
    return SafeString("")


@register.simple_tag
def term(key: str, text: str = "", place: str = "") -> SafeString:
    """A word that opens its explanation when it is pressed, without script; the explanation leads to the glossary.

    text -- as it stands in its sentence, if not as in the glossary
    place -- tells it apart where the same term stands twice on a page
    """
    found = shipped_glossary()[key]
    shown = text or found.abbr.get(current_language()) or translated(found.term)
    return format_html(
        '<button type="button" class="term" popovertarget="term-{id}"><dfn>{shown}</dfn></button>'
        '<span popover id="term-{id}" class="term-note" role="note"><b>{name}</b> {definition} <a href="{link}#{key}">{more}</a></span>',
        id=f"{key}{place}",
        shown=shown,
        name=translated(found.term),
        definition=translated(found.definition),
        link=reverse("about:glossary"),
        key=key,
        more=gettext("Glossary"),
    )

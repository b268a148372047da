"""Terms of the field explained in place: {% load glossary %}."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from amnt.core.languages import current_language
from amnt.templatetags.amnt import translated
from resolutions.importers.glossary_and_notes import shipped_glossary

register = template.Library()


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


@register.simple_tag
def terms(keys: str) -> SafeString:
    """A line with the words of a page that open their explanations, where they cannot where they stand. keys -- separated by spaces"""
    found = ((key, shipped_glossary()[key]) for key in keys.split())
    # Roles by their whole name: nobody knows what HoD is.
    shown = [term(key, translated(one.term) if one.kind == "role" else "") for key, one in found]
    # Each is kept with its comma, so that no line begins with one.
    listed = format_html_join(" ", "<span>{}{}</span>", ((one, "," if one is not shown[-1] else "") for one in shown))
    return format_html('<p class="help terms-line">{} {}</p>', gettext("Words explained:"), listed)

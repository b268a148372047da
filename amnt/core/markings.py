"""The classes of information as a page or a file says them (security model, section 1)."""

from django.utils.translation import pgettext_lazy

MARKINGS = {
    "public": pgettext_lazy("who may read", "Public"),
    "coalition": pgettext_lazy("who may read", "Coalition"),
    "circle": pgettext_lazy("who may read", "Restricted circle"),
    "delegation": pgettext_lazy("who may read", "Delegation only"),
}

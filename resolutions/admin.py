"""The admin of public facts, with their history; nothing of any coalition."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from modeltranslation.utils import get_translation_fields
from simple_history.admin import SimpleHistoryAdmin

from amnt.audit.admin import StaffModelAdmin
from resolutions.domain.hints import BadPattern, compiled
from resolutions.importers.wording_rules import rules_of
from resolutions.models import TextLanguage

SOURCING = ("source", "confidence", "verified_by", "verified_at")


class PlainFactAdmin(SimpleHistoryAdmin, StaffModelAdmin):
    """A fact with its source, and who checked it: set by the act "I checked this" only."""

    actions = ("mark_checked",)
    readonly_fields = ("verified_by", "verified_at")
    list_filter: tuple[Any, ...] = ("confidence", ("verified_at", admin.EmptyFieldListFilter))

    def get_fields(self, request, obj=None):
        """The fields of the fact, then its source and who checked it."""
        fields = super().get_fields(request, obj)
        return [*(name for name in fields if name not in SOURCING), *(name for name in SOURCING if name in fields)]

    def history_view(self, request, object_id, extra_context=None):
        self.check_is_here(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        self.check_is_here(request, object_id)
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def revert_disabled(self, request, obj=None):
        """No reverting: it would silently undo changes that others made since."""
        return True

    def check_is_here(self, request, object_id):
        """History only of rows that are in this admin: the history table holds others too."""
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404

    @admin.action(description=_("I checked this"), permissions=["change"])
    def mark_checked(self, request, queryset):
        facts = list(queryset)
        for fact in facts:
            fact.verified_by, fact.verified_at = request.user, now()
            fact.save()
            self.log_change(request, fact, ["verified_by", "verified_at"])
        said = ngettext("%(n)d fact is marked as checked by you.", "%(n)d facts are marked as checked by you.", len(facts))
        self.message_user(request, said % {"n": len(facts)}, messages.SUCCESS)


class FactAdmin(TranslationAdmin, PlainFactAdmin):
    """The same with its languages."""


class AssemblyAdmin(FactAdmin):
    list_display = ("code", "name", "starts_on", "ends_on", "date_status", "confidence", "verified_at")
    search_fields = ("code", *get_translation_fields("name"))


class RegionalGroupAdmin(FactAdmin):
    list_display = ("code", "acronym", "name", "region", "is_recognised", "confidence", "verified_at")
    search_fields = ("code", *get_translation_fields("name"))


class TopicAdmin(TranslationAdmin, StaffModelAdmin):
    list_display = ("tag", "name")
    search_fields = ("tag", *get_translation_fields("name"))


class ResolutionAdmin(FactAdmin):
    list_display = ("__str__", "short_title", "title", "status", "rights_relevance", "is_named_in_guide", "confidence", "verified_at")
    list_filter = ("series", "status", "rights_relevance", "is_named_in_guide", *FactAdmin.list_filter)
    search_fields = ("search_text",)
    autocomplete_fields = ("topics",)
    prepopulated_fields = {"slug": ("number",)}
    ordering = ("-series", F("number").asc(nulls_last=True), "label", "pk")


class PartAdmin(FactAdmin):
    ordering = ("-assembly__starts_on", "resolution__number", "pk")
    list_filter = ("assembly", *FactAdmin.list_filter)
    list_select_related = ("resolution", "assembly")
    search_fields = ("resolution__search_text",)
    autocomplete_fields = ("resolution", "assembly")


class RevisionAdmin(PartAdmin):
    list_display = ("resolution", "assembly", "label", "confidence", "verified_at")


class OutcomeAdmin(PartAdmin):
    list_display = ("resolution", "assembly", "action", "summary", "confidence", "verified_at")


class StudyGroupAdmin(FactAdmin):
    list_display = ("__str__", "period", "title", "confidence", "verified_at")
    list_filter = ("period", *FactAdmin.list_filter)
    search_fields = ("number", *get_translation_fields("title"))


class StudyGroupLinkAdmin(PlainFactAdmin):
    list_display = ("resolution", "study_group", "basis", "confidence", "verified_at")
    list_filter = ("basis", *FactAdmin.list_filter)
    list_select_related = ("resolution", "study_group")
    search_fields = ("resolution__search_text",)
    autocomplete_fields = ("resolution", "study_group")


class StateSymbolAdmin(PlainFactAdmin):
    list_display = ("symbol", "country", "confidence", "verified_at")
    search_fields = ("symbol", "country")


class WordingRuleForm(forms.ModelForm):
    """Patterns are compiled before they are stored; those that cannot be are refused."""

    def clean_patterns(self):
        patterns = self.cleaned_data["patterns"]
        known = set(TextLanguage.values)
        if not isinstance(patterns, dict) or not patterns.keys() <= known or not all(map(_are_entries, patterns.values())):
            example = '{"fr": ["+ …"]}'  # to be copied: the quotation marks of a sentence would break it
            raise forms.ValidationError(
                _("Give the patterns by language, each a list of lines in quotation marks: %(example)s") % {"example": example}
            )
        try:
            compiled(rules_of(self.instance.code, self.instance.family, patterns))
        except BadPattern as error:
            raise forms.ValidationError(
                _("These patterns cannot be read: %(reason)s.") % {"reason": gettext(error.said) % error.details}
            ) from error
        return patterns


def _are_entries(said: object) -> bool:
    return isinstance(said, list) and all(isinstance(entry, str) for entry in said)


class WordingRuleAdmin(TranslationAdmin, StaffModelAdmin):
    form = WordingRuleForm
    list_display = ("code", "name", "family", "position", "is_active")
    list_filter = ("family", "is_active")
    search_fields = ("code", *get_translation_fields("name"))

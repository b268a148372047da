"""The base of every model admin: it filters by allow-listed fields only, and every change is recorded in the audit.

Lists are filtered and searched only by the fields their admin names; related objects are counted on deletion, never named.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.audit.models import AuditEntry, AuditLevel
from amnt.audit.services import record, record_many, reference
from amnt.core.cascades import cascade_of

LONGEST_SEARCH = 200
ENTRIES_A_PAGE = 50


class StaffModelAdmin(admin.ModelAdmin):
    """The base class of every model admin."""

    view_on_site = False
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    # --- Finding ------------------------------------------------------------------------------------------------------

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only the lookups that the filters of this list use."""
        return lookup in self.lookups_of_filters(request)

    def lookups_of_filters(self, request: HttpRequest | None) -> set[str]:
        found = set()
        for item in self.get_list_filter(request):  # type: ignore[arg-type]
            name = str(item[0] if isinstance(item, (list, tuple)) else item)
            target = self.opts.get_field(name).related_model
            asked = f"{name}__{target._meta.pk.name}" if target else name  # type: ignore[union-attr]
            found |= {f"{asked}__exact", f"{name}__isnull", f"{name}__isempty"}
        return found

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return to_field in {"pk", self.opts.pk.name}  # type: ignore[union-attr]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if ERROR_FLAG in request.GET:
            messages.warning(request, _("This address asks for a filter that the list does not have. Here is the whole list."))
            return redirect(request.path)
        if not all(key.isdecimal() and len(key) < 19 for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest
        return super().changelist_view(request, extra_context)

    # --- Deleting -----------------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple[list, dict, set, list]:  # type: ignore[override]
        """The objects by name; related ones by model and number; those of models outside this site by number alone."""
        objs = list(objs)
        cascade = cascade_of(objs)
        held = self.admin_site._registry
        counted: Counter[str] = Counter()
        perms_needed = set()
        for model, keys in cascade.deleted.items():
            if model not in held:
                counted[_("other records")] += len(keys)
                continue
            counted[str(model._meta.verbose_name_plural)] += len(keys)
            if not held[model].has_delete_permission(request):
                perms_needed.add(str(model._meta.verbose_name))
        kept = sum(map(len, cascade.protected.values()))
        protected = [ngettext("%(n)s record depends on it.", "%(n)s records depend on it.", kept) % {"n": kept}] if kept else []
        return [f"{capfirst(self.opts.verbose_name)}: {obj}" for obj in objs], dict(counted), perms_needed, protected

    # --- What was done ------------------------------------------------------------------------------------------------

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[str]:  # type: ignore[override]
        return list(form.changed_data)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        record("instance.fact_added", by=request.user, about=obj, level=AuditLevel.PUBLIC)  # type: ignore[arg-type]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        if message:
            record("instance.fact_changed", by=request.user, about=obj, level=AuditLevel.PUBLIC, fields=message)  # type: ignore[arg-type]

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:  # type: ignore[override]
        record_many("instance.fact_deleted", by=request.user, about=queryset, level=AuditLevel.PUBLIC)  # type: ignore[arg-type]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """What the audit of the instance holds of this object: acts, moments and names of columns."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        entries = AuditEntry.objects.of_instance().filter(object_type=self.opts.label_lower, object_id=reference(obj, None))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(object)s") % {"object": obj},
            "opts": self.opts,
            "object": obj,
            "page": Paginator(entries.exclude(object_id="").order_by("-at", "-pk"), ENTRIES_A_PAGE).get_page(request.GET.get("p")),
            **(extra_context or {}),
        }
        return render(request, "admin/audited_history.html", context)

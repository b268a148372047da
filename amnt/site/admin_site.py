"""The admin site for staff: public facts and objects of the instance, no coalition content.

An allow-list: a model is there only if `amnt.site.admin_registrations` registers it with a `StaffModelAdmin`.
"""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from amnt.accounts.permissions import lacks_second_factor
from amnt.accounts.views.second_factors import ask_for_second_factor
from amnt.audit.admin import StaffModelAdmin
from amnt.audit.services import record

ENTERED = "admin_entered"


class StaffSite(admin.AdminSite):
    site_header = site_title = settings.SITE_NAME
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options):  # type: ignore[override]
        """Only with a `StaffModelAdmin`: the admins of libraries are not registered."""
        if admin_class is None or not issubclass(admin_class, StaffModelAdmin):
            raise ImproperlyConfigured("Models are registered in amnt.site.admin_registrations, with a StaffModelAdmin.")
        super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list:
        """Without the redirect to any object by content type and key, which would reveal what exists."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def admin_view(self, view, cacheable=False):
        """Record the visit in the audit, once per log-in."""

        def entered(request, *args, **kwargs):
            if ENTERED not in request.session:
                record("instance.admin_entered", by=request.user)
                request.session[ENTERED] = True
            return view(request, *args, **kwargs)

        for name in ("csrf_exempt", "xframe_options_exempt"):
            if hasattr(view, name):
                setattr(entered, name, getattr(view, name))
        return super().admin_view(entered, cacheable)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Only for fields whose admin offers autocompletion."""
        asked = (request.GET.get("app_label"), request.GET.get("model_name"))
        for model, model_admin in self._registry.items():
            offered = model_admin.get_autocomplete_fields(request)
            if (model._meta.app_label, model._meta.model_name) == asked and request.GET.get("field_name") in offered:
                return super().autocomplete_view(request)
        raise PermissionDenied

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request.user)  # type: ignore[arg-type]

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirects to the log-in of the site, with its rate limits and second factor."""
        if not request.user.is_authenticated:
            return redirect(reverse("account_login", query={"next": request.GET.get("next") or request.path}))
        if not request.user.is_staff or not lacks_second_factor(request.user):  # type: ignore[arg-type]
            raise PermissionDenied
        return ask_for_second_factor(request)

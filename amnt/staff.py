"""The admin site: public facts and the instance's own objects, for those who look after it. No coalition content is in it."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from amnt.accounts.permissions import has_second_factor


class StaffSite(admin.AdminSite):
    site_header = site_title = settings.SITE_NAME
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not self.lacks_second_factor(request)

    def lacks_second_factor(self, request: HttpRequest) -> bool:
        """Whoever may change what all coalitions read is held to what is asked of a lead."""
        return settings.LEADS_NEED_SECOND_FACTOR and not has_second_factor(request.user)  # type: ignore[arg-type]

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """One door for all: the log-in of the house, with its rate limits and second factor."""
        if not request.user.is_authenticated:
            return redirect(reverse("account_login", query={"next": request.GET.get("next") or request.path}))
        if not request.user.is_staff or not self.lacks_second_factor(request):
            raise PermissionDenied
        messages.warning(request, _("To look after this instance, first add a second factor to your account."))
        return redirect("mfa_index")

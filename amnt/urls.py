"""The roof: every address of the house, grouped by the noun it hangs on."""

from django.contrib import admin
from django.urls import include, path

from amnt import about
from calendar_app.views import health, now

urlpatterns = [
    path("", now.now, name="now"),
    path("resolutions/", include("resolutions.urls")),
    path("", include("coalitions.urls")),
    path("", include("calendar_app.urls")),
    path("", include("amnt.audit.urls")),
    path("account/", include("amnt.accounts.urls")),
    path("account/", include("amnt.accounts.allauth_urls")),
    path("mail/", include("amnt.mail.urls")),
    path("about/", include("amnt.about")),
    path("api/v1/", include("amnt.api.urls")),
    path("admin/", admin.site.urls),
    path(".well-known/security.txt", about.security_txt, name="security-txt"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]

handler400 = "amnt.about.unreadable"
handler429 = "amnt.about.too_many_tries"
handler500 = "amnt.about.broken"

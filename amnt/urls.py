"""All addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from amnt.core.switched_addresses import SwitchedResolver
from amnt.site import views
from calendar_app.urls import public_urlpatterns
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
    path("about/", include("amnt.site.urls")),
    SwitchedResolver("public/", public_urlpatterns, namespace="public", setting="PUBLIC_PAGE"),
    path("undo/", views.undo_act, name="undo"),
    path("api/v1/", include("amnt.api.urls")),
    path("admin/", admin.site.urls),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]

handler400 = "amnt.site.error_views.unreadable"
handler429 = "amnt.site.error_views.too_many_tries"
handler500 = "amnt.site.error_views.broken"

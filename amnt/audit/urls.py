from django.urls import path

from amnt.audit import views

app_name = "audit"
urlpatterns = [
    path("account/audit/", views.own, name="own"),
    path("health/audit/", views.instance, name="instance"),
]

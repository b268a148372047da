from django.urls import path

from amnt.site import views

app_name = "about"
urlpatterns = [
    path("what-not-to-write/", views.what_not_to_write, name="what-not-to-write"),
    path("help/", views.help_page, name="help"),
    path("glossary/", views.glossary, name="glossary"),
    path("ways-in/", views.ways_in, name="ways-in"),
    path("first-week/", views.first_week, name="first-week"),
    path("privacy/", views.privacy, name="privacy"),
]

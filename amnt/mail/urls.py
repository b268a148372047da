from django.urls import path

from amnt.mail import views

app_name = "mail"
urlpatterns = [
    path("stop/<str:token>/", views.stop, name="stop"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<str:identity>/", views.message, name="message"),
    path("inbox/<str:identity>/html/", views.message_html, name="message-html"),
]

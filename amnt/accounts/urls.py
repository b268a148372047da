from django.urls import path

from amnt.accounts import views_tokens
from amnt.building import building

app_name = "accounts"
urlpatterns = [
    path("", building, name="profile"),
    path("language/", building, name="language"),
    path("close-all/", building, name="close-all"),
    path("keys/", views_tokens.token_list, name="tokens"),
    path("keys/new/", views_tokens.token_new, name="token-new"),
    path("keys/<uuid:public_id>/revoke/", views_tokens.token_revoke, name="token-revoke"),
]

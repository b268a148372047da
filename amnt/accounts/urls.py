from django.urls import path

from amnt.accounts.views import account, addresses, devices, personal_data, recoveries, second_factors, tokens

app_name = "accounts"
urlpatterns = [
    path("", account.profile, name="profile"),
    path("language/", account.language, name="language"),
    path("address/", addresses.address, name="address"),
    path("address/<str:key>/take-back/", addresses.address_take_back, name="address-take-back"),
    path("address/<str:key>/", addresses.address_confirm, name="address-confirm"),
    path("devices/", devices.devices, name="devices"),
    path("devices/close/", devices.close, name="device-close"),
    path("close-all/", devices.close_all, name="close-all"),
    path("keys/", tokens.token_list, name="tokens"),
    path("keys/new/", tokens.token_new, name="token-new"),
    path("keys/<uuid:public_id>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("own-data/", personal_data.download, name="own-data"),
    path("stored/", personal_data.stored, name="stored"),
    path("stored/soon-deleted/", personal_data.soon_deleted, name="soon-deleted"),
    path("stored/<slug:part>/", personal_data.stored_part, name="stored-part"),
    path("delete/", personal_data.delete, name="delete"),
    path("second-factor/replace/", second_factors.factor_replace, name="factor-replace"),
    path("second-factor/<str:key>/remove/", second_factors.factor_remove, name="factor-remove"),
    path("recovery/<str:key>/stop/", recoveries.recovery_stop, name="recovery-stop"),
]

"""The URLs of media. Included by coalitions/urls.py, in its namespace."""

from django.urls import path

from coalitions.media.views import media

urlpatterns = [
    path("coalition/<uuid:public_id>/media/", media.media, name="media"),
    path("coalition/<uuid:public_id>/media/new/", media.outlet_new, name="outlet-new"),
    path("coalition/<uuid:public_id>/media/embargo/", media.embargo_new, name="embargo-new"),
    path("outlets/<uuid:public_id>/change/", media.outlet_change, name="outlet-change"),
    path("outlets/<uuid:public_id>/remove/", media.outlet_remove, name="outlet-remove"),
    path("outlets/<uuid:public_id>/follow/", media.outlet_follow, name="outlet-follow"),
    path("embargoes/<uuid:public_id>/remove/", media.embargo_remove, name="embargo-remove"),
]

"""The addresses of “On your phone”."""

from django.urls import path

from forethought.pages import reaching

urlpatterns = [
    path("", reaching.listing, name="reaching"),
    path("add-device/", reaching.add_device, name="add_device"),
    path("make-push-key/", reaching.make_push_key, name="make_push_key"),
    path("add-number/", reaching.add_number, name="add_number"),
    path("try-reaches/", reaching.try_reaches, name="try_reaches"),
    path("<uuid:reach_id>/confirm-number/", reaching.confirm_number, name="confirm_number"),
    path("<uuid:reach_id>/remove-reach/", reaching.remove_reach, name="remove_reach"),
]

"""Where people may sign in."""

from django.urls import path

from forethought.pages import sign_in_settings

urlpatterns = [
    path("sign-in-elsewhere/", sign_in_settings.listing, name="sign_in_settings"),
    path("sign-in-elsewhere/<slug:kind>/set-provider/", sign_in_settings.set_provider, name="set_provider"),
    path("sign-in-elsewhere/<slug:kind>/try-provider/", sign_in_settings.try_provider, name="try_provider"),
    path("sign-in-elsewhere/<slug:kind>/end-provider/", sign_in_settings.end_provider, name="end_provider"),
]

"""Where people may sign in, and how a lost second step comes back."""

from django.urls import path

from forethought.pages import restoring, sign_in_settings

urlpatterns = [
    path("sign-in-elsewhere/", sign_in_settings.listing, name="sign_in_settings"),
    path("sign-in-elsewhere/<slug:kind>/set-provider/", sign_in_settings.set_provider, name="set_provider"),
    path("sign-in-elsewhere/<slug:kind>/try-provider/", sign_in_settings.try_provider, name="try_provider"),
    path("sign-in-elsewhere/<slug:kind>/end-provider/", sign_in_settings.end_provider, name="end_provider"),
    path("restorings/", restoring.listing, name="restorings"),
    path("restorings/propose-restoring/", restoring.propose_restoring, name="propose_restoring"),
    path("restorings/<uuid:restoring_id>/confirm-restoring/", restoring.confirm_restoring, name="confirm_restoring"),
    path("restorings/<uuid:restoring_id>/decline-restoring/", restoring.decline_restoring, name="decline_restoring"),
]

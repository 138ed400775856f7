"""The addresses of lists of adults, of what they ask, and of a directory that keeps the list up to date."""

from django.urls import include, path

from forethought.pages import asked_changes, directory_keys, scim

asked = [
    path("confirm-address/", asked_changes.confirm_address, name="confirm_address"),
    path("decline-address/", asked_changes.decline_address, name="decline_address"),
    path("keep-on/", asked_changes.keep_on, name="keep_on"),
    path("let-leave/", asked_changes.let_leave, name="let_leave"),
]

urlpatterns = [
    path("people/asked/<uuid:asked_id>/", include(asked)),
    path("people/directory/", directory_keys.listing, name="directory_keys"),
    path("people/directory/make-directory-key/", directory_keys.make_directory_key, name="make_directory_key"),
    path(
        "people/directory/<uuid:directory_key_id>/end-directory-key/",
        directory_keys.end_directory_key,
        name="end_directory_key",
    ),
    path("scim/v2/Users", scim.users, name="scim_users"),
    path("scim/v2/Users/<str:user_id>", scim.user, name="scim_user"),
    path("scim/v2/ServiceProviderConfig", scim.config, name="scim_config"),
    path("scim/v2/ResourceTypes", scim.resource_types, name="scim_resource_types"),
    path("scim/v2/ResourceTypes/<str:name>", scim.resource_types, name="scim_resource_type"),
    path("scim/v2/Schemas", scim.schemas, name="scim_schemas"),
    path("scim/v2/Schemas/<str:name>", scim.schemas, name="scim_schema"),
]

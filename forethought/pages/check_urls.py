"""Checking a post, and the list of pupils' names that it may use."""

from django.urls import path

from forethought.pages import check_pictures, checking, pupil_names

urlpatterns = [
    path("check-post/", checking.check_post, name="check_post"),
    path("check-picture/", check_pictures.ask_first, name="ask_first"),
    path("check-picture/<str:answers>/", check_pictures.check_picture, name="check_picture"),
    path("pupil-names/", pupil_names.pupil_names, name="pupil_names"),
    path("pupil-names/keep-list/", pupil_names.keep_list, name="keep_list"),
    path("pupil-names/view-list/", pupil_names.view_list, name="view_list"),
    path("pupil-names/remove-list/", pupil_names.remove_list, name="remove_list"),
]

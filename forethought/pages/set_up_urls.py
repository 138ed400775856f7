"""The addresses of setting a school up."""

from django.urls import path

from forethought.pages import set_up

urlpatterns = [
    path("", set_up.overview, name="set_up"),
    path("begin/<str:token>/", set_up.begin, name="begin_set_up"),
    path("open-school/", set_up.open_school, name="open_school"),
    path("live/", set_up.live, name="set_up_live"),
    path("live/set-first-password/", set_up.set_first_password, name="set_first_password"),
    path("<slug:key>/", set_up.question, name="set_up_question"),
]

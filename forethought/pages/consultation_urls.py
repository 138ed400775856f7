"""Asking about a change to the policy, saying what one thinks, and what the approving body decides."""

from django.urls import path

from forethought.pages import consultations, deciding, views_given

REVISION = "policy/revisions/<uuid:revision_id>"
CONSULTATION = "consultations/<uuid:consultation_id>"

urlpatterns = [
    path("consultations/", consultations.listing, name="consultations"),
    path(f"{CONSULTATION}/", consultations.consultation, name="consultation"),
    path(f"{CONSULTATION}/respond/", consultations.respond, name="respond"),
    path(f"{CONSULTATION}/views/", views_given.views, name="views_given"),
    path(f"{CONSULTATION}/views/<uuid:response_id>/reply/", views_given.reply, name="reply"),
    path(f"{REVISION}/consultation/", views_given.views_on, name="views_on"),
    path(f"{REVISION}/open-consultation/", views_given.open_consultation, name="open_consultation"),
    path(f"{REVISION}/withdraw-consultation/", views_given.withdraw_consultation, name="withdraw_consultation"),
    path(f"{REVISION}/close-consultation/", views_given.close_consultation, name="close_consultation"),
    path(f"{REVISION}/approve/", deciding.approve, name="approve"),
    path(f"{REVISION}/publish/", deciding.publish, name="publish"),
    path("policy/approve-again/", deciding.approve_again, name="approve_again"),
]

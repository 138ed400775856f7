"""Reading one case in an emergency."""

from django.urls import path

from forethought.pages import glass, quorum

urlpatterns = [
    path("emergency/", glass.emergency, name="emergency"),
    path("emergency/ask-to-read/", glass.ask_to_read, name="ask_to_read"),
    path("emergency/<uuid:glass_id>/approve-reading/", glass.approve_reading, name="approve_reading"),
    path("emergency/<uuid:glass_id>/refuse-reading/", glass.refuse_reading, name="refuse_reading"),
    path("emergency/<uuid:glass_id>/review-reading/", glass.review_reading, name="review_reading"),
    path("emergency/shares/", quorum.shares, name="shares"),
    path("emergency/ask-for-shares/", quorum.ask_for_shares, name="ask_for_shares"),
    path("emergency/make-shares/", quorum.make_shares, name="make_shares"),
    path("emergency/open-with-shares/", quorum.open_with_shares, name="open_with_shares"),
]

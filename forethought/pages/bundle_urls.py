"""Bundles and custody of a case."""

from django.urls import path

from forethought.pages import bundles, custodies

urlpatterns = [
    path("bundles/", bundles.bundles, name="bundles"),
    path("make-bundle/", bundles.make_bundle, name="make_bundle"),
    path("school-key/", bundles.school_key, name="school_key"),
    path("bundles/<uuid:bundle_id>/", bundles.bundle, name="bundle"),
    path("bundles/<uuid:bundle_id>/hand-out-bundle/", bundles.hand_out_bundle, name="hand_out_bundle"),
    path("bundles/<uuid:bundle_id>/note/", bundles.bundle_note, name="bundle_note"),
    path("bundles/<uuid:bundle_id>/hand-over-bundle/", bundles.hand_over_bundle, name="hand_over_bundle"),
    path("bundles/<uuid:bundle_id>/receipts/<uuid:hand_over_id>/", bundles.receipt, name="hand_over_receipt"),
    path("custody/", custodies.custody_list, name="custody"),
    path("place-hold/", custodies.place_hold, name="place_hold"),
    path("holds/<uuid:hold_id>/review-hold/", custodies.review_hold, name="review_hold"),
    path("holds/<uuid:hold_id>/ask-to-lift/", custodies.ask_to_lift, name="ask_to_lift"),
    path("holds/<uuid:hold_id>/lift-hold/", custodies.lift_hold, name="lift_hold"),
]

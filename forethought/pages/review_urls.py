"""The addresses of reviews, of the law register, and of the guidance and policies beside this one."""

from django.urls import path

from forethought.pages import editions, laws, linked, reviews

urlpatterns = [
    path("reviews/", reviews.listing, name="reviews"),
    path("reviews/open-review/", reviews.open_review, name="open_review"),
    path("reviews/figures/", reviews.figures, name="review_figures"),
    path("reviews/<uuid:review_id>/", reviews.review, name="review"),
    path("reviews/<uuid:review_id>/close-review/", reviews.close_review, name="close_review"),
    path("reviews/<uuid:review_id>/change-owner/", reviews.change_owner, name="change_owner"),
    path("laws/", laws.listing, name="laws"),
    path("laws/note-law/", laws.note_law, name="add_law"),
    path("laws/watch/", laws.watch, name="law_watch"),
    path("laws/<slug:key>/", laws.law, name="law"),
    path("laws/<slug:key>/note-law/", laws.note_law, name="note_law"),
    path("guidance/", editions.listing, name="guidance"),
    path("guidance/set-edition/", editions.set_edition, name="set_edition"),
    path("linked-policies/", linked.listing, name="linked_policies"),
    path("linked-policies/add-linked-policy/", linked.add_linked_policy, name="add_linked_policy"),
    path("linked-policies/<slug:key>/keep-linked-version/", linked.keep_linked_version, name="keep_linked_version"),
]

"""Leave to monitor."""

from django.urls import path

from forethought.pages import home, monitoring

urlpatterns = [
    path("what-this-never-does/", home.public_page, name="never"),
    path("monitoring/", monitoring.listing, name="monitoring_listing"),
    path("monitoring/request-monitoring/", monitoring.request_monitoring, name="request_monitoring"),
    path("monitoring/note-notice/", monitoring.note_notice, name="note_notice"),
    path("monitoring/<uuid:case_id>/", monitoring.monitoring, name="monitoring"),
    path("monitoring/<uuid:case_id>/comment-on-request/", monitoring.comment_on_request, name="comment_on_request"),
    path("monitoring/<uuid:case_id>/authorise-monitoring/", monitoring.authorise_monitoring, name="authorise"),
    path("monitoring/<uuid:case_id>/refuse-monitoring/", monitoring.refuse_monitoring, name="refuse_monitoring"),
    path("monitoring/<uuid:case_id>/stop-monitoring/", monitoring.stop_monitoring, name="stop_monitoring"),
    path("monitoring/<uuid:case_id>/review-product/", monitoring.review_product, name="review_product"),
    path("monitoring/<uuid:case_id>/note-destruction/", monitoring.note_destruction, name="note_destruction"),
]

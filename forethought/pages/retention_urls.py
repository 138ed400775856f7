"""Keeping and letting go."""

from django.urls import path

from forethought.pages import disposals, falling_due, retention

urlpatterns = [
    path("", retention.schedule, name="retention_schedule"),
    path("rules/<slug:key>/change-rule/", retention.change_rule, name="change_rule"),
    path("due/list-due/", falling_due.list_due, name="list_due"),
    path("due/<uuid:due_id>/see-due/", falling_due.see_due, name="see_due"),
    path("due/<uuid:due_id>/keep-longer/", falling_due.keep_longer, name="keep_longer"),
    path("due/<uuid:due_id>/note-birth/", falling_due.note_birth, name="note_birth"),
    path("due/<uuid:due_id>/place-hold/", falling_due.place_hold, name="place_hold_on_due"),
    path("due/<uuid:due_id>/propose-disposal/", falling_due.propose_disposal, name="propose_disposal"),
    path("disposals/", disposals.listing, name="disposals"),
    path("disposals/<uuid:disposal_id>/see-disposal/", disposals.see_disposal, name="see_disposal"),
    path("disposals/<uuid:disposal_id>/confirm-disposal/", disposals.confirm_disposal, name="confirm_disposal"),
    path("disposals/<uuid:disposal_id>/stop-disposal/", disposals.stop_disposal, name="stop_disposal"),
]

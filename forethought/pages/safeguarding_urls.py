"""Concerns, low-level concerns, bodies outside, and switches."""

from django.urls import path

from forethought.pages import concern_records, concern_tags, concerning, concerns, low_level, referrals, switches

urlpatterns = [
    path("concern/", concerning.start, name="concern_start"),
    path("concern/raise-concern/", concerning.raise_concern, name="raise_concern"),
    path("concern/<uuid:concern_id>/told/", concern_records.own_concern, name="own_concern"),
    path("concern/<uuid:concern_id>/told/answer-gate/", concern_records.answer_gate, name="concern_gate"),
    path("concern/<uuid:concern_id>/told/records/<uuid:grant_id>/", concern_records.add, name="concern_add"),
    path("concern/<uuid:concern_id>/told/records/<uuid:grant_id>/stop/", concern_records.stop, name="concern_stop"),
    path(
        "concern/<uuid:concern_id>/told/<uuid:exhibit_id>/describe-record/",
        concern_records.describe_record,
        name="concern_describe_record",
    ),
    path("concern/<uuid:concern_id>/add-to-concern/", concerning.add_to_concern, name="add_to_concern"),
    path("concern/<uuid:concern_id>/note-own-duty/", concerning.note_own_duty, name="note_own_duty"),
    path("concerns/<uuid:case_id>/", concerns.concern, name="concern"),
    path("concerns/<uuid:case_id>/weigh-threshold/", concerns.weigh_threshold, name="weigh_threshold"),
    path("concerns/<uuid:case_id>/tag-concern/", concerns.tag_concern, name="tag_concern"),
    path("concerns/<uuid:case_id>/note-action/", concerns.note_action, name="note_action"),
    path("concerns/<uuid:case_id>/end-concern/", concerns.end_concern, name="end_concern"),
    path("cases/<uuid:case_id>/note-referral/", referrals.note_referral, name="note_referral"),
    path("low-level-concern/raise-low-level/", low_level.raise_low_level, name="raise_low_level"),
    path("low-level-concern/thanks/", low_level.low_level_thanks, name="low_level_thanks"),
    path("low-level/", low_level.log, name="low_level_log"),
    path("low-level/<uuid:case_id>/", low_level.low_level_concern, name="low_level"),
    path("low-level/<uuid:case_id>/settle-low-level/", low_level.settle_low_level, name="settle_low_level"),
    path("low-level/<uuid:case_id>/raise-to-threshold/", low_level.raise_to_threshold, name="raise_to_threshold"),
    path("low-level/people/<uuid:person_id>/review-pattern/", low_level.review_pattern, name="review_pattern"),
    path("low-level/<uuid:case_id>/review-place/", low_level.review_place, name="review_place"),
    path("concern-tags/", concern_tags.listing, name="concern_tags"),
    path("concern-tags/add-tag/", concern_tags.add_tag, name="add_tag"),
    path("concern-tags/put-tag/", concern_tags.put_tag, name="put_tag"),
    path("switches/", switches.listing, name="switches"),
    path("switches/turn/", switches.turn, name="turn"),
]

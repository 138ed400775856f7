"""The sides of a matter: hand-overs, allegations, complaints from outside."""

from django.urls import path

from forethought.pages import allegations, complaining, complaints, handing, strands

urlpatterns = [
    path("cases/<uuid:case_id>/open-strand/", strands.open_strand, name="open_strand"),
    path("cases/<uuid:case_id>/hand-over/", handing.hand_over, name="hand_over"),
    path("cases/<uuid:case_id>/skip-hand-off/", handing.skip_hand_off, name="skip_hand_off"),
    path("cases/<uuid:case_id>/release/", handing.release, name="release"),
    path("handed/<uuid:case_id>/", handing.handed, name="handed"),
    path("handed/<uuid:case_id>/return-outcome/", handing.return_outcome, name="return_outcome"),
    path("allegations/<uuid:case_id>/", allegations.allegation, name="allegation"),
    path("allegations/<uuid:case_id>/weigh-allegation/", allegations.weigh_allegation, name="weigh_allegation"),
    path("allegations/<uuid:case_id>/find-allegation/", allegations.find_allegation, name="find_allegation"),
    path("allegations/<uuid:case_id>/state-publicly/", allegations.state_publicly, name="state_publicly"),
    path("complain/", complaining.complain, name="complain"),
    path("complain/<uuid:school_id>/", complaining.complain, name="complain_at_school"),
    path("complain/receive-complaint/", complaining.receive_complaint, name="receive_complaint"),
    path(
        "complain/<uuid:school_id>/receive-complaint/",
        complaining.receive_complaint,
        name="receive_complaint_at_school",
    ),
    path("complaint/<uuid:complaint_id>/", complaining.own_complaint, name="own_complaint"),
    path("complaint/<uuid:complaint_id>/confirm-complaint/", complaining.confirm_complaint, name="confirm_complaint"),
    path("complaint/<uuid:complaint_id>/add-to-complaint/", complaining.add_to_complaint, name="add_to_complaint"),
    path("complaints/<uuid:case_id>/", complaints.complaint, name="complaint"),
    path(
        "complaints/<uuid:case_id>/acknowledge-complaint/",
        complaints.acknowledge_complaint,
        name="acknowledge_complaint",
    ),
    path("complaints/<uuid:case_id>/verify-complaint/", complaints.verify_complaint, name="verify_complaint"),
    path("complaints/<uuid:case_id>/answer-complaint/", complaints.answer_complaint, name="answer_complaint"),
]

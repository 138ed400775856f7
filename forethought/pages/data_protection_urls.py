"""Data protection: breaches of personal data, and complaints about how data was treated."""

from django.urls import path

from forethought.pages import (
    access_parts,
    data_asking,
    data_breaches,
    data_complaining,
    data_complaints,
    data_documents,
    data_notices,
    data_protection,
    data_requests,
)

_BREACH = "data-protection/breaches/<uuid:data_breach_id>/"
_COMPLAINT = "data-protection/complaints/<uuid:data_complaint_id>/"
_REQUEST = "data-protection/requests/<uuid:access_request_id>/"
_BY_CODE = "data-request/<uuid:access_request_id>/"
_DOCUMENT = "data-protection/documents/<uuid:data_document_id>/"
_OWN = "data-complaint/<uuid:data_complaint_id>/"

urlpatterns = [
    path("data-protection/", data_protection.overview, name="data_protection"),
    path("data-protection/note-data-breach/", data_protection.note_data_breach, name="note_data_breach"),
    path("data-protection/breaches/", data_breaches.listing, name="data_breaches"),
    path(_BREACH, data_breaches.data_breach, name="data_breach"),
    path(f"{_BREACH}text-for-ico/", data_breaches.text_for_ico, name="text_for_ico"),
    path(f"{_BREACH}note-breach-step/", data_breaches.note_breach_step, name="note_breach_step"),
    path(f"{_BREACH}weigh-breach/", data_breaches.weigh_breach, name="weigh_breach"),
    path(f"{_BREACH}note-ico-told/", data_breaches.note_ico_told, name="note_ico_told"),
    path(f"{_BREACH}note-people-told/", data_breaches.note_people_told, name="note_people_told"),
    path(f"{_BREACH}treat-as-breach/", data_breaches.treat_as_breach, name="treat_as_breach"),
    path(f"{_BREACH}close-data-breach/", data_breaches.close_data_breach, name="close_data_breach"),
    path("data-protection/complaints/", data_complaints.listing, name="data_complaints"),
    path(
        "data-protection/complaints/log-data-complaint/", data_complaints.log_data_complaint, name="log_data_complaint"
    ),
    path(_COMPLAINT, data_complaints.data_complaint, name="data_complaint"),
    path(
        f"{_COMPLAINT}acknowledge-data-complaint/",
        data_complaints.acknowledge_data_complaint,
        name="acknowledge_data_complaint",
    ),
    path(f"{_COMPLAINT}note-complaint-step/", data_complaints.note_complaint_step, name="note_complaint_step"),
    path(f"{_COMPLAINT}answer-data-complaint/", data_complaints.answer_data_complaint, name="answer_data_complaint"),
    path("data-protection/ask-for-own-data/", data_asking.ask_for_own_data, name="ask_for_own_data"),
    path("data-protection/own/<uuid:access_request_id>/", data_asking.own_access_request, name="own_access_request"),
    path("data-protection/own/<uuid:access_request_id>/file/", data_asking.own_answer_file, name="own_answer_file"),
    path(
        "data-protection/ask/receive-access-request/",
        data_asking.receive_access_request,
        name="receive_access_request",
    ),
    path(
        "data-protection/ask/<uuid:school_id>/receive-access-request/",
        data_asking.receive_access_request,
        name="receive_access_request_at_school",
    ),
    path(_BY_CODE, data_asking.access_request_by_code, name="access_request_by_code"),
    path(f"{_BY_CODE}file/", data_asking.answer_file_by_code, name="answer_file_by_code"),
    path(f"{_BY_CODE}files/<int:number>/", data_asking.answer_copy_by_code, name="answer_copy_by_code"),
    path(
        "data-protection/own/<uuid:access_request_id>/files/<int:number>/",
        data_asking.own_answer_copy,
        name="own_answer_copy",
    ),
    path(f"{_REQUEST}files/<int:number>/", data_requests.answer_file, name="answer_file"),
    path("data-protection/requests/", data_requests.listing, name="access_requests"),
    path("data-protection/requests/log-access-request/", data_requests.log_access_request, name="log_access_request"),
    path(_REQUEST, data_requests.access_request, name="access_request"),
    path(f"{_REQUEST}ask-of-requester/", data_requests.ask_of_requester, name="ask_of_requester"),
    path(f"{_REQUEST}note-their-answer/", data_requests.note_their_answer, name="note_their_answer"),
    path(f"{_REQUEST}lengthen-time/", data_requests.lengthen_time, name="lengthen_time"),
    path(f"{_REQUEST}search-for-data/", data_requests.search_for_data, name="search_for_data"),
    path(f"{_REQUEST}settle-own-part/", data_requests.settle_own_part, name="settle_own_part"),
    path(f"{_REQUEST}see-answer/", data_requests.see_answer, name="see_answer"),
    path(f"{_REQUEST}send-answer/", data_requests.send_answer, name="send_answer"),
    path(f"{_REQUEST}decline-request/", data_requests.decline_request, name="decline_request"),
    path("cases/<uuid:case_id>/parts/<uuid:access_part_id>/settle-part/", access_parts.settle_part, name="settle_part"),
    path("data-protection/documents/", data_documents.listing, name="data_documents"),
    path(
        "data-protection/documents/<slug:paper>/write-document/", data_documents.write_document, name="write_document"
    ),
    path("data-protection/notices/", data_notices.notices, name="data_notices"),
    path("data-protection/notices/at/<uuid:school_id>/", data_notices.notices, name="data_notices_at_school"),
    path("data-protection/notices/<slug:paper>/", data_notices.notice, name="data_notice"),
    path(
        "data-protection/notices/at/<uuid:school_id>/<slug:paper>/", data_notices.notice, name="data_notice_at_school"
    ),
    path(_DOCUMENT, data_documents.data_document, name="data_document"),
    path(
        f"{_DOCUMENT}sections/<slug:section>/rewrite-section/", data_documents.rewrite_section, name="rewrite_section"
    ),
    path(f"{_DOCUMENT}sign-document/", data_documents.sign_document, name="sign_document"),
    path(f"{_DOCUMENT}drop-document/", data_documents.drop_document, name="drop_document"),
    path("data-protection/complain/", data_complaining.complain_of_data, name="complain_of_data"),
    path(
        "data-protection/complain/<uuid:school_id>/",
        data_complaining.complain_of_data,
        name="complain_of_data_at_school",
    ),
    path(
        "data-protection/complain/receive-data-complaint/",
        data_complaining.receive_data_complaint,
        name="receive_data_complaint",
    ),
    path(
        "data-protection/complain/<uuid:school_id>/receive-data-complaint/",
        data_complaining.receive_data_complaint,
        name="receive_data_complaint_at_school",
    ),
    path(_OWN, data_complaining.own_data_complaint, name="own_data_complaint"),
    path(f"{_OWN}add-to-data-complaint/", data_complaining.add_to_data_complaint, name="add_to_data_complaint"),
]

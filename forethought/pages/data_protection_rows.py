"""Who may open which page about data protection: a part of the matrix (matrix.py)."""

from forethought.pages.door_rules import EVERY_KIND, READERS, Door, Rule
from forethought.protection.document_rules import SIGNERS, Office
from forethought.protection.rules import OFFICES

_STAFF = Rule(Door.SIGNED_IN)
_ANYBODY = Rule(Door.ANYONE)
_LISTS = Rule(Door.OFFICE, OFFICES)
#: By office, proved anew; each page asks besides whether it may be about whoever opens it.
_SEES_TO = Rule(Door.OFFICE, OFFICES, decides=True)
_OFFICER = Rule(Door.OFFICE, frozenset({Office.OFFICER.value}), decides=True)

#: As in matrix.py. Anybody who works here tells of a breach; anybody at all complains.
DATA_PROTECTION_MATRIX: dict[str, Rule] = {
    "data_protection.overview": _STAFF,
    "data_protection.note_data_breach": _STAFF,
    "data_breaches.listing": _LISTS,
    "data_breaches.data_breach": _SEES_TO,
    "data_breaches.text_for_ico": _SEES_TO,
    "data_breaches.note_breach_step": _SEES_TO,
    "data_breaches.weigh_breach": _SEES_TO,
    "data_breaches.note_ico_told": _SEES_TO,
    "data_breaches.note_people_told": _SEES_TO,
    "data_breaches.treat_as_breach": _SEES_TO,
    "data_breaches.close_data_breach": _SEES_TO,
    "data_complaints.listing": _LISTS,
    "data_complaints.log_data_complaint": _SEES_TO,
    "data_complaints.data_complaint": _SEES_TO,
    "data_complaints.acknowledge_data_complaint": _SEES_TO,
    "data_complaints.note_complaint_step": _SEES_TO,
    "data_complaints.answer_data_complaint": _SEES_TO,
    "data_asking.ask_for_own_data": _STAFF,
    "data_asking.own_access_request": _STAFF,
    "data_asking.own_answer_file": _STAFF,
    "data_asking.receive_access_request": _ANYBODY,
    "data_asking.access_request_by_code": _ANYBODY,
    "data_asking.answer_file_by_code": _ANYBODY,
    "data_asking.own_answer_copy": _STAFF,
    "data_asking.answer_copy_by_code": _ANYBODY,
    "data_requests.listing": _LISTS,
    "data_requests.log_access_request": _SEES_TO,
    "data_requests.access_request": _SEES_TO,
    "data_requests.ask_of_requester": _SEES_TO,
    "data_requests.note_their_answer": _SEES_TO,
    "data_requests.lengthen_time": _SEES_TO,
    "data_requests.search_for_data": _SEES_TO,
    "data_requests.settle_own_part": _SEES_TO,
    "data_requests.see_answer": _SEES_TO,
    "data_requests.answer_file": _SEES_TO,
    "data_requests.send_answer": _SEES_TO,
    "data_requests.decline_request": _SEES_TO,
    "access_parts.settle_part": Rule(Door.CASE, READERS, decides=True, kinds=EVERY_KIND),
    "data_documents.listing": _STAFF,
    "data_documents.data_document": _STAFF,
    "data_notices.notices": _ANYBODY,
    "data_notices.notice": _ANYBODY,
    "data_documents.write_document": _OFFICER,
    "data_documents.rewrite_section": Rule(Door.OFFICE, frozenset({Office.OFFICER.value})),
    "data_documents.sign_document": Rule(Door.OFFICE, SIGNERS, decides=True),
    "data_documents.drop_document": _OFFICER,
    "data_complaining.complain_of_data": _ANYBODY,
    "data_complaining.receive_data_complaint": _ANYBODY,
    "data_complaining.own_data_complaint": _ANYBODY,
    "data_complaining.add_to_data_complaint": _ANYBODY,
}

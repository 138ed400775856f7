"""Who can open a case, and papers for those who cannot."""

from django.urls import path

from forethought.pages import disclosures, granting, papers

_OF_CASE = "cases/<uuid:case_id>/disclosures/<uuid:disclosure_id>/"
_OF_SECOND = "disclosures/<uuid:disclosure_id>/"

urlpatterns = [
    path("cases/<uuid:case_id>/seats/", granting.seats, name="seats"),
    path("cases/<uuid:case_id>/grant-seat/", granting.grant_seat, name="grant_seat"),
    path("cases/<uuid:case_id>/seats/<uuid:seat_id>/renew-seat/", granting.renew_seat, name="renew_seat"),
    path("cases/<uuid:case_id>/seats/<uuid:seat_id>/end-seat/", granting.end_seat, name="end_seat"),
    path("cases/<uuid:case_id>/guest/", granting.guest, name="guest"),
    path("cases/<uuid:case_id>/open-papers/", papers.open_papers, name="open_papers"),
    path("cases/<uuid:case_id>/papers/<uuid:papers_id>/end-papers/", papers.end_papers, name="end_papers"),
    path("papers/<uuid:papers_id>/read-papers/", papers.read_papers, name="read_papers"),
    path(f"{_OF_SECOND}open-disclosure/", disclosures.open_disclosure, name="open_disclosure"),
    path(f"{_OF_SECOND}decline-disclosure/", disclosures.decline_disclosure, name="decline_disclosure"),
    path(f"{_OF_CASE}withdraw-disclosure/", disclosures.withdraw_disclosure, name="withdraw_disclosure"),
    path(f"{_OF_CASE}note-outside-agreement/", disclosures.note_outside_agreement, name="note_outside_agreement"),
]

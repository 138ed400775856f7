"""What was read out of a record."""

from django.urls import path

from forethought.pages import record_reading as views

_record = "cases/<uuid:case_id>/exhibits/<uuid:exhibit_id>"

urlpatterns = [
    path(f"{_record}/read/", views.reading, name="record_reading"),
    path(f"{_record}/read-record/", views.read_record, name="read_record"),
    path(f"{_record}/write-transcript/", views.write_transcript, name="write_transcript"),
    path(f"{_record}/confirm-line/", views.confirm_line, name="confirm_line"),
    path(f"{_record}/compare-chats/", views.compare_chats, name="compare_chats"),
    path("cases/<uuid:case_id>/search-records/", views.search_records, name="search_records"),
]

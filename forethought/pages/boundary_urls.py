"""Boundaries: contact with pupils and parents, family at the school, a check of oneself."""

from django.urls import path

from forethought.pages import contact_records, contacted, families, family_office, self_checks

urlpatterns = [
    path("contacted/", contacted.contacted, name="contacted"),
    path("contacted/keep-contact-record/", contacted.keep_contact_record, name="keep_contact_record"),
    path("contacted/records/", contact_records.records, name="contact_records"),
    path("contacted/records/<uuid:record_id>/", contact_records.contact_record, name="contact_record"),
    path(
        "contacted/records/<uuid:record_id>/share-contact-record/",
        contact_records.share_contact_record,
        name="share_contact_record",
    ),
    path("families/", families.listing, name="families"),
    path("families/declare-family/", families.declare_family, name="declare_family"),
    path("families/list-families/", family_office.list_families, name="list_families"),
    path("families/<uuid:declaration_id>/see-family/", family_office.see_family, name="see_family"),
    path("families/<uuid:declaration_id>/renew-family/", families.renew_family, name="renew_family"),
    path("families/<uuid:declaration_id>/end-family/", families.end_family, name="end_family"),
    path("self-check/", self_checks.self_check, name="self_check"),
    path("self-check/note-self-check/", self_checks.note_self_check, name="note_self_check"),
    path("self-check/<slug:platform>/", self_checks.platform_steps, name="platform_steps"),
]

"""The addresses of the school's own pages."""

from django.urls import path

from forethought.pages import offices, own_school

urlpatterns = [
    path("", own_school.own_school, name="own_school"),
    path("describe-school/", own_school.describe_school, name="describe_school"),
    path("set-hours/", own_school.set_hours, name="set_hours"),
    path("keep-closed-days/", own_school.keep_closed_days, name="keep_closed_days"),
    path("note-mail-arrives/", own_school.note_mail_arrives, name="note_mail_arrives"),
    path("note-key-copy/", own_school.note_key_copy, name="note_key_copy"),
    path("make-staffroom-code/", own_school.make_staffroom_code, name="make_staffroom_code"),
    path("change-own-address/", own_school.change_own_address, name="change_own_address"),
    path("contacts/", own_school.own_contacts, name="own_contacts"),
    path("contacts/<slug:key>/change-contact/", own_school.change_contact, name="change_contact"),
    path("offices/", offices.listing, name="offices"),
    path("offices/fill-office/", offices.fill_office, name="fill_office"),
    path("offices/propose-chair/", offices.propose_chair, name="propose_chair"),
    path("offices/chair/<uuid:proposal_id>/confirm-chair/", offices.confirm_chair, name="confirm_chair"),
    path("offices/chair/<uuid:proposal_id>/decline-chair/", offices.decline_chair, name="decline_chair"),
    path("offices/<uuid:appointment_id>/end-office/", offices.end_office, name="end_office"),
    path("offices/<uuid:person_id>/invite/", offices.invite, name="invite"),
    path("duty/", offices.duty, name="duty"),
    path("duty/put-on-duty/", offices.put_on_duty, name="put_on_duty"),
    path("duty/<uuid:shift_id>/take-off-duty/", offices.take_off_duty, name="take_off_duty"),
]

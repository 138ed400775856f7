"""The addresses of the list of adults, and of who has read what."""

from django.urls import include, path

from forethought.pages import closeness, people, readers, staff_lists

person = [
    path("", people.person, name="person"),
    path("change-person/", people.change_person, name="change_person"),
    path("engage/", people.engage, name="engage"),
    path("leave/", people.leave, name="person_leaves"),
    path("<uuid:engagement_id>/end-engagement/", people.end_engagement, name="end_engagement"),
    path("<uuid:engagement_id>/name-manager/", people.name_manager, name="name_manager"),
]

staff_list = [
    path("", staff_lists.staff_list, name="staff_list"),
    path("choose-columns/", staff_lists.choose_columns, name="choose_columns"),
    path("import-list/", staff_lists.import_list, name="import_list"),
    path("invite-joiners/", staff_lists.invite_joiners, name="invite_joiners"),
    path("not-understood/", staff_lists.not_understood, name="lines_not_understood"),
    path("undo-list/", staff_lists.undo_list, name="undo_list"),
]

task = [
    path("", readers.reader, name="reader"),
    path("remind/", readers.remind, name="remind"),
    path("record-paper/", readers.record_paper, name="record_paper"),
    path("make-link/", readers.make_link, name="make_link"),
]

urlpatterns = [
    path("closeness/", closeness.own, name="closeness"),
    path("closeness/declare-tie/", closeness.declare_tie, name="declare_tie"),
    path("closeness/others/", closeness.others, name="closeness_of_others"),
    path("closeness/others/declare-tie/", closeness.declare_for_two, name="declare_for_two"),
    path("closeness/<uuid:tie_id>/end-tie/", closeness.end_tie, name="end_tie"),
    path("people/", people.listing, name="people"),
    path("people/add-person/", people.add_person, name="add_person"),
    path("people/lists/", staff_lists.listing, name="staff_lists"),
    path("people/lists/bring-list/", staff_lists.bring_list, name="bring_list"),
    path("people/lists/<uuid:list_id>/", include(staff_list)),
    path("people/<uuid:person_id>/", include(person)),
    path("readers/", readers.readers, name="readers"),
    path("readers/<uuid:reading_id>/", readers.register, name="register"),
    path("readers/<uuid:reading_id>/remind-all/", readers.remind_all, name="remind_all"),
    path("readers/tasks/<uuid:task_id>/", include(task)),
    path("my-people/", readers.own, name="own_people"),
    path("my-people/remind-own/", readers.remind_own, name="remind_own"),
]

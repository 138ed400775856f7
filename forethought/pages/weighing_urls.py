"""What is weighed about a suspected breach, and what somebody is asked themselves."""

from django.urls import include, path

from forethought.pages import cooperating, cooperation, weighing, weighing_use

weighed = [
    path("", weighing.weighing, name="weighing"),
    path("propose-attribution/", weighing.propose_attribution, name="propose_attribution"),
    path("conclude-attribution/", weighing.conclude_attribution, name="conclude_attribution"),
    path("propose-seriousness/", weighing.propose_seriousness, name="propose_seriousness"),
    path("conclude-seriousness/", weighing.conclude_seriousness, name="conclude_seriousness"),
    path("conclude-proportion/", weighing.conclude_proportion, name="conclude_proportion"),
    path("note-use/", weighing_use.note_use, name="note_use"),
    path("note-live-warning/", weighing_use.note_live_warning, name="note_live_warning"),
]

request = [
    path("answer-cooperation/", cooperation.answer_cooperation, name="answer_cooperation"),
    path("note-showing/", cooperation.note_showing, name="note_showing"),
    path("pass-access-on/", cooperation.pass_access_on, name="pass_access_on"),
    path("withdraw-request/", cooperation.withdraw_request, name="withdraw_request"),
]

asked = [
    path("", cooperating.asked, name="asked"),
    path("answer-cooperation/", cooperating.answer_cooperation, name="own_answer_cooperation"),
    path("answer-gate/", cooperating.answer_gate, name="asked_gate"),
    path("records/<uuid:grant_id>/", cooperating.add, name="asked_add"),
    path("records/<uuid:grant_id>/stop/", cooperating.stop, name="asked_stop"),
    path("<uuid:exhibit_id>/describe-record/", cooperating.describe_record, name="asked_describe_record"),
]

urlpatterns = [
    path("breaches/<uuid:case_id>/weighing/", include(weighed)),
    path("breaches/<uuid:case_id>/cooperation/ask-cooperation/", cooperation.ask_cooperation, name="ask_cooperation"),
    path("breaches/<uuid:case_id>/cooperation/<uuid:request_id>/", include(request)),
    path("asked/", cooperating.listing, name="asked_listing"),
    path("asked/<uuid:request_id>/", include(asked)),
    path("work-time/", weighing_use.work_time_here, name="work_time"),
    path("work-time/set-work-time/", weighing_use.set_work_time, name="set_work_time"),
]

"""Suspected breaches."""

from django.urls import URLPattern, URLResolver, include, path

from forethought.pages import (
    breach_acts,
    breach_letters,
    breach_meetings,
    breach_outcomes,
    breach_people,
    breach_steps,
    breaches,
    disclosures,
)

meeting = [
    path("name-companion/", breach_meetings.name_companion, name="name_companion"),
    path("move-hearing/", breach_meetings.move_hearing, name="move_hearing"),
    path("hold-meeting/", breach_meetings.hold_meeting, name="hold_meeting"),
    path("answer-minutes/", breach_meetings.answer_minutes, name="answer_minutes"),
]

letter = [
    path("", breach_letters.letter, name="breach_letter"),
    path("change-letter/", breach_letters.change_letter, name="change_letter"),
    path("keep-as-sent/", breach_letters.keep_as_sent, name="keep_as_sent"),
]

breach: list[URLPattern | URLResolver] = [
    path("", breaches.breach, name="breach"),
    path("dates/", breaches.dates, name="breach_dates"),
    path("dates.ics/", breaches.calendar, name="breach_calendar"),
    path("name-subject/", breach_acts.name_subject, name="name_subject"),
    path("answer-harm/", breach_acts.answer_harm, name="answer_harm"),
    path("make-allegation/", breach_acts.make_allegation, name="make_allegation"),
    path("allegations/<uuid:allegation_id>/find/", breach_acts.find, name="find"),
    path("choose-procedure/", breach_acts.choose_procedure, name="choose_procedure"),
    path("settle-informally/", breach_acts.settle_informally, name="settle_informally"),
    path("set-terms/", breach_people.set_terms, name="set_terms"),
    path("choose-person/", breach_people.choose_person, name="choose_person"),
    path("chosen/<uuid:chosen_id>/end-choice/", breach_people.end_choice, name="end_choice"),
    path("step-back/", breach_people.step_back, name="step_back"),
    path("hand-to-hr/", breach_people.hand_to_hr, name="hand_to_hr"),
    path("tell-in-writing/", breach_steps.tell_in_writing, name="tell_in_writing"),
    path("start-investigation/", breach_steps.start_investigation, name="start_investigation"),
    path("give-investigation-report/", breach_steps.give_investigation_report, name="give_investigation_report"),
    path("find-case-to-answer/", breach_steps.find_case_to_answer, name="find_case_to_answer"),
    path("find-no-case/", breach_steps.find_no_case, name="find_no_case"),
    path("give-notice/", breach_steps.give_notice, name="give_notice"),
    path("consider-suspension/", breach_steps.consider_suspension, name="consider_suspension"),
    path("review-suspension/", breach_steps.review_suspension, name="review_suspension"),
    path("pause/", breach_steps.pause, name="pause"),
    path("go-on/", breach_steps.go_on, name="go_on"),
    path("note-charge/", breach_steps.note_charge, name="note_charge"),
    path("decide-outcome/", breach_outcomes.decide_outcome, name="decide_outcome"),
    path("note-hr-outcome/", breach_outcomes.note_hr_outcome, name="note_hr_outcome"),
    path("note-appeal/", breach_outcomes.note_appeal, name="note_appeal"),
    path("decide-appeal/", breach_outcomes.decide_appeal, name="decide_appeal"),
    path("end-breach/", breach_outcomes.end_breach, name="end_breach"),
    path("reopen-breach/", breach_outcomes.reopen_breach, name="reopen_breach"),
    path("plan-meeting/", breach_meetings.plan_meeting, name="plan_meeting"),
    path("meetings/<uuid:meeting_id>/", include(meeting)),
    path("start-letter/", breach_letters.start_letter, name="start_letter"),
    path("letters/<uuid:letter_id>/", include(letter)),
    path("propose-disclosure/", disclosures.propose_disclosure, name="propose_disclosure"),
]

urlpatterns = [path("breaches/<uuid:case_id>/", include(breach))]

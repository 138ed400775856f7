"""The site map. An act's address is its name with hyphens: ask_host is …/ask-host/."""

from django.urls import include, path

from forethought.pages import (
    alerts,
    cases,
    demonstration,
    errors,
    exhibits,
    following,
    home,
    police,
    records,
    reporting,
    signin,
    support,
    takedowns,
    uploads,
    visits,
)

report = [
    path("", reporting.start, name="report_start"),
    path("start-draft/", reporting.start_draft, name="start_draft"),
    path("<uuid:draft_id>/what/", reporting.what, name="report_what"),
    path("<uuid:draft_id>/who/", reporting.who, name="report_who"),
    path("<uuid:draft_id>/check/", reporting.check, name="report_check"),
    path("<uuid:draft_id>/danger/", reporting.danger, name="report_danger"),
    path("<uuid:draft_id>/save-draft/", reporting.save_draft, name="save_draft"),
    path("<uuid:draft_id>/file-report/", reporting.file_report, name="file_report"),
    path("<uuid:draft_id>/receipt/", reporting.receipt, name="report_receipt"),
    path("<uuid:draft_id>/answer-gate/", records.answer_gate, name="report_gate"),
    path("<uuid:draft_id>/records/", records.listing, name="report_records"),
    path("<uuid:draft_id>/records/note-record/", records.note_record, name="note_record"),
    path("<uuid:draft_id>/records/<uuid:grant_id>/", records.add, name="report_add"),
    path("<uuid:draft_id>/records/<uuid:grant_id>/stop/", records.stop, name="report_stop"),
    path("<uuid:draft_id>/records/<uuid:exhibit_id>/describe-record/", records.describe_record, name="describe_record"),
]

case = [
    path("", cases.case, name="case"),
    path("show-names/", cases.show_names, name="show_names"),
    path("hide-names/", cases.hide_names, name="hide_names"),
    path("take-up/", cases.take_up, name="take_up"),
    path("name-person/", cases.name_person, name="name_person"),
    path("answer-reporter/", cases.answer_reporter, name="answer_reporter"),
    path("close/", cases.close, name="close"),
    path("reopen/", cases.reopen, name="reopen_case"),
    path("open-takedown/", takedowns.open_takedown, name="open_takedown"),
    path("support/<uuid:party_id>/offer-support/", support.offer_support, name="offer_support"),
    path("support/<uuid:party_id>/answer-offer/", support.answer_offer, name="answer_offer"),
    path("support/<uuid:party_id>/revisit-support/", support.revisit_support, name="revisit_support"),
    path("police/<uuid:party_id>/ask-consent/", police.ask_consent, name="ask_consent"),
    path("police/<uuid:party_id>/answer-consent/", police.answer_consent, name="answer_consent"),
    path("police/<uuid:party_id>/report-to-police/", police.report_to_police, name="report_to_police"),
    path("police/<uuid:report_id>/second-police-report/", police.second_police_report, name="second_police_report"),
    path("police/<uuid:report_id>/note-crime-reference/", police.note_crime_reference, name="note_crime_reference"),
    path("answer-gate/", exhibits.answer_gate, name="case_gate"),
    path("records/<uuid:grant_id>/", exhibits.add, name="case_add"),
    path("records/<uuid:grant_id>/stop/", exhibits.stop, name="case_stop"),
    path("exhibits/<uuid:exhibit_id>/", exhibits.exhibit, name="exhibit"),
    path("<uuid:exhibit_id>/describe-record/", exhibits.describe_record, name="case_describe_record"),
]

takedown = [
    path("", takedowns.takedown, name="takedown"),
    path("change-wish/", takedowns.change_wish, name="change_wish"),
    path("ask-author/", takedowns.ask_author, name="ask_author"),
    path("ask-host/", takedowns.ask_host, name="ask_host"),
    path("notices/<uuid:notice_id>/note-ticket/", takedowns.note_ticket, name="note_ticket"),
    path("leave-up/", takedowns.leave_up, name="leave_up"),
    path("check-removal/", takedowns.check_removal, name="check_removal"),
    path("escalate/", takedowns.escalate, name="escalate"),
    path("skip-rung/<slug:rung>/", takedowns.skip_rung, name="skip_rung"),
    path("hand-to-complainant/", takedowns.hand_to_complainant, name="hand_to_complainant"),
    path("reopen/", takedowns.reopen, name="reopen_takedown"),
    path("withdraw/", takedowns.withdraw, name="withdraw"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("next/", home.next_due, name="next_due"),
    path("stay/", home.stay, name="stay"),
    path("leave/", home.leave, name="leave"),
    path("be-away/", home.be_away, name="be_away"),
    path("work/come-back/", home.come_back, name="come_back"),
    path("help/", home.public_page, name="help"),
    path("accessibility/", home.public_page, name="accessibility"),
    path("privacy/", home.public_page, name="privacy"),
    path("departures/", home.public_page, name="departures"),
    path("enter/", visits.enter, name="enter"),
    path("come-back/", visits.come_back_to_report, name="come_back_to_report"),
    path("report/", include(report)),
    path("upload/<uuid:grant_id>/", uploads.keep_records, name="keep_records"),
    path("reports/", following.reports, name="follow_reports"),
    path("reports/<uuid:report_id>/", following.report, name="follow_report"),
    path("reports/<uuid:report_id>/add-to-report/", following.add_to_report, name="add_to_report"),
    path("reports/<uuid:report_id>/answer-offer/", following.answer_offer, name="own_answer_offer"),
    path("reports/<uuid:report_id>/answer-consent/", following.answer_consent, name="own_answer_consent"),
    path("reports/<uuid:report_id>/withdraw-consent/", following.withdraw_consent, name="own_withdraw_consent"),
    path("alerts/<uuid:alert_id>/see-alert/", alerts.see_alert, name="see_alert"),
    path("cases/", cases.listing, name="cases"),
    path("cases/<uuid:case_id>/", include(case)),
    path("takedowns/<uuid:takedown_id>/", include(takedown)),
    path("demonstration/", demonstration.cast, name="cast"),
    path("demonstration/<uuid:account_id>/be/", demonstration.be, name="be"),
    path("accounts/", include("forethought.pages.account_urls")),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler429 = signin.too_many
handler500 = errors.broken

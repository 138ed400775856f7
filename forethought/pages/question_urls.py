"""Ask a manager."""

from django.urls import path

from forethought.pages import questions

urlpatterns = [
    path("", questions.listing, name="questions"),
    path("ask-question/", questions.ask_question, name="ask_question"),
    path("common/", questions.common, name="common_questions"),
    path(
        "common/<uuid:common_id>/withdraw-common-question/",
        questions.withdraw_common_question,
        name="withdraw_common_question",
    ),
    path("<uuid:question_id>/", questions.question, name="question"),
    path("<uuid:question_id>/answer-question/", questions.answer_question, name="answer_question"),
    path("<uuid:question_id>/pass-to-lead/", questions.pass_to_lead, name="pass_to_lead"),
    path("<uuid:question_id>/share-answer/", questions.share_answer, name="share_answer"),
]

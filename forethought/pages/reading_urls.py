"""Where somebody reads what they are asked to read, and the way in by a personal link."""

from django.urls import include, path

from forethought.pages import personal_links, reader_questions, readings

reading = [
    path("", readings.reading, name="reading"),
    path("part/<int:number>/", readings.part, name="reading_part"),
    path("whole/", readings.whole, name="reading_whole"),
    path("what-would-you-do/", readings.what_would_you_do, name="what_would_you_do"),
    path("acknowledge/", readings.acknowledge, name="acknowledge"),
    path("want-paper/", readings.want_paper, name="want_paper"),
    path("receipt/", readings.receipt, name="reading_receipt"),
]

urlpatterns = [
    path("read/<str:token>/", personal_links.arrive, name="arrive"),
    path("reading/", readings.listing, name="readings"),
    path("reading/forget-visit/", personal_links.forget_visit, name="forget_visit"),
    path("reading/ask-question/", reader_questions.ask_question, name="reader_asks"),
    path("reading/questions/<uuid:question_id>/", reader_questions.own_question, name="reader_question"),
    path("reading/report/", reader_questions.report, name="reader_reports"),
    path("reading/<uuid:task_id>/", include(reading)),
]

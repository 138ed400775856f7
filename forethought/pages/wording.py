"""Kept values in words, for pages: answers, particulars, verbs."""

from collections.abc import Mapping
from datetime import date, time

from forethought.cases.models import Group
from forethought.core.clock import spoken_day
from forethought.core.dates import written_time
from forethought.pages import breach_wording, concern_wording
from forethought.reports import paper
from forethought.takedowns.rules import Result, Status, Wanted

YES_NO = {"yes": "Yes", "no": "No", "not_sure": "Not sure", "unknown": "Not known"}

MESSAGES = {
    "answer": "From the school",
    "end": "From the school, at the end",
    "added": "Added by the reporter",
    "asked": "Asked by the reporter",
    "back": "The reporter says it is back",
    "stop": "The reporter asks the school to stop",
}

#: What support can be offered. What is talked about is never kept. Clause 8.8.
OFFERS = [
    ("manager", "Time with their line manager"),
    ("counselling", "Stress counselling"),
    ("health", "Occupational health"),
    ("assistance", "The employee assistance programme"),
    ("union", "Their union"),
    ("duties", "A change of duties, or cover for a class"),
    ("safety", "A talk about safety at home"),
]
#: The same to whoever it is offered to, on their own page.
OFFERED_TO_YOU = dict(OFFERS) | {"manager": "Time with your line manager", "union": "Your union"}
OFFER_ANSWERS = {"yes": "They said yes please.", "later": "They said not now.", "no": "They said no thank you."}

CONSENTS = {
    "unasked": "They have not been asked yet.",
    "asked": "They can answer on their own page, or tell you.",
    "yes": "The school may report it.",
    "no": "They said no. The school cannot report harm to an adult for them. They still can.",
    "not_now": "They said not now. You can ask again later.",
    "withdrawn": "They took their yes back. What was reported before stays reported.",
}

TAKEDOWNS = {
    Status.TO_ASK: "Nobody asked yet",
    Status.AUTHOR_ASKED: "Author asked",
    Status.HOST_ASKED: "Host asked",
    Status.ESCALATED: "Next step taken",
    Status.LEFT_UP: "Not asked, with a reason",
    Status.HANDED: "Handed to the person concerned",
    Status.SEEN_SIGNED_IN: "Seen gone, signed in",
    Status.GONE: "Gone",
    Status.AMENDED: "Changed as asked",
    Status.WITHDRAWN: "Withdrawn",
}

LOOKS: dict[Result, str] = {
    Result.GONE_SIGNED_OUT: "Gone. I was signed out",
    Result.GONE_SIGNED_IN: "Gone. I was signed in",
    Result.GONE_INSIDE_GROUP: "Gone. I looked inside the group",
    Result.STILL_THERE: "Still there",
    Result.AMENDED_AS_ASKED: "Changed, as we asked",
    Result.CHANGED_OTHERWISE: "Changed, but not as we asked",
    Result.PRIVATE: "Made private",
    Result.MOVED: "Moved to another place",
    Result.COPY_FOUND: "There is a copy elsewhere",
    Result.CANNOT_TELL: "I cannot tell",
}

WANTED = {Wanted.REMOVE: "Remove it", Wanted.AMEND: "Change it"}

#: A manager's own answers on taking a case up: the question in short, and its answers.
TAKE_UP = {
    "replied": ("Has anybody replied", {"no": "No", "yes": "Yes"}),
    "purpose": ("Account used for", {"work": "Work", "own": "Their own use"}),
    "hours": ("Posted", {"work": "In working time", "own": "Outside working time"}),
    "device": ("Device", {"school": "The school’s", "own": "Their own"}),
    "network": ("Network", {"school": "The school’s", "other": "Another"}),
    "safe": ("Safe at home", {"yes": "Yes", "no": "No"}),
    "group_now": ("Who is behind it, as you see it", dict(Group.choices)),
    "child_now": ("A child at risk", {"yes": "Yes", "no": "No", "not_sure": "Not sure"}),
    "target": (
        "Aimed at",
        {"staff": "Somebody who works here", "school": "The school", "pupil": "A pupil", "other": "Others"},
    ),
    "accuses": ("Says that somebody here did wrong", {"yes": "Yes", "no": "No", "not_sure": "Not sure"}),
}

VERBS = {
    "reports.file_report": "Report received",
    "reports.give_receipt_code": "Another code given to come back with",
    "reports.answer_gate": "The questions before a file were answered",
    "reports.take_up_report": "Another look at what it is",
    "reports.open_strand": "Another side of it opened",
    "reports.name_person": "What that means for the matter was looked at",
    "reports.hand_over": "Handed to the behaviour lead",
    "reports.skip_hand_off": "Decided not to hand it over, or not to wait",
    "reports.return_outcome": "The outcome came back",
    "reports.release": "The reporter was told what came of it",
    "reports.open_allegation": "Opened",
    "reports.weigh_allegation": "Said what was done at once",
    "reports.find_allegation": "Said what was found",
    "reports.state_publicly": "Public words kept",
    "reports.receive_complaint": "Complaint received",
    "reports.give_complaint_code": "Another code given to come back with",
    "reports.acknowledge_complaint": "Written to the sender",
    "reports.verify_complaint": "Checked who sent it",
    "reports.answer_complaint": "Answered with a letter",
    "reports.add_to_complaint": "The sender added something",
    "evidence.give_grant": "Files may be added, or not",
    "evidence.keep_records": "Records kept",
    "evidence.keep_captured": "A page saved from somebody’s browser",
    "evidence.keep_uploads": "Files arrived whole",
    "evidence.note_record": "A record noted in words",
    "evidence.describe_record": "More said about a record",
    "evidence.hand_out": "A record opened",
    "evidence.open_viewing": "A record shown on the screen",
    "evidence.begin_upload": "A file began to arrive",
    "evidence.drop_upload": "A file that was arriving was dropped",
    "evidence.end_uploads": "Files that never arrived were cleared away",
    "evidence.note_fault": "A record was not what was kept",
    "evidence.notice_elsewhere": "A record is also in another case",
    "evidence.destroy_exhibit": "A record destroyed, on an instruction",
    "evidence.redact_picture": "A copy made with something covered",
    "evidence.redact_text": "A copy made with something cut",
    "evidence.hand_out_copy": "A copy opened",
    "evidence.discard_copy": "A copy discarded",
    "protection.settle_part": "What goes into somebody’s answer about their own data was settled",
    "protection.fetch_answer_file": "A copy taken along by whoever asked for their own data",
    "safeguarding.seal_away": "A record sealed away",
    "safeguarding.see_sealed": "What is known of a sealed record was looked at",
    "safeguarding.propose_release": "Proposed to release a sealed record",
    "safeguarding.propose_destruction": "Proposed to destroy a sealed record",
    "safeguarding.decline_proposal": "Declined what was proposed for a sealed record",
    "safeguarding.agree_to_proposal": "Agreed to what was proposed for a sealed record",
    "evidence.read_record": "Asked to read a record again",
    "evidence.keep_reading": "A record was read",
    "evidence.notice_copies": "A record is here twice",
    "evidence.view_reading": "What is in a record was looked at",
    "evidence.search_records": "Records searched",
    "evidence.compare_chats": "Two chats compared",
    "evidence.write_transcript": "Wrote down what a recording says",
    "evidence.confirm_line": "Confirmed what a recording says",
    "evidence.make_bundle": "A bundle made",
    "evidence.keep_bundle": "A bundle written",
    "evidence.give_up_bundle": "A bundle could not be written",
    "evidence.hand_out_bundle": "A bundle taken out",
    "evidence.hand_over_bundle": "A bundle handed over",
    "evidence.place_hold": "A hold placed",
    "evidence.ask_to_lift": "Somebody asked to lift a hold",
    "evidence.lift_hold": "A hold lifted, by two people",
    "cases.open_case": "Case opened",
    "cases.add_party": "A person noted",
    "cases.take_up": "Taken up",
    "cases.name_person": "A person named",
    "cases.offer_support": "Support offered",
    "cases.answer_offer": "An offer answered",
    "cases.revisit_support": "Asked again about support",
    "cases.answer_reporter": "Reporter answered",
    "cases.add_to_report": "Reporter added something",
    "cases.show_names": "Names shown",
    "cases.cite_clause": "A clause noted",
    "cases.cite_linked": "Another policy noted",
    "cases.close": "Closed",
    "cases.reopen": "Opened again",
    "cases.remind": "Reminded that one press is due",
    "cases.warn": "Warned that something is due soon",
    "cases.fall_late": "Something fell late",
    "cases.ask_to_read": "Asked to read it in an emergency",
    "cases.approve_reading": "Let somebody read it in an emergency",
    "cases.refuse_reading": "Said no to an emergency reading",
    "cases.review_reading": "Reviewed an emergency reading",
    "cases.remind_of_review": "Reminded of the review of an emergency reading",
    "cases.capture_address": "Asked the server to capture a page",
    "cases.keep_capture": "A page captured by the server",
    "cases.fail_capture": "A page could not be captured",
    "monitoring.request_monitoring": "Asked for leave to monitor",
    "takedowns.open_takedown": "Put on the 24-hour clock",
    "takedowns.change_wish": "What is wanted was changed",
    "takedowns.ask_author": "Author asked",
    "takedowns.ask_host": "Host asked",
    "takedowns.note_taken": "Notice accepted by the mail server",
    "takedowns.note_ticket": "Ticket noted",
    "takedowns.leave_up": "Decided not to ask the host",
    "takedowns.check_removal": "Looked",
    "takedowns.look_now": "Asked the program to look",
    "takedowns.keep_site_look": "The program looked",
    "takedowns.fail_site_look": "The program could not look",
    "takedowns.confirm_site_look": "Somebody said what the program saw",
    "takedowns.ask_register": "The public registers were asked",
    "takedowns.keep_register_answers": "The public registers answered",
    "takedowns.escalate": "Gone a step further",
    "takedowns.skip_rung": "A step left out",
    "takedowns.hand_to_complainant": "Handed to the person concerned",
    "takedowns.reopen": "Takedown opened again",
    "takedowns.withdraw": "Takedown withdrawn",
    "investigations.propose_attribution": "Proposed whether it was them",
    "investigations.conclude_attribution": "Concluded whether it was them",
    "investigations.propose_seriousness": "Proposed how serious it is",
    "investigations.conclude_seriousness": "Concluded how serious it is",
    "investigations.conclude_proportion": "Concluded whether a sanction goes too far",
    "investigations.note_use": "Use in work time noted",
    "investigations.note_live_warning": "Said until when a warning is live",
    "investigations.ask_cooperation": "Asked to co-operate",
    "investigations.read_request": "The request was read by the person asked",
    "investigations.answer_cooperation": "Answered about co-operation",
    "investigations.note_copy": "A copy given by the person asked",
    "investigations.note_showing": "Shown at a meeting",
    "investigations.pass_access_on": "Access to an account of the school passed on",
    "investigations.withdraw_request": "A request to co-operate taken back",
    "safeguarding.raise_alert": "Safeguarding lead told",
    "safeguarding.add_to_alert": "More told to the safeguarding lead",
    "safeguarding.see_alert": "Alert seen",
    "safeguarding.ask_consent": "Asked about the police",
    "safeguarding.answer_consent": "Answered about the police",
    "safeguarding.withdraw_consent": "Consent taken back",
    "safeguarding.report_to_police": "Report to the police",
    "safeguarding.second_police_report": "Second name given",
    "safeguarding.note_crime_reference": "Police reference noted",
    "safeguarding.raise_urgency": "The words may mean danger: the safeguarding lead was told",
    "safeguarding.dismiss_urgency": "The words were read: no danger",
    "cases.grant_seat": "Somebody let in",
    "cases.renew_seat": "Somebody let in for longer",
    "cases.end_seat": "Somebody let in no longer",
    "cases.warn_of_seat": "Warned that somebody’s time here ends soon",
    "cases.run_out": "Somebody’s time here ended",
    "cases.ask_whether_needed": "Asked whether somebody still needs to see this",
    "cases.open_papers": "Papers opened to somebody",
    "cases.read_papers": "Papers read",
    "cases.end_papers": "Papers closed again",
    "cases.open_with_shares": "Opened with the shares kept on paper",
    "evidence.review_hold": "A hold looked at again",
    "evidence.remind_of_hold": "Reminded to look at a hold again",
    "takedowns.send_special": "A notice with a form of its own sent",
    "takedowns.keep_own_notice": "A notice sent by the person concerned",
    "takedowns.fail_register_question": "The public registers could not be asked",
    "takedowns.note_register_answer": "What a public register says was noted",
    "monitoring.comment_on_request": "The data protection officer commented on a request to monitor",
    "monitoring.refuse_monitoring": "Leave to monitor refused",
    "monitoring.authorise_monitoring": "Leave to monitor given",
    "monitoring.begin_monitoring": "A leave to monitor began",
    "monitoring.stop_monitoring": "A leave to monitor was stopped",
    "monitoring.expire_monitoring": "A leave to monitor ran out",
    "monitoring.review_product": "What monitoring produced was gone through",
    "monitoring.note_destruction": "What monitoring produced was destroyed",
    "monitoring.remind_of_monitoring": "Reminded about a leave to monitor",
    "retention.see_due": "Seen among what is to be let go",
    "retention.see_disposal": "Seen before it is let go",
    "retention.keep_longer": "Kept longer, with a reason",
    "retention.note_birth": "A date of birth noted, for how long this is kept",
    "retention.propose_disposal": "Proposed to let it go",
    "retention.confirm_disposal": "Confirmed to let it go",
    "retention.stop_disposal": "Letting it go was stopped",
    "retention.carry_out_disposal": "Let go",
    "retention.let_go_again": "Let go again after a backup came back",
    "retention.note_proof": "Proof of letting go noted",
    "backups.hold_again": "A hold placed again after a backup came back",
    "backups.destroy_again": "Destroyed again after a backup came back",
}


def verb_in_words(verb: str) -> str:
    """An act of the trail, as the timeline says it."""
    said = VERBS.get(verb) or breach_wording.VERBS.get(verb) or concern_wording.VERBS.get(verb)
    return said or verb.rsplit(".", 1)[-1].replace("_", " ").capitalize()


def answers_in_words(said: Mapping[str, object]) -> list[dict[str, str]]:
    """A report's answers as rows of a summary."""
    groups = dict(Group.choices)
    seen = str(said.get("first_seen") or "")
    rows = [
        ("Anyone in danger", YES_NO.get(str(said.get("danger")), "")),
        ("What happened", str(said.get("happened", ""))),
        ("Where", str(said.get("where", "")) or "Not said"),
        ("First seen", spoken_day(date.fromisoformat(seen), year=True) if seen else "Not said"),
        ("Who it may be", groups.get(str(said.get("group")), "")),
        ("Name or account", str(said.get("name", "")) or "Not said"),
        ("A child concerned", YES_NO.get(str(said.get("child")), "")),
        *paper.lines(said),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def take_up_in_words(said: Mapping[str, object]) -> list[dict[str, str]]:
    """What a manager answered on taking the case up, as rows of a summary."""
    return [
        {"key": label, "value": answers.get(str(said[name]), YES_NO["unknown"])}
        for name, (label, answers) in TAKE_UP.items()
        if said.get(name)
    ]


PARTICULARS = {
    "file_name": "File",
    "address": "Address",
    "handle": "Account",
    "number": "Number",
    "sender": "From",
    "subject": "Subject",
    "words": "Says",
    "audience": "Who could see it",
    "seen_on": "Date",
    "seen_time": "Time",
    "zone": "Time zone",
    "note": "Note",
    "page_title": "Title of the page",
    "part": "Which part",
    "window": "Size of the window",
    "clock": "Clock of that computer",
    "route": "How it came",
}


ZONES = {"Europe/London": "UK time", "other": "Another time zone"}
AUDIENCES = {"open": "Anybody", "limited": "Limited at the time", "unknown": "Not known"}


def particulars_in_words(said: Mapping[str, str]) -> list[dict[str, str]]:
    """What was said about a record, as rows of a summary."""
    return [
        {"key": label, "value": _particular(name, said[name])} for name, label in PARTICULARS.items() if said.get(name)
    ]


def _particular(name: str, value: str) -> str:
    """A kept value as people say it."""
    if name == "seen_on":
        return spoken_day(date.fromisoformat(value), year=True)
    if name == "seen_time":
        return written_time(time.fromisoformat(value))
    return {"zone": ZONES, "audience": AUDIENCES}.get(name, {}).get(value, value)

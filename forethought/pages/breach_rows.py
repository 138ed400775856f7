"""What the page of a suspected breach shows, row by row: with names, or without a word that says who or what."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from forethought.cases.models import Capacity, Case, Owed
from forethought.core.clock import spoken, spoken_day, spoken_near, spoken_until
from forethought.evidence import keyring
from forethought.investigations import outcomes
from forethought.investigations.allegations import known_to
from forethought.investigations.companions import Way, companionship
from forethought.investigations.letter_texts import TEXTS, WAYS
from forethought.investigations.meetings import KINDS, words_of_meeting
from forethought.investigations.models import Allegation, Breach, LetterDraft, Meeting, SentLetter, Step
from forethought.investigations.outcome import APPEALS
from forethought.investigations.rules import RESULTS_SAID, Part, Procedure, Result
from forethought.investigations.standing import findings_of, words_of
from forethought.pages import citing
from forethought.pages.case_rows import offices_of, sentence, support_of
from forethought.people.models import Kind
from forethought.people.names import office_of
from forethought.takedowns.owing import SOON

Row = dict[str, object]

#: What a suspected breach owes: the words, and where the button leads.
OWED = {
    "breach_first": ("Decide what happens next", "Open", "#next"),
    "breach_meeting": ("A meeting is held. Note how it went", "Note how it went", "meetings/{about}/hold-meeting/"),
    "breach_letter": ("Send the decision in writing", "Write the letter", "start-letter/?kind=decision"),
    "breach_appeal": ("The time to appeal ends", "Note an appeal", "note-appeal/"),
    "suspension": ("Look again whether the suspension is needed", "Look again", "review-suspension/"),
    "hr_back": ("Hear back from HR", "Note what came back", "note-hr-outcome/"),
    "refer": ("Refer what may be unlawful, or say why not", "Note what was done", "/cases/{case}/note-referral/"),
    "cooperate": ("Hear from the person asked to co-operate", "Open", "weighing/#cooperation"),
    "support": (
        "Offer support to the person reported",
        "Offer support",
        "/cases/{case}/support/{about}/offer-support/",
    ),
    "revisit": (
        "Ask the person reported again how they are",
        "I have asked",
        "/cases/{case}/support/{about}/revisit-support/",
    ),
}


#: What stands on the page of dates otherwise, or not at all: support is nobody's business but the manager's.
_NOT_DATES = ("breach_meeting", "support", "revisit")


def owed_rows(case: Case, base: str, at: datetime, *, handles: bool) -> list[Row]:
    """What is owed, soonest first. Whoever has one part in it sees nothing about support."""
    rows: list[Row] = []
    for row in Owed.objects.filter(case=case, done_at__isnull=True, kind__in=OWED).order_by("due_at", "id"):
        if not handles and row.kind in {"support", "revisit"}:
            continue
        text, button, path = OWED[row.kind]
        due, late = row.due_at, at > row.due_at
        left = spoken_until(due, at)
        words = (
            f"{text}. It was due by {spoken_near(due, at)}."
            if late
            else f"{text} by {spoken_near(due, at)}. {sentence(left)}."
        )
        path = path.format(about=row.about, case=case.id)
        rows.append(
            {
                "text": words,
                "state": "late" if late else "soon" if due - at <= SOON and row.kind != "revisit" else "normal",
                "button_text": button if handles else "",
                "button_href": path if path.startswith(("/", "#")) else base + path,
            }
        )
    return rows


def allegation_rows(breach: Breach, names: bool, at: datetime) -> list[Row]:
    """Each allegation: its rules as in force on its day, whether the person had confirmed them, and what was found."""
    case, cited = breach.case, {}
    rows = list(case.citations.select_related("version", "linked__policy"))
    known = known_to(rows, breach.subject)
    for one in rows:
        cited[str(one.pk)] = {**citing.row_of(one, at), "known": known[one.pk].sentence}
    found = findings_of(case)
    lines: list[Row] = []
    for number, row in enumerate(Allegation.objects.filter(case=case).order_by("made_at", "id"), 1):
        finding = found.get(row.id)
        lines.append(
            {
                "id": row.id,
                "number": number,
                "on": spoken_day(row.happened_on, at),
                "words": keyring.words(row, case_id=case.id)["words"] if names else "",
                "cites": [cited[key] for key in row.cites if key in cited],
                "finding": finding.get_result_display() if finding else "",
                "finding_said": RESULTS_SAID[Result(finding.result)] if finding else "",
                "unlawful": bool(finding and finding.unlawful),
                "reasons": keyring.words(finding, case_id=case.id)["reasons"] if finding and names else "",
            }
        )
    return lines


def chosen_rows(case: Case, names: bool, at: datetime) -> list[Row]:
    """Who has which part now. By office while names are hidden."""
    rows: list[Row] = []
    found = case.chosen.filter(ended_at__isnull=True).select_related("person").order_by("chosen_at", "id")
    for one in found:
        if names:
            who = str(keyring.words(one, case_id=case.id)["name"])
        else:
            who = sentence(office_of(one.person, at)) if one.person else "Somebody from outside"
        rows.append({"id": one.id, "what": Part(one.part).words, "who": who, "since": spoken(one.chosen_at, at)})
    return rows


def reported_rows(breach: Breach, names: bool, at: datetime, *, support: bool) -> list[Row]:
    """The person reported, and the support that was offered, for whoever handles the case alone."""
    found = breach.case.parties.filter(capacity=Capacity.REPORTED).select_related("person").prefetch_related("offers")
    return [
        {
            "name": party.person.name if names and party.person else "",
            "engagement": breach.get_engagement_display(),
            "companion": companionship(breach.engagement).sentence,
            **(support_of(party, at) if support else {"support": ""}),
        }
        for party in found
    ]


def meeting_rows(case: Case, names: bool, at: datetime) -> list[Row]:
    """Each meeting that stands, by date: when, where and with whom when names are shown, and what may be done."""
    found = case.meetings.filter(moved_to__isnull=True).select_related("companion").order_by("starts_at", "id")
    answers = {row.about: row for row in case.steps.filter(verb="answer_minutes").order_by("done_at", "id")}
    held = {row.about: row for row in case.steps.filter(verb="hold_meeting")}
    return [meeting_row(one, held.get(one.id), answers.get(one.id), names, at) for one in found]


def meeting_row(meeting: Meeting, held: Step | None, answer: Step | None, names: bool, at: datetime) -> Row:
    """One meeting."""
    said = words_of_meeting(meeting) if names else {}
    minutes = words_of(held) if names else {}
    answered = {"agreed": "They agree the minutes.", "disputed": "They dispute the minutes. Both versions stand."}
    way = Way(meeting.companion_way).words if meeting.companion_way else ""
    return {
        "id": meeting.id,
        "what": KINDS[meeting.kind],
        "when": spoken(meeting.starts_at, at),
        "starts_at": meeting.starts_at,
        "place": said.get("place", ""),
        "adjustments": said.get("adjustments", ""),
        "companion": f"{way}{': ' + said['companion'] if said.get('companion') else ''}" if way else "",
        "held": meeting.held_at is not None,
        "begun": meeting.starts_at <= at,
        "minutes": minutes.get("minutes", ""),
        "who": minutes.get("who", ""),
        "answer": answered[answer.choice] if answer else "",
        "answer_words": words_of(answer).get("words", "") if answer and names else "",
    }


def letter_rows(case: Case, names: bool, at: datetime) -> tuple[list[Row], list[Row]]:
    """Letters being written, and letters as they were sent."""
    sent = list(SentLetter.objects.filter(case=case).order_by("-kept_at", "id"))
    done = {one.draft_id for one in sent}
    drafts = LetterDraft.objects.filter(case=case).exclude(pk__in=done).order_by("-started_at", "id")
    return (
        [{"id": one.id, "what": TEXTS[one.kind][0], "when": spoken(one.started_at, at)} for one in drafts],
        [
            {
                "what": TEXTS[one.kind][0],
                "how": WAYS[one.way],
                "on": spoken_day(one.sent_on, at),
                **(keyring.words(one, case_id=case.id) if names else {}),
            }
            for one in sent
        ],
    )


#: Steps whose words stand on the page, with what they are called.
STEPS = {
    "answer_harm": "Could a child have been harmed?",
    "settle_informally": "Settled informally",
    "choose_procedure": "Procedure chosen",
    "set_terms": "Terms of reference",
    "pause": "Paused",
    "go_on": "Gone on",
    "note_charge": "A criminal charge noted",
    "consider_suspension": "Suspension considered",
    "review_suspension": "Suspension looked at again",
    "hand_to_hr": "Handed to HR",
    "note_hr_outcome": "Outcome from HR",
    "give_investigation_report": "Report of the investigation",
    "find_case_to_answer": "There is a case to answer",
    "find_no_case": "There is no case to answer",
    "give_notice": "Notice of the hearing given",
    "move_hearing": "A meeting moved",
    "keep_date": "Another time refused",
    "decide_outcome": "Outcome",
    "note_appeal": "Appeal",
    "decide_appeal": "Appeal decided",
    "clear_record": "Record cleared",
    "end_breach": "Ended",
    "reopen_breach": "Opened again",
    "end_choice": "A part ended",
}

_CHOICES = {
    "suspend": "Asked to stay away, on full pay. It is no disciplinary action.",
    "other": "Another way was chosen.",
    "no": "No.",
    "yes": "Yes.",
    "not_sure": "Not sure.",
    "goes_on": "It goes on.",
    "ends": "It ends.",
    "case": "The report sees a case to answer.",
    "no_case": "The report sees no case to answer.",
    "informal": "The report would settle it informally.",
    "companion": "The companion could not come.",
    "asked": "They asked for another time.",
    "school": "The school moved it.",
    "grievance": "A grievance is heard first.",
    "police": "The police asked for it.",
    "illness": "Somebody is ill.",
    **APPEALS,
}

_LABELS = {
    "reason": "",
    "words": "",
    "not_informal": "Why not informally",
    "alternatives": "Other ways thought of",
    "found": "Found",
    "for_them": "Speaks for them",
    "evidence": "Evidence",
    "effect": "What it means for their work",
    "grounds": "Grounds",
    "to": "To",
    "hr_advice": "Advice from HR",
    "barring": "DBS and TRA",
    "others": "Others told or asked",
    "statement": "",
    "file_note": "Personnel file",
}


def step_rows(case: Case, names: bool, at: datetime) -> list[Row]:
    """What was done and decided, newest first, with its words when names are shown."""
    found = list(case.steps.filter(verb__in=STEPS).order_by("-done_at", "-id"))
    offices = offices_of({one.done_by for one in found}, at)
    known = all_outcomes()
    return [
        {
            "what": STEPS[one.verb],
            "choice": known.get(one.choice) or rules_word(one.choice) or _CHOICES.get(one.choice, ""),
            "at": one.done_at,
            "who": offices.get(one.done_by, ""),
            "said": list(said_of(one)) if names else [],
        }
        for one in found
    ]


def rules_word(choice: str) -> str:
    """A procedure by its name."""
    return Procedure(choice).words if choice in set(Procedure) else ""


def said_of(step: Step) -> Iterable[Row]:
    """The words of a step, each with what it is."""
    said = words_of(step)
    return [
        {"label": label, "words": str(said[name])}
        for name, label in _LABELS.items()
        if said.get(name) not in {None, ""}
    ]


def all_outcomes() -> dict[str, str]:
    """Every outcome by name, in words."""
    return {key: words for kind in Kind.values for key, words in outcomes.offered(kind).items()}


class Dated(NamedTuple):
    """One date of a matter: no names."""

    when: datetime
    text: str
    href: str


def date_rows(breach: Breach, base: str) -> list[Dated]:
    """Everything with a date in a matter, soonest first: meetings and what is owed."""
    meetings = breach.case.meetings.filter(moved_to__isnull=True, held_at__isnull=True)
    owed = Owed.objects.filter(case=breach.case, done_at__isnull=True, kind__in=OWED).exclude(kind__in=_NOT_DATES)
    rows = [Dated(one.starts_at, KINDS[one.kind], f"{base}#dates") for one in meetings]
    return sorted([*rows, *(Dated(one.due_at, OWED[one.kind][0], base) for one in owed)])


def ics_of(breach: Breach, at: datetime) -> str:
    """The dates of a matter for somebody's own calendar. Titles say nothing: a calendar is seen by many."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Forethought//EN", "METHOD:PUBLISH"]

    def event(uid: object, starts_at: datetime, title: str) -> list[str]:
        return [
            "BEGIN:VEVENT",
            f"UID:{uid}@forethought",
            f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART:{starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTEND:{starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{title}",
            "CLASS:PRIVATE",
            "END:VEVENT",
        ]

    for one in breach.case.meetings.filter(moved_to__isnull=True, held_at__isnull=True).order_by("starts_at", "id"):
        lines += event(one.id, one.starts_at, "Meeting")
    owed = Owed.objects.filter(case=breach.case, done_at__isnull=True, kind__in=OWED)
    for row in owed.exclude(kind__in=_NOT_DATES).order_by("due_at", "id"):
        lines += event(row.id, row.due_at, "Something is due")
    return "\r\n".join([*lines, "END:VCALENDAR", ""])

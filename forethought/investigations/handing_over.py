"""Handing a suspected breach to HR with a pack, and what comes back; papers for the person reported and companion."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from forethought.audit.procedures import acting
from forethought.cases.models import Capacity, Case, Papers
from forethought.cases.opened_papers import LONGEST, Part, open_papers
from forethought.cases.owed import owe, settle
from forethought.core.clock import from_london, london, spoken_day
from forethought.core.errors import Refused, insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.evidence.away_standing import away_in
from forethought.evidence.models import Exhibit
from forethought.investigations import outcome as outcomes_of
from forethought.investigations import people, rules
from forethought.investigations.allegations import known_to
from forethought.investigations.clearing import clear_if_so
from forethought.investigations.companions import companionship
from forethought.investigations.disclosing import Pack, propose_disclosure
from forethought.investigations.models import Allegation, Breach, Disclosure, Meeting
from forethought.investigations.rules import Part as PartIn
from forethought.investigations.rules import why_not_choose_person
from forethought.investigations.standing import allowed, last_step, move, note, standing_of, unmoved, words_of
from forethought.people.models import Person
from forethought.policies import citable

#: A hand-over is asked about after this long, unless another day is set. The policy gives no number (C18).
HEAR_BACK = timedelta(days=28)


def allegation_words(case: Case, at: datetime, known_by: Person | None = None) -> list[str]:
    """Each allegation, its day, and its rules as they stood then; for HR also whether the person had confirmed them.

    Policy 9.1.
    """
    cited = {str(one.pk): one for one in case.citations.select_related("version", "linked__policy")}
    known = known_to(cited.values(), known_by) if known_by else {}
    lines = []
    for number, row in enumerate(Allegation.objects.filter(case=case).order_by("made_at", "id"), 1):
        words = keyring.words(row, case_id=case.id)["words"]
        lines.append(f"{number}. {words}\nSaid to have happened on {spoken_day(row.happened_on, at)}.")
        for one in (cited[key] for key in row.cites if key in cited):
            if one.linked is not None:
                what = f"{one.linked.policy.name}, version {one.linked.label}"
            else:
                label = f", version {one.version.label}" if one.version else ""
                what = f"Clause {citable.said(one.clause, one.version)}{label}"
            lines.append(f"{what}. {known[one.pk].sentence}" if one.pk in known else f"{what}.")
    return lines


def record_words(case: Case, at: datetime) -> list[str]:
    """The records of a case as a list: what each is, when it came, its fingerprint. Not what it shows."""
    lines, gone = [], away_in(case.id)
    for number, one in enumerate(Exhibit.objects.filter(case_id=case.id).order_by("received_at", "id"), 1):
        seal = f" SHA-256 {bytes(one.sha256).hex()}" if one.sha256 else ""
        if one.pk in gone:
            # Named, so that nobody thinks it was left out in silence; nothing more of it goes out.
            seal = " Sealed away since: it cannot be opened."
        lines.append(f"{number}. {one.get_kind_display()}, received on {spoken_day(one.received_at, at)}.{seal}")
    return lines


def support_words(case: Case, at: datetime) -> list[str]:
    """That support was offered to the person reported, and when. Never what was said or taken up."""
    offers = [
        offer
        for party in case.parties.filter(capacity=Capacity.REPORTED)
        for offer in party.offers.order_by("offered_at")
    ]
    return [f"Support was offered on {spoken_day(one.offered_at, at)}." for one in offers] or ["Not offered yet."]


def pack_of(breach: Breach, at: datetime) -> list[Part]:
    """What HR is handed: the allegations with their rules, the records as a list, support offered, what was done.

    Nothing of the case of whoever was harmed, and no note about support. Policy 9.5.
    """
    case = breach.case
    chosen = words_of(last_step(case, "choose_procedure"))
    harm = {"yes": "Yes.", "no": "No.", "not_sure": "Not sure."}[breach.harm]
    companion = companionship(breach.engagement)
    parts = [
        Part("What is said to have happened", "\n\n".join(allegation_words(case, at, breach.subject))),
        Part("Procedure", f"{breach.get_procedure_display()}. {chosen.get('reason', '')}".strip()),
        Part("Engaged as", breach.get_engagement_display() or "Not known"),
        Part("Companion", companion.sentence),
        Part("Could a child have been harmed?", harm),
        Part("Records", "\n".join(record_words(case, at)) or "None was added."),
        Part("Support for the person reported", "\n".join(support_words(case, at))),
    ]
    return [part for part in parts if part.words]


def hand_to_hr(
    *,
    breach: Breach,
    adviser: Person | None,
    outside: str,
    note_for_hr: str,
    hear_by: date | None,
    version: int,
    by: Person,
    at: datetime,
) -> Papers | None:
    """Hand a matter to HR with its pack: to somebody here as papers and a narrow seat, or to somebody outside.

    The pack for somebody outside is shown to be handed over by hand; the program mails none of it. Policy 9.5.
    """
    unmoved(breach, version)
    with acting("investigations.hand_to_hr", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "hand_to_hr", at)
        papers = None
        parts = [*pack_of(breach, at), *([Part("For you to know", note_for_hr)] if note_for_hr else [])]
        if adviser is not None:
            who = people.candidates(breach, [adviser], at)[adviser.pk]
            insist(why_not_choose_person(PartIn.HR, who), "9.5")
            people.choose_person(breach=breach, part=PartIn.HR, person=adviser, by=by, at=at)
            papers = open_papers(
                case=breach.case,
                person=adviser,
                audience="hr",
                title="A matter handed to you",
                parts=parts,
                ends_at=at + LONGEST,
                by=by,
                at=at,
            )
        else:
            insist("Choose an adviser, or write who at HR has it." if is_blank(outside) else None, "9.5")
        move(breach, "hand_to_hr", version=version, by=by, at=at)
        said = [{"heading": part.heading, "words": part.words} for part in parts]
        note(breach.case, "hand_to_hr", to=adviser.name if adviser else outside, pack=said, by=by, at=at)
        due = from_london(hear_by or (london(at) + HEAR_BACK).date(), time(17))
        insist("Choose a later day to hear from them." if due <= at else None, "9.5")
        owe(case=breach.case, kind="hr_back", about=breach.id, due_at=due, at=at)
    return papers


def note_hr_outcome(
    *,
    breach: Breach,
    outcome: str,
    reasons: str,
    facts: outcomes_of.Considered,
    version: int,
    by: Person,
    at: datetime,
) -> None:
    """Note what came back from HR: the outcome and why. Each allegation has its finding by then.

    The same outcomes are offered, and the same sanctions refused, as where the procedure is run here. Policy 9.5, 9.6.
    """
    unmoved(breach, version)
    with acting(
        "investigations.note_hr_outcome",
        by=by,
        at=at,
        about=breach.id,
        case_id=breach.case_id,
        facts={"outcome": outcome},
    ):
        allowed(breach, "note_hr_outcome", at)
        insist(outcomes_of.why_not_outcome(breach, outcome=outcome, reasons=reasons, facts=facts, at=at), "9.6")
        note(
            breach.case,
            "note_hr_outcome",
            choice=outcome,
            reason=reasons,
            hr_advice=facts.hr_advice,
            barring=facts.barring,
            others=facts.others,
            appeal_told=facts.appeal_told,
            by=by,
            at=at,
        )
        settle(case=breach.case, kind="hr_back", about=breach.id, by=by, at=at)
        clear_if_so(breach, by=by, at=at)
        move(breach, "note_hr_outcome", version=version, by=by, at=at, outcome=outcome)


def disclosure_of(breach: Breach, at: datetime) -> str:
    """First words of the papers for the person reported: allegations, rules, records. To be read and changed."""
    parts = ["\n".join(allegation_words(breach.case, at))]
    records = record_words(breach.case, at)
    if records:
        parts.append("Records\n" + "\n".join(records))
    return "\n\n".join(parts)


def propose_to(
    *, breach: Breach, to: str, words: str, ends_on: date | None, version: int, by: Person, at: datetime
) -> Disclosure:
    """Write papers for the person reported, or the companion named for a meeting, and ask a second person to open them.

    The procedure's own rules are asked first. Part of proposing them. Policy 9.1, 9.5.
    """
    unmoved(breach, version)
    insist(rules.why_not("propose_disclosure", standing_of(breach, at)), "9.1")
    title = "Papers for your meeting" if to == "subject" else "Papers for a meeting you are asked to come to"
    pack = Pack(person=reader_of(breach, to), audience=to, title=title, words=words, ends_on=ends_on)
    return propose_disclosure(case=breach.case, pack=pack, by=by, at=at)


def reader_of(breach: Breach, to: str) -> Person:
    """Who the person reported is, or the companion with an account named last. Raises Refused where nobody is."""
    if to == "subject":
        if breach.subject is None:
            raise Refused("It is not known yet who this is about.", "9.1")
        return breach.subject
    row = companions_of(breach.case)[:1]
    if not row or row[0].companion is None:
        raise Refused("No companion who is known here has been named for a meeting.", "9.1")
    return row[0].companion


def companions_of(case: Case) -> Sequence[Meeting]:
    """The meetings of a case that have a companion known here, the newest first."""
    found = case.meetings.filter(companion__isnull=False, moved_to__isnull=True)
    return list(found.select_related("companion").order_by("-starts_at"))

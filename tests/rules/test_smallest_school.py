"""Five adults, the head is also the safeguarding lead, one is away: somebody is there, or the outside one is named.

The rules alone are walked in test_conflicts.py. Here the school runs, and every place in the program that chooses a
person is asked, whoever is away and whoever it is about. A new area that chooses people is found by reading the source:
it needs one line in `CHOICES`, or says in `ELSEWHERE` why it chooses nobody.
"""

import ast
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from builders import ANSWERS, an_exhibit
from django.db import transaction
from django.utils import timezone

from forethought.audit.procedures import PROGRAM, Visitor
from forethought.cases import breaking_glass
from forethought.cases.models import Case, Draft, Exclusion, Glass
from forethought.evidence import keyring
from forethought.investigations import disclosing
from forethought.investigations import people as investigators
from forethought.investigations.models import Breach
from forethought.investigations.procedures import open_breach
from forethought.investigations.rules import Part, why_not_choose_person
from forethought.monitoring import standing as monitoring
from forethought.people import casting
from forethought.people import procedures as people
from forethought.people.cast import Act, Facts, Outside
from forethought.people.conflicts import eligible
from forethought.people.models import Kind, Person, Role, School
from forethought.questions import choosing
from forethought.reports import allegations, drafts
from forethought.reports.complaints import receive_complaint
from forethought.reports.procedures import file_report
from forethought.reviews.standing import default_owner
from forethought.rows import inside
from forethought.safeguarding import concerns, heeding, low_level, sealing_away
from forethought.safeguarding.models import AlertTold

pytestmark = pytest.mark.policy("7.2")

FIVE = {
    "head": ("Hester Vale", Kind.EMPLOYEE, (Role.HEAD, Role.LEAD)),
    "teacher": ("Tamsin Rook", Kind.EMPLOYEE, ()),
    "assistant": ("Abel Finch", Kind.EMPLOYEE, ()),
    "office": ("Olive Sandry", Kind.EMPLOYEE, (Role.CLERK,)),
    "chair": ("Corin Blythe", Kind.GOVERNOR, (Role.CHAIR,)),
}


@dataclass(frozen=True)
class Small:
    """The school while one is away and it is about one of them, or about nobody there."""

    school: School
    five: dict[str, Person]
    away: Person | None
    about: Person | None
    by: Person

    @property
    def at(self) -> datetime:
        return self.school.created_at + timedelta(days=20)

    @property
    def barred(self) -> set[uuid.UUID]:
        """Whom it is about, and who reported it."""
        return {one.pk for one in (self.about, self.by) if one}


#: Somebody by id, or somebody outside by name. An empty name is nobody.
Found = list[uuid.UUID | str]


def begun(small: Small, do: Callable[[], object]) -> Found:
    """Who handles each case that an act began, or the outside one whom it names."""
    before = set(Case.objects.values_list("pk", flat=True))
    do()
    cases = Case.objects.exclude(pk__in=before)
    assert cases, "No case was begun."
    for case in cases:
        seen = {one.pk for one in small.five.values() if Case.objects.seen_by(one, small.at).filter(pk=case.pk)}
        assert small.about is None or small.about.pk not in seen
    return [case.manager_id or case.outside for case in cases]


def a_draft(small: Small) -> Draft:
    draft = drafts.start_draft(school_id=small.school.pk, by=small.by, at=small.at)
    said = {**ANSWERS, "group": "staff" if small.about else "parent", "name": small.about.name if small.about else ""}
    drafts.save_draft(draft=draft, answers=said, at=small.at)
    draft.refresh_from_db()
    return draft


def a_breach(small: Small) -> Case:
    return open_breach(
        school=small.school, subject=small.about, words="It was so.", happened_on=None, reporter=small.by, affected=(),
        from_case=None, child="no", by=small.by, at=small.at,
    )  # fmt: skip


def a_concern(small: Small, about: Person | None) -> Case:
    said = {"told": "I saw it.", "danger": "no", "adult": "yes" if about else "no"}
    return concerns.raise_concern(
        school=small.school, answers=said, subjects=[about] if about else [], head_maybe="no", reporter=small.by,
        by=small.by, at=small.at,
    )  # fmt: skip


def concern(small: Small) -> Found:
    """A concern is handled and, apart from that, heard of at once: by somebody here, or the outside one is named."""
    found = begun(small, lambda: a_concern(small, small.about))
    told = set(AlertTold.objects.values_list("person_id", flat=True))
    assert not told & small.barred
    return found


def low_level_concern(small: Small) -> Found:
    about = small.about or small.five["assistant"]
    if about == small.by:
        return ["nobody is needed"]
    return begun(small, lambda: low_level.raise_low_level(
        school=small.school, about=about, sort="other" if "other" in set(low_level.rules.Sort) else
        next(iter(low_level.rules.Sort)), told="It was so.", unnamed=False, reporter=small.by,
        press=uuid.uuid4(), by=small.by, at=small.at,
    ))  # fmt: skip


def complaint(small: Small) -> Found:
    is_head = small.about == small.five["head"]
    said = {"happened": "It was so.", "who": "parent", "staff": "yes" if small.about else "no", "name": "A parent",
            "head": "yes" if is_head else "no", "about": small.about.name if small.about else "",
            "child": "no"}  # fmt: skip
    return begun(small, lambda: receive_complaint(
        school=small.school, answers=said, press=uuid.uuid4(), by=Visitor(uuid.uuid4()), at=small.at
    ))  # fmt: skip


def allegation(small: Small) -> Found:
    """Somebody here is said to have done something: they are the one who was harmed, and never handle it."""
    draft = a_draft(small)
    case = file_report(draft=draft, school=small.school, by=small.by, at=small.at).report.case
    return begun(small, lambda: allegations.open_allegation(case=case, words="So it says.", by=PROGRAM, at=small.at))


def parts_of_a_procedure(small: Small) -> Found:
    """Who looks into it, decides it, hears an appeal, takes notes: somebody who may, or somebody outside by name."""
    breach = Breach.objects.select_related("case", "subject").get(case=a_breach(small))
    found: Found = []
    for part in Part:
        known = investigators.candidates(breach, small.five.values(), small.at)
        may = [pk for pk, who in known.items() if why_not_choose_person(part, who) is None]
        out = set(Exclusion.objects.filter(case=breach.case).values_list("person_id", flat=True))
        assert not set(may) & out
        found += may or [investigators.outside_of(breach, small.at).name]
    return found


def second_to_open_papers(small: Small) -> Found:
    """Who opens papers for the person reported with whoever handles it, or the outside one by name."""
    case = a_breach(small)
    if case.manager is None or small.about is None:
        return [case.outside or "nobody is needed"]
    found = disclosing.second_for(case, first=case.manager, reader=small.about, at=small.at)
    assert found != case.manager
    return [found.pk if isinstance(found, Person) else found.name]


def leave_to_monitor(small: Small) -> Found:
    about = small.about or small.five["assistant"]
    if about == small.by:
        return ["nobody is needed"]
    manager = monitoring.route_for(subject=about, requester=small.by, at=small.at).manager
    return [manager.name if isinstance(manager, Outside) else uuid.UUID(str(manager))]


def every_act(small: Small) -> Found:
    facts = Facts(subjects=frozenset({small.about.pk} if small.about else ()), reporter=small.by.pk)
    found = [eligible(act, casting.cast_at(small.at), facts) for act in Act]
    return [one.name if isinstance(one, Outside) else uuid.UUID(str(one)) for one in found]


def second_name(small: Small) -> Found:
    """Somebody here is told second of a report to the police, or the rules name the outside one."""
    reported = [small.about.pk] if small.about else []
    handles = casting.manager_of(route := casting.route_report(
        answers={"group": "staff" if small.about else "parent", "name": small.about.name if small.about else "",
                 "head": "no", "child": "no"}, reporter=small.by, at=small.at))  # fmt: skip
    if handles is None:
        return [casting.outside_name(route)]
    found = casting.second_person(
        first=handles, reported=reported, parties=[small.by.pk], excluded=frozenset(reported), at=small.at
    )
    facts = Facts(subjects=frozenset(reported), affected=frozenset({small.by.pk}),
                  acts={Act.REPORT_TO_POLICE: handles})  # fmt: skip
    named = eligible(Act.SECOND_INFORMED, casting.cast_at(small.at), facts)
    assert (found is None) == isinstance(named, Outside)
    return [found.pk] if found else [named.name]  # type: ignore[union-attr]


def a_child_at_risk(small: Small) -> Found:
    """Whoever writes that a child may be at risk is heard by somebody who is not in it, or the outside one is named."""
    answers = {"group": "staff", "name": small.about.name if small.about else "", "head": "no"}
    first, _ = casting.safeguarding_people(answers=answers, reporter=small.by, at=small.at)
    route = casting.route_report(answers={**answers, "child": "yes"}, reporter=small.by, at=small.at)
    return [one.pk for one in first] or [casting.outside_name(route)]


def words_of_danger(small: Small) -> Found:
    """Who hears of a report whose words may mean danger: nobody who is in it, else the one who was to hear outside."""
    report = file_report(draft=a_draft(small), school=small.school, by=small.by, at=small.at).report
    heeding.raise_urgency(report=report, by=PROGRAM, at=small.at)
    told = set(AlertTold.objects.filter(alert__case_id=report.case_id).values_list("person_id", flat=True))
    assert not told & small.barred
    assert not told & set(Exclusion.objects.filter(case=report.case).values_list("person_id", flat=True))
    report.case.refresh_from_db()
    return list(told) or [report.case.outside or "the page says whom to call"]


def sealed_away(small: Small) -> Found:
    """Who settles what becomes of a record that was sealed away. Too few are left: then the page names whom to ask."""
    draft = a_draft(small)
    exhibit = an_exhibit(draft, by=small.by, at=small.at)
    named = {"group": "staff", "name": small.about.name if small.about else "", "head": "no"}
    row = sealing_away.seal_away(exhibit=exhibit, why="child", words="", answers=named, by=small.by, at=small.at)
    return [one.pk for one in sealing_away.settlers(row)] or ["the page names whom to ask"]


def questions(small: Small) -> Found:
    """Whom a question goes to. Nobody may be left in so small a school: then the page says whom to call."""
    assert small.by not in [one.person for one in choosing.people_to_ask(small.by, small.at)]
    words = f"A child may be at risk, because of {small.about.name}." if small.about else "A child may be at risk."
    told, _ = choosing.leads_for(small.by, words, small.at)
    return [one.pk for one in told] or ["the page says whom to call"]


def a_review(small: Small) -> Found:
    found = default_owner(small.at, without=small.barred)
    return [found.pk] if found else ["whoever closed the case keeps it"]


def an_emergency(small: Small) -> Found:
    """Who lets somebody read a case in an emergency. Where nobody at the school may, the outside one is named."""
    case = file_report(draft=a_draft(small), school=small.school, by=small.by, at=small.at).report.case
    asker = next(
        small.five[one] for one in ("office", "assistant", "teacher") if small.five[one].pk not in small.barred
    )
    row = Glass(
        id=uuid.uuid4(), school_id=small.school.pk, case=case, person=asker, category="life", asked_at=small.at,
        waits_until=small.at,
    )  # fmt: skip
    found = breaking_glass.decider_or_outside(row, small.at)
    assert asker != found
    if isinstance(found, Outside):
        if breaking_glass.is_held(case):
            # What nobody handles opens with two of three shares, never with one yes. All the same, somebody is named.
            assert found == breaking_glass.outside_at(small.at)
            return [found.name]
        # Nobody is left: whoever was asked about has no part in it, and somebody outside is named, never nobody.
        left = {one.pk for one in small.five.values()} - {asker.pk, *small.barred} - {getattr(small.away, "pk", None)}
        free = left - set(Exclusion.objects.filter(case=case).values_list("person_id", flat=True))
        assert not free & {small.five["head"].pk, small.five["chair"].pk}
        assert found == breaking_glass.outside_at(small.at)
        return [found.name]
    return [found.pk]


def report(small: Small) -> Found:
    return begun(small, lambda: file_report(draft=a_draft(small), school=small.school, by=small.by, at=small.at))


#: Every place that chooses a person, with the file in which it does.
CHOICES: dict[str, tuple[Callable[[Small], Found], ...]] = {
    "reports/procedures.py": (report, every_act),
    "reports/allegations.py": (allegation,),
    "reports/complaints.py": (complaint,),
    "safeguarding/procedures.py": (second_name, a_child_at_risk),
    "safeguarding/concerns.py": (concern,),
    "safeguarding/sealing_away.py": (sealed_away,),
    "safeguarding/low_level.py": (low_level_concern,),
    "investigations/procedures.py": (lambda small: begun(small, lambda: a_breach(small)),),
    "investigations/disclosing.py": (second_to_open_papers,),
    "investigations/people.py": (parts_of_a_procedure,),
    "monitoring/standing.py": (leave_to_monitor,),
    "questions/choosing.py": (questions,),
    "reviews/standing.py": (a_review,),
    "cases/breaking_glass.py": (an_emergency,),
    "safeguarding/heeding.py": (words_of_danger,),
}
#: Files that ask about people and choose none of them.
ELSEWHERE = {
    "boundaries/procedures.py": "a declaration waits until its office is held; a concern is routed by its own rules",
    "cases/opening.py": "seats whom the route names",
    "cases/procedures.py": "routes a case again, by the same rules as its report",
    "cases/quorum.py": "its shares are asked for by the chair and made by the officer; without one, none are made",
    "cases/turning_away.py": "tells the case's own manager",
    "founding/gaps.py": "asks the conflict rules what nobody could handle, before anything is",
    "founding/standing.py": "says what nobody could handle now",
    "investigations/closeness.py": "routes open cases again; a declaration is kept by the first office not in it",
    "monitoring/procedures.py": "asks monitoring/standing.py; without an officer, somebody outside comments by name",
    "monitoring/scope.py": "IT support, where there is any, or whoever gave leave tells a supplier",
    "reaching/nudging.py": "a letter has its reader already; asks who is on duty, to leave others in peace",
    "reports/handing.py": "the manager chooses; the lead hears of it where they may",
    "reports/strands.py": "opens the cases that the other areas route",
    "safeguarding/people_to_tell.py": "lists whom a writer may choose; nobody is chosen for them",
    "school_accounts/standing.py": "what is asked for waits on the home of each who may decide, whoever is told",
    "safeguarding/outside.py": "takes somebody on the list already, else the second name that is asked here",
    "pages/concerning.py": "asks the teller which handler named in it has no part in it",
    "protection/configured.py": "names the officer in documents about data",
    "pages/data_breaches.py": "names the officer in the text for the ICO; offices see to a breach, whoever holds them",
    "pages/home.py": "says who is on duty",
    "pages/offices.py": "says what nobody could handle as offices are held; whoever may names people by hand",
    "pages/quorum.py": "shows the shares to whoever holds the office",
    "pages/reporting.py": "shows who will see it, by the same route",
}


def test_every_file_that_chooses_a_person_is_asked_here() -> None:
    root = Path(investigators.__file__).resolve().parents[1]
    found = set()
    for file in root.rglob("*.py"):
        name = file.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(file.read_text())) if not name.startswith("people/") else ():
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("forethought.people"):
                names = {node.module.rsplit(".", 1)[-1], *(one.name for one in node.names)}
                if names & {"casting", "cast_at"} or (
                    "conflicts" in names and names & {"route", "eligible", "conflicts"}
                ):
                    found.add(name)
    unasked = {name for name in found - CHOICES.keys() - ELSEWHERE.keys() if not only_plain(root / name)}
    assert unasked == set(), "Add what they choose to CHOICES, or say in ELSEWHERE why they choose nobody."


def only_plain(file: Path) -> bool:
    """Whether a file takes only names of the rules, such as a constant, and calls neither a cast nor a route."""
    text = file.read_text()
    return not any(call in text for call in ("casting.", "cast_at(", "conflicts.route(", "conflicts.eligible("))


@pytest.fixture
def small_school(db: None) -> Iterator[tuple[School, dict[str, Person]]]:
    began = timezone.now() - timedelta(days=21)
    school = people.found_school(name="Mosside School", demonstration=False, by=PROGRAM, at=began)
    with inside(school.pk):
        keyring.make_school_key(school_id=school.pk, at=began)
        five = {}
        for key, (name, kind, roles) in FIVE.items():
            five[key] = people.add_person(
                school=school, name=name, email=f"{key}@mosside.example", kind=kind, starts_on=began.date(),
                by=PROGRAM, at=began,
            )  # fmt: skip
            for role in roles:
                people.appoint(person=five[key], role=role, by=PROGRAM, at=began)
        for key in ("teacher", "assistant", "office"):
            engaged = five[key].engagements.get()
            people.name_manager(engagement=engaged, manager=five["head"], by=PROGRAM, at=began)
        yield school, five


@pytest.mark.parametrize("where", CHOICES)
@pytest.mark.parametrize("senior", [False, True], ids=["without a senior manager", "with one"])
def test_there_is_always_somebody_or_the_outside_one_is_named(
    small_school: tuple[School, dict[str, Person]], where: str, senior: bool
) -> None:
    school, five = small_school
    if senior:
        people.appoint(person=five["teacher"], role=Role.SENIOR, by=PROGRAM, at=school.created_at)
    counted: Counter[str] = Counter()
    for away, about, by in product((None, *FIVE), (None, *FIVE), ("teacher", "office")):
        if about == by or away == by:
            continue
        small = Small(school, five, five.get(away or ""), five.get(about or ""), five[by])
        for choose in CHOICES[where]:
            mark = transaction.savepoint()
            if small.away:
                people.be_away(person=small.away, until=None, by=small.away, at=small.at - timedelta(hours=1))
            found = choose(small)
            transaction.savepoint_rollback(mark)

            assert found and all(found), (where, away, about, by)
            chosen = {one for one in found if isinstance(one, uuid.UUID)}
            barred = small.barred if choose is not complaint else small.barred - {small.by.pk}
            assert not chosen & barred, (where, away, about, by)
            assert small.away is None or small.away.pk not in chosen or choose in MAY_BE_AWAY, (where, away, about, by)
            counted["inside" if chosen else "outside"] += 1
    assert counted["inside"], counted


#: Whom a review belongs to, whom a question may go to and who hears of a child last of all may be away: they come back.
MAY_BE_AWAY = {a_review, questions, a_child_at_risk, words_of_danger, allegation, sealed_away}

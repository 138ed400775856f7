"""Who handles a matter, who sees it, who never does. The table case by case, then every cast that can be thought of."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forethought.people.cast import Act, Answer, Cast, Facts, Outside
from forethought.people.conflicts import About, Route, eligible, route, sees, why_not_let_back

pytestmark = pytest.mark.policy("7.2")

LADO = Outside("lado", "the local authority's designated officer")

#: An ordinary school. Everybody works to the head except the teacher, who works to the deputy.
SCHOOL = Cast(
    head="head",
    senior_managers=("deputy", "assistant"),
    dsl="lead",
    deputy_dsls=("second_lead",),
    chair="chair",
    vice_chair="vice",
    clerk="clerk",
    governors=frozenset({"governor"}),
    head_assistants=frozenset({"pa"}),
    it_support=frozenset({"technician"}),
    protection_officer="dpo",
    line_managers={
        "deputy": "head", "assistant": "head", "lead": "head", "second_lead": "head", "technician": "head",
        "pa": "head", "teacher": "deputy", "head": "chair",
    },
)  # fmt: skip


def school(**changes) -> Cast:
    return Cast(**{**{name: getattr(SCHOOL, name) for name in SCHOOL.__dataclass_fields__}, **changes})


def about(*subjects: str, **more) -> Facts:
    return Facts(subjects=frozenset(subjects), reporter=more.pop("reporter", "reporter"), **more)


@pytest.mark.parametrize(
    ("facts", "manager", "on_list"),
    [
        # Somebody outside: the manager on duty and the head; with a child, the lead too.
        (about(), "deputy", {"deputy", "head"}),
        (about(child_concerned=Answer.YES), "deputy", {"deputy", "head", "lead"}),
        (about(child_concerned=Answer.NOT_SURE), "deputy", {"deputy", "head", "lead"}),
        # Staff: the head.
        (about("teacher"), "head", {"head"}),
        (about("stranger_to_the_cast"), "head", {"head"}),
        (about("technician"), "head", {"head"}),
        (about("deputy"), "head", {"head"}),
        (about("lead"), "head", {"head"}),
        (about("lead", child_concerned=Answer.YES), "head", {"head", "second_lead"}),
        (about("lead", "second_lead", child_concerned=Answer.YES), "head", {"head"}),
        (about(unknown_staff=True), "head", {"head"}),
        # The head, or perhaps.
        (about("head"), "chair", {"chair"}),
        (about(head_maybe=Answer.YES), "chair", {"chair"}),
        (about("head", child_concerned=Answer.YES), "chair", {"chair", "lead"}),
        (about(head_maybe=Answer.NOT_SURE), "chair", {"chair", "lead"}),
        (about(unknown_staff=True, head_maybe=Answer.NOT_SURE), "chair", {"chair", "lead"}),
        (about("teacher", head_maybe=Answer.NOT_SURE), "chair", {"chair", "lead"}),
        # Governors.
        (about("chair"), "vice", {"vice"}),
        (about("vice"), "chair", {"chair"}),
        (about("governor"), "chair", {"chair"}),
        (about("clerk"), "chair", {"chair"}),
        (about("dpo"), "chair", {"chair"}),
        # Several.
        (about("teacher", "deputy"), "head", {"head"}),
        (about("head", "teacher"), "chair", {"chair"}),
        (about("head", "chair"), "vice", {"vice"}),
        (about("lead", "teacher"), "head", {"head"}),
        (about("head", "lead"), "chair", {"chair"}),
        # The reporter, the person harmed and a witness handle nothing of it.
        (about(reporter="deputy"), "assistant", {"assistant", "head"}),
        (about(reporter="head"), "deputy", {"deputy"}),
        (about("teacher", reporter="head"), "chair", {"chair"}),
        (about(affected=frozenset({"deputy"})), "assistant", {"assistant", "head"}),
        (about(witnesses=frozenset({"deputy", "assistant"})), "head", {"head"}),
        (about(reporter="lead", child_concerned=Answer.YES), "deputy", {"deputy", "head", "second_lead"}),
        # Whoever cannot act in it.
        (about(conflicted=frozenset({"deputy"})), "assistant", {"assistant", "head"}),
        (about("teacher", conflicted=frozenset({"head"})), "chair", {"chair"}),
        (about("head", conflicted=frozenset({"chair"})), "vice", {"vice"}),
        (about(conflicted=frozenset({"deputy", "assistant", "head"})), "lead", {"lead"}),
    ],
)
def test_the_table(facts, manager, on_list):
    found = route(SCHOOL, facts)
    assert (found.manager, found.on_list) == (manager, on_list)
    assert not found.sealed_hold
    assert facts.subjects <= found.excluded
    assert found.seats[manager] == "manager"


@pytest.mark.parametrize(
    ("facts", "outside"),
    [
        (about("head", conflicted=frozenset({"chair", "vice"})), LADO),
        (about("head", "chair", "vice"), LADO),
        (about("lead", conflicted=frozenset({"head"})), LADO),
        (about("teacher", conflicted=frozenset({"head", "chair", "vice"})), LADO),
    ],
)
def test_with_nobody_left_it_is_sealed_and_somebody_outside_is_named(facts, outside):
    found = route(SCHOOL, facts)
    assert found.sealed_hold and found.manager == found.outside == outside
    assert found.on_list == frozenset()
    assert not found.told & found.excluded
    assert outside.name in found.why[0]


@pytest.mark.policy("6.5", "7.2")
def test_the_local_authority_is_shown_at_once_when_it_may_be_the_head():
    assert route(SCHOOL, about("head")).outside == LADO
    assert route(SCHOOL, about(head_maybe=Answer.NOT_SURE)).outside == LADO
    assert route(SCHOOL, about("teacher")).outside is None


def test_the_trust_comes_before_the_local_authority_in_a_trust():
    trust = school(trust_lead="trust", in_trust=True)
    assert route(trust, about("head", conflicted=frozenset({"chair", "vice"}))).manager == "trust"
    assert route(trust, about("lead", conflicted=frozenset({"head"}))).manager == "trust"
    nobody = about("governor", conflicted=frozenset({"chair", "vice", "trust"}))
    assert route(trust, nobody).manager == Outside("trust", "the trust's board")
    assert route(trust, about("trust")).manager == Outside("trustees", "the chair of trustees")
    assert route(trust, about("trust")).sealed_hold


def test_a_proprietor_who_is_head_goes_straight_outside():
    found = route(school(head_is_proprietor=True), about("head"))
    assert (found.manager, found.on_list, found.told) == (LADO, frozenset(), frozenset())


def test_who_is_close_to_a_subject_is_kept_out_too():
    tied = school(ties=frozenset({frozenset({"teacher", "head"}), frozenset({"deputy", "lead"})}))
    found = route(tied, about("teacher"))
    assert found.manager == "chair"
    assert found.excluded == {"teacher", "head", "deputy"}  # the deputy is the line manager
    assert "lead" not in route(tied, about("deputy", child_concerned=Answer.YES)).on_list
    couple = school(ties=frozenset({frozenset({"head", "chair"})}))
    assert route(couple, about(head_maybe=Answer.NOT_SURE)).manager == "vice"


def test_a_line_manager_is_kept_out_unless_the_table_names_them():
    assert "deputy" in route(SCHOOL, about("teacher")).excluded
    assert "head" not in route(SCHOOL, about("deputy")).excluded
    assert "chair" not in route(SCHOOL, about("head")).excluded


def test_the_heads_assistant_and_staff_are_off_when_it_is_the_head():
    found = route(SCHOOL, about("head"))
    assert "pa" in found.excluded
    assert found.on_list.isdisjoint({"deputy", "assistant", "lead"})
    assert "clerk" in route(school(clerk_is_chairs_nominee=True), about("chair")).excluded


def test_exclusion_is_by_person_for_every_account():
    two = school(accounts={"head@school": "head", "mum@home": "head"})
    assert route(two, about("mum@home")).manager == "chair"
    assert route(two, about("teacher", reporter="head@school")).manager == "chair"
    assert not sees(route(two, about("mum@home")), "head")


def test_a_head_who_is_also_the_lead_is_the_head_first():
    both = school(dsl="head", deputy_dsls=())
    assert route(both, about("head")).manager == "chair"
    unsure = route(both, about(head_maybe=Answer.NOT_SURE))
    assert unsure.on_list == {"chair"} and unsure.outside == LADO
    assert route(both, about(child_concerned=Answer.YES)).on_list == {"deputy", "head"}


def test_a_lost_answer_never_leads_to_the_head():
    found = route(SCHOOL, about(head_maybe="", child_concerned=""))
    assert "head" in found.excluded and "lead" in found.on_list


def test_being_away_passes_it_on_but_keeps_nobody_out():
    found = route(school(away=frozenset({"deputy"})), about())
    assert found.manager == "assistant" and "deputy" not in found.excluded
    found = route(school(away=frozenset({"head"})), about("teacher"))
    assert (found.manager, found.on_list) == ("assistant", {"assistant", "head"})
    assert route(school(away=frozenset({"head"})), about("deputy")).manager == "chair"
    assert route(school(away=frozenset({"head"})), about(unknown_staff=True)).manager == "chair"
    assert route(school(away=frozenset({"lead"})), about(child_concerned=Answer.YES)).seats["second_lead"] == "lead"


@pytest.mark.policy("8.7")
def test_the_second_person_informed_is_not_the_first_and_not_kept_out():
    assert eligible(Act.SECOND_INFORMED, SCHOOL, about()) == "head"
    by_head = about(acts={Act.REPORT_TO_POLICE: "head"})
    assert eligible(Act.SECOND_INFORMED, SCHOOL, by_head) == "deputy"
    assert eligible(Act.SECOND_INFORMED, SCHOOL, about("teacher")) == "lead"
    assert eligible(Act.SECOND_INFORMED, SCHOOL, about("head")) == "vice"
    assert eligible(Act.SECOND_INFORMED, SCHOOL, about("head", child_concerned=Answer.YES)) == "lead"
    alone = school(vice_chair=None)
    assert eligible(Act.SECOND_INFORMED, alone, about("head")) == LADO


def test_nobody_lets_themselves_or_their_own_back():
    tied = school(ties=frozenset({frozenset({"teacher", "cousin"})}))
    found = route(tied, about("teacher"))
    for by in ("teacher", "cousin", "deputy"):
        assert "themselves" in why_not_let_back(person="teacher", by=by, cast=tied, found=found)
    assert "Only the person who handles this" in why_not_let_back(person="teacher", by="lead", cast=tied, found=found)
    assert why_not_let_back(person="teacher", by="head", cast=tied, found=found) is None


def test_the_reasons_fit_their_column_and_nobody_is_named():
    found = route(SCHOOL, about("head", child_concerned=Answer.YES))
    assert all(0 < len(reason) <= 40 for reason in found.reasons.values())
    assert all(len(why) <= 12 for why in found.seats.values())
    said = " ".join(found.why)
    assert said == (
        "The chair of governors handles this, because it may be about the headteacher. "
        "A safeguarding lead sees it, because a child may be concerned. Nobody who may be part of it can see it."
    )
    assert "Hand the machine" in " ".join(route(SCHOOL, about("technician")).why)


# Every cast


def check(cast: Cast, facts: Facts, acts=tuple(Act)) -> Route:
    found = route(cast, facts)
    parties = {cast.person(one) for one in (*facts.affected, *facts.witnesses)}
    parties |= {cast.person(facts.reporter)} if facts.reporter else set()
    barred = {cast.person(one) for one in (*facts.subjects, *facts.conflicted)}
    if facts.head_maybe != Answer.NO and cast.head:
        barred.add(cast.head)
    assert barred <= found.excluded
    assert found.on_list.isdisjoint(found.excluded | parties)
    assert found.told.isdisjoint(found.excluded | parties)
    if found.sealed_hold:
        assert isinstance(found.manager, Outside) and found.manager.name and found.outside == found.manager
        assert not found.on_list
    else:
        assert found.manager in found.on_list and found.manager not in cast.away
    if facts.child_concerned != Answer.NO and not found.sealed_hold:
        leads = {cast.dsl, *cast.deputy_dsls, cast.head} & found.on_list
        assert leads or found.outside is not None
    for act in acts:
        who = eligible(act, cast, facts)
        if isinstance(who, Outside):
            assert who.name
        else:
            assert who not in found.excluded | parties | cast.away
            assert act is Act.SECOND_INFORMED or who == found.manager
        if act is Act.SECOND_INFORMED:
            assert who != facts.acts.get(Act.REPORT_TO_POLICE, found.manager) or isinstance(who, Outside)
    for sentence in found.why:
        assert sentence[0].isupper() and sentence.endswith(".")
    return found


PEOPLE = [f"p{number}" for number in range(10)]
someone = st.sampled_from(PEOPLE)
maybe = st.none() | someone
few = st.frozensets(someone, max_size=3)
answers = st.sampled_from(Answer)

casts = st.builds(
    Cast,
    head=someone,
    senior_managers=st.lists(someone, max_size=3, unique=True).map(tuple),
    dsl=maybe,
    deputy_dsls=st.lists(someone, max_size=2, unique=True).map(tuple),
    chair=maybe,
    vice_chair=maybe,
    clerk=maybe,
    governors=few,
    trust_lead=maybe,
    head_assistants=few,
    it_support=few,
    protection_officer=maybe,
    away=few,
    line_managers=st.dictionaries(someone, someone, max_size=6),
    ties=st.frozensets(st.frozensets(someone, min_size=2, max_size=3), max_size=2),
    accounts=st.dictionaries(st.sampled_from(["a1", "a2"]), someone, max_size=2),
    in_trust=st.booleans(),
    clerk_is_chairs_nominee=st.booleans(),
    head_is_proprietor=st.booleans(),
)
named = st.frozensets(st.sampled_from([*PEOPLE, "a1", "a2", "nobody_known"]), max_size=3)
matters = st.builds(
    Facts,
    subjects=named,
    unknown_staff=st.booleans(),
    head_maybe=answers,
    reporter=maybe,
    affected=few,
    witnesses=few,
    conflicted=few,
    child_concerned=answers,
    acts=st.dictionaries(st.just(Act.REPORT_TO_POLICE), someone, max_size=1),
)


@settings(max_examples=2000, deadline=None)
@given(casts, matters)
def test_nobody_excluded_handles_or_sees_it_and_every_act_has_somebody(cast, facts):
    check(cast, facts)


@settings(max_examples=300, deadline=None)
@given(casts, matters, few)
def test_naming_more_people_never_shows_it_to_one_who_was_kept_out(cast, facts, more):
    before = route(cast, facts)
    wider = Facts(
        **{
            **{name: getattr(facts, name) for name in facts.__dataclass_fields__},
            "subjects": facts.subjects | more,
            "conflicted": facts.conflicted | before.excluded,
        }
    )
    assert before.excluded <= route(cast, wider).excluded


FIVE = ("head", "teacher", "assistant", "office", "chair")


def small_schools():
    usual = {
        "head": "head",
        "dsl": "head",
        "chair": "chair",
        "clerk": "office",
        "line_managers": {"teacher": "head", "assistant": "head", "office": "head"},
    }
    variants = (
        {},
        {"senior_managers": ("teacher",)},
        {"deputy_dsls": ("teacher",)},
        {"senior_managers": ("teacher",), "deputy_dsls": ("assistant",)},
    )
    for variant, away in product(variants, (None, *FIVE)):
        yield Cast(**usual, **variant, away=frozenset({away} if away else ()))


def test_the_smallest_school_whole():
    """Five adults, the head is also the safeguarding lead, one may be away: every matter there can be."""
    subjects = [frozenset(some) for size in range(6) for some in combinations(FIVE, size)]
    seen = {"inside": 0, "outside": 0}
    for cast in small_schools():
        for some, reporter, head_maybe, child in product(subjects, (None, *FIVE), Answer, (Answer.NO, Answer.YES)):
            facts = Facts(subjects=some, reporter=reporter, head_maybe=head_maybe, child_concerned=child)
            # Every act but the last goes to the manager, as the test above shows for all of them.
            found = check(cast, facts, acts=(Act.TRIAGE, Act.SECOND_INFORMED))
            seen["outside" if found.sealed_hold else "inside"] += 1
    assert sum(seen.values()) == 4 * 6 * 32 * 6 * 3 * 2
    assert min(seen.values()) > 1000


def test_the_head_named_in_the_smallest_school_never_gets_it():
    for cast in small_schools():
        for head_maybe in (Answer.YES, Answer.NOT_SURE):
            found = route(cast, Facts(head_maybe=head_maybe, reporter="teacher"))
            assert found.manager == ("chair" if "chair" not in cast.away else LADO)
            assert "head" in found.excluded and found.outside == LADO


def test_every_row_of_the_table_is_met():
    met = {About.NOBODY}
    for cast in (SCHOOL, school(trust_lead="trust"), school(head_is_proprietor=True)):
        for person in ("head", "trust", "chair", "dpo", "governor", "lead", "deputy", "teacher"):
            said = " ".join(route(cast, about(person)).why)
            met |= {one for one in About if str(one) in said}
    assert {About.HEAD, About.CHAIR, About.PROTECTION, About.GOVERNOR, About.DSL, About.SENIOR, About.STAFF} <= met

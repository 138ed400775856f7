"""What to do about contact with a pupil, a former pupil, a parent or somebody unknown: every edge, by day."""

from datetime import date, timedelta

import pytest

from forethought.boundaries import rules
from forethought.boundaries.rules import Age, Mark, Told, Verdict, Way, Who

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


def born_so_that_18_on(day: date) -> date:
    return day.replace(year=day.year - 18)


def ask(who: Who, way: Way = Way.RECEIVED, *marks: Mark, day: date = TODAY, declared: bool = False, **said: object):  # type: ignore[no-untyped-def]
    return rules.answer(Told(who, way, frozenset(marks), **said), family_declared=declared, day=day)  # type: ignore[arg-type]


@pytest.mark.policy("5.4")
@pytest.mark.parametrize(
    ("born", "day", "grown"),
    [
        (date(2008, 11, 20), date(2026, 11, 19), False),
        (date(2008, 11, 20), date(2026, 11, 20), True),
        (date(2008, 11, 20), date(2026, 11, 21), True),
        # Born on 29 February: eighteen years on there is none, and the day is 1 March.
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        # A leap day in the year somebody turns 18.
        (date(2006, 2, 28), date(2024, 2, 28), True),
        (date(2006, 3, 1), date(2024, 2, 29), False),
        (date(2006, 3, 1), date(2024, 3, 1), True),
        (date(2008, 12, 31), date(2026, 12, 30), False),
        (date(2009, 1, 1), date(2026, 12, 31), False),
    ],
)
def test_somebody_is_18_from_the_birthday_on(born: date, day: date, grown: bool) -> None:
    assert rules.age_on(born=born, age=None, day=day) is (Age.GROWN if grown else Age.UNDER)


@pytest.mark.policy("5.4")
@pytest.mark.parametrize(
    ("born", "age", "known"),
    [
        (None, None, Age.UNKNOWN),
        (None, 17, Age.UNDER),
        (None, 18, Age.GROWN),
        (None, 0, Age.UNDER),
        (date(2000, 1, 1), 17, Age.UNDER),
        (date(2015, 1, 1), 18, Age.UNDER),
        (date(2000, 1, 1), 26, Age.GROWN),
    ],
)
def test_where_birthday_and_age_differ_the_younger_holds(born: date | None, age: int | None, known: Age) -> None:
    assert rules.age_on(born=born, age=age, day=TODAY) is known


@pytest.mark.policy("5.4")
@pytest.mark.parametrize(
    ("who", "way", "said", "verdict"),
    [
        # A pupil of any age.
        (Who.PUPIL, Way.RECEIVED, {"age": 12}, Verdict.DECLINE),
        (Who.PUPIL, Way.RECEIVED, {"age": 18}, Verdict.DECLINE),
        (Who.PUPIL, Way.RECEIVED, {}, Verdict.DECLINE),
        (Who.PUPIL, Way.FOLLOWING, {"age": 18}, Verdict.DECLINE),
        (Who.PUPIL, Way.SENT, {"age": 18}, Verdict.UNDO),
        # A former pupil: a leaver at 16, and from the 18th birthday.
        (Who.EX_PUPIL, Way.RECEIVED, {"age": 16}, Verdict.DECLINE),
        (Who.EX_PUPIL, Way.RECEIVED, {"born": born_so_that_18_on(TODAY + DAY)}, Verdict.DECLINE),
        (Who.EX_PUPIL, Way.RECEIVED, {"born": born_so_that_18_on(TODAY)}, Verdict.ALLOWED),
        (Who.EX_PUPIL, Way.SENT, {"born": born_so_that_18_on(TODAY + DAY)}, Verdict.UNDO),
        (Who.EX_PUPIL, Way.SENT, {"born": born_so_that_18_on(TODAY)}, Verdict.ALLOWED),
        (Who.EX_PUPIL, Way.RECEIVED, {}, Verdict.DECLINE),
        (Who.EX_PUPIL, Way.FOLLOWING, {"age": 17}, Verdict.DECLINE),
        # Somebody unknown, or somebody else, counts as a pupil until they are known to be 18.
        (Who.UNKNOWN, Way.RECEIVED, {}, Verdict.DECLINE),
        (Who.UNKNOWN, Way.RECEIVED, {"age": 30}, Verdict.ALLOWED),
        (Who.OTHER, Way.RECEIVED, {}, Verdict.DECLINE),
        (Who.OTHER, Way.RECEIVED, {"age": 15}, Verdict.DECLINE),
        (Who.OTHER, Way.RECEIVED, {"age": 40}, Verdict.ALLOWED),
        # Parents, whatever their age.
        (Who.PARENT, Way.RECEIVED, {}, Verdict.ACCOUNT),
        (Who.PARENT, Way.SENT, {"age": 40}, Verdict.ACCOUNT),
        (Who.PARENT, Way.FOLLOWING, {}, Verdict.ACCOUNT),
        # What one saw of another adult.
        (Who.PUPIL, Way.SEEN, {}, Verdict.CONCERN),
        (Who.PUPIL, Way.SEEN, {"age": 18}, Verdict.CONCERN),
        (Who.EX_PUPIL, Way.SEEN, {"age": 17}, Verdict.CONCERN),
    ],
)
def test_who_it_is_and_which_way_it_went_decide(who: Who, way: Way, said: dict[str, object], verdict: Verdict) -> None:
    assert ask(who, way, **said).verdict is verdict


@pytest.mark.policy("5.4")
def test_a_leaver_whose_birthday_is_tomorrow_is_declined_today_and_allowed_tomorrow() -> None:
    born = born_so_that_18_on(TODAY + DAY)
    today = ask(Who.EX_PUPIL, born=born)
    assert today.verdict is Verdict.DECLINE
    assert any("allowed from tomorrow, take care" in one for one in today.sentences)
    tomorrow = ask(Who.EX_PUPIL, born=born, day=TODAY + DAY)
    assert tomorrow.verdict is Verdict.ALLOWED and "Take care" in tomorrow.verdict.words


@pytest.mark.policy("5.4")
def test_a_later_birthday_is_said_with_its_day() -> None:
    said = ask(Who.EX_PUPIL, born=date(2009, 2, 3)).sentences
    assert any("They turn 18 on Wednesday 3 February 2027." in one for one in said)


@pytest.mark.policy("5.4")
def test_receiving_a_request_is_no_fault_and_sending_one_is_told_by_oneself() -> None:
    received, sent = ask(Who.PUPIL), ask(Who.PUPIL, Way.SENT)
    assert any("no fault" in one for one in received.sentences) and not received.own_fault
    assert sent.own_fault and any("low-level concern" in one for one in sent.sentences)


@pytest.mark.policy("5.4", "6.5")
@pytest.mark.parametrize("mark", [Mark.AGAIN, Mark.DISTRESS])
@pytest.mark.parametrize(
    ("who", "said", "lead"),
    [
        (Who.PUPIL, {"age": 18}, True),
        (Who.EX_PUPIL, {"age": 16}, True),
        (Who.UNKNOWN, {}, True),
        (Who.EX_PUPIL, {"age": 18}, False),
        (Who.PARENT, {}, False),
    ],
)
def test_a_second_try_and_a_child_in_distress_go_to_the_safeguarding_lead_at_once(
    mark: Mark, who: Who, said: dict[str, object], lead: bool
) -> None:
    found = ask(who, Way.RECEIVED, mark, **said)
    assert found.lead_now is lead and (found.verdict is Verdict.LEAD) is lead


@pytest.mark.policy("5.4", "6.5")
def test_distress_says_999_first_and_that_it_is_no_misconduct() -> None:
    said = ask(Who.PUPIL, Way.RECEIVED, Mark.DISTRESS).sentences
    assert "999" in said[0] and any("no misconduct" in one for one in said)
    wrote_first = ask(Who.PUPIL, Way.SENT, Mark.DISTRESS)
    assert wrote_first.lead_now and wrote_first.own_fault
    assert not any("no misconduct" in one for one in wrote_first.sentences)


@pytest.mark.policy("5.4", "6.5")
@pytest.mark.parametrize("mark", [Mark.AGAIN, Mark.DISTRESS])
def test_an_answer_never_says_that_the_lead_was_told(mark: Mark) -> None:
    said = ask(Who.PUPIL, Way.RECEIVED, mark).sentences
    assert "Nobody has been told yet." in said and not any("hears" in one for one in said)


@pytest.mark.policy("5.4")
@pytest.mark.parametrize(
    ("who", "marks", "told"),
    [
        (Who.PUPIL, (), True),
        (Who.EX_PUPIL, (), True),
        (Who.PARENT, (), False),
        (Who.PUPIL, (Mark.FAMILY,), False),
    ],
)
def test_the_lead_is_promised_a_second_try_only_where_a_record_would_tell_them(
    who: Who, marks: tuple[Mark, ...], told: bool
) -> None:
    assert ask(who, Way.RECEIVED, *marks).lead_if_again is told
    assert ask(who, Way.RECEIVED, Mark.AGAIN, *marks).lead_now is told


@pytest.mark.policy("5.4")
def test_a_grown_up_in_distress_is_sent_to_999() -> None:
    assert any("999" in one for one in ask(Who.EX_PUPIL, Way.RECEIVED, Mark.DISTRESS, age=19).sentences)


@pytest.mark.policy("5.4")
@pytest.mark.parametrize("who", [Who.EX_PUPIL, Who.OTHER])
@pytest.mark.parametrize("way", [Way.SENT, Way.FOLLOWING])
def test_nobody_is_told_that_they_need_not_accept_what_nobody_asked(who: Who, way: Way) -> None:
    assert not any("accept" in one for one in ask(who, way, age=19).sentences)
    assert any("need not accept" in one for one in ask(who, age=19).sentences)


@pytest.mark.policy("5.5")
@pytest.mark.parametrize("who", [Who.PUPIL, Who.EX_PUPIL, Who.PARENT])
@pytest.mark.parametrize(("declared", "verdict"), [(True, Verdict.FAMILY), (False, Verdict.ACCOUNT)])
def test_family_matters_are_fine_once_declared_and_school_business_never_is(
    who: Who, declared: bool, verdict: Verdict
) -> None:
    found = ask(who, Way.RECEIVED, Mark.FAMILY, declared=declared)
    assert found.verdict is verdict
    assert any("School business still goes" in one for one in found.sentences)


@pytest.mark.policy("5.5")
def test_a_declaration_opens_nothing_to_those_who_are_not_family() -> None:
    assert ask(Who.PUPIL, declared=True).verdict is Verdict.DECLINE
    assert ask(Who.PARENT, declared=True).verdict is Verdict.ACCOUNT


@pytest.mark.policy("5.6")
def test_a_parent_gets_a_reply_and_a_group_is_spoken_of() -> None:
    found = ask(Who.PARENT, Way.RECEIVED, Mark.GROUP)
    assert found.reply and any("PTA" in one for one in found.sentences)
    assert any("text message" in one for one in found.sentences)
    assert not ask(Who.PARENT, Way.FOLLOWING).reply


@pytest.mark.policy("5.4")
@pytest.mark.parametrize(
    ("mark", "word"), [(Mark.GAMING, "game"), (Mark.IMPOSTOR, "test whether"), (Mark.GROUP, "group")]
)
def test_games_impostors_and_groups_add_a_sentence_of_their_own(mark: Mark, word: str) -> None:
    assert any(word in one for one in ask(Who.PUPIL, Way.RECEIVED, mark).sentences)


@pytest.mark.policy("6.2")
def test_it_is_said_that_nothing_is_used_to_find_a_child() -> None:
    assert "never" not in rules.NEVER.lower() and "find, approach or get in touch with a child" in rules.NEVER


@pytest.mark.policy("5.4")
@pytest.mark.parametrize(
    ("said", "name", "earlier", "again"),
    [
        (True, "", [], True),
        (False, "", ["", "R. T."], False),
        (False, "r t", ["R. T."], True),
        (False, "Rob T", ["Rob  t"], True),
        (False, "S. T.", ["R. T."], False),
    ],
)
def test_the_same_name_in_an_earlier_record_makes_it_a_second_try(
    said: bool, name: str, earlier: list[str], again: bool
) -> None:
    assert rules.is_again(said=said, name=name, earlier=earlier) is again


@pytest.mark.policy("5.4")
def test_a_birthday_to_come_and_an_age_that_nobody_has_are_refused() -> None:
    assert rules.why_not_told(born=TODAY + DAY, age=None, day=TODAY) is not None
    assert rules.why_not_told(born=TODAY, age=None, day=TODAY) is None
    assert rules.why_not_told(born=None, age=121, day=TODAY) is not None
    assert rules.why_not_told(born=None, age=120, day=TODAY) is None


@pytest.mark.policy("5.4")
def test_every_answer_says_something_and_names_a_clause() -> None:
    for who in Who:
        for way in Way:
            for marks in [frozenset[Mark](), *(frozenset({one}) for one in Mark), frozenset(Mark)]:
                for age in (None, 17, 18):
                    for declared in (True, False):
                        found = rules.answer(Told(who, way, marks, None, age), family_declared=declared, day=TODAY)
                        assert found.sentences and found.clause in {"5.4", "5.5", "5.6", "6.5"}

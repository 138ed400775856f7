"""A list of pupils is read as a school exports or pastes it: names and classes are taken, and nothing else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forethought.roster.rules import MOST_PUPILS, Pupil, Read, read_list, why_not_keep

pytestmark = pytest.mark.policy("6.3")

KIT = Pupil("Christopher", "Vale", "Kit", "4B")


@pytest.mark.parametrize(
    "text",
    [
        "Christopher,Vale,Kit,4B",
        "Christopher\tVale\tKit\t4B\n",
        "Christopher;Vale;Kit;4B\r\n\r\n",
        "\ufeffForename,Surname,Preferred name,Reg group\nChristopher,Vale,Kit,4B",
        "Class,Known as,Surname,First name\n4B,Kit,Vale,Christopher\n",
        "UPN,Legal forename,Legal surname,Known as,DOB,Form\nA123,Christopher,Vale,Kit,01/02/2017,4B",
        ' Christopher , "Vale" ,Kit,4B\nChristopher,Vale,Kit,4B',
    ],
)
def test_a_pupil_is_read_whatever_the_order_and_the_mark_between(text: str) -> None:
    assert read_list(text).pupils == (KIT,)


def test_columns_that_are_no_names_are_named_and_left_out() -> None:
    read = read_list("UPN,Forename,Surname,DOB\nA123456789012,Christopher,Vale,01/02/2017")
    assert read.passed_over == ("UPN", "DOB")
    assert read.pupils == (Pupil("Christopher", "Vale"),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",Vale,,4B", "Line 2: there is no first name."),
        ("kit@mail.example,Vale,,4B", "Line 2: that looks like an address or a number."),
        ("Kit,07700 900123,,4B", "Line 2: that looks like an address or a number."),
        ("x" * 61 + ",Vale,,4B", "is longer than 60 characters."),
        ("Kit,Vale,," + "y" * 21, "is longer than 20 characters."),
    ],
)
def test_what_is_no_pupil_is_said_by_its_line_and_left_out(line: str, said: str) -> None:
    read = read_list(f"Christopher,Vale,Kit,4B\n{line}")
    assert read.pupils == (KIT,) and said in read.notes[0]


def test_many_faults_are_not_listed_one_by_one() -> None:
    read = read_list("\n".join([",Vale"] * 40))
    assert len(read.notes) == 11 and read.notes[-1] == "And 30 lines more."
    assert why_not_keep(read) == "No pupil was understood. Each line needs a first name."


def test_a_list_has_a_most() -> None:
    pupils = tuple(Pupil(f"Kit{number}", "Vale") for number in range(MOST_PUPILS))
    assert why_not_keep(Read(pupils)) is None
    assert "5,001 pupils" in str(why_not_keep(Read((*pupils, KIT))))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert all(one.first for one in read_list(text).pupils)

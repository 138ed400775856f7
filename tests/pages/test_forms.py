"""Forms: the markup that every question gets, and what becomes of the answers.

The outlines are the structure of the examples that govuk-frontend publishes for each component, in our words. They
differ where we do: labels are bold (`--s`), a wrong answer is marked `aria-invalid`, ids are Django's.
"""

from datetime import date, time
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from forethought.pages.fields import Choice, Choices, DateBoxes, Files, Line, Pick, Tick, TimeText, Words

VOID = {"input", "br"}
SHOWN = ("id", "for", "name", "type", "value", "role", "aria-describedby", "aria-invalid", "href", "inputmode")
FLAGS = ("checked", "selected", "multiple")


class Outline(HTMLParser):
    """HTML as an indented outline: tag.class.class [attributes] “text”."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        line = ".".join([tag, *(given.get("class") or "").split()])
        line += "".join(f" {name}={given[name]}" for name in SHOWN if given.get(name) is not None)
        line += "".join(f" {name}" for name in FLAGS if name in given)
        self.lines.append("  " * self.depth + line)
        if tag not in VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.lines.append("  " * self.depth + f"“{' '.join(data.split())}”")


def outline(html: str) -> str:
    return "\n".join(Outline(html).lines)


def group(field: forms.Field, data: dict[str, Any] | None = None, **kwargs: Any) -> str:
    """One question as its own form named `x`, drawn; with `data` it has been answered."""
    form = type("OneQuestion", (forms.Form,), {"x": field})(data, **kwargs)
    return outline(form["x"].as_field_group())


def cleaned(field: forms.Field, data: dict[str, Any], files: Any = None) -> Any:
    form = type("OneQuestion", (forms.Form,), {"x": field})(data, files)
    return form.cleaned_data["x"] if form.is_valid() else form.errors["x"][0]


# --- Markup ---


def test_a_line_has_label_hint_and_a_box_of_the_width_it_asks_for() -> None:
    assert group(Line(label="Ticket number", hint="On the host's answer.", longest=30, width=10)) == (
        """\
div.govuk-form-group
  label.govuk-label.govuk-label--s for=id_x
    “Ticket number”
  div.govuk-hint id=id_x-hint
    “On the host's answer.”
  input.govuk-input.govuk-input--width-10 id=id_x name=x type=text aria-describedby=id_x-hint"""
    )


def test_a_line_answered_wrongly_says_so_before_the_box() -> None:
    assert group(Line(label="Name", hint="Yours.", longest=30, missing="Write your name."), {"x": " "}) == (
        """\
div.govuk-form-group.govuk-form-group--error
  label.govuk-label.govuk-label--s for=id_x
    “Name”
  div.govuk-hint id=id_x-hint
    “Yours.”
  p.govuk-error-message id=id_x-error
    span.govuk-visually-hidden
      “Error:”
    “Write your name.”
  input.govuk-input.govuk-input--error id=id_x name=x type=text value=  aria-describedby=id_x-hint id_x-error aria-invalid=true"""  # noqa: E501
    )


def test_words_are_counted_under_the_box() -> None:
    html = group(Words(label="Tell us what happened.", longest=4000, heading="page"))
    assert html == (
        """\
div.govuk-form-group.govuk-character-count
  h1.govuk-label-wrapper
    label.govuk-label.govuk-label--l for=id_x
      “Tell us what happened.”
  textarea.govuk-textarea.govuk-js-character-count id=id_x name=x aria-describedby=id_x-info
  div.govuk-hint.govuk-character-count__message id=id_x-info
    “You can enter up to 4,000 characters”"""
    )


def test_radios_stand_in_a_fieldset_whose_legend_is_the_question() -> None:
    field = Choice(
        label="Who do you think it is?",
        hint="A guess is fine.",
        choices=[("pupil", "A pupil"), ("unknown", "I do not know")],
        hints={"unknown": "That is fine."},
        conditional={"pupil": "The safeguarding lead sees it too."},
        heading="page",
    )
    assert group(field, initial={"x": "pupil"}) == (
        """\
div.govuk-form-group
  fieldset.govuk-fieldset aria-describedby=id_x-hint
    legend.govuk-fieldset__legend.govuk-fieldset__legend--l
      h1.govuk-fieldset__heading
        “Who do you think it is?”
    div.govuk-hint id=id_x-hint
      “A guess is fine.”
    div.govuk-radios
      div.govuk-radios__item
        input.govuk-radios__input id=id_x_0 name=x type=radio value=pupil aria-describedby=id_x_0-conditional checked
        label.govuk-label.govuk-radios__label for=id_x_0
          “A pupil”
      div.govuk-radios__conditional.ft-conditional id=id_x_0-conditional
        “The safeguarding lead sees it too.”
      div.govuk-radios__item
        input.govuk-radios__input id=id_x_1 name=x type=radio value=unknown aria-describedby=id_x_1-item-hint
        label.govuk-label.govuk-radios__label for=id_x_1
          “I do not know”
        div.govuk-hint.govuk-radios__hint id=id_x_1-item-hint
          “That is fine.”"""
    )


def test_a_date_has_three_boxes_and_keeps_what_was_typed() -> None:
    field = DateBoxes(label="When did you first see it?", hint="For example, 12 11 2026.")
    assert group(field, {"x_day": "30", "x_month": "2", "x_year": ""}) == (
        """\
div.govuk-form-group.govuk-form-group--error
  fieldset.govuk-fieldset role=group aria-describedby=id_x-hint id_x-error
    legend.govuk-fieldset__legend.govuk-fieldset__legend--s
      “When did you first see it?”
    div.govuk-hint id=id_x-hint
      “For example, 12 11 2026.”
    p.govuk-error-message id=id_x-error
      span.govuk-visually-hidden
        “Error:”
      “Enter a real date, like 12 11 2026.”
    div.govuk-date-input id=id_x
      div.govuk-date-input__item
        div.govuk-form-group
          label.govuk-label.govuk-date-input__label for=id_x-day
            “Day”
          input.govuk-input.govuk-date-input__input.govuk-input--width-2.govuk-input--error id=id_x-day name=x_day type=text value=30 inputmode=numeric
      div.govuk-date-input__item
        div.govuk-form-group
          label.govuk-label.govuk-date-input__label for=id_x-month
            “Month”
          input.govuk-input.govuk-date-input__input.govuk-input--width-2.govuk-input--error id=id_x-month name=x_month type=text value=2 inputmode=numeric
      div.govuk-date-input__item
        div.govuk-form-group
          label.govuk-label.govuk-date-input__label for=id_x-year
            “Year”
          input.govuk-input.govuk-date-input__input.govuk-input--width-4.govuk-input--error id=id_x-year name=x_year type=text inputmode=numeric"""  # noqa: E501
    )


def test_one_checkbox_has_its_label_beside_it() -> None:
    assert group(Tick(label="I have read and understood version 3.")) == (
        """\
div.govuk-form-group
  div.govuk-checkboxes
    div.govuk-checkboxes__item
      input.govuk-checkboxes__input id=id_x name=x type=checkbox
      label.govuk-label.govuk-checkboxes__label for=id_x
        “I have read and understood version 3.”"""
    )


def test_a_file_box_is_the_plain_one() -> None:
    assert group(Files(label="Anything to show us?", required=False)) == (
        """\
div.govuk-form-group
  label.govuk-label.govuk-label--s for=id_x
    “Anything to show us? (optional)”
  input.govuk-file-upload id=id_x name=x type=file multiple"""
    )


def test_forms_of_other_packages_look_the_same() -> None:
    class SignIn(forms.Form):
        login = forms.EmailField(label="Email")
        password = forms.CharField(widget=forms.PasswordInput, help_text="At least 12 characters.")
        keep = forms.BooleanField(required=False)
        answer = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
        token = forms.CharField(widget=forms.HiddenInput)

    html = SignIn().as_p()
    assert outline(html) == outline(str(SignIn()))
    assert 'class="govuk-input"' in html and 'class="govuk-radios__input"' in html and "required" not in html
    assert '<input type="hidden" name="token" id="id_token">' in html


@pytest.mark.parametrize(
    ("required", "label", "shown"),
    [(True, "Name", "Name"), (False, "Name", "Name (optional)"), (False, "Name (optional)", "Name (optional)")],
)
def test_an_optional_question_says_so_once(required: bool, label: str, shown: str) -> None:
    assert f"“{shown}”" in group(Line(label=label, longest=9, required=required))


def test_what_people_type_is_never_markup() -> None:
    html = group(Line(label="<b>", hint="<i>", longest=5), {"x": '"><script>'})
    assert "script" not in html.replace('value="><script>', "") and "\n  b" not in html


# --- The error summary ---


class Everything(forms.Form):
    words = Words(label="Words", longest=5, missing="Tell us.")
    choice = Choice(label="Choice", choices=[("a", "A")], missing="Choose.")
    choices = Choices(label="Choices", choices=[("a", "A")])
    day = DateBoxes(label="Day")
    at = TimeText(label="Time")
    pick = Pick(label="Pick", choices=[("", ""), ("a", "A")])
    tick = Tick(label="Tick")
    files = Files(label="Files")

    def clean(self) -> None:
        raise forms.ValidationError("The two do not belong together.")


def test_every_link_of_the_error_summary_leads_to_something_that_takes_the_focus() -> None:
    form = Everything({})
    summary = render_to_string("forethought/components/error_summary.html", {"form": form})
    lines = [line.split() for line in outline(str(form)).splitlines()]
    focusable = {
        part[3:] for line in lines for part in line if line[0].split(".")[0] in {"input", "textarea", "select"}
        if part.startswith("id=")
    }  # fmt: skip
    links = [line.split("href=#")[1] for line in outline(summary).splitlines() if "href=#" in line]
    assert links == [
        "id_words", "id_choice_0", "id_choices_0", "id_day-day", "id_at", "id_pick", "id_tick", "id_files"
    ]  # fmt: skip
    assert set(links) <= focusable


def test_the_error_summary_has_the_structure_of_the_component_and_names_errors_of_no_question() -> None:
    class Few(forms.Form):
        words = Words(label="Words", longest=5, missing="Tell us.")

        def clean(self) -> None:
            raise forms.ValidationError("The two do not belong together.")

    assert outline(render_to_string("forethought/components/error_summary.html", {"form": Few({})})) == (
        """\
div.govuk-error-summary
  div role=alert
    h2.govuk-error-summary__title
      “There is a problem”
    div.govuk-error-summary__body
      ul.govuk-list.govuk-error-summary__list
        li
          “The two do not belong together.”
        li
          a href=#id_words
            “Tell us.”"""
    )


def test_without_errors_there_is_no_summary() -> None:
    for context in ({}, {"form": Everything()}, {"errors": []}):
        assert render_to_string("forethought/components/error_summary.html", context).strip() == ""


# --- Answers ---


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (" a\r\nb ", "a\nb"),
        ("cafe\u0301", "café"),
        ("\u200b\u3000", "Say something."),
        ("", "Say something."),
        ("a\x00b", "There is a hidden character after “a”. Delete it and type that part again."),
        ("a" * 12, "2 characters too long. Add the rest as a record."),
    ],
)
def test_words_are_tidied_or_refused(typed: str, answer: str) -> None:
    field = Words(label="x", longest=10, advice="Add the rest as a record.", missing="Say something.")
    assert cleaned(field, {"x": typed}) == answer


@pytest.mark.parametrize(
    ("typed", "answer"), [("\u200b", ""), ("\x00", "hidden"), ("a\tb", "a b"), ("a\nb", "Use one")]
)
def test_an_optional_line_may_be_empty_and_has_no_newline(typed: str, answer: str) -> None:
    got = cleaned(Line(label="x", longest=10, required=False), {"x": typed})
    assert got == answer or (answer and answer in got)


def test_nothing_is_cut_off_by_the_browser() -> None:
    form = type("OneQuestion", (forms.Form,), {"x": Words(label="x", longest=10), "y": Line(label="y", longest=10)})()
    assert " maxlength" not in str(form)


@pytest.mark.parametrize("sent", [{}, {"x": ""}, {"x": "made up"}])
def test_no_choice_and_an_invented_one_get_the_same_sentence(sent: dict[str, str]) -> None:
    assert cleaned(Choice(label="x", choices=[("a", "A")], missing="Choose yes or no."), sent) == "Choose yes or no."
    assert cleaned(Pick(label="x", choices=[("a", "A")]), sent) == "Choose an answer."


def test_choices_become_a_list() -> None:
    data = MultiValueDict({"x": ["a", "b"]})
    assert cleaned(Choices(label="x", choices=[("a", "A"), ("b", "B")]), data) == ["a", "b"]


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"x_day": "12", "x_month": "11", "x_year": "2026"}, date(2026, 11, 12)),
        ({"x_day": "12 Nov 2026", "x_month": "", "x_year": ""}, date(2026, 11, 12)),
        ({"x_day": "11/12/26"}, date(2026, 12, 11)),
        ({"x_day": "31", "x_month": "2", "x_year": "2026"}, "Enter a real date, like 12 11 2026."),
        ({}, "Enter a real date, like 12 11 2026."),
    ],
)
def test_a_date_is_read_from_the_boxes(sent: dict[str, str], answer: date | str) -> None:
    assert cleaned(DateBoxes(label="x"), sent) == answer


def test_a_date_that_may_be_left_out_is_none() -> None:
    assert cleaned(DateBoxes(label="x", required=False), {"x_day": " ", "x_month": "", "x_year": ""}) is None


@pytest.mark.parametrize(
    ("shown", "values"),
    [({"initial": {"x": date(2026, 4, 5)}}, ["5", "4", "2026"]), ({"data": {"x_day": "5.4.26"}}, ["5", "4", "2026"])],
)
def test_a_known_date_is_shown_in_its_boxes(shown: dict[str, Any], values: list[str]) -> None:
    lines = group(DateBoxes(label="x"), **shown).splitlines()
    assert [part[6:] for line in lines for part in line.split() if part.startswith("value=")] == values


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("9.15 pm", time(21, 15)), ("2100", time(21)), ("9:15", "Enter a time, like 9:15pm or 21:15."), ("", None)],
)
def test_a_time_is_read_as_people_write_it(typed: str, answer: time | str | None) -> None:
    assert cleaned(TimeText(label="x", required=False), {"x": typed}) == answer


def test_a_known_time_is_shown_as_it_can_be_typed() -> None:
    assert " value=9:15pm" in group(TimeText(label="x"), initial={"x": time(21, 15)})


def test_files_arrive_as_a_list() -> None:
    files = MultiValueDict({"x": [SimpleUploadedFile("a.png", b"1"), SimpleUploadedFile("b.png", b"2")]})
    assert [file.name for file in cleaned(Files(label="x"), {}, files)] == ["a.png", "b.png"]
    assert cleaned(Files(label="x", required=False), {}, MultiValueDict()) == []


@pytest.mark.parametrize(
    ("names", "body", "answer"),
    [
        ([], b"1", "Choose a file."),
        (["a", "b", "c"], b"1", "Choose 2 files at most. Add the rest afterwards."),
        (["a.png"], b"", "“a.png” is empty. Choose it again, or leave it out."),
    ],
)
def test_files_that_cannot_be_taken_are_named(names: list[str], body: bytes, answer: str) -> None:
    files = MultiValueDict({"x": [SimpleUploadedFile(name, body) for name in names]})
    assert cleaned(Files(label="x", most=2), {}, files) == answer

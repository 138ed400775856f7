"""The questions that forms ask: fields whose answers are clean, and widgets that the GOV.UK templates know.

Each field takes, besides what Django's takes:

    hint      help under the label
    missing   the sentence when there is no answer
    heading   "page" when the question is the page's only heading, else "l", "m" or "s"

A form checks here that an answer is usable. Whether an act is allowed is for the rules.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, Literal

from django import forms
from django.core.files.uploadedfile import UploadedFile

from forethought.core import dates, text

Heading = Literal["page", "l", "m", "s"]
#: Three boxes as somebody filled them in: day, month, year.
Boxes = tuple[str, str, str]


class _Question(forms.Field):
    """What all of our fields share."""

    heading: Heading
    #: Whether the template adds “(optional)” to the label of a question that need not be answered.
    says_optional = True
    #: The sentence when there is no answer, unless the question brings its own.
    missing = "Answer this question."

    def __init__(self, *, hint: str = "", missing: str = "", heading: Heading = "s", **kwargs: Any) -> None:
        messages = {"required": missing or self.missing, **kwargs.pop("error_messages", {})}
        super().__init__(help_text=hint, error_messages=messages, **kwargs)
        self.heading = heading


class Words(_Question):
    """Somebody's own words, over several lines. `longest` is what the database column holds.

    `advice` follows “12 characters too long.”, for example “Add the rest as a record.”
    """

    widget: type[forms.Widget] = forms.Textarea
    missing = "Write a few words here."
    one_line = False

    def __init__(
        self, *, longest: int, advice: str = "", rows: int = 5, attrs: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        self.longest = longest
        self.advice = advice
        self._extra = {"rows": rows, **(attrs or {})} if not self.one_line else dict(attrs or {})
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Never `maxlength`: a browser cuts off the end of what is pasted and says nothing."""
        return self._extra

    def to_python(self, value: Any) -> str:
        """The tidied words, or "" where nothing is to be seen."""
        words = text.tidy(value) if isinstance(value, str) else ""
        reason = text.why_not_words(words, longest=self.longest, advice=self.advice, one_line=self.one_line)
        if reason is not None:
            raise forms.ValidationError(reason, code="words")
        return "" if text.is_blank(words) else words


class Line(Words):
    """Words on one line: a name, an address, a reference. `width` is 2, 3, 4, 5, 10, 20 or 30 characters."""

    widget = forms.TextInput
    missing = "Write this in."
    one_line = True

    def __init__(self, *, width: int | None = None, attrs: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        attrs = dict(attrs or {})
        if width is not None:
            attrs["class"] = f"{attrs.get('class', '')} govuk-input--width-{width}".strip()
        super().__init__(attrs=attrs, **kwargs)

    def to_python(self, value: Any) -> str:
        """As Words; a tab, which comes along from a spreadsheet, becomes a space."""
        return super().to_python(value.replace("\t", " ") if isinstance(value, str) else value)


class _Options:
    """Hints and revealed sentences for each option; mixed into the two option widgets."""

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        hints: Mapping[str, str] | None = None,
        conditional: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(attrs, choices)  # type: ignore[call-arg]
        self.hints = dict(hints or {})
        self.conditional = dict(conditional or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Django's option, with its hint, its revealed sentence and the attributes that tie them to it."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        key, attrs = str(value), option["attrs"]
        own_id = attrs.get("id", "")
        described = []
        if hint := self.hints.get(key):
            option["hint"] = hint
            described.append(f"{own_id}-item-hint")
        if revealed := self.conditional.get(key):
            # Seen once the option is chosen (site.css), heard with it: screen readers read hidden descriptions.
            option["conditional"] = revealed
            described.append(f"{own_id}-conditional")
        if described:
            attrs["aria-describedby"] = " ".join(described)
        return option


class Radios(_Options, forms.RadioSelect):
    """Stacked radios."""


class Checkboxes(_Options, forms.CheckboxSelectMultiple):
    """Stacked checkboxes."""


class _Chosen(_Question):
    missing = "Choose an answer."

    def __init__(
        self,
        *,
        hints: Mapping[str, str] | None = None,
        conditional: Mapping[str, str] | None = None,
        missing: str = "",
        **kwargs: Any,
    ) -> None:
        # A value that was never on the page is answered like no value: the person can only choose again.
        sentence = missing or self.missing
        kwargs.setdefault("error_messages", {}).setdefault("invalid_choice", sentence)
        super().__init__(missing=sentence, **kwargs)
        if isinstance(self.widget, _Options):
            self.widget.hints.update(hints or {})
            self.widget.conditional.update(conditional or {})


class Choice(_Chosen, forms.ChoiceField):
    """One of a few, as radios. `hints` and `conditional` go by option value; the latter is shown once it is chosen."""

    widget = Radios


class Choices(_Chosen, forms.MultipleChoiceField):
    """Any of a few, as checkboxes."""

    widget = Checkboxes
    missing = "Choose at least one."


class Pick(_Chosen, forms.ChoiceField):
    """One of many, as a drop-down list. Up to about seven options, Choice is easier for everybody."""

    widget = forms.Select


class Tick(_Question, forms.BooleanField):
    """One checkbox. `required` means that it must be ticked."""

    says_optional = False
    missing = "Tick this to go on."


class ThreeBoxes(forms.Widget):
    """Day, month and year, each its own box. Posts `name_day`, `name_month` and `name_year`."""

    template_name = "forethought/forms/date_boxes.html"
    use_fieldset = True
    parts = (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4))

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Boxes:
        """The three boxes as they were sent."""
        day, month, year = (str(data.get(f"{name}_{part}") or "") for part, _, _ in self.parts)
        return day, month, year

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether the question was not on the page that was sent."""
        return all(f"{name}_{part}" not in data for part, _, _ in self.parts)

    def id_for_label(self, id_: str) -> str:
        """The box that a link to this question leads to."""
        return f"{id_}-day" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the boxes; a whole date typed into the first is shown in all three."""
        context = super().get_context(name, value, attrs)
        own_id = context["widget"]["attrs"].get("id", name)
        context["widget"]["boxes"] = [
            {"name": f"{name}_{part}", "id": f"{own_id}-{part}", "label": label, "width": width, "value": typed}
            for (part, label, width), typed in zip(self.parts, _in_boxes(value), strict=True)
        ]
        return context


class DateBoxes(_Question):
    """A date in three boxes, or typed whole into the first. Becomes a date, or None when it may be left out."""

    widget = ThreeBoxes
    missing = dates.ENTER_A_REAL_DATE

    def __init__(self, *, earliest: int = dates.EARLIEST_YEAR, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.earliest = earliest

    def to_python(self, value: Any) -> date | None:
        """The date, read day first."""
        boxes = _in_boxes(value)
        if not any(box.strip() for box in boxes):
            return None
        try:
            return dates.read_date(*boxes, earliest=self.earliest)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="date") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another date is asked for than the one shown."""
        return _in_boxes(initial) != _in_boxes(data)


class TimeText(_Question):
    """A time of day as people write it. Becomes a time, or None when it may be left out."""

    widget = forms.TextInput
    missing = dates.ENTER_A_TIME

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A narrow box: its width says how much is wanted."""
        return {"class": "govuk-input--width-5"}

    def prepare_value(self, value: Any) -> Any:
        """A time that is already known, written in a form that can be read back."""
        return dates.written_time(value) if isinstance(value, time) else value

    def to_python(self, value: Any) -> time | None:
        """The time of day."""
        typed = value.strip() if isinstance(value, str) else ""
        if not typed:
            return None
        try:
            return dates.read_time(typed)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="time") from None


class FileBox(forms.FileInput):
    """A plain file input. uploads.js adds dropping, pasting and taking back; the form post stays the same."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, "data-forethought-drop": True, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        """All files that came under this name."""
        return files.getlist(name) if hasattr(files, "getlist") else [file for file in [files.get(name)] if file]


class Files(_Question):
    """Any number of files, up to `most`. Becomes a list; what a file holds is for the gate and the vault to check."""

    widget = FileBox
    missing = "Choose a file."

    def __init__(self, *, most: int = 20, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_python(self, value: Any) -> list[UploadedFile]:
        """The files, none of them empty."""
        files: Sequence[UploadedFile] = value or []
        if len(files) > self.most:
            raise forms.ValidationError(f"Choose {self.most} files at most. Add the rest afterwards.", code="most")
        if empty := [file.name for file in files if file.size == 0]:
            raise forms.ValidationError(f"“{empty[0]}” is empty. Choose it again, or leave it out.", code="empty")
        return list(files)


def _in_boxes(value: Any) -> Boxes:
    """A date, or what somebody typed, as the three boxes that would be shown for it."""
    if isinstance(value, date):
        return str(value.day), str(value.month), str(value.year)
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        return "", "", ""
    day, month, year = (str(box) for box in value)
    if day.strip() and not month.strip() and not year.strip():
        try:
            return _in_boxes(dates.read_date(day))
        except ValueError:
            pass
    return day, month, year

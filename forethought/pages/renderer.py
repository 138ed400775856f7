"""Draws every form in GOV.UK's markup, forms of other packages (sign-in, passkeys) included.

Django's own widgets keep their own templates wherever a class on the element is all that GOV.UK wants. So
`{{ form }}`, `{{ form.as_p }}` and `{{ form.question.as_field_group }}` all look the same.
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import Input

from forethought.pages.fields import ThreeBoxes

#: The class for each kind of widget, narrowest kind first, and the class that it gets when the answer is wrong.
_CLASSES: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.HiddenInput, "", ""),
    (forms.CheckboxInput, "govuk-checkboxes__input", ""),
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input", ""),
    (forms.RadioSelect, "govuk-radios__input", ""),
    (forms.Select, "govuk-select", "govuk-select--error"),
    (forms.Textarea, "govuk-textarea", "govuk-textarea--error"),
    (forms.FileInput, "govuk-file-upload", "govuk-file-upload--error"),
    (ThreeBoxes, "", "govuk-input--error"),
    (Input, "govuk-input", "govuk-input--error"),
)

#: Templates of Django's for which we have our own.
_OURS = {
    "django/forms/p.html": "forethought/forms/form.html",
    "django/forms/div.html": "forethought/forms/form.html",
    "django/forms/widgets/radio.html": "forethought/forms/radios.html",
    "django/forms/widgets/checkbox_select.html": "forethought/forms/checkboxes.html",
    # No link to the file kept before and no “clear” box: a record that was added is never changed.
    "django/forms/widgets/clearable_file_input.html": "django/forms/widgets/file.html",
}

#: How full, in per cent, a long answer is before the count of what is left appears.
_COUNT_FROM = 75


class GovukBoundField(BoundField):
    """One question as the templates see it: ids that belong together, classes, and where a link to it leads."""

    @property
    def title(self) -> str:
        """The label, with “(optional)” where an answer may be left out."""
        optional = getattr(self.field, "says_optional", False) and not self.field.required
        return f"{self.label} (optional)" if optional and "(optional)" not in str(self.label) else str(self.label)

    @property
    def heading(self) -> str:
        """How large the label is: `page` (it is the page's heading), `l`, `m` or `s`."""
        return getattr(self.field, "heading", "s")

    @property
    def is_tick(self) -> bool:
        """Whether this is one checkbox, whose label stands beside it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def counted(self) -> int | None:
        """The longest answer, where what is left of it is counted on the screen."""
        return getattr(self.field, "longest", None) if isinstance(self.field.widget, forms.Textarea) else None

    @property
    def counted_words(self) -> str:
        """That number as people read it."""
        return f"{self.counted or 0:,}"

    @property
    def count_from(self) -> int:
        """From how many per cent on the count is shown."""
        return _COUNT_FROM

    @property
    def focus_id(self) -> str:
        """The id of the element that a link in the error summary focuses: the first radio, the day of a date."""
        if self.id_for_label:
            return str(self.id_for_label)
        return str(self.subwidgets[0].id_for_label or "") if self.subwidgets else ""

    @property
    def hint_id(self) -> str:
        """The id of the hint, if there is one."""
        return f"{self.auto_id}-hint" if self.help_text else ""

    @property
    def error_id(self) -> str:
        """The id of the error message, if there is one."""
        return f"{self.auto_id}-error" if self.errors else ""

    @property
    def info_id(self) -> str:
        """The id of the sentence about the longest answer, if there is one."""
        return f"{self.auto_id}-info" if self.counted else ""

    @property
    def aria_describedby(self) -> str | None:
        """Everything that a screen reader reads after the label, in the order of the page."""
        if not self.auto_id or self.is_hidden or self.field.widget.attrs.get("aria-describedby"):
            return None
        return " ".join(filter(None, [self.info_id, self.hint_id, self.error_id])) or None

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes with GOV.UK's classes.

        Without `required`, since the browser's own messages are in its own language, vanish and name one field at a
        time; and without `aria-invalid` on the members of a group, where it is not allowed.
        """
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        if widget.use_fieldset:
            built.pop("aria-invalid", None)
        if classes := self._classes(widget):
            built["class"] = classes
        return built

    def _classes(self, widget: forms.Widget) -> str:
        kind, wrong = next(((kind, wrong) for known, kind, wrong in _CLASSES if isinstance(widget, known)), ("", ""))
        counted = "govuk-js-character-count" if self.counted else ""
        return " ".join(filter(None, [kind, wrong if self.errors else "", counted, widget.attrs.get("class", "")]))


class GovukRenderer(DjangoTemplates):
    """For settings.FORM_RENDERER. Finds templates in django.forms and in the installed apps' folders."""

    form_template_name = "forethought/forms/form.html"
    formset_template_name = "forethought/forms/formset.html"
    field_template_name = "forethought/forms/field.html"
    bound_field_class = GovukBoundField

    def get_template(self, template_name: str) -> Any:
        """Our template where we have one in place of Django's."""
        return super().get_template(_OURS.get(template_name, template_name))

"""Facts that must hold are held by the database itself."""

import pytest
from builders import World, a_case, a_draft, a_report, an_exhibit
from django.apps import apps
from django.db import DatabaseError, models, transaction

from forethought.audit.models import Entry
from forethought.cases.models import Case, Report
from forethought.evidence.models import Exhibit
from forethought.rows import Row


def ours() -> list[type[models.Model]]:
    return list(apps.get_app_config("forethought").get_models())


def test_every_short_text_is_held_to_its_length_by_the_database() -> None:
    plain = [
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.local_fields
        if type(field) is models.CharField
    ]
    # Django’s own column for a hash that our code never fills by hand.
    assert plain == ["Account.password"]


def test_every_row_of_a_school_is_scoped_and_has_a_random_id() -> None:
    outside = {"School", "Account", "Doorway", "Wake", "TrailHead", "Policy", "SettingUp"}
    assert {m.__name__ for m in ours() if not issubclass(m, Row)} == outside


def test_every_model_says_what_one_row_is() -> None:
    unsaid = [m.__name__ for m in ours() if not (m.__doc__ or "").startswith("One row for each")]
    assert unsaid == []


def test_a_text_that_is_too_long_is_refused_by_the_database(world: World) -> None:
    case = a_report(world).case
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(label="x" * 41)


@pytest.mark.parametrize("model", [Entry, Report, Exhibit])
def test_a_sealed_row_refuses_change_and_removal(world: World, model: type[Row]) -> None:
    case = a_case(world)
    an_exhibit(a_draft(world), by=world.teacher, at=world.at)
    row = model.objects.first()
    assert row is not None and case
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(id=row.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).delete()


def test_a_time_and_its_person_are_filled_together() -> None:
    constraints = {c.name for m in ours() for c in m._meta.constraints}
    assert any("done_at_with_done_by" in name for name in constraints)

"""Every table has a class in the retention schedule, and what belongs to a case goes with it to the last row."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from forethought.retention.classes import OF_CASE, OF_OTHERS, OTHERWISE, classified
from forethought.retention.schedule import How, rules
from forethought.schools import MayLetGo, SealRows


def ours() -> dict[str, type[models.Model]]:
    return {model._meta.model_name or "": model for model in apps.get_app_config("forethought").get_models()}


@pytest.mark.policy("11.1")
def test_every_table_has_one_class_and_every_class_is_a_table() -> None:
    """A new table without a class fails here: say in retention/classes.py which rule keeps it."""
    assert [name for name, times in Counter(classified()).items() if times > 1] == []
    assert ours().keys() - set(classified()) == set()
    assert set(classified()) - ours().keys() == set()


def test_every_class_is_a_rule_of_the_schedule() -> None:
    assert set(OTHERWISE.values()) | set(OF_OTHERS) <= rules().keys()
    assert {rules()[key].how for key in OF_OTHERS} == {How.TWO}


def test_whatever_belongs_to_a_case_goes_with_it() -> None:
    """By a column of its own or by a row that does. The trail alone stays, by its own rule."""
    belongs = {name for name, model in ours().items() if any(f.name == "case_id" for f in model._meta.local_fields)}
    belongs |= {"case"}
    while True:
        more = {
            name
            for name, model in ours().items()
            for field in model._meta.local_fields
            if isinstance(field, models.ForeignKey) and field.related_model._meta.model_name in belongs - {"entry"}
        }
        if more <= belongs:
            break
        belongs |= more
    assert belongs - OF_CASE.keys() == {"entry"}


@pytest.mark.parametrize("name", [*OF_CASE, *(table for tables in OF_OTHERS.values() for table in tables)])
def test_the_way_to_what_it_belongs_to_is_a_way(name: str) -> None:
    ways = {**OF_CASE, **{table: way for tables in OF_OTHERS.values() for table, way in tables.items()}}
    for way in ways[name].split("|"):
        model = ours()[name]
        *steps, last = way.split("__")
        for step in steps:
            field = model._meta.get_field(step)
            assert isinstance(field, models.ForeignKey) and not field.null, f"{name}: a row may lead nowhere"
            model = field.related_model
        assert last in {field.column for field in model._meta.local_fields}


@pytest.mark.django_db
def test_the_database_lets_each_sealed_table_go_the_same_way() -> None:
    disk = MigrationLoader(connection).disk_migrations
    operations = [one for key in sorted(disk) if key[0] == "forethought" for one in disk[key].operations]
    sealed = {name for one in operations if isinstance(one, SealRows) for name in one.names}
    let = {(one.what, name): way for one in operations if isinstance(one, MayLetGo) for name, way in one.ways.items()}
    expected = {("case", name): way for name, way in OF_CASE.items() if name in sealed}
    for what, tables in OF_OTHERS.items():
        expected |= {(what, name): way for name, way in tables.items() if name in sealed}
    assert let == expected, "a table that was sealed since needs its MayLetGo, in the migration that seals it"

"""Models made together are what they would be one by one, and go again."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import OperationWriter

from hearth.platform.migrating import CreateModels


def operations():
    return [
        CreateModel("Street", [("id", models.BigAutoField(primary_key=True))]),
        CreateModel(
            "House",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("street", models.ForeignKey("lane.Street", models.CASCADE)),
            ],
        ),
    ]


def states(operation):
    before = ProjectState()
    assert list(before.apps.get_models()) == []  # built, as it is in the middle of a migration
    after = before.clone()
    operation.state_forwards("lane", after)
    return before, after


def test_the_state_is_that_of_one_by_one():
    plain = ProjectState()
    for one in operations():
        one.state_forwards("lane", plain)

    _, together = states(CreateModels(operations()))

    assert together == plain
    house = together.apps.get_model("lane", "House")
    assert house._meta.get_field("street").related_model is together.apps.get_model(
        "lane", "Street"
    )


@pytest.mark.django_db(transaction=True)
def test_the_tables_come_and_go():
    operation = CreateModels(operations())
    before, after = states(operation)
    tables = {"lane_street", "lane_house"}

    with connection.schema_editor() as editor:
        operation.database_forwards("lane", editor, before, after)
    assert tables <= set(connection.introspection.table_names())

    with connection.schema_editor() as editor:
        operation.database_backwards("lane", editor, after, before)
    assert not tables & set(connection.introspection.table_names())


def test_it_is_written_into_a_migration_as_it_was():
    operation = CreateModels(operations())

    text, imports = OperationWriter(operation, indentation=0).serialize()

    assert text.startswith("hearth.platform.migrating.CreateModels(")
    assert "import hearth.platform.migrating" in imports
    assert operation.describe() == "Create models Street, House"

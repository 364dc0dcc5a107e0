"""Every import kind of formats.md: a good file comes in, and of fifty faults each is named."""

from __future__ import annotations

import pytest
from django.apps import apps

from hearth.exchange.kinds import KINDS
from hearth.network.actors import operator
from tests.import_files import FILES, make_world, write, write_faulty
from tests.worlds import once_a_module

ROWS, FAULTS = 240, 50


world = once_a_module(lambda: make_world(40, 120))  # each test puts back what it wrote


def kept():
    """Rows of every table, by its name."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.kind)
def test_fifty_faults_are_all_named_and_nothing_is_written(file, world, tmp_path):
    paths, planted = write_faulty(file, world, ROWS, tmp_path, FAULTS)
    actor = operator("x")
    before = kept()
    seen = []

    report = KINDS[file.kind].run(
        actor, paths, progress=lambda done, total: seen.append((done, total))
    )

    assert len(planted) == FAULTS
    found = {(error.sheet, error.row, error.column): error.value for error in report.errors}
    assert found == planted, report.to_text()
    assert all(error.reason for error in report.errors)
    assert kept() == before
    assert seen


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.kind)
def test_the_same_file_without_faults_comes_in_once(file, world, tmp_path):
    paths = write(file, world, ROWS, tmp_path)
    rows = sum(file.counts(ROWS))

    report = KINDS[file.kind].run(operator("x"), paths)

    assert report.ok, report.to_text()
    assert report.read == rows
    assert report.created > 0
    again = KINDS[file.kind].run(operator("x"), paths)
    assert (again.ok, again.created, again.updated) == (True, 0, 0)
    assert again.unchanged == report.created

"""What earlier versions stored goes on counting after an upgrade."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from hearth.scoring.models import Adjustment
from tests.factories import make_tree

ONE, TWO = [("scoring", "0001_initial")], [("scoring", "0002_adjustments_by_two")]


@pytest.mark.django_db(transaction=True)
def test_adjustments_that_counted_go_on_counting_and_nobody_is_said_to_have_approved_them():
    outlet = make_tree().outlets[0]
    executor = MigrationExecutor(connection)
    executor.migrate(ONE)
    old = executor.loader.project_state(ONE).apps.get_model("scoring", "Adjustment").objects
    said = {"unit_id": outlet.pk, "period": "2021Q2", "decided_on": "2021-06-01"}
    kept = old.create(kind="veto", reason="重大案件", **said).pk
    gone = old.create(kind="bonus", reason="锦旗", withdrawn_at=timezone.now(), **said).pk

    MigrationExecutor(connection).migrate(TWO)

    found = {row.pk: row for row in Adjustment.objects.all()}
    assert (found[kept].status, found[gone].status) == ("approved", "withdrawn")
    assert {(row.decided_by_id, row.decided_at) for row in found.values()} == {(None, None)}
    assert [row.pk for row in Adjustment.objects.counted()] == [kept]
    assert Adjustment.objects.ever_counted().count() == 2

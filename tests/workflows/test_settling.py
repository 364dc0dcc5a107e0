"""The chores of a day bring the moves that are dated to it into force."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from hearth.network.services.rows import UnitRow
from hearth.network.services.units import apply_units
from hearth.workflows.upkeep import daily_chores
from tests.factories import make_actor, make_tree

pytestmark = pytest.mark.django_db


def test_a_move_takes_effect_on_its_day_in_the_networks_zone(settings, tmp_path):
    settings.HEARTH_HOME = tmp_path  # the chores write the anchor of the trail there
    tree = make_tree()
    with time_machine.travel("2021-05-01T02:00:00Z", tick=False):
        apply_units(make_actor("programme_manager"), [UnitRow("E1", "W", date(2021, 5, 15))])
    with time_machine.travel("2021-05-14T15:59:00Z", tick=False):  # 23:59 of the day before
        assert daily_chores()["moved"] == 0
    with time_machine.travel("2021-05-14T16:01:00Z", tick=False):
        assert daily_chores()["moved"] == 1
    tree.outlets[0].refresh_from_db()
    assert tree.outlets[0].parent == tree.west

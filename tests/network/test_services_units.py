"""The tree by rows and by single acts: each rule once, and what the database holds afterwards."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network import queries
from hearth.network.actors import operator
from hearth.network.models import Placement, Post, Unit
from hearth.network.services import units as services
from hearth.network.services.rows import RowsRefused, UnitRow
from hearth.platform import audit
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_person, make_tree, make_unit

pytestmark = pytest.mark.django_db

TODAY = date(2021, 7, 1)
MOVED = date(2021, 5, 15)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-07-01T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


def row(code, parent="", level="outlet", valid_from=None, **sets):
    sets = {"name": f"机构{code}", "level": level} | sets
    return UnitRow(code, parent, valid_from, sets)


def places(unit):
    return [
        (p.parent.code if p.parent else None, p.path, p.valid_from, p.valid_to)
        for p in unit.placements.order_by("valid_from").select_related("parent")
    ]


def only_problem(actor, rows):
    _applied, problems = services.check_units(actor, rows)
    assert len(problems) == 1, problems
    return problems[0]


# --- creating -----------------------------------------------------------------------------------


def test_parents_may_stand_anywhere_and_levels_be_skipped(tree, office):
    applied = services.apply_units(
        office,
        [
            row("N3", "N2"),
            row("N2", "N1", "subbranch"),
            row("N4", "P"),
            row("N1", "P", "branch"),
        ],
    )
    assert (applied.created, applied.updated, applied.moved) == (4, 0, 0)
    n1, n2, n3, n4 = (Unit.objects.get(code=f"N{i}") for i in range(1, 5))
    assert n3.path == n2.path + "0001"
    assert n2.path == n1.path + "0001"
    assert {n1.path, n4.path} == {"00010003", "00010004"}
    assert n3.search_text.startswith("机构n3 n3")
    assert places(n3) == [("N2", n3.path, date(1900, 1, 1), None)]
    assert Unit.objects.get(code="P").children_given == 4


def test_a_whole_network_with_its_root_is_made_by_the_operator():
    rows = [row("N1", "A"), row("A", "R", "branch"), row("R", "", "province"), row("S", "")]
    boss = operator("setup")
    assert only_problem(boss, rows).code == "second_root"
    assert services.apply_units(boss, rows[:3]).created == 3
    assert Unit.objects.get(code="N1").path == "000100010001"
    assert Unit.objects.get(code="R").parent is None


def test_a_place_begins_when_the_unit_opened_but_not_before_its_parent(tree, office):
    services.apply_units(
        office,
        [
            row("B", "P", "branch", opened_on=date(2010, 1, 1)),
            row("O1", "B", opened_on=date(1985, 1, 1)),
            row("O2", "B", opened_on=date(2015, 1, 1)),
        ],
    )
    starts = dict(Placement.objects.values_list("unit__code", "valid_from"))
    assert starts["B"] == date(2010, 1, 1)
    assert starts["O1"] == date(2010, 1, 1)
    assert starts["O2"] == date(2015, 1, 1)


def test_one_event_a_unit_goes_into_the_trail(tree, office):
    services.apply_units(office, [row("N1", "E"), row("N2", "E")])
    events = AuditEvent.objects.filter(action="unit.created")
    assert [event.data["code"] for event in events] == ["N1", "N2"]
    assert events[0].unit_path == Unit.objects.get(code="N1").path
    assert events[0].actor == office.identity
    assert not list(audit.verify())


def test_progress_is_told_up_to_the_end(tree, office):
    told = []
    services.apply_units(office, [row("N1", "E")], lambda *report: told.append(report))
    assert told[0] == (0, 1, "check")
    assert told[-1] == (1, 1, "write")


# --- updating -----------------------------------------------------------------------------------


def test_known_units_change_only_in_what_the_row_names(tree, office):
    one = tree.east_outlets[0]
    applied = services.apply_units(office, [UnitRow("E1", "E", None, {"phone": "024-1"})])
    one.refresh_from_db()
    assert (applied.updated, applied.unchanged) == (1, 0)
    assert (one.phone, one.name, one.kind, one.version) == ("024-1", "东门支行", "综合网点", 2)
    event = AuditEvent.objects.get(action="unit.edited")
    assert event.data["changes"] == {"phone": ["", "024-1"]}


def test_a_new_name_is_found_by_its_pinyin(tree, office):
    services.apply_units(office, [UnitRow("E1", None, None, {"name": "南湖支行"})])
    assert Unit.objects.matching("nhzh").get().code == "E1"


def test_the_same_rows_again_change_nothing(tree, office):
    rows = [
        row("N1", "P", "branch"),
        row("N2", "N1", opened_on=date(2001, 2, 3)),
        row("N2", "W", valid_from=MOVED, opened_on=date(2001, 2, 3)),
    ]
    services.apply_units(office, rows)
    before = list(Unit.objects.order_by("pk").values()), list(Placement.objects.values())
    events = AuditEvent.objects.count()
    applied = services.apply_units(office, rows)
    assert (applied.created, applied.updated, applied.moved, applied.unchanged) == (0, 0, 0, 3)
    assert (list(Unit.objects.order_by("pk").values()), list(Placement.objects.values())) == before
    assert AuditEvent.objects.count() == events


def test_a_row_repeated_word_for_word_is_skipped(tree, office):
    applied = services.apply_units(office, [row("N1", "E"), row("N1", "E")])
    assert (applied.created, applied.unchanged) == (1, 1)


# --- moving -------------------------------------------------------------------------------------


def test_an_outlet_moved_in_mid_quarter_lies_in_both_branches_each_in_its_days(tree, office):
    one = tree.east_outlets[0]
    old = one.path
    applied = services.apply_units(office, [row("E1", "W", valid_from=MOVED)])
    one.refresh_from_db()
    assert (applied.updated, applied.moved) == (1, 1)
    assert one.parent_id == tree.west.pk
    assert one.path == tree.west.path + "0003"
    assert places(one) == [
        ("E", old, date(1900, 1, 1), MOVED),
        ("W", one.path, MOVED, None),
    ]
    assert queries.path_of(one, date(2021, 5, 14)) == old
    assert queries.path_of(one, MOVED) == one.path
    assert queries.paths_on(date(2021, 6, 30))[one.pk].startswith(tree.west.path)
    event = AuditEvent.objects.get(action="unit.moved")
    assert (event.data["from"], event.data["to"]) == ("E", "W")


def test_a_moved_subbranch_takes_its_outlets_along(tree, office):
    three = tree.east_outlets[2]
    old = three.path
    services.apply_units(office, [row("ES", "W", "subbranch", valid_from=MOVED)])
    three.refresh_from_db()
    tree.east_subbranch.refresh_from_db()
    assert three.path == tree.east_subbranch.path + "0001"
    assert three.path.startswith(tree.west.path)
    assert places(three) == [
        ("ES", old, date(1900, 1, 1), MOVED),
        ("ES", three.path, MOVED, None),
    ]


def test_a_segment_is_never_given_twice(tree, office):
    services.apply_units(office, [row("E1", "W", valid_from=MOVED)])
    services.apply_units(office, [row("E1", "E", valid_from=date(2021, 6, 1))])
    services.apply_units(office, [row("N1", "E")])
    paths = list(Placement.objects.values_list("path", flat=True))
    assert len(paths) == len(set(paths))
    assert Unit.objects.get(code="E1").path == tree.east.path + "0004"
    assert Unit.objects.get(code="N1").path == tree.east.path + "0005"


def test_a_move_into_the_future_waits_for_its_day(tree, office):
    one, day = tree.east_outlets[0], date(2021, 10, 1)
    old = one.path
    services.apply_units(office, [row("E1", "W", valid_from=day)])
    services.apply_units(office, [row("N1", "W")])
    one.refresh_from_db()
    assert (one.path, one.parent_id) == (old, tree.east.pk)
    assert places(one)[1][0] == "W"

    assert services.settle(date(2021, 9, 30)) == 0
    assert services.settle(day) == 1
    one.refresh_from_db()
    assert (one.path, one.parent_id) == (tree.west.path + "0003", tree.west.pk)
    assert Unit.objects.get(code="N1").path == tree.west.path + "0004"
    assert services.settle(day) == 0
    assert AuditEvent.objects.get(action="tree.settled").actor == "system"


def test_a_branch_that_moves_before_an_outlets_own_future_move_splits_three_ways(tree, office):
    services.apply_units(
        office, [row("A", "P", "branch"), row("E3", "W", valid_from=date(2022, 1, 1))]
    )
    services.apply_units(office, [row("ES", "A", "subbranch", valid_from=date(2021, 6, 1))])
    three = Unit.objects.get(code="E3")
    starts = [(parent, since, to) for parent, _path, since, to in places(three)]
    assert starts == [
        ("ES", date(1900, 1, 1), date(2021, 6, 1)),
        ("ES", date(2021, 6, 1), date(2022, 1, 1)),
        ("W", date(2022, 1, 1), None),
    ]
    assert three.path.startswith(Unit.objects.get(code="A").path)
    services.settle(date(2022, 1, 1))
    three.refresh_from_db()
    assert three.path.startswith(tree.west.path)


def test_a_new_units_own_later_row_is_a_move(tree, office):
    applied = services.apply_units(
        office, [row("N1", "W", valid_from=MOVED), row("N1", "E", valid_from=date(2019, 1, 1))]
    )
    assert (applied.created, applied.moved) == (1, 1)
    unit = Unit.objects.get(code="N1")
    assert [(parent, since) for parent, _path, since, _to in places(unit)] == [
        ("E", date(2019, 1, 1)),
        ("W", MOVED),
    ]


def test_an_earlier_start_under_the_same_parent_moves_the_start(tree, office):
    services.apply_units(office, [row("N1", "E", valid_from=date(2019, 1, 1))])
    services.apply_units(office, [row("N1", "E", valid_from=date(2015, 1, 1))])
    assert places(Unit.objects.get(code="N1"))[0][2] == date(2015, 1, 1)


# --- refusals -----------------------------------------------------------------------------------

CLOSED = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("rows", "code", "column"),
    [
        ([row("N1", "X9")], "parent_unknown", "parent"),
        ([row("N1", "")], "second_root", "parent"),
        ([row("E1", "")], "parent_missing", "parent"),
        ([row("P", "E", "province")], "root_moves", "parent"),
        ([row("N1", "N1")], "own_parent", "parent"),
        ([row("N1", "E1")], "level_order", "parent"),
        ([row("N1", "E1", "branch")], "level_order", "parent"),
        ([row("E", "P", "outlet")], "level_order", "level"),
        ([row("E1", "W")], "valid_from_missing", "valid_from"),
        ([row("N1", "E"), row("N1", "E", name="别名")], "stands_twice", "code"),
        ([row("N1", "E", name="")], "required", "name"),
        ([row("N1", "E", "")], "required", "level"),
        ([row("N1", "E", "county")], "level_unknown", "level"),
        ([row("N 1", "E")], "code_malformed", "code"),
        ([row("N1", "E", name="长" * 121)], "too_long", "name"),
        ([row("N1", "E", longitude=123.4)], "coordinates_incomplete", "latitude"),
        ([row("N1", "E", longitude=41.0, latitude=123.0)], "coordinates_outside", "latitude"),
        ([row("N1", "E", longitude=181.0, latitude=12.0)], "coordinates_outside", "longitude"),
        (
            [row("N1", "E", opened_on=CLOSED, closed_on=date(2019, 1, 1))],
            "closed_before_opened",
            "closed_on",
        ),
        (
            [row("N1", "E", valid_from=date(2020, 5, 1), closed_on=CLOSED)],
            "closed_before_placed",
            "closed_on",
        ),
        ([row("E", "P", "branch", closed_on=CLOSED)], "children_left", "closed_on"),
        (
            [row("N1", "E", closed_on=CLOSED), row("N1", "W", valid_from=MOVED, closed_on=CLOSED)],
            "moved_after_closed",
            "valid_from",
        ),
        (
            [row("A", "P", "branch", closed_on=CLOSED), row("N1", "A")],
            "parent_closed",
            "parent",
        ),
        (
            [
                row("A", "P", "branch", valid_from=date(2010, 1, 1)),
                row("N1", "A", valid_from=date(2000, 1, 1)),
            ],
            "parent_not_yet",
            "valid_from",
        ),
    ],
)
def test_each_rule_refuses_with_its_code_and_column(tree, office, rows, code, column):
    problem = only_problem(office, rows)
    assert (problem.code, problem.field) == (code, column)
    assert problem.position == len(rows) - 1 or code in {"children_left"}


def test_two_units_under_each_other_are_a_circle(tree, office):
    rows = [row("A", "B", "branch"), row("B", "A", "branch"), row("N1", "A")]
    _applied, problems = services.check_units(office, rows)
    assert [(p.code, p.where) for p in problems] == [("loop", "A"), ("loop", "B")]


def test_a_move_before_the_last_one_is_refused(tree, office):
    services.apply_units(office, [row("E1", "W", valid_from=MOVED)])
    services.apply_units(office, [row("A", "P", "branch")])
    problem = only_problem(office, [row("E1", "A", valid_from=date(2021, 5, 1))])
    assert (problem.code, problem.facts["last"]) == ("before_last_move", MOVED)


def test_a_full_parent_takes_no_more(tree, office):
    Unit.objects.filter(code="E").update(children_given=9998)
    assert only_problem(office, [row("N1", "E")]).code == "full"


def test_the_fault_of_a_parents_own_row_is_not_told_again_below_it(tree, office):
    problem = only_problem(
        office, [row("A", "P", "county"), row("N1", "A", "subbranch"), row("N2", "N1")]
    )
    assert (problem.code, problem.where) == ("level_unknown", "A")


def test_all_faults_are_told_at_once_and_nothing_is_written(tree, office):
    rows = [row("N1", "E"), row("N2", "X9"), row("N3", "E", name=""), row("E1", "")]
    with pytest.raises(RowsRefused) as refusal:
        services.apply_units(office, rows)
    found = {(p.position, p.code) for p in refusal.value.problems}
    assert found == {(1, "parent_unknown"), (2, "required"), (3, "parent_missing")}
    assert not Unit.objects.filter(code="N1").exists()
    assert Unit.objects.get(code="E").children_given == 3


def test_a_fault_of_a_known_unit_is_told_without_following_its_place(tree, office):
    problem = only_problem(office, [row("E1", "W", name="长" * 121, valid_from=MOVED)])
    assert (problem.code, problem.field) == ("too_long", "name")


def test_a_wrong_check_digit_is_a_warning_only(tree, office):
    applied, problems = services.check_units(office, [row("102100099997", "E")])
    assert problems == ()
    assert [(w.code, w.position, w.facts["right"]) for w in applied.warnings] == [
        ("clearing_code", 0, 6)
    ]


def test_rows_outside_the_actors_part_of_the_tree_are_refused(tree):
    actor = make_actor("programme_manager", unit=tree.east)
    services.apply_units(actor, [row("N1", "E")])
    for rows in ([row("N2", "W")], [row("W1", "W", phone="1")], [row("E1", "W", valid_from=MOVED)]):
        assert only_problem(actor, rows).code == "outside_scope"


def test_without_the_permission_nothing_is_looked_at(tree):
    actor = make_actor("branch_manager", unit=tree.east)
    with pytest.raises(NotAllowed):
        services.check_units(actor, [row("N1", "E")])
    with pytest.raises(NotAllowed):
        services.apply_units(actor, [row("N1", "E")])


# --- single acts --------------------------------------------------------------------------------


def test_create_unit_adds_one(tree, office):
    unit = services.create_unit(office, row("N1", "E", city="东城市"))
    assert (unit.path, unit.city) == (tree.east.path + "0004", "东城市")
    assert Unit.objects.get(code="N1") == unit


def test_create_unit_refuses_a_code_that_is_taken(tree, office):
    with pytest.raises(RuleViolation) as refusal:
        services.create_unit(office, row("W1", "E"))
    assert refusal.value.code == "code_taken"
    assert "西门支行" in str(refusal.value)


def test_edit_unit_sets_and_clears(tree, office):
    one = tree.east_outlets[0]
    services.edit_unit(office, one, version=1, sets={"kind": "", "name": "东大门支行"})
    one.refresh_from_db()
    assert (one.kind, one.name, one.version) == ("", "东大门支行", 2)


def test_edit_unit_refuses_an_old_version(tree, office):
    one = tree.east_outlets[0]
    services.edit_unit(office, one, version=1, sets={"phone": "1"})
    with pytest.raises(StaleWrite) as refusal:
        services.edit_unit(office, one, version=1, sets={"phone": "2"})
    assert refusal.value.facts["version"] == 2


def test_edit_unit_needs_the_permission_there(tree):
    actor = make_actor("programme_manager", unit=tree.east)
    with pytest.raises(NotAllowed):
        services.edit_unit(actor, tree.west_outlets[0], version=1, sets={"phone": "1"})


def test_move_unit_tells_how_many_go_along(tree, office):
    reach = services.preview_move(office, tree.east_subbranch, "W", MOVED)
    assert reach.units == 2
    tree.east_subbranch.refresh_from_db()
    assert tree.east_subbranch.parent_id == tree.east.pk
    done = services.move_unit(office, tree.east_subbranch, "W", MOVED, version=1, reason="区划调整")
    assert done == reach
    assert AuditEvent.objects.get(action="unit.moved").data["reason"] == "区划调整"


def test_move_unit_to_where_it_lies_is_refused(tree, office):
    with pytest.raises(RuleViolation) as refusal:
        services.move_unit(office, tree.east_outlets[0], "E", MOVED, version=1, reason="x")
    assert refusal.value.code == "there_already"


def test_closing_ends_the_posts_but_keeps_the_last_place(tree, office):
    one = tree.east_outlets[0]
    make_person(one)
    make_person(one, since=date(2021, 9, 1))
    assert services.preview_closing(office, one, TODAY).staff == 1
    reach = services.close_unit(office, one, TODAY, version=1, reason="租约到期")
    one.refresh_from_db()
    assert reach.staff == 2
    assert (one.closed_on, one.parent_id) == (TODAY, tree.east.pk)
    assert one.path == tree.east.path + "0002"
    assert queries.path_of(one, date(2021, 6, 30)) == one.path
    assert queries.path_of(one, TODAY) == one.path  # where its quarter shows it
    assert places(one) == [("E", one.path, date(1900, 1, 1), None)]
    assert "E1" not in {node.code for node in queries.tree_on(TODAY, office.scope)}
    assert list(Post.objects.values_list("valid_to", flat=True)) == [TODAY]
    assert AuditEvent.objects.filter(action="unit.closed").count() == 1


def test_reopening_takes_a_closing_back(tree, office):
    one = tree.east_outlets[0]
    services.close_unit(office, one, TODAY, version=1, reason="误操作")
    services.reopen_unit(office, one, version=2, reason="更正")
    one.refresh_from_db()
    assert one.closed_on is None
    assert places(one) == [("E", one.path, date(1900, 1, 1), None)]
    assert AuditEvent.objects.filter(action="unit.reopened").count() == 1


def test_merging_branches_moves_units_and_people_over_and_keeps_the_past(tree, office):
    head = make_person(tree.east, post="行长")
    closed = make_unit(tree.east, code="E9", closed_on=None)
    services.close_unit(office, closed, date(2020, 1, 1), version=1, reason="撤并")
    reach = services.preview_merger(office, tree.east, tree.west, MOVED)
    assert (reach.units, set(reach.children), reach.staff) == (4, {"ES", "E1", "E2"}, 1)
    old = {u.code: u.path for u in tree.east_outlets}
    services.merge_units(office, tree.east, tree.west, MOVED, version=1, reason="合并")
    tree.east.refresh_from_db()
    assert (tree.east.merged_into, tree.east.closed_on) == (tree.west, MOVED)
    for unit in tree.east_outlets:
        unit.refresh_from_db()
        assert unit.path.startswith(tree.west.path)
        assert queries.path_of(unit, date(2021, 5, 14)) == old[unit.code]
    closed.refresh_from_db()
    assert closed.parent_id == tree.east.pk
    assert list(head.posts.order_by("valid_from").values_list("unit__code", "valid_to")) == [
        ("E", MOVED),
        ("W", None),
    ]
    assert AuditEvent.objects.get(action="unit.merged").data["merged_into"] == "W"


def test_a_merged_unit_is_not_reopened(tree, office):
    one, two = tree.west_outlets
    services.merge_units(office, one, two, MOVED, version=1, reason="合并")
    with pytest.raises(RuleViolation) as refusal:
        services.reopen_unit(office, one, version=2, reason="更正")
    assert refusal.value.code == "merged_already"


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [("W1", "W1", "merged_with_itself"), ("W1", "E", "merged_across_levels")],
)
def test_mergers_that_make_no_sense_are_refused(tree, office, source, target, code):
    one, two = Unit.objects.get(code=source), Unit.objects.get(code=target)
    with pytest.raises(RuleViolation) as refusal:
        services.merge_units(office, one, two, MOVED, version=1, reason="合并")
    assert refusal.value.code == code


def test_nobody_is_merged_into_a_unit_that_is_gone(tree, office):
    one, two = tree.west_outlets
    services.close_unit(office, two, date(2020, 1, 1), version=1, reason="撤并")
    with pytest.raises(RuleViolation) as refusal:
        services.merge_units(office, one, two, MOVED, version=1, reason="合并")
    assert refusal.value.code == "target_not_there"


# --- queries ------------------------------------------------------------------------------------


def test_the_tree_of_a_past_day_shows_the_units_of_that_day(tree, office):
    services.apply_units(office, [row("E1", "W", valid_from=MOVED)])
    services.close_unit(office, tree.west_outlets[0], TODAY, version=1, reason="撤并")

    def under(day, unit):
        return [n.code for n in queries.children_on(day, office.scope, unit)]

    assert under(date(2021, 5, 14), tree.east) == ["ES", "E1", "E2"]
    assert under(MOVED, tree.east) == ["ES", "E2"]
    assert under(MOVED, tree.west) == ["W1", "W2", "E1"]
    assert under(TODAY, tree.west) == ["W2", "E1"]
    assert under(TODAY, None) == ["P"]
    assert [n.code for n in queries.tree_on(TODAY, office.scope)][:3] == ["P", "E", "ES"]


def test_the_tree_begins_with_what_the_actor_reaches(tree):
    actor = make_actor("branch_manager", unit=tree.east)
    top = queries.children_on(TODAY, actor.scope, None)
    assert [(n.code, n.has_children) for n in top] == [("E", True)]
    assert "W1" not in {n.code for n in queries.tree_on(TODAY, actor.scope)}
    assert [u.code for u in queries.units_above(tree.east_outlets[2], actor.scope)] == ["E", "ES"]


def test_a_branch_sees_a_moved_outlet_only_in_its_own_days(tree, office):
    services.apply_units(office, [row("E1", "W", valid_from=MOVED)])
    east = make_actor("branch_manager", unit=tree.east)
    assert "E1" in {n.code for n in queries.tree_on(date(2021, 5, 14), east.scope)}
    assert "E1" not in {n.code for n in queries.tree_on(MOVED, east.scope)}
    assert not Unit.objects.visible_to(east.scope).filter(code="E1").exists()

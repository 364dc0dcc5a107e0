from dataclasses import replace
from datetime import date

import pytest

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.platform.models import AuditEvent, Notice
from hearth.programme.models import Programme, Task
from hearth.programme.services.plans import MeasureText, PlanText, save_plan
from hearth.programme.services.worklist import TaskText, add_task, change_task, withdraw_task
from tests.factories import make_actor, make_tree, make_user
from tests.factories_programme import make_plan, make_task, share_of

pytestmark = pytest.mark.django_db

PLAN = PlanText(
    year=2021,
    title="2021年服务升温工程活动方案",
    starts_on=date(2021, 1, 1),
    ends_on=date(2021, 12, 31),
    goals={"environment": "网点更温馨"},
    measures=(MeasureText("environment", "M1", "擦亮招牌"), MeasureText("brand", "M2", "案例")),
)


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


@pytest.fixture
def east(tree):
    return make_actor("branch_manager", unit=tree.east)


def text(unit, **changes):
    days = {"starts_on": date(2021, 3, 1), "due_on": date(2021, 5, 31)}
    return TaskText(**({"title": "清洁灯箱", "unit": unit} | days | changes))


# --- the plan -------------------------------------------------------------------------------------


def test_a_plan_keeps_pillars_and_measures(office):
    programme = save_plan(actor=office, text=PLAN)

    assert {p.key: p.goal for p in programme.pillars.all()} == {
        "environment": "网点更温馨",
        "service": "",
        "brand": "",
    }
    assert list(programme.measures.order_by("code").values_list("code", "pillar__key")) == [
        ("M1", "environment"),
        ("M2", "brand"),
    ]
    event = AuditEvent.objects.get(action="plan.added")
    assert event.data == {"year": 2021, "measures": 2}


def test_a_changed_plan_drops_measures_that_no_task_carries_out(office, tree):
    programme = save_plan(actor=office, text=PLAN)
    make_task(programme, tree.province, measure=programme.measures.get(code="M1"))
    fewer = replace(PLAN, measures=PLAN.measures[:1], title="改")

    save_plan(actor=office, text=fewer, programme_id=programme.pk, version=1)

    programme.refresh_from_db()
    assert (programme.title, programme.version) == ("改", 2)
    assert [m.code for m in programme.measures.all()] == ["M1"]


def test_a_measure_in_use_stays(office, tree):
    programme = save_plan(actor=office, text=PLAN)
    make_task(programme, tree.province, measure=programme.measures.get(code="M1"))

    with pytest.raises(RuleViolation) as refusal:
        save_plan(
            actor=office, text=replace(PLAN, measures=()), programme_id=programme.pk, version=1
        )

    assert refusal.value.code == "measure_in_use"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"year": 21}, "year"),
        ({"title": "  "}, "title"),
        ({"ends_on": date(2020, 12, 31)}, "ends_on"),
        ({"measures": (MeasureText("brand", "", "x"),)}, "measures"),
        ({"measures": 2 * (MeasureText("brand", "M1", "x"),)}, "measures"),
        ({"measures": (MeasureText("moon", "M1", "x"),)}, "measures"),
    ],
)  # fmt: skip
def test_a_plan_with_a_fault_is_refused(office, changes, field):
    with pytest.raises(RuleViolation) as refusal:
        save_plan(actor=office, text=replace(PLAN, **changes))

    assert [f for f, _sentence in refusal.value.facts["faults"]] == [field]
    assert not Programme.objects.exists()


def test_a_year_has_one_plan(office):
    save_plan(actor=office, text=PLAN)

    with pytest.raises(RuleViolation):
        save_plan(actor=office, text=PLAN)


def test_a_stale_plan_is_refused(office):
    programme = save_plan(actor=office, text=PLAN)

    with pytest.raises(StaleWrite):
        save_plan(actor=office, text=PLAN, programme_id=programme.pk, version=0)


def test_only_the_office_writes_plans(east):
    with pytest.raises(NotAllowed):
        save_plan(actor=east, text=PLAN)


# --- giving tasks ---------------------------------------------------------------------------------


def test_a_task_goes_to_each_unit_and_tells_those_who_answer(office, tree):
    programme = make_plan()
    boss = make_user("branch_manager", unit=tree.east)
    make_user("staff", unit=tree.west)

    task = add_task(
        actor=office,
        programme_id=programme.pk,
        text=text(tree.province, code="H1", is_planned=True, reporters=(tree.east, tree.west)),
    )

    assert {s.unit.code for s in task.shares.all()} == {"E", "W"}
    # the west has nobody who works for it, so the province is told: that is the one who gave it
    assert list(Notice.objects.values_list("user_id", "kind")) == [(boss.pk, "task.assigned")]
    event = AuditEvent.objects.get(action="task.added")
    assert event.object_id == str(task.pk)
    assert event.unit_path == tree.province.path


def test_a_branch_gives_a_task_to_its_outlet_and_it_gets_a_number(east, tree):
    programme = make_plan()
    outlet = tree.east_outlets[0]

    first = add_task(actor=east, programme_id=programme.pk, text=text(outlet))
    second = add_task(actor=east, programme_id=programme.pk, text=text(outlet))

    assert (first.code, second.code) == ("T0001", "T0002")
    assert [s.unit for s in first.shares.all()] == [outlet]


@pytest.mark.parametrize("unit", ["west", "province"])
def test_a_branch_gives_no_task_elsewhere(east, tree, unit):
    programme = make_plan()

    with pytest.raises(NotAllowed):
        add_task(actor=east, programme_id=programme.pk, text=text(getattr(tree, unit)))


def test_a_branch_adds_nothing_to_the_work_list(east, tree):
    programme = make_plan()

    with pytest.raises(NotAllowed):
        add_task(actor=east, programme_id=programme.pk, text=text(tree.east, is_planned=True))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"due_on": date(2021, 2, 1)}, "due_on"),
        ({"figure": "no.such"}, "figure"),
        ({"code": "H1", "depends_on": ("H1",)}, "depends_on"),
        ({"depends_on": ("NONE",)}, "depends_on"),
        ({"code": "TAKEN"}, "code"),
    ],
)
def test_a_task_with_a_fault_is_refused(office, tree, changes, field):
    programme = make_plan()
    make_task(programme, tree.province, code="TAKEN")

    with pytest.raises(RuleViolation) as refusal:
        add_task(actor=office, programme_id=programme.pk, text=text(tree.province, **changes))

    assert field in [f for f, _sentence in refusal.value.facts["faults"]]
    assert Task.objects.count() == 1


def test_a_measure_of_another_year_is_refused(office, tree):
    other = make_plan(2020)
    measure = other.measures.get(code="M1")

    with pytest.raises(RuleViolation):
        add_task(
            actor=office, programme_id=make_plan().pk, text=text(tree.province, measure=measure)
        )


# --- changing tasks -------------------------------------------------------------------------------


def test_units_that_have_begun_stay_and_others_come_and_go(office, tree):
    task = make_task(make_plan(), tree.province, tree.east, tree.west, is_planned=True)
    share_of(task, tree.east)
    wanted = text(tree.province, is_planned=True, reporters=(tree.west, tree.east_outlets[0]))

    change_task(actor=office, task_id=task.pk, version=1, text=wanted)

    assert {s.unit.code for s in task.shares.all()} == {"W", "E1"}
    begun = share_of(task, tree.west)
    begun.state = "underway"
    begun.save()
    with pytest.raises(RuleViolation) as refusal:
        change_task(
            actor=office,
            task_id=task.pk,
            version=2,
            text=text(tree.province, is_planned=True, reporters=(tree.east,)),
        )
    assert refusal.value.facts["faults"][0][0] == "reporters"


def test_a_circle_of_waiting_is_refused(office, tree):
    programme = make_plan()
    one = make_task(programme, tree.province, code="A")
    two = make_task(programme, tree.province, code="B")
    two.depends_on.add(one)

    with pytest.raises(RuleViolation) as refusal:
        change_task(
            actor=office, task_id=one.pk, version=1, text=text(tree.province, depends_on=("B",))
        )

    assert "A → B → A" in str(refusal.value)


def test_the_unit_that_got_a_task_cannot_change_it(east, tree):
    outlet = tree.east_outlets[0]
    task = add_task(actor=east, programme_id=make_plan().pk, text=text(outlet))
    head = make_actor("outlet_head", unit=outlet)

    with pytest.raises(NotAllowed):
        change_task(actor=head, task_id=task.pk, version=1, text=text(outlet, title="更轻松"))
    with pytest.raises(NotAllowed):
        withdraw_task(actor=head, task_id=task.pk, version=1, reason="不想做")


def test_a_task_of_another_branch_does_not_exist(east, tree):
    task = make_task(make_plan(), tree.west)

    with pytest.raises(Task.DoesNotExist):
        change_task(actor=east, task_id=task.pk, version=1, text=text(tree.west))


def test_a_stale_change_is_refused(office, tree):
    task = make_task(make_plan(), tree.province)

    with pytest.raises(StaleWrite):
        change_task(actor=office, task_id=task.pk, version=7, text=text(tree.province))


def test_a_withdrawn_task_frees_its_code_and_is_owed_no_more(office, tree):
    programme = make_plan()
    task = make_task(programme, tree.province, code="H1")

    withdraw_task(actor=office, task_id=task.pk, version=1, reason="合并到 H2")
    again = add_task(actor=office, programme_id=programme.pk, text=text(tree.province, code="H1"))

    task.refresh_from_db()
    assert task.withdrawal_reason == "合并到 H2"
    assert again.code == "H1"
    with pytest.raises(RuleViolation):
        withdraw_task(actor=office, task_id=task.pk, version=2, reason="再来")


def test_withdrawing_takes_a_reason(office, tree):
    task = make_task(make_plan(), tree.province)

    with pytest.raises(RuleViolation) as refusal:
        withdraw_task(actor=office, task_id=task.pk, version=1, reason=" ")

    assert refusal.value.code == "no_reason"

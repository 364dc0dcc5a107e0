"""Targets and performance: set in one form, compared, opened down to the records."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hearth.programme.models import Target
from tests.factories import make_tree, make_unit
from tests.factories_inspections import make_inspection
from tests.factories_programme import make_plan, make_target
from tests.factories_standards import make_edition
from tests.web.programme.pages import body, english, queries

pytestmark = pytest.mark.django_db
LIST, NEW = "programme:target-list", "programme:target-create"


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return english("programme_manager", unit=tree.province)


@pytest.fixture
def east(tree):
    return english("branch_manager", unit=tree.east)


def said(**changes):
    return {
        "figure": "outlets",
        "period": "2021q2",
        "rule": "linear",
        "direction": "",
        "target": "4",
        "floor": "0",
        "weight": "1.5",
        "to": "branches",
    } | changes


def compare(period="2021Q2"):
    return reverse("programme:performance-of", args=[period])


def of_unit(name, code, *more, period="2021Q2"):
    return reverse(f"programme:{name}", args=[period, code, *more])


# --- setting --------------------------------------------------------------------------------------


def test_without_targets_the_pages_say_what_to_do(office, east):
    for address in (reverse(LIST), reverse("programme:performance"), compare()):
        assert "Set targets" in body(office.get(address))
        assert "The programme office sets them" in body(east.get(address))


def test_targets_are_set_for_all_branches_in_one_form(office):
    answer = office.post(reverse(NEW), said())

    assert answer.url == f"{reverse(LIST)}?period=2021Q2"
    assert list(
        Target.objects.order_by("unit__path").values_list("unit__code", "weight_centi")
    ) == [
        ("E", 150),
        ("W", 150),
    ]
    page = body(office.get(answer.url))
    assert "<strong>2</strong> targets over 1 figure." in page
    assert "≥ 4, nothing from 0 on" in page


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"to": "outlets", "below": "E"}, {"E1", "E2", "E3"}),
        ({"to": "chosen", "codes": "P W1"}, {"P", "W1"}),
    ],
)
def test_or_for_others(office, changes, codes):
    office.post(reverse(NEW), said(**changes))

    assert {t.unit.code for t in Target.objects.all()} == codes


def test_a_lower_value_is_better_where_the_figure_says_so(office):
    form = said(figure="findings.red", target="0", floor="20")
    assert office.post(reverse(NEW), form).status_code == 302
    assert Target.objects.first().is_lower_better
    assert (
        office.post(reverse(NEW), form | {"direction": "higher", "replace": "on"}).status_code
        == 422
    )


def test_steps_are_read(office):
    form = said(rule="stepped", steps="90=100； 80.5=60;70=30", floor="")
    office.post(reverse(NEW), form)

    target = Target.objects.first()
    assert target.steps == [[90_000, 10_000], [80_500, 6_000], [70_000, 3_000]]
    edit = reverse("programme:target-edit", args=[target.pk])
    assert office.get(edit).context["form"].initial["steps"] == "90=100; 80.5=60; 70=30"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": "stepped", "steps": "90:100"}, "steps"),
        ({"rule": "stepped", "steps": "inf=100"}, "steps"),
        ({"rule": "stepped", "steps": "90=100.005"}, "steps"),
        ({"floor": "9"}, "floor"),
        ({"floor": ""}, "floor"),
        ({"period": "Q2"}, "period"),
        ({"weight": "0"}, "weight"),
        ({"below": "NONE"}, "below"),
        ({"to": "chosen", "codes": "NONE"}, "codes"),
        ({"figure": "no"}, "figure"),
    ],
)
def test_a_fault_stands_beside_its_field(office, changes, field):
    answer = office.post(reverse(NEW), said(**changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_a_target_is_changed_and_withdrawn(office, tree):
    target = make_target(tree.east)
    edit = reverse("programme:target-edit", args=[target.pk])
    form = {k: v for k, v in office.get(edit).context["form"].initial.items() if v is not None}

    assert office.post(edit, form | {"version": 8}).status_code == 422
    assert office.post(edit, form | {"target": "12"}).status_code == 302
    gone = reverse("programme:target-withdraw", args=[target.pk])
    assert office.post(gone, {"version": 2, "reason": " "}).status_code == 422
    assert office.post(gone, {"version": 2, "reason": "口径"}).status_code == 302
    assert office.get(edit).status_code == 404


def test_the_list_is_narrowed(office, tree):
    make_target(tree.east)
    make_target(tree.east_outlets[0])
    make_target(tree.west, figure="inspections")

    def codes(query):
        answer = office.get(f"{reverse(LIST)}?{query}")
        return [target.unit.code for target, _figure, _scale in answer.context["rows"]]

    assert codes("") == ["E", "E1", "W"]
    assert codes("figure=inspections") == ["W"]
    assert codes("unit=E") == ["E", "E1"]
    assert codes("unit=NONE") == []
    assert codes("period=1999") == ["E", "E1", "W"]


# --- performance ----------------------------------------------------------------------------------


def test_branches_are_compared_in_a_table_and_a_picture(office, tree):
    make_target(tree.east, target_milli=6_000)
    make_target(tree.west, target_milli=2_000)

    page = body(office.get(compare()))

    assert "<strong>西城分行</strong> leads with <strong>100.00</strong>." in page
    assert "50.00" in page
    assert "hc-at-360" in page
    assert of_unit("sheet", "W") in page


def test_who_shares_the_lead_is_said(office, tree):
    make_target(tree.east, target_milli=1_000)
    make_target(tree.west, target_milli=1_000)

    assert "<strong>2</strong> units share the first place" in body(office.get(compare()))


def test_a_branch_sees_itself_alone(east, tree):
    make_target(tree.east, target_milli=4_000)
    make_target(tree.west, target_milli=2_000)

    page = body(east.get(compare()))

    assert "<strong>东城分行</strong> has <strong>75.00</strong> points" in page
    assert "西城分行" not in page
    assert east.get(of_unit("sheet", "W")).status_code == 404


def test_levels_are_chosen(office, tree):
    make_target(tree.east)
    make_target(tree.east_outlets[0])

    outlets = office.get(f"{compare()}?level=outlet").context

    assert [sheet.unit.code for sheet in outlets["sheets"]] == ["E1"]
    assert [s.unit.code for s in office.get(f"{compare()}?level=x").context["sheets"]] == ["E"]


def test_a_sheet_opens_to_its_rows_and_to_a_task(east, tree):
    make_plan()
    make_target(tree.east, figure="inspections", target_milli=10_000)
    make_inspection(tree.east_outlets[0], make_edition(), on="2021-05-05")

    page = body(east.get(of_unit("sheet", "E")))

    assert "<strong>10.00</strong> points as of 2021-06-30" in page
    rows = f"{reverse('figures:rows', args=['inspections'])}?unit=E&as_of=2021-06-30"
    assert rows.replace("&", "&amp;") in page
    assert f"{reverse('programme:task-create')}?unit=E&amp;figure=inspections" in page
    assert east.get(rows).status_code == 200


@pytest.mark.parametrize(
    ("on", "points"), [("2021-05-04", "0.00"), ("2021-05-05", "10.00"), ("nonsense", "10.00")]
)
def test_a_sheet_speaks_of_the_day_asked_for(east, tree, on, points):
    make_target(tree.east, figure="inspections", target_milli=10_000)
    make_inspection(tree.east_outlets[0], make_edition(), on="2021-05-05")

    page = body(east.get(f"{of_unit('sheet', 'E')}?on={on}"))

    assert f"<strong>{points}</strong> points" in page


def test_a_sheet_without_targets_or_values_says_so(east, tree):
    assert "No target is set for this unit and period." in body(east.get(of_unit("sheet", "E")))
    make_target(tree.east, figure="checks.mean", target_milli=90_000, floor_milli=1)
    assert "No target has a value yet" in body(east.get(of_unit("sheet", "E")))
    assert "No target has a value as of" in body(east.get(compare()))


def test_the_forecast_is_said_in_words(east, tree):
    make_target(tree.east, target_milli=3_000)
    make_target(tree.east, figure="inspections", target_milli=5_000)
    address = of_unit("forecast", "E")

    over = body(east.get(address))
    early = body(east.get(f"{address}?on=2021-04-05"))

    assert "The period is over: <strong>1</strong> of 2 targets were reached." in over
    assert "Too early to say" in early
    assert "The target will be met at the present pace." in early
    assert "No target is set" in body(east.get(of_unit("forecast", "E", period="2021Q1")))


def test_the_workbook_holds_totals_and_lines(office, tree):
    make_target(tree.east, target_milli=4_000)
    answer = office.get(reverse("programme:performance-export", args=["2021Q2"]))

    assert answer.headers["Content-Type"].startswith("application/vnd.openxml")
    answer.close()


@pytest.mark.parametrize("period", ["2021Q9", "x"])
def test_a_period_that_is_none_is_not_there(office, period):
    assert office.get(compare(period)).status_code == 404
    assert office.get(of_unit("sheet", "E", period=period)).status_code == 404


def test_more_units_and_figures_take_no_more_queries(office, tree):
    for unit in (tree.east, tree.west):
        make_target(unit)
    few = [queries(office, address) for address in (compare(), reverse(LIST))]
    for _ in range(20):
        make_target(make_unit(tree.province))

    assert [queries(office, address) for address in (compare(), reverse(LIST))] == few

"""Pages of the plan and its tasks: shown, empty, refused, and as a walk through them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hearth.programme.models import Programme, Task
from tests.factories import make_person, make_tree, make_user
from tests.factories_programme import make_document, make_plan, make_task, share_of
from tests.web.programme.pages import body, english, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def programme(tree):
    return make_plan()


@pytest.fixture
def office(tree):
    return english("programme_manager", unit=tree.province)


@pytest.fixture
def east(tree):
    return english("branch_manager", unit=tree.east)


def late(programme, *units, **fields):
    return make_task(programme, *units, due_on=timezone.localdate() - timedelta(days=3), **fields)


# --- the plan -------------------------------------------------------------------------------------


def test_without_a_plan_the_page_says_what_to_do_next(office, east):
    assert "Write the plan" in body(office.get(reverse("programme:plan")))
    assert "Write the plan" not in body(east.get(reverse("programme:plan")))
    assert office.get(reverse("programme:board", args=[2021])).status_code == 404
    assert office.get(reverse("programme:plan-of-year", args=[1999])).status_code == 404


def test_the_plan_says_in_a_sentence_where_it_stands(office, tree, programme):
    make_task(programme, tree.province, tree.east, tree.west, state="verified")
    make_task(programme, tree.province, tree.east, tree.west, state="done")
    late(programme, tree.province, tree.east, title="灯箱")

    page = body(office.get(reverse("programme:plan")))

    assert "<strong>2</strong> of 3 tasks are done, <strong>1</strong> is late." in page
    assert "灯箱" in page


def test_a_branch_reads_of_its_own_share(east, tree, programme):
    task = make_task(programme, tree.province, tree.east, tree.west, is_planned=True)
    mine = share_of(task, tree.east)
    mine.state, mine.done_on = "done", timezone.localdate()
    mine.save()
    make_task(programme, tree.province, tree.west, is_planned=True, title="西城的事")

    page = body(east.get(reverse("programme:plan")))

    assert "<strong>1</strong> of 1 task is done, none is late." in page


def test_a_plan_is_written_in_one_form(office):
    address = reverse("programme:plan-create")
    said = {
        "year": 2021,
        "title": "服务升温工程",
        "starts_on": "2021-01-01",
        "ends_on": "2021-12-31",
        "aim": "让客户感到温暖",
        "missing": "left_out",
        "goal_environment": "环境升温",
        "measures_environment": "M1 擦亮招牌：清洁、维修、更换\nM2 清洁日",
    }

    answer = office.post(address, said)

    assert answer.status_code == 302
    programme = Programme.objects.get()
    assert [(m.code, m.title, m.detail) for m in programme.measures.order_by("code")] == [
        ("M1", "擦亮招牌", "清洁、维修、更换"),
        ("M2", "清洁日", ""),
    ]
    edit = reverse("programme:plan-edit", args=[2021])
    assert "M1 擦亮招牌：清洁、维修、更换" in body(office.get(edit))
    assert office.post(edit, said | {"version": 9}).status_code == 422
    assert office.post(address, said).status_code == 422


@pytest.mark.parametrize("line", ["M1", "一句没有编号的超长举措" * 20])
def test_a_measure_that_cannot_be_read_is_shown(office, line):
    answer = office.post(reverse("programme:plan-create"), {"measures_brand": line})

    assert answer.status_code == 422
    assert "Write a code, a blank and the title" in body(answer)


# --- board and list -------------------------------------------------------------------------------


def test_the_board_sorts_by_state_and_moves_by_buttons(east, tree, programme):
    for state in ("not_started", "underway", "done", "verified"):
        make_task(programme, tree.east, state=state, title=f"卡片 {state}")

    address = reverse("programme:board", args=[2021])
    columns = east.get(address).context["columns"]

    assert [(c["state"], c["count"]) for c in columns] == [
        ("not_started", 1),
        ("underway", 1),
        ("done", 1),
        ("verified", 1),
    ]
    _task, share, may_move = columns[0]["cards"][0]
    assert may_move
    answer = east.post(
        reverse("programme:share-report", args=[share.pk]),
        {"version": share.version, "state": "underway", "next": address},
    )
    assert (answer.status_code, answer.url) == (302, address)
    assert east.get(address).context["columns"][1]["count"] == 2


def test_a_form_leads_nowhere_else(east, tree, programme):
    share = make_task(programme, tree.east).shares.get()

    answer = east.post(
        reverse("programme:share-report", args=[share.pk]),
        {"version": 1, "state": "underway", "next": "https://elsewhere.example/"},
    )

    assert answer.url == reverse("programme:task", args=[share.task_id])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=灯箱", {"灯箱"}),
        ("pillar=environment", {"灯箱"}),
        ("unit=E1", {"网点的事"}),
        ("unit=W", set()),
        ("post=大堂经理", {"网点的事"}),
        ("state=late", {"晚了"}),
        ("state=open", {"灯箱", "网点的事", "晚了"}),
        ("state=done", {"完成"}),
        ("source=plan", {"灯箱"}),
        ("source=given", {"网点的事", "晚了", "完成"}),
        ("state=nonsense", {"灯箱", "网点的事", "晚了", "完成"}),
    ],
)
def test_the_list_is_narrowed(east, tree, programme, query, found):
    measure = programme.measures.get(code="M1")
    make_task(programme, tree.province, tree.east, title="灯箱", measure=measure, is_planned=True)
    make_task(programme, tree.east_outlets[0], title="网点的事", post="大堂经理")
    late(programme, tree.east, title="晚了")
    make_task(programme, tree.east, title="完成", state="done")

    answer = east.get(f"{reverse('programme:task-list', args=[2021])}?{query}")

    assert {task.title for task, _state in answer.context["rows"]} == found
    board = east.get(f"{reverse('programme:board', args=[2021])}?{query}")
    assert board.status_code == 200


def test_an_outlet_reads_the_work_list_without_a_share_in_it(tree, programme):
    make_task(programme, tree.province, tree.east, is_planned=True, title="全行的事")
    head = english("outlet_head", unit=tree.east_outlets[0])

    page = body(head.get(reverse("programme:task-list", args=[2021])))

    assert "全行的事" in page
    assert "it does not wait for a unit of yours" in page


def test_the_export_holds_the_work_list_and_its_states(east, tree, programme):
    make_task(programme, tree.province, tree.east, tree.west, is_planned=True, code="H1")
    address = reverse("programme:task-export", args=[2021])

    as_csv = b"".join(east.get(f"{address}?format=csv").streaming_content).decode("utf-8-sig")
    workbook = east.get(address)
    workbook.close()

    assert "H1" in as_csv
    assert ",E," in as_csv
    assert "W" not in as_csv.splitlines()[1].split(",")
    assert workbook.headers["Content-Type"].startswith("application/vnd.openxml")


def test_the_calendar_draws_each_task_and_its_arrows(east, tree, programme):
    first = make_task(programme, tree.east, code="A", title="先做")
    then = late(programme, tree.east, code="B", title="后做")
    then.depends_on.add(first)
    address = reverse("programme:gantt", args=[2021])

    page = body(east.get(address))

    assert page.count("hc-at-360") == 1
    assert reverse("programme:task", args=[then.pk]) in page
    assert "after A" in page
    assert "No task matches" in body(east.get(f"{address}?q=没有"))


@pytest.mark.parametrize(
    "name",
    ["programme:board", "programme:task-list", "programme:plan-of-year", "programme:gantt"],
)
def test_more_tasks_take_no_more_queries(east, tree, programme, name):
    counts = []
    for size in (1, 24):
        for _ in range(size):
            make_task(programme, tree.province, tree.east, tree.east_outlets[0], is_planned=True)
            make_task(programme, tree.east_outlets[1], measure=programme.measures.first())
        counts.append(queries(east, reverse(name, args=[2021])))

    assert counts[0] == counts[1]


# --- my tasks -------------------------------------------------------------------------------------


def test_my_tasks_are_those_of_my_post_and_my_unit(tree, programme):
    outlet = tree.east_outlets[0]
    person = make_person(outlet, post="大堂经理")
    head = english(make_user("outlet_head", unit=outlet, person=person))
    make_task(programme, outlet, title="我的岗位", post="大堂经理")
    late(programme, outlet, title="我的网点")
    make_task(programme, tree.east_outlets[1], title="别的网点")

    answer = head.get(reverse("programme:mine"))

    mine = answer.context["mine"]
    assert [s.task.title for s in mine.for_post] == ["我的岗位"]
    assert [s.task.title for s in mine.for_unit] == ["我的网点"]
    assert "<strong>2</strong> tasks wait for you, <strong>1</strong> is late." in body(answer)


def test_what_others_did_waits_for_the_eyes_of_who_stands_above(east, tree, programme):
    make_task(programme, tree.east_outlets[0], title="网点做完了", state="done")
    make_task(programme, tree.east, title="自己做完了", state="done")

    mine = east.get(reverse("programme:mine")).context["mine"]

    assert [s.task.title for s in mine.to_verify] == ["网点做完了"]
    assert [s.task.title for s in mine.finished] == ["自己做完了"]


def test_nothing_asked_is_said_kindly(tree, programme):
    head = english("outlet_head", unit=tree.east_outlets[0])

    assert "Nothing is asked of you" in body(head.get(reverse("programme:mine")))


def test_the_first_page_says_what_waits(east, tree, programme):
    late(programme, tree.east)
    make_task(programme, tree.east)
    make_task(programme, tree.east_outlets[0], state="done")
    make_document(tree.east)

    duties = {d.text: d.count for d in east.get(reverse("cockpit:home")).context["duties"]}

    assert duties == {
        "task of your unit is late": 1,
        "task waits for your unit": 1,
        "task waits to be verified": 1,
        "document waits to be acknowledged": 1,
    }


# --- one task -------------------------------------------------------------------------------------


def test_a_task_is_given_from_a_link_of_another_page(east, tree, programme):
    address = reverse("programme:task-create")
    asked = f"{address}?unit=E1&title=灯箱破损&figure=outlets"

    page = east.get(asked)

    assert page.context["form"].initial["unit"] == "E1"
    assert page.context["form"].initial["figure"] == "outlets"
    answer = east.post(
        asked,
        {
            "title": "灯箱破损",
            "unit": "E1",
            "figure": "outlets",
            "starts_on": "2021-06-01",
            "due_on": "2021-06-30",
            "reporting": "owner",
            "priority": "high",
        },
    )
    task = Task.objects.get()
    assert answer.url == reverse("programme:task", args=[task.pk])
    assert (task.unit.code, task.figure, task.is_planned) == ("E1", "outlets", False)


def give(client, **changes):
    said = {
        "title": "t",
        "unit": "P",
        "starts_on": "2021-06-01",
        "due_on": "2021-06-30",
        "reporting": "owner",
        "priority": "normal",
    }
    return client.post(reverse("programme:task-create"), said | changes)


@pytest.mark.parametrize(
    ("changes", "reporting"),
    [
        ({}, {"P"}),
        ({"reporting": "branches"}, {"E", "W"}),
        ({"reporting": "outlets"}, {"E1", "E2", "E3", "W1", "W2"}),
        ({"reporting": "chosen", "reporters": "W1， E1;E"}, {"W1", "E1", "E"}),
        ({"unit": "E", "reporting": "branches"}, {"E"}),
    ],
)
def test_who_reports_is_chosen_in_one_go(office, programme, changes, reporting):
    assert give(office, **changes).status_code == 302

    assert {s.unit.code for s in Task.objects.get().shares.all()} == reporting


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit": "NONE"}, "unit"),
        ({"reporting": "chosen", "reporters": "E NONE"}, "reporters"),
        ({"reporting": "chosen"}, "reporting"),
        ({"unit": "E1", "reporting": "branches"}, "reporting"),
        ({"due_on": "2021-05-01"}, "due_on"),
        ({"depends_on": "NONE"}, "depends_on"),
    ],
)
def test_a_fault_stands_beside_its_field(office, programme, changes, field):
    answer = give(office, **changes)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_a_branch_cannot_reach_beyond_itself(east, programme):
    assert give(east, unit="W1").status_code == 422  # it is not there for them
    assert give(east, unit="P").status_code == 422


def test_a_walk_from_giving_to_verified(east, tree, programme):
    outlet = tree.east_outlets[0]
    head = english("outlet_head", unit=outlet)
    give(east, unit="E1", title="更换灯箱")
    task = Task.objects.get()
    page = reverse("programme:task", args=[task.pk])
    share = task.shares.get()
    report = reverse("programme:share-report", args=[share.pk])

    assert "更换灯箱" in body(head.get(reverse("cockpit:notices")))
    assert head.get(reverse("programme:task-edit", args=[task.pk])).status_code == 403
    refused = head.post(report, {"version": 1, "state": "done"})
    assert refused.status_code == 422
    assert "Nothing counts without proof" in body(refused)
    photo = SimpleUploadedFile("验收.txt", b"ok")
    sent = head.post(report, {"version": 1, "state": "done", "note": "换好了", "proof": photo})
    assert sent.status_code == 302
    shown = body(east.get(page))
    assert "换好了" in shown
    assert "Verify" in shown
    kept = share.files.get()
    download = east.get(reverse("programme:file", args=[kept.uuid]))
    assert b"".join(download.streaming_content) == b"ok"
    assert download.headers["Content-Disposition"].startswith("attachment")
    verify = reverse("programme:share-verify", args=[share.pk])
    assert east.post(verify, {"version": "x"}).status_code == 422
    assert east.post(verify, {"version": 2}).status_code == 302
    assert "verified a task" in body(east.get(page))


def test_a_task_is_sent_back_with_a_reason(east, tree, programme):
    share = make_task(programme, tree.east_outlets[0], state="done").shares.get()
    address = reverse("programme:share-send-back", args=[share.pk])

    assert east.post(address, {"version": 1, "reason": " "}).status_code == 422
    assert east.post(address, {"version": 7, "reason": "x"}).status_code == 422
    assert east.post(address, {"version": 1, "reason": "照片不清"}).status_code == 302
    share.refresh_from_db()
    assert share.state == "underway"


def test_a_task_is_changed_and_withdrawn(east, tree, programme):
    other = make_task(programme, tree.east_outlets[1], code="A1")
    task = make_task(programme, tree.east_outlets[0], tree.east_outlets[0], tree.east_outlets[1])
    address = reverse("programme:task-edit", args=[task.pk])
    initial = east.get(address).context["form"].initial
    assert (initial["reporting"], initial["reporters"]) == ("chosen", "E1 E2")

    said = {k: v for k, v in initial.items() if v is not None} | {"depends_on": "A1", "title": "新"}
    assert east.post(address, said | {"version": 5}).status_code == 422
    assert east.post(address, said).status_code == 302
    assert [t.code for t in task.depends_on.all()] == ["A1"]
    assert "新" in body(east.get(reverse("programme:task", args=[other.pk])))
    gone = reverse("programme:task-withdraw", args=[task.pk])
    assert east.post(gone, {"version": 2, "reason": "重复"}).status_code == 302
    assert east.get(gone).status_code == 404
    assert "重复" in body(east.get(reverse("programme:task", args=[task.pk])))


def test_history_of_another_branch_is_not_told(east, office, tree, programme):
    task = make_task(programme, tree.province, tree.east, tree.west, is_planned=True)
    west = share_of(task, tree.west)
    report = reverse("programme:share-report", args=[west.pk])
    office.post(report, {"version": 1, "state": "underway", "note": "西城的说明"})

    page = reverse("programme:task", args=[task.pk])

    assert "西城的说明" in body(office.get(page))
    assert "西城的说明" not in body(east.get(page))


@pytest.mark.parametrize("state", ["", "done"])
def test_more_units_take_no_more_queries(office, tree, programme, state):
    few = make_task(programme, tree.province, tree.east)
    many = make_task(programme, tree.province, *tree.outlets, tree.east, tree.west)
    counts = []
    for task in (few, many):
        address = reverse("programme:task", args=[task.pk])
        counts.append(queries(office, f"{address}?state={state}"))

    assert counts[0] == counts[1]

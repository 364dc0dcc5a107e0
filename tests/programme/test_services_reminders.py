from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.platform.models import AuditEvent, Notice
from hearth.programme.models import Receipt, TaskShare
from hearth.programme.services.reminders import remind_daily
from hearth.workflows.upkeep import daily_chores
from tests.factories import make_tree, make_user
from tests.factories_programme import make_document, make_plan, make_task

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def programme(tree):
    return make_plan()


@pytest.fixture
def boss(tree):
    return make_user("branch_manager", unit=tree.east)


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", "params__n"))


@pytest.mark.parametrize(("days", "is_told"), [(0, True), (3, True), (4, False)])
def test_a_task_is_spoken_of_once_in_the_three_days_before_it_is_due(
    programme, tree, boss, today, days, is_told
):
    make_task(programme, tree.east, due_on=today + days * DAY)

    remind_daily(today)
    remind_daily(today)

    assert told(boss) == ([("task.due", 1)] if is_told else [])


def test_a_late_task_is_spoken_of_every_week(programme, tree, boss, today):
    make_task(programme, tree.east, due_on=today - DAY)

    for days in (0, 3, 7, 8):
        remind_daily(today + days * DAY)

    assert told(boss) == [("task.late", 1), ("task.late", 1)]


def test_one_notice_says_how_many(programme, tree, boss, today):
    for _ in range(3):
        make_task(programme, tree.east, due_on=today - DAY)
    make_task(programme, tree.east_outlets[0], due_on=today - DAY)  # nobody there: the branch

    assert remind_daily(today) == 1
    assert told(boss) == [("task.late", 4)]
    assert AuditEvent.objects.get(action="programme.reminded").actor == "system"


@pytest.mark.parametrize("state", ["done", "verified"])
def test_what_is_finished_or_withdrawn_is_not_spoken_of(programme, tree, boss, today, state):
    make_task(programme, tree.east, state=state, due_on=today - DAY)
    make_task(programme, tree.east, due_on=today - DAY, withdrawn_at=timezone.now())

    assert remind_daily(today) == 0
    assert not AuditEvent.objects.filter(action="programme.reminded").exists()


def test_an_unread_document_is_spoken_of_near_its_day_and_every_third_day(tree, boss, today):
    document = make_document(tree.east, tree.west, acknowledge_by=today + 2 * DAY)
    Receipt.objects.filter(unit=tree.west).update(acknowledged_at=timezone.now())

    for days in (0, 1, 2, 3, 4):
        remind_daily(today + days * DAY)

    assert told(boss) == [("document.unread", 1), ("document.unread", 1)]
    assert document.receipts.get(unit=tree.east).reminders == 2
    assert document.receipts.get(unit=tree.west).reminders == 0


def test_a_task_that_is_late_again_after_it_was_sent_back_is_spoken_of(
    programme, tree, boss, today
):
    task = make_task(programme, tree.east, due_on=today - DAY)
    remind_daily(today)
    TaskShare.objects.filter(task=task).update(state="underway")

    remind_daily(today + 7 * DAY)

    assert len(told(boss)) == 2


def test_the_chores_of_the_night_remind(programme, tree, boss, today):
    make_task(programme, tree.east, due_on=today)

    assert daily_chores()["reminded"] == 1
    assert told(boss) == [("task.due", 1)]

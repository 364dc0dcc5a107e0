"""Entering rows into a ledger: all or nothing, by key, where the unit lay on the day."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.ledgers.queries import RecordFilter, records
from hearth.ledgers.registers import REGISTERS, declare
from hearth.ledgers.services import apply_rows, save_record, withdraw
from hearth.network.actors import operator
from hearth.network.services.units import move_unit
from hearth.outreach.models import Station
from hearth.platform import audit
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree

pytestmark = pytest.mark.django_db

STATIONS = REGISTERS["stations"]


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def keeper(tree):
    return make_actor("outreach.edit", "outreach.view", unit=tree.east)


def row(unit="E1", since=date(2021, 4, 1), until=None, services=("饮水",)):
    return SimpleNamespace(unit=unit, since=since, until=until, services=services)


def entered(actor, *rows, **options):
    return apply_rows(actor=actor, register=STATIONS, rows=rows, **options)


def counts(outcome):
    return (outcome.created, outcome.updated, outcome.unchanged, len(outcome.problems))


def test_new_keys_are_added_known_ones_changed_or_left(keeper):
    assert counts(entered(keeper, row(), row("E2"))) == (2, 0, 0, 0)

    again = entered(keeper, row(), row("E2", services=("饮水", "座椅")), row("E3"))

    assert counts(again) == (1, 1, 1, 0)
    changed = Station.objects.get(unit__code="E2")
    assert (changed.services, changed.version) == (["饮水", "座椅"], 2)
    assert changed.recorded_by_id == keeper.user_id


def test_a_dry_run_says_the_same_and_writes_nothing(keeper):
    assert counts(entered(keeper, row(), dry_run=True)) == (1, 0, 0, 0)
    assert not Station.objects.exists()
    assert not AuditEvent.objects.exists()


def test_every_bad_row_is_named_and_nothing_is_written(keeper):
    outcome = entered(
        keeper, row(), row("W1"), row("NONE"), row("E2", until=date(2021, 3, 1)), row("E")
    )

    assert [(p.position, p.column) for p in outcome.problems] == [
        (1, "unit"),  # of another branch: as unknown as one that is not there
        (2, "unit"),
        (3, "until"),
        (4, "unit"),
    ]
    assert not Station.objects.exists()


def test_columns_that_a_file_lacks_stay_as_they_are(keeper):
    entered(keeper, row(services=("饮水",)))

    outcome = entered(keeper, row(services=()), columns=frozenset({"unit", "since"}))

    assert counts(outcome) == (0, 0, 1, 0)
    assert Station.objects.get().services == ["饮水"]


def test_a_record_lies_where_its_unit_lay_on_its_day(tree):
    outlet = tree.east_outlets[0]
    move_unit(operator("x"), outlet, "W", date(2021, 6, 1), version=outlet.version, reason="x")

    entered(operator("x"), row(since=date(2021, 5, 31)), row(since=date(2021, 6, 1)))

    paths = list(Station.objects.order_by("since").values_list("unit_path", flat=True))
    assert paths[0].startswith(tree.east.path)
    assert paths[1].startswith(tree.west.path)


def test_one_event_proves_which_rows_came(keeper):
    entered(keeper, row(), row("E2"))

    event = AuditEvent.objects.get()
    assert event.action == "record.imported"
    assert event.data["kind"] == "stations"
    assert (event.data["created"], event.data["updated"]) == (2, 0)
    assert len(event.data["digest"]) == 64
    assert list(audit.verify()) == []


def test_a_file_tells_of_every_record_that_it_changes(keeper):
    entered(keeper, row(), row("E2"))
    entered(keeper, row(), row("E2", services=("饮水", "座椅")))

    changed = Station.objects.get(unit__code="E2")
    event = AuditEvent.objects.get(action="record.changed")
    assert (event.object_id, event.unit_path) == (str(changed.pk), changed.unit_path)
    assert event.data["columns"] == ["services"]
    assert event.data["digest"] == AuditEvent.objects.get(seq=event.seq - 1).data["digest"]


def test_who_may_not_write_is_refused(tree):
    with pytest.raises(NotAllowed):
        entered(make_actor("outreach.view", unit=tree.east), row())


def test_the_number_of_queries_does_not_grow_with_the_rows(keeper):
    def asked(unit, size):
        with CaptureQueriesContext(connection) as queries:
            entered(keeper, *(row(unit, date(2021, 1, 1 + n)) for n in range(size)))
        return len(queries)

    asked("E3", 1)  # the trail's head is made by the first event of all
    few, many = asked("E1", 2), asked("E2", 20)
    assert few == many


# --- one at a time --------------------------------------------------------------------------------


def saved(actor, what, record=None, version=None):
    return save_record(actor=actor, register=STATIONS, row=what, record=record, version=version)


def test_a_form_adds_and_changes_one(keeper):
    made = saved(keeper, row())
    changed = saved(keeper, row(until=date(2021, 9, 1)), made, made.version)

    assert changed.pk == made.pk
    assert (changed.until, changed.version) == (date(2021, 9, 1), 2)
    assert list(AuditEvent.objects.order_by("seq").values_list("action", flat=True)) == [
        "record.added",
        "record.changed",
    ]


def test_a_form_refuses_with_the_columns_to_mend(keeper):
    with pytest.raises(RuleViolation) as refusal:
        saved(keeper, row(until=date(2020, 1, 1)))

    assert refusal.value.code == "row_refused"
    assert [column for column, _text in refusal.value.facts["faults"]] == ["until"]


def test_a_known_key_is_not_added_twice(keeper):
    saved(keeper, row())

    with pytest.raises(RuleViolation) as refusal:
        saved(keeper, row())

    assert refusal.value.code == "key_taken"
    assert Station.objects.count() == 1


def test_what_names_a_record_stays(keeper):
    made = saved(keeper, row())

    with pytest.raises(RuleViolation) as refusal:
        saved(keeper, row(since=date(2021, 5, 1)), made, made.version)

    assert refusal.value.code == "key_changed"
    assert Station.objects.get().since == date(2021, 4, 1)


def test_a_stale_form_is_refused(keeper):
    made = saved(keeper, row())
    saved(keeper, row(until=date(2021, 9, 1)), made, 1)

    with pytest.raises(StaleWrite):
        saved(keeper, row(until=date(2021, 8, 1)), made, 1)


def test_a_record_taken_back_is_kept_and_its_key_is_free(keeper):
    made = saved(keeper, row())

    withdraw(actor=keeper, register=STATIONS, record=made, version=1, reason=" 登记有误 ")

    made.refresh_from_db()
    assert made.is_withdrawn
    assert (made.withdrawal_reason, made.withdrawn_by_id) == ("登记有误", keeper.user_id)
    assert saved(keeper, row()).pk != made.pk
    with pytest.raises(RuleViolation) as refusal:
        withdraw(actor=keeper, register=STATIONS, record=made, version=2, reason="x")
    assert refusal.value.code == "withdrawn"


def test_taking_back_needs_a_reason_and_the_place(keeper, tree):
    made = saved(keeper, row())

    with pytest.raises(RuleViolation) as refusal:
        withdraw(actor=keeper, register=STATIONS, record=made, version=1, reason="  ")
    assert refusal.value.code == "no_reason"
    elsewhere = make_actor("outreach.edit", unit=tree.west)
    with pytest.raises(NotAllowed):
        withdraw(actor=elsewhere, register=STATIONS, record=made, version=1, reason="x")


# --- finding --------------------------------------------------------------------------------------


def found(actor, **chosen):
    rows = records(actor, STATIONS, RecordFilter(**chosen))
    return [(one.unit.code, one.since.month) for one in rows]


def test_a_list_is_narrowed_by_place_day_text_and_state(tree):
    head = operator("x")
    entered(head, row(), row("E2", date(2021, 5, 1)), row("W1", date(2021, 6, 1)))
    gone = Station.objects.get(unit__code="E2")
    withdraw(actor=head, register=STATIONS, record=gone, version=1, reason="x")

    assert found(head) == [("E1", 4), ("W1", 6)]
    assert found(head, under="W") == [("W1", 6)]
    assert found(head, under="nowhere") == []
    assert found(head, since=date(2021, 4, 2)) == [("W1", 6)]
    assert found(head, until=date(2021, 4, 1)) == [("E1", 4)]
    assert found(head, q="东门") == [("E1", 4)]
    assert found(head, picked={"unit": "W1"}) == [("W1", 6)]
    assert found(head, state="withdrawn") == [("E2", 5)]
    assert found(make_actor("outreach.view", unit=tree.west)) == [("W1", 6)]
    assert found(make_actor("network.view", unit=tree.west)) == []


def test_a_kind_is_declared_once():
    with pytest.raises(ValueError, match="stations"):
        declare(STATIONS)


def test_every_register_says_what_it_needs():
    for register in REGISTERS.values():
        names = {one.name for one in register.fields}
        assert set(register.natural_key) <= names, register.kind
        assert register.day in {"", *names}, register.kind
        assert str(register.title)
        assert register.spec.kind == register.kind
        assert set(register.example) <= names, register.kind

"""Many rows in one go: whatever their number, what is stored is what was given."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from hearth.platform import bulk
from hearth.platform.models import AuditEvent

pytestmark = pytest.mark.django_db
_COLUMNS = (
    "seq",
    "prev_hash",
    "hash",
    "at",
    "actor",
    "actor_name",
    "action",
    "object_type",
    "object_id",
    "unit_path",
    "data",
)
AT = datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)


def row(number: int) -> tuple:
    words = f'"{number}", \\ 叫号机旁有水渍\n😀'
    data = {"n": [number, None, words]}
    return (number, "", f"{number:064}", AT, "user:1", words, "a", "b.c", "7", "0001", data)


@pytest.mark.parametrize("count", [1, 2, bulk.FEW, bulk.FEW + 1, 3 * bulk.FEW])
def test_rows_come_back_as_they_went_in(count):
    rows = [row(number) for number in range(1, count + 1)]

    bulk.insert(AuditEvent, _COLUMNS, iter(rows))

    assert list(AuditEvent.objects.order_by("seq").values_list(*_COLUMNS)) == rows


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(AuditEvent, _COLUMNS, [])


@pytest.mark.parametrize("count", [2, bulk.FEW + 2])
def test_what_the_database_refuses_comes_as_djangos_error_and_stores_nothing(count):
    rows = [row(1)] * count

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(AuditEvent, _COLUMNS, rows)

    assert not AuditEvent.objects.exists()

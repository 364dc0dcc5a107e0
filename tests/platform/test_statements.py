"""Statements that are put into words once: both databases take them, and PostgreSQL keeps them."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hearth.network.models import ApiToken
from hearth.platform import statements
from tests.factories import make_user

pytestmark = pytest.mark.django_db
_BY_DIGEST = "SELECT id, expires_at, used_at, permissions FROM network_apitoken WHERE digest = %s"


def token(digest: str, **values) -> ApiToken:
    values = {"permissions": ["network.view"], "expires_at": timezone.now(), **values}
    return ApiToken(user=make_user(), name="t", digest=digest, **values)


def test_an_instant_goes_in_and_comes_back_the_same():
    at = datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)
    row = token("a", expires_at=at)
    statements.insert([row])

    found = statements.fetch(_BY_DIGEST, "a")

    assert [(key, statements.moment(when)) for key, when, *_rest in found] == [(row.pk, at)]
    assert statements.moment(found[0][2]) is None
    later = "SELECT COUNT(*) FROM network_apitoken WHERE expires_at > %s"
    assert statements.fetch(later, statements.instant(at)) == [(0,)]


def test_a_json_column_comes_as_text():
    statements.insert([token("a")])

    assert statements.fetch(_BY_DIGEST, "a")[0][3] == '["network.view"]'


def test_new_rows_get_their_keys_and_a_change_says_how_many_it_touched():
    rows = [token("a"), token("b")]
    statements.insert(rows)

    assert {row.pk for row in rows} == set(ApiToken.objects.values_list("pk", flat=True))
    renamed = "UPDATE network_apitoken SET name = %s WHERE digest IN (%s, %s)"
    assert statements.change(renamed, "other", "b", "c") == 1
    assert ApiToken.objects.get(digest="b").name == "other"


def test_what_the_database_refuses_comes_as_djangos_error_and_leaves_the_rest_usable():
    statements.insert([token("a")])

    with pytest.raises(IntegrityError), transaction.atomic():
        statements.insert([token("a")])

    assert len(statements.fetch(_BY_DIGEST, "a")) == 1


def test_each_statement_is_counted_as_any_other(django_assert_num_queries):
    with django_assert_num_queries(2):
        statements.fetch(_BY_DIGEST, "a")
        statements.change("DELETE FROM network_apitoken WHERE digest = %s", "a")


def test_postgresql_keeps_a_repeated_statement_prepared():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's driver keeps its own statements")
    mark = f"/* {uuid.uuid4()} */"
    for _time in range(3):
        statements.fetch(f"SELECT 1 {mark} WHERE %s = 'x'", "x")

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [text for (text,) in cursor.fetchall()]

    assert sum(mark in text for text in kept) == 1

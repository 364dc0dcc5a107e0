"""What the tests of a module begin from, made once and not for each of them.

    made = once_a_module(lambda: closed_quarter(before=True))

    @pytest.fixture
    def tree(made):
        return deepcopy(made)

Each test's own changes are taken back as ever: its transaction lies within the module's. The copy
keeps what one test does to an object from the next. Tests of the same module that do not ask for
the fixture may find its rows there or not, so they say nothing about how many rows a table has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.factories_standards import forget_rules


def once_a_module(make: Callable[[], Any]) -> Any:
    """A fixture of the module that holds what ``make`` returns, and takes its rows back."""

    @pytest.fixture(scope="module")
    def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with django_db_blocker.unblock(), transaction.atomic():
            found = make()
            connection.check_constraints()  # else PostgreSQL does it again after every test
            yield found
            transaction.set_rollback(True)
        forget_rules()

    return made

"""Lists in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_noop
from pydantic import BaseModel, Field

Item = TypeVar("Item")
MOST_PAGES = 100_000


class Paging(BaseModel):
    """Which part of a list is asked for."""

    page: int = Field(
        1, ge=1, le=MOST_PAGES, description=gettext_noop("From 1; past the end it is empty.")
    )
    page_size: int = Field(50, ge=1, le=500, description=gettext_noop("Rows a page."))


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    count: int = Field(description=gettext_noop("Rows on all pages."))
    page: int
    page_size: int


def paged(
    model: type[Page[Any]], rows: Any, paging: Paging, shown: Callable[[Any], Any]
) -> Page[Any]:
    """The page of ``rows`` (a queryset or a sequence), each as ``shown`` says."""
    start = (paging.page - 1) * paging.page_size
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    return model(
        items=[shown(row) for row in rows[start : start + paging.page_size]],
        count=count,
        page=paging.page,
        page_size=paging.page_size,
    )

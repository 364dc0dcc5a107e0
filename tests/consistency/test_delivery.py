"""What pages and the API must never do, read from their source and their addresses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from ninja import NinjaAPI
from ninja.operation import PathView

from hearth.network.roles import PERMISSIONS
from hearth.web.http import PUBLIC, SIGNED_IN, requires

TOP = Path(__file__).resolve().parents[2]
WRITES = {
    "save",
    "create",
    "get_or_create",
    "update",
    "update_or_create",
    "delete",
    "bulk_create",
    "bulk_update",
    "acreate",
    "asave",
    "adelete",
    "aupdate",
    "execute",
    "executemany",
}
# What has one of these names and writes no row. Nothing that reaches a model belongs here.
NO_ROW = {
    "cursor.execute": "the health check asks the database for SELECT 1",
    "router.delete": "declares an address of the API",
}


def writes(source: str) -> Iterator[tuple[int, str]]:
    """Line and call of everything in ``source`` that looks like a write."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        called = ast.unparse(node.func)
        if node.func.attr in WRITES and called not in NO_ROW:
            yield node.lineno, called


@pytest.mark.parametrize("layer", ["web", "api"])
def test_delivery_code_never_writes(layer):
    """Services write; a page or an endpoint calls them. Build contexts with ``|``, not update()."""
    found = [
        f"{file.relative_to(TOP)}:{line}: {call}()"
        for file in sorted((TOP / "hearth" / layer).rglob("*.py"))
        if "migrations" not in file.parts
        for line, call in writes(file.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "check.save()",
        "Check.objects.create(a=1)",
        "Check.objects.filter(a=1).update(a=2)",
        "form.save(commit=False)",
        "connection.cursor().execute('DELETE')",
    ],
)
def test_the_guard_sees_a_write(source):
    assert list(writes(source))


@pytest.mark.parametrize("source", ["submit_inspection(actor=a)", "save(a)", "x.updated()"])
def test_the_guard_lets_other_calls_be(source):
    assert not list(writes(source))


# --- addresses ----------------------------------------------------------------------------------


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every address below ``resolver`` with its view."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def declarations(callback: Any) -> list[str | None]:
    """What guards an address: the view's own word, or that of each API operation behind it."""
    seen = callback
    while seen is not None:
        around = [cell.cell_contents for cell in getattr(seen, "__closure__", None) or ()]
        behind = next((thing for thing in around if isinstance(thing, PathView)), None)
        if behind is not None:
            return [_declared(operation.view_func) for operation in behind.operations]
        seen = getattr(seen, "__wrapped__", None)
    return [_declared(callback)]


def _declared(view: Any) -> str | None:
    """``required_permission`` of a view, through class-based views and decorators."""
    seen = view
    while seen is not None:
        declared = getattr(getattr(seen, "view_class", seen), "required_permission", None)
        if declared:
            return str(declared)
        seen = getattr(seen, "__wrapped__", None)
    return None


def test_every_address_declares_who_may_come_in():
    undeclared = [
        path for path, callback in views(get_resolver()) if not all(declarations(callback))
    ]

    assert undeclared == []


def test_every_declared_permission_exists():
    """A permission that no role can hold, a typing slip for one, shuts the page for everyone."""
    known = {*PERMISSIONS, PUBLIC, SIGNED_IN}
    unknown = [
        (path, declared)
        for path, callback in views(get_resolver())
        for declared in declarations(callback)
        if declared and declared not in known
    ]

    assert unknown == []


def test_the_guard_looks_behind_an_address_of_the_api():
    probe = NinjaAPI(urls_namespace="probe", docs_url=None, openapi_url=None)
    probe.get("/open")(lambda request: None)
    probe.get("/closed")(requires("network.view")(_answer))
    patterns, _app, _namespace = probe.urls
    declared = {str(p.pattern): declarations(p.callback) for p in patterns}

    assert declared["open"] == [None]
    assert declared["closed"] == ["network.view"]


def _answer(request: Any) -> None:
    """An endpoint."""

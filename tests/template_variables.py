"""An undefined variable in one of our templates is an error while tests run.

Django shows nothing for ``{{ mistyped }}``, so a page loses a figure and nobody notices, and with
``{% for row in mistyped %}`` it loses a table. Where a template says what to do without the
variable (``|default``, ``|default_if_none``, ``{% if %}``, ``{% firstof %}``), nothing is wrong.
Templates of Django and of other packages are left alone.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

from django.template.base import FilterExpression
from django.template.context import Context
from django.template.defaultfilters import default, default_if_none
from django.template.defaulttags import ForNode

OURS = Path(__file__).resolve().parents[1] / "hearth"


class UndefinedVariable(Exception):
    """The template asked for something that its view did not give."""


class _State(threading.local):
    strict = False
    sequence: FilterExpression | str | None = None


_state = _State()


class Undefined(str):
    """Django's ``string_if_invalid``: raises when Django falls back on it for a missing variable.

    Only while one of our expressions is resolved (``strict``); to everyone else it is the usual
    empty string. ``{% blocktranslate %}`` formats it with the name as well, and so raises too.
    """

    def __bool__(self) -> bool:
        return _state.strict

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, name: object) -> str:
        raise UndefinedVariable(f"undefined template variable: {name}")


_resolve = FilterExpression.resolve
_render_loop = ForNode.render


def _strict_resolve(self: FilterExpression, context: Context, ignore_failures: bool = False) -> Any:
    ignore_failures = ignore_failures and self is not _state.sequence
    before = _state.strict
    _state.strict = not ignore_failures and not _has_default(self) and _is_ours(context)
    try:
        return _resolve(self, context, ignore_failures and not _state.strict)
    finally:
        _state.strict = before


def _strict_loop(self: ForNode, context: Context) -> str:
    if _is_ours(context):
        _state.sequence = (
            self.sequence
        )  # it is resolved first of all, so no inner loop comes between
    return _render_loop(self, context)


def _has_default(expression: FilterExpression) -> bool:
    return bool(expression.filters) and expression.filters[0][0] in (default, default_if_none)


def _is_ours(context: Context) -> bool:
    template = context.render_context.template or context.template
    return _lies_in_ours(str(getattr(getattr(template, "origin", None), "name", "")))


@cache  # asked at every variable of every page
def _lies_in_ours(origin: str) -> bool:
    return Path(origin).is_relative_to(OURS)


FilterExpression.resolve = _strict_resolve  # type: ignore[method-assign]
ForNode.render = _strict_loop  # type: ignore[assignment,method-assign]

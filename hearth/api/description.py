"""The API described as OpenAPI 3.1, in the reader's language."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language, gettext, gettext_noop
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from hearth.api.access import public, speak

STATUSES = {
    "200": gettext_noop("Done."),
    "201": gettext_noop("Stored; or stored before, with the same answer."),
    "202": gettext_noop("Queued."),
    "204": gettext_noop("Done; there is nothing to say."),
    "400": gettext_noop("The body cannot be read."),
    "401": gettext_noop("No valid token, and no session."),
    "403": gettext_noop("Seen, but not allowed; or the CSRF token is missing."),
    "404": gettext_noop("There is none, or it lies outside your part of the tree."),
    "409": gettext_noop("A rule says no, or someone changed it meanwhile."),
    "413": gettext_noop("Too large."),
    "422": gettext_noop("Not of the declared form; facts.problems says where."),
}
_WORDS = ("summary", "description")
_REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')


class HearthAPI(NinjaAPI):
    """The API with short, stable names of operations."""

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The name of the function: unique, and what generated clients call it."""
        name: str = operation.view_func.__name__
        return name


def describe(api: NinjaAPI) -> dict[str, Any]:
    """The description in the language of now; the caller must not change it."""
    return _described(api, get_language() or "")


@lru_cache(maxsize=4)
def _described(api: NinjaAPI, _language: str) -> dict[str, Any]:
    schema: dict[str, Any] = copy.deepcopy(dict(api.get_openapi_schema()))
    for _path, _method, operation in operations(schema):
        operation["responses"] = {
            str(status): answer | {"description": STATUSES[str(status)]}
            for status, answer in operation["responses"].items()
        }
        operation["tags"] = [gettext(tag) for tag in operation.get("tags", ())]
    forms = schema["components"]["schemas"]
    forms = {name: forms[name] for name in sorted(_named(schema["paths"], forms))}
    for form in forms.values():
        form.pop("description", None)  # what the code says to those who change it
    schema["components"]["schemas"] = forms
    return _without_titles(_translated(schema))


def _named(value: Any, forms: dict[str, Any]) -> set[str]:
    """Names of the forms that ``value`` is made of; those of queries stand as parameters."""
    found = set(_REFERENCE.findall(json.dumps(value)))
    return found.union(*(_named(forms[name], forms) for name in found))


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and content of every operation."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _translated(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: gettext(_one_line(inner))
            if key in _WORDS and isinstance(inner, str) and inner
            else _translated(inner)
            for key, inner in value.items()
        }
    return [_translated(inner) for inner in value] if isinstance(value, list) else value


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).strip()


def _without_titles(value: Any) -> Any:
    """What pydantic makes of a field's name says nothing new; a field called title stays."""
    if isinstance(value, dict):
        return {
            key: _without_titles(inner)
            for key, inner in value.items()
            if not (key == "title" and isinstance(inner, str) and "version" not in value)
        }
    return [_without_titles(inner) for inner in value] if isinstance(value, list) else value


def openapi_view(api: NinjaAPI) -> Any:
    """The view of ``openapi.json``."""

    @public
    @require_safe
    def openapi(request: HttpRequest) -> HttpResponse:
        speak(request)
        return JsonResponse(describe(api), json_dumps_params={"ensure_ascii": False, "indent": 1})

    return openapi

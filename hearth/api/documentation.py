"""The documentation as a page of ours: made on the server, without scripts of others."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from hearth.api.access import public
from hearth.api.description import describe, operations
from hearth.network.roles import PERMISSIONS

SCHEMA = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: words, and the names of the forms it is made of."""

    text: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or one field of a form."""

    name: str
    kind: Kind
    required: bool
    description: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One status of an operation."""

    status: str
    description: str
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One call."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    permission: str
    parameters: tuple[Field, ...]
    body: Kind | None
    body_fields: tuple[Field, ...]
    answers: tuple[Answer, ...]


@dataclass(slots=True)
class Group:
    """Operations about the same things."""

    name: str
    operations: list[Operation] = field(default_factory=list)


def documentation_view(api: NinjaAPI) -> Any:
    """The view of the page."""

    @public
    @require_safe
    def documentation(request: HttpRequest) -> HttpResponse:
        schema = describe(api)
        groups: dict[str, Group] = {}
        for path, method, content in operations(schema):
            name = content["tags"][0]
            groups.setdefault(name, Group(name)).operations.append(
                _operation(path, method, content)
            )
        context = {
            "groups": list(groups.values()),
            "count": sum(len(group.operations) for group in groups.values()),
            "forms": _forms(schema),
            "address": request.build_absolute_uri(request.path.removesuffix("docs")),
        }
        return render(request, "api/documentation.html", context)

    return documentation


def _operation(path: str, method: str, content: dict[str, Any]) -> Operation:
    permission = content.get("x-permission", "")
    body = _body_schema(content)
    return Operation(
        id=content["operationId"],
        method=method,
        path=path,
        summary=content["summary"],
        description=content.get("description", ""),
        permission=str(PERMISSIONS.get(permission, "")),
        parameters=tuple(_parameter(each) for each in content.get("parameters", ())),
        body=_kind(body) if "$ref" in body else None,
        body_fields=tuple(_fields(body)) if "$ref" not in body else (),
        answers=tuple(
            Answer(status, answer["description"], _answer_kind(answer))
            for status, answer in content["responses"].items()
        ),
    )


def _body_schema(content: dict[str, Any]) -> dict[str, Any]:
    for media in content.get("requestBody", {}).get("content", {}).values():
        return dict(media["schema"])
    return {}


def _answer_kind(answer: dict[str, Any]) -> Kind | None:
    kinds = answer.get("content", {})
    if not kinds:
        return None
    name, media = next(iter(kinds.items()))
    return _kind(media["schema"]) if name == "application/json" else Kind(", ".join(kinds))


def _parameter(content: dict[str, Any]) -> Field:
    schema = content["schema"]
    return Field(
        content["name"],
        _kind(schema),
        content["required"],
        content.get("description", ""),
        _default(schema),
    )


def _default(schema: dict[str, Any]) -> str:
    """What is taken when nothing is sent, as JSON writes it; empty where that says nothing."""
    value = schema.get("default", "")
    return "" if value in ("", None) else json.dumps(value, ensure_ascii=False).strip('"')


def _forms(schema: dict[str, Any]) -> list[tuple[str, str, list[Field]]]:
    """Name, description and fields of every form, by name."""
    found = schema["components"]["schemas"]
    return [
        (name, form.get("description", ""), _fields(form)) for name, form in sorted(found.items())
    ]


def _fields(form: dict[str, Any]) -> list[Field]:
    required = form.get("required", ())
    return [
        Field(
            name,
            _kind(content),
            name in required,
            content.get("description", ""),
            _default(content),
        )
        for name, content in form.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> Kind:
    """What a value may be, in words."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(SCHEMA)
        return Kind(name, (name,))
    for choice in ("anyOf", "allOf", "oneOf"):
        if choice in schema:
            kinds = [_kind(each) for each in schema[choice]]
            forms = tuple(name for kind in kinds for name in kind.forms)
            return Kind(" | ".join(kind.text for kind in kinds), forms)
    if "enum" in schema:
        return Kind(" | ".join(str(value) or "“”" for value in schema["enum"]))
    if "const" in schema:
        return Kind(str(schema["const"]) or "“”")
    if schema.get("type") == "array":
        inner = _kind(schema.get("items", {}))
        return Kind(_("list of %(kind)s") % {"kind": inner.text}, inner.forms)
    return Kind(
        " ".join(filter(None, [schema.get("format") or schema.get("type", ""), _bounds(schema)]))
    )


def _bounds(schema: dict[str, Any]) -> str:
    low = schema.get("minimum", schema.get("minLength"))
    high = schema.get("maximum", schema.get("maxLength"))
    if low is None and high is None:
        return ""
    return f"{'' if low is None else low}…{'' if high is None else high}"

"""Version 1 of the API, put together."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from hearth.api import (
    drafts,
    evidence,
    exports,
    figures,
    imports,
    inspections,
    me,
    periods,
    readings,
    standards,
    units,
)
from hearth.api.access import SessionAuth, TokenAuth, public, speak
from hearth.api.description import HearthAPI, openapi_view
from hearth.api.documentation import documentation_view
from hearth.api.errors import install, not_found, wrong_method
from hearth.api.wire import ExactParser, ReadableRenderer

NAMESPACE = "api-1"

api = HearthAPI(
    title="Hearth",
    version="1.0.0",
    urls_namespace=NAMESPACE,
    openapi_url=None,
    docs_url=None,
    auth=[TokenAuth(), SessionAuth()],
    parser=ExactParser(),
    renderer=ReadableRenderer(),
)
install(api)
PARTS = (
    me,
    units,
    standards,
    inspections,
    evidence,
    drafts,
    periods,
    figures,
    exports,
    imports,
    readings,
)
for part in PARTS:
    api.add_router("", part.router)


@public
def root(request: HttpRequest) -> HttpResponse:
    """Where the API begins, for people: its documentation."""
    return redirect(f"{NAMESPACE}:docs")


@csrf_exempt
@public
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below: a refusal in the form of the API, not a page."""
    speak(request)
    return not_found(request)


def _said_as_all(view: Any) -> Any:
    """The same view, whose “no such method” has the form of every other refusal."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 405:
            return answer
        speak(request)
        return wrong_method(answer["Allow"])

    return answered


def _urls() -> tuple[list[Any], str, str]:
    patterns, app, namespace = api.urls
    operations = [p for p in patterns if getattr(p, "name", "") != "api-root"]
    own = [
        path("", root, name="api-root"),
        path("openapi.json", openapi_view(api), name="openapi"),
        path("docs", documentation_view(api), name="docs"),
    ]
    for pattern in operations:
        pattern.callback = _said_as_all(pattern.callback)
    return [*own, *operations, re_path(r"^(?P<rest>(?s:.*))\Z", nothing)], app, namespace


urls = _urls()

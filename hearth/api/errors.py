"""How a refusal leaves the API: one form, one place.

Whatever a service refuses, the caller gets ``{code, message, facts}``: a word for the program, a
sentence for the person, and the values that belong to it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import (
    ObjectDoesNotExist,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.responses import NinjaJSONEncoder
from pydantic import BaseModel, Field

from hearth.kernel.errors import NotAllowed, Refusal

log = logging.getLogger("django.request")
CODES = {400: "unreadable", 401: "not_signed_in", 403: "not_allowed", 413: "too_large"}


class Problem(BaseModel):
    """Why something was not done."""

    code: str = Field(description=gettext_noop("Stable word for programs, never translated."))
    message: str = Field(
        description=gettext_noop("Sentence for people, in the language asked for.")
    )
    facts: dict[str, Any] = Field(
        description=gettext_noop("Values that belong to it; may be empty.")
    )


def answers(model: Any, *also: int, status: int = 200) -> dict[Any, Any]:
    """Declared answers of an operation: what it gives, and how it may refuse.

    Args:
        model: of the answer; None where there is nothing to say.
        also: refusals beside those that every operation has (401, 403, 422).
        status: of the answer.
    """
    return {status: model} | dict.fromkeys(sorted({401, 403, 422, *also}), Problem)


class _FactsEncoder(NinjaJSONEncoder):
    """Facts are written by services for people: what JSON does not know becomes text."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def refused(
    code: str, message: Any, status: int, facts: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The one form of a refusal."""
    content = {"code": code, "message": str(message), "facts": dict(facts or {})}
    return HttpResponse(
        json.dumps(content, cls=_FactsEncoder, ensure_ascii=False),
        status=status,
        content_type="application/json; charset=utf-8",
    )


def _rule(_request: HttpRequest, refusal: Any) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        message = str(refusal) or _("Your roles do not allow this.")
        return refused(refusal.code, message, 403, refusal.facts)
    return refused(refusal.code, refusal, 409, refusal.facts)


def not_found(_request: HttpRequest, _error: Any = None) -> HttpResponse:
    """There is no such thing for the one who asks; which of the reasons is not told."""
    message = _("There is no such record, or it lies outside your part of the tree.")
    return refused("not_found", message, 404)


def wrong_method(allowed: str) -> HttpResponse:
    """The address is one of ours, the method is not among its ``allowed`` ones."""
    response = refused("wrong_method", _("This address does not take this method."), 405)
    response.headers["Allow"] = allowed
    return response


def _malformed(_request: HttpRequest, error: Any) -> HttpResponse:
    problems = [
        {
            "where": ".".join(str(step) for step in found["loc"]),
            "what": found["type"],
            "message": found["msg"],
        }
        for found in error.errors
    ]
    message = _("The request is not of the declared form.")
    return refused("malformed", message, 422, {"problems": problems})


def _unreadable(_request: HttpRequest, _error: Any) -> HttpResponse:
    return refused("unreadable", _("This request cannot be read"), 400)


def _too_large(_request: HttpRequest, _error: Any) -> HttpResponse:
    return refused("too_large", _("This is larger than what is accepted here."), 413)


def _not_signed_in(_request: HttpRequest, _error: Any) -> HttpResponse:
    message = _("Send a valid access token, or sign in.")
    response = refused("not_signed_in", message, 401)
    response.headers["WWW-Authenticate"] = 'Bearer realm="Hearth"'
    return response


def _other(_request: HttpRequest, error: Any) -> HttpResponse:
    code = CODES.get(error.status_code, "refused")
    return refused(code, error, error.status_code)


def _fault(request: HttpRequest, error: Any) -> HttpResponse:
    """A fault of ours: the trace goes to the log, the caller gets the number to name it by."""
    number = getattr(request, "request_id", "")
    log.error("request %s failed: %s", number, request.path, exc_info=error)
    message = _("Something broke on our side")
    return refused("fault", message, 500, {"request": number})


def install(api: NinjaAPI) -> None:
    """Give ``api`` the one mapping from what is raised to what is answered."""
    handlers: dict[type[Exception], Any] = {
        Refusal: _rule,
        ObjectDoesNotExist: not_found,
        Http404: not_found,
        ValidationError: _malformed,
        AuthenticationError: _not_signed_in,
        HttpError: _other,
        RequestDataTooBig: _too_large,
        SuspiciousOperation: _unreadable,  # too many fields or files
        MultiPartParserError: _unreadable,
        Exception: _fault,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)

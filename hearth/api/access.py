"""Who asks: a bearer token of another system, or the session of someone at our own pages."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja.operation import Operation
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf, contribute_operation_callback

from hearth.kernel.errors import NotAllowed
from hearth.network.models import ApiToken
from hearth.network.roles import BOUNDS_WHAT_IS_READ
from hearth.network.scope import Actor
from hearth.network.services.tokens import find_token

PUBLIC = "public"  # the words that tests/consistency knows
SIGNED_IN = "signed_in"
MOST_UPLOAD_BYTES = 2 * settings.HEARTH_UPLOAD_BYTES + 1024 * 1024  # two sheets and the form fields


class ApiRequest(HttpRequest):
    """A request that has been let in."""

    actor: Actor
    token: ApiToken | None


View = TypeVar("View", bound=Callable[..., Any])


class TokenAuth(HttpBearer):
    """``Authorization: Bearer hearth_…``; the actor is the token's owner, narrowed to its scope."""

    openapi_description = gettext_noop(
        "A key made under “My account”. It acts as its owner, does only what it was made for, and "
        "ends on a day."
    )

    def authenticate(self, request: Any, token: str) -> Actor | None:
        """The actor of this key; None when it is unknown, ended or taken back."""
        speak(request)
        found = find_token(token, timezone.now())
        if found is None:
            return None
        request.token, request.actor = found
        return _admitted(request)


class SessionAuth(APIKeyCookie):
    """The session of a signed-in user; what writes needs the CSRF token as on every page."""

    param_name = settings.SESSION_COOKIE_NAME
    openapi_description = gettext_noop(
        "The session of someone signed in at the pages; writes also need the X-CSRFToken header."
    )

    def __call__(self, request: Any) -> Actor | None:
        """The actor of the session; a key that is no good is not made good by a session."""
        speak(request)
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise NotAllowed(
                "csrf_failed", _("This page is older than your session. Reload it and send again.")
            )
        request.token = None
        return _admitted(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Not used: ``__call__`` decides."""
        raise NotImplementedError


def speak(request: HttpRequest) -> None:
    """Answer in the language asked for; without a wish, in that of the pages."""
    if "Accept-Language" in request.headers:
        translation.activate(translation.get_language_from_request(request))


def _admitted(request: Any) -> Actor:
    """The request's actor, before anything of the body is read.

    Raises:
        RequestDataTooBig: more bytes are announced than any operation takes.
    """
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > MOST_UPLOAD_BYTES:
        raise RequestDataTooBig
    actor: Actor = request.actor
    return actor


def requires(permission: str) -> Callable[[View], View]:
    """Let in whoever holds ``permission`` somewhere; the endpoint's query decides what of it."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
            if permission != SIGNED_IN:
                request.actor.require(permission)
            if permission in BOUNDS_WHAT_IS_READ:
                request.actor = request.actor.only_where(permission)
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        contribute_operation_callback(guarded, functools.partial(_describe, permission))
        # The parameters' types, looked up where the endpoint is written and not here.
        guarded.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _describe(permission: str, operation: Operation) -> None:
    """Let the description of the API say what an operation asks for."""
    operation.openapi_extra = (operation.openapi_extra or {}) | {"x-permission": permission}


signed_in = requires(SIGNED_IN)


def public(view: View) -> View:
    """Declare that anyone may read this."""
    view.required_permission = PUBLIC  # type: ignore[attr-defined]
    return view


def beyond_own(actor: Actor) -> Actor:
    """The same actor without what is theirs as a person, when their token does not carry it.

    Whoever carried out a check may always read it. A token made for something else must not.
    """
    if actor.narrowed_to is None or "inspections.fill" in actor.narrowed_to:
        return actor
    return replace(actor, user_id=0)

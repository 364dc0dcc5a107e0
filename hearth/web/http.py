"""What every view shares: the typed request, and the decorators that declare who may come in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from hearth.kernel.errors import NotAllowed
from hearth.network.roles import BOUNDS_WHAT_IS_READ
from hearth.network.scope import Actor

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

PUBLIC = "public"
SIGNED_IN = "signed_in"


class AppRequest(HttpRequest):
    """A request after the middleware: ``actor`` is set whenever someone is signed in."""

    actor: Actor
    htmx: HtmxDetails


View = TypeVar("View", bound=Callable[..., HttpResponseBase])  # a download streams


def requires(permission: str) -> Callable[[View], View]:
    """Let in whoever holds ``permission`` anywhere; others get 403, strangers the sign-in page.

    A script that asked for JSON gets 401 instead: it could not show the sign-in page.

    The view's own query decides what of it they reach (404 outside their scope); what is taken
    along reaches no further than the permission to take it.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = getattr(request, "actor", None)
            if actor is None and request.headers.get("Accept") == "application/json":
                return JsonResponse({"message": _("You are signed out.")}, status=401)
            if actor is None:
                return redirect_to_login(request.get_full_path())
            if permission != SIGNED_IN and not actor.can(permission):
                raise NotAllowed("not_allowed", "", permission=permission)
            if permission in BOUNDS_WHAT_IS_READ:
                request.actor = actor.only_where(permission)
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


signed_in = requires(SIGNED_IN)


def public(view: View) -> View:
    """Declare that anyone may see this page."""
    view.required_permission = PUBLIC  # type: ignore[attr-defined]
    return view


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser; what a proxy on this machine says of it is believed."""
    told = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    for text in (forwarded if told in {"127.0.0.1", "::1"} else "", told):
        try:
            return str(ip_address(text))
        except ValueError:
            continue
    return None

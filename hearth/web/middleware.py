"""Who asks, in which language, and how a refusal becomes a page."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db.models import ObjectDoesNotExist
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from hearth.kernel.errors import NotAllowed, Refusal
from hearth.network.actors import actor_of
from hearth.network.services.sign_ins import note_seen
from hearth.web.errors import error_page

Handler = Callable[[HttpRequest], HttpResponse]
RENEW_SECONDS = 60
STRANGERS_BYTES = 26 * 1024 * 1024  # a photo of 25 MB and its form
KNOWN_BYTES = 16 * settings.HEARTH_UPLOAD_BYTES  # the workbooks of a year at once


class LanguageMiddleware:
    """The language of the cookie, else the network's first one (never guessed from the browser)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = wanted if wanted in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class ActorMiddleware:
    """Build the actor once a request and keep the session alive while it is used."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.actor = actor_of(  # type: ignore[attr-defined]
                request.user, on=timezone.localdate()
            )
            now = int(time.time())
            if now - request.session.get("renewed", 0) > RENEW_SECONDS:
                request.session["renewed"] = now  # idle sign-out counts from here
                note_seen(request.session.session_key or "")
            if request.user.must_change_password and request.path not in _before_own_password():
                return _to(request, reverse("accounts:change-password"))
        return self.get_response(request)


def _before_own_password() -> set[str]:
    """The only addresses for someone who still has a temporary password."""
    names = ("accounts:change-password", "accounts:sign-out", "accounts:set-language", "health")
    return {reverse(name) for name in names}


def _to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the whole page there, also when only a part of it was asked for."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


class BodyMiddleware:
    """Take in no more than someone may have to send, before a byte of it is read.

    Django reads the whole of a form to look for its token. Strangers send a photo at most; who is
    signed in, several workbooks. The API has bounds of its own (``api.access``).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        size = int(announced) if announced.isascii() and announced.isdigit() else 0
        is_known = size > STRANGERS_BYTES and request.user.is_authenticated
        if size > (KNOWN_BYTES if is_known else STRANGERS_BYTES) and not _is_of_api(request):
            return error_page(request, 413)
        return self.get_response(request)


def _is_of_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


class RefusalMiddleware:
    """The one place where a refusal that a view did not handle becomes a page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and _reads_pages(request):
            page = error_page(request, 405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            return error_page(request, 403)
        if isinstance(error, Refusal):
            return error_page(request, 422, message=str(error))
        if isinstance(error, ObjectDoesNotExist | Http404):
            return error_page(request, 404)
        return None


def _reads_pages(request: HttpRequest) -> bool:
    """Whether someone's browser asks for a page: a reload, or the way back from signing in."""
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")

"""Who asks, in which language, and how a refusal becomes a page."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db.models import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation

from hearth.kernel.errors import NotAllowed, Refusal
from hearth.network.actors import actor_of
from hearth.web.errors import error_page

Handler = Callable[[HttpRequest], HttpResponse]
RENEW_SECONDS = 60


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
        return self.get_response(request)


class RefusalMiddleware:
    """The one place where a refusal that a view did not handle becomes a page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            return error_page(request, 403)
        if isinstance(error, Refusal):
            return error_page(request, 422, message=str(error))
        if isinstance(error, ObjectDoesNotExist | Http404):
            return error_page(request, 404)
        return None

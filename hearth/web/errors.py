"""Error pages: what happened, in words, and where to go next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def error_page(
    request: HttpRequest, status: int, *, title: str = "", message: str = ""
) -> HttpResponse:
    """The page for one HTTP status; ``title`` and ``message`` in place of what it usually says."""
    words = {
        400: (_("This request cannot be read"), _("Go back, reload the page and try again.")),
        403: (
            _("You may not do this"),
            _("Your roles do not include it. “What I may do” shows what they include and why."),
        ),
        404: (
            _("There is nothing here for you"),
            _("The page does not exist, or it belongs to a unit outside your part of the tree."),
        ),
        405: (
            _("This page opens only from its button"),
            _("Nothing was done. Go back to the page with the button and press it again."),
        ),
        413: (_("This file is too large"), _("Send a smaller one.")),
        422: (_("That cannot be done"), message),
        500: (
            _("Something broke on our side"),
            _("Nothing was saved half. Tell the administrator the number below."),
        ),
    }
    usual, advice = words[status]
    return render(
        request,
        "errors/error.html",
        {
            "title": title or usual,
            "advice": message or advice,
            "status": status,
            "request_id": getattr(request, "request_id", ""),
        },
        status=status,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return error_page(request, 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return error_page(request, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return error_page(request, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is older than the session it was opened in."""
    stale = _("This page is older than your session. Reload it and send again.")
    return error_page(request, 403, title=_("This page has expired"), message=stale)


handlers: dict[str, Any] = {
    "handler400": bad_request,
    "handler403": forbidden,
    "handler404": not_found,
    "handler500": server_error,
}

"""Pages that belong to no area."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from hearth.web.http import public


@public
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: 200 while the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this name unasked."""
    return HttpResponseRedirect(static("favicon.svg"))

"""What the pages of this area share."""

from __future__ import annotations

from typing import Any

from django.forms import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.programme.models import Programme
from hearth.programme.queries.tasks import plan_of
from hearth.programme.services.common import MOST_FILE_BYTES
from hearth.web.http import AppRequest


def plan_or_404(year: int | None) -> Programme:
    """The plan of a year, or the one that is in force when no year is asked for."""
    found = plan_of(timezone.localdate(), year)
    if found is None:
        raise Http404
    return found


def back_to(request: AppRequest, fallback: str, *args: Any) -> HttpResponse:
    """To the page that the form names as ``next``, if it is one of ours, else to ``fallback``."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return HttpResponseRedirect(wanted)
    return HttpResponseRedirect(resolve_url(fallback, *args))


def unit_named(code: str, scope: Scope) -> Unit:
    """The unit with this code in ``scope``, else an error of the form that says how to go on."""
    found = Unit.objects.visible_to(scope).filter(code=code.strip()).first()
    if found is None:
        raise ValidationError(
            _("There is no unit with the code %(code)s in your part of the tree."),
            params={"code": code[:40]},
        )
    return found


def units_named(text: str, scope: Scope) -> list[Unit]:
    """Units by codes that stand apart by blanks, commas or semicolons, each once, in order."""
    for sign in ",;，；、\n\r\t":
        text = text.replace(sign, " ")
    codes = list(dict.fromkeys(text.split()))
    found = {u.code: u for u in Unit.objects.visible_to(scope).filter(code__in=codes)}
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise ValidationError(
            _("There is no unit with the code %(code)s in your part of the tree."),
            params={"code": ", ".join(unknown)[:120]},
        )
    return [found[code] for code in codes]


def uploads(request: AppRequest, field: str) -> list[tuple[str, bytes]]:
    """Names and contents of the files that came with a form.

    Raises:
        RuleViolation: ``file_too_large``, before it is read into memory.
    """
    found = []
    for upload in request.FILES.getlist(field):
        if (upload.size or 0) > MOST_FILE_BYTES:
            raise RuleViolation("file_too_large", _("Choose a file of at most 25 MB."))
        found.append((upload.name or "", upload.read()))
    return found


def whole_number(text: str) -> int:
    """A version or a key from a form; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

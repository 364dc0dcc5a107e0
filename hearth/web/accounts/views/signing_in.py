"""Coming in and going out, and the language of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from hearth.network.models import Grant, User
from hearth.network.roles import ROLES, Role
from hearth.network.services import accounts, sign_ins
from hearth.web.accounts.forms import SignInForm
from hearth.web.http import AppRequest, client_address, public, signed_in

WAS_HERE = "hearth_was_here"  # tells an ended session from a first visit; carries nothing else
WAS_HERE_SECONDS = 12 * 3600
LANGUAGE_SECONDS = 365 * 24 * 3600
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Offer:
    """One demonstration account on the sign-in page."""

    user: User
    role: Role
    unit_name: str


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: AppRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    if request.htmx:  # a part of a page whose session has ended: the whole page has to go
        here = request.htmx.current_url_abs_path or ""
        return HttpResponseClientRedirect(f"{request.path}?{urlencode({'next': here})}")
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            return _admit(request, user, MODEL_BACKEND)
        form.add_error(None, _wrong_password(request))
    was_here = bool(request.COOKIES.get(WAS_HERE)) and request.method == "GET"
    response = _sign_in_page(request, form, was_here=was_here)
    if was_here:
        response.delete_cookie(WAS_HERE)
    return response


def _sign_in_page(request: HttpRequest, form: SignInForm, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "offers": list(_offers()),
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
        **more,
    }
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


def _offers() -> Iterator[Offer]:
    """The demonstration accounts in the order of the roles; a second one of a role approves."""
    held = (
        Grant.objects.held_on(timezone.localdate())
        .filter(user__is_demo=True, user__is_active=True)
        .select_related("user", "unit")
        .order_by("pk")
    )
    for key, role in ROLES.items():
        for grant in held:
            if grant.role == key:
                yield Offer(grant.user, role, grant.unit.name)


def _wrong_password(request: HttpRequest) -> str:
    failures = getattr(request, "axes_failures_since_start", None) or 1
    left = max(settings.AXES_FAILURE_LIMIT - failures, 0)
    wrong = _("The sign-in name or the password is not right.")
    more = ngettext(
        "After %(left)s more wrong try the account is locked for %(minutes)s minutes.",
        "After %(left)s more wrong tries the account is locked for %(minutes)s minutes.",
        left,
    ) % {"left": left, "minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)}
    return f"{wrong} {more}"


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What django-axes shows in place of the page once an account is locked."""
    username = str((credentials or {}).get("username", ""))
    if getattr(request, "axes_failures_since_start", None):  # this very try locked it
        sign_ins.record_lockout(username=username)
    until = sign_ins.locked_until(username, timezone.now())
    context = {"until": until, "minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)}
    return render(request, "accounts/locked_out.html", context, status=429)


@public
@never_cache
@require_POST
def demo_sign_in(request: AppRequest) -> HttpResponse:
    """Sign in as a demonstration account, without a password; other accounts are not there."""
    key = request.POST.get("user", "")
    user = User.objects.get(pk=int(key) if key.isdigit() else 0, is_demo=True, is_active=True)
    if request.user.is_authenticated:
        sign_ins.record_sign_out(actor=request.actor, session_key=request.session.session_key)
    return _admit(request, user, MODEL_BACKEND)


def _admit(request: HttpRequest, user: User, backend: str) -> HttpResponse:
    target = _next(request)
    login(request, user, backend=backend)  # also gives the session another key
    sign_ins.record_sign_in(
        user=user,
        session_key=str(request.session.session_key),
        device=request.headers.get("User-Agent", ""),
        address=client_address(request),
    )
    response = redirect(target)
    _keep(response, WAS_HERE, "1", WAS_HERE_SECONDS)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        _keep(response, settings.LANGUAGE_COOKIE_NAME, user.language, LANGUAGE_SECONDS)
    return response


@signed_in
@require_POST
def sign_out(request: AppRequest) -> HttpResponse:
    sign_ins.record_sign_out(actor=request.actor, session_key=request.session.session_key)
    logout(request)
    messages.success(request, _("You are signed out."))
    response = redirect(settings.LOGOUT_REDIRECT_URL)
    response.delete_cookie(WAS_HERE)
    return response


@public
@require_POST
def set_language(request: AppRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    if request.user.is_authenticated and request.user.language != language:
        accounts.set_language(actor=request.actor, language=language)
    response = HttpResponseRedirect(_next(request))
    _keep(response, settings.LANGUAGE_COOKIE_NAME, language, LANGUAGE_SECONDS)
    return response


def _keep(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _next(request: HttpRequest) -> str:
    """Where the visitor wanted to go, when that is a page of ours; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse(settings.LOGIN_REDIRECT_URL)

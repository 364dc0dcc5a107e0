"""One's own account: sessions, tokens, password, and what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import RuleViolation
from hearth.network.domain.paths import ancestors
from hearth.network.models import Grant, Unit, User
from hearth.network.roles import NETWORK_WIDE, PERMISSIONS, ROLES, Role
from hearth.network.scope import Actor
from hearth.network.services import accounts, sign_ins, tokens
from hearth.web.accounts.devices import device_name
from hearth.web.accounts.forms import ChangePasswordForm, TokenForm
from hearth.web.http import AppRequest, requires, signed_in

SHOWN = 50


@signed_in
@require_safe
def me(request: AppRequest) -> HttpResponse:
    user = User.objects.select_related("person").get(pk=request.actor.user_id)
    context = {
        "user": user,
        "held": _held(request.actor),
        "sessions": sessions_of(user, request.session.session_key),
        "tokens": user.tokens.order_by("revoked_at", "-created_at")[:SHOWN],
        "now": timezone.now(),
    }
    return render(request, "accounts/me.html", context)


def sessions_of(user: User, here: str | None) -> list[dict[str, Any]]:
    """The user's sessions, the one at hand first, then the most recently used."""
    rows = [
        {"row": row, "device": device_name(row.device), "is_here": row.session_key == here}
        for row in user.sign_ins.order_by("-seen_at")[:SHOWN]
    ]
    return sorted(rows, key=lambda row: not row["is_here"])


@dataclass(frozen=True, slots=True)
class Held:
    """One role held at one unit."""

    role: Role
    unit_name: str
    is_at_top: bool


@dataclass(frozen=True, slots=True)
class Right:
    """One permission in words, and the grants that give it; none: it is not held."""

    words: Any
    through: tuple[Held, ...]


def _held(actor: Actor) -> list[Held]:
    return [Held(ROLES[g.role], g.unit_name, g.is_at_top) for g in actor.grants]


def _reaches(held: Held, permission: str) -> bool:
    """Whether the role gives it there: what is one for the whole network, only at its top."""
    return held.is_at_top or permission not in NETWORK_WIDE


@signed_in
@require_safe
def what_i_may_do(request: AppRequest) -> HttpResponse:
    held = _held(request.actor)
    rights = [
        Right(words, tuple(h for h in held if key in h.role.permissions and _reaches(h, key)))
        for key, words in PERMISSIONS.items()
    ]
    context = {
        "held": held,
        "allowed": [right for right in rights if right.through],
        "others": [right for right in rights if not right.through],
        "total": len(rights),
        "givers": _givers(request.actor),
    }
    return render(request, "accounts/what_i_may_do.html", context)


def _givers(actor: Actor) -> list[Grant]:
    """Who can give this actor a role: account managers above every unit where they hold one."""
    managing = [role.key for role in ROLES.values() if "accounts.manage" in role.permissions]
    own = Unit.objects.filter(pk__in={g.unit_id for g in actor.grants})
    above = [set(ancestors(path, itself=True)) for path in own.values_list("path", flat=True)]
    grants = (
        Grant.objects.held_on(timezone.localdate())
        .filter(role__in=managing, user__is_active=True, user__is_operator=False)
        .exclude(user_id=actor.user_id)
        .select_related("user", "unit")
        .order_by("unit__path", "user__name")
    )
    if above:
        grants = grants.filter(unit__path__in=set.intersection(*above))
    return list(grants[:SHOWN])


@signed_in
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: AppRequest) -> HttpResponse:
    form = ChangePasswordForm(request.POST or None)
    forced = request.user.must_change_password  # type: ignore[union-attr] # signed in
    if request.method == "POST" and form.is_valid():
        try:
            user = accounts.change_own_password(
                actor=request.actor,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["new"],
                session_key=request.session.session_key or "",
            )
        except RuleViolation as refusal:
            field = "current" if refusal.code == "wrong_password" else "new"
            form.add_error(field, str(refusal))
        else:
            _keep_signed_in(request, user)
            messages.success(request, _("Your password is changed. Other sessions have ended."))
            return redirect("cockpit:home" if forced else "accounts:me")
    status = 422 if form.errors else 200
    context = {"form": form, "forced": forced}
    return render(request, "accounts/change_password.html", context, status=status)


def _keep_signed_in(request: AppRequest, user: User) -> None:
    """A changed password gives the session at hand another key; its sign-in follows."""
    old = request.session.session_key
    update_session_auth_hash(request, user)
    sign_ins.follow_session(old or "", request.session.session_key or "")


@signed_in
@require_POST
def session_end(request: AppRequest, pk: int) -> HttpResponse:
    sign_ins.end_session(actor=request.actor, sign_in_id=pk)
    messages.success(request, _("The session has ended. That browser has to sign in again."))
    return redirect("accounts:me")


@requires("tokens.own")
@never_cache
@require_http_methods(["GET", "POST"])
def token_create(request: AppRequest) -> HttpResponse:
    form = TokenForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, key = tokens.create_token(actor=request.actor, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            made = {"token": token, "key": key, "header": f"Authorization: Bearer {key}"}
            return render(request, "accounts/token_made.html", made)
    status = 422 if form.errors else 200
    return render(request, "accounts/token_create.html", {"form": form}, status=status)


@signed_in
@require_POST
def token_revoke(request: AppRequest, pk: int) -> HttpResponse:
    token = tokens.revoke_token(actor=request.actor, token_id=pk)
    messages.success(request, _("The token is revoked. It no longer opens anything."))
    if token.user_id == request.actor.user_id:
        return redirect("accounts:me")
    return redirect("accounts:user-detail", token.user_id)

"""The accounts of others: found, made, changed, closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.models import Grant, Unit, User
from hearth.network.roles import ROLES
from hearth.network.scope import Actor
from hearth.network.services import accounts, sign_ins
from hearth.platform import audit
from hearth.platform.models import AuditEvent
from hearth.web.accounts.forms import AccountForm, ReasonForm, UserFilterForm
from hearth.web.accounts.views.own import sessions_of
from hearth.web.forms import put_edit_refusal
from hearth.web.http import AppRequest, requires

PAGE = 50
HISTORY = 30


def reached(actor: Actor) -> QuerySet[User]:
    """The accounts that the actor manages."""
    scope = actor.scope_for("accounts.manage")
    found: QuerySet[User] = User.objects.manageable_from(scope, timezone.localdate())
    return found


@requires("accounts.manage")
@require_safe
def user_list(request: AppRequest) -> HttpResponse:
    form = UserFilterForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    users = _filtered(reached(request.actor), wanted)
    current = Grant.objects.unended(timezone.localdate()).select_related("unit").order_by("pk")
    users = users.prefetch_related(Prefetch("grants", current, to_attr="current")).order_by(
        "-is_active", "name", "pk"
    )
    page = Paginator(users, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "narrowed": any(wanted.values()),
        "roles": {role.key: role.name for role in ROLES.values()},
    }
    part = "accounts/_users.html" if request.htmx else "accounts/user_list.html"
    return render(request, part, context)


def _filtered(users: QuerySet[User], wanted: dict[str, str]) -> QuerySet[User]:
    """The accounts that match the filters; an unknown unit matches none."""
    held = Grant.objects.unended(timezone.localdate()).filter(user=OuterRef("pk"))
    if wanted.get("q"):
        users = users.matching(wanted["q"])  # type: ignore[attr-defined] # our QuerySet
    if wanted.get("role"):
        held = held.filter(role=wanted["role"])
    if wanted.get("unit"):
        path = Unit.objects.filter(code=wanted["unit"].strip()).values_list("path", flat=True)
        below = Q(pk__in=[]) if not path else Q(unit__path__startswith=path[0])
        held = held.filter(below)
    if wanted.get("role") or wanted.get("unit"):
        users = users.filter(Exists(held))
    by_state: dict[str, Callable[[], QuerySet[User]]] = {
        "open": lambda: users.filter(is_active=True),
        "closed": lambda: users.filter(is_active=False),
        "no_role": lambda: users.exclude(Exists(held)),
        "temporary": lambda: users.filter(must_change_password=True, is_active=True),
    }
    return by_state.get(wanted.get("state", ""), lambda: users)()


@requires("accounts.manage")
@require_safe
def user_detail(request: AppRequest, pk: int) -> HttpResponse:
    user = reached(request.actor).select_related("person").get(pk=pk)
    if user.pk != request.actor.user_id:
        audit.record_read(request.actor, "account.read", user)
    today = timezone.localdate()
    grants = list(user.grants.select_related("unit", "granted_by").order_by("-valid_from", "-pk"))
    events = AuditEvent.objects.filter(
        Q(object_type="network.user", object_id=str(user.pk))
        | Q(object_type="network.grant", data__user=user.pk)
    )
    open_grants = set(Grant.objects.unended(today).filter(user=user).values_list("pk", flat=True))
    context = {
        "account": user,
        "is_self": user.pk == request.actor.user_id,
        "current": [g for g in grants if g.pk in open_grants],
        "past": [g for g in grants if g.pk not in open_grants],
        "roles": {role.key: role.name for role in ROLES.values()},
        "sessions": sessions_of(user, None),
        "tokens": user.tokens.filter(revoked_at__isnull=True, expires_at__gt=timezone.now()),
        "locked_until": sign_ins.locked_until(user.username, timezone.now()),
        "events": events.exclude(action="account.read").order_by("-seq")[:HISTORY],
        "today": today,
    }
    return render(request, "accounts/user_detail.html", context)


@requires("accounts.manage")
@never_cache
@require_http_methods(["GET", "POST"])
def user_create(request: AppRequest) -> HttpResponse:
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = accounts.create_user(actor=request.actor, details=form.details())
        except RuleViolation as refusal:
            form.add_error(_field_of(refusal), str(refusal))
        else:
            return _show_password(request, user, password, is_new=True)
    context = {"form": form}
    return render(request, "accounts/user_form.html", context, status=422 if form.errors else 200)


@requires("accounts.manage")
@require_http_methods(["GET", "POST"])
def user_edit(request: AppRequest, pk: int) -> HttpResponse:
    user = reached(request.actor).select_related("person").get(pk=pk)
    form = AccountForm(request.POST or None, initial=AccountForm.values_of(user))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            accounts.edit_user(
                actor=request.actor, user_id=pk, version=version, details=form.details()
            )
        except StaleWrite as refusal:
            put_edit_refusal(form, refusal)
        except RuleViolation as refusal:
            form.add_error(_field_of(refusal), str(refusal))
        else:
            messages.success(request, _("The account is saved."))
            return redirect("accounts:user-detail", pk)
    context = {"form": form, "account": user}
    return render(request, "accounts/user_form.html", context, status=422 if form.errors else 200)


def _field_of(refusal: RuleViolation | StaleWrite) -> str | None:
    """The form field that a refusal speaks of."""
    return {
        "bad_username": "username",
        "username_taken": "username",
        "unknown_staff_no": "staff_no",
        "person_taken": "staff_no",
    }.get(refusal.code)


@requires("accounts.manage")
@never_cache
@require_POST
def user_password(request: AppRequest, pk: int) -> HttpResponse:
    password = accounts.set_password(actor=request.actor, user_id=pk)
    return _show_password(request, User.objects.get(pk=pk), password, is_new=False)


def _show_password(request: AppRequest, user: User, password: str, *, is_new: bool) -> HttpResponse:
    """The one time a temporary password is seen: an answer, not an address to come back to."""
    context = {"account": user, "password": password, "is_new": is_new}
    return render(request, "accounts/password_made.html", context)


@requires("accounts.manage")
@require_http_methods(["GET", "POST"])
def user_close(request: AppRequest, pk: int) -> HttpResponse:
    words = {
        "title": _("Close the account"),
        "what": _("Nobody can sign in with it any more; its sessions and tokens end at once."),
        "action": _("Close the account"),
        "done": _("The account is closed."),
    }
    return _with_reason(request, pk, accounts.deactivate_user, words)


@requires("accounts.manage")
@require_http_methods(["GET", "POST"])
def user_open(request: AppRequest, pk: int) -> HttpResponse:
    words = {
        "title": _("Open the account again"),
        "what": _("It can sign in again with the roles it still has; its tokens stay revoked."),
        "action": _("Open the account"),
        "done": _("The account is open again."),
    }
    return _with_reason(request, pk, accounts.reactivate_user, words)


def _with_reason(
    request: AppRequest, pk: int, act: Callable[..., User], words: dict[str, str]
) -> HttpResponse:
    user = reached(request.actor).get(pk=pk)
    form = ReasonForm(request.POST or None, initial={"version": user.version})
    if request.method == "POST" and form.is_valid():
        reason, version = form.cleaned_data["reason"], form.cleaned_data["version"] or 0
        try:
            act(actor=request.actor, user_id=pk, version=version, reason=reason)
        except (RuleViolation, StaleWrite) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, words["done"])
            return redirect("accounts:user-detail", pk)
    context: dict[str, Any] = {"form": form, "account": user, **words}
    return render(request, "accounts/reason.html", context, status=422 if form.errors else 200)


@requires("accounts.manage")
@require_POST
def user_sign_out(request: AppRequest, pk: int) -> HttpResponse:
    ended = sign_ins.end_sessions(actor=request.actor, user_id=pk)
    messages.success(
        request,
        ngettext("%(n)s session has ended.", "%(n)s sessions have ended.", ended) % {"n": ended},
    )
    return redirect("accounts:user-detail", pk)

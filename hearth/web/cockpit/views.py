"""The first page of each role, and notices."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hearth.platform.models import Notice
from hearth.platform.notices import mark_read
from hearth.web.cockpit import duties, panels
from hearth.web.figures.card import own_card
from hearth.web.http import AppRequest, signed_in
from hearth.web.remember import stamp

SHOWN = 100


@signed_in
@require_safe
def home(request: AppRequest) -> HttpResponse:
    """What is mine to do, how we stand, what changed; as much of it as the roles allow."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    at = stamp()
    context = {
        "today": today,
        "duties": duties.duties(actor, now),
        "checks": panels.own_checks(actor, today),
        "standing": panels.standing(actor, at),
        "month": panels.month(actor, today, at),
        "quarter": panels.quarter(actor, today, at),
        "card": own_card(actor, today, at),
        "latest": panels.latest_checks(actor),
        "bulletin": panels.latest_bulletin(actor),
        "news": Notice.objects.filter(user_id=actor.user_id).order_by("-created_at")[:5],
    }
    return render(request, "cockpit/home.html", context)


@signed_in
@require_safe
def notices(request: AppRequest) -> HttpResponse:
    rows = Notice.objects.filter(user_id=request.actor.user_id).order_by("-created_at")[:SHOWN]
    unread = sum(1 for row in rows if row.read_at is None)
    return render(request, "cockpit/notices.html", {"rows": rows, "unread": unread})


@signed_in
@require_POST
def notices_read(request: AppRequest) -> HttpResponse:
    """Mark the ticked notices, or all of the user's, as read."""
    chosen = [int(key) for key in request.POST.getlist("notice") if key.isdigit()]
    if not chosen:
        own = Notice.objects.filter(user_id=request.actor.user_id, read_at__isnull=True)
        chosen = list(own.values_list("pk", flat=True))
    mark_read(user_id=request.actor.user_id, notice_ids=chosen)
    return redirect("cockpit:notices")

"""Who may open the pages of the premises."""

from __future__ import annotations

import uuid as uuids
from datetime import date
from types import SimpleNamespace
from typing import Any

from hearth.platform import files
from hearth.premises.models import AssetLabel, OrderPhoto, Sign, SignPhoto, UpkeepPlan
from tests.consistency.scope_pages import BOTH, GET, POST, Args, Case, Form, page, placed, unit
from tests.consistency.scope_world import Mine, Side, World
from tests.factories_inspections import photo
from tests.factories_premises import make_order, make_sign

VIEW, EDIT = "premises.view", "premises.edit"


def of(side: Side) -> Any:
    """What lies in one branch, made anew for each test: what a test made is taken back with it."""
    known = getattr(side, "premises", None)
    if known is None or not Sign.objects.filter(pk=known.sign.pk).exists():
        sign = make_sign(side.outlet)
        order = make_order(side.outlet, sign=sign)
        side.premises = SimpleNamespace(  # type: ignore[attr-defined]
            sign=sign,
            order=order,
            order_photo=_photo(OrderPhoto, order),
            sign_photo=_photo(SignPhoto, sign),
            plan=UpkeepPlan.objects.create(
                unit=side.outlet,
                sign_kind="lightbox",
                kind="clean",
                months=6,
                starts_on=date(2021, 3, 1),
            ),
            label=AssetLabel.objects.create(unit=side.outlet, sign=sign),
        )
    return side.premises  # type: ignore[attr-defined]


def _photo(table: Any, record: Any) -> Any:
    stored = files.store_picture(photo())
    return table.objects.create(
        record=record,
        uuid=uuids.uuid4(),
        sha256=stored.sha256,
        size=stored.size,
        content_type=stored.content_type,
        width=stored.width,
        height=stored.height,
    )


def order(side: Side) -> Args:
    return (of(side).order.pk,)


def sign(side: Side) -> Args:
    return (of(side).sign.pk,)


def plan(side: Side) -> Args:
    return (of(side).plan.pk,)


def order_photo(side: Side) -> Args:
    return (of(side).order.pk, of(side).order_photo.uuid)


def sign_photo(side: Side) -> Args:
    return (of(side).sign.pk, of(side).sign_photo.uuid)


def _start(world: World, _me: Mine, own: bool) -> Form:
    return Form(version=1)


def narrowed(*needs: str) -> Case:
    """A page about the unit that its address names."""
    return Case(
        needs, lambda w, _me: (), lambda w: (), query=lambda side: {"unit": side.branch.code}
    )


PAGES: dict[str, tuple[Case, ...]] = {
    "premises:campaign": (narrowed(VIEW),),
    "premises:signs": (narrowed(VIEW),),
    "premises:sign-export": (narrowed("exchange.export", VIEW),),
    "premises:labels": (placed(unit, EDIT, methods=BOTH),),
    "premises:label-replace": (placed(lambda side: (of(side).label.pk,), EDIT, methods=BOTH),),
    "premises:maintenance": (narrowed(VIEW),),
    "premises:plans": (page(VIEW),),
    "premises:plan-create": (page(EDIT, methods=BOTH),),
    "premises:plan-end": (placed(plan, EDIT, methods=BOTH),),
    "premises:orders": (page(VIEW),),
    "premises:order-export": (page("exchange.export", VIEW),),
    "premises:order-create": (page(EDIT, methods=BOTH),),
    "premises:verify-past": (page("premises.verify", methods=BOTH),),
    "premises:order": (placed(order, VIEW),),
    "premises:order-step": (
        placed(lambda side: (*order(side), "start"), EDIT, methods=POST, body=_start),
    ),
    "premises:order-photo": (placed(order_photo, VIEW),),
    "premises:order-photo-add": (placed(order, EDIT, methods=POST),),
    "premises:order-photo-remove": (placed(order_photo, EDIT, methods=BOTH),),
    "premises:sign": (placed(sign, VIEW),),
    "premises:sign-edit": (placed(sign, EDIT, methods=BOTH),),
    "premises:sign-photo": (placed(sign_photo, VIEW),),
    "premises:sign-photo-add": (placed(sign, EDIT, methods=POST),),
    "premises:sign-photo-remove": (placed(sign_photo, EDIT, methods=BOTH),),
}

PUBLIC = {
    "premises:report": BOTH,
    "premises:report-thanks": GET,
}
PUBLIC_ARGS = {name: ("none-has-this-token",) for name in PUBLIC}

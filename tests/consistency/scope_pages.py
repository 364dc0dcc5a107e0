"""What opens each address, and how to fill it with something own and something foreign.

A page that is not here fails ``test_scope_matrix``: add it with the permission that opens it.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.consistency.scope_world import Mine, Side, World
from tests.factories_inspections import photo

Args = tuple[Any, ...]
FillSide = Callable[[Side], Args]
NOWHERE = uuids.UUID(int=0xDEAD)


class Form(dict[str, Any]):
    """A body sent as a form; any other is sent as JSON."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to ask for an address.

    Attributes:
        needs: permissions that it takes, all of them; without one it is 403.
        own: arguments that name something of the own branch, or own as a person.
        foreign: the same for something that must not exist for who asks; None: nothing can be.
        sees: one who may come in still needs it to see ``own``; without it 404.
        methods: those that the address knows.
        acts: permission that what a POST does takes beyond ``needs``; without it 403.
        body: of a POST; empty unless the address refuses emptiness before it looks who asks.
        query: of the address, for what is own and for what is foreign.
        tells_all: a page that compares the branches with each other for every reader.
    """

    needs: tuple[str, ...] = ()
    own: Callable[[World, Mine], Args] = lambda world, me: ()
    foreign: Callable[[World], Args] | None = None
    sees: str = ""
    methods: tuple[str, ...] = ("get",)
    acts: str = ""
    body: Callable[[World, Mine, bool], Any] | None = None
    query: Callable[[Side], dict[str, str]] | None = None
    tells_all: bool = False


GET, POST, BOTH = ("get",), ("post",), ("get", "post")


def page(*needs: str, methods: tuple[str, ...] = GET, **more: Any) -> Case:
    """An address without arguments, or whose arguments name nothing of a branch."""
    return Case(needs, methods=methods, **more)


def placed(fill: FillSide, *needs: str, methods: tuple[str, ...] = GET, **more: Any) -> Case:
    """Something that lies in a branch."""
    return Case(needs, lambda w, _me: fill(w.east), lambda w: fill(w.west), methods=methods, **more)


def personal(
    fill: Callable[[Mine], Args], *needs: str, methods: tuple[str, ...] = GET, **more: Any
) -> Case:
    """Something that belongs to one account."""
    return Case(needs, lambda _w, me: fill(me), lambda w: fill(w.stranger), methods=methods, **more)


def general(
    fill: Callable[[World], Any], *needs: str, methods: tuple[str, ...] = GET, **more: Any
) -> Case:
    """Something of the whole network."""
    return Case(needs, lambda w, _me: (fill(w),), methods=methods, **more)


def hidden(
    fill: Callable[[World], Any],
    *needs: str,
    sees: str,
    methods: tuple[str, ...] = GET,
    **more: Any,
) -> Case:
    """A draft of something general: it does not exist for who only reads."""
    return general(fill, *needs, sees=sees, methods=methods, **more)


def check(state: str) -> FillSide:
    """A check in this state."""
    return lambda side: (side.checks[state].uuid,)


def shot(state: str) -> FillSide:
    """A photo of a check in this state."""
    return lambda side: (side.photos[state].uuid,)


def unit(side: Side) -> Args:
    return (side.outlet.code,)


def below(fill: Callable[[World], Args], *needs: str, **more: Any) -> Case:
    """A list that is narrowed to what lies under a unit."""
    return Case(
        needs,
        lambda w, _me: fill(w),
        fill,
        query=lambda side: {"under": side.branch.code} | more,
    )


def about(fill: Args, *needs: str) -> Case:
    """Figures of a unit."""
    return Case(
        needs,
        lambda w, _me: fill,
        lambda w: fill,
        query=lambda side: {"unit": side.branch.code, "as_of": "2021-06-30"},
    )


def account(side: Side) -> Args:
    return (side.user.pk,)


def person(side: Side) -> Args:
    return (side.person.pk,)


def _file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


_HANDED_IN = {"standard": "SERVICE", "edition": "2021", "channel": "video", "marks": []}


def _new_check(world: World, _me: Mine, own: bool) -> Any:
    """A check of an own or a foreign outlet, handed in whole."""
    place = world.east if own else world.west
    more = {"uuid": str(NOWHERE), "inspected_at": "2021-06-15T10:00:00+08:00", "unlisted": "met"}
    return _HANDED_IN | more | {"unit": place.outlet.code}


def _new_draft(world: World, _me: Mine, own: bool) -> Any:
    place = world.east if own else world.west
    about = {key: _HANDED_IN[key] for key in ("standard", "edition", "channel")}
    return about | {"uuid": str(NOWHERE), "unit": place.outlet.code}


def _saved(world: World, me: Mine, own: bool) -> Any:
    return {"version": (me if own else world.stranger).draft.version, "marks": []}


def _version(world: World, me: Mine, own: bool) -> Any:
    return {"version": (me if own else world.stranger).draft.version}


def _withdrawal(world: World, _me: Mine, _own: bool) -> Any:
    return Form(version=world.bulletin.version, note="再看一次")


def _bonus(world: World, _me: Mine, _own: bool) -> Any:
    place = world.east.outlet.code
    return Form(unit=place, kind="bonus", points="1", reason="锦旗", decided_on="2021-06-01")


PUBLIC = {
    "accounts:sign-in": BOTH,
    "accounts:demo-sign-in": POST,
    "accounts:set-language": POST,
    "health": GET,
    "favicon": GET,
    "api-1:api-root": GET,
    "api-1:openapi": GET,
    "api-1:docs": GET,
}
"""Addresses for everyone, strangers too."""

PAGES: dict[str, tuple[Case, ...]] = {
    "cockpit:home": (page(),),
    "cockpit:notices": (page(),),
    "cockpit:notices-read": (page(methods=POST),),
    # --- accounts
    "accounts:sign-out": (page(methods=POST),),
    "accounts:me": (page(),),
    "accounts:change-password": (page(methods=BOTH),),
    "accounts:what-i-may-do": (page(),),
    "accounts:session-end": (personal(lambda me: (me.sign_in.pk,), methods=POST),),
    "accounts:token-create": (page("tokens.own", methods=BOTH),),
    "accounts:token-revoke": (personal(lambda me: (me.token.pk,), methods=POST),),
    "accounts:user-list": (page("accounts.manage"),),
    "accounts:user-create": (page("accounts.manage", methods=BOTH),),
    "accounts:user-detail": (placed(account, "accounts.manage"),),
    "accounts:user-edit": (placed(account, "accounts.manage", methods=BOTH),),
    "accounts:user-password": (placed(account, "accounts.manage", methods=POST),),
    "accounts:user-close": (placed(account, "accounts.manage", methods=BOTH),),
    "accounts:user-open": (placed(account, "accounts.manage", methods=BOTH),),
    "accounts:user-sign-out": (placed(account, "accounts.manage", methods=POST),),
    "accounts:grant-create": (placed(account, "accounts.manage", methods=BOTH),),
    "accounts:unit-options": (placed(account, "accounts.manage"),),
    "accounts:grant-end": (placed(lambda s: (s.grant.pk,), "accounts.manage", methods=BOTH),),
    # --- network
    "network:unit-list": (page("network.view"),),
    "network:unit-export": (page("exchange.export"),),
    "network:unit-options": (page("network.view"),),
    "network:unit-tree": (page("network.view"), below(lambda w: (), "network.view")),
    "network:map": (page("network.view"),),
    "network:people-list": (page("people.view"),),
    "network:people-export": (page("exchange.export", "people.view"),),
    "network:person-create": (page("people.edit", methods=BOTH),),
    "network:person-detail": (placed(person, "people.view"),),
    "network:person-edit": (placed(person, "people.edit", methods=BOTH),),
    "network:unit-create": (page("network.edit", methods=BOTH),),
    "network:unit-detail": (placed(unit, "network.view"),),
    "network:unit-edit": (placed(unit, "network.edit", methods=BOTH),),
    "network:unit-move": (placed(unit, "network.edit", methods=BOTH),),
    "network:unit-merge": (placed(unit, "network.edit", methods=BOTH),),
    "network:unit-close": (placed(unit, "network.edit", methods=BOTH),),
    "network:unit-reopen": (placed(unit, "network.edit", methods=BOTH),),
    # --- standards
    "standards:list": (page("standards.view"),),
    "standards:language": (page("standards.view"),),
    "standards:import": (page("standards.edit", methods=BOTH),),
    "standards:edition": (
        general(lambda w: w.edition.pk, "standards.view"),
        hidden(lambda w: w.drafted.pk, "standards.view", sees="standards.edit"),
    ),
    "standards:compare": (
        general(lambda w: w.edition.pk, "standards.view"),
        hidden(lambda w: w.drafted.pk, "standards.view", sees="standards.edit"),
    ),
    "standards:export": (
        general(lambda w: w.edition.pk, "standards.view"),
        hidden(lambda w: w.drafted.pk, "standards.view", sees="standards.edit"),
    ),
    "standards:publish": (general(lambda w: w.drafted.pk, "standards.publish", methods=POST),),
    "standards:rank": (general(lambda w: w.edition.pk, "standards.publish", methods=POST),),
    "standards:retire": (general(lambda w: w.edition.pk, "standards.publish", methods=POST),),
    "standards:discard": (general(lambda w: w.drafted.pk, "standards.edit", methods=BOTH),),
    "standards:criterion": (
        general(lambda w: w.criterion.pk, "standards.view"),
        hidden(lambda w: w.drafted_criterion.pk, "standards.view", sees="standards.edit"),
    ),
    # --- inspections
    "inspections:mine": (page("inspections.fill"),),
    "inspections:start": (page("inspections.fill", methods=BOTH),),
    "inspections:unit-options": (page(),),
    "inspections:fill": (
        personal(lambda me: (me.draft.uuid,), "inspections.fill", methods=BOTH),
        personal(lambda me: (me.inspection.uuid,), "inspections.fill", methods=BOTH),
    ),
    "inspections:save": (
        personal(
            lambda me: (me.draft.uuid,),
            "inspections.fill",
            methods=POST,
            body=lambda w, me, own: {
                "version": (me if own else w.stranger).draft.version,
                "document": {"marks": []},
            },
        ),
    ),
    "inspections:evidence-add": (
        personal(lambda me: (me.draft.uuid,), "inspections.fill", methods=POST),
    ),
    "inspections:evidence-remove": (
        personal(lambda me: (me.draft.uuid, me.photo.uuid), "inspections.fill", methods=POST),
    ),
    "inspections:discard": (
        personal(lambda me: (me.draft.uuid,), "inspections.fill", methods=BOTH),
    ),
    "inspections:evidence": (
        personal(lambda me: (me.photo.uuid,)),
        placed(shot("released"), sees="inspections.view"),
        placed(shot("submitted"), sees="inspections.view_all"),
    ),
    "inspections:list": (page("inspections.view"),),
    "inspections:export": (page("exchange.export"),),
    "inspections:detail": (
        personal(lambda me: (me.inspection.uuid,)),
        placed(check("released"), sees="inspections.view"),
        placed(check("submitted"), sees="inspections.view_all"),
        placed(check("reviewed"), sees="inspections.view_all"),
        placed(check("returned"), sees="inspections.view_all"),
        placed(check("withdrawn"), sees="inspections.view_all"),
    ),
    "inspections:correct": (
        personal(lambda me: (me.inspection.uuid,), "inspections.fill", methods=BOTH),
    ),
    "inspections:review-queue": (page("inspections.review"),),
    "inspections:review": (
        placed(check("submitted"), "inspections.review", methods=BOTH),
        placed(check("reviewed"), "inspections.review", methods=BOTH),
        placed(check("released"), "inspections.review", methods=BOTH),
    ),
    "inspections:release-many": (page("inspections.release", methods=POST),),
    "inspections:assignments": (page("inspections.assign", methods=BOTH),),
    "inspections:inspector-options": (page("inspections.assign"),),
    "inspections:assignment-withdraw": (
        placed(lambda s: (s.assignment.pk,), "inspections.assign", methods=POST),
    ),
    # --- scoring
    "scoring:period-list": (page("scores.view"),),
    "scoring:policy-list": (page("scores.view"),),
    "scoring:policy-create": (page("policy.propose", methods=BOTH),),
    "scoring:policy": (
        general(lambda w: w.policy.pk, "scores.view"),
        hidden(lambda w: w.drafted_policy.pk, "scores.view", sees="policy.propose"),
    ),
    "scoring:policy-edit": (
        general(lambda w: w.drafted_policy.pk, "policy.propose", methods=BOTH),
    ),
    "scoring:policy-copy": (general(lambda w: w.policy.pk, "policy.propose", methods=POST),),
    "scoring:policy-decide": (
        general(lambda w: w.policy.pk, "scores.view", methods=POST, acts="policy.approve"),
        hidden(lambda w: w.drafted_policy.pk, "scores.view", sees="policy.propose", methods=POST),
    ),
    "scoring:period": (
        general(lambda w: w.period, "scores.view"),
        general(lambda w: w.open_period, "scores.view"),
    ),
    "scoring:close": (general(lambda w: w.open_period, "period.close", methods=BOTH),),
    "scoring:missing": (Case(("scores.view",), lambda w, _me: (w.period, "video")),),
    "scoring:ranking": (
        general(lambda w: w.period, "scores.view"),
        below(lambda w: (w.period,), "scores.view"),
    ),
    "scoring:ranking-export": (
        general(lambda w: w.period, "exchange.export", "scores.view"),
        below(lambda w: (w.period,), "exchange.export", "scores.view"),
    ),
    "scoring:result": (placed(lambda s: ("2021Q2", s.outlet.code), "scores.view"),),
    "scoring:faults": (
        general(lambda w: w.period, "scores.view"),
        below(lambda w: (w.period,), "scores.view"),
    ),
    "scoring:what-if": (general(lambda w: w.period, "scores.view"),),
    "scoring:adjustments": (
        general(
            lambda w: w.period, "scores.view", methods=BOTH, acts="adjustments.record", body=_bonus
        ),
    ),
    "scoring:adjustments-export": (general(lambda w: w.period, "exchange.export", "scores.view"),),
    "scoring:adjustments-decide": (
        general(lambda w: w.period, "adjustments.approve", methods=POST),
    ),
    "scoring:adjustment-withdraw": (
        placed(lambda s: (s.adjustment.pk,), "adjustments.record", methods=BOTH),
    ),
    # --- bulletins: whoever may read one reads it whole
    "bulletins:list": (page("bulletin.view"),),
    "bulletins:create": (general(lambda w: w.open_period, "bulletin.edit", methods=BOTH),),
    "bulletins:read": (
        general(
            lambda w: w.bulletin.pk,
            "bulletin.view",
            tells_all=True,
        ),
        hidden(
            lambda w: w.drafted_bulletin.pk,
            "bulletin.view",
            sees="bulletin.edit",
            tells_all=True,
        ),
    ),
    "bulletins:pdf": (
        general(
            lambda w: w.bulletin.pk,
            "bulletin.view",
            tells_all=True,
        ),
    ),
    "bulletins:docx": (
        general(
            lambda w: w.bulletin.pk,
            "bulletin.view",
            tells_all=True,
        ),
    ),
    "bulletins:edit": (
        general(
            lambda w: w.drafted_bulletin.pk,
            "bulletin.edit",
            methods=BOTH,
            tells_all=True,
        ),
    ),
    "bulletins:recompose": (
        general(
            lambda w: w.drafted_bulletin.pk,
            "bulletin.edit",
            methods=POST,
            tells_all=True,
        ),
    ),
    "bulletins:propose": (
        general(
            lambda w: w.drafted_bulletin.pk,
            "bulletin.edit",
            methods=POST,
            tells_all=True,
        ),
    ),
    "bulletins:approve": (
        general(
            lambda w: w.drafted_bulletin.pk,
            "bulletin.approve",
            methods=POST,
            tells_all=True,
        ),
    ),
    "bulletins:send-back": (
        general(
            lambda w: w.bulletin.pk,
            "bulletin.view",
            methods=POST,
            acts="bulletin.approve",
            body=_withdrawal,
            tells_all=True,
        ),
        hidden(
            lambda w: w.drafted_bulletin.pk,
            "bulletin.view",
            sees="bulletin.edit",
            methods=POST,
            tells_all=True,
        ),
    ),
    "bulletins:publish": (
        general(
            lambda w: w.drafted_bulletin.pk,
            "bulletin.publish",
            methods=POST,
            tells_all=True,
        ),
    ),
    "bulletins:revise": (
        general(
            lambda w: w.bulletin.pk,
            "bulletin.edit",
            methods=POST,
            tells_all=True,
        ),
    ),
    # --- exchange
    "exchange:import": (page("exchange.import"),),
    "exchange:job": (personal(lambda me: (me.job.uuid,)),),
    "exchange:errors": (personal(lambda me: (me.job.uuid,)),),
    "exchange:import-kind": (
        Case(
            ("exchange.import",),
            lambda w, _me: ("units",),
            lambda w: ("wages",),
            sees="network.edit",
            methods=BOTH,
        ),
    ),
    "exchange:template": (
        Case((), lambda w, _me: ("units",), lambda w: ("wages",), sees="network.edit"),
    ),
    # --- audit
    "audit:list": (page("audit.view"),),
    "audit:export": (page("audit.view", "exchange.export"),),
    "audit:verify": (page("audit.view", methods=BOTH),),
    "audit:detail": (placed(lambda s: (s.event,), "audit.view"),),
    "audit:health": (page("system.view"),),
}


def draft_of(me: Mine) -> Args:
    return (me.draft.uuid,)


def photo_of(me: Mine) -> Args:
    return (me.draft.uuid, me.photo.uuid)


API: dict[str, tuple[Case, ...]] = {
    "me": (page(),),
    "list_units": (page("network.view"),),
    "read_unit": (placed(unit, "network.view"),),
    "read_tree": (page("network.view"),),
    "list_editions": (page("standards.view"),),
    "read_edition": (
        general(lambda w: w.edition.pk, "standards.view"),
        hidden(lambda w: w.drafted.pk, "standards.view", sees="standards.edit"),
    ),
    "submit_inspection": (
        Case(
            ("inspections.fill",),
            foreign=lambda w: (),
            sees="network.view",
            methods=POST,
            body=_new_check,
        ),
    ),
    "list_inspections": (page("inspections.view"),),
    "list_own_inspections": (page("inspections.fill"),),
    "read_inspection": (
        personal(lambda me: (me.inspection.uuid,)),
        placed(check("released"), sees="inspections.view"),
        placed(check("submitted"), sees="inspections.view_all"),
        placed(check("returned"), sees="inspections.view_all"),
        placed(check("withdrawn"), sees="inspections.view_all"),
    ),
    "fetch_evidence": (
        personal(lambda me: (me.photo.uuid,)),
        placed(shot("released"), sees="inspections.view"),
        placed(shot("submitted"), sees="inspections.view_all"),
    ),
    "list_assignments": (page("inspections.fill"),),
    "list_drafts": (page("inspections.fill"),),
    "start_draft": (
        Case(
            ("inspections.fill",),
            foreign=lambda w: (),
            sees="network.view",
            methods=POST,
            body=_new_draft,
        ),
    ),
    "read_draft": (personal(draft_of, "inspections.fill"),),
    "save_draft": (personal(draft_of, "inspections.fill", methods=("put",), body=_saved),),
    "discard_draft": (personal(draft_of, "inspections.fill", methods=("delete",)),),
    "submit_own_draft": (personal(draft_of, "inspections.fill", methods=POST, body=_version),),
    "add_evidence": (
        personal(
            photo_of,
            "inspections.fill",
            methods=POST,
            body=lambda _w, _me, _own: Form(criterion="A01", file=_file("a.jpg", photo())),
        ),
    ),
    "remove_evidence": (personal(photo_of, "inspections.fill", methods=("delete",)),),
    "list_periods": (page("scores.view"),),
    "read_period": (general(lambda w: w.period, "scores.view"),),
    "read_coverage": (general(lambda w: w.period, "scores.view"),),
    "read_ranking": (general(lambda w: w.period, "scores.view"),),
    "read_result": (placed(lambda s: ("2021Q2", s.outlet.code), "scores.view"),),
    "export_units": (page("exchange.export"),),
    "export_people": (page("exchange.export", "people.view"),),
    "export_inspections": (page("exchange.export", "inspections.view"),),
    "export_ranking": (below(lambda w: (), "exchange.export", "scores.view", period="2021Q2"),),
    "list_figures": (about((), "figures.view"),),
    "read_trace": (about(("outlets",), "figures.view", "network.view"),),
    "start_import": (
        Case(
            ("exchange.import",),
            lambda w, _me: ("units",),
            methods=POST,
            acts="network.edit",
            body=lambda _w, _me, _own: Form(files=_file("units.csv", b"code,name\n")),
        ),
    ),
    "read_job": (personal(lambda me: (me.job.uuid,), "exchange.import"),),
    "fetch_template": (Case(("exchange.import",), lambda w, _me: ("units",)),),
}

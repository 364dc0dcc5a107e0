"""One small world in which every kind of record lies twice: in the east, and in the west.

Every role has an account that holds it for the eastern branch; whoever asks for something of the
west asks for what does not exist for them (design rule 6.1).
"""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from hearth.bulletins.models import Bulletin
from hearth.bulletins.services import draft_bulletin, revise
from hearth.inspections.models import Assignment, Draft, Evidence, Inspection
from hearth.kernel.periods import Period
from hearth.network.actors import operator
from hearth.network.models import ApiToken, Grant, Person, SignIn, Unit, User
from hearth.network.roles import NETWORK_WIDE, PERMISSIONS, ROLES
from hearth.network.services.tokens import digest_of
from hearth.platform import audit, files
from hearth.platform.models import Job, Notice
from hearth.scoring.models import Adjustment, Policy
from hearth.scoring.services.policies import save_policy
from hearth.standards.models import Criterion, Edition
from tests.bulletins.quarters import published
from tests.factories import client_as, make_person, make_tree, make_user
from tests.factories_inspections import make_assignment, make_inspection, mark, photo
from tests.factories_scoring import close, make_adjustment, make_policy, policy_text
from tests.factories_standards import edition_content, make_edition

TOP = "programme_manager at the top"
"""The account whose role is granted for the whole network; the others have theirs in the east."""
STATES = ("submitted", "reviewed", "returned", "released", "withdrawn")


def held_by(account: str) -> frozenset[str]:
    """What an account may do: what is one for the whole network only at the top of it."""
    if account == TOP:
        return ROLES["programme_manager"].permissions
    return ROLES[account].permissions - NETWORK_WIDE


@dataclass
class Mine:
    """What belongs to one account as a person: nobody else's business, wherever they are."""

    user: User
    client: Client
    key: str  # of a token with every permission
    notice: Notice
    sign_in: SignIn
    token: ApiToken
    draft: Draft
    photo: Evidence  # of the draft
    assignment: Assignment
    inspection: Inspection  # submitted
    job: Job


@dataclass
class Side:
    """What lies in one branch."""

    branch: Unit
    outlet: Unit
    person: Person
    user: User
    grant: Grant
    checks: dict[str, Inspection]  # by state
    photos: dict[str, Evidence]  # of those checks
    assignment: Assignment
    adjustment: Adjustment
    event: int  # of the trail


@dataclass
class World:
    """Everything, with what is the same for the whole network."""

    east: Side
    west: Side
    province: Unit
    edition: Edition
    drafted: Edition
    criterion: Criterion
    drafted_criterion: Criterion
    policy: Policy
    drafted_policy: Policy
    bulletin: Bulletin
    drafted_bulletin: Bulletin
    period: str = "2021Q2"
    open_period: str = "2021Q1"
    accounts: dict[str, Mine] = field(default_factory=dict)  # by role
    stranger: Any = None  # what belongs to a colleague of the west


def make_world() -> World:
    """Made once; a quarter is closed over it and a bulletin published."""
    tree, edition, policy = make_tree(), make_edition(), make_policy()
    drafted = make_edition(edition_content(edition="2022"), publish=False)
    sides = [_side(branch, outlet, edition) for branch, outlet in _halves(tree)]
    make_inspection(tree.outlets[0], edition, on="2021-02-20")
    close("2021Q2")
    bulletin = published(draft_bulletin(actor=operator("writer"), period=Period.parse("2021Q2")))
    world = World(
        east=sides[0],
        west=sides[1],
        province=tree.province,
        edition=edition,
        drafted=drafted,
        criterion=edition.criteria.order_by("position")[0],
        drafted_criterion=drafted.criteria.order_by("position")[0],
        policy=policy,
        drafted_policy=save_policy(actor=operator("proposer"), text=policy_text(name="草案")),
        bulletin=bulletin,
        drafted_bulletin=revise(actor=operator("writer"), bulletin_id=bulletin.pk, reason="更正"),
    )
    for role in ROLES:
        world.accounts[role] = _mine(make_user(role, unit=tree.east), tree.east_outlets[1], edition)
    top = make_user("programme_manager", unit=tree.province)
    world.accounts[TOP] = _mine(top, tree.east_outlets[1], edition)
    other = make_user("inspector", unit=tree.west)
    world.stranger = _mine(other, tree.west_outlets[1], edition)
    return world


def _halves(tree: Any) -> list[tuple[Unit, Unit]]:
    return [(tree.east, tree.east_outlets[0]), (tree.west, tree.west_outlets[0])]


def _side(branch: Unit, outlet: Unit, edition: Edition) -> Side:
    worker = make_user("inspector", unit=branch)
    checks, photos = {}, {}
    for state in STATES:
        faults = [mark("A01", note="门楣缺字")]
        checks[state] = make_inspection(outlet, edition, *faults, status=state, by=worker)
        photos[state] = make_photo(inspection=checks[state], uploaded_by=worker)
    user = make_user("staff", unit=branch)
    event = audit.record(operator("office"), "unit.edited", outlet, unit_path=outlet.path)
    return Side(
        branch=branch,
        outlet=outlet,
        person=make_person(outlet, phone="13800001234"),
        user=user,
        grant=user.grants.get(),
        checks=checks,
        photos=photos,
        assignment=make_assignment(outlet, edition, make_user("mystery_shopper", unit=branch)),
        adjustment=make_adjustment(outlet),
        event=event.seq,
    )


def make_photo(**of: Any) -> Evidence:
    """A photo whose file is there, of a draft or a check."""
    stored = files.store_picture(photo())
    return Evidence.objects.create(
        uuid=uuids.uuid4(),
        sha256=stored.sha256,
        size=stored.size,
        content_type=stored.content_type,
        width=stored.width,
        height=stored.height,
        metadata={},
        criterion_code="A01",
        **of,
    )


def _mine(user: User, outlet: Unit, edition: Edition) -> Mine:
    now = timezone.now()
    draft = Draft.objects.create(
        uuid=uuids.uuid4(),
        owner=user,
        unit=outlet,
        edition=edition,
        channel="video",
        document={"unlisted": "met", "marks": []},
        started_at=now,
        saved_at=now,
    )
    key = f"hearth_{user.username}"
    ends = {"expires_at": now + timedelta(days=9), "permissions": sorted(PERMISSIONS)}
    ApiToken.objects.create(user=user, name="calls", digest=digest_of(key), **ends)
    return Mine(
        user=user,
        client=_client(user),
        key=key,
        notice=Notice.objects.create(
            user=user, kind="bulletin.published", url="/", params={"period": "2021Q2"}
        ),
        sign_in=SignIn.objects.create(user=user, session_key=f"another-{user.pk}"),
        token=ApiToken.objects.create(user=user, name="kept", digest=f"{user.pk:064d}", **ends),
        draft=draft,
        photo=make_photo(draft=draft, uploaded_by=user),
        assignment=make_assignment(outlet, edition, user, due_on=date(2099, 1, 1)),
        inspection=make_inspection(outlet, edition, by=user, status="submitted"),
        job=Job.objects.create(
            uuid=uuids.uuid4(), kind="import", params={"kind": "units"}, created_by=user
        ),
    )


def _client(user: User) -> Client:
    """Signed in, its session just renewed, so that asking writes nothing of its own."""
    client = client_as(user)
    client.raise_request_exception = True
    session = client.session
    session["renewed"] = 2**40
    session.save()
    return client

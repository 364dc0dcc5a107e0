"""Who may open the pages of the programme, and what of it lies in a branch."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable
from typing import Any

from hearth.platform import files
from hearth.programme.models import (
    Attachment,
    Document,
    Meeting,
    Programme,
    Target,
    Task,
    TaskShare,
)
from tests.consistency.scope_pages import BOTH, GET, POST, Args, Case, page, placed
from tests.consistency.scope_world import Mine, Side, World
from tests.factories_programme import (
    YEAR,
    make_document,
    make_meeting,
    make_plan,
    make_target,
    make_task,
)

VIEW, WORK, EDIT, EXPORT = "programme.view", "programme.work", "programme.edit", "exchange.export"


def plan() -> Programme:
    """The plan of the year, made on first use: what a test made goes back at its end."""
    return Programme.objects.filter(year=YEAR).first() or make_plan()


def task(side: Side) -> Task:
    """A task that was given to the outlet."""
    known = Task.objects.filter(unit=side.outlet).first()
    return known or make_task(plan(), side.outlet, state="done")


def share(side: Side) -> TaskShare:
    """What the outlet says of it."""
    return task(side).shares.get()


def document(side: Side) -> Document:
    """A document that was sent to the branch and its outlet."""
    title = f"通知 {side.branch.code}"
    known = Document.objects.filter(title=title).first()
    return known or make_document(side.branch, side.outlet, title=title)


def meeting(side: Side) -> Meeting:
    """A meeting of the outlet."""
    return Meeting.objects.filter(unit=side.outlet).first() or make_meeting(plan(), side.outlet)


def target(side: Side) -> Target:
    """A target of the outlet."""
    return Target.objects.filter(unit=side.outlet).first() or make_target(side.outlet)


def sheet(side: Side) -> Args:
    """The period and the unit of a sheet."""
    return "2021Q2", side.outlet.code


def compared(*needs: str) -> Case:
    """The comparison of a period in which both branches have targets."""

    def fill(world: World, _me: Mine) -> Args:
        target(world.east), target(world.west)
        return ("2021Q2",)

    return Case(needs, fill)


def proof(side: Side) -> Attachment:
    """A file that shows it."""
    known = Attachment.objects.filter(share=share(side)).first()
    if known is not None:
        return known
    stored = files.store(b"proof", "text/plain")
    return Attachment.objects.create(
        uuid=uuids.uuid4(),
        share=share(side),
        sha256=stored.sha256,
        name="proof.txt",
        size=stored.size,
        content_type="text/plain",
    )


def key(thing: Callable[[Side], Any]) -> Callable[[Side], Args]:
    """Its key as the address names it."""
    return lambda side: (thing(side).pk,)


def of_year(*needs: str, methods: tuple[str, ...] = GET, **more: Any) -> Case:
    """A page of the year's plan, with a task in both branches."""

    def fill(world: World, _me: Mine) -> Args:
        task(world.east), task(world.west)
        return (YEAR,)

    return Case(needs, fill, methods=methods, **more)


def planned(*needs: str, methods: tuple[str, ...] = GET) -> Case:
    """An address without arguments that stands on a plan."""

    def fill(world: World, _me: Mine) -> Args:
        task(world.east), task(world.west)
        return ()

    return Case(needs, fill, methods=methods)


PAGES: dict[str, tuple[Case, ...]] = {
    "programme:plan": (page(VIEW), planned(VIEW)),
    "programme:plan-create": (page(EDIT, methods=BOTH),),
    "programme:plan-of-year": (of_year(VIEW),),
    "programme:plan-edit": (of_year(EDIT, methods=BOTH),),
    "programme:board": (of_year(VIEW),),
    "programme:gantt": (of_year(VIEW),),
    "programme:task-list": (of_year(VIEW),),
    "programme:task-export": (of_year(EXPORT, VIEW),),
    "programme:mine": (page(VIEW), planned(VIEW)),
    "programme:task-create": (planned(WORK, methods=BOTH),),
    "programme:task": (placed(key(task), VIEW),),
    "programme:task-edit": (placed(key(task), WORK, methods=BOTH),),
    "programme:task-withdraw": (placed(key(task), WORK, methods=BOTH),),
    "programme:share-report": (placed(key(share), WORK, methods=BOTH),),
    "programme:share-verify": (placed(key(share), WORK, methods=POST),),
    "programme:share-send-back": (placed(key(share), WORK, methods=BOTH),),
    "programme:file": (placed(lambda side: (proof(side).uuid,), VIEW),),
    "programme:document-list": (page(VIEW),),
    "programme:document-create": (page(EDIT, methods=BOTH),),
    "programme:document": (placed(key(document), VIEW),),
    "programme:document-acknowledge": (placed(key(document), WORK, methods=POST),),
    "programme:document-remind": (placed(key(document), EDIT, methods=POST),),
    "programme:document-withdraw": (placed(key(document), EDIT, methods=BOTH),),
    "programme:document-export": (placed(key(document), EXPORT, VIEW),),
    "programme:target-list": (page(VIEW),),
    "programme:target-create": (page(EDIT, methods=BOTH),),
    "programme:target-edit": (placed(key(target), EDIT, methods=BOTH),),
    "programme:target-withdraw": (placed(key(target), EDIT, methods=BOTH),),
    "programme:performance": (page(VIEW),),
    "programme:performance-of": (compared(VIEW),),
    "programme:performance-export": (compared(EXPORT, VIEW),),
    "programme:sheet": (placed(sheet, VIEW),),
    "programme:forecast": (placed(sheet, VIEW),),
    "programme:meeting-list": (of_year(VIEW),),
    "programme:meeting-create": (of_year(WORK, methods=BOTH),),
    "programme:meeting": (placed(key(meeting), VIEW),),
    "programme:meeting-edit": (placed(key(meeting), WORK, methods=BOTH),),
    "programme:meeting-people": (placed(key(meeting), WORK, methods=POST),),
    "programme:meeting-presence": (placed(key(meeting), WORK, methods=POST),),
    "programme:meeting-sign-in": (placed(key(meeting), VIEW, methods=POST),),
    "programme:minutes": (placed(key(meeting), WORK, methods=BOTH),),
    "programme:meeting-withdraw": (placed(key(meeting), WORK, methods=BOTH),),
}

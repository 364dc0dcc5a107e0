"""Who may open the pages of what staff say."""

from __future__ import annotations

from hearth.voices.models import Case, Entry, Solicitation
from tests.consistency.scope_pages import BOTH, POST, Args, page, placed
from tests.consistency.scope_pages import Case as Way
from tests.consistency.scope_world import Side, World
from tests.factories_voices import make_case, make_entry, make_solicitation

VIEW, WRITE, EDIT = "voices.view", "voices.write", "voices.edit"


def asked(side: Side) -> Args:
    """What the side's branch asked; made when it is first asked for."""
    code = f"B-{side.branch.code}"
    found = Solicitation.objects.filter(code=code).first()
    return ((found or make_solicitation(side.branch, code=code)).pk,)


def entry(world: World) -> int:
    (pk,) = asked(world.east)
    row = Solicitation.objects.get(pk=pk)
    found = Entry.objects.filter(solicitation=row).first()
    return (found or make_entry(row, world.east.outlet)).pk


def handed_in(side: Side) -> Args:
    """A case from the side's outlet that waits for a decision."""
    found = Case.objects.filter(unit=side.outlet, status="submitted").first()
    return ((found or make_case(side.outlet, side.user, status="submitted")).pk,)


def draft(account: object) -> Args:
    """A draft of the account's own."""
    user = account.user  # type: ignore[attr-defined]
    unit = user.grants.get().unit
    found = Case.objects.filter(recorded_by=user, status="draft").first()
    return ((found or make_case(unit, user)).pk,)


def published(world: World) -> int:
    found = Case.objects.published().first()
    if found is None:
        side = world.east
        found = make_case(
            world.province,
            side.user,
            status="published",
            published_on="2021-06-01",
            decided_by=world.stranger.user,
        )
    return found.pk


PAGES: dict[str, tuple[Way, ...]] = {
    "voices:solicitations": (page(VIEW),),
    "voices:solicitation": (placed(asked, VIEW, methods=BOTH, acts=WRITE),),
    "voices:choose": (Way((EDIT,), lambda w, _me: (entry(w),), methods=POST),),
    "voices:cases": (page(VIEW),),
    "voices:desk": (page(VIEW),),
    "voices:case-new": (page(WRITE, methods=BOTH),),
    "voices:case": (placed(handed_in, VIEW),),
    "voices:case-edit": (
        Way((WRITE,), lambda _w, me: draft(me), lambda w: draft(w.stranger), methods=BOTH),
    ),
    "voices:case-act": (placed(handed_in, VIEW, methods=POST),),
    "voices:case-like": (Way((WRITE,), lambda w, _me: (published(w),), methods=POST),),
}

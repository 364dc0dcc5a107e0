"""Who may open the pages of knowledge tests."""

from __future__ import annotations

from datetime import date

from hearth.learning.models import Sitting
from tests.consistency.scope_pages import Args, Case, below, page, placed
from tests.consistency.scope_world import Side

VIEW = "learning.view"


def sitting(side: Side) -> Args:
    """A sitting of the side's branch; made when it is first asked for."""
    row, _made = Sitting.objects.get_or_create(
        code=f"S-{side.branch.code}",
        defaults={
            "unit": side.branch,
            "unit_path": side.branch.path,
            "paper": "服务升温",
            "held_on": date(2021, 4, 12),
        },
    )
    return (row.pk,)


PAGES: dict[str, tuple[Case, ...]] = {
    "learning:coverage": (page(VIEW), below(lambda _w: (), VIEW)),
    "learning:people": (page(VIEW), below(lambda _w: (), VIEW)),
    "learning:people-export": (page("exchange.export", VIEW),),
    "learning:sittings": (page(VIEW),),
    "learning:sitting": (placed(sitting, VIEW),),
}

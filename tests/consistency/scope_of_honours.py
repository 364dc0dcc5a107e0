"""Who may open the pages of awards and of results from above."""

from __future__ import annotations

from tests.consistency.scope_pages import BOTH, Case, general, page

VIEW, KEEP = "honours.view", "programme.edit"

PAGES: dict[str, tuple[Case, ...]] = {
    "honours:awards": (page(VIEW),),
    "honours:schemes": (page(VIEW),),
    "honours:scheme-add": (page(KEEP, methods=BOTH),),
    "honours:scheme": (general(lambda _world: "star", KEEP, methods=BOTH),),
    "honours:results": (page(VIEW),),
}

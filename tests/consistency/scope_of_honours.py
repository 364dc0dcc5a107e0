"""Who may open the pages of awards and of results from above."""

from __future__ import annotations

from tests.consistency.scope_pages import Case, page

VIEW = "honours.view"

PAGES: dict[str, tuple[Case, ...]] = {
    "honours:awards": (page(VIEW),),
    "honours:results": (page(VIEW),),
}

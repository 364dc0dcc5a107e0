"""Who may open which page of the figures."""

from __future__ import annotations

from tests.consistency.scope_pages import Case, about

PAGES: dict[str, tuple[Case, ...]] = {
    "figures:explorer": (about((), "figures.view"),),
    "figures:export": (about((), "exchange.export", "figures.view"),),
    "figures:rows": (
        about(("outlets",), "figures.view", "network.view"),
        about(("inspections",), "figures.view", "inspections.view"),
        about(("score",), "figures.view", "scores.view"),
        about(("tests.coverage",), "figures.view", "people.view"),
    ),
    "figures:rows-export": (
        about(("outlets",), "exchange.export", "figures.view", "network.view"),
        about(("inspections",), "exchange.export", "figures.view", "inspections.view"),
    ),
}

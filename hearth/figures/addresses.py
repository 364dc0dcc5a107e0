"""Where a value opens: the address of its rows, for pages, bulletins and reports alike."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from hearth.figures.registry import Figure


def rows_page(figure: Figure) -> str:
    """Path of the page with the rows of a figure, of whatever unit and time."""
    return reverse("figures:rows", args=[figure.key])


def rows_address(
    figure: Figure, code: str, as_of: date, since: date | None = None, page: str = ""
) -> str:
    """Path of the rows behind the value of one unit and time.

    Args:
        figure: whose value it is.
        code: of the unit.
        as_of: the end of this day.
        since: first day of a span; a figure of a point in time has none.
        page: as ``rows_page`` gives it, where many are asked for; else found anew.
    """
    said = {"unit": code, "as_of": as_of.isoformat()}
    if since is not None and figure.is_span:
        said["since"] = since.isoformat()
    return f"{page or rows_page(figure)}?{urlencode(said)}"

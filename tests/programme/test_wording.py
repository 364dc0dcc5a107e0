"""Values of targets in words: exact where they are scored, short where many stand together."""

from __future__ import annotations

import pytest

from hearth.figures.registry import FIGURES
from hearth.programme.wording import brief_text, value_text


@pytest.mark.parametrize(
    ("key", "milli", "exact", "brief"),
    [
        ("signs.cleaned_share", 93_333, "93.333%", "93.3%"),
        ("signs.cleaned_share", 65_650, "65.65%", "65.7%"),
        ("signs.cleaned_share", 100_000, "100%", "100%"),
        ("home_visits.count", 8_000, "8", "8"),
        ("home_visits.count", None, "—", "—"),
    ],
)
def test_a_share_among_many_is_short(key, milli, exact, brief):
    figure = FIGURES[key]

    assert value_text(figure, milli) == exact
    assert brief_text(figure, milli) == brief

"""Shares as the pages of the premises write them."""

from __future__ import annotations

import pytest

from hearth.web.premises.pictures import share_text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "—"),
        (0, 7, "0.0%"),
        (2, 3, "66.7%"),
        (1, 3, "33.3%"),
        (1, 2000, "0.1%"),
        (796, 797, "99.9%"),
        (99_999, 100_000, "99.9%"),
        (797, 797, "100.0%"),
    ],
)
def test_a_share_is_rounded_half_up_and_is_whole_only_where_all_are_in_it(part, whole, text):
    assert share_text(part, whole) == text

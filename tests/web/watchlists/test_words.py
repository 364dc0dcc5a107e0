"""How what a rule saw, and its threshold, are written."""

from __future__ import annotations

import pytest

from hearth.premises.models import WatchRule
from hearth.premises.services.watching import BUSINESS_MEAN
from hearth.web.watchlists.words import measured, threshold_text


@pytest.mark.parametrize(
    ("key", "milli", "text"),
    [
        (BUSINESS_MEAN, 19_548, "19.5"),
        (BUSINESS_MEAN, 16_700, "16.7"),
        (BUSINESS_MEAN, 18_000, "18.0"),
        (BUSINESS_MEAN, -450, "-0.4"),
        (BUSINESS_MEAN, None, "—"),
        ("inspections.video", 3_000, "3"),
        ("facilities.provision", 93_666, "93.7%"),
        ("no.figure.any.more", 19_548, "19.5"),
    ],
)
def test_what_was_measured_has_the_decimals_of_its_kind(key, milli, text):
    assert measured(key, milli) == text


@pytest.mark.parametrize(
    ("key", "milli", "text"),
    [
        (BUSINESS_MEAN, 18_000, "18.0"),
        (BUSINESS_MEAN, 18_250, "18.25"),
        ("inspections.video", 3_000, "3"),
        ("inspections.video", 2_500, "2.5"),
        ("facilities.provision", 90_000, "90.0%"),
    ],
)
def test_a_threshold_is_written_alike_and_loses_no_decimal(key, milli, text):
    assert threshold_text(WatchRule(measure=key, threshold_milli=milli)) == text

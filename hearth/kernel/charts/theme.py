"""The looks of marks: which class means what, and in which colour it prints.

On a page a mark carries classes only and ``charts.css`` colours them, for light and for dark. A
file that has to stand alone (PDF, DOCX) gets the same looks written out as attributes, in the
light colours. A test holds this table and the style sheets together.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType


class Tone(StrEnum):
    """What a colour says. Ember asks for a hand; the pillars have a hue each."""

    NEUTRAL = "neutral"
    INK = "ink"
    EMBER = "ember"
    GOOD = "good"
    BAD = "bad"
    ENVIRONMENT = "environment"
    SERVICE = "service"
    BRAND = "brand"


LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#ffffff",
        "ink": "#2a2520",
        "soft": "#6a6057",
        "line": "#e4ddd1",
        "track": "#e9e2d6",
        "land": "#f3efe8",
        "neutral": "#7b7166",
        "ember": "#b93c0b",
        "good": "#1d6b45",
        "bad": "#a3262b",
        "environment": "#17706a",
        "service": "#2759a8",
        "brand": "#82306f",
        "seq-1": "#fde9c8",
        "seq-2": "#f3bf7c",
        "seq-3": "#d98a5b",
        "seq-4": "#9f5470",
        "seq-5": "#52356f",
        "on-1": "#2a2520",
        "on-2": "#2a2520",
        "on-3": "#1b1815",
        "on-4": "#ffffff",
        "on-5": "#ffffff",
    }
)
"""Colours of a file that stands alone: the light theme of ``tokens.css``."""

CLASSES = 5
"""How many steps the sequence has; class 1 is the lowest value, class 5 the highest."""

# "@name" stands for a colour of LIGHT, "@tone" for the tone named beside the class.
_LOOKS: dict[str, dict[str, str]] = {
    "hc-f": {"fill": "@tone"},
    "hc-o": {"fill": "@paper", "stroke": "@tone", "stroke-width": "1.5"},
    "hc-b": {"fill": "@tone", "fill-opacity": "0.15"},
    "hc-l": {
        "fill": "none",
        "stroke": "@tone",
        "stroke-width": "2",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    },
    "hc-w": {"fill": "none", "stroke": "@tone", "stroke-width": "1.5"},
    "hc-fine": {"stroke-width": "1"},
    "hc-fat": {"stroke-width": "5"},
    "hc-faint": {"opacity": "0.4"},
    "hc-mild": {"fill-opacity": "0.68"},
    "hc-mild2": {"fill-opacity": "0.44"},
    "hc-mild3": {"fill-opacity": "0.24"},
    "hc-spark": {"stroke-width": "1.5"},
    "hc-dash2": {"stroke-dasharray": "7 4"},
    "hc-dash3": {"stroke-dasharray": "2 4"},
    "hc-dash4": {"stroke-dasharray": "9 3 2 3"},
    "hc-ring": {"fill": "none", "stroke": "@ember", "stroke-width": "2"},
    "hc-axis": {"fill": "none", "stroke": "@line", "stroke-width": "1"},
    "hc-tick": {"fill": "none", "stroke": "@soft", "stroke-width": "1"},
    "hc-ref": {
        "fill": "none",
        "stroke": "@soft",
        "stroke-width": "1.25",
        "stroke-dasharray": "4 3",
    },
    "hc-track": {"fill": "@track"},
    "hc-here": {"fill": "@land"},
    "hc-blank": {"fill": "@paper"},
    "hc-cell": {"stroke": "@paper", "stroke-width": "1.5"},
    "hc-area": {"stroke": "@paper", "stroke-width": "1", "stroke-linejoin": "round"},
    "hc-lot": {
        "stroke": "@neutral",
        "stroke-width": "0.8",
        "stroke-opacity": "0.6",
        "stroke-linejoin": "round",
    },
    "hc-rim": {
        "fill": "none",
        "stroke": "@soft",
        "stroke-width": "1.2",
        "stroke-linejoin": "round",
    },
    "hc-hatch": {"fill": "none", "stroke": "@neutral", "stroke-width": "0.8"},
    "hc-dot": {"stroke": "@paper", "stroke-width": "1"},
    "hc-pin": {"stroke": "@soft", "stroke-width": "0.7"},
    "hc-far": {"fill": "@neutral", "fill-opacity": "0.5"},
    "hc-void": {"fill": "@paper", "stroke": "@soft", "stroke-width": "1.2"},
}
_HALO = {"stroke-width": "3.5", "stroke-linejoin": "round", "paint-order": "stroke"}
_STEPS = range(1, CLASSES + 1)
_LOOKS |= {f"hc-s{step}": {"fill": f"@seq-{step}"} for step in _STEPS}
_LOOKS |= {
    "hc-t": {"fill": "@tone"},
    "hc-on": {"fill": "@paper"},
    "hc-soft": {"fill": "@soft"},
    "hc-strong": {"font-weight": "600"},
}
_LOOKS |= {f"hc-on{step}": {"fill": f"@on-{step}"} for step in _STEPS}
_LOOKS |= {"hc-halo": {"stroke": "@paper", **_HALO}}
_LOOKS |= {f"hc-halo{step}": {"stroke": f"@seq-{step}", **_HALO} for step in _STEPS}

LOOKS: Mapping[str, Mapping[str, str]] = MappingProxyType(_LOOKS)
"""Attributes of every class of mark, colours by name; in the order of ``charts.css``."""

_TONES = {f"hc-{tone.value}": tone.value for tone in Tone}


def tone_class(tone: Tone) -> str:
    """The class that gives ``hc-f``, ``hc-l`` and their like their colour."""
    return f"hc-{tone.value}"


@lru_cache(maxsize=512)
def attributes(classes: str) -> str:
    """The attributes that stand for a list of classes, for a file without a style sheet.

    Raises:
        KeyError: a class that neither this table nor the tones know.
    """
    wanted = set(classes.split())
    tone = next((_TONES[name] for name in sorted(wanted & set(_TONES))), "ink")
    unknown = wanted - set(_TONES) - set(LOOKS)
    if unknown:
        raise KeyError(*sorted(unknown))
    merged: dict[str, str] = {}
    for name, look in LOOKS.items():  # in the order of the style sheet, where the later rule wins
        if name in wanted:
            merged.update(look)
    parts = []
    for key, value in merged.items():
        colour = value.removeprefix("@")
        if colour != value:
            value = LIGHT[tone if colour == "tone" else colour]
        parts.append(f' {key}="{value}"')
    return "".join(parts)

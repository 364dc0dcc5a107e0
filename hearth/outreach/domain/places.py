"""Distances on the globe, as the crow flies."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088  # mean radius


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places given as longitude and latitude in degrees (WGS 84)."""
    lon1, lat1, lon2, lat2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))

"""Durations as people read them."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Hours, minutes and seconds, '1:02:03' or '2:03'; fractions are rounded up."""
    whole = int(-(-seconds // 1))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"

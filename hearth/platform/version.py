"""Which Hearth this is."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """The installed version, such as '0.1.0'; 'source' when run without being installed."""
    try:
        return metadata.version("hearth")
    except metadata.PackageNotFoundError:
        return "source"

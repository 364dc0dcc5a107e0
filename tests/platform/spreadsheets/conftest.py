from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english(_first_language: None) -> Iterator[None]:
    """Reasons are compared in English; a test of another language asks for it."""
    with translation.override("en"):
        yield

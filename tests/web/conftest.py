"""What every page's test starts from: nothing that another test's page remembered."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Records of factories leave no event in the trail, by which pages know that one changed."""
    cache.clear()

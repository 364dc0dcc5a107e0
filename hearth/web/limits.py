"""Public pages answer everyone, but nobody without end."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest

from hearth.web.http import client_address


def is_too_fast(request: HttpRequest, what: str, *, most: int, seconds: int = 60) -> bool:
    """Whether this address of the network asked for ``what`` more often than that just now.

    Counted in this process and in windows of ``seconds``, so it holds off a script and not a
    hall full of people behind one address. The address is hashed and forgotten with the window.
    """
    window = int(time.time()) // seconds
    where = hashlib.sha256((client_address(request) or "").encode()).hexdigest()[:24]
    key = f"hearth:limit:{what}:{where}:{window}"
    cache.add(key, 0, seconds * 2)
    return int(cache.incr(key)) > most

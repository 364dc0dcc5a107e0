"""From bytes to values and back."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.renderers import JSONRenderer


class ExactParser(Parser):
    """JSON as its standard has it: no NaN, no Infinity."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value; anything that is raised becomes 400."""
        return json.loads(request.body, parse_constant=_no_number)


def _no_number(word: str) -> Any:
    raise ValueError(word)


class ReadableRenderer(JSONRenderer):
    """Chinese as it is written, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}

"""The refusals that every room speaks.

A refusal is an answer, not an accident: services raise one of these, and the pages, the API and
the command line each turn it into their own form in exactly one place.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A service says no, with a reason the user can act on.

    Attributes:
        code: stable machine word for other systems (``own_work``); never translated.
        message: sentence for the user, already translated or lazily translatable.
        facts: values that belong to the refusal, such as the newer version of a stale edit.
    """

    def __init__(self, code: str, message: Any, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message)


class RuleViolation(Refusal):
    """A business rule forbids it (HTML 422, API 409, command line 1)."""


class StaleWrite(Refusal):
    """Someone saved a newer version meanwhile (HTML 422 with the newer shown, API 409)."""


class NotAllowed(Refusal):
    """The actor sees the object but lacks the permission (403)."""

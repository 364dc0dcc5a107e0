"""Codes of catalogues: what files and addresses call an entry by."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation

_CODE = re.compile(r"(?=.{1,40}$)[a-z](?:_?[a-z0-9])*")
RESERVED = {"new"}  # of addresses


def is_code(text: str) -> bool:
    """At most 40 small letters, digits and single underscores, beginning with a letter."""
    return _CODE.fullmatch(text) is not None and text not in RESERVED


def require_code(code: str, *, taken: bool) -> None:
    """Refuse a code for a new entry that cannot be one, or that another entry has.

    Raises:
        RuleViolation: ``code_malformed`` or ``code_taken``; ``facts['field']`` is ``code``.
    """
    if not is_code(code):
        said = _("A code begins with a letter and has small letters, digits and _ only.")
        raise RuleViolation("code_malformed", said, field="code")
    if taken:
        raise RuleViolation("code_taken", _("This code is in use already."), field="code")

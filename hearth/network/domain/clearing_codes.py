"""Clearing codes (CNAPS, 12 digits) end in an ISO 7064 MOD 11,10 check digit."""

from __future__ import annotations

CNAPS_LENGTH = 12


def looks_like_cnaps(code: str) -> bool:
    """Twelve ASCII digits."""
    return len(code) == CNAPS_LENGTH and code.isascii() and code.isdigit()


def check_digit(body: str) -> int:
    """The digit that ISO 7064 MOD 11,10 puts after ``body`` (digits only)."""
    product = 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = (2 * total) % 11
    return (11 - product) % 10


def is_valid(code: str) -> bool:
    """Whether the last digit is the right one for the others."""
    return check_digit(code[:-1]) == int(code[-1])

"""Where a record is read: on its room's own page, where there is one."""

from __future__ import annotations

from django.urls import reverse

from hearth.ledgers.registers import Register


def page_of(register: Register, pk: int) -> str:
    """Address of a record's own page, else of the one that every register has."""
    if register.page:
        return reverse(register.page, args=[pk])
    return reverse("ledgers:detail", args=[register.kind, pk])

"""Solicitations, entries and cases that tests start from."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from hearth.network.models import Unit, User
from hearth.voices.models import Case, Entry, Solicitation

_numbers = itertools.count(1)


def make_solicitation(unit: Unit, **fields: Any) -> Solicitation:
    """One that takes entries today."""
    today = timezone.localdate()
    number = next(_numbers)
    fields = {
        "code": f"B{number}",
        "title": f"征集{number}",
        "opens_on": today - timedelta(days=3),
        "closes_on": today + timedelta(days=3),
    } | fields
    return Solicitation.objects.create(unit=unit, unit_path=unit.path, **fields)


def make_entry(asked: Solicitation, unit: Unit, text: str = "暖心一刻", **fields: Any) -> Entry:
    """A slogan from ``unit``."""
    fields = {
        "code": f"N{next(_numbers)}",
        "kind": "slogan",
        "submitted_at": timezone.now(),
    } | fields
    return Entry.objects.create(
        solicitation=asked, unit=unit, unit_path=unit.path, text=text, **fields
    )


def make_case(unit: Unit, author: User, **fields: Any) -> Case:
    """A draft of ``author``."""
    fields = {"title": "一杯热水", "text": "客户进门先递一杯热水。", "pillar": "service"} | fields
    return Case.objects.create(unit=unit, unit_path=unit.path, recorded_by=author, **fields)

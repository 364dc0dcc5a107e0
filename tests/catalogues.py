"""What migrations put into an empty system, given back after a test has flushed the database."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps

SEEDS = (
    ("premises", "0002_catalogue", "fill", "FacilityKind"),
    ("premises", "0004_cold", "add", "Watchlist"),
    ("outreach", "0002_catalogue", "seed", "ActivityKind"),
    ("outreach", "0004_visit_rules", "forwards", "VisitRules"),
    ("rectification", "0002_deadlines", "add", "Deadline"),
    ("bulletins", "0004_shipped_template", "ship", "ReportTemplate"),
    ("honours", "0002_award_schemes", "fill", "AwardScheme"),
)
"""Room, migration, its function, and a model that it fills."""


def fill_catalogues() -> None:
    """Fill what stands empty."""
    for room, migration, function, model in SEEDS:
        if not apps.get_model(room, model).objects.exists():
            getattr(import_module(f"hearth.{room}.migrations.{migration}"), function)(apps, None)

"""Django application of this room."""

from importlib import import_module

from django.apps import AppConfig

DECLARING = ("declared", "premises", "ledgers", "rooms")
"""In the order in which figures are listed."""


class FiguresConfig(AppConfig):
    name = "hearth.figures"

    def ready(self) -> None:
        """Declare every figure, once all models are known."""
        for module in DECLARING:
            import_module(f"hearth.figures.{module}")

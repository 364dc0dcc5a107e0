"""Django application of this room."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "hearth.outreach"

    def ready(self) -> None:
        """Add this room's ledgers to the house."""
        import hearth.outreach.registers  # noqa: F401 - declares them

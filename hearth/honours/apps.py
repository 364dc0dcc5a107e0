"""Django application of this room."""

from django.apps import AppConfig


class HonoursConfig(AppConfig):
    name = "hearth.honours"

    def ready(self) -> None:
        """Declare the room's registers, once its models are known."""
        import hearth.honours.registers  # noqa: F401 - declares them

"""Django application of this room."""

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "hearth.voices"

    def ready(self) -> None:
        """Declare the room's registers, once its models are known."""
        import hearth.voices.registers  # noqa: F401 - declares them

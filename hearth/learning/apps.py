"""Django application of this room."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "hearth.learning"

    def ready(self) -> None:
        """Declare the room's registers, once its models are known."""
        import hearth.learning.registers  # noqa: F401 - declares them

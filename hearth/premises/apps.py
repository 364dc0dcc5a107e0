"""Django application of this room."""

from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "hearth.premises"

    def ready(self) -> None:
        """Declare the room's registers, once its models are known."""
        import hearth.premises.registers
        import hearth.premises.registers_watch  # noqa: F401 - both declare them

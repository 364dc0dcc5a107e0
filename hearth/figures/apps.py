"""Django application of this room."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "hearth.figures"

    def ready(self) -> None:
        """Declare every figure, once all models are known."""
        import hearth.figures.declared
        import hearth.figures.ledgers
        import hearth.figures.rooms  # noqa: F401 - all declare them

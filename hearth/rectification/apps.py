"""Django application of this room."""

from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "hearth.rectification"

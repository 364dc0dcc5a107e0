"""Django application of this room."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "hearth.standards"

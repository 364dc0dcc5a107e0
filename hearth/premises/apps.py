"""Django application of this room."""

from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "hearth.premises"

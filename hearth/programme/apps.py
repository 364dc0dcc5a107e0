"""Django application of this room."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "hearth.programme"

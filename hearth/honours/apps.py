"""Django application of this room."""

from django.apps import AppConfig


class HonoursConfig(AppConfig):
    name = "hearth.honours"

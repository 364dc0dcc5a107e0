"""Django application of this room."""

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "hearth.voices"

"""Django application of this room."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "hearth.network"

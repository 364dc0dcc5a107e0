"""Django application of this room."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "hearth.bulletins"

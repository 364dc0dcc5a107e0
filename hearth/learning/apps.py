"""Django application of this room."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "hearth.learning"

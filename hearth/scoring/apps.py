"""Django application of this room."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "hearth.scoring"

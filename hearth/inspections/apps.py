"""Django application of this room."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "hearth.inspections"

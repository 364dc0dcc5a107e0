"""Django application of this room."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "hearth.outreach"

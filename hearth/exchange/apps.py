"""Django application of this room."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "hearth.exchange"

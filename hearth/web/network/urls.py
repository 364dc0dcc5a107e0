"""Addresses of this area."""

app_name = "network"
urlpatterns: list = []

"""Addresses of this area."""

app_name = "cockpit"
urlpatterns: list = []

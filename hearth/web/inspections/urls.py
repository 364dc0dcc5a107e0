"""Addresses of this area."""

app_name = "inspections"
urlpatterns: list = []

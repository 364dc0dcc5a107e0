"""Addresses of this area."""

app_name = "audit"
urlpatterns: list = []

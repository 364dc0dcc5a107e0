"""Addresses of this area."""

app_name = "scoring"
urlpatterns: list = []

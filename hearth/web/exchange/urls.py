"""Addresses of this area."""

app_name = "exchange"
urlpatterns: list = []

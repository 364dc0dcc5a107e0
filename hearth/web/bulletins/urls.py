"""Addresses of this area."""

app_name = "bulletins"
urlpatterns: list = []

"""Addresses of this area."""

app_name = "standards"
urlpatterns: list = []

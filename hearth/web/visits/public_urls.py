"""Addresses of home visits, for anyone."""

from __future__ import annotations

from django.urls import path

from hearth.web.visits.views import public

app_name = "home-visit"
urlpatterns = [
    path("", public.ask, name="ask"),
    path("received/", public.received, name="received"),
    path("state/", public.state, name="state"),
]

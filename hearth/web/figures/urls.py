"""Addresses of the figures; the rows of one are named by its key."""

from __future__ import annotations

from django.urls import path

from hearth.web.figures import explorer, rows

app_name = "figures"
urlpatterns = [
    path("", explorer.explorer, name="explorer"),
    path("export/", explorer.export, name="export"),
    path("<str:key>/", rows.figure_rows, name="rows"),
    path("<str:key>/export/", rows.figure_export, name="rows-export"),
]

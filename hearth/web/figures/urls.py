"""Addresses of the figures; the rows of one are named by its key."""

from __future__ import annotations

from django.urls import path

from hearth.web.figures import explorer, rows, views

app_name = "figures"
urlpatterns = [
    path("", explorer.explorer, name="explorer"),
    path("export/", explorer.export, name="export"),
    path("picture/", explorer.picture, name="picture"),
    path("views/save/", views.save, name="view-save"),
    path("views/<int:pk>/remove/", views.remove, name="view-remove"),
    path("<str:key>/", rows.figure_rows, name="rows"),
    path("<str:key>/export/", rows.figure_export, name="rows-export"),
]

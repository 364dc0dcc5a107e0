"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from hearth.web.temperatures import views

app_name = "temperatures"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("export/", views.export, name="export"),
    path("sensors/", views.sensor_list, name="sensors"),
    path("outlets/<str:code>/", views.outlet, name="outlet"),
]

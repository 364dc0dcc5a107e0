"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from hearth.web.cleaning import views

app_name = "cleaning"
urlpatterns = [
    path("", views.days, name="days"),
    path("new/", views.schedule, name="schedule"),
    path("export/", views.days_export, name="days-export"),
    path("<int:pk>/", views.day, name="day"),
    path("<int:pk>/export/", views.day_export, name="day-export"),
    path("<int:pk>/call-off/", views.call_day_off, name="call-off"),
]

"""Addresses of this area."""

from django.urls import path

from hearth.web.audit.views import system, trail

app_name = "audit"
urlpatterns = [
    path("", trail.event_list, name="list"),
    path("export/", trail.export, name="export"),
    path("verify/", trail.verify, name="verify"),
    path("<int:seq>/", trail.detail, name="detail"),
    path("system/", system.health, name="health"),
]

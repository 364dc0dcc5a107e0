"""Addresses of this area."""

from django.urls import path

from hearth.web.learning import views

app_name = "learning"
urlpatterns = [
    path("", views.covered, name="coverage"),
    path("people/", views.people, name="people"),
    path("people/export/", views.people_export, name="people-export"),
    path("sittings/", views.sitting_list, name="sittings"),
    path("sittings/<int:pk>/", views.sitting, name="sitting"),
]

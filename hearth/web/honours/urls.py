"""Addresses of this area."""

from django.urls import path

from hearth.web.honours import views

app_name = "honours"
urlpatterns = [
    path("", views.awards, name="awards"),
    path("results/", views.results, name="results"),
]

"""Addresses of this area."""

from django.urls import path

from hearth.web.honours import schemes, views

app_name = "honours"
urlpatterns = [
    path("", views.awards, name="awards"),
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/new/", schemes.scheme_add, name="scheme-add"),
    path("schemes/<slug:code>/", schemes.scheme, name="scheme"),
    path("results/", views.results, name="results"),
]

"""Addresses of this area; the card among them is for everyone."""

from __future__ import annotations

from django.urls import path

from hearth.web.facilities.views import catalogue, outlets, overview, public

app_name = "facilities"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("rows/", overview.rows, name="rows"),
    path("rows/export/", overview.export, name="export"),
    path("order/", overview.order, name="order"),
    path("outlets/<str:code>/", outlets.outlet, name="outlet"),
    path("outlets/<str:code>/survey/", outlets.survey, name="survey"),
    path("catalogue/", catalogue.kinds, name="kinds"),
    path("catalogue/new/", catalogue.kind_add, name="kind-add"),
    path("catalogue/<slug:code>/", catalogue.kind, name="kind"),
    path("card/<str:code>/", public.card, name="card"),
]

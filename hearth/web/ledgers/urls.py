"""Addresses of the registers."""

from __future__ import annotations

from django.urls import path

from hearth.web.ledgers import views

app_name = "ledgers"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("<slug:kind>/", views.record_list, name="list"),
    path("<slug:kind>/export/", views.record_export, name="export"),
    path("<slug:kind>/new/", views.record_create, name="create"),
    path("<slug:kind>/<int:pk>/", views.record_detail, name="detail"),
    path("<slug:kind>/<int:pk>/edit/", views.record_edit, name="edit"),
    path("<slug:kind>/<int:pk>/withdraw/", views.record_withdraw, name="withdraw"),
]

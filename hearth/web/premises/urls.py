"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from hearth.web.premises.views import (
    campaign,
    history,
    labels,
    maintenance,
    orders,
    plans,
    public,
    signs,
)

app_name = "premises"
urlpatterns = [
    path("", campaign.campaign_page, name="campaign"),
    path("signs/", campaign.sign_list, name="signs"),
    path("signs/export/", campaign.sign_export, name="sign-export"),
    path("outlets/<str:code>/labels/", labels.label_sheet, name="labels"),
    path("labels/<int:pk>/replace/", labels.label_replace, name="label-replace"),
    path("r/<str:token>/", public.report, name="report"),
    path("r/<str:token>/thanks/", public.thanks, name="report-thanks"),
    path("maintenance/", maintenance.maintenance, name="maintenance"),
    path("plans/", plans.plan_list, name="plans"),
    path("plans/new/", plans.plan_create, name="plan-create"),
    path("plans/<int:pk>/end/", plans.plan_end, name="plan-end"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/export/", orders.order_export, name="order-export"),
    path("orders/new/", orders.order_create, name="order-create"),
    path("orders/past/", history.verify_past, name="verify-past"),
    path("orders/<int:pk>/", orders.order_detail, name="order"),
    path("orders/<int:pk>/photos/", orders.photo_add, name="order-photo-add"),
    path("orders/<int:pk>/photos/<uuid:uuid>/", orders.photo, name="order-photo"),
    path(
        "orders/<int:pk>/photos/<uuid:uuid>/remove/",
        orders.photo_remove,
        name="order-photo-remove",
    ),
    path("orders/<int:pk>/<slug:step>/", orders.order_step, name="order-step"),
    path("signs/<int:pk>/", signs.sign_detail, name="sign"),
    path("signs/<int:pk>/edit/", signs.sign_edit, name="sign-edit"),
    path("signs/<int:pk>/photos/", signs.photo_add, name="sign-photo-add"),
    path("signs/<int:pk>/photos/<uuid:uuid>/", signs.photo, name="sign-photo"),
    path("signs/<int:pk>/photos/<uuid:uuid>/remove/", signs.photo_remove, name="sign-photo-remove"),
]

"""Addresses of this area."""

from django.urls import path

from hearth.web.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.import_page, name="import"),
    path("jobs/<uuid:uuid>/", views.job, name="job"),
    path("jobs/<uuid:uuid>/errors/", views.errors, name="errors"),
    path("<str:kind>/", views.import_kind, name="import-kind"),
    path("<str:kind>/template/", views.template_file, name="template"),
]

"""Addresses of reports."""

from __future__ import annotations

from django.urls import path

from hearth.web.reports.views import composing, kept, templates

app_name = "reports"
urlpatterns = [
    path("", composing.compose_page, name="compose"),
    path("pdf/", composing.pdf, name="pdf"),
    path("docx/", composing.docx, name="docx"),
    path("keep/", composing.keep, name="keep"),
    path("kept/", kept.kept_list, name="list"),
    path("kept/<int:pk>/", kept.read, name="read"),
    path("kept/<int:pk>/pdf/", kept.pdf, name="kept-pdf"),
    path("kept/<int:pk>/docx/", kept.docx, name="kept-docx"),
    path("templates/", templates.template_list, name="templates"),
    path("templates/new/", templates.add, name="template-add"),
    path("templates/check/", templates.check, name="template-check"),
    path("templates/<slug:code>/", templates.show, name="template"),
    path("templates/<slug:code>/edit/", templates.edit, name="template-edit"),
    path("templates/<slug:code>/retire/", templates.retire, name="template-retire"),
]

"""Addresses of this area."""

from django.urls import path

from hearth.web.voices.views import cases, solicitations

app_name = "voices"
urlpatterns = [
    path("", cases.column, name="cases"),
    path("mine/", cases.desk, name="desk"),
    path("cases/new/", cases.write, name="case-new"),
    path("cases/<int:pk>/", cases.read, name="case"),
    path("cases/<int:pk>/edit/", cases.edit, name="case-edit"),
    path("cases/<int:pk>/act/", cases.act, name="case-act"),
    path("cases/<int:pk>/like/", cases.like, name="case-like"),
    path("asked/", solicitations.solicitation_list, name="solicitations"),
    path("asked/<int:pk>/", solicitations.solicitation, name="solicitation"),
    path("entries/<int:pk>/choose/", solicitations.choose_one, name="choose"),
]

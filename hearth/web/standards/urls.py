"""Addresses of this area."""

from django.urls import path

from hearth.web.standards import changing, reading

app_name = "standards"
urlpatterns = [
    path("", reading.standard_list, name="list"),
    path("language/", reading.language, name="language"),
    path("import/", changing.import_standard, name="import"),
    path("<int:pk>/", reading.edition, name="edition"),
    path("<int:pk>/compare/", reading.compare, name="compare"),
    path("<int:pk>/export/", reading.export, name="export"),
    path("<int:pk>/publish/", changing.publish, name="publish"),
    path("<int:pk>/ranking/", changing.rank, name="rank"),
    path("<int:pk>/retire/", changing.retire, name="retire"),
    path("<int:pk>/discard/", changing.discard, name="discard"),
    path("criteria/<int:pk>/", reading.criterion, name="criterion"),
]

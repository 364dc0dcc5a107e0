"""Addresses of this area."""

from django.urls import path

from hearth.web.network.views import editing, lists, mapping, people, units

app_name = "network"
urlpatterns = [
    path("", lists.unit_list, name="unit-list"),
    path("export/", lists.unit_export, name="unit-export"),
    path("options/", lists.unit_options, name="unit-options"),
    path("tree/", lists.unit_tree, name="unit-tree"),
    path("map/", mapping.network_map, name="map"),
    path("people/", people.people_list, name="people-list"),
    path("people/export/", people.people_export, name="people-export"),
    path("people/new/", people.person_create, name="person-create"),
    path("people/<int:pk>/", people.person_detail, name="person-detail"),
    path("people/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("new/", editing.create, name="unit-create"),
    path("units/<str:code>/", units.unit_detail, name="unit-detail"),
    path("units/<str:code>/edit/", editing.edit, name="unit-edit"),
    path("units/<str:code>/move/", editing.move, name="unit-move"),
    path("units/<str:code>/merge/", editing.merge, name="unit-merge"),
    path("units/<str:code>/close/", editing.close, name="unit-close"),
    path("units/<str:code>/reopen/", editing.reopen, name="unit-reopen"),
]

"""Addresses of this area; those of the public pages among them."""

from django.urls import path

from hearth.web.outreach.views import (
    confirming,
    entry,
    overview,
    photos,
    public,
    record,
)

app_name = "outreach"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("activities/", overview.rows, name="rows"),
    path("activities/new/", entry.choose, name="choose"),
    path("activities/new/<slug:code>/", entry.create, name="create"),
    path("activities/confirm/", confirming.queue, name="confirm-many"),
    path("activities/<int:pk>/", record.activity, name="activity"),
    path("activities/<int:pk>/edit/", entry.edit, name="edit"),
    path("activities/<int:pk>/decide/", confirming.decide, name="decide"),
    path("activities/<int:pk>/sign-in/", record.sheet, name="sheet"),
    path("activities/<int:pk>/sign-in/close/", record.sheet_close, name="sheet-close"),
    path("here/<str:token>/", public.here, name="here"),
    path("photos/<slug:table>/<int:pk>/add/", photos.add, name="photo-add"),
    path("photos/<slug:table>/<uuid:uuid>/", photos.show, name="photo"),
    path("photos/<slug:table>/<uuid:uuid>/remove/", photos.remove, name="photo-remove"),
]

"""Addresses of this area; those of the public pages among them."""

from django.urls import path

from hearth.web.outreach.views import (
    confirming,
    entry,
    experience,
    mobile,
    offers,
    overview,
    photos,
    public,
    record,
    samples,
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
    path("services/", offers.features, name="features"),
    path("services/<int:pk>/", offers.feature, name="feature"),
    path("services/stations/", offers.stations, name="stations"),
    path("services/stations/<int:pk>/", offers.station, name="station"),
    path("samples/", samples.sample_list, name="samples"),
    path("samples/rate/", samples.rate, name="sample-rate"),
    path("samples/<int:pk>/", samples.sample, name="sample"),
    path("samples/items/<int:pk>/", samples.item, name="sample-item"),
    path("mobile/", mobile.overview, name="mobile"),
    path("mobile/calendar/", mobile.calendar, name="mobile-calendar"),
    path("mobile/trips/new/", mobile.plan, name="trip-create"),
    path("mobile/trips/<int:pk>/", mobile.trip, name="trip"),
    path("mobile/trips/<int:pk>/cancel/", mobile.cancel, name="trip-cancel"),
    path("mobile/stops/<int:pk>/", mobile.stop, name="stop"),
    path("mobile/targets/<int:pk>/", mobile.target, name="target"),
    path("experience/", experience.overview, name="experience"),
    path("experience/new/", experience.report, name="experience-create"),
    path("experience/<int:pk>/", experience.visit, name="experience-visit"),
    path("experience/ideas/<int:pk>/", experience.idea, name="idea"),
    path("find/", public.finder, name="finder"),
    path("here/<str:token>/", public.here, name="here"),
    path("photos/<slug:table>/<int:pk>/add/", photos.add, name="photo-add"),
    path("photos/<slug:table>/<uuid:uuid>/", photos.show, name="photo"),
    path("photos/<slug:table>/<uuid:uuid>/remove/", photos.remove, name="photo-remove"),
]

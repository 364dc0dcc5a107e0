"""Addresses of this area."""

from django.urls import path

from hearth.web.rectification.views import closure, deadlines, lists, work

app_name = "rectification"
urlpatterns = [
    path("", lists.rectification_list, name="list"),
    path("export/", lists.export, name="export"),
    path("accept/", lists.accept_ticked, name="accept-many"),
    path("closure/", closure.closure, name="closure"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("deadlines/<int:pk>/approve/", deadlines.approve, name="deadline-approve"),
    path("photo/<uuid:uuid>/", work.photo, name="photo"),
    path("<int:pk>/", work.detail, name="detail"),
    path("<int:pk>/accept/", work.accept_one, name="accept"),
    path("<int:pk>/fix/", work.fix_one, name="fix"),
    path("<int:pk>/verify/", work.verify, name="verify"),
]

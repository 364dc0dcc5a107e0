"""Addresses of home visits, for staff."""

from __future__ import annotations

from django.urls import path

from hearth.web.visits.views import acting, door, lists, personal

app_name = "visits"
urlpatterns = [
    path("", lists.visit_list, name="list"),
    path("week/", lists.week, name="week"),
    path("new/", acting.create, name="create"),
    path("find/", personal.find, name="find"),
    path("rules/", acting.rules, name="rules"),
    path("<uuid:uuid>/", lists.detail, name="detail"),
    path("<uuid:uuid>/triage/", acting.triage, name="triage"),
    path("<uuid:uuid>/plan/", acting.plan, name="plan"),
    path("<uuid:uuid>/decide/", acting.decide, name="decide"),
    path("<uuid:uuid>/door/", door.at_door, name="door"),
    path("<uuid:uuid>/hand-in/", acting.hand_in, name="hand-in"),
    path("<uuid:uuid>/call/", acting.call, name="call"),
    path("<uuid:uuid>/cancel/", acting.cancel, name="cancel"),
    path("<uuid:uuid>/personal/", personal.open_personal, name="personal"),
]

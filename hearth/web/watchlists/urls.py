"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from hearth.web.watchlists.views import deciding, lists, rules

app_name = "watchlists"
urlpatterns = [
    path("", lists.watchlist_list, name="list"),
    path("new/", rules.create, name="create"),
    path("lists/<slug:code>/", lists.detail, name="detail"),
    path("lists/<slug:code>/propose/", deciding.propose_unit, name="propose"),
    path("lists/<slug:code>/rules/", rules.propose, name="rule-propose"),
    path("rules/<int:pk>/approve/", rules.approve, name="rule-approve"),
    path("proposals/<int:pk>/", deciding.proposal_page, name="proposal"),
    path("proposals/<int:pk>/decline/", deciding.decline_page, name="decline"),
    path("entries/<int:pk>/", lists.entry_page, name="entry"),
    path("entries/<int:pk>/measures/", lists.measure_add, name="measure"),
]

"""Addresses of this area."""

from django.urls import path

from hearth.web.scoring.views import adjustments, periods, policies, rankings

app_name = "scoring"
urlpatterns = [
    path("", periods.period_list, name="period-list"),
    path("policies/", policies.policy_list, name="policy-list"),
    path("policies/new/", policies.edit, name="policy-create"),
    path("policies/<int:pk>/", policies.policy, name="policy"),
    path("policies/<int:pk>/edit/", policies.edit, name="policy-edit"),
    path("policies/<int:pk>/copy/", policies.copy, name="policy-copy"),
    path("policies/<int:pk>/decide/", policies.decide, name="policy-decide"),
    path("<str:period>/", periods.period, name="period"),
    path("<str:period>/close/", periods.close, name="close"),
    path("<str:period>/missing/<str:channel>/", periods.missing, name="missing"),
    path("<str:period>/ranking/", rankings.ranking, name="ranking"),
    path("<str:period>/ranking/export/", rankings.export, name="ranking-export"),
    path("<str:period>/result/<str:code>/", rankings.result, name="result"),
    path("<str:period>/faults/", periods.faults, name="faults"),
    path("<str:period>/what-if/", policies.what_if, name="what-if"),
    path("<str:period>/adjustments/", adjustments.adjustment_list, name="adjustments"),
    path("<str:period>/adjustments/export/", adjustments.export, name="adjustments-export"),
    path("<str:period>/adjustments/decide/", adjustments.decide, name="adjustments-decide"),
    path("adjustments/<int:pk>/withdraw/", adjustments.withdraw, name="adjustment-withdraw"),
]

"""All addresses of the house."""

from __future__ import annotations

from django.urls import include, path

from hearth.api.router import urls as api_urls
from hearth.web.errors import handlers
from hearth.web.platform_views import favicon, health

urlpatterns = [
    path("", include("hearth.web.cockpit.urls")),
    path("account/", include("hearth.web.accounts.urls")),
    path("network/", include("hearth.web.network.urls")),
    path("standards/", include("hearth.web.standards.urls")),
    path("inspections/", include("hearth.web.inspections.urls")),
    path("rectification/", include("hearth.web.rectification.urls")),
    path("scoring/", include("hearth.web.scoring.urls")),
    path("bulletins/", include("hearth.web.bulletins.urls")),
    path("visits/", include("hearth.web.visits.urls")),
    path("home-visit/", include("hearth.web.visits.public_urls")),
    path("programme/", include("hearth.web.programme.urls")),
    path("learning/", include("hearth.web.learning.urls")),
    path("voices/", include("hearth.web.voices.urls")),
    path("honours/", include("hearth.web.honours.urls")),
    path("ledgers/", include("hearth.web.ledgers.urls")),
    path("outreach/", include("hearth.web.outreach.urls")),
    path("premises/", include("hearth.web.premises.urls")),
    path("cleaning/", include("hearth.web.cleaning.urls")),
    path("facilities/", include("hearth.web.facilities.urls")),
    path("temperatures/", include("hearth.web.temperatures.urls")),
    path("watchlists/", include("hearth.web.watchlists.urls")),
    path("figures/", include("hearth.web.figures.urls")),
    path("reports/", include("hearth.web.reports.urls")),
    path("exchange/", include("hearth.web.exchange.urls")),
    path("audit/", include("hearth.web.audit.urls")),
    path("api/v1/", api_urls),
    path("health", health, name="health"),
    path("favicon.ico", favicon),
]
handler400 = handlers["handler400"]
handler403 = handlers["handler403"]
handler404 = handlers["handler404"]
handler500 = handlers["handler500"]

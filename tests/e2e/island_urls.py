"""Two addresses with nothing on them but the hooks of the frontend, for test_behaviours.py."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path

received: list[dict[str, str]] = []

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hooks</title>
<link rel="icon" href="data:,">
<script src="/static/dist/theme.js"></script>
<script src="/static/dist/app.js" defer></script>
<script src="/static/django_htmx/htmx-2.min.js" defer></script>
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}'>
</head><body>
<button id="theme" data-hearth-theme>theme</button>
<input data-hearth-search aria-label="search">
<form id="plain" method="post" action="/receive">@token
  <button name="kind" value="plain">send</button></form>
<form id="asking" method="post" action="/receive" data-hearth-confirm="Withdraw the check?">@token
  <button name="kind" value="asking">withdraw</button></form>
<form id="guarded" method="post" action="/receive" data-hearth-guard="Leave?">@token
  <input name="text" aria-label="text"><button name="kind" value="guarded">save</button></form>
<button id="swap" hx-get="/part" hx-target="#part">swap</button><div id="part"></div>
<a id="away" href="/part">away</a>
<template data-hearth-confirm-dialog><dialog aria-labelledby="q">
  <p id="q" data-hearth-confirm-question></p>
  <button type="button" data-hearth-confirm-no>no</button>
  <button type="button" data-hearth-confirm-yes>yes</button>
</dialog></template>
</body></html>"""


def page(request: HttpRequest) -> HttpResponse:
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    return HttpResponse(PAGE.replace("@token", token))


def receive(request: HttpRequest) -> HttpResponse:
    time.sleep(0.2)  # long enough to press again
    received.append(request.POST.dict())
    return HttpResponse("<!doctype html><html lang=en><link rel=icon href='data:,'><p>received</p>")


def part(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p data-hearth-toast>new<button data-hearth-dismiss>x</button></p>")


urlpatterns = [path("", page), path("receive", receive), path("part", part)]
for _pattern in urlpatterns:
    _pattern.callback.required_permission = "public"  # type: ignore[attr-defined]

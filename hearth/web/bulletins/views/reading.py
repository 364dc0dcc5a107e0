"""The list, the web version, and the files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hearth.bulletins.documents import file_name
from hearth.bulletins.models import Bulletin
from hearth.bulletins.queries import closings_without_bulletin, newest, revisions_of
from hearth.bulletins.services import CONTENT_TYPES, file_of
from hearth.bulletins.stored import Kind, is_intact
from hearth.kernel.periods import recency
from hearth.web.bulletins.forms import STATES, ListFilter
from hearth.web.bulletins.presenting import shown, sight_of
from hearth.web.bulletins.views.common import bulletin_or_404, language_of, turn_of
from hearth.web.downloads import attachment
from hearth.web.http import AppRequest, requires

PAGE = 50
LONGEST_BASE = 200


@requires("bulletin.view")
@require_safe
def bulletin_list(request: AppRequest) -> HttpResponse:
    form = ListFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    visible = Bulletin.objects.visible_to(request.actor)
    rows = visible.for_list()
    if wanted.get("q"):
        text = wanted["q"]
        rows = rows.filter(
            Q(title__icontains=text) | Q(title_en__icontains=text) | Q(period__icontains=text)
        )
    if wanted.get("status"):
        rows = rows.filter(status=wanted["status"])
    later = Bulletin.objects.published().filter(
        period=OuterRef("period"), revision__gt=OuterRef("revision")
    )
    listed = sorted(
        rows.annotate(is_replaced=Exists(later)),
        key=lambda bulletin: (recency(bulletin.period), bulletin.revision),
        reverse=True,
    )  # a few a year
    latest = visible.published().for_list().order_by("-published_at").first()
    may_edit = request.actor.can("bulletin.edit")
    context = {
        "form": form,
        "page_obj": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "states": STATES,
        "latest": latest,
        "published": visible.published().values("period").distinct().count(),
        "may_edit": may_edit,
        "without": closings_without_bulletin() if may_edit else [],
        "narrowed": any(wanted.values()),
    }
    template = "bulletins/_list.html" if request.htmx else "bulletins/list.html"
    return render(request, template, context)


@requires("bulletin.view")
@require_safe
def read(request: AppRequest, pk: int) -> HttpResponse:
    bulletin = bulletin_or_404(request, pk)
    find = request.GET.get("q", "")
    text = shown(
        bulletin,
        language_of(request),
        sight_of(request.actor),
        find=find,
        page=request.GET.get("page", ""),
    )
    context = {
        "bulletin": bulletin,
        "shown": text,
        "find": find,
        "page_obj": text.outlets,
    }
    if request.htmx:
        return render(request, "bulletins/_outlets.html", context | _ranking(text.annexes))
    last = newest(bulletin.period) if bulletin.is_published else None
    context |= {
        "revisions": revisions_of(bulletin) if bulletin.is_published else [],
        "later": last if last is not None and last.revision > bulletin.revision else None,
        "is_intact": is_intact(bulletin),
        **turn_of(request, bulletin),
    }
    return render(request, "bulletins/read.html", context)


def _ranking(annexes) -> dict:
    """The annex with the full ranking and its table, for the part that htmx swaps."""
    for annex in annexes:
        for block in annex["blocks"]:
            if block["kind"] == "ranking":
                return {"annex": annex, "block": block}
    return {}


@requires("bulletin.view")
@require_safe
def pdf(request: AppRequest, pk: int) -> HttpResponse:
    return _file(request, pk, "pdf")


@requires("bulletin.view")
@require_safe
def docx(request: AppRequest, pk: int) -> HttpResponse:
    return _file(request, pk, "docx")


def _file(request: AppRequest, pk: int, kind: Kind) -> HttpResponse:
    bulletin, language = bulletin_or_404(request, pk), language_of(request)
    base = request.build_absolute_uri("/").rstrip("/")
    content = file_of(bulletin, kind, language, base if len(base) <= LONGEST_BASE else "")
    return attachment(content, file_name(bulletin, kind, language), CONTENT_TYPES[kind])

"""Reading standards: editions, criteria, what changed, and the words of service."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hearth.exchange.demo.content import phrases
from hearth.exchange.standard import CRITERIA, STANDARD, standard_rows
from hearth.inspections.enums import Channel
from hearth.inspections.models import Finding
from hearth.platform.spreadsheets import Table
from hearth.standards.domain.difference import difference
from hearth.standards.models import Criterion, Edition
from hearth.standards.problems import problems_of
from hearth.standards.queries import EditionContent, content_of
from hearth.web.downloads import send_workbook
from hearth.web.http import AppRequest, requires
from hearth.web.standards.wording import worded


def is_chinese() -> bool:
    """Whether the page is in Chinese; standards carry both languages."""
    return (get_language() or "").startswith("zh")


@requires("standards.view")
@require_safe
def standard_list(request: AppRequest) -> HttpResponse:
    editions = Edition.objects.select_related("standard").annotate(criteria_count=Count("criteria"))
    if not request.actor.can("standards.edit"):
        editions = editions.exclude(status=Edition.Status.DRAFT)
    rows = list(editions.order_by("standard__code", "-effective_from", "-pk"))
    context = {
        "editions": rows,
        "published": sum(1 for e in rows if e.status == Edition.Status.PUBLISHED),
        "drafts": sum(1 for e in rows if e.status == Edition.Status.DRAFT),
    }
    return render(request, "standards/list.html", context)


def visible_edition(request: AppRequest, pk: int) -> Edition:
    """The edition; a draft only for those who edit standards (404 for others)."""
    editions = Edition.objects.select_related("standard", "published_by", "drafted_by")
    if not request.actor.can("standards.edit"):
        editions = editions.exclude(status=Edition.Status.DRAFT)
    return get_object_or_404(editions, pk=pk)


@requires("standards.view")
@require_safe
def edition(request: AppRequest, pk: int) -> HttpResponse:
    shown = visible_edition(request, pk)
    wanted = {key: request.GET.get(key, "") for key in ("q", "channel", "pillar", "severity")}
    criteria = _narrowed(shown, wanted)
    modules: dict[int, dict[str, Any]] = {}
    for row in criteria:
        title = row.module.title if is_chinese() or not row.module.title_en else row.module.title_en
        entry = modules.setdefault(row.module_id, {"title": title, "rows": [], "milli": 0})
        entry["rows"].append(row)
        entry["milli"] += row.points_milli
    others = Edition.objects.filter(standard=shown.standard).exclude(pk=pk)
    context = {
        "edition": shown,
        "modules": modules.values(),
        "count": shown.criteria.count(),
        "total": shown.criteria.aggregate(sum=Sum("points_milli"))["sum"],
        "shown": len(criteria),
        "wanted": wanted,
        "narrowed": any(wanted.values()),
        "channels": Channel.choices,
        "pillars": Criterion.Pillar.values,
        "severities": Criterion.Severity.values,
        "problems": problems_of(content_of(shown)) if shown.status == "draft" else [],
        "others": others.order_by("-effective_from", "-pk"),
        "used": shown.inspections.exists(),
    }
    return render(request, "standards/edition.html", context)


def _narrowed(shown: Edition, wanted: dict[str, str]) -> list[Criterion]:
    rows = shown.criteria.select_related("module").order_by("position")
    if wanted["q"]:
        text = wanted["q"]
        rows = rows.filter(
            Q(text__icontains=text) | Q(text_en__icontains=text) | Q(code__iexact=text)
        )
    for key in ("pillar", "severity"):
        if wanted[key]:
            rows = rows.filter(**{key: wanted[key]})
    found = list(rows)
    if wanted["channel"]:
        found = [r for r in found if not r.channels or wanted["channel"] in r.channels]
    return found


@requires("standards.view")
@require_safe
def criterion(request: AppRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Criterion.objects.select_related("module"), pk=pk)
    edition_of = visible_edition(request, shown.edition_id)
    reach = request.actor.scope_for("inspections.view").q("unit_path")
    findings = Finding.objects.counted().filter(reach, criterion=shown)
    context = {
        "criterion": shown,
        "edition": edition_of,
        "failed": findings.count(),
        "latest": findings.select_related("unit", "inspection").order_by("-inspected_on")[:20],
        "guarded": edition_of.criteria.filter(code__in=shown.gates).order_by("position"),
        "guards": [c for c in edition_of.criteria.all() if shown.code in c.gates],
    }
    return render(request, "standards/criterion.html", context)


def differences(old: EditionContent, new: EditionContent) -> dict[str, Any]:
    """What changes between two texts, with the demand behind each code, for the page."""
    found = worded(difference(asdict(old), asdict(new)))
    texts = {c.code: c.text for content in (old, new) for c in content.criteria}
    titles = {m.code: m.title for content in (old, new) for m in content.modules}
    return {"difference": found, "texts": texts, "titles": titles}


@requires("standards.view")
@require_safe
def compare(request: AppRequest, pk: int) -> HttpResponse:
    newer = visible_edition(request, pk)
    key = request.GET.get("with", "")
    older = visible_edition(request, int(key)) if key.isdigit() else None
    if older is None:
        older = (
            Edition.objects.select_related("standard")
            .filter(standard=newer.standard, status="published")
            .exclude(pk=pk)
            .order_by("-effective_from", "-pk")
            .first()
        )
    context = {"edition": newer, "older": older}
    if older is not None:
        context |= differences(content_of(older), content_of(newer))
    return render(request, "standards/compare.html", context)


@requires("standards.view")
@require_safe
def export(request: AppRequest, pk: int) -> HttpResponseBase:
    """The edition as the spreadsheet it can be imported from again."""
    shown = visible_edition(request, pk)
    rows = standard_rows(shown)
    tables = [
        Table(
            spec.kind,
            spec.columns,
            [tuple(row.get(c.name, c.empty) for c in spec.columns) for row in rows[spec.kind]],
        )
        for spec in (STANDARD, CRITERIA)
    ]
    return send_workbook(request, tables, f"{shown.standard.code}-{shown.edition}", labels=False)


@requires("standards.view")
@require_safe
def language(request: AppRequest) -> HttpResponse:
    """Ten dos and ten don'ts of service language."""
    rules = phrases("zh" if is_chinese() else "en")
    context = {
        "dos": [rule for rule in rules if rule.kind == "do"],
        "donts": [rule for rule in rules if rule.kind == "dont"],
    }
    return render(request, "standards/language.html", context)

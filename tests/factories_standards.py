"""Standards that tests judge by: one small edition that has every method and every rule."""

from __future__ import annotations

from typing import Any

from hearth.network.actors import operator
from hearth.standards import queries
from hearth.standards.models import Edition
from hearth.standards.queries import CriterionContent, EditionContent, ModuleContent
from hearth.standards.services import publish_edition, save_draft_edition

MODULES = (
    ModuleContent("A", "室外环境", "Outside"),
    ModuleContent("B", "厅堂服务", "Lobby"),
)
CRITERIA = (
    CriterionContent(
        "A", "A01", "招牌完好", "pass_fail", 2000, text_en="The sign is whole", evidence="photo"
    ),
    CriterionContent(
        "A", "A02", "门前整洁", "deduct", 3000, step_milli=500, max_lost_milli=2000, evidence="note"
    ),
    CriterionContent("A", "A03", "绿植养护", "scale", 4000, levels=3),
    CriterionContent("A", "A04", "营业时间公示", "pass_fail", 1000, critical="zero_module"),
    CriterionContent("B", "B01", "微笑服务", "choice", 2000, options="A=2;B=1;C=0"),
    CriterionContent("B", "B02", "厅堂温度", "number", 2000, bands="18..=2;16..18=1;..16=0"),
    CriterionContent("B", "B03", "大堂经理在岗", "pass_fail", 3000, gates=("B04",)),
    CriterionContent("B", "B04", "主动识别引导", "pass_fail", 2000, channels=("video", "mystery")),
    CriterionContent(
        "B", "B05", "无推诿投诉", "pass_fail", 5000, critical="cap:60", severity="red"
    ),
    CriterionContent("B", "B06", "现金设备", "pass_fail", 1000, unit_kinds=("综合网点",)),
)
"""25 points for a video check of a full outlet; B04 is not asked on site, B06 of full ones only."""


def edition_content(**changes: Any) -> EditionContent:
    """The small edition as plain content, with these fields replaced."""
    fields: dict[str, Any] = {
        "standard": "SERVICE",
        "title": "网点服务检查标准",
        "title_en": "Service standard",
        "edition": "2021",
        "effective_from": "2021-01-01",
        "pass_centi": 8500,
        "modules": MODULES,
        "criteria": CRITERIA,
    }
    return EditionContent(**fields | changes)


def make_edition(content: EditionContent | None = None, *, publish: bool = True) -> Edition:
    """The edition stored through its services, published unless told otherwise."""
    forget_rules()
    office = operator("standards")
    edition = save_draft_edition(actor=office, content=content or edition_content())
    if publish:
        edition = publish_edition(actor=office, edition_id=edition.pk, version=edition.version)
    return Edition.objects.select_related("standard").get(pk=edition.pk)


def forget_rules() -> None:
    """Empty the memory of rules: a rolled back test leaves keys that the next one uses again."""
    queries._criteria.cache_clear()
    queries._rulebook.cache_clear()

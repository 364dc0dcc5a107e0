"""Who may open the pages of reports and their templates."""

from __future__ import annotations

from datetime import date

from hearth.bulletins.models import Report
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.composing import compose
from hearth.bulletins.reports.queries import newest_version
from hearth.network.actors import operator
from tests.consistency.scope_pages import BOTH, POST, Args, Case, about, general, page, placed
from tests.consistency.scope_world import Side, World

VIEW, KEEP, WRITE = "figures.view", "report.keep", "report.edit"
DAY = date(2021, 6, 30)


def kept(side: Side) -> Args:
    """A report of the side's branch; made without a trace when it is first asked for."""
    found = Report.objects.filter(unit=side.branch).first()
    if found is None:
        asked, version = Asked.about(side.branch, DAY), newest_version()
        found = Report.objects.create(
            unit=side.branch,
            unit_path=asked.path,
            as_of=DAY,
            version=version,
            title="报告",
            title_en="Report",
            computed=compose(operator("writer"), asked, version),
            content_hash="0" * 64,
            kept_by=side.user,
        )
    return (found.pk,)


def shipped(_world: World) -> str:
    """The template that every system begins with."""
    return "programme"


PAGES: dict[str, tuple[Case, ...]] = {
    "reports:compose": (about((), VIEW),),
    "reports:pdf": (about((), VIEW),),
    "reports:docx": (about((), VIEW),),
    "reports:keep": (page(KEEP, VIEW, methods=POST),),
    "reports:list": (page(VIEW),),
    "reports:read": (placed(kept, VIEW),),
    "reports:kept-pdf": (placed(kept, VIEW),),
    "reports:kept-docx": (placed(kept, VIEW),),
    "reports:templates": (page(VIEW),),
    "reports:template": (general(shipped, VIEW),),
    "reports:template-add": (page(WRITE, methods=BOTH),),
    "reports:template-check": (page(WRITE, methods=POST),),
    "reports:template-edit": (general(shipped, WRITE, methods=BOTH),),
    "reports:template-retire": (general(shipped, WRITE, methods=POST),),
}

"""Tables of bulletins and reports."""

from hearth.bulletins.models.bulletins import MAKERS, Bulletin, BulletinQuerySet, Rendition
from hearth.bulletins.models.reports import Report, ReportTemplate, TemplateVersion

__all__ = [
    "MAKERS",
    "Bulletin",
    "BulletinQuerySet",
    "Rendition",
    "Report",
    "ReportTemplate",
    "TemplateVersion",
]

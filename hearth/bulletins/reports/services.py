"""Writing templates, retiring them, keeping reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.bulletins.composition.wording import LANGUAGES, Language
from hearth.bulletins.models import Report, ReportTemplate, TemplateVersion
from hearth.bulletins.reports import stored, wording
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.composing import compose, mistakes_of
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform import audit

WRITE, KEEP = "report.edit", "report.keep"
LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What people write in a template.

    Attributes:
        name: Chinese, required.
        zh: the Chinese text.
        en: the English text, which says the same.
        note: what was changed.
    """

    name: str
    name_en: str
    zh: str
    en: str
    note: str = ""

    @property
    def by_language(self) -> dict[Language, str]:
        """The texts as they are kept."""
        texts: dict[Language, str] = {"zh": self.zh, "en": self.en}
        return {key: text.replace("\r\n", "\n").strip() for key, text in texts.items()}


@transaction.atomic
def add_template(*, actor: Actor, code: str, text: TemplateText) -> TemplateVersion:
    """Write a new template; its first version.

    Raises:
        NotAllowed: lacks ``report.edit``.
        RuleViolation: ``template_exists``, ``no_name`` or ``bad_template``.
    """
    actor.require(WRITE)
    if ReportTemplate.objects.filter(code=code).exists():
        raise RuleViolation(
            "template_exists",
            _("There is a template “%(code)s” already. Choose another code.") % {"code": code},
        )
    _require_good(text)
    template = ReportTemplate.objects.create(
        code=code, name=text.name.strip(), name_en=text.name_en.strip()
    )
    return _saved(actor, template, text, 1)


@transaction.atomic
def save_template(
    *, actor: Actor, template_id: int, based_on: int, text: TemplateText
) -> TemplateVersion:
    """Write the next version of a template; the others stay as they are.

    What says the same as the newest version makes no new one.

    Args:
        actor: who writes.
        template_id: of the template.
        based_on: number of the version that the writer has seen.
        text: all of it.

    Raises:
        NotAllowed: lacks ``report.edit``.
        StaleWrite: there is a newer version than ``based_on``.
        RuleViolation: ``no_name``, ``bad_template`` or ``retired``.
    """
    actor.require(WRITE)
    template = ReportTemplate.objects.select_for_update().get(pk=template_id)
    newest = template.versions.order_by("-number")[0]
    if newest.number != based_on:
        raise StaleWrite(
            "stale_template",
            _("Someone wrote version %(n)s meanwhile. Open it and bring your changes in.")
            % {"n": newest.number},
            version=newest.number,
        )
    if template.is_retired:
        raise RuleViolation("retired", _("This template is retired. Take it up again first."))
    _require_good(text)
    names = (text.name.strip(), text.name_en.strip())
    texts = text.by_language
    if names == (template.name, template.name_en) and all(
        newest.text(language) == texts[language] for language in LANGUAGES
    ):
        return newest
    template.name, template.name_en = names
    template.save(update_fields=["name", "name_en"])
    return _saved(actor, template, text, newest.number + 1)


def _require_good(text: TemplateText) -> None:
    if not text.name.strip():
        raise RuleViolation("no_name", _("The template needs a Chinese name."))
    mistakes = mistakes_of(text.by_language)
    if mistakes:
        language, found = next(iter(mistakes.items()))
        named = _("Chinese text") if language == "zh" else _("English text")
        raise RuleViolation(
            "bad_template",
            _("The template cannot be used yet. %(text)s: %(first)s")
            % {"text": named, "first": wording.placed(found[0])},
            mistakes=mistakes,
        )


def _saved(
    actor: Actor, template: ReportTemplate, text: TemplateText, number: int
) -> TemplateVersion:
    texts = text.by_language
    version = TemplateVersion.objects.create(
        template=template,
        number=number,
        text_zh=texts["zh"],
        text_en=texts["en"],
        note=text.note.strip()[:200],
        written_by_id=actor.user_id,
    )
    audit.record(
        actor, "report_template.saved", template, code=template.code, version=version.number
    )
    return version


@transaction.atomic
def set_retired(*, actor: Actor, template_id: int, retired: bool) -> ReportTemplate:
    """Let no new report be written from a template, or take it up again. Kept reports stay.

    Raises:
        NotAllowed: lacks ``report.edit``.
        RuleViolation: ``last_template``, no other is in use.
    """
    actor.require(WRITE)
    template = ReportTemplate.objects.select_for_update().get(pk=template_id)
    if template.is_retired == retired:
        return template
    if retired and not ReportTemplate.objects.in_use().exclude(pk=template_id).exists():
        raise RuleViolation(
            "last_template", _("It is the only template in use. Write another one first.")
        )
    template.retired_at = timezone.now() if retired else None
    template.retired_by_id = actor.user_id if retired else None
    template.save(update_fields=["retired_at", "retired_by"])
    action = "report_template.retired" if retired else "report_template.taken_up"
    audit.record(actor, action, template, code=template.code)
    return template


@transaction.atomic
def keep_report(*, actor: Actor, asked: Asked, version: TemplateVersion) -> Report:
    """Keep the report as it stands now; it is never altered, and a later one stands beside it.

    Where the newest kept report of the same question says the same, that one is given back.

    Raises:
        NotAllowed: lacks ``report.keep`` or ``figures.view`` at the unit.
        RuleViolation: ``bad_days``, or ``template_broken``.
    """
    for permission in (KEEP, "figures.view"):
        actor.require(permission, asked.unit.path)
    computed = compose(actor, asked, version)
    report = Report(
        unit=asked.unit,
        unit_path=asked.path,
        as_of=asked.as_of,
        earlier=asked.earlier,
        since=asked.since,
        version=version,
        title=computed["zh"]["title"][:LONGEST_TITLE],
        title_en=computed["en"]["title"][:LONGEST_TITLE],
        computed=computed,
        kept_by_id=actor.user_id,
    )
    report.content_hash = stored.fingerprint(report)
    same = Report.objects.filter(**_question_of(report)).order_by("-kept_at", "-pk").first()
    if same is not None and same.content_hash == report.content_hash:
        return same
    report.save()
    audit.record(
        actor,
        "report.kept",
        report,
        unit_path=asked.path,
        as_of=report.as_of.isoformat(),
        content_hash=report.content_hash,
    )
    return report


def _question_of(report: Report) -> dict[str, Any]:
    names = ("unit", "as_of", "earlier", "since", "version")
    return {name: getattr(report, name) for name in names}

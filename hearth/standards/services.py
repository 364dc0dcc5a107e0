"""Every write to standards: drafts taken from spreadsheets, publication, retirement."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.standards.models import Criterion, Edition, Module, Standard
from hearth.standards.problems import EditionProblem, problems_of
from hearth.standards.queries import EditionContent, content_of, hash_of

_UNSTORABLE = frozenset({"code_missing", "code_repeated", "module_repeated", "module_unknown"})
_EDITION_FIELDS = ("scheme", "base_milli", "total_milli", "not_applicable", "pass_centi")


@transaction.atomic
def save_draft_edition(*, actor: Actor, content: EditionContent) -> Edition:
    """Store ``content`` as a draft: a new edition, or the new text of a draft that exists.

    A draft may still have problems (``problems_of``); publication refuses them. Only codes must
    be in order, because rows are known by them.

    Raises:
        NotAllowed: lacks ``standards.edit``.
        RuleViolation: ``edition_has_problems`` with ``facts['problems']``; a code is used twice
            or a module is not there.
        RuleViolation: ``edition_frozen``; the edition is published or retired and says
            something else. The same content again is accepted and changes nothing.
    """
    actor.require("standards.edit")
    _refuse([p for p in problems_of(content) if p.code in _UNSTORABLE])
    standard, _made = Standard.objects.get_or_create(
        code=content.standard,
        defaults={"title": content.title, "title_en": content.title_en},
    )
    edition = (
        Edition.objects.select_for_update(of=("self",))
        .filter(standard=standard, edition=content.edition)
        .first()
    )
    if edition is not None and edition.status != Edition.Status.DRAFT:
        if hash_of(content_of(edition)) == hash_of(content):
            return edition
        raise RuleViolation(
            "edition_frozen",
            _("Edition %(edition)s is published and never changes. Give the new text a new name.")
            % {"edition": content.edition},
        )
    edition = _store(actor, standard, edition, content)
    audit.record(
        actor, "edition.saved", edition, hash=hash_of(content), criteria=len(content.criteria)
    )
    return edition


def _store(
    actor: Actor, standard: Standard, edition: Edition | None, content: EditionContent
) -> Edition:
    values: dict[str, Any] = {name: getattr(content, name) for name in _EDITION_FIELDS}
    values["effective_from"] = date.fromisoformat(content.effective_from)
    if standard.title != content.title or standard.title_en != content.title_en:
        standard.title, standard.title_en = content.title, content.title_en
        standard.save(update_fields=["title", "title_en"])
    if edition is None:
        edition = Edition(
            standard=standard, edition=content.edition, drafted_by_id=actor.user_id, **values
        )
    else:
        for name, value in values.items():
            setattr(edition, name, value)
        edition.version += 1
        edition.criteria.all().delete()
        edition.modules.all().delete()
    edition.save()
    modules = Module.objects.bulk_create(
        Module(edition=edition, code=m.code, title=m.title, title_en=m.title_en, position=n)
        for n, m in enumerate(content.modules)
    )
    by_code = {module.code: module for module in modules}
    Criterion.objects.bulk_create(
        Criterion(
            edition=edition,
            position=n,
            **{
                k: list(v) if isinstance(v, tuple) else v
                for k, v in asdict(replace(c)).items()
                if k != "module"
            },
            module=by_code[c.module],
        )
        for n, c in enumerate(content.criteria)
    )
    return edition


@transaction.atomic
def publish_edition(*, actor: Actor, edition_id: int, version: int) -> Edition:
    """Freeze a draft: from now on checks may use it and nothing of it changes.

    Raises:
        Edition.DoesNotExist: there is none.
        NotAllowed: lacks ``standards.publish``.
        StaleWrite: saved by someone since ``version``.
        RuleViolation: ``not_draft``, or ``edition_has_problems`` with ``facts['problems']``.
    """
    actor.require("standards.publish")
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition_id)
    if edition.version != version:
        raise StaleWrite(
            "stale_edition",
            _("Someone saved this edition meanwhile. Reload to see it."),
            version=edition.version,
        )
    if edition.status != Edition.Status.DRAFT:
        raise RuleViolation("not_draft", _("Only a draft can be published."))
    content = content_of(edition)
    _refuse(problems_of(content))
    edition.status, edition.version = Edition.Status.PUBLISHED, version + 1
    edition.content_hash = hash_of(content)
    edition.published_by_id, edition.published_at = actor.user_id, timezone.now()
    edition.save()
    audit.record(actor, "edition.published", edition, hash=edition.content_hash)
    return edition


def _refuse(problems: list[EditionProblem]) -> None:
    """Let pass where there are none."""
    if problems:
        message = ngettext(
            "This edition has %(count)s problem; mend it first.",
            "This edition has %(count)s problems; mend them first.",
            len(problems),
        )
        raise RuleViolation(
            "edition_has_problems", message % {"count": len(problems)}, problems=problems
        )


@transaction.atomic
def retire_edition(*, actor: Actor, edition_id: int, version: int) -> Edition:
    """Let no new check use a published edition; what was checked by it stays.

    Raises: as ``publish_edition``; and RuleViolation ``not_published``.
    """
    actor.require("standards.publish")
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition_id)
    if edition.version != version:
        raise StaleWrite(
            "stale_edition",
            _("Someone saved this edition meanwhile. Reload to see it."),
            version=edition.version,
        )
    if edition.status != Edition.Status.PUBLISHED:
        raise RuleViolation("not_published", _("Only a published edition can be retired."))
    edition.status, edition.version = Edition.Status.RETIRED, version + 1
    edition.retired_at = timezone.now()
    edition.save(update_fields=["status", "version", "retired_at"])
    audit.record(actor, "edition.retired", edition)
    return edition


@transaction.atomic
def set_ranked(*, actor: Actor, standard_id: int, is_ranked: bool) -> Standard:
    """Say whether checks by a standard count in the ranking, from now on.

    What was checked before stays as it counted then, so that no closed period changes.

    Raises:
        Standard.DoesNotExist: there is none.
        NotAllowed: lacks ``standards.publish``.
    """
    actor.require("standards.publish")
    standard = Standard.objects.select_for_update().get(pk=standard_id)
    if standard.is_ranked != is_ranked:
        standard.is_ranked = is_ranked
        standard.save(update_fields=["is_ranked"])
        audit.record(actor, "standard.ranked", standard, is_ranked=is_ranked)
    return standard


@transaction.atomic
def discard_draft_edition(*, actor: Actor, edition_id: int, reason: str) -> None:
    """Delete a draft that nobody ever used; the trail keeps why.

    Raises:
        RuleViolation: ``not_draft``; published editions are retired, never deleted.
    """
    actor.require("standards.edit")
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition_id)
    if edition.status != Edition.Status.DRAFT:
        raise RuleViolation("not_draft", _("A published edition is retired, not deleted."))
    audit.record(actor, "edition.discarded", edition, reason=reason.strip()[:400])
    edition.delete()

"""What the services of this room share: faults, versions, files, notices."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import files, notices
from hearth.programme.models import Attachment
from hearth.programme.queries.people import answering_for

Fault = tuple[str, str]
"""Field of a form or column of a sheet, and the sentence that says how to mend it."""

MOST_FILE_BYTES = 25 * 1024 * 1024
MOST_FILES = 10
LONGEST_NAME = 120
KINDS: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
"""Files that are taken, by the end of their name, and what they are sent back as."""

_PICTURES = (".jpg", ".jpeg", ".png")
Kept = TypeVar("Kept", bound=models.Model)


def refuse(code: str, faults: Sequence[Fault]) -> None:
    """Refuse with all faults, the first one as the sentence; nothing happens without any.

    Raises:
        RuleViolation: ``code``, with the pairs under ``facts['faults']``.
    """
    if faults:
        raise RuleViolation(code, faults[0][1], faults=list(faults))


def require_version(record: Any, version: int) -> None:
    """Refuse an edit of what someone saved meanwhile.

    Raises:
        StaleWrite: ``stale``, with the version that is stored.
    """
    if record.version != version:
        raise StaleWrite(
            "stale",
            _("Someone saved this meanwhile. Reload the page, look, and send again."),
            version=record.version,
        )


def withdraw_record(actor: Actor, record: Any, version: int, reason: str) -> None:
    """Take a record back: it stays readable and no longer counts.

    Raises:
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``withdrawn`` already, or ``no_reason``.
    """
    require_version(record, version)
    if record.withdrawn_at is not None:
        raise RuleViolation("withdrawn", _("This was taken back already."))
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why it is taken back."), field="reason")
    record.withdrawn_at, record.withdrawn_by_id = timezone.now(), actor.user_id or None
    record.withdrawal_reason, record.version = reason.strip()[:400], version + 1
    record.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "version"])


def keep_file(actor: Actor, name: str, content: bytes, **of: Any) -> Attachment:
    """Store one file and tie it to its record; photos lose what the camera wrote beside them.

    Args:
        actor: who sends it.
        name: as the sender called it; its end says what it is.
        content: all of it.
        of: the one record, as ``document=``, ``meeting=`` or ``share=``.

    Raises:
        RuleViolation: ``file_kind``, ``file_empty``, ``file_too_large``, ``too_many_files`` or
            ``not_a_picture``.
    """
    plain = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    end = f".{plain.rsplit('.', 1)[-1].lower()}" if "." in plain else ""
    if end not in KINDS:
        known = ", ".join(sorted(kind.lstrip(".") for kind in KINDS))
        raise RuleViolation(
            "file_kind",
            _("“%(name)s” is of a kind that is not kept here. Send one of: %(known)s.")
            % {"name": plain[:60], "known": known},
        )
    if not content:
        raise RuleViolation("file_empty", _("This file is empty. Choose another one."))
    if len(content) > MOST_FILE_BYTES:
        raise RuleViolation("file_too_large", _("Choose a file of at most 25 MB."))
    if Attachment.objects.filter(**of).count() >= MOST_FILES:
        raise RuleViolation(
            "too_many_files", _("There are %(n)s files already; no more fit.") % {"n": MOST_FILES}
        )
    is_picture = end in _PICTURES
    stored = files.store_picture(content) if is_picture else files.store(content, KINDS[end])
    stem = plain[: -len(end)][: LONGEST_NAME - len(end)]
    return Attachment.objects.create(
        uuid=uuids.uuid4(),
        sha256=stored.sha256,
        name=f"{stem}{'.jpg' if is_picture else end}",
        size=stored.size,
        content_type=stored.content_type,
        uploaded_by_id=actor.user_id or None,
        **of,
    )


def tell_units(
    actor: Actor | None, units: Iterable[Unit], kind: str, url: str, **params: Any
) -> int:
    """Tell those who answer for ``units`` once each, whoever acts left out; returns how many."""
    found = answering_for(units, timezone.localdate())
    users = {user for ids in found.values() for user in ids}
    if actor is not None:
        users.discard(actor.user_id)
    return notices.tell(users, kind, url, **params)

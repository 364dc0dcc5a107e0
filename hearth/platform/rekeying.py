"""The first key, the proof that it fits the records, and the change to another one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hearth.kernel.errors import RuleViolation
from hearth.platform import files, secrets
from hearth.platform.models import KeyProof
from hearth.platform.sealed import BlindIndexField, EncryptedTextField, Sealed, SealedFile

BATCH = 200
PROOF = "hearth"

Report = Callable[[int, int, str], None]


def prepare() -> None:
    """On the first start: make a key where there is none, and the proof that goes with it.

    Raises:
        RuleViolation: ``key_lost``: records were sealed here and the key is gone; a new one would
            not open them. ``no_data_key``: what stands in the environment or file is no key.
    """
    proved = is_proved()
    if not secrets.are_given() and not secrets.key_file().exists():
        if proved:
            raise RuleViolation(
                "key_lost",
                _(
                    "%(file)s is gone. Without it the personal data stored here cannot be read. "
                    "Copy it back from where you keep it apart from the backups."
                )
                % {"file": secrets.key_file()},
            )
        secrets.add_key(timezone.localdate().isoformat())
    secrets.held_keys()
    if not proved:
        KeyProof.objects.get_or_create(pk=1, defaults={"text": PROOF})


def is_proved() -> bool:
    """Whether a key was in use here, be it at hand or not."""
    return KeyProof.objects.filter(pk=1).exists()


def proof_opens() -> bool | None:
    """Whether the key fits the records; None while nothing was ever sealed here.

    Raises:
        RuleViolation: ``no_data_key``.
    """
    proof = KeyProof.objects.filter(pk=1).first()
    secrets.held_keys()
    try:
        return None if proof is None else proof.text == PROOF
    except secrets.CannotOpen:
        return False


# --- another key --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """A model with something sealed in it."""

    model: type[models.Model]
    texts: tuple[EncryptedTextField, ...]
    indexes: tuple[BlindIndexField, ...]
    has_file: bool


def _models() -> Iterable[type[models.Model]]:
    return apps.get_models()


def _tables() -> Iterator[_Table]:
    for model in _models():
        fields = model._meta.local_concrete_fields
        texts = tuple(f for f in fields if isinstance(f, EncryptedTextField))
        indexes = tuple(f for f in fields if isinstance(f, BlindIndexField))
        has_file = issubclass(model, SealedFile)
        if texts or has_file:
            yield _Table(model, texts, indexes, has_file)


def exchange_key(report: Report) -> int:
    """Make a new key and seal everything with it; how many values that were.

    The new key is in the file before anything is sealed with it, the old ones stay below it.

    Raises:
        RuleViolation: ``keys_given``: they stand in the environment, where only the administrator
            can put a new one; ``no_data_key``; ``cannot_open``.
    """
    if secrets.are_given():
        raise RuleViolation(
            "keys_given",
            _(
                "HEARTH_DATA_KEY holds the keys. Put the new one in front of the others there, "
                "restart Hearth, then run: hearth secrets rotate --resume"
            ),
        )
    secrets.held_keys()
    secrets.add_key(timezone.localdate().isoformat())
    return reseal(report)


def reseal(report: Report) -> int:
    """Seal anew, with the newest key, whatever an older one sealed; how many values that were.

    Everyone goes on working: a value that someone changes meanwhile is left as they saved it,
    which is under the newest key. Broken off, it may be called again.

    Raises:
        secrets.CannotOpen: something opens with no key at hand; what came before is done.
    """
    return sum(_reseal_table(table, report) for table in _tables())


def _reseal_table(table: _Table, report: Report) -> int:
    rows = table.model._base_manager.order_by("pk")
    total, seen, changed, last = rows.count(), 0, 0, None
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        with transaction.atomic():
            changed += sum(_reseal_row(table, row) for row in batch)
        seen, last = seen + len(batch), batch[-1].pk
        report(seen, max(total, seen), table.model._meta.db_table)
    return changed


def _reseal_row(table: _Table, row: Any) -> int:
    newest = secrets.held_keys()[0]
    changed = 0
    for field in table.texts:
        old = row.__dict__[field.attname]
        if not old or secrets.is_sealed_by(secrets.decoded(old), newest):
            continue
        text = getattr(row, field.attname)
        new: dict[str, str] = {field.attname: Sealed(secrets.seal_text(text, field.place(row)))}
        new |= {i.attname: i.hash_of(text) for i in table.indexes if i.of == field.name}
        same = table.model._base_manager.filter(pk=row.pk, **{field.attname: old})
        changed += same.update(**new)
    if table.has_file:
        changed += _reseal_file(row, newest)
    return changed


def _reseal_file(row: SealedFile, newest: secrets.Key) -> int:
    old = row.sha256
    if secrets.is_sealed_by(files.read(old), newest):
        return 0
    row.put(row.content())
    same = type(row)._base_manager.filter(pk=row.pk, sha256=old)
    done = same.update(sha256=row.sha256)
    # A file is removed only once the record that names the other one is committed.
    unused = old if done else row.sha256
    transaction.on_commit(lambda: files.remove(unused))
    return done

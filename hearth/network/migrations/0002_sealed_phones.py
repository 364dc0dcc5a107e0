"""Telephone numbers of staff are sealed, as all personal data are (design rule 6.6)."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from hearth.platform import secrets
from hearth.platform.sealed import EncryptedTextField

_KNOWN = "SELECT id, staff_no, phone FROM network_person WHERE phone <> ''"
_SET = "UPDATE network_person SET phone = %s WHERE id = %s"


def _place(staff_no: str) -> str:
    return f"network_person.phone:{staff_no}"


def seal(_apps: Any, editor: Any) -> None:
    """Seal the numbers that are there; without any no key is asked for."""
    _rewrite(editor, lambda phone, staff_no: secrets.seal_text(phone, _place(staff_no)))


def open_again(_apps: Any, editor: Any) -> None:
    """The way back."""
    _rewrite(editor, lambda phone, staff_no: secrets.open_text(phone, _place(staff_no)))


def _rewrite(editor: Any, change: Any) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(_KNOWN)
        rows = [(change(phone, staff_no), key) for key, staff_no, phone in cursor.fetchall()]
        if rows:
            cursor.executemany(_SET, rows)


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="phone",
            field=EncryptedTextField(blank=True, row="staff_no"),
        ),
        migrations.RunPython(seal, open_again),
    ]

"""Columns and files that hold personal data.

A model declares ``name = EncryptedTextField(row="uuid")`` and reads and sets plain text; what
goes to the database is sealed for that table, column and row (``secrets``). Values taken without
their record (``values_list``, a dump, a backup) stay sealed.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from hearth.platform import files, secrets


class Sealed(str):
    """A text as it stands in the database, sealed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<sealed>"


class _Opening(DeferredAttribute):
    """Opens a value when it is read; the record itself keeps it sealed."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            field: Any = self.field  # an EncryptedTextField: nothing else sets this descriptor
            return secrets.open_text(value, field.place(instance))
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField[str, str]):
    """Text that is sealed in the database, bound to its table, column and row.

    ``row`` names a field of the same model that is set before the first save and never changes,
    such as a UUID. An empty text stays empty: that there is none is no secret. It cannot be
    searched or sorted by; equal values are found by a ``BlindIndexField`` beside it. Reading
    raises ``secrets.CannotOpen`` where no key opens it.
    """

    descriptor_class = _Opening

    def __init__(self, *args: Any, row: str, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """With the row, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "row": self.row}

    def place(self, instance: models.Model) -> str:
        """What a value of ``instance`` is bound to."""
        return self.place_of(getattr(instance, self.row))

    def place_of(self, row: Any) -> str:
        """What the value in the row of this name is bound to."""
        if row is None:
            raise ValueError(f"{self.row} is not set yet, and {self.name} is bound to it")
        return f"{self.model._meta.db_table}.{self.column}:{row}"

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is any, or the very sealed text; nothing else means anything."""
        known = {"exact", "in", "isnull"}
        return super().get_lookup(lookup_name) if lookup_name in known else None

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Seal what was set since; what was loaded goes back as it was."""
        value = model_instance.__dict__.get(self.attname)
        if value and not isinstance(value, Sealed):
            value = Sealed(secrets.seal_text(value, self.place(model_instance)))
            model_instance.__dict__[self.attname] = value
        return value

    def get_prep_value(self, value: Any) -> Any:
        """The sealed text; plain text is a mistake, in a filter as in ``update``."""
        if value and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is encrypted: set it on the record and save that")
        return None if value is None else str(value)

    def from_db_value(self, value: Any, *_args: Any) -> Any:
        """Sealed until it is read from its record."""
        return Sealed(value) if value else value


class BlindIndexField(models.CharField[str, str]):
    """A keyed hash of another field's text, set whenever the record is saved; 32 hex digits.

    Equal texts have equal hashes, so they are found by ``blind_indexes(text)`` without being
    opened; without the key the hashes say nothing. Empty where the text is empty.
    """

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        kwargs = {"max_length": 32, "db_index": True, **kwargs, "blank": True, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """With the field it is of, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["blank"], kwargs["editable"]
        return name, path, args, {**kwargs, "of": self.of}

    def hash_of(self, text: str) -> str:
        """The hash of ``text`` under the newest key; '' of ''."""
        return secrets.blind_index(text, self._place) if text else ""

    def hashes_of(self, text: str) -> list[str]:
        """The hashes of ``text`` under every key: what to filter by."""
        return secrets.blind_indexes(text, self._place)

    @property
    def _place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The hash of the text that is being saved."""
        value = self.hash_of(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class SealedFile(models.Model):
    """A file that is sealed on the disk; each room makes its own table of them.

    ``sha256`` is that of the sealed content, under which it lies (``files``). Every sealing gives
    another hash, so no two records share a file and one may be removed with its record.
    """

    uuid = models.UUIDField(unique=True)  # made by the client, so that a retry stores it once
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes, before sealing
    content_type = models.CharField(max_length=60)

    class Meta:
        abstract = True

    @property
    def place(self) -> str:
        """What the content is bound to."""
        return f"{self._meta.db_table}.file:{self.uuid}"

    def put(self, content: bytes) -> None:
        """Seal ``content``, store it, and take its hash and size; the caller saves the record."""
        stored = files.store(secrets.seal(content, self.place), "application/octet-stream")
        self.sha256, self.size = stored.sha256, len(content)

    def content(self) -> bytes:
        """The content, opened.

        Raises:
            FileNotFoundError: it is no longer kept.
            secrets.CannotOpen: no key opens it.
        """
        return secrets.open_sealed(files.read(self.sha256), self.place)

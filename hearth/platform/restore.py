"""Restoring a backup: all of it or nothing.

The records are built beside those that are there, checked, and put in their place in one step:
on SQLite by renaming a file, on PostgreSQL by renaming a schema. What was there before stays
aside until someone deletes it. An older backup is built as its tables were then and migrated.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.platform import audit, files
from hearth.platform.backup import (
    ANCHORS,
    UNREADABLE,
    Manifest,
    Report,
    check_archive,
    damaged_backup,
    in_place_of_default,
    member_bytes,
    read_manifest,
    table_lines,
)
from hearth.platform.dump import WrongDump, empty_tables, load_table, tables
from hearth.platform.models import AuditEvent
from hearth.platform.presence import alone


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where that lies which was there before ('' where nothing was)."""

    manifest: Manifest
    aside: str


def restore_backup(archive: Path, *, force: bool = False, report: Report) -> Restored:
    """Replace all records by those of ``archive`` and bring its files back.

    Raises:
        FileNotFoundError: there is no such archive.
        RuleViolation: ``not_a_backup``, ``unknown_format``, ``damaged_backup``, ``newer_backup``,
            ``still_running``, ``not_empty`` (without ``force``), or ``broken_trail``. Nothing has
            changed then.
    """
    read_manifest(archive)  # before anything else: is it a backup at all?
    with alone():
        if not force and not is_empty():
            raise RuleViolation(
                "not_empty",
                _("There are records here already. To replace them all, say --force."),
            )
        return _restore(archive, check_archive(archive, report), report)


def _restore(archive: Path, manifest: Manifest, report: Report) -> Restored:
    with tarfile.open(archive, "r:") as tar:
        stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
        home = settings.HEARTH_HOME
        place = place_beside(stamp)
        place.refuse_if_used()
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as folder:
            try:
                _unpack_files(tar, manifest, Path(folder), report)
                with place.beside(Path(folder)):
                    _fill(tar, manifest, report)
                    _prove(tar, manifest, report)
            except (WrongDump, IntegrityError, *UNREADABLE) as error:
                raise damaged_backup(archive, str(error)) from None
            _bring_files(Path(folder))
            os.sync()
            aside = place.swap(Path(folder))
            _replace_anchors(member_bytes(tar, ANCHORS), stamp)
    return Restored(manifest, aside)


def is_empty() -> bool:
    """Whether there is neither a record of anyone nor a file here."""
    if next(files.all_hashes(), None):
        return False
    there = set(connection.introspection.table_names())
    kept = (AuditEvent, get_user_model())
    return not any(m._meta.db_table in there and m._base_manager.exists() for m in kept)


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


# --- filling ------------------------------------------------------------------------------------


def _unpack_files(tar: tarfile.TarFile, manifest: Manifest, folder: Path, report: Report) -> None:
    for number, name in enumerate(manifest.files, start=1):
        content = member_bytes(tar, f"files/{name[:2]}/{name}")
        if hashlib.sha256(content).hexdigest() != name:
            raise WrongDump(f"files/{name}")
        target = folder / "files" / name[:2] / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        report(number, len(manifest.files), _("files"))


def _fill(tar: tarfile.TarFile, manifest: Manifest, report: Report) -> None:
    """Make the tables as they were, load them, and bring them to this version."""
    registry = _tables_as_then(manifest)
    models = tables(registry)
    if unknown := sorted(set(manifest.tables) - set(models)):
        raise WrongDump(", ".join(unknown))
    with transaction.atomic():
        empty_tables(registry)
        for number, (name, dumped) in enumerate(manifest.tables.items(), start=1):
            with table_lines(tar, name) as lines:
                load_table(models[name], lines, dumped)
            report(number, len(manifest.tables), _("tables"))
        connection.check_constraints()
    call_command("migrate", verbosity=0, interactive=False)


def _tables_as_then(manifest: Manifest) -> Any:
    """Make the tables of the archive's day in the empty place; returns the models of that day.

    They are made as the migrations left them, not by going through every step: that takes a
    fifth of the time, and what the steps put into the tables is in the archive anyway.
    """
    loader = MigrationLoader(connection)
    applied = {(app, name) for app, names in manifest.migrations.items() for name in names}
    if newer := sorted(applied - set(loader.graph.nodes)):
        raise RuleViolation(
            "newer_backup",
            _("This backup is of a newer Hearth (%(version)s; %(migration)s). Update first.")
            % {"version": manifest.hearth, "migration": ".".join(newer[0])},
        )
    registry = loader.project_state(_newest(loader.graph, applied)).apps
    with connection.schema_editor() as editor:
        for model in registry.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for node in sorted(applied):
        recorder.record_applied(*node)
    return registry


def _newest(graph: MigrationGraph, applied: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of each application after which it had no other."""
    return [
        node
        for node in sorted(applied)
        if not any(c.key in applied and c.key[0] == node[0] for c in graph.node_map[node].children)
    ]


def _prove(tar: tarfile.TarFile, manifest: Manifest, report: Report) -> None:
    """The trail is whole, up to the event that was the newest."""
    anchors = audit.anchors_in(member_bytes(tar, ANCHORS).decode("ascii", errors="replace"))
    fault = next(audit.verify(lambda done, total: report(done, total, _("trail")), anchors), None)
    if fault or audit.head() != manifest.trail:
        raise RuleViolation(
            "broken_trail",
            _("The audit trail in this backup was altered at event %(seq)s. Take another one.")
            % {"seq": fault.seq if fault else manifest.trail[0]},
        )


# --- the places ---------------------------------------------------------------------------------


class Place:
    """Where the new records are built, and how they take the place of the old ones."""

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp
        self.had_tables = bool(connection.introspection.table_names())

    @contextmanager
    def beside(self, folder: Path) -> Iterator[None]:
        """The place is the default database for the time of the block."""
        raise NotImplementedError

    def refuse_if_used(self) -> None:
        """Say so before an hour is spent on filling; ``swap`` looks once more."""
        raise NotImplementedError

    def swap(self, folder: Path) -> str:
        """Put it in the place of the old one; says where that is now, '' when there was none."""
        raise NotImplementedError


def place_beside(stamp: str) -> Place:
    """The place for this kind of database; ``stamp`` tells it from others, '20210521-080000'."""
    return SqlitePlace(stamp) if _is_sqlite() else SchemaPlace(stamp)


class SqlitePlace(Place):
    """A file beside the one in use."""

    @contextmanager
    def beside(self, folder: Path) -> Iterator[None]:
        """A new file in ``folder``."""
        database = {**connection.settings_dict, "NAME": str(folder / "new.sqlite3")}
        with in_place_of_default(database):
            yield
        _settle(folder / "new.sqlite3")

    @property
    def live(self) -> Path:
        """The file in use."""
        return Path(connection.settings_dict["NAME"])

    def refuse_if_used(self) -> None:
        """Whether the log can be merged shows whether anyone reads."""
        connection.close()
        if self.live.exists():
            _settle(self.live)

    def swap(self, folder: Path) -> str:
        """Rename the new file over the old one, which stays aside under another name."""
        self.refuse_if_used()
        live = self.live
        aside = live.with_name(f"{live.name}.before-{self.stamp}")
        live.parent.mkdir(parents=True, exist_ok=True)
        if self.had_tables:
            os.link(live, aside)
        new = folder / "new.sqlite3"
        if new.stat().st_dev != live.parent.stat().st_dev:  # renaming works on one disk only
            near = live.with_name(f"{live.name}.new-{self.stamp}")
            shutil.copyfile(new, near)
            os.sync()
            new = near
        new.replace(live)
        return str(aside) if self.had_tables else ""


def _settle(file: Path) -> None:
    """Merge the write-ahead log into the file; refused while anyone has it open."""
    database = sqlite3.connect(file, timeout=2)
    try:
        database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise RuleViolation(
            "still_running", _("%(file)s is in use. Stop whatever reads it.") % {"file": file}
        ) from None
    finally:
        database.close()


class SchemaPlace(Place):
    """A schema of PostgreSQL beside the one in use."""

    def __init__(self, stamp: str) -> None:
        super().__init__(stamp)
        now = connection.settings_dict
        connection.close()
        connections["default"].close_pool()  # type: ignore[attr-defined] # of psycopg
        options = {k: v for k, v in now["OPTIONS"].items() if k != "pool"}
        name = f"hearth_restore_{stamp.replace('-', '_')}"
        self.schema = name
        self.database = {**now, "OPTIONS": {**options, "options": f"-c search_path={name}"}}
        self.plain = {**now, "OPTIONS": options}

    @contextmanager
    def beside(self, folder: Path) -> Iterator[None]:
        """A new schema, dropped again when the block fails."""
        self._execute(f"CREATE SCHEMA {self.schema}")
        try:
            with in_place_of_default(self.database):
                yield
        except BaseException:
            self._execute(f"DROP SCHEMA {self.schema} CASCADE")
            raise

    def refuse_if_used(self) -> None:
        """Count the connections to this database but our own."""
        with in_place_of_default(self.plain):
            self._refuse_others()

    @staticmethod
    def _refuse_others() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            if others := cursor.fetchone()[0]:
                raise RuleViolation(
                    "still_running",
                    _("%(n)s others are connected to the database. Stop them first.")
                    % {"n": others},
                )

    def swap(self, folder: Path) -> str:
        """Rename both schemas in one transaction; an empty old one is dropped."""
        try:
            return self._rename()
        except BaseException:
            self._execute(f"DROP SCHEMA {self.schema} CASCADE")
            raise

    def _rename(self) -> str:
        with (
            in_place_of_default(self.plain),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT current_schema()")
            live = connection.ops.quote_name(cursor.fetchone()[0])
            aside = f"hearth_before_{self.stamp.replace('-', '_')}"
            self._refuse_others()
            cursor.execute(f"ALTER SCHEMA {live} RENAME TO {aside}")
            cursor.execute(f"ALTER SCHEMA {self.schema} RENAME TO {live}")
            if not self.had_tables:
                cursor.execute(f"DROP SCHEMA {aside}")
        return aside if self.had_tables else ""

    def _execute(self, sql: str) -> None:
        with in_place_of_default(self.plain), connection.cursor() as cursor:
            cursor.execute(sql)


def _bring_files(folder: Path) -> None:
    """Move the unpacked files in; one that is there already is the same, by its name."""
    for source in sorted((folder / "files").glob("??/*")):
        target = files.path_of(source.name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)


def _replace_anchors(content: bytes, stamp: str) -> None:
    log = settings.HEARTH_HOME / ANCHORS
    if log.exists():
        log.replace(log.with_name(f"{ANCHORS}.before-{stamp}"))
    if content:
        log.write_bytes(content)

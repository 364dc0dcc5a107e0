"""Backups of a running Hearth: all records as of one moment, and every file, in one archive.

SQLite is copied by its online backup interface, PostgreSQL is read in one repeatable-read
transaction; nobody has to stop working. Rows are kept as lines of JSON (``dump``), so a backup of
one database restores into the other. Files are stored once under their hash before a row cites
them and are never changed: copied after the records, they are complete.

The archive is a tar: ``tables/NAME.jsonl.gz``, ``files/AB/HASH``, ``anchors.log`` and, last,
``manifest.json``. An archive whose writing broke off has no manifest and is refused.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import IsolationLevel

from hearth.kernel.errors import RuleViolation
from hearth.platform import audit, files
from hearth.platform.dump import TableDump, tables, write_table
from hearth.platform.health import database_bytes, size
from hearth.platform.version import version

FORMAT = 1
MANIFEST = "manifest.json"
ANCHORS = "anchors.log"
SPARE_BYTES = 100 * 1024**2
UNREADABLE = (tarfile.TarError, KeyError, EOFError, gzip.BadGzipFile, zlib.error)

Report = Callable[[int, int, str], None]


class UnknownFormat(Exception):
    """An archive of another form; the text names the version that wrote it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    Attributes:
        format: of the archive itself; another number is refused.
        hearth: version that wrote it.
        made_at: instant of the snapshot, ISO 8601 in UTC.
        database: ``sqlite`` or ``postgresql``.
        migrations: names applied, by application; says how the tables look.
        tables: rows, hash and last number of each table.
        files: hash and size in bytes of every file.
        damaged: hashes of files that were not what their name says, and were left out.
        trail: number and hash of the newest event of the trail.
    """

    format: int
    hearth: str
    made_at: str
    database: str
    migrations: dict[str, list[str]]
    tables: dict[str, TableDump]
    trail: tuple[int, str]
    files: dict[str, int] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    @property
    def file_bytes(self) -> int:
        """Bytes of all files."""
        return sum(self.files.values())

    def to_json(self) -> bytes:
        """The text in the archive."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read it back.

        Raises:
            UnknownFormat: an archive of another form.
            ValueError, KeyError, TypeError: no manifest at all.
        """
        raw: dict[str, Any] = json.loads(text)
        if raw["format"] != FORMAT:
            raise UnknownFormat(str(raw.get("hearth", "")))
        raw["tables"] = {name: TableDump(**table) for name, table in raw["tables"].items()}
        raw["trail"] = (int(raw["trail"][0]), str(raw["trail"][1]))
        return cls(**raw)


def write_backup(target: Path, report: Report | None = None) -> Manifest:
    """Write a backup to ``target``, which must not exist yet, and read it back once.

    The file appears under its name only when it is whole and on the disk; only its owner may
    read it, because it holds everything.

    Raises:
        RuleViolation: ``file_exists``, or ``no_room`` on the disk of ``target``.
    """
    report = report or _silent
    if target.exists():
        raise RuleViolation("file_exists", _("%(file)s is there already.") % {"file": target})
    target.parent.mkdir(parents=True, exist_ok=True)
    _refuse_full_disk(target.parent)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        part = Path(folder) / "part.tar"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            manifest = _write(file, Path(folder), report)
            file.flush()
            os.fsync(file.fileno())
        check_archive(part, report)
        part.replace(target)
    audit.write_anchor(timezone.now())
    return manifest


def _silent(done: int, total: int, stage: str) -> None:
    """Tell nobody."""


def _refuse_full_disk(folder: Path) -> None:
    needed = 2 * database_bytes() + SPARE_BYTES
    needed += sum(files.path_of(name).stat().st_size for name in files.all_hashes())
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise RuleViolation(
            "no_room",
            _("%(folder)s has %(free)s free; the backup may need %(needed)s.")
            % {"folder": folder, "free": size(free), "needed": size(needed)},
        )


def _write(file: Any, folder: Path, report: Report) -> Manifest:
    """Write the archive; the database is frozen only while its rows are read."""
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        with _frozen(folder):
            made_at = timezone.now()
            trail = audit.head()
            migrations = applied_migrations()
            dumped = _write_tables(tar, folder, report)
        kept, damaged = _write_files(tar, report)
        _add(tar, ANCHORS, _anchors_up_to(trail))
        manifest = Manifest(
            FORMAT,
            version(),
            made_at.isoformat(),
            connection.vendor,
            migrations,
            dumped,
            trail,
            kept,
            damaged,
        )
        _add(tar, MANIFEST, manifest.to_json())
    return manifest


@contextmanager
def _frozen(folder: Path) -> Iterator[None]:
    """The database stands still, for this thread, as it is at this moment."""
    now = connection.settings_dict
    frozen = {**now, "OPTIONS": {**now["OPTIONS"]}}
    if connection.vendor == "sqlite":
        frozen["NAME"] = str(folder / "snapshot.sqlite3")
        _copy_sqlite(now["NAME"], frozen["NAME"])
    else:
        frozen["OPTIONS"].pop("pool", None)
        frozen["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
    with in_place_of_default(frozen), transaction.atomic():
        yield


def _copy_sqlite(source: str, target: str) -> None:
    live, copy = sqlite3.connect(source, timeout=20), sqlite3.connect(target)
    try:
        live.backup(copy)
    finally:
        live.close()
        copy.close()


@contextmanager
def in_place_of_default(database: dict[str, Any]) -> Iterator[None]:
    """Whatever asks for the database in this thread gets another one for the time of the block.

    A second alias would not do: the migrations of django-tasks-db read the default database,
    whichever one they are told to migrate.
    """
    before = connections["default"]
    backend = load_backend(database["ENGINE"])
    connections["default"] = backend.DatabaseWrapper(database, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before


def applied_migrations() -> dict[str, list[str]]:
    """Names of the migrations that the database has been through, by application."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def _write_tables(tar: tarfile.TarFile, folder: Path, report: Report) -> dict[str, TableDump]:
    models = tables(apps)
    dumped = {}
    for number, (name, model) in enumerate(models.items(), start=1):
        packed = folder / "table.jsonl.gz"
        with gzip.GzipFile(packed, "wb", compresslevel=3, mtime=0) as out:
            dumped[name] = write_table(model, out)  # type: ignore[arg-type] # is a file
        tar.add(packed, f"tables/{name}.jsonl.gz", filter=_nobodys)
        report(number, len(models), _("tables"))
    return dumped


def _write_files(tar: tarfile.TarFile, report: Report) -> tuple[dict[str, int], list[str]]:
    """Add every stored file that is what its name says; returns sizes, and the damaged ones."""
    names = list(files.all_hashes())
    kept: dict[str, int] = {}
    damaged = []
    for number, name in enumerate(names, start=1):
        content = files.read(name)
        if hashlib.sha256(content).hexdigest() == name:
            _add(tar, f"files/{name[:2]}/{name}", content)
            kept[name] = len(content)
        else:
            damaged.append(name)
        report(number, len(names), _("files"))
    return kept, damaged


def _anchors_up_to(trail: tuple[int, str]) -> bytes:
    """The lines of ``anchors.log`` that the snapshot's own trail reaches."""
    log = settings.HEARTH_HOME / ANCHORS
    lines = log.read_text(encoding="ascii", errors="replace").splitlines() if log.exists() else []
    known = [line for line in lines if all(seq <= trail[0] for seq in audit.anchors_in(line))]
    return "".join(f"{line}\n" for line in known).encode("ascii", errors="replace")


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names of this machine's accounts."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


# --- reading ------------------------------------------------------------------------------------


def read_manifest(archive: Path) -> Manifest:
    """The manifest of an archive.

    Raises:
        FileNotFoundError: there is no such file.
        RuleViolation: ``not_a_backup`` or ``unknown_format``.
    """
    try:
        with tarfile.open(archive, "r:") as tar:
            manifest = Manifest.from_json(member_bytes(tar, MANIFEST))
    except UnknownFormat as other:
        raise RuleViolation(
            "unknown_format",
            _("%(file)s was written by another Hearth (%(version)s). Restore it with that one.")
            % {"file": archive, "version": other},
        ) from None
    except (tarfile.TarError, KeyError, ValueError, TypeError, EOFError):
        raise not_a_backup(archive) from None
    return manifest


def not_a_backup(archive: Path) -> RuleViolation:
    """What is said of a file that is no backup, or only the beginning of one."""
    return RuleViolation(
        "not_a_backup",
        _("%(file)s is not a whole backup of Hearth. Take another one.") % {"file": archive},
    )


def damaged_backup(archive: Path, part: str) -> RuleViolation:
    """What is said of an archive whose content is not what its manifest says."""
    return RuleViolation(
        "damaged_backup",
        _("%(file)s is damaged: %(part)s is not what was written. Take another one.")
        % {"file": archive, "part": part},
    )


def member_bytes(tar: tarfile.TarFile, name: str) -> bytes:
    """The content of one member.

    Raises:
        KeyError: there is none of that name.
    """
    file = tar.extractfile(name)
    if file is None:
        raise KeyError(name)
    with file:
        return file.read()


@contextmanager
def table_lines(tar: tarfile.TarFile, name: str) -> Iterator[Iterator[bytes]]:
    """The lines of one table."""
    file = tar.extractfile(f"tables/{name}.jsonl.gz")
    if file is None:
        raise KeyError(name)
    with file, gzip.GzipFile(fileobj=file) as unpacked:
        yield iter(unpacked)


def check_archive(archive: Path, report: Report | None = None) -> Manifest:
    """Read a whole archive and compare every table and file with the manifest.

    Raises:
        RuleViolation: ``not_a_backup``, ``unknown_format`` or ``damaged_backup``.
    """
    report = report or _silent
    manifest = read_manifest(archive)
    total = len(manifest.tables) + len(manifest.files)
    part = MANIFEST
    try:
        with tarfile.open(archive, "r:") as tar:
            for number, part in enumerate(_parts(manifest), start=1):
                if not _holds(tar, part, manifest):
                    raise damaged_backup(archive, part)
                report(number, total, _("reading back"))
    except UNREADABLE:
        raise damaged_backup(archive, part) from None
    return manifest


def _parts(manifest: Manifest) -> Iterator[str]:
    yield from (f"tables/{name}" for name in manifest.tables)
    yield from (f"files/{name}" for name in manifest.files)


def _holds(tar: tarfile.TarFile, part: str, manifest: Manifest) -> bool:
    folder, name = part.split("/")
    if folder == "files":
        content = member_bytes(tar, f"files/{name[:2]}/{name}")
        return hashlib.sha256(content).hexdigest() == name
    digest, count = hashlib.sha256(), -1
    with table_lines(tar, name) as lines:
        for line in lines:
            digest.update(line)
            count += 1
    wanted = manifest.tables[name]
    return (digest.hexdigest(), count) == (wanted.sha256, wanted.rows)

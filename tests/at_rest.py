"""What the disk holds: the raw bytes of the database, its log and every stored file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

CHUNK = 1 << 20
OVERLAP = 200


def search(texts: Iterable[str]) -> set[str]:
    """Those of ``texts`` that stand anywhere on the disk, in UTF-8.

    On SQLite that is the database with its write-ahead log as it stands; on PostgreSQL the data
    directory of the test server, tables and write-ahead log, after a checkpoint.
    """
    wanted = {text: text.encode() for text in texts}
    found = set()
    for path in _paths():
        for piece in _pieces(path):
            found |= {text for text, raw in wanted.items() if raw in piece}
    return found


def _paths() -> Iterator[Path]:
    yield from (p for p in Path(settings.HEARTH_FILES).rglob("*") if p.is_file())
    if connection.vendor == "sqlite":
        database = Path(str(connection.settings_dict["NAME"]))
        assert database.exists()
        yield from (p for p in database.parent.glob(f"{database.name}*") if p.is_file())
        return
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        root = Path(cursor.fetchone()[0])
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = cursor.fetchone()[0]
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        log = cursor.fetchone()[0]
    yield from (p for p in (root / "base" / str(oid)).iterdir() if p.is_file())
    yield root / "pg_wal" / log


def _pieces(path: Path) -> Iterator[bytes]:
    """The file in overlapping pieces; one that goes while we read has nothing to say."""
    kept = b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield kept + chunk
                kept = chunk[-OVERLAP:]
    except FileNotFoundError:
        return

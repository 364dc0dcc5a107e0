"""Whether the machine below is well: one line a check, with what to do where it is not.

The page "System" and ``hearth doctor`` show the same checks; those marked deep read the whole
database or every file and run from the command line only.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.platform import audit, jobs, rekeying, secrets
from hearth.platform.models import AuditEvent, Job
from hearth.platform.reaching import away

OK, NOTE, WRONG = "ok", "note", "wrong"
GB = 1024**3
LEAST_FREE = 1 * GB
LITTLE_FREE = 5 * GB
LARGE_WAL = 256 * 1024**2
WAITING_TOO_LONG = timedelta(minutes=5)
BACKUP_EVERY = timedelta(days=2)
CLOCK_SLACK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        key: stable machine word.
        state: ``ok``; ``note``: look at it some time; ``wrong``: something is broken.
        name: what was looked at.
        finding: what was found.
        advice: what to do; empty when all is well.
    """

    key: str
    state: str
    name: str
    finding: str
    advice: str = ""


def checks(*, deep: bool = False) -> Iterator[Check]:
    """All checks of the platform, in an order to read; nothing else is asked of a dead database."""
    yield check_settings()
    database = check_database(deep=deep)
    yield database
    if database.state == WRONG:
        return
    rest: list[Callable[[], Check]] = [
        check_migrations,
        check_wal,
        check_disk,
        check_assets,
        check_fonts,
        check_trail,
        check_data_key,
        check_jobs,
        check_clock,
        check_backup,
    ]
    for check in rest:
        yield check()


def check_settings() -> Check:
    """Error pages with source, and a signing key that others can read, are wrong."""
    name = _("Settings")
    key_file = settings.HEARTH_HOME / "secret.key"
    if settings.DEBUG:
        return Check(
            "settings",
            WRONG,
            name,
            _("HEARTH_DEBUG is on: error pages show the source."),
            _("Remove HEARTH_DEBUG and start again, unless you are developing."),
        )
    if key_file.exists() and stat.S_IMODE(key_file.stat().st_mode) & 0o077:
        return Check(
            "settings",
            WRONG,
            name,
            _("Other users of this machine can read %(file)s.") % {"file": key_file},
            _("Run: chmod 600 %(file)s") % {"file": key_file},
        )
    return Check("settings", OK, name, _("read from the environment, all of them valid"))


def check_database(*, deep: bool = False) -> Check:
    """The database answers; on SQLite a deep check also reads every page of it."""
    name = _("Database")
    found = away()
    if found is not None:
        return Check("database", WRONG, name, found.finding, found.advice)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sqlite_version()"
                if is_sqlite()
                else "SELECT current_setting('server_version')"
            )
            version = cursor.fetchone()[0]
            damage = _damage(cursor) if deep and is_sqlite() else ""
    except DatabaseError as error:
        return Check(
            "database",
            WRONG,
            name,
            str(error).strip(),
            _("Start the database, or set DATABASE_URL right, and try again."),
        )
    if damage:
        return Check(
            "database",
            WRONG,
            name,
            damage,
            _("Stop Hearth and restore the last backup: hearth restore FILE --force"),
        )
    engine = "SQLite" if is_sqlite() else "PostgreSQL"
    return Check("database", OK, name, f"{engine} {version}, {size(database_bytes())}")


def _damage(cursor: object) -> str:
    cursor.execute("PRAGMA quick_check(1)")  # type: ignore[attr-defined] # Django's cursor
    found = cursor.fetchone()[0]  # type: ignore[attr-defined]
    return "" if found == "ok" else str(found)


def check_migrations() -> Check:
    """The tables are those that this version of the programme expects."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    name = _("Tables")
    if not pending:
        return Check("migrations", OK, name, _("as this version expects them"))
    listed = ", ".join(f"{m.app_label}.{m.name}" for m, _backwards in pending[:5])
    return Check(
        "migrations",
        WRONG,
        name,
        _("%(n)s changes are missing: %(listed)s") % {"n": len(pending), "listed": listed},
        _("Make a backup, then run: hearth migrate"),
    )


def check_wal() -> Check:
    """SQLite writes ahead (WAL) and syncs fully; a log that only grows has a stuck reader."""
    name = _("Write-ahead log")
    if not is_sqlite():
        return Check("wal", OK, name, _("kept by PostgreSQL"))
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    if (mode, synchronous) != ("wal", 2):
        return Check(
            "wal",
            WRONG,
            name,
            _("journal_mode=%(mode)s, synchronous=%(synchronous)s; must be wal and 2.")
            % {"mode": mode, "synchronous": synchronous},
            _("Put the database on a local disk: a network drive cannot lock it safely."),
        )
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    length = log.stat().st_size if log.exists() else 0
    if length > LARGE_WAL:
        return Check(
            "wal",
            NOTE,
            name,
            _("%(size)s waiting to be merged") % {"size": size(length)},
            _("Something reads without an end. Restart Hearth when nobody works."),
        )
    return Check("wal", OK, name, _("on, %(size)s waiting to be merged") % {"size": size(length)})


def check_disk() -> Check:
    """Room for what is still to come, where the files lie."""
    free = shutil.disk_usage(_existing(settings.HEARTH_HOME)).free
    state = WRONG if free < LEAST_FREE else NOTE if free < LITTLE_FREE else OK
    return Check(
        "disk",
        state,
        _("Disk"),
        _("%(size)s free") % {"size": size(free)},
        "" if state == OK else _("Free some room on %(path)s.") % {"path": settings.HEARTH_HOME},
    )


def check_assets() -> Check:
    """Scripts and styles of the pages have been built."""
    name = _("Scripts and styles")
    if (Path(settings.PACKAGE_DIR) / "static" / "dist" / "app.js").exists():
        return Check("assets", OK, name, _("built"))
    return Check("assets", WRONG, name, _("not built"), _("Run: make assets"))


def check_fonts() -> Check:
    """A font with Chinese characters for the documents."""
    name = _("Fonts for documents")
    if settings.HEARTH_FONTS and any(settings.HEARTH_FONTS.glob("*.[ot]t[fc]")):
        return Check("fonts", OK, name, str(settings.HEARTH_FONTS))
    if find_spec("pylopdf_fonts_zh_cn"):
        return Check("fonts", OK, name, "Noto Sans SC, Noto Serif SC")
    return Check(
        "fonts",
        WRONG,
        name,
        _("none with Chinese characters"),
        _("Set HEARTH_FONTS to a folder with fonts, or install pylopdf-fonts-zh-cn."),
    )


def check_trail() -> Check:
    """The newest event is the head; the whole chain is walked by ``hearth audit verify``."""
    name = _("Audit trail")
    seq, digest = audit.head()
    newest = AuditEvent.objects.order_by("-seq").first()
    if ((newest.seq, newest.hash) if newest else (0, "")) != (seq, digest):
        return Check(
            "trail",
            WRONG,
            name,
            _("The newest event is not the head of the chain."),
            _("Run “hearth audit verify”, keep the machine as it is and tell the auditor."),
        )
    return Check("trail", OK, name, _("%(n)s events, the head fits") % {"n": seq})


def check_data_key() -> Check:
    """The key for personal data is there, is its owner's alone, and opens what is stored."""
    name = _("Key for personal data")
    file = secrets.key_file()
    if not secrets.are_given() and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Check(
            "data_key",
            WRONG,
            name,
            _("Other users of this machine can read %(file)s.") % {"file": file},
            _("Run: chmod 600 %(file)s") % {"file": file},
        )
    try:
        opens = rekeying.proof_opens()
    except RuleViolation:
        return _without_key(name, file)
    if opens is False:
        return Check(
            "data_key",
            WRONG,
            name,
            _("The keys at hand do not open what is stored here."),
            _("Put the key that it was stored with on a line of its own, below the others."),
        )
    held = len(secrets.held_keys())
    found = _("opens what is stored") if opens else _("there; nothing was stored yet")
    return Check("data_key", OK, name, f"{secrets.held_keys()[0].name} (1/{held}), {found}")


def _without_key(name: str, file: Path) -> Check:
    if not secrets.are_given() and not file.exists() and not rekeying.is_proved():
        return Check("data_key", OK, name, _("none yet; the first start makes it"))
    return Check(
        "data_key",
        WRONG,
        name,
        _("%(file)s is gone or holds no key: personal data cannot be read.") % {"file": file},
        _("Copy it back from where you keep it apart from the backups."),
    )


def check_jobs() -> Check:
    """Background work goes on: nothing is silent, nothing waits for a worker."""
    name = _("Background jobs")
    now = timezone.now()
    silent = Job.objects.filter(status=Job.Status.RUNNING, beat_at__lt=now - jobs.SILENCE)
    waiting = Job.objects.filter(status=Job.Status.QUEUED)
    late = waiting.filter(created_at__lt=now - WAITING_TOO_LONG)
    found = _("%(waiting)s waiting, %(running)s running") % {
        "waiting": waiting.count(),
        "running": Job.objects.filter(status=Job.Status.RUNNING).count(),
    }
    if late.exists() or silent.exists():
        return Check(
            "jobs",
            WRONG,
            name,
            _("%(found)s; %(late)s wait for more than 5 minutes, %(silent)s are silent")
            % {"found": found, "late": late.count(), "silent": silent.count()},
            _("Start a worker: “hearth serve” without --no-worker, or “hearth worker”."),
        )
    return Check("jobs", OK, name, found)


def check_clock() -> Check:
    """The clock has not gone back behind the newest event; on PostgreSQL both clocks agree."""
    name = _("Clock")
    now = timezone.now()
    newest = AuditEvent.objects.order_by("-seq").values_list("at", flat=True).first()
    if newest and newest > now + CLOCK_SLACK:
        return Check(
            "clock",
            WRONG,
            name,
            _("It stands before the newest event of the trail (%(at)s).")
            % {"at": timezone.localtime(newest).isoformat(timespec="seconds")},
            _("Set the clock of this machine by a time server."),
        )
    apart = abs(_database_time(now) - now)
    if apart > CLOCK_SLACK:
        return Check(
            "clock",
            WRONG,
            name,
            _("%(seconds)s seconds apart from the database server")
            % {"seconds": int(apart.total_seconds())},
            _("Set the clocks of both machines by a time server."),
        )
    shown = timezone.localtime(now).isoformat(timespec="seconds")
    return Check("clock", OK, name, f"{shown} ({settings.TIME_ZONE})")


def _database_time(now: datetime) -> datetime:
    if is_sqlite():
        return now
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
    return told


def check_backup() -> Check:
    """When the last backup was made, by what the trail says."""
    name = _("Last backup")
    last = last_backup()
    if last is None:
        return Check("backup", NOTE, name, _("none yet"), _("Run every night: hearth backup"))
    age = timezone.now() - last.at
    shown = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    if age > BACKUP_EVERY:
        return Check("backup", NOTE, name, shown, _("Run every night: hearth backup"))
    return Check("backup", OK, name, shown)


def last_backup() -> AuditEvent | None:
    """The event of the last backup; None when there was none."""
    return AuditEvent.objects.filter(action="system.backed_up").order_by("-seq").first()


def is_sqlite() -> bool:
    """Whether the records lie in SQLite, else PostgreSQL."""
    return connection.vendor == "sqlite"


def database_bytes() -> int:
    """Size of the database on its disk."""
    if is_sqlite():
        file = Path(connection.settings_dict["NAME"])
        return file.stat().st_size if file.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def size(count: float) -> str:
    """Bytes as people read them: '12 MB', '1.4 GB'."""
    for unit in ("B", "KB", "MB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GB"


def _existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    while not os.path.lexists(path):
        path = path.parent
    return path

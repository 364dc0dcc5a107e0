"""Backup and restore: everything comes back, or nothing changes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import tarfile
import threading
import uuid
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from hearth.kernel.errors import RuleViolation
from hearth.network.models import ApiToken, Grant, SignIn, Unit, User
from hearth.platform import audit, backup, dump, files, jobs, restore
from hearth.platform.backup import in_place_of_default
from hearth.platform.models import AuditEvent, Job
from hearth.platform.presence import running
from hearth.platform.restore import is_empty, restore_backup
from tests.factories import make_actor, make_person, make_tree, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def silent(done, total, stage=""):
    pass


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A HEARTH_HOME of the test's own."""
    settings.HEARTH_HOME = tmp_path / "home"
    settings.HEARTH_FILES = settings.HEARTH_HOME / "files"
    settings.HEARTH_HOME.mkdir()
    return settings.HEARTH_HOME


@pytest.fixture
def records():
    """A little of everything: rows of all kinds of columns, events, files, a deleted row."""
    tree = make_tree()
    person = make_person(tree.east, name="李红 “小李”\n二")
    actor = make_actor("staff", person=person)
    user = User.objects.get(pk=actor.user_id)
    User.objects.filter(pk=user.pk).update(last_login=datetime(2026, 3, 2, 1, 2, 3, 4, tzinfo=UTC))
    ApiToken.objects.create(
        user=user, name="t", digest="d", permissions=["a", "b"], expires_at=timezone.now()
    )
    Grant.objects.create(
        user=user, role="auditor", unit=tree.west, valid_from=date(2026, 1, 1),
        valid_to=date(2026, 2, 1),
    )  # fmt: skip
    Unit.objects.filter(pk=tree.east.pk).update(longitude=123.456789012345, latitude=41.8)
    Job.objects.create(uuid=uuid.uuid4(), kind="x", params={"深": [1, None, {"y": 2.5}]})
    SignIn.objects.create(user=user, session_key="k", address="10.1.2.3")
    SignIn.objects.create(user=user, session_key="gone").delete()
    with transaction.atomic():
        audit.record_many(actor, [audit.Entry("thing.done", data={"n": n}) for n in range(30)])
    for number in range(5):
        files.store(f"evidence {number}".encode() * 1000, "text/plain")
    return actor


def contents():
    """Every row of every kept table, as written in a dump, and the numbers given out."""
    found = {}
    for name, model in dump.tables(apps).items():
        out = io.BytesIO()
        found[name] = (dump.write_table(model, out), out.getvalue())
    return found


def structure():
    """Columns and constraints of every table, as the database tells them, in any order."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, name)
            constraints = connection.introspection.get_constraints(cursor, name)
            found[name] = [
                *sorted(map(str, columns)),
                *sorted(f"{re.sub('^fk_[0-9]+$', '', n)} {c}" for n, c in constraints.items()),
            ]
    return found


@contextmanager
def empty_database(tmp_path):
    """Another database of the same engine, without tables, in the place of the tests' own."""
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        elsewhere = {**here, "NAME": str(tmp_path / "elsewhere.sqlite3")}
        with in_place_of_default(elsewhere):
            yield
        return
    name = f"elsewhere_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        options = {key: value for key, value in here["OPTIONS"].items() if key != "pool"}
        with in_place_of_default({**here, "NAME": name, "OPTIONS": options}):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture
def elsewhere(records, settings, tmp_path):
    """A backup of the records, and then another, empty Hearth to restore it into."""
    archive = tmp_path / "one.tar"
    backup.write_backup(archive)
    before = contents()
    settings.HEARTH_HOME = tmp_path / "other-home"
    settings.HEARTH_FILES = settings.HEARTH_HOME / "files"
    settings.HEARTH_HOME.mkdir()
    with empty_database(tmp_path):
        yield archive, before


def rewrite(source, target, change):
    """Copy an archive; ``change(name, content)`` gives each member's new content, None drops it."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            content = change(member.name, old.extractfile(member).read())
            if content is not None:
                info = tarfile.TarInfo(member.name)
                info.size = len(content)
                new.addfile(info, io.BytesIO(content))
    return target


# --- writing --------------------------------------------------------------------------------------


def test_the_archive_says_what_it_holds_and_only_its_owner_reads_it(records, tmp_path):
    archive = tmp_path / "one.tar"

    manifest = backup.write_backup(archive)

    assert archive.stat().st_mode & 0o777 == 0o600
    assert manifest == backup.read_manifest(archive) == backup.check_archive(archive)
    assert manifest.database == connection.vendor
    assert manifest.trail == audit.head()
    assert manifest.tables["network_unit"].rows == Unit.objects.count()
    assert sorted(manifest.files) == list(files.all_hashes())
    assert manifest.rows == sum(table.rows for table in manifest.tables.values())
    assert "django_session" not in manifest.tables
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".backup")] == []


def test_a_backup_anchors_the_trail(records, home, tmp_path):
    backup.write_backup(tmp_path / "one.tar")

    assert audit.anchored() == dict([audit.head()])


def test_an_existing_file_is_not_overwritten(records, tmp_path):
    (tmp_path / "one.tar").write_text("precious")

    with pytest.raises(RuleViolation) as refusal:
        backup.write_backup(tmp_path / "one.tar")

    assert refusal.value.code == "file_exists"
    assert (tmp_path / "one.tar").read_text() == "precious"


def test_a_full_disk_is_noticed_before(records, tmp_path, monkeypatch):
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)

    with pytest.raises(RuleViolation) as refusal:
        backup.write_backup(tmp_path / "one.tar")

    assert refusal.value.code == "no_room"


def test_a_rotten_file_is_left_out_and_named(records, tmp_path):
    rotten = next(files.all_hashes())
    files.path_of(rotten).write_bytes(b"rot")

    manifest = backup.write_backup(tmp_path / "one.tar")

    assert manifest.damaged == [rotten]
    assert rotten not in manifest.files
    assert len(manifest.files) == 4


def test_progress_is_told_to_the_end(records, tmp_path):
    told = []

    backup.write_backup(tmp_path / "one.tar", lambda done, total, stage: told.append((done, total)))

    assert sum(done == total for done, total in told) == 3  # tables, files, reading back


def test_a_writer_who_goes_on_meanwhile_leaves_a_consistent_backup(records, settings, tmp_path):
    """Each write is an event and a notice; the copy holds as many of the one as of the other."""
    stop = threading.Event()
    first = threading.Event()
    start = AuditEvent.objects.filter(action="writer.wrote").count()
    unit = Unit.objects.first()

    def write():
        number = 0
        while not stop.is_set():
            with transaction.atomic():
                number += 1
                Unit.objects.filter(pk=unit.pk).update(version=1000 + number)
                audit.record(records, "writer.wrote", unit, n=number)
            first.set()
        connection.close()

    def slowly(done, total, stage=""):
        stop.wait(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    first.wait(10)
    try:
        manifest = backup.write_backup(tmp_path / "one.tar", slowly)
        live = audit.head()[0]
    finally:
        stop.set()
        writer.join()

    settings.HEARTH_HOME = tmp_path / "other-home"
    settings.HEARTH_FILES = settings.HEARTH_HOME / "files"
    with empty_database(tmp_path):
        restore_backup(tmp_path / "one.tar", report=silent)
        events = AuditEvent.objects.filter(action="writer.wrote").count() - start
        version = Unit.objects.get(pk=unit.pk).version
        assert list(audit.verify()) == []
        assert audit.head() == manifest.trail
    assert version == 1000 + events
    assert 0 < manifest.trail[0] < live  # the writer was not held up


# --- restoring ------------------------------------------------------------------------------------


@pytest.fixture
def as_migrated(records):
    """The structure of a database that went through all migrations."""
    return structure()


def test_everything_comes_back_as_it_was_and_goes_on(as_migrated, elsewhere, monkeypatch):
    archive, before = elsewhere
    codes = []

    def try_to_start(done, total, stage=""):
        try:
            with running():
                codes.append("started")
        except RuleViolation as refusal:
            codes.append(refusal.code)

    restored = restore_backup(archive, report=try_to_start)

    assert contents() == before
    assert structure() == as_migrated
    assert restored.aside == ""
    assert list(files.all_hashes()) == sorted(restored.manifest.files)
    for name in restored.manifest.files:
        assert hashlib.sha256(files.read(name)).hexdigest() == name
    assert list(audit.verify()) == []
    assert audit.head() == restored.manifest.trail
    assert codes[-1] == "being_restored"  # nobody starts while the records are replaced

    highest = SignIn.objects.get().pk
    made = SignIn.objects.create(user=User.objects.first(), session_key="new")
    assert made.pk == highest + 2  # the one between was deleted before the backup

    monkeypatch.setattr(jobs, "_kinds", {"x": lambda job, report: {"done": True}})
    waiting = Job.objects.get(kind="x")
    jobs.run_job.call(waiting.pk)
    assert Job.objects.get(pk=waiting.pk).result == {"done": True}

    actor = make_actor("staff", unit=Unit.objects.get(code="E1"))
    with transaction.atomic():
        audit.record(actor, "thing.done")
    assert list(audit.verify()) == []


def test_records_are_replaced_with_force_only_and_stay_aside(elsewhere):
    archive, before = elsewhere
    restore_backup(archive, report=silent)
    make_user(username="since")
    audit.write_anchor(timezone.now())

    with pytest.raises(RuleViolation) as refusal:
        restore_backup(archive, report=silent)
    assert refusal.value.code == "not_empty"
    assert User.objects.filter(username="since").exists()

    restored = restore_backup(archive, force=True, report=silent)

    assert contents() == before
    assert since_aside(restored.aside) == 1
    assert list(django_settings.HEARTH_HOME.glob("anchors.log.before-*"))
    assert list(audit.verify()) == []


def since_aside(aside):
    """How many users called "since" lie where the old records were put."""
    if connection.vendor == "sqlite":
        with in_place_of_default({**connection.settings_dict, "NAME": aside}):
            return User.objects.filter(username="since").count()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {aside}.network_user WHERE username = 'since'")
        return cursor.fetchone()[0]


@contextmanager
def someone_connected(table):
    other = connection.get_new_connection(connection.get_connection_params())
    other.cursor().execute(f"SELECT count(*) FROM {table}").fetchone()
    yield
    other.close()


def test_a_database_in_use_by_others_is_not_replaced(elsewhere, monkeypatch, tmp_path):
    archive, before = elsewhere
    restore_backup(archive, report=silent)
    filled = []
    monkeypatch.setattr(restore, "_fill", lambda *_arguments: filled.append(1))

    with someone_connected("network_user"), pytest.raises(RuleViolation) as refusal:
        restore_backup(archive, force=True, report=silent)

    assert refusal.value.code == "still_running"
    assert contents() == before
    assert filled == []  # nobody waits for that to hear it


def test_nor_is_one_to_which_others_come_while_the_new_one_is_filled(elsewhere, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE live (number integer)")
    place = restore.place_beside("20210521-080000")
    place.refuse_if_used()
    with place.beside(tmp_path), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filled (number integer)")

    with someone_connected("live"), pytest.raises(RuleViolation) as refusal:
        place.swap(tmp_path)

    assert refusal.value.code == "still_running"
    assert connection.introspection.table_names() == ["live"]


def test_a_file_alone_makes_the_place_not_empty(elsewhere):
    archive, _before = elsewhere
    assert is_empty()
    files.store(b"someone's", "text/plain")

    with pytest.raises(RuleViolation) as refusal:
        restore_backup(archive, report=silent)

    assert refusal.value.code == "not_empty"


def test_nothing_is_restored_under_a_running_hearth(elsewhere):
    archive, _before = elsewhere

    with running(), pytest.raises(RuleViolation) as refusal:
        restore_backup(archive, report=silent)

    assert refusal.value.code == "still_running"
    assert is_empty()


# --- archives that are not what they should be ----------------------------------------------------


def flipped(content):
    return bytes([content[0] ^ 1]) + content[1:]


def with_row(content, change):
    lines = gzip.decompress(content).splitlines(keepends=True)
    return gzip.compress(b"".join(change(lines)))


def lost_row(name, content):
    if name == "tables/network_unit.jsonl.gz":
        return with_row(content, lambda lines: lines[:-1])
    return content


def other_row(name, content):
    if name == "tables/network_user.jsonl.gz":
        return with_row(content, lambda lines: [line.replace(b"User", b"Usor") for line in lines])
    return content


def lost_table(name, content):
    return None if name == "tables/network_grant.jsonl.gz" else content


def lost_file(name, content, lost=[]):  # noqa: B006 - remembers the first one
    if name.startswith("files/") and (not lost or lost == [name]):
        lost[:] = [name]
        return None
    return content


def other_file(name, content):
    return flipped(content) if name.startswith("files/") else content


@pytest.mark.parametrize("change", [lost_row, other_row, lost_table, lost_file, other_file])
def test_a_damaged_archive_changes_nothing(elsewhere, tmp_path, change):
    archive, _before = elsewhere
    damaged = rewrite(archive, tmp_path / "damaged.tar", change)

    with pytest.raises(RuleViolation) as checked:
        backup.check_archive(damaged)
    with pytest.raises(RuleViolation) as refused:
        restore_backup(damaged, report=silent)

    assert checked.value.code == refused.value.code == "damaged_backup"
    assert is_empty()
    assert {path.name for path in django_settings.HEARTH_HOME.iterdir()} <= {"running.lock"}


@pytest.mark.parametrize("share", [0.2, 0.9])
def test_an_archive_that_broke_off_is_refused(elsewhere, tmp_path, share):
    archive, _before = elsewhere
    content = archive.read_bytes()
    broken = tmp_path / "broken.tar"
    broken.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(RuleViolation) as refusal:
        restore_backup(broken, report=silent)

    assert refusal.value.code == "not_a_backup"
    assert is_empty()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 something else", b"x" * 20_000])
def test_another_file_is_no_backup(tmp_path, content):
    (tmp_path / "other.tar").write_bytes(content)

    with pytest.raises(RuleViolation) as refusal:
        backup.read_manifest(tmp_path / "other.tar")

    assert refusal.value.code == "not_a_backup"


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        restore_backup(tmp_path / "nothing.tar", report=silent)


def with_manifest(archive, target, change):
    def edit(name, content):
        if name != backup.MANIFEST:
            return content
        manifest = json.loads(content)
        change(manifest)
        return json.dumps(manifest).encode()

    return rewrite(archive, target, edit)


def test_an_archive_of_another_form_is_refused(elsewhere, tmp_path):
    archive, _before = elsewhere
    other = with_manifest(archive, tmp_path / "x.tar", lambda m: m.update(format=2, hearth="9.9"))

    with pytest.raises(RuleViolation) as refusal:
        restore_backup(other, report=silent)

    assert refusal.value.code == "unknown_format"
    assert "9.9" in str(refusal.value)


def test_an_archive_of_a_newer_hearth_is_refused(elsewhere, tmp_path):
    archive, _before = elsewhere
    newer = with_manifest(
        archive, tmp_path / "x.tar", lambda m: m["migrations"]["network"].append("0999_future")
    )

    with pytest.raises(RuleViolation) as refusal:
        restore_backup(newer, report=silent)

    assert refusal.value.code == "newer_backup"
    assert "network.0999_future" in str(refusal.value)
    assert is_empty()


def test_an_archive_whose_trail_was_altered_is_refused(records, settings, tmp_path):
    AuditEvent.objects.filter(seq=4).update(actor_name="Nobody")
    archive = tmp_path / "one.tar"
    backup.write_backup(archive)
    settings.HEARTH_HOME = tmp_path / "other-home"
    settings.HEARTH_FILES = settings.HEARTH_HOME / "files"

    with empty_database(tmp_path):
        with pytest.raises(RuleViolation) as refusal:
            restore_backup(archive, report=silent)
        assert refusal.value.code == "broken_trail"
        assert "event 4" in str(refusal.value) or "4" in str(refusal.value)
        assert is_empty()


def test_an_archive_of_an_older_hearth_is_migrated(elsewhere, tmp_path):
    """What an archive looked like before the last migration of an application that has several."""
    archive, before = elsewhere

    def forget_last(manifest):
        names = manifest["migrations"]["django_tasks_database"]
        assert names[-1] == "0021_conditional_partial_index_ordering"  # an index, no column
        names.pop()

    older = with_manifest(archive, tmp_path / "x.tar", forget_last)

    restore_backup(older, report=silent)

    assert contents() == before
    assert backup.applied_migrations() == backup.read_manifest(archive).migrations


@pytest.mark.postgres
def test_a_backup_of_postgresql_restores_into_sqlite_and_back(records, settings, tmp_path):
    archive, second = tmp_path / "one.tar", tmp_path / "two.tar"
    backup.write_backup(archive)
    before = contents()
    sqlite = {
        **connection.settings_dict,
        "ENGINE": "hearth.platform.sqlite",
        "NAME": str(tmp_path / "small.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA foreign_keys=ON",
        },
    }
    settings.HEARTH_HOME = tmp_path / "small-home"
    settings.HEARTH_FILES = settings.HEARTH_HOME / "files"
    with in_place_of_default(sqlite):
        restore_backup(archive, report=silent)
        assert contents() == before
        backup.write_backup(second)
    settings.HEARTH_HOME = tmp_path / "large-home"
    settings.HEARTH_FILES = settings.HEARTH_HOME / "files"
    with empty_database(tmp_path):
        restore_backup(second, report=silent)
        assert contents() == before


def test_an_anchor_newer_than_the_snapshot_is_not_in_the_archive(records, home, tmp_path):
    seq, digest = audit.head()
    ahead = f"2026-01-01T00:00:00+00:00 {seq + 5} {'0' * 64}\n"
    known = f"2026-01-01T00:00:00+00:00 {seq} {digest}\n"
    Path(home / "anchors.log").write_text(known + ahead)

    backup.write_backup(tmp_path / "one.tar")

    with tarfile.open(tmp_path / "one.tar") as tar:
        assert backup.member_bytes(tar, backup.ANCHORS).decode() == known


def test_old_backups_are_not_confused_with_new_ones(records, tmp_path):
    """Two backups of different moments differ in their trail, whatever their names."""
    first = backup.write_backup(tmp_path / "one.tar")
    with transaction.atomic():
        audit.record(records, "thing.done")
    second = backup.write_backup(tmp_path / "two.tar")

    assert second.trail[0] == first.trail[0] + 1
    assert datetime.fromisoformat(second.made_at) - datetime.fromisoformat(
        first.made_at
    ) < timedelta(minutes=1)

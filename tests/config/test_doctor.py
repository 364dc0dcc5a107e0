"""What the doctor and the page "System" find wrong, and the chores of every day."""

from __future__ import annotations

import re
import shutil
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hearth.inspections.models import Evidence
from hearth.network.models import SignIn
from hearth.outreach.models import ActivityPhoto
from hearth.platform import audit, files, health
from hearth.platform.models import AuditEvent, Job
from hearth.workflows.upkeep import daily_chores, health_report
from tests.factories import make_actor, make_tree, make_user
from tests.factories_outreach import make_activity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HEARTH_HOME = tmp_path / "home"
    settings.HEARTH_FILES = settings.HEARTH_HOME / "files"
    settings.HEARTH_HOME.mkdir()
    return settings.HEARTH_HOME


def record(**more):
    return audit.record_read(make_actor("staff"), "thing.done", **more)


def test_a_healthy_house_has_nothing_wrong():
    record()

    report = {check.key: check for check in health_report(deep=True)}

    assert [key for key, check in report.items() if check.state == "wrong"] == []
    assert {"settings", "database", "migrations", "wal", "disk", "assets", "fonts", "trail",
            "data_key", "jobs", "clock", "backup", "demonstration",
            "evidence"} == set(report)  # fmt: skip
    assert all(check.finding for check in report.values())
    assert all(check.advice for check in report.values() if check.state != "ok")


def test_error_pages_with_source_are_wrong(settings):
    settings.DEBUG = True

    assert health.check_settings().state == "wrong"


def test_a_signing_key_that_others_can_read_is_wrong(home):
    key = home / "secret.key"
    key.write_text("x")
    key.chmod(0o644)
    before = health.check_settings()
    key.chmod(0o600)

    assert (before.state, health.check_settings().state) == ("wrong", "ok")
    assert str(key) in before.advice


def test_a_missing_migration_is_wrong():
    MigrationRecorder(connection).migration_qs.filter(app="network").delete()

    check = health.check_migrations()

    assert check.state == "wrong"
    assert "network.0001_initial" in check.finding


def test_without_its_tables_nothing_more_is_asked():
    MigrationRecorder(connection).migration_qs.filter(app="network").delete()

    keys = [check.key for check in health_report(deep=True)]

    assert "demonstration" not in keys
    assert "evidence" not in keys


@pytest.mark.parametrize(("free", "state"), [(0.5, "wrong"), (3, "note"), (50, "ok")])
def test_little_room_on_the_disk(monkeypatch, home, free, state):
    usage = shutil.disk_usage(home)._replace(free=int(free * 1024**3))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    assert health.check_disk().state == state


def test_room_is_measured_before_the_folder_is_there(settings, tmp_path):
    settings.HEARTH_HOME = tmp_path / "not" / "yet"

    assert "GB" in health.check_disk().finding


def test_scripts_that_were_not_built_are_wrong(settings, tmp_path):
    settings.PACKAGE_DIR = tmp_path

    assert health.check_assets().state == "wrong"


def test_fonts_of_the_house_count_and_none_at_all_is_wrong(settings, tmp_path, monkeypatch):
    settings.HEARTH_FONTS = tmp_path
    monkeypatch.setattr(health, "find_spec", lambda name: None)
    without = health.check_fonts()
    (tmp_path / "simfang.ttf").write_bytes(b"")

    assert (without.state, health.check_fonts().state) == ("wrong", "ok")


def test_a_head_that_is_not_the_newest_event_is_wrong():
    record()
    record()
    AuditEvent.objects.filter(seq=2).delete()

    assert health.check_trail().state == "wrong"


@pytest.mark.parametrize(
    ("status", "minutes", "state"),
    [("queued", 4, "ok"), ("queued", 6, "wrong"), ("running", 4, "ok"), ("running", 6, "wrong")],
)
def test_jobs_that_wait_or_are_silent_too_long_are_wrong(status, minutes, state):
    job = Job.objects.create(uuid=uuid.uuid4(), kind="x", status=status)
    then = timezone.now() - timedelta(minutes=minutes)
    Job.objects.filter(pk=job.pk).update(created_at=then, beat_at=then)

    assert health.check_jobs().state == state


def test_a_clock_that_went_back_is_wrong():
    record()

    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        assert health.check_clock().state == "wrong"


@pytest.mark.postgres
def test_a_clock_apart_from_the_databases_is_wrong():
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        check = health.check_clock()

    assert check.state == "wrong"
    assert re.search(r"\b3(599|600)\b", check.finding)


def test_a_backup_that_is_missing_or_old_wants_a_look():
    assert health.check_backup().state == "note"
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        audit.record_read(make_actor("staff"), "system.backed_up", file="old.tar")
    assert health.check_backup().state == "note"
    audit.record_read(make_actor("staff"), "system.backed_up", file="new.tar")
    assert health.check_backup().state == "ok"
    assert health.last_backup().data == {"file": "new.tar"}


def test_a_missing_evidence_file_is_named():
    kept, lost = files.store(b"kept", "x"), files.store(b"lost", "x")
    uploader = make_user()
    for stored in (kept, lost):
        Evidence.objects.create(
            uuid=uuid.uuid4(), sha256=stored.sha256, size=stored.size, content_type="x",
            width=1, height=1, criterion_code="A1", uploaded_by=uploader,
        )  # fmt: skip
    files.path_of(lost.sha256).unlink()

    check = next(c for c in health_report(deep=True) if c.key == "evidence")

    assert check.state == "wrong"
    assert lost.sha256[:12] in check.finding
    assert kept.sha256[:12] not in check.finding


def test_a_missing_photo_of_a_ledger_is_named():
    activity = make_activity(make_tree().east_outlets[0])
    lost = files.store(b"lost", "x")
    ActivityPhoto.objects.create(
        record=activity, uuid=uuid.uuid4(), sha256=lost.sha256, size=lost.size, content_type="x",
        width=1, height=1,
    )  # fmt: skip
    files.path_of(lost.sha256).unlink()

    check = next(c for c in health_report(deep=True) if c.key == "evidence")

    assert (check.state, lost.sha256[:12] in check.finding) == ("wrong", True)


def test_damage_that_sqlite_finds_in_itself_is_wrong(monkeypatch):
    monkeypatch.setattr(health, "_damage", lambda cursor: "row 3 missing from index x")

    check = health.check_database(deep=True)

    if connection.vendor == "sqlite":
        assert (check.state, check.finding) == ("wrong", "row 3 missing from index x")
        assert "hearth restore" in check.advice
    else:  # PostgreSQL checks its pages by itself, and the question is not asked
        assert check.state == "ok"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (2048, "2 KB"),
        (5 * 1024**2, "5 MB"),
        (1.5 * 1024**3, "1.5 GB"),
    ],
)
def test_sizes_are_read_at_a_glance(count, words):
    assert health.size(count) == words


# --- chores --------------------------------------------------------------------------------------


def test_the_chores_clean_up_and_anchor_and_may_run_twice(home):
    now = timezone.now()
    record()
    alive = SessionStore()
    alive.create()
    for key in (alive.session_key, "gone"):
        SignIn.objects.create(user=make_user(), session_key=key)
    for days in (1, 40):
        attempt = AccessAttempt.objects.create(username=f"x{days}", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - timedelta(days=days))
        DBTaskResult.objects.create(
            task_path="x", backend_name="default", queue_name="default", args_kwargs={},
            status="SUCCESSFUL", finished_at=now - timedelta(days=days), run_after=now,
            exception_class_path="", traceback="",
        )  # fmt: skip

    first, second = daily_chores(), daily_chores()

    assert first == {
        "moved": 0,
        "late": 0,
        "purged_visits": 0,
        "reminded": 0,
        "sealed": 0,
        "upkeep": 0,
        "watched": 0,
        "sign_ins": 1,
        "tasks": 1,
        "failures": 1,
        "allowances": 0,
        "uploads": 0,
    }
    assert second == {
        "moved": 0,
        "late": 0,
        "purged_visits": 0,
        "reminded": 0,
        "sealed": 0,
        "upkeep": 0,
        "watched": 0,
        "sign_ins": 0,
        "tasks": 0,
        "failures": 0,
        "allowances": 0,
        "uploads": 0,
    }
    assert SignIn.objects.get().session_key == alive.session_key
    assert AccessAttempt.objects.get().username == "x1"
    assert len(Path(home / "anchors.log").read_text().splitlines()) == 2
    assert audit.anchored() == {1: audit.head()[1]}

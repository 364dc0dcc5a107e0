"""The page that shows whether the system is well."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from hearth.config.environment import Environment
from hearth.platform import audit
from hearth.platform.models import AuditEvent, Job
from tests.factories import client_as, make_actor, make_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    make_tree()
    client = client_as("system_admin")
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


@pytest.mark.parametrize("role", ["staff", "programme_manager", "security_admin", "auditor"])
def test_the_page_is_for_those_who_keep_the_system(role):
    make_tree()

    assert client_as(role).get("/audit/system/").status_code == 403


def test_the_page_shows_checks_jobs_backup_and_settings(client):
    audit.record_read(make_actor("staff"), "system.backed_up", file="hearth-1.tar")

    response = client.get("/audit/system/")
    text = response.content.decode()

    assert response.status_code == 200
    assert "hearth-1.tar" in text
    assert {check.key for check in response.context["checks"]} >= {
        "settings", "database", "migrations", "disk", "trail", "jobs", "clock", "backup"
    }  # fmt: skip
    for name in Environment.model_fields:
        label = "DATABASE_URL" if name == "database_url" else f"HEARTH_{name.upper()}"
        assert label in text


def test_yes_and_no_are_shown_as_one_writes_them(client):
    shown = {one.name: one.value for one in client.get("/audit/system/").context["settings_shown"]}
    assert shown["HEARTH_HTTPS"] == "false"


def test_no_secret_is_shown(client, settings):
    settings.ENV = settings.ENV.model_copy(
        update={
            "secret_key": "open-sesame",
            "data_key": "sesame-too",
            "database_url": "postgres://hearth:pass-word@db.bank.test/hearth",
        }
    )

    text = client.get("/audit/system/").content.decode()

    assert "open-sesame" not in text
    assert "sesame-too" not in text
    assert "pass-word" not in text
    assert "postgres://…@db.bank.test/hearth" in text


def test_a_job_that_waits_too_long_is_shown_as_broken(client):
    job = Job.objects.create(uuid="0" * 32, kind="x")
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=6))

    response = client.get("/audit/system/")

    states = {check.key: check.state for check in response.context["checks"]}
    assert states["jobs"] == "wrong"
    assert "1 thing is broken." in response.content.decode()


def test_a_demonstration_is_pointed_out(client):
    make_user("staff", is_demo=True)

    states = {c.key: c.state for c in client.get("/audit/system/").context["checks"]}

    assert states["demonstration"] == "note"


def test_a_trail_whose_end_was_cut_is_pointed_out(client):
    for _number in range(2):
        audit.record_read(make_actor("staff"), "audit.read")
    AuditEvent.objects.order_by("-seq").first().delete()

    states = {c.key: c.state for c in client.get("/audit/system/").context["checks"]}

    assert states["trail"] == "wrong"

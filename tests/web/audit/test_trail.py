"""Reading the trail, proving that it is whole, and taking it along."""

from __future__ import annotations

import ast
import io
import re
from datetime import timedelta

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hearth.network.models import User
from hearth.platform import audit, jobs
from hearth.platform.models import AuditEvent, Job
from hearth.web.audit.words import ACTIONS
from tests.factories import client_as, make_actor, make_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


def english(client):
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


@pytest.fixture
def client(tree):
    return english(client_as("auditor"))


def record(actor, action, subject=None, **more):
    with transaction.atomic():
        return audit.record(actor, action, subject, **more)


def actions(response):
    return [row.event.action for row in response.context["rows"]]


def read_sheet(response):
    body = b"".join(response.streaming_content)
    return list(openpyxl.load_workbook(io.BytesIO(body)).active.values)


@pytest.mark.parametrize("role", ["staff", "programme_manager", "security_admin", "system_admin"])
def test_the_trail_is_for_auditors(tree, role):
    client = client_as(role)

    for path in ("", "export/", "verify/", "1/"):
        assert client.get(f"/audit/{path}").status_code == 403


def test_the_trail_is_filtered_by_who_what_where_and_when(client, tree):
    li, wang = make_actor("staff", name="李红"), make_actor("staff", name="王伟")
    user = User.objects.get(pk=li.user_id)
    with time_machine.travel("2026-03-02 10:00 +0800", tick=False):
        record(li, "account.edited", user, unit_path=tree.east.path)
    with time_machine.travel("2026-03-05 23:30 +0800", tick=False):
        record(wang, "grant.given", user.grants.get(), unit_path=tree.west_outlets[0].path)

    def found(**query):
        return actions(client.get("/audit/", query))

    assert found(actor="李") == ["account.edited"]
    assert found(action="grant.given") == ["grant.given"]
    assert found(object_type="network.user", object_id=user.pk) == ["account.edited"]
    assert found(unit="W") == ["grant.given"]
    assert found(unit="nowhere") == []
    assert found(since="2026-03-05", until="2026-03-05") == ["grant.given"]
    assert found(until="2026-03-04") == ["account.edited"]
    assert "No event matches" in client.get("/audit/", {"actor": "xyz"}).content.decode()


def test_reading_is_on_the_trail_once_a_filter_and_again_after_a_while(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for query in ({}, {"page": 2}, {"action": "audit.read"}, {"action": "audit.read"}):
            client.get("/audit/", query)
        assert AuditEvent.objects.filter(action="audit.read").count() == 2
        clock.shift(timedelta(minutes=11))
        client.get("/audit/", {"action": "audit.read"})

    read = list(AuditEvent.objects.filter(action="audit.read").order_by("seq"))
    assert [event.data["filters"] for event in read] == [
        {},
        {"action": "audit.read"},
        {"action": "audit.read"},
    ]


def test_an_auditor_of_one_branch_reads_that_branch_only(tree):
    actor = make_actor("staff")
    inside = record(actor, "account.edited", unit_path=tree.east_outlets[0].path)
    beside = record(actor, "account.edited", unit_path=tree.west.path)
    nowhere = record(actor, "account.edited")
    client = english(client_as("auditor", unit=tree.east))

    shown = [row.event.seq for row in client.get("/audit/").context["rows"]]

    assert shown == [inside.seq]
    assert client.get(f"/audit/{inside.seq}/").status_code == 200
    assert client.get(f"/audit/{beside.seq}/").status_code == 404
    assert client.get(f"/audit/{nowhere.seq}/").status_code == 404


def test_a_mystery_shopper_is_named_nowhere(client, tree):
    shopper = make_actor("mystery_shopper", name="Zhao Shopper")
    account = User.objects.get(pk=shopper.user_id)
    event = record(shopper, "account.signed_in", account, unit_path=tree.east.path, user=account.pk)

    pages = [
        client.get("/audit/").content.decode(),
        client.get(f"/audit/{event.seq}/").content.decode(),
        str(read_sheet(client.get("/audit/export/"))),
    ]

    for text in pages:
        assert "Zhao Shopper" not in text
        assert f"user:{account.pk}" not in text
        assert "a mystery shopper" in text
    assert actions(client.get("/audit/", {"actor": "Zhao"})) == []
    assert actions(client.get("/audit/", {"actor": shopper.identity})) == []
    by_number = {"object_type": "network.user", "object_id": account.pk}
    assert actions(client.get("/audit/", by_number)) == []


def test_who_may_see_inspectors_sees_the_shoppers_name(tree):
    shopper = make_actor("mystery_shopper", name="Zhao Shopper")
    record(shopper, "account.signed_in")
    client = english(client_as("auditor", "reviewer"))

    assert "Zhao Shopper" in client.get("/audit/").content.decode()


def test_an_event_tells_whether_it_was_altered(client):
    actor = make_actor("staff")
    first, second = record(actor, "account.edited"), record(actor, "account.edited")

    assert "unaltered" in client.get(f"/audit/{second.seq}/").content.decode()
    AuditEvent.objects.filter(pk=second.pk).update(data={"changed": ["x"]})
    changed = client.get(f"/audit/{second.seq}/").content.decode()
    AuditEvent.objects.filter(pk=second.pk).update(data={})
    AuditEvent.objects.filter(pk=first.pk).update(hash="0" * 64)
    cut_off = client.get(f"/audit/{second.seq}/").content.decode()

    assert "it was changed after it was written" in changed
    assert "does not follow the one before" in cut_off


def test_verifying_runs_beside_and_shows_that_nothing_was_altered(client):
    record(make_actor("staff"), "account.edited")

    assert client.post("/audit/verify/").headers["Location"] == "/audit/verify/"
    client.post("/audit/verify/")
    job = Job.objects.get(kind="audit.verify")
    waiting = client.get("/audit/verify/").content.decode()
    jobs.run_job.call(job.pk)
    done = client.get("/audit/verify/").content.decode()

    assert "waiting for the worker" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert "nothing altered" in done
    assert 'hx-trigger="every 2s"' not in done
    assert "Verified whole on" in client.get("/audit/").content.decode()


def test_verifying_names_the_altered_events(client):
    actor = make_actor("staff")
    events = [record(actor, "account.edited") for _number in range(4)]
    AuditEvent.objects.filter(pk=events[1].pk).update(actor_name="Nobody")
    AuditEvent.objects.filter(pk=events[2].pk).delete()
    client.post("/audit/verify/")
    jobs.run_job.call(Job.objects.get(kind="audit.verify").pk)

    text = re.sub(r"\s+", " ", client.get("/audit/verify/").content.decode())

    assert f'href="/audit/{events[1].seq}/">{events[1].seq}</a> · was changed' in text
    assert f"{events[2].seq} · is missing" in text
    assert "places that were altered" in client.get("/audit/").content.decode()


def test_the_export_holds_what_the_filters_found_and_is_on_the_trail(client, tree):
    actor = make_actor("staff", name="=cmd()")
    record(actor, "account.edited", unit_path=tree.east.path, changed=["name"])
    record(actor, "account.created")

    rows = read_sheet(client.get("/audit/export/", {"action": "account.edited"}))
    csv = b"".join(
        client.get("/audit/export/", {"format": "csv", "unit": "E"}).streaming_content
    ).decode("utf-8-sig")

    assert len(rows) == 2
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["What was done"] == "changed an account"
    assert row["Unit"] == "东城分行"
    assert row["Facts"] == "changed=name"
    assert ",=cmd()" not in csv
    assert csv.count("\r\n") == 2
    exported = AuditEvent.objects.filter(action="audit.exported")
    assert [event.data["filters"] for event in exported.order_by("seq")] == [
        {"action": "account.edited"},
        {"unit": "E"},
    ]


def test_the_query_count_does_not_grow_with_the_list(client, tree):
    actor = make_actor("staff")
    client.get("/audit/")  # renews the session, which the next one within a minute does not

    def queries_after(more):
        for number in range(more):
            record(actor, "account.edited", unit_path=tree.outlets[number % 5].path)
        with CaptureQueriesContext(connection) as queries:
            client.get("/audit/")
        return len(queries)

    # session, user, grants; shoppers; head, count, keys, page, units; last verification; notices
    assert queries_after(1) == queries_after(44) <= 11


def recorded_actions():
    """Every action that the code names where it records an event."""
    for file in sorted((settings.PACKAGE_DIR).rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call):
                yield from (
                    (text, file.name)
                    for argument in _naming(call)
                    for text in _texts(argument)
                    if re.fullmatch(r"[a-z]+\.[a-z_]+", text)
                )


def _naming(call):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "one_event")
    if name in {"record", "record_read"}:
        yield from call.args[1:2]
    elif name == "Entry":
        yield from call.args[:1]


def _texts(node):
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)
            and isinstance(part.value, str)]  # fmt: skip


def test_every_recorded_action_has_words_of_its_own():
    recorded = dict(recorded_actions())

    assert len(recorded) > 40
    assert sorted(set(recorded) - set(ACTIONS)) == []
    assert len({str(words) for words in ACTIONS.values()}) == len(ACTIONS)


def test_events_of_a_person_who_is_gone_stay_readable(client):
    actor = make_actor("staff", name="Gone")
    event = record(actor, "no.such_action", make_user())

    text = client.get(f"/audit/{event.seq}/").content.decode()

    assert "Gone · no.such_action" in text

"""``hearth serve`` killed with -9 under load: what it has acknowledged is there, once."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.reliability.conftest import OUTLETS
from tests.reliability.place import Place, served
from tests.reliability.records import KEY

CLIENTS = 4
EACH = 40
CODES = ("A01", "A02", "A03", "A04", "B01", "B02", "B03", "B04", "B05")
WAIT_SECONDS = 180


def documents(client):
    """Checks of one client, with 0 to 3 faults each."""
    chance = random.Random(client)
    found = []
    for number in range(EACH):
        failed = chance.sample(CODES, number % 4)
        marks = [{"criterion": code, "verdict": "not_met", "note": "见照片"} for code in failed]
        at = datetime.now(UTC) - timedelta(hours=chance.randrange(1, 2000))
        found.append(
            {
                "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "unit": chance.choice(OUTLETS),
                "standard": "SERVICE",
                "edition": "2021",
                "channel": "video",
                "inspected_at": at.isoformat(timespec="seconds"),
                "marks": marks,
            }
        )
    return found


class Client(threading.Thread):
    """Hands in one check after another until the server is gone."""

    def __init__(self, server, checks):
        super().__init__(daemon=True)
        self.server, self.checks = server, checks
        self.acknowledged = []
        self.refused = []

    def run(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            for check in self.checks:
                status, content = submit(self.server, check)
                if status == 201:
                    self.acknowledged.append(check["uuid"])
                else:
                    self.refused.append(content.decode())


def submit(server, check):
    return server.post("/api/v1/inspections", json.dumps(check).encode(), key=KEY)


def acknowledged(clients):
    return [uuid for client in clients for uuid in client.acknowledged]


def wait_for(count, clients):
    """Until so many checks are acknowledged in all."""
    until = time.monotonic() + WAIT_SECONDS
    while len(acknowledged(clients)) < count:
        assert time.monotonic() < until
        assert any(client.is_alive() for client in clients), [c.refused for c in clients]
        time.sleep(0.005)


@pytest.fixture
def elsewhere(tmp_path):
    """An empty home on SQLite."""
    place = Place(tmp_path / "elsewhere")
    yield place
    place.close()


def test_what_was_acknowledged_survives_and_a_backup_taken_meanwhile_is_whole(
    place, elsewhere, tmp_path
):
    """One long test, because every start takes seconds."""
    checks = [documents(client) for client in range(CLIENTS)]
    faults = {check["uuid"]: len(check["marks"]) for given in checks for check in given}
    archive = tmp_path / "running.tar"
    with served(place) as server:
        clients = [Client(server, given) for given in checks]
        for client in clients:
            client.start()
        wait_for(CLIENTS, clients)
        before_backup = set(acknowledged(clients))
        backup = place.hearth("backup", archive)
        assert backup.status == 0, backup.said
        wait_for(random.Random(20261123).randrange(30, 60), clients)
        server.kill()
        for client in clients:
            client.join(WAIT_SECONDS)
    survivors = set(acknowledged(clients))

    # Whatever is there is whole: each check with all its findings, none twice, the trail unbroken.
    stored = place.call("findings_by_uuid")
    assert survivors <= set(stored) <= set(faults)
    assert stored == {uuid: faults[uuid] for uuid in stored}
    found = place.call("state")
    assert found["inspections"] == len(stored)
    assert found["events"]["inspection.submitted"] == len(stored)
    assert found["faults"] == []

    # After another start every client sends everything again, as a field app does.
    with served(place) as server:
        clients = [Client(server, given) for given in checks]
        for client in clients:
            client.start()
        for client in clients:
            client.join(WAIT_SECONDS)
        assert len(acknowledged(clients)) == CLIENTS * EACH, [c.refused for c in clients]
    assert place.call("findings_by_uuid") == faults
    found = place.call("state")
    assert (found["inspections"], found["faults"]) == (CLIENTS * EACH, [])

    # The backup is of one moment: all that was acknowledged before it, and nothing by halves.
    restored = elsewhere.hearth("restore", archive)
    assert restored.status == 0, restored.said
    kept = elsewhere.call("findings_by_uuid")
    assert before_backup <= set(kept)
    assert kept == {uuid: faults[uuid] for uuid in kept}
    found = elsewhere.call("state")
    assert (found["inspections"], found["faults"]) == (len(kept), [])

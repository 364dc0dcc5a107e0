"""Whatever the API's own description allows, and what it does not: answered as declared, never 500.

Schemathesis makes the calls from ``openapi.json``. Half of the identifiers are exchanged for ones
that exist, else hardly a call would get past its first look-up. Seeds are fixed: the same calls
every time. HEARTH_TEST_FUZZ sends more of them (examples an operation, default 12).
"""

from __future__ import annotations

import contextlib
import os
import uuid
from typing import Any

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from hearth.api.description import describe
from hearth.api.router import api
from hearth.figures.declared import FIGURES
from tests.api.conftest import Caller
from tests.factories import make_user
from tests.factories_inspections import make_assignment, make_inspection, mark, photo
from tests.factories_scoring import close, make_policy

EXAMPLES = int(os.environ.get("HEARTH_TEST_FUZZ", "12"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    database=None,
    phases=[Phase.generate],  # what fails is told as it came: making it smaller takes minutes
    suppress_health_check=list(HealthCheck),
)
DEEP = {"submit_inspection", "submit_own_draft"}  # only test_submission.py gets these through
load_all_checks()
DECLARED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)


def application(environ: Any, start_response: Any) -> list[bytes]:
    """Hearth, read to the end, with the connection left open: it holds the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        with contextlib.closing(_application(environ, start_response)) as parts:
            return [b"".join(parts)]
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def _operations() -> dict[str, Any]:
    with translation.override("en"):
        schema = schemathesis.openapi.from_dict(describe(api))
    schema.app = application
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return {each.definition.raw["operationId"]: each for each in found}


_application = get_wsgi_application()
OPERATIONS = _operations()


@pytest.fixture
def world(tree, edition):
    """One who may do everything, and what they can do it with.

    A closed quarter, a photographed check, a task, two drafts, an import.
    """
    user = make_user("programme_manager", "inspector", unit=tree.province)
    caller = Caller(user)
    make_policy()
    first = make_inspection(tree.outlets[0], edition, mark("A01"), reference="R-1")
    second = make_inspection(tree.outlets[1], edition, mark("B05"), channel="mystery")
    close("2021Q2")
    task = make_assignment(tree.outlets[3], edition, user)
    drafts, photos = ([str(uuid.UUID(int=n + m)) for m in range(2)] for n in (10, 20))
    about = {"unit": "E2", "standard": "SERVICE", "edition": "2021", "channel": "onsite"}
    for key in drafts:
        assert caller.post("drafts", about | {"uuid": key}).status_code == 201
    for key in photos:
        file = SimpleUploadedFile("photo.jpg", photo())
        path = f"drafts/{drafts[0]}/evidence/{key}"
        assert caller.upload(path, criterion="A01", file=file).status_code == 201
    sheet = SimpleUploadedFile("adjustments.csv", b"unit,period\n")
    job = caller.upload("imports/adjustments", files=sheet).json()
    known = {
        "drafts": drafts,
        "inspections": [str(first.uuid), str(second.uuid)],
        "evidence": photos,
        "jobs": [job["uuid"]],
        "photo": photos,
        "unit": ["E1", "E2", "W1", "E"],
        "under": ["P", "E", "ES", "E1"],
        "code": ["P", "E", "E1", "W2"],
        "parent": ["P", "E", "ES"],
        "standard": ["SERVICE"],
        "edition": ["2021"],
        "id": [edition.pk],
        "assignment": [task.pk],
        "period": ["2021Q2"],
        "key": sorted(FIGURES),
        "criterion": ["A01", "A02", "B05"],
        "marks": [[], [mark("A01")], [mark("A02", value=3, note="x")]],
        "inspected_at": ["2026-01-05T10:00:00+08:00"],
        "version": [1],
        "revision": [1],
        "reference": ["R-1"],
        "file": [photo(), photo("blue")],
    }
    return caller, known


def steer(draw: Any, case: Any, known: dict[str, list[Any]]) -> None:
    """Exchange identifiers for ones that exist: every one in half of the calls, else some."""
    everything = draw(st.booleans())
    here = known | {"uuid": known.get(case.operation.path.split("/")[3], known["drafts"])}
    for part in (case.path_parameters, case.query, case.body):
        for name in sorted(set(part) & set(here), key=str) if isinstance(part, dict) else ():
            if everything or draw(st.booleans()):
                part[name] = draw(st.sampled_from(here[name]))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_call_is_answered_as_declared(name, world):
    caller, known = world
    operation = OPERATIONS[name]
    headers = {
        "Authorization": f"Bearer {caller.key}",
        "Accept-Language": "en",
        "Accept-Encoding": "identity",
    }
    answered: set[int] = set()

    @seed(20210615)
    @SETTINGS
    @given(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        st.data(),
    )
    def calls(case, data):
        steer(data.draw, case, known)
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=DECLARED)
        answered.add(answer.status_code)

    calls()

    assert min(answered) < 300 or name in DEEP, sorted(answered)

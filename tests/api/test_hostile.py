"""What breaks programs that did not think of it, in every place where the API takes a value.

NUL, which PostgreSQL keeps in no text; half a surrogate pair, which no encoding writes; numbers
beyond every column; days that are none. One at a time, the rest of the call being in order.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from hearth.api.description import describe, operations
from hearth.api.router import api
from tests.api.conftest import refusal
from tests.factories_inspections import make_inspection, mark, photo
from tests.factories_scoring import close, make_policy

with translation.override("en"):
    OPERATIONS = {
        each["operationId"]: (path, method, each)
        for path, method, each in operations(describe(api))
    }
IN_ADDRESS = [
    "%00", "%ED%A0%80", "%FF", "%0A", "%F0%9F%98%80", "%2e%2e%2f", "-1", "0", "9" * 19, "9" * 5000,
    "1e999", "NaN", "%27%22%3B--", "%25", "0000-00-00", "2999-12-31", "1900-01-01", "9999-12-31",
    "2021Q5", "2999Q4", "x" * 3000,
]  # fmt: skip
IN_BODY = [
    "\x00", "\ud800", "a\udfff", "\u202e", "😀" * 40, "x" * 2000, "", " ", "NaN",
    "9999-12-31T23:59:59Z", "2021-06-15T10:00:00+23:59", "1900-12-31T23:59:59-23:59",
    0, -1, 2**31, 2**63, 10**400, 1e308, -0.0, True, None, [], {}, [[]], {"\x00": 1}, {"\ud800": 1},
]  # fmt: skip
GOOD = {
    "unit": "E2",
    "standard": "SERVICE",
    "edition": "2021",
    "channel": "onsite",
    "inspected_at": "2026-01-05T10:00:00+08:00",
    "marks": [],
    "period": "2021Q2",
    "code": "E1",
    "key": "findings",
    "kind": "adjustments",
    "as_of": "2021-06-30",
    "version": 1,
}


@pytest.fixture
def office(caller_as, tree, edition):
    """One who may do everything, in a network with a closed quarter."""
    make_policy()
    make_inspection(tree.outlets[0], edition, mark("A01"))
    close("2021Q2")
    return caller_as("programme_manager", "inspector")


def new_draft(caller):
    key = str(uuid.uuid4())
    about = {name: GOOD[name] for name in ("unit", "standard", "edition", "channel")}
    assert caller.post("drafts", about | {"uuid": key}).status_code == 201
    return key


def address(path, **instead):
    """The path with values that are in order, or with those given."""

    def value(found):
        name = found.group(1)
        return instead.get(name) or str(GOOD.get(name) or uuid.uuid4())

    return re.sub(r"{(\w+)}", value, path)


def answered(answer):
    """It is answered to the end, and a refusal says so in the one form there is."""
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    if answer.status_code >= 400:
        status, _code = refusal(answer)
        assert status < 500, answer.content


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_part_of_every_address(name, office):
    path, method, content = OPERATIONS[name]
    fixed = [p["name"] for p in content.get("parameters", ()) if p["in"] == "path"]
    asked = [p["name"] for p in content.get("parameters", ()) if p["in"] == "query"]
    needed = "".join(f"&{field}={GOOD[field]}" for field in asked if field in {"as_of", "period"})
    for bad in IN_ADDRESS:
        for field in fixed:
            answered(office.client.generic(method, address(path, **{field: bad})))
        for field in asked:
            query = f"?{field}={bad}{'' if field + '=' in needed else needed}"
            answered(office.client.generic(method, address(path) + query))


BODIES = [
    n for n, (_p, _m, c) in OPERATIONS.items() if "application/json" in str(c.get("requestBody"))
]


@pytest.mark.parametrize("name", BODIES)
def test_every_field_of_every_body(name, office):
    path, method, content = OPERATIONS[name]
    form = content["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
    fields = describe(api)["components"]["schemas"][form]["properties"]
    for field in [*fields, "\x00", "\ud800"]:
        for bad in IN_BODY:
            draft = new_draft(office) if "{uuid}" in path else str(uuid.uuid4())
            body = {n: GOOD[n] for n in fields if n in GOOD} | {"uuid": draft, field: bad}
            body = {n: value for n, value in body.items() if n in fields or n == field}
            text = json.dumps(body)
            where = address(path, uuid=draft)
            answered(office.client.generic(method, where, text, content_type="application/json"))


@pytest.mark.parametrize("field", ["criterion", "verdict", "value", "note", "\ud800"])
def test_every_field_of_a_mark(field, office):
    for bad in IN_BODY:
        body = GOOD | {"uuid": str(uuid.uuid4()), "marks": [mark("A02") | {field: bad}]}
        sent = {n: body[n] for n in body if n not in {"period", "code", "key", "kind", "as_of"}}
        answered(office.post("inspections", {n: v for n, v in sent.items() if n != "version"}))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"1", b'"x"', b"\x00", b"\xff", b"{" * 5000, b"9" * 10_000]
)
def test_a_body_that_is_none(body, office):
    for name in BODIES:
        path, method, _content = OPERATIONS[name]
        where = address(path, uuid=new_draft(office))
        answered(office.client.generic(method, where, body, content_type="application/json"))
        answered(office.client.generic(method, where, body, content_type="text/plain; charset=x"))


@pytest.mark.parametrize("bad", ["\x00", "x" * 500, "", "😀", "../../x.csv", 'a"b\r\nX: y'])
def test_an_upload_with_any_name(bad, office):
    draft = new_draft(office)
    for content in (b"", b"\x00" * 50, photo()[:300], b"PK\x03\x04" + b"x" * 100):
        file = SimpleUploadedFile("x.csv", content)
        file._name = bad  # what SimpleUploadedFile would put in order
        answered(office.upload("imports/units", files=file, dry_run=bad))
        where = f"drafts/{draft}/evidence/{uuid.uuid4()}"
        answered(office.upload(where, file=SimpleUploadedFile("x", content), criterion=bad))


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "x" * 999]
)
def test_an_upload_without_its_parts(kind, office):
    answered(office.client.generic("POST", "/api/v1/imports/units", b"--", content_type=kind))


@pytest.mark.parametrize("key", ["", "x", "hearth_\x00", "\xed\xa0\xbd", "x" * 5000, "é"])
def test_a_key_that_is_none(key, tree):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    answer = Client(raise_request_exception=False).get("/api/v1/me", **headers)

    assert refusal(answer) == (401, "not_signed_in")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "X"])
def test_a_method_that_an_address_does_not_take(method, office):
    answer = office.client.generic(method, "/api/v1/units")

    assert refusal(answer) == (405, "wrong_method")
    assert answer["Allow"] == "GET"
    nowhere: Any = office.client.generic(method, "/api/v1/nowhere\n")
    assert refusal(nowhere) == (404, "not_found")

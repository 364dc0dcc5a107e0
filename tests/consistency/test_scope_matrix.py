"""Every address, for every role, about what is theirs and what is not (design rule 6.1).

Strangers are sent to sign in; without the permission it is 403; what lies elsewhere does not
exist (404); and who is refused has written nothing. As every page is opened here anyhow, it is
also looked at for its one first heading, by which a screen reader finds its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hearth.platform import audit
from hearth.web.middleware import RENEW_SECONDS
from tests.consistency.scope_pages import API, PAGES, PUBLIC, Case, Form
from tests.consistency.scope_world import TOP, Side, World, held_by, make_world
from tests.worlds import once_a_module

pytestmark = pytest.mark.django_db

API_SPACE = "api-1:"
NAMELESS = {"api/v1/": "api-1:nothing", "favicon.ico": "favicon"}
OF_THE_SESSION = ("django_session", "network_signin", "network_apitoken")  # when last seen
REFUSED = {401, 403, 404, 405}
FOREIGN_NAMES = ("西门支行", "西城分行", "西街支行")
ROOMS = sorted(path.stem for path in Path(__file__).parent.glob("scope_of_*.py"))
"""Modules in which single rooms say the same of their own pages."""
HTML: dict[str, tuple[Case, ...]] = dict(PAGES)
WIRE: dict[str, tuple[Case, ...]] = dict(API)
OPEN = dict(PUBLIC)
OPEN_ARGS: dict[str, tuple[Any, ...]] = {}
for room in ROOMS:
    module = import_module(f"tests.consistency.{room}")
    HTML |= getattr(module, "PAGES", {})
    WIRE |= getattr(module, "API", {})
    OPEN |= getattr(module, "PUBLIC", {})
    OPEN_ARGS |= getattr(module, "PUBLIC_ARGS", {})
ALL = HTML | {API_SPACE + name: cases for name, cases in WIRE.items()}


world = once_a_module(make_world)


def addresses(patterns: Any, name_space: str = "", before: str = "") -> Iterator[str]:
    """Names of all addresses; for those without a name, one by where they are."""
    for item in patterns:
        here = before + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = f"{item.namespace}:" if item.namespace else ""
            yield from addresses(item.url_patterns, name_space + inner, here)
        else:
            assert isinstance(item, URLPattern)
            yield name_space + item.name if item.name else NAMELESS[here.partition("^")[0]]


def test_every_address_has_its_place_in_the_matrix():
    known = set(addresses(get_resolver().url_patterns)) - {"api-1:nothing"}

    assert known - set(OPEN) - set(ALL) == set(), "say in scope_pages.py who may open these"
    assert (set(OPEN) | set(ALL)) - known == set(), "these are no more"


# --- asking ---------------------------------------------------------------------------------------


class Asker:
    """Asks as one account, and takes back what an answer has written."""

    def __init__(self, client: Client, key: str = "") -> None:
        self.client = client
        self.cookies = SimpleCookie({k: m.value for k, m in client.cookies.items()})
        self.headers = {"authorization": f"Bearer {key}"} if key else {}

    def ask(self, method: str, address: str, body: Any) -> tuple[Any, list[str]]:
        """The answer and the tables it wrote to."""
        self.client.cookies = SimpleCookie({k: m.value for k, m in self.cookies.items()})
        sent: dict[str, Any] = {"headers": self.headers}
        if body is not None:
            sent["data"] = body
            if not isinstance(body, Form):
                sent["content_type"] = "application/json"
        with undone(), watched() as written:
            answer = getattr(self.client, method)(address, **sent)
            if answer.streaming:
                answer.body = b"".join(answer.streaming_content)
            else:
                answer.body = answer.content
        self.client.cookies = self.cookies  # signing out is taken back as well
        return answer, written


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is written meanwhile, but for when someone was last seen."""
    written: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip().split(None, 1)[0].upper()
        if verb in {"INSERT", "UPDATE", "DELETE"} and not any(t in sql for t in OF_THE_SESSION):
            written.append(sql[:80])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield written


def asker_of(world: World, role: str, name: str) -> Asker:
    mine = world.accounts[role]
    if name.startswith(API_SPACE):
        return Asker(Client(headers={"accept-language": "en"}), mine.key)
    return Asker(mine.client)


def address_of(name: str, args: tuple[Any, ...], query: dict[str, str] | None) -> str:
    address = reverse(name, args=args)
    return address if not query else f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}"


# --- what must come of it ------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ALL))
def test_strangers_learn_nothing(world, name):
    for case in ALL[name]:
        mine = world.accounts["programme_manager"]
        address = address_of(name, case.own(world, mine), None)
        for method in case.methods:
            answer, written = Asker(Client()).ask(method, address, None)
            if name.startswith(API_SPACE):
                assert answer.status_code == 401, (method, address)
            else:
                assert answer.status_code == 302, (method, address)
                assert answer.url.startswith(reverse("accounts:sign-in")), (method, address)
            assert written == [], (method, address)


@pytest.mark.parametrize("name", sorted(OPEN))
def test_public_addresses_answer_strangers(world, name):
    at = OPEN_ARGS.get(name, ())
    address = "/favicon.ico" if name == "favicon" else reverse(name, args=at)
    for method in OPEN[name]:
        answer, _written = Asker(Client()).ask(method, address, None)
        assert answer.status_code < 500, method
        assert answer.status_code not in {401, 403}, method


@pytest.fixture
def bare_refusals(monkeypatch):
    """Refusals without their page: thousands are told by their status alone."""

    def bare(request: Any, template: str, context: Any, *, status: int) -> HttpResponse:
        if status in REFUSED:
            return HttpResponse(status=status)
        return render(request, template, context, status=status)

    monkeypatch.setattr("hearth.web.errors.render", bare)


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("name", sorted(ALL))
def test_each_role_reaches_what_is_theirs_and_no_more(world, name):
    head = audit.head()
    wrong = [
        said
        for role in world.accounts
        for case in ALL[name]
        for side in (world.east, world.west)
        if side is world.east or (case.foreign and role != TOP)
        for said in wrong_answers(world, role, name, case, side)
    ]
    assert wrong == []
    assert audit.head() == head


def wrong_answers(world: World, role: str, name: str, case: Case, side: Side) -> Iterator[str]:
    """What a role gets, where it should get something else."""
    mine, is_own = world.accounts[role], side is world.east
    args = case.own(world, mine) if is_own or not case.foreign else case.foreign(world)
    address = address_of(name, args, case.query(side) if case.query else None)
    for method in case.methods:
        body = case.body(world, mine, is_own) if case.body else None
        answer, written = asker_of(world, role, name).ask(method, address, body)
        wanted = refusal_of(case, role, method, is_own=is_own)
        if wanted:
            is_right = answer.status_code == wanted and not written
        else:
            is_right = answer.status_code < 500 and answer.status_code not in REFUSED
            is_right = is_right and headings(answer) == 1
        told = [] if case.tells_all or wanted or role == TOP else foreign_names(answer)
        if not is_right or told:
            yield f"{role} {method} {address}: {answer.status_code} {written[:1]} {told}"


def headings(answer: Any) -> int:
    """How many first headings a whole page has, which must be one; 1 for any other answer."""
    if answer.body.lstrip()[:9].lower() != b"<!doctype":
        return 1
    return int(answer.body.count(b"<h1"))


def refusal_of(case: Case, role: str, method: str, *, is_own: bool) -> int:
    """The status that a role must get; 0 where it is let through."""
    held = held_by(role)
    if not held.issuperset(case.needs):
        return 403
    if not is_own or (case.sees and case.sees not in held):
        return 404
    return 403 if method != "get" and case.acts and case.acts not in held else 0


def foreign_names(answer: Any) -> list[str]:
    """Units of the other branch that a page or an answer in text names."""
    if not answer.headers.get("Content-Type", "").startswith(("text/", "application/json")):
        return []
    return [name for name in FOREIGN_NAMES if name.encode() in answer.body]


@pytest.mark.parametrize("name", sorted(HTML))
def test_an_address_knows_its_methods_and_no_others(world, name):
    role = next(
        r for r in world.accounts if all(held_by(r).issuperset(c.needs) for c in HTML[name])
    )
    case = HTML[name][0]
    address = address_of(name, case.own(world, world.accounts[role]), None)
    for method in {"get", "post", "put", "delete"} - set(case.methods):
        answer, written = asker_of(world, role, name).ask(method, address, None)
        assert answer.status_code == 405, method
        assert written == [], method


def test_seen_is_renewed_seldom_enough_to_ignore_here():
    assert RENEW_SECONDS >= 60

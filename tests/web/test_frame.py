"""The frame around every page: where the menu says one is, and an act that is only read."""

from __future__ import annotations

import pytest
from django.test import Client

from hearth.web.context import navigation
from tests.factories import client_as, make_actor, make_tree

pytestmark = pytest.mark.django_db


def here(role, path):
    groups = navigation(make_actor(role), path)
    return [entry.url for group in groups for entry in group.entries if entry.is_here]


@pytest.mark.parametrize(
    ("role", "path", "entry"),
    [
        ("programme_manager", "/", "/"),
        ("programme_manager", "/network/units/E1/", "/network/"),
        ("programme_manager", "/network/map/", "/network/map/"),
        ("programme_manager", "/scoring/2026Q3/ranking/", "/scoring/"),
        ("programme_manager", "/scoring/policies/4/", "/scoring/policies/"),
        ("inspector", "/inspections/start/", "/inspections/mine/"),
        ("inspector", "/inspections/fill/1/", "/inspections/mine/"),
        ("inspector", "/inspections/1/correct/", "/inspections/mine/"),
        ("reviewer", "/inspections/1/", "/inspections/"),
        ("reviewer", "/inspections/review/1/", "/inspections/review/"),
        ("security_admin", "/account/roles/3/end/", "/account/users/"),
        ("system_admin", "/audit/system/", "/audit/system/"),
    ],
)
def test_the_menu_marks_the_entry_that_the_page_lies_under(role, path, entry):
    assert here(role, path) == [entry]


@pytest.mark.parametrize(
    ("role", "path"),
    [("staff", "/account/"), ("staff", "/notices/"), ("inspector", "/exchange/jobs/1/")],
)
def test_a_page_under_no_entry_of_the_role_marks_none(role, path):
    assert here(role, path) == []


@pytest.mark.parametrize("path", ["/account/sign-out/", "/notices/read/"])
def test_reading_the_address_of_an_act_says_that_nothing_was_done(path):
    client = client_as("staff", unit=make_tree().east)

    answer = client.get(path, headers={"Accept": "text/html,*/*"})

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert 'href="/"' in answer.content.decode()


def test_a_program_still_gets_the_bare_refusal():
    assert Client().get("/account/sign-out/").content == b""


@pytest.mark.parametrize(
    ("role", "path", "closed"),
    [("programme_manager", "/scoring/", True), ("mystery_shopper", "/", False)],
)
def test_a_long_menu_shows_the_group_where_one_is(role, path, closed):
    groups = [group for group in navigation(make_actor(role), path) if group.title]
    open_groups = [group for group in groups if group.is_open]

    assert (len(open_groups) < len(groups)) is closed
    assert not closed or [e.url for g in open_groups for e in g.entries if e.is_here] == [path]


@pytest.mark.parametrize(
    ("megabytes", "is_known", "status"),
    [(25, False, 403), (27, False, 413), (27, True, 403), (700, True, 413)],
)
def test_what_is_too_large_is_refused_before_it_is_read(megabytes, is_known, status):
    client = client_as("staff", unit=make_tree().east) if is_known else Client()
    client.handler.enforce_csrf_checks = True  # which reads the form, if it comes to that

    answer = client.generic(
        "POST",
        "/home-visit/",
        b"uuid=1",
        "application/x-www-form-urlencoded",
        CONTENT_LENGTH=str(megabytes * 1024 * 1024),
    )

    assert answer.status_code == status

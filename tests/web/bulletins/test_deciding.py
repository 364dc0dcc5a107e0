"""Whose turn it is, and the buttons for it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hearth.bulletins.models import Bulletin
from hearth.workflows.publication import propose_bulletin
from tests.bulletins.quarters import closed_quarter, drafted, published, writer
from tests.factories import client_as, make_user

pytestmark = pytest.mark.django_db


def press(client: Client, button: str, bulletin: Bulletin, **data: object):
    """Post a button of the page with the version the page shows."""
    bulletin.refresh_from_db()
    address = reverse(f"bulletins:{button}", args=[bulletin.pk])
    return client.post(address, {"version": bulletin.version} | data)


def shows(client: Client, bulletin: Bulletin) -> str:
    return client.get(reverse("bulletins:read", args=[bulletin.pk])).content.decode()


def test_the_way_of_a_bulletin_by_its_buttons():
    closed_quarter()
    bulletin = drafted()
    read = reverse("bulletins:read", args=[bulletin.pk])
    first, other = make_user("programme_manager"), make_user("programme_manager", name="顾明澜")
    writes, approves = client_as(first), client_as(other)
    assert "当前由起草人处理" in shows(writes, bulletin)

    assert press(writes, "propose", bulletin).url == read
    assert "等待他人审阅批准" in shows(writes, bulletin)
    assert reverse("bulletins:approve", args=[bulletin.pk]) not in shows(writes, bulletin)
    assert "现在由您处理" in shows(approves, bulletin)

    assert press(approves, "approve", bulletin).url == read
    assert "顾明澜 已于" in shows(writes, bulletin)
    assert reverse("bulletins:publish", args=[bulletin.pk]) in shows(writes, bulletin)

    assert press(writes, "publish", bulletin).url == read
    bulletin.refresh_from_db()
    assert bulletin.status == "published"
    assert "顾明澜 批准" in shows(writes, bulletin)


def test_the_own_proposal_is_refused_on_the_page():
    closed_quarter()
    bulletin = drafted()
    client = client_as("programme_manager")
    press(client, "propose", bulletin)

    answer = press(client, "approve", bulletin)

    assert answer.status_code == 422
    assert "须由他人批准" in answer.content.decode()


@pytest.mark.parametrize("button", ["propose", "approve", "publish", "send-back"])
def test_a_stale_button_is_refused_on_the_page(button):
    closed_quarter()
    bulletin = drafted()
    address = reverse(f"bulletins:{button}", args=[bulletin.pk])

    answer = client_as("programme_manager").post(address, {"version": "77"})

    assert answer.status_code == 422
    assert "其间有人修改了本通报" in answer.content.decode()


@pytest.mark.parametrize(
    ("button", "status"),
    [("propose", 403), ("approve", 403), ("publish", 403), ("revise", 403), ("send-back", 404)],
)
def test_readers_decide_nothing(button, status):
    closed_quarter()
    bulletin = drafted()

    assert press(client_as("staff"), button, bulletin).status_code == status


def test_readers_see_no_buttons():
    closed_quarter()
    page = shows(client_as("branch_manager"), published())

    assert "<button" in page  # the frame of the page has some
    assert "bulletins/" not in "".join(
        form.split(">", 1)[0] for form in page.split("<form ")[1:] if 'method="post"' in form
    )


def test_an_approver_sends_it_back_with_words():
    closed_quarter()
    bulletin = drafted()
    propose_bulletin(actor=writer(), bulletin_id=bulletin.pk, version=bulletin.version)
    client = client_as("programme_manager")

    assert press(client, "send-back", bulletin).status_code == 422
    answer = press(client, "send-back", bulletin, note="请补充案例")

    assert answer.url == reverse("bulletins:edit", args=[bulletin.pk])
    assert "已被退回：“请补充案例”" in client.get(answer.url).content.decode()


def test_a_revision_begins_with_its_reason():
    closed_quarter()
    bulletin = published()
    client = client_as("programme_manager")

    refused = press(client, "revise", bulletin, reason=" ")
    answer = press(client, "revise", bulletin, reason="补录检查")

    made = Bulletin.objects.get(revision=2)
    assert refused.status_code == 422
    assert answer.url == reverse("bulletins:edit", args=[made.pk])
    assert "修订原因：补录检查" in client.get(answer.url).content.decode()
    assert press(client, "revise", bulletin, reason="再来").status_code == 422


@pytest.mark.parametrize("button", ["propose", "approve", "publish", "revise", "send-back"])
def test_buttons_are_posted(button):
    closed_quarter()
    address = reverse(f"bulletins:{button}", args=[drafted().pk])

    assert client_as("programme_manager").get(address).status_code == 405

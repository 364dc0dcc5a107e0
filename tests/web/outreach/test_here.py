"""The page on which those who came sign in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hearth.outreach.models import SignIn, SignInSheet
from hearth.platform.models import AuditEvent
from tests.factories import make_tree
from tests.factories_outreach import make_activity, make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    return make_sheet(make_activity(make_tree().east_outlets[0]), now=timezone.now())


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "en"})


def address(sheet):
    return reverse("outreach:here", args=[sheet.token])


def test_one_touch_signs_in(sheet, visitor):
    page = visitor.get(address(sheet))
    assert "我到了" in page.content.decode()

    answer = visitor.post(address(sheet), {"visit": page.context["form"].initial["visit"]})

    assert answer.context["done"] is True
    assert SignIn.objects.count() == 1
    event = AuditEvent.objects.latest("seq")
    assert (event.actor, event.action) == ("public", "sign_in.made")


def test_it_asks_no_account_and_keeps_no_number(sheet, visitor):
    visitor.post(address(sheet), {"visit": "x", "digits": "7391", "nickname": "小明"})

    stored = SignIn.objects.get()
    assert len(stored.person_hash) == 64
    assert "7391" not in str(AuditEvent.objects.latest("seq").data)


def test_what_cannot_be_read_is_said(sheet, visitor):
    answer = visitor.post(address(sheet), {"visit": "x", "digits": "12"})
    assert (answer.status_code, answer.context["done"]) == (422, False)
    assert visitor.post(address(sheet), {}).status_code == 422
    assert not SignIn.objects.exists()


def test_a_page_that_is_over_says_so(sheet, visitor):
    SignInSheet.objects.update(closes_at=timezone.now() - timedelta(hours=1))

    page = visitor.get(address(sheet))
    assert "本场活动签到已结束" in page.content.decode()
    assert '<form method="post">' not in page.content.decode()
    assert visitor.post(address(sheet), {"visit": "x"}).status_code == 422


def test_a_guessed_address_opens_nothing(sheet, visitor):
    assert visitor.get(reverse("outreach:here", args=["guess"])).status_code == 404
    sheet.activity.withdrawn_at = timezone.now()
    sheet.activity.save()
    assert visitor.get(address(sheet)).status_code == 404


def test_a_script_is_held_off(sheet, visitor, monkeypatch):
    monkeypatch.setattr("hearth.web.outreach.views.public.MOST_A_MINUTE", 2)
    answers = [visitor.post(address(sheet), {"visit": str(n)}).status_code for n in range(3)]

    assert answers == [200, 200, 422]
    assert SignIn.objects.count() == 2


def test_two_telephones_behind_the_proxy_are_two(sheet, visitor, monkeypatch):
    monkeypatch.setattr("hearth.web.outreach.views.public.MOST_A_MINUTE", 1)
    phones = [{"x-forwarded-for": f"203.0.113.{n}"} for n in range(3)]

    answers = [
        visitor.post(address(sheet), {"visit": str(n)}, headers=phone).status_code
        for n, phone in enumerate(phones)
    ]

    assert answers == [200, 200, 200]
    assert visitor.post(address(sheet), {"visit": "x"}, headers=phones[0]).status_code == 422

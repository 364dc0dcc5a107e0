"""Notices: told in the transaction in which it happens, read by their own user."""

from __future__ import annotations

import pytest

from hearth.platform import notices
from hearth.platform.models import Notice
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_each_user_is_told_once():
    one, two = make_user(), make_user()

    told = notices.tell([two.pk, one.pk, two.pk], "bulletin.published", "/b/1/", period="2026Q1")

    assert told == 2
    assert set(Notice.objects.values_list("user_id", flat=True)) == {one.pk, two.pk}
    notice = Notice.objects.filter(user=one).get()
    assert (notice.kind, notice.url, notice.params) == (
        "bulletin.published",
        "/b/1/",
        {"period": "2026Q1"},
    )
    assert notice.read_at is None


def test_nobody_to_tell_is_no_fault():
    assert notices.tell([], "bulletin.published", "/b/1/") == 0


def test_a_user_marks_only_their_own_as_read():
    one, two = make_user(), make_user()
    notices.tell([one.pk, two.pk], "x", "/")
    both = list(Notice.objects.values_list("pk", flat=True))

    assert notices.mark_read(user_id=one.pk, notice_ids=both) == 1
    assert Notice.objects.get(user=one).read_at is not None
    assert Notice.objects.get(user=two).read_at is None


def test_reading_twice_keeps_the_first_time():
    user = make_user()
    notices.tell([user.pk], "x", "/")
    pk = Notice.objects.get().pk
    notices.mark_read(user_id=user.pk, notice_ids=[pk])
    first = Notice.objects.get().read_at

    assert notices.mark_read(user_id=user.pk, notice_ids=[pk]) == 0
    assert Notice.objects.get().read_at == first

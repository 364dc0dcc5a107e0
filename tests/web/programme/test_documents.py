"""Documents: sent, read, acknowledged in one gesture, and who has not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hearth.programme.models import Document
from tests.factories import make_tree, make_unit
from tests.factories_programme import make_document, make_plan
from tests.web.programme.pages import body, english, queries

pytestmark = pytest.mark.django_db
LIST = "programme:document-list"


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return english("programme_manager", unit=tree.province)


def said(**changes):
    day = timezone.localdate() + timedelta(days=5)
    return {
        "title": "通知",
        "body": "请阅",
        "acknowledge_by": day.isoformat(),
        "to": "branches",
    } | changes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, {"E", "W"}),
        ({"to": "outlets", "below": "E"}, {"E1", "E2", "E3"}),
        ({"to": "all", "below": "ES"}, {"ES", "E3"}),
        ({"to": "chosen", "codes": "W1,E1"}, {"W1", "E1"}),
    ],
)
def test_a_document_is_sent_to_whom_it_concerns(office, changes, codes):
    make_plan()
    form = said(**changes) | {"files": SimpleUploadedFile("附件.pdf", b"%PDF")}

    answer = office.post(reverse("programme:document-create"), form)

    document = Document.objects.get()
    assert answer.url == reverse("programme:document", args=[document.pk])
    assert {r.unit.code for r in document.receipts.all()} == codes
    assert "附件.pdf" in body(office.get(answer.url))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": "chosen", "codes": "NONE"}, "codes"),
        ({"to": "chosen"}, "to"),
        ({"below": "NONE"}, "below"),
        ({"body": ""}, "body"),
        ({"acknowledge_by": "2001-01-01"}, "acknowledge_by"),
    ],
)
def test_a_fault_stands_beside_its_field(office, changes, field):
    answer = office.post(reverse("programme:document-create"), said(**changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_an_outlet_reads_and_acknowledges_in_one_gesture(office, tree):
    outlet = tree.east_outlets[0]
    head = english("outlet_head", unit=outlet)
    document = make_document(outlet, tree.east_outlets[1], title="清洁日安排", body="每周五")
    page = reverse("programme:document", args=[document.pk])

    assert "<strong>1</strong> document waits" in body(head.get(reverse(LIST)))
    assert "We have read it" in body(head.get(page))
    assert head.post(reverse("programme:document-acknowledge", args=[document.pk])).url == page
    after = body(head.get(page))
    assert "We have read it" not in after
    assert "acknowledged by" in after
    assert "No document waits" in body(head.get(reverse(LIST)))
    assert "Acknowledged by <strong>1</strong> of 2 units; <strong>1</strong> has not." in body(
        office.get(page)
    )
    missing = body(office.get(f"{page}?state=missing"))
    assert tree.east_outlets[1].name in missing


def test_the_head_of_another_outlet_sees_nothing_of_it(tree):
    document = make_document(tree.east_outlets[0])
    other = english("outlet_head", unit=tree.east_outlets[1])

    assert other.get(reverse("programme:document", args=[document.pk])).status_code == 404
    assert document.title not in body(other.get(reverse(LIST)))


def test_the_list_is_narrowed(tree):
    outlet = tree.east_outlets[0]
    head = english("outlet_head", unit=outlet)
    done, owed = make_document(outlet, title="甲"), make_document(outlet, title="乙")
    head.post(reverse("programme:document-acknowledge", args=[done.pk]))

    def titles(query):
        return [d.title for d in head.get(f"{reverse(LIST)}?{query}").context["page_obj"]]

    assert titles("") == ["乙", "甲"]
    assert titles("q=甲") == ["甲"]
    assert titles("state=mine") == [owed.title]
    assert titles("state=open") == [owed.title]
    assert titles("q=没有") == []


def test_who_has_not_is_reminded_and_listed_in_a_file(office, tree):
    document = make_document(tree.east, tree.west)

    answer = office.post(reverse("programme:document-remind", args=[document.pk]), follow=True)
    again = office.post(reverse("programme:document-remind", args=[document.pk]), follow=True)
    export = office.get(f"{reverse('programme:document-export', args=[document.pk])}?format=csv")

    assert "2 units were reminded." in body(answer)
    assert "reminded today already" in body(again)
    assert tree.west.name in b"".join(export.streaming_content).decode()


def test_a_document_is_taken_back_with_a_reason(office, tree):
    document = make_document(tree.east)
    address = reverse("programme:document-withdraw", args=[document.pk])

    assert office.post(address, {"version": 1, "reason": ""}).status_code == 422
    assert office.post(address, {"version": 4, "reason": "x"}).status_code == 422
    assert "发错了" in body(office.post(address, {"version": 1, "reason": "发错了"}, follow=True))


def test_more_documents_and_units_take_no_more_queries(office, tree):
    for _ in range(2):
        make_document(tree.east)
    few = queries(office, reverse(LIST))
    units = [make_unit(tree.west) for _ in range(20)]
    many = make_document(*units)
    for _ in range(20):
        make_document(tree.west)

    assert queries(office, reverse(LIST)) == few
    one, other = make_document(tree.east, tree.west), many
    pages = [reverse("programme:document", args=[d.pk]) for d in (one, other)]
    assert queries(office, pages[0]) == queries(office, pages[1])

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.platform.models import AuditEvent, Notice
from hearth.programme.models import Document
from hearth.programme.services.documents import (
    DocumentText,
    acknowledge,
    remind,
    send_document,
    withdraw_document,
)
from tests.factories import make_actor, make_tree, make_user
from tests.factories_programme import make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


@pytest.fixture
def text(tree):
    return DocumentText(
        title="关于开展服务升温工程的通知",
        number="辽银发〔2021〕12号",
        body="各二级分行：",
        acknowledge_by=timezone.localdate() + timedelta(days=3),
        units=[tree.east, tree.west, tree.east],
        files=(("附件1.pdf", b"%PDF"),),
    )


def test_a_document_goes_to_each_unit_once_and_tells_those_who_answer(office, tree, text):
    head = make_user("branch_manager", unit=tree.east)

    document = send_document(actor=office, text=text)

    assert {r.unit.code for r in document.receipts.all()} == {"E", "W"}
    assert document.files.get().name == "附件1.pdf"
    assert Notice.objects.get(user=head).kind == "document.sent"
    assert AuditEvent.objects.get(action="document.sent").data["units"] == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": "", "files": ()}, "body"),
        ({"units": ()}, "to"),
        ({"acknowledge_by": timezone.localdate() - timedelta(days=1)}, "acknowledge_by"),
    ],
)
def test_a_document_with_a_fault_is_not_sent(office, text, changes, field):
    with pytest.raises(RuleViolation) as refusal:
        send_document(actor=office, text=replace(text, **changes))

    assert refusal.value.facts["faults"][0][0] == field
    assert not Document.objects.exists()


def test_only_the_office_sends(tree, text):
    with pytest.raises(NotAllowed):
        send_document(actor=make_actor("branch_manager", unit=tree.east), text=text)


def test_a_unit_acknowledges_once(tree):
    outlet = tree.east_outlets[0]
    document = make_document(outlet, tree.east)
    head = make_actor("outlet_head", unit=outlet)

    assert acknowledge(actor=head, document_id=document.pk) == 1
    assert acknowledge(actor=head, document_id=document.pk) == 0

    receipt = document.receipts.get(unit=outlet)
    assert receipt.acknowledged_by_id == head.user_id
    assert document.receipts.get(unit=tree.east).acknowledged_at is None
    events = AuditEvent.objects.filter(action="document.acknowledged")
    assert [e.unit_path for e in events] == [outlet.path]


def test_nobody_acknowledges_from_above(tree):
    document = make_document(tree.east_outlets[0])

    with pytest.raises(RuleViolation) as refusal:
        acknowledge(actor=make_actor("branch_manager", unit=tree.east), document_id=document.pk)

    assert refusal.value.code == "not_addressed"


def test_who_only_reads_acknowledges_nothing(tree):
    document = make_document(tree.east)

    with pytest.raises(NotAllowed):
        acknowledge(actor=make_actor("staff", unit=tree.east), document_id=document.pk)


def test_a_document_for_others_does_not_exist(tree):
    document = make_document(tree.west)

    with pytest.raises(Document.DoesNotExist):
        acknowledge(actor=make_actor("branch_manager", unit=tree.east), document_id=document.pk)


def test_who_has_not_is_reminded_once_a_day(office, tree):
    make_user("branch_manager", unit=tree.east)
    document = make_document(tree.east, tree.west)
    acknowledge(actor=make_actor("branch_manager", unit=tree.west), document_id=document.pk)

    assert remind(actor=office, document_id=document.pk) == 1
    assert remind(actor=office, document_id=document.pk) == 0

    receipt = document.receipts.get(unit=tree.east)
    assert (receipt.reminders, receipt.reminded_on) == (1, timezone.localdate())
    assert Notice.objects.filter(kind="document.reminder").count() == 1


def test_what_is_taken_back_needs_no_receipt(office, tree):
    document = make_document(tree.east)
    head = make_actor("branch_manager", unit=tree.east)

    with pytest.raises(StaleWrite):
        withdraw_document(actor=office, document_id=document.pk, version=5, reason="x")
    with pytest.raises(RuleViolation):
        withdraw_document(actor=office, document_id=document.pk, version=1, reason=" ")
    withdraw_document(actor=office, document_id=document.pk, version=1, reason="发错了")

    with pytest.raises(RuleViolation) as refusal:
        acknowledge(actor=head, document_id=document.pk)
    assert refusal.value.code == "withdrawn"
    assert remind(actor=office, document_id=document.pk) == 0

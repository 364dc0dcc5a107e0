from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import User
from hearth.platform import files
from hearth.platform.models import AuditEvent, Notice
from hearth.programme.models import TaskShare
from hearth.programme.services.common import MOST_FILES
from hearth.programme.services.reporting import Said, report, send_back, verify
from tests.factories import make_actor, make_tree
from tests.factories_inspections import photo
from tests.factories_programme import make_plan, make_task, share_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


@pytest.fixture
def east(tree):
    return make_actor("branch_manager", unit=tree.east)


@pytest.fixture
def share(tree, office):
    giver = User.objects.get(pk=office.user_id)
    task = make_task(
        make_plan(), tree.province, tree.east, tree.west, is_planned=True, recorded_by=giver
    )
    return share_of(task, tree.east)


def done(actor, share, **said):
    said = Said("done", **({"note": "13 处已更换"} | said))
    return report(actor=actor, share_id=share.pk, version=share.version, said=said)


def test_a_unit_says_how_far_it_is(east, share):
    report(actor=east, share_id=share.pk, version=1, said=Said("underway", "已排期"))

    share.refresh_from_db()
    assert (share.state, share.note, share.version) == ("underway", "已排期", 2)
    event = AuditEvent.objects.get(action="task.reported")
    assert event.unit_path == share.unit.path
    assert event.data == {"unit": "E", "state": "underway", "note": "已排期"}


def test_done_notes_who_and_when_and_tells_the_giver(east, office, share):
    saved = done(east, share)

    assert saved.done_on == timezone.localdate()
    assert saved.done_by_id == east.user_id
    notice = Notice.objects.get(kind="task.done")
    assert (notice.user_id, notice.params["unit"]) == (office.user_id, share.unit.name)


def test_done_takes_proof(east, share):
    with pytest.raises(RuleViolation) as refusal:
        done(east, share, note=" ")

    assert refusal.value.code == "no_evidence"


def test_a_file_alone_is_proof(east, share):
    saved = done(east, share, note="", proof=("验收单.PDF", b"%PDF-1.7 x"))

    kept = saved.files.get()
    assert (kept.name, kept.content_type) == ("验收单.pdf", "application/pdf")
    assert files.read(kept.sha256) == b"%PDF-1.7 x"
    assert AuditEvent.objects.get(action="task.reported").data["sha256"] == kept.sha256


def test_a_photo_is_encoded_anew(east, share):
    saved = done(east, share, note="", proof=("IMG_1.png", photo()))

    kept = saved.files.get()
    assert (kept.name, kept.content_type) == ("IMG_1.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (("x.exe", b"MZ"), "file_kind"),
        (("nameless", b"x"), "file_kind"),
        (("x.html", b"<script>"), "file_kind"),
        (("x.pdf", b""), "file_empty"),
        (("x.png", b"not a picture"), "not_a_picture"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused(east, share, proof, code):
    with pytest.raises(RuleViolation) as refusal:
        done(east, share, proof=proof)

    assert refusal.value.code == code
    share.refresh_from_db()
    assert share.state == "not_started"


def test_files_have_an_end(east, share):
    for number in range(MOST_FILES):
        share = done(east, share, proof=(f"{number}.txt", b"x"))

    with pytest.raises(RuleViolation) as refusal:
        done(east, share, proof=("more.txt", b"x"))

    assert refusal.value.code == "too_many_files"


def test_nothing_is_done_tomorrow(east, share):
    with pytest.raises(RuleViolation) as refusal:
        done(east, share, done_on=timezone.localdate() + timedelta(days=1))

    assert refusal.value.code == "done_later"


def test_done_is_taken_back_with_a_reason(east, share):
    share = done(east, share)

    with pytest.raises(RuleViolation) as refusal:
        report(actor=east, share_id=share.pk, version=2, said=Said("underway"))
    assert refusal.value.code == "no_reason"
    saved = report(actor=east, share_id=share.pk, version=2, said=Said("underway", "漏了一处"))
    assert (saved.state, saved.done_on, saved.done_by_id) == ("underway", None, None)


@pytest.mark.parametrize("state", ["verified", "nonsense"])
def test_a_unit_cannot_verify_itself(east, share, state):
    with pytest.raises(RuleViolation) as refusal:
        report(actor=east, share_id=share.pk, version=1, said=Said(state, "x"))

    assert refusal.value.code == "no_such_move"


def test_reports_of_another_branch_are_out_of_reach(east, share, tree):
    other = share_of(share.task, tree.west)

    with pytest.raises(TaskShare.DoesNotExist):
        report(actor=east, share_id=other.pk, version=1, said=Said("underway"))


def test_who_only_reads_does_not_report(share, tree):
    reader = make_actor("staff", unit=tree.east)

    with pytest.raises(NotAllowed):
        report(actor=reader, share_id=share.pk, version=1, said=Said("underway"))


def test_a_stale_report_is_refused(east, share):
    with pytest.raises(StaleWrite):
        report(actor=east, share_id=share.pk, version=9, said=Said("underway"))


def test_a_withdrawn_task_takes_no_report(east, share):
    share.task.withdrawn_at = timezone.now()
    share.task.save()

    with pytest.raises(RuleViolation) as refusal:
        report(actor=east, share_id=share.pk, version=1, said=Said("underway"))

    assert refusal.value.code == "task_withdrawn"


# --- another person looks -------------------------------------------------------------------------


def test_someone_above_verifies(east, office, share):
    done(east, share)

    saved = verify(actor=office, share_id=share.pk, version=2)

    assert (saved.state, saved.verified_by_id) == ("verified", office.user_id)
    assert AuditEvent.objects.filter(action="task.verified", unit_path=share.unit.path).exists()


def test_nobody_verifies_from_within_the_unit(east, share, tree):
    done(east, share)
    colleague = make_actor("branch_manager", unit=tree.east)

    with pytest.raises(NotAllowed):
        verify(actor=colleague, share_id=share.pk, version=2)


def test_nobody_verifies_what_they_reported(office, share):
    done(office, share)

    with pytest.raises(RuleViolation) as refusal:
        verify(actor=office, share_id=share.pk, version=2)

    assert refusal.value.code == "own_work"


def test_the_database_too_keeps_two_persons_apart(office, share):
    share = done(office, share)
    share.state, share.verified_at = "verified", timezone.now()
    share.verified_by_id = office.user_id

    with pytest.raises(IntegrityError), transaction.atomic():
        share.save()


def test_only_what_is_done_is_verified_or_sent_back(office, share):
    with pytest.raises(RuleViolation):
        verify(actor=office, share_id=share.pk, version=1)
    with pytest.raises(RuleViolation) as refusal:
        send_back(actor=office, share_id=share.pk, version=1, reason="x")
    assert refusal.value.code == "no_such_move"


@pytest.mark.parametrize("verified", [False, True])
def test_what_is_sent_back_is_underway_and_its_worker_is_told(east, office, share, verified):
    saved = done(east, share)
    if verified:
        saved = verify(actor=office, share_id=share.pk, version=2)

    saved = send_back(actor=office, share_id=share.pk, version=saved.version, reason="照片不清")

    assert (saved.state, saved.note, saved.verified_at) == ("underway", "照片不清", None)
    assert Notice.objects.get(kind="task.sent_back").user_id == east.user_id


def test_sending_back_takes_a_reason(east, office, share):
    done(east, share)

    with pytest.raises(RuleViolation) as refusal:
        send_back(actor=office, share_id=share.pk, version=2, reason="  ")

    assert refusal.value.code == "no_reason"

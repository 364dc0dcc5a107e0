"""The hash-chained trail: whoever changes, removes, adds or cuts is found out."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import weakref
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hearth.platform import audit, jobs, verification
from hearth.platform.models import AuditEvent, AuditHead
from tests.factories import make_actor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HEARTH_HOME = tmp_path
    return tmp_path


@pytest.fixture
def chain():
    """Ten events of one actor."""
    actor = make_actor("staff")
    with transaction.atomic():
        audit.record_many(
            actor, [audit.Entry("thing.done", "x.thing", str(n), data={"n": n}) for n in range(10)]
        )
    return list(AuditEvent.objects.order_by("seq"))


class Held(dict):
    """Facts of which can be seen whether anyone still holds them."""

    __hash__ = object.__hash__


def faults():
    return [(fault.seq, fault.code) for fault in audit.verify()]


def seal(event, **changes):
    """Change an event and give it the hash that fits: what a careful forger does."""
    for name, value in changes.items():
        setattr(event, name, value)
    event.hash = audit.link(event)
    AuditEvent.objects.filter(pk=event.pk).update(hash=event.hash, **changes)


def test_events_are_numbered_without_a_gap_and_hang_together(chain):
    assert [event.seq for event in chain] == list(range(1, 11))
    assert chain[0].prev_hash == ""
    assert all(b.prev_hash == a.hash for a, b in itertools.pairwise(chain))
    assert audit.head() == (10, chain[-1].hash)
    assert faults() == []


def test_an_event_says_who_what_to_whom_and_where():
    actor, user = make_actor("staff", name="李红"), make_user()
    with transaction.atomic():
        audit.record(
            actor,
            "thing.done",
            user,
            unit_path="00010002",
            day=dt.date(2026, 3, 2),
            points=Decimal("2.5"),
        )

    event = AuditEvent.objects.get()
    assert (event.actor, event.actor_name) == (actor.identity, "李红")
    assert (event.object_type, event.object_id) == ("network.user", str(user.pk))
    assert event.unit_path == "00010002"
    assert event.data == {"day": "2026-03-02", "points": "2.5"}
    assert faults() == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor_name": "Nobody"},
        {"actor": "user:0"},
        {"action": "thing.undone"},
        {"object_id": "99"},
        {"object_type": "y.thing"},
        {"unit_path": "0001"},
        {"data": {"n": 99}},
        {"at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
    ],
)
def test_any_changed_column_is_found(chain, change):
    AuditEvent.objects.filter(seq=4).update(**change)

    assert faults() == [(4, "changed")]


def test_a_change_with_a_fitting_hash_breaks_the_next_link(chain):
    seal(chain[3], data={"n": 99})

    assert faults() == [(5, "inserted")]


def test_a_removed_event_is_found(chain):
    AuditEvent.objects.filter(seq=4).delete()

    assert faults() == [(4, "missing")]


def test_a_removed_beginning_is_found(chain):
    AuditEvent.objects.filter(seq__lte=3).delete()

    assert faults() == [(1, "missing")]


def test_an_event_put_in_between_is_found(chain):
    """Numbers leave no room, so whoever puts one in has to push the later ones on."""
    for event in reversed(chain[5:]):
        AuditEvent.objects.filter(seq=event.seq).update(seq=event.seq + 1)
    forged = AuditEvent(
        seq=6, at=timezone.now(), actor="user:1", actor_name="x", action="y", data={},
        prev_hash=chain[4].hash,
    )  # fmt: skip
    forged.hash = audit.link(forged)
    forged.save(force_insert=True)

    found = faults()
    assert (7, "inserted") in found
    assert (7, "changed") in found


def test_a_cut_tail_is_found(chain):
    AuditEvent.objects.filter(seq__gt=7).delete()

    assert faults() == [(7, "head")]


def test_a_tail_put_on_behind_the_head_is_found(chain):
    forged = AuditEvent(
        seq=11, at=timezone.now(), actor="user:1", actor_name="x", action="y", data={},
        prev_hash=chain[-1].hash,
    )  # fmt: skip
    forged.hash = audit.link(forged)
    forged.save(force_insert=True)

    assert faults() == [(11, "head")]


def test_a_lost_head_is_found(chain):
    AuditHead.objects.all().delete()

    assert faults() == [(10, "head")]


def test_whoever_rewrites_everything_disagrees_with_the_anchor(chain, home):
    audit.write_anchor(timezone.now())
    previous = ""
    for event in chain:
        seal(event, actor_name="Nobody", prev_hash=previous)
        previous = event.hash
    AuditHead.objects.update(hash=previous)

    assert faults() == [(10, "anchor")]


def test_a_tail_cut_together_with_its_head_disagrees_with_the_anchor(chain):
    audit.write_anchor(timezone.now())
    AuditEvent.objects.filter(seq__gt=7).delete()
    AuditHead.objects.update(seq=7, hash=chain[6].hash)

    assert faults() == [(10, "anchor")]


def test_the_anchor_is_appended_and_a_torn_line_says_nothing(chain, home):
    first = audit.write_anchor(timezone.now())
    with (home / "anchors.log").open("a") as log:
        log.write("2026-01-01T00:00:00+00:00 9 abc")

    assert first in (home / "anchors.log").read_text()
    assert audit.anchored() == {10: chain[-1].hash}
    assert faults() == []


def test_an_empty_trail_is_whole_and_has_no_anchor():
    audit.write_anchor(timezone.now())

    assert faults() == []
    assert audit.head() == (0, "")
    assert audit.anchored() == {}


def test_events_are_recorded_only_inside_the_transaction_of_the_write(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(make_actor("staff"), "thing.done")


def test_what_is_rolled_back_leaves_no_event(chain):
    def fails():
        with transaction.atomic():
            audit.record(make_actor("staff"), "thing.done")
            raise IntegrityError

    with pytest.raises(IntegrityError):
        fails()

    assert audit.head() == (10, chain[-1].hash)
    assert faults() == []


def test_many_writers_at_once_make_one_chain(transactional_db):
    actor = make_actor("staff")

    def write():
        for _number in range(15):
            with transaction.atomic():
                audit.record(actor, "thing.done")
        connection.close()

    threads = [threading.Thread(target=write) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert audit.head()[0] == 60
    assert faults() == []


def test_events_added_while_it_is_verified_are_no_alarm(chain):
    actor = make_actor("staff")
    with transaction.atomic():
        audit.record_many(actor, [audit.Entry("thing.done")] * 2000)

    def meanwhile(done, total):
        with transaction.atomic():
            audit.record(actor, "thing.done")

    assert list(audit.verify(report=meanwhile)) == []
    assert audit.head()[0] == 2011


def test_of_many_entries_few_are_held_at_a_time(chain):
    alive: weakref.WeakSet[Held] = weakref.WeakSet()
    most = 0

    def entries():
        nonlocal most
        for number in range(500):
            held = Held({"n": number})
            alive.add(held)
            most = max(most, len(alive))
            yield audit.Entry("thing.done", data=held)

    with transaction.atomic():
        audit.record_many(make_actor("staff"), entries())

    assert audit.head()[0] == 510
    assert faults() == []
    assert AuditEvent.objects.get(seq=510).data == {"n": 499}
    assert most <= 2


def test_no_entry_makes_no_event(chain):
    with transaction.atomic():
        audit.record_many(make_actor("staff"), [])

    assert audit.head() == (10, chain[-1].hash)


def test_progress_is_told(chain, monkeypatch):
    with transaction.atomic():
        audit.record_many(make_actor("staff"), [audit.Entry("thing.done")] * 4000)
    told = []

    assert list(audit.verify(report=lambda done, total: told.append((done, total)))) == []

    assert told == [(2000, 4010), (4000, 4010)]


def test_verification_as_a_job_keeps_what_it_found(chain, django_user_model):
    AuditEvent.objects.filter(seq=4).update(actor_name="Nobody")
    job = jobs.enqueue(verification.KIND, user_id=make_user().pk)

    jobs.run_job.call(job.pk)

    job.refresh_from_db()
    assert job.status == "done"
    assert job.result["faults"] == [{"seq": 4, "code": "changed"}]
    assert (job.done, job.total) == (10, 10)


def test_a_reading_is_recorded_on_its_own(transactional_db):
    audit.record_read(make_actor("staff"), "audit.read", filters={})

    assert AuditEvent.objects.get().action == "audit.read"

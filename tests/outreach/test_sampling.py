"""Samples: drawn by seed, each branch with its share, verified by someone else."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, StaleWrite
from hearth.kernel.periods import Period
from hearth.outreach.domain.sampling import by_stratum, draw, population_hash
from hearth.outreach.models import Activity, SamplePhoto, SampleRate
from hearth.outreach.queries.sampling import findings
from hearth.outreach.services.photos import add_photo, remove_photo
from hearth.outreach.services.sampling import STRATUM, draw_sample, rate_on, set_rate, verify
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree
from tests.factories_inspections import photo
from tests.factories_outreach import make_activity, rate, refused

pytestmark = pytest.mark.django_db
QUARTER = Period.parse("2021Q2")


@pytest.fixture
def tree():
    rate()
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


def fill(tree, east=25, west=3):
    for number in range(east):
        make_activity(tree.east_outlets[number % 3])
    for _number in range(west):
        make_activity(tree.west_outlets[0])


def test_a_sample_can_be_drawn_again_by_anyone(tree, office):
    fill(tree)
    make_activity(tree.east_outlets[0], withdrawn_at=timezone.now())
    make_activity(tree.east_outlets[0], on=date(2021, 7, 1))

    sample = draw_sample(actor=office, unit=tree.province, period=QUARTER)

    rows = Activity.objects.standing().between(QUARTER.start, QUARTER.end)
    pairs = [(path[:STRATUM], number) for number, path in rows.values_list("activity", "unit_path")]
    again = draw(by_stratum(pairs), permille=50, seed=sample.seed)
    assert list(sample.items.order_by("pk").values_list("activity__activity", flat=True)) == again
    assert (sample.population, len(again)) == (28, 3)  # 5 % of 25 and of 3, each rounded up
    assert sample.population_hash == population_hash(number for _path, number in pairs)
    assert AuditEvent.objects.latest("seq").data["seed"] == sample.seed


def test_a_branch_draws_of_its_own_only(tree):
    fill(tree)
    manager = make_actor("branch_manager", unit=tree.west)

    sample = draw_sample(actor=manager, unit=tree.west, period=QUARTER)

    assert sample.population == 3
    with pytest.raises(NotAllowed):
        draw_sample(actor=manager, unit=tree.east, period=QUARTER)


def test_when_nothing_is_drawn(tree, office):
    with refused("nothing_to_draw"):
        draw_sample(actor=office, unit=tree.province, period=QUARTER)
    present = Period.of(timezone.localdate(), "quarter")
    with refused("period_not_over"):
        draw_sample(actor=office, unit=tree.province, period=present)
    fill(tree, 1, 0)
    draw_sample(actor=office, unit=tree.province, period=QUARTER)
    with refused("drawn"):
        draw_sample(actor=office, unit=tree.province, period=QUARTER)


def test_the_rate_is_that_of_the_day(tree, office):
    tomorrow = timezone.localdate() + timedelta(days=1)
    set_rate(actor=office, permille=100, valid_from=tomorrow)

    assert rate_on(QUARTER.last_day).permille == 50
    assert rate_on(tomorrow).permille == 100
    with refused("rate_taken"):
        set_rate(actor=office, permille=100, valid_from=tomorrow)
    with refused("rate_out_of_range"):
        set_rate(actor=office, permille=0, valid_from=tomorrow)
    with refused("rate_in_the_past"):
        set_rate(actor=office, permille=10, valid_from=timezone.localdate() - timedelta(days=1))
    SampleRate.objects.all().delete()
    with refused("no_rate"):
        rate_on(tomorrow)


def test_a_branch_sets_no_rate(tree):
    with pytest.raises(NotAllowed):
        set_rate(
            actor=make_actor("branch_manager", unit=tree.east),
            permille=10,
            valid_from=timezone.localdate(),
        )


@pytest.fixture
def item(tree, office):
    fill(tree, 1, 0)
    return draw_sample(actor=office, unit=tree.province, period=QUARTER).items.get()


def test_what_was_seen_is_said(item, office):
    with refused("evidence_missing"):
        verify(actor=office, item=item, version=1, result="held", note="")
    shot = add_photo(
        actor=office, table=SamplePhoto, record=item, uuid=uuid.uuid4(), content=photo()
    )

    verified = verify(actor=office, item=item, version=1, result="held", note="")

    assert (verified.result, verified.version, verified.verified_by_id) == (
        "held",
        2,
        office.user_id,
    )
    found = findings([item.sample])[item.sample.pk]
    assert (found.drawn, found.verified, found.held) == (1, 1, 1)
    shot = SamplePhoto.objects.get(pk=shot.pk)
    with refused("confirmed"):
        remove_photo(actor=office, photo=shot)


def test_what_verification_refuses(item, office):
    with refused("result_unknown"):
        verify(actor=office, item=item, version=1, result="pending", note="x")
    with refused("no_note"):
        verify(actor=office, item=item, version=1, result="not_held", note=" ")
    with pytest.raises(StaleWrite):
        verify(actor=office, item=item, version=2, result="held", note="x")


def test_nobody_verifies_their_own(item, office, tree):
    Activity.objects.update(recorded_by=office.user_id)
    item.activity.refresh_from_db()
    with refused("own_work"):
        verify(actor=office, item=item, version=1, result="held", note="x")
    Activity.objects.update(recorded_by=None, confirmed_by=office.user_id, confirmed_version=1)
    with refused("own_work"):
        verify(actor=office, item=item, version=1, result="held", note="x")
    other = make_actor("branch_manager", unit=tree.west)
    with pytest.raises(NotAllowed):
        verify(actor=other, item=item, version=1, result="held", note="x")

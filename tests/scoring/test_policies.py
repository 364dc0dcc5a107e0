"""Policies: drafted, proposed by one, decided by another."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.platform.models import AuditEvent
from hearth.scoring.models import Policy
from hearth.scoring.services.policies import (
    copy_policy,
    decide_policy,
    propose_policy,
    save_policy,
)
from tests.factories import make_actor
from tests.factories_scoring import make_policy, policy_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_actor("programme_manager")


@pytest.fixture
def colleague(office):
    return make_actor("programme_manager")


def code_of(raising, *args, **kwargs):
    with pytest.raises(RuleViolation) as refusal:
        raising(*args, **kwargs)
    assert str(refusal.value)
    return refusal.value.code


def proposed(office):
    draft = save_policy(actor=office, text=policy_text())
    return propose_policy(actor=office, policy_id=draft.pk, version=1)


def actions():
    return list(
        AuditEvent.objects.filter(action__startswith="policy.")
        .order_by("seq")
        .values_list("action", flat=True)
    )


def test_a_draft_says_what_was_written(office):
    policy = save_policy(
        actor=office, text=policy_text(weights={"video": 60, "mystery": 40, "onsite": 0})
    )

    policy.refresh_from_db()
    assert policy.weights == {"video": 60, "mystery": 40}
    assert (policy.status, policy.version, policy.proposed_by_id) == ("draft", 1, office.user_id)
    assert (policy.minimum_coverage_percent, policy.bonus_cap_centi) == (60, 300)
    assert (policy.veto_cap_centi, policy.pass_centi) == (6000, 8500)
    assert actions() == ["policy.saved"]


def test_a_draft_is_changed_by_whoever_saw_its_newest_text(office):
    draft = save_policy(actor=office, text=policy_text())

    changed = save_policy(
        actor=office, text=policy_text(weights={"video": 100}), policy_id=draft.pk, version=1
    )

    assert (changed.pk, changed.version, changed.weights) == (draft.pk, 2, {"video": 100})
    with pytest.raises(StaleWrite) as stale:
        save_policy(actor=office, text=policy_text(), policy_id=draft.pk, version=1)
    assert stale.value.facts["version"] == 2


@pytest.mark.parametrize(
    "weights",
    [
        {},
        {"video": 0},
        {"video": 60, "mystery": 30},
        {"video": 101},
        {"video": -10, "mystery": 110},
        {"radio": 100},
    ],
)
def test_weights_are_of_known_channels_and_sum_to_100(office, weights):
    text = policy_text(weights=weights)

    assert code_of(save_policy, actor=office, text=text) == "policy_wrong"
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum_coverage_percent": 101},
        {"bonus_cap_centi": 10_001},
        {"veto_cap_centi": -1},
        {"pass_centi": 10_001},
    ],
)
def test_numbers_lie_in_their_range(office, wrong):
    assert code_of(save_policy, actor=office, text=policy_text(**wrong)) == "policy_wrong"


def test_a_policy_does_not_end_before_it_begins(office):
    text = policy_text(effective_to=date(2021, 1, 1))

    assert code_of(save_policy, actor=office, text=text) == "span_backwards"


def test_the_sum_is_named(office):
    with pytest.raises(RuleViolation) as refusal:
        save_policy(actor=office, text=policy_text(weights={"video": 60, "mystery": 30}))

    assert "90" in str(refusal.value)


def test_from_draft_to_force(office, colleague):
    policy = proposed(office)
    assert not Policy.objects.in_force(date(2021, 6, 30)).exists()

    approved = decide_policy(
        actor=colleague, policy_id=policy.pk, version=2, approve=True, note=" 同意 "
    )

    approved.refresh_from_db()
    assert (approved.status, approved.version, approved.note) == ("approved", 3, "同意")
    assert (approved.proposed_by_id, approved.approved_by_id) == (
        office.user_id,
        colleague.user_id,
    )
    assert approved.approved_at is not None
    assert Policy.objects.in_force(date(2021, 6, 30)).get() == approved
    assert actions() == ["policy.saved", "policy.proposed", "policy.approved"]


def test_rejected_it_never_comes_into_force(office, colleague):
    policy = proposed(office)

    rejected = decide_policy(
        actor=colleague, policy_id=policy.pk, version=2, approve=False, note="权重不合理"
    )

    assert (rejected.status, rejected.approved_by_id) == ("rejected", None)
    assert not Policy.objects.in_force(date(2021, 6, 30)).exists()
    assert actions()[-1] == "policy.rejected"


@pytest.mark.parametrize("approve", [True, False])
def test_who_proposes_does_not_decide(office, approve):
    policy = proposed(office)

    assert (
        code_of(decide_policy, actor=office, policy_id=policy.pk, version=2, approve=approve)
        == "own_proposal"
    )


def test_whoever_proposes_stands_for_it_also_when_another_wrote_it(office, colleague):
    draft = save_policy(actor=office, text=policy_text())

    policy = propose_policy(actor=colleague, policy_id=draft.pk, version=1)

    assert policy.proposed_by_id == colleague.user_id
    assert (
        code_of(decide_policy, actor=colleague, policy_id=policy.pk, version=2, approve=True)
        == "own_proposal"
    )
    assert decide_policy(actor=office, policy_id=policy.pk, version=2, approve=True)


def test_the_database_holds_two_persons_too(office):
    policy = proposed(office)

    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(approved_by=policy.proposed_by_id)


@pytest.mark.parametrize("role", ["branch_manager", "reviewer", "auditor"])
def test_only_the_office_does_any_of_it(office, role):
    draft, other = save_policy(actor=office, text=policy_text()), make_actor(role)

    for attempt in (
        lambda: save_policy(actor=other, text=policy_text()),
        lambda: propose_policy(actor=other, policy_id=draft.pk, version=1),
        lambda: decide_policy(actor=other, policy_id=draft.pk, version=1, approve=True),
        lambda: copy_policy(actor=other, policy_id=draft.pk),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_each_step_has_its_place(office, colleague):
    draft = save_policy(actor=office, text=policy_text())
    assert (
        code_of(decide_policy, actor=colleague, policy_id=draft.pk, version=1, approve=True)
        == "not_proposed"
    )
    policy = propose_policy(actor=office, policy_id=draft.pk, version=1)
    assert (
        code_of(save_policy, actor=office, text=policy_text(), policy_id=policy.pk, version=2)
        == "not_draft"
    )
    assert code_of(propose_policy, actor=office, policy_id=policy.pk, version=2) == "not_draft"
    decide_policy(actor=colleague, policy_id=policy.pk, version=2, approve=True)
    assert (
        code_of(decide_policy, actor=colleague, policy_id=policy.pk, version=3, approve=False)
        == "not_proposed"
    )


def test_older_versions_are_refused(office, colleague):
    draft = save_policy(actor=office, text=policy_text())
    with pytest.raises(StaleWrite):
        propose_policy(actor=office, policy_id=draft.pk, version=9)
    propose_policy(actor=office, policy_id=draft.pk, version=1)
    with pytest.raises(StaleWrite):
        decide_policy(actor=colleague, policy_id=draft.pk, version=1, approve=True)


def test_what_is_not_there(office):
    for attempt in (
        lambda: save_policy(actor=office, text=policy_text(), policy_id=4711, version=1),
        lambda: propose_policy(actor=office, policy_id=4711, version=1),
        lambda: decide_policy(actor=office, policy_id=4711, version=1, approve=True),
        lambda: copy_policy(actor=office, policy_id=4711),
    ):
        with pytest.raises(Policy.DoesNotExist):
            attempt()


def test_a_copy_is_a_draft_of_ones_own(office):
    policy = make_policy()

    copied = copy_policy(actor=office, policy_id=policy.pk)

    assert copied.pk != policy.pk
    assert (copied.status, copied.weights) == ("draft", policy.weights)
    assert (copied.proposed_by_id, copied.approved_by_id) == (office.user_id, None)


def test_of_several_in_force_the_latest_holds():
    old = make_policy(effective_from=date(2021, 1, 1))
    new = make_policy(effective_from=date(2021, 4, 1))
    gone = make_policy(effective_from=date(2021, 6, 1), effective_to=date(2021, 6, 30))

    def on(day):
        return Policy.objects.in_force(day).first()

    assert on(date(2020, 12, 31)) is None
    assert on(date(2021, 3, 31)) == old
    assert on(date(2021, 4, 1)) == new
    assert on(date(2021, 6, 29)) == gone
    assert on(date(2021, 6, 30)) == new

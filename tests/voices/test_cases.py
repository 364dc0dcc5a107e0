"""Cases from draft to column: every exit of the services."""

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.actors import actor_of
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent, Notice
from hearth.voices.models import Case, Like
from hearth.voices.queries import cases_for
from hearth.voices.services import cases
from hearth.voices.services.cases import CaseText
from tests.factories import make_actor, make_tree, make_user
from tests.factories_voices import make_case

pytestmark = pytest.mark.django_db

SAID = CaseText(" 一杯热水 ", "客户进门先递一杯热水。", "service")


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def author(tree):
    user = make_user("staff", unit=tree.east_outlets[0])
    return actor_of(user, on=timezone.localdate())


@pytest.fixture
def office(tree):
    return make_actor("programme_manager")


@pytest.fixture
def draft(author):
    return cases.write_case(actor=author, said=SAID)


def submitted(author, draft):
    return cases.submit_case(actor=author, pk=draft.pk, version=draft.version)


def code_of(call):
    with pytest.raises(RuleViolation) as refused:
        call()
    return refused.value.code


def test_a_case_goes_into_the_column_through_two_persons(author, office, draft, tree):
    assert (draft.title, draft.unit, draft.status) == ("一杯热水", tree.east_outlets[0], "draft")
    cases.change_case(
        actor=author, pk=draft.pk, version=1, said=CaseText("热水", "递一杯热水。", "brand")
    )
    cases.submit_case(actor=author, pk=draft.pk, version=2)
    cases.approve_case(actor=office, pk=draft.pk, version=3, note="好")
    done = cases.publish_case(actor=office, pk=draft.pk, version=4)
    assert (done.title, done.pillar, done.status) == ("热水", "brand", "published")
    assert (done.published_on, done.decided_by_id) == (timezone.localdate(), office.user_id)
    verbs = AuditEvent.objects.filter(action__startswith="case.").order_by("seq")
    assert list(verbs.values_list("action", flat=True)) == [
        "case.saved",
        "case.saved",
        "case.submitted",
        "case.approved",
        "case.published",
    ]
    west = make_actor("staff", unit=tree.west)
    assert list(cases_for(west)) == [done]


def test_before_that_it_is_read_by_its_author_and_once_handed_in_by_those_above(
    author, draft, tree
):
    east, west = make_actor("branch_manager", unit=tree.east), make_actor("staff", unit=tree.west)
    assert [cases_for(one).count() for one in (author, east, west)] == [1, 0, 0]
    submitted(author, draft)
    assert [cases_for(one).count() for one in (author, east, west)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (CaseText(" ", "x", "brand"), "no_text"),
        (CaseText("x", " ", "brand"), "no_text"),
        (CaseText("x" * 121, "x", "brand"), "too_long"),
        (CaseText("x", "x" * 20_001, "brand"), "too_long"),
    ],
)
def test_what_is_no_case_is_refused(author, draft, said, code):
    assert code_of(lambda: cases.write_case(actor=author, said=said)) == code
    assert (
        code_of(lambda: cases.change_case(actor=author, pk=draft.pk, version=1, said=said)) == code
    )


def test_who_has_no_voice_or_no_home_writes_nothing(tree):
    with pytest.raises(NotAllowed):
        cases.write_case(actor=make_actor("auditor"), said=SAID)
    homeless = Actor(make_user().pk, "x", "x", is_operator=True)
    assert code_of(lambda: cases.write_case(actor=homeless, said=SAID)) == "no_home"


def test_each_step_follows_the_one_before(author, office, draft):
    on = {"actor": office, "pk": draft.pk, "version": 1}
    assert code_of(lambda: cases.approve_case(**on)) == "wrong_state"
    assert code_of(lambda: cases.publish_case(**on)) == "wrong_state"
    assert code_of(lambda: cases.return_case(**on, note="x")) == "wrong_state"
    submitted(author, draft)
    mine = {"actor": author, "pk": draft.pk, "version": 2}
    assert code_of(lambda: cases.change_case(**mine, said=SAID)) == "wrong_state"
    assert code_of(lambda: cases.submit_case(**mine)) == "wrong_state"


def test_it_is_given_back_with_what_to_change(author, office, draft):
    submitted(author, draft)
    on = {"actor": office, "pk": draft.pk, "version": 2}
    assert code_of(lambda: cases.return_case(**on, note=" ")) == "no_reason"
    done = cases.return_case(**on, note="写明效果")
    assert (done.status, done.decision_note) == ("draft", "写明效果")
    told = Notice.objects.get(user=author.user_id)
    assert (told.kind, told.params) == ("case.returned", {"title": done.title})
    assert cases.submit_case(actor=author, pk=draft.pk, version=3).status == "submitted"


def test_nobody_decides_on_their_own(office, tree):
    own = cases.write_case(actor=office, said=SAID)
    cases.submit_case(actor=office, pk=own.pk, version=1)
    assert code_of(lambda: cases.approve_case(actor=office, pk=own.pk, version=2)) == "own_case"


def test_others_neither_change_nor_decide(author, draft, tree):
    other = make_actor("staff", unit=tree.east_outlets[0])
    with pytest.raises(Case.DoesNotExist):
        cases.change_case(actor=other, pk=draft.pk, version=1, said=SAID)
    with pytest.raises(NotAllowed):
        cases.approve_case(actor=author, pk=draft.pk, version=1)
    with pytest.raises(Case.DoesNotExist):
        cases.withdraw_case(actor=other, pk=draft.pk, version=1, reason="x")
    with pytest.raises(StaleWrite):
        cases.submit_case(actor=author, pk=draft.pk, version=9)


def test_it_is_taken_back_with_a_reason(author, office, draft):
    on = {"pk": draft.pk, "version": 1}
    assert code_of(lambda: cases.withdraw_case(actor=author, **on, reason=" ")) == "no_reason"
    cases.withdraw_case(actor=author, **on, reason="不准确")
    again = {"pk": draft.pk, "version": 2}
    assert code_of(lambda: cases.withdraw_case(actor=office, **again, reason="x")) == "withdrawn"


def test_a_published_case_is_liked_once_each(author, office, tree):
    case = make_case(
        tree.outlets[0],
        make_user(),
        status="published",
        published_on=timezone.localdate(),
        decided_by_id=office.user_id,
    )
    assert [cases.like_case(actor=author, pk=case.pk, likes=True) for _n in range(2)] == [
        True,
        False,
    ]
    cases.like_case(actor=office, pk=case.pk, likes=True)
    shown = cases_for(author).get()
    assert (shown.liked, shown.is_liked) == (2, True)
    assert cases.like_case(actor=author, pk=case.pk, likes=False)
    assert not cases.like_case(actor=author, pk=case.pk, likes=False)
    assert Like.objects.count() == 1
    assert AuditEvent.objects.filter(action__in=["case.liked", "case.unliked"]).count() == 3


def test_a_draft_is_not_liked_and_not_by_who_has_no_voice(author, draft):
    with pytest.raises(Case.DoesNotExist):
        cases.like_case(actor=author, pk=draft.pk, likes=True)
    with pytest.raises(NotAllowed):
        cases.like_case(actor=make_actor("auditor"), pk=draft.pk, likes=True)

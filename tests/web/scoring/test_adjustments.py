"""Pages of adjustments: proposed, approved or rejected by another, told before a closing."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hearth.platform.models import AuditEvent
from hearth.scoring.models import Adjustment
from hearth.scoring.services.adjustments import withdraw_adjustment
from hearth.scoring.services.adjustments_decided import decide_adjustments
from tests.bulletins.quarters import closed_quarter
from tests.factories import client_as, make_actor, make_user
from tests.factories_scoring import make_adjustment, make_proposal

pytestmark = pytest.mark.django_db
SAID = {
    "unit": "E1",
    "kind": "bonus",
    "points": "1.5",
    "reason": "锦旗",
    "decided_on": "2021-06-01",
}


def english(who):
    client = client_as(who)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


@pytest.fixture
def tree():
    tree, _closing = closed_quarter()
    return tree


@pytest.fixture
def client(tree):
    return english("programme_manager")


ADDRESS, DECIDE = "/scoring/2021Q2/adjustments/", "/scoring/2021Q2/adjustments/decide/"


def ticket(row):
    return f"{row.pk}:{row.version}"


def words(client, address=ADDRESS):
    return client.get(address).content.decode()


def messages_of(answer):
    return [str(message) for message in answer.context["messages"]]


def test_an_adjustment_is_proposed_or_refused_with_what_was_typed(client):
    refused = client.post(ADDRESS, SAID | {"unit": "X9"})
    assert refused.status_code == 422
    assert 'value="X9"' in refused.content.decode()
    assert not Adjustment.objects.exists()

    for _press in range(2):
        answer = client.post(ADDRESS, SAID, follow=True)
        assert messages_of(answer) == ["Proposed. It counts once another person has approved it."]

    row = Adjustment.objects.get()
    assert (row.points_centi, row.status) == (150, "proposed")
    page = answer.content.decode()
    assert "<strong>0</strong> adjustments count." in page
    assert "<strong>1</strong> proposal waits for another person." in page
    assert 'name="chosen"' not in page  # one's own


def test_only_who_records_adjustments_may_send_one(tree):
    assert english("staff").post(ADDRESS, {"unit": "E1"}).status_code == 403


def test_another_person_approves_those_that_are_ticked(client, tree):
    rows = [make_proposal(unit) for unit in tree.outlets[:3]]
    page = client.get(ADDRESS)
    assert page.content.decode().count('name="chosen"') == 3

    sent = {"chosen": [ticket(row) for row in rows[:2]], "approve": "1"}
    answer = client.post(DECIDE, sent, follow=True)
    again = client.post(DECIDE, sent, follow=True)  # a second press

    said = ["2 proposals approved. They hold from the next closing."]
    assert messages_of(answer) == messages_of(again) == said
    assert set(Adjustment.objects.counted()) == set(rows[:2])
    assert AuditEvent.objects.filter(action="adjustment.approved").count() == 2
    text = words(client)
    assert text.count('name="chosen"') == 1
    assert "approved by" in text


def test_rejecting_asks_why(client, tree):
    row = make_proposal(tree.outlets[0])
    sent = {"chosen": [ticket(row)], "reject": "1"}

    asked = client.post(DECIDE, sent)
    assert asked.status_code == 200
    assert f'value="{ticket(row)}"' in asked.content.decode()
    assert f"{row.unit.name} Bonus · Who proposed is told." in asked.content.decode()
    assert client.post(DECIDE, sent | {"note": " "}).status_code == 422
    assert Adjustment.objects.get().status == "proposed"
    answer = client.post(DECIDE, sent | {"note": "证据不足"}, follow=True)

    assert messages_of(answer) == ["1 proposal rejected."]
    assert "证据不足" in answer.content.decode()
    assert Adjustment.objects.get().status == "rejected"


def test_own_stale_and_unknown_ones_are_refused_with_a_sentence(tree):
    user = make_user("programme_manager")
    row = make_proposal(tree.outlets[0])
    mine = Adjustment.objects.create(
        unit=tree.outlets[1],
        period="2021Q2",
        kind="veto",
        reason="x",
        decided_on="2021-06-01",
        recorded_by=user,
    )
    sent = {"chosen": [ticket(mine), f"{row.pk}:7", "9999:1"], "approve": "1"}

    answer = english(user).post(DECIDE, sent, follow=True)

    assert sorted(messages_of(answer)) == sorted(
        [
            "This adjustment is not there for you. Reload the page.",
            f"{row.unit.name}: Someone changed this adjustment meanwhile. Reload to see it.",
            f"{mine.unit.name}: Who proposes does not approve. Ask a colleague.",
        ]
    )
    assert not Adjustment.objects.counted().exists()


def test_nothing_ticked_is_said(client, tree):
    answer = client.post(DECIDE, {"approve": "1"}, follow=True)

    assert messages_of(answer) == ["Tick the adjustments that you decide on."]


def test_who_may_decide_and_where(client, tree):
    row = make_proposal(tree.west_outlets[0])
    sent = {"chosen": [ticket(row)], "approve": "1"}

    assert english("branch_manager").post(DECIDE, sent).status_code == 403
    assert client.post("/scoring/2021Q9/adjustments/decide/", sent).status_code == 404
    assert client.get(DECIDE).status_code == 405
    east = english(make_user("programme_manager", unit=tree.east))
    answer = east.post(DECIDE, sent, follow=True)
    assert messages_of(answer) == ["This adjustment is not there for you. Reload the page."]
    assert Adjustment.objects.get().status == "proposed"


def test_readers_see_what_counts_and_what_did(client, tree):
    make_proposal(tree.outlets[0], reason="还没有批准")
    make_adjustment(tree.outlets[1], reason="已经计分")
    for who in ("staff", "outlet_head"):
        text = words(english(who))
        assert "已经计分" in text
        assert "还没有批准" not in text
        assert "waits for another person" not in text
    assert "还没有批准" in words(english("auditor"))


def test_one_that_counts_is_withdrawn_by_two(client, tree):
    row = make_adjustment(tree.outlets[0])
    address = reverse("scoring:adjustment-withdraw", args=[row.pk])

    assert "Propose to withdraw this adjustment" in words(client, address)
    assert client.post(address, {"reason": ""}).status_code == 422
    answer = client.post(address, {"reason": "申诉成立"}, follow=True)

    said = "Proposed. It counts until another person has approved this."
    assert messages_of(answer) == [said]
    assert "<strong>1</strong> adjustment counts." in answer.content.decode()
    assert "申诉成立" in answer.content.decode()
    row.refresh_from_db()
    english("programme_manager").post(DECIDE, {"chosen": [ticket(row)], "approve": "1"})
    assert not Adjustment.objects.counted().exists()
    assert client.post(address, {"reason": "x"}).status_code == 422


def test_an_own_proposal_is_taken_back_at_once(client, tree):
    client.post(ADDRESS, SAID)
    address = reverse("scoring:adjustment-withdraw", args=[Adjustment.objects.get().pk])

    answer = client.post(address, {"reason": "写错"}, follow=True)

    assert messages_of(answer)[-1] == "Withdrawn. It does not count."
    assert Adjustment.objects.get().status == "withdrawn"


def test_before_a_closing_what_waits_is_said_with_the_way_there(client, tree):
    address = reverse("scoring:close", args=["2021Q2"])
    assert "Look at the adjustments" not in words(client, address)
    make_proposal(tree.outlets[0])
    row = make_adjustment(tree.outlets[1])
    withdraw_adjustment(actor=make_actor("programme_manager"), adjustment_id=row.pk, reason="x")

    text = words(client, address)

    assert "<strong>1</strong> proposed adjustment waits for approval and would not count." in text
    assert "The withdrawal of <strong>1</strong> adjustment waits for approval" in text
    assert f'<a href="{ADDRESS}">' in text
    assert "Adjustments are still waiting and would not count. Close all the same?" in text


def test_after_a_closing_it_says_that_an_adjustment_came(client, tree):
    said = "Adjustments of this period were approved or withdrawn after it was closed."
    row = make_proposal(tree.outlets[0])
    assert said not in words(client, "/scoring/2021Q2/")

    client.post(DECIDE, {"chosen": [ticket(row)], "approve": "1"})

    assert said in words(client, "/scoring/2021Q2/")


def test_home_tells_who_may_approve_and_who_proposed(tree):
    first, second = make_user("programme_manager"), make_user("programme_manager")
    english(first).post(ADDRESS, SAID)
    english(first).post(ADDRESS, SAID | {"unit": "E2"})

    def told(user):
        return [duty for duty in english(user).get("/").context["duties"] if ADDRESS in duty.url]

    assert told(first) == []
    assert [(duty.count, duty.text) for duty in told(second)] == [
        (2, "adjustments of Q2 2021 wait for your approval")
    ]
    english(second).post(
        DECIDE, {"chosen": [ticket(row) for row in Adjustment.objects.all()], "approve": "1"}
    )
    assert told(second) == []
    notices = words(english(first), reverse("cockpit:notices"))
    assert "Q2 2021: 2 adjustments that you proposed were approved." in notices


@pytest.mark.parametrize("approve", [True, False])
def test_each_notice_has_its_words(tree, approve):
    user = make_user("programme_manager")
    client = english(user)
    client.post(ADDRESS, SAID)
    counting = make_adjustment(tree.outlets[1])
    client.post(reverse("scoring:adjustment-withdraw", args=[counting.pk]), {"reason": "x"})
    chosen = [ticket(row) for row in Adjustment.objects.waiting()]

    decide_adjustments(
        actor=make_actor("programme_manager"), chosen=chosen, approve=approve, note="x"
    )

    text, word = words(client, reverse("cockpit:notices")), "approved" if approve else "rejected"
    assert f"Q2 2021: 1 adjustment that you proposed was {word}." in text
    assert f"Q2 2021: the withdrawal of 1 adjustment was {word}." in text


def _cost(client):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(ADDRESS).status_code == 200
    return len(asked)


def test_more_adjustments_cost_no_more_queries(tree, client):
    for make in (make_adjustment, make_proposal):
        make(tree.outlets[0])
        _cost(client)
        before = _cost(client)
        for outlet in tree.outlets[1:]:
            make(outlet)
            make(outlet, "deduction")

        assert _cost(client) == before


def exported(client):
    answer = client.get(f"{ADDRESS}export/", {"format": "csv"})
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def test_the_list_leaves_with_what_became_of_each(client):
    client.post(ADDRESS, SAID)
    client.post(ADDRESS, SAID | {"unit": "E2", "reason": "=1+1"})
    approver = english("programme_manager")
    approver.post(DECIDE, {"chosen": ticket(Adjustment.objects.get(unit__code="E1")), "approve": 1})

    head, first, second = exported(client)

    assert head.startswith("Unit,Period,Kind,Points,Reason,Evidence,Decided on,State,")
    assert first.startswith("E1,2021Q2,Bonus,1.5,锦旗,,2021-06-01,Counts,")
    assert second.startswith("E2,2021Q2,Bonus,1.5,'=1+1,,2021-06-01,Waiting for approval,")
    assert f"{ADDRESS}export/" in words(client)


def test_what_never_counted_leaves_only_for_those_at_work_on_it(client):
    client.post(ADDRESS, SAID)

    assert len(exported(client)) == 2
    assert len(exported(english("branch_manager"))) == 1

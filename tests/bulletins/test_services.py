"""A bulletin from its draft to its revisions: each way out of each service, once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hearth.bulletins import services, stored
from hearth.bulletins.models import Bulletin, Rendition
from hearth.bulletins.queries import (
    closings_without_bulletin,
    facts_of,
    newest,
    records_changed_since,
    revisions_of,
)
from hearth.bulletins.services import BulletinText
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.platform import files
from hearth.platform.models import AuditEvent, Notice
from hearth.standards.models import Edition
from hearth.workflows.publication import (
    approve_bulletin,
    propose_bulletin,
    publish_bulletin,
    send_back_bulletin,
)
from tests.bulletins.quarters import QUARTER, closed_quarter, drafted, published, second, writer
from tests.factories import make_actor, make_person, make_user
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import close, make_adjustment, make_policy, make_proposal

pytestmark = pytest.mark.django_db


def text_of(bulletin: Bulletin, **changes: str) -> BulletinText:
    fields = {
        "title": bulletin.title,
        "title_en": bulletin.title_en,
        "issuer": bulletin.issuer,
        "number": bulletin.number,
        "addressees": bulletin.addressees,
        "prose": bulletin.prose,
    }
    return BulletinText(**fields | changes)


def step(bulletin: Bulletin) -> dict[str, int]:
    bulletin.refresh_from_db()
    return {"bulletin_id": bulletin.pk, "version": bulletin.version}


def refusal(code: str):
    return pytest.raises(RuleViolation, check=lambda error: error.code == code)


def actions() -> list[str]:
    events = AuditEvent.objects.filter(object_type="bulletins.bulletin").order_by("seq")
    return list(events.values_list("action", flat=True))


# --- the facts ------------------------------------------------------------------------------------


def test_the_facts_are_those_of_the_closing():
    _tree, closing = closed_quarter(before=True)

    found = facts_of(closing)

    assert (found.tally.checks, found.tally.findings, found.tally.clean) == (10, 8 + 3, 2)
    assert (found.previous, found.tally_before.checks) == ("2021Q1", 10)
    assert [branch.code for branch in found.branches] == ["E", "W"]
    assert [(o.code, o.branch) for o in found.outlets] == [
        ("E3", "东城分行"),  # its sub-branch comes first in the tree
        ("E1", "东城分行"),
        ("E2", "东城分行"),
        ("W1", "西城分行"),
        ("W2", "西城分行"),
    ]
    assert found.root.code == "P"
    assert [(c.key, c.checks, c.seen) for c in found.channels] == [("video", 10, 5)]
    assert [e.title for e in found.editions] == ["网点服务检查标准"]
    assert found.unseen == 0


def test_faults_come_with_their_branches_and_the_quarter_before():
    _tree, closing = closed_quarter(before=True)

    sign = next(fault for fault in facts_of(closing).faults if fault.code == "A01")

    assert (sign.findings, sign.checks, sign.outlets) == (6, 10, 3)
    assert sign.before == (4, 10)
    assert [(p.code, p.findings, p.outlets) for p in sign.parts] == [("E", 2, 3), ("W", 4, 2)]
    assert sign.example.note == "门楣缺一个笔画"
    assert (sign.example.outlet, sign.example.code) == ("", "")


def test_named_examples_say_where():
    _tree, closing = closed_quarter()

    sign = next(f for f in facts_of(closing, named_examples=True).faults if f.code == "A01")

    assert sign.example.code in {"E1", "W1", "W2"}


def test_what_a_mystery_shopper_saw_never_says_where_or_by_whom():
    tree, _closing = closed_quarter()
    make_policy()
    edition = Edition.objects.get()
    shopper = make_user("mystery_shopper", name="林溪")
    outlet = tree.outlets[0]
    make_person(outlet, name="孟柜员")
    noted = mark("B01", value="C", note="孟柜员未微笑，林溪记录")
    make_inspection(outlet, edition, noted, on="2021-06-20", channel="mystery", by=shopper)

    faults = facts_of(close("2021Q2"), named_examples=True).faults
    seen = next(fault for fault in faults if fault.code == "B01")

    assert seen.example.note == "***未微笑，***记录"
    assert (seen.example.channel, seen.example.outlet, seen.example.code) == ("", "", "")


def test_what_others_saw_is_preferred_as_an_example():
    tree, _closing = closed_quarter()
    make_policy()
    edition = Edition.objects.get()
    for day in ("2021-06-20", "2021-06-21", "2021-06-22"):
        noted = mark("A01", note="神秘人看到的")
        for outlet in tree.outlets:
            make_inspection(outlet, edition, noted, on=day, channel="mystery")

    sign = next(f for f in facts_of(close("2021Q2")).faults if f.code == "A01")

    assert sign.example.note == "门楣缺一个笔画"


def test_policy_adjustments_and_vetoes_are_part_of_the_facts():
    tree, _closing = closed_quarter()
    make_policy(weights={"video": 100})
    make_adjustment(tree.outlets[1])
    make_adjustment(tree.outlets[2], "veto")
    make_proposal(tree.outlets[0], "veto")

    found = facts_of(close("2021Q2"))

    assert found.policy.name == "2021 年计分办法"
    assert found.adjustments == {"bonus": 1, "veto": 1}
    assert [outlet.code for outlet in found.outlets if outlet.is_vetoed] == ["E3"]


def test_facts_take_the_same_queries_for_any_number_of_outlets(django_assert_max_num_queries):
    _tree, closing = closed_quarter(before=True)

    with django_assert_max_num_queries(60):
        facts_of(closing)


def test_records_that_changed_after_the_closing_are_noticed():
    tree, closing = closed_quarter()
    assert not records_changed_since(closing)

    make_inspection(tree.outlets[0], tree.outlets[0].inspections.first().edition, on="2021-06-30")

    assert records_changed_since(closing)


# --- drafting -------------------------------------------------------------------------------------


def test_a_draft_proposes_titles_and_prose_in_both_languages():
    closed_quarter()

    bulletin = drafted()

    assert bulletin.title == "关于2021年第二季度营业网点服务质量检查评比情况的通报"
    assert bulletin.title_en == (
        "Bulletin on service quality at the outlets in the second quarter of 2021"
    )
    assert bulletin.addressees == "各二级分行"
    assert bulletin.issuer == ""  # nobody has said who issues it
    assert bulletin.prose["zh"]["opening"].startswith("现将2021年第二季度")
    assert bulletin.prose["en"]["demands"].count("\n") == 3
    assert (bulletin.revision, bulletin.status, bulletin.drafted_by_id) == (
        1,
        "draft",
        writer().user_id,
    )
    assert actions() == ["bulletin.drafted"]


def test_a_later_draft_takes_the_head_of_the_one_before():
    closed_quarter(before=True)
    first = services.draft_bulletin(actor=writer(), period=QUARTER.previous())
    text = text_of(first, issuer="示范银行文件", number="示银〔2021〕1号", addressees="各分行")
    published(services.save_text(actor=writer(), text=text, **step(first)))

    bulletin = drafted()

    assert (bulletin.issuer, bulletin.addressees, bulletin.number) == ("示范银行文件", "各分行", "")


def test_drafting_needs_a_closed_period():
    with refusal("not_closed"):
        drafted()


def test_drafting_needs_the_checks_that_were_ranked():
    tree, _closing = closed_quarter()
    make_inspection(tree.outlets[0], tree.outlets[0].inspections.first().edition, on="2021-06-30")

    with refusal("closing_behind"):
        drafted()


def test_a_period_has_one_draft():
    closed_quarter()
    first = drafted()

    with refusal("bulletin_exists") as refused:
        drafted()

    assert refused.value.facts["bulletin"] == first.pk


def test_a_draft_whose_closing_was_superseded_is_composed_anew_and_keeps_its_prose():
    tree, _closing = closed_quarter()
    bulletin = drafted()
    prose = {"zh": bulletin.prose["zh"] | {"good": "请学习。"}, "en": bulletin.prose["en"]}
    services.save_text(actor=writer(), text=text_of(bulletin, prose=prose), **step(bulletin))
    make_inspection(tree.outlets[0], tree.outlets[0].inspections.first().edition, on="2021-06-30")
    close("2021Q2")

    with refusal("closing_superseded"):
        propose_bulletin(actor=writer(), **step(bulletin))
    done = services.recompose(actor=writer(), named_examples=True, **step(bulletin))

    assert done.computed["key_figures"]["checks"] == 11
    assert done.computed["closing"]["revision"] == 2
    assert done.computed["named_examples"] is True
    assert done.prose["zh"]["good"] == "请学习。"
    assert actions()[-1] == "bulletin.recomposed"


# --- writing --------------------------------------------------------------------------------------


def test_what_is_written_is_kept_without_loose_ends():
    closed_quarter()
    bulletin = drafted()
    prose = {"zh": {"good": "  一\r\n二 ", "nonsense": "x"}}

    saved = services.save_text(
        actor=writer(), text=text_of(bulletin, title=" 标题 ", prose=prose), **step(bulletin)
    )

    assert (saved.title, saved.version) == ("标题", 2)
    assert saved.prose["zh"]["good"] == "一\n二"
    assert "nonsense" not in saved.prose["zh"]
    assert saved.prose["en"] == dict.fromkeys(saved.prose["en"], "")
    assert actions()[-1] == "bulletin.saved"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"title": "  "}, "no_title"), ({"prose": {"zh": {"good": "字" * 20_001}}}, "too_long")],
)
def test_what_cannot_be_kept_is_refused(changes, code):
    closed_quarter()
    bulletin = drafted()

    with refusal(code):
        services.save_text(actor=writer(), text=text_of(bulletin, **changes), **step(bulletin))


@pytest.mark.parametrize("act", ["save_text", "recompose", "propose", "approve", "publish"])
def test_nobody_overwrites_what_another_changed(act):
    closed_quarter()
    bulletin = drafted()
    more = {"text": text_of(bulletin)} if act == "save_text" else {}

    with pytest.raises(StaleWrite) as stale:
        getattr(services, act)(actor=writer(), bulletin_id=bulletin.pk, version=99, **more)

    assert stale.value.facts == {"version": 1}


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("draft_bulletin", {"period": QUARTER}),
        ("save_text", {"bulletin_id": 1, "version": 1, "text": BulletinText("标题")}),
        ("recompose", {"bulletin_id": 1, "version": 1}),
        ("propose", {"bulletin_id": 1, "version": 1}),
        ("approve", {"bulletin_id": 1, "version": 1}),
        ("publish", {"bulletin_id": 1, "version": 1}),
        ("revise", {"bulletin_id": 1, "reason": "x"}),
    ],
)
def test_readers_do_none_of_it(act, more):
    reader = make_actor("staff")

    with pytest.raises(NotAllowed):
        getattr(services, act)(actor=reader, **more)


def test_sending_back_is_for_the_proposer_and_for_approvers():
    closed_quarter()
    bulletin = drafted()
    propose_bulletin(actor=writer(), **step(bulletin))

    with pytest.raises(NotAllowed):
        services.send_back(actor=make_actor("staff"), note="x", **step(bulletin))


# --- two persons ----------------------------------------------------------------------------------


def test_from_draft_to_publication():
    closed_quarter()
    office = make_user("programme_manager")
    reader = make_user("staff")
    make_user("inspector")  # may not read bulletins
    bulletin = drafted()

    done = published(bulletin)

    assert done.status == "published"
    assert (done.proposed_by_id, done.approved_by_id) == (writer().user_id, second().user_id)
    assert done.content_hash == stored.fingerprint(done)
    assert actions() == [
        "bulletin.drafted",
        "bulletin.proposed",
        "bulletin.approved",
        "bulletin.published",
    ]
    last = AuditEvent.objects.get(action="bulletin.published")
    assert last.data["content_hash"] == done.content_hash
    told = Notice.objects.order_by("pk").values_list("kind", "user_id", "url")
    assert list(told) == [
        ("bulletin.proposed", office.pk, f"/bulletins/{done.pk}/"),
        ("bulletin.approved", writer().user_id, f"/bulletins/{done.pk}/"),
        ("bulletin.published", office.pk, f"/bulletins/{done.pk}/"),
        ("bulletin.published", reader.pk, f"/bulletins/{done.pk}/"),
    ]


def test_whoever_proposes_does_not_approve():
    closed_quarter()
    bulletin = drafted()
    propose_bulletin(actor=writer(), **step(bulletin))

    with refusal("own_proposal"):
        approve_bulletin(actor=writer(), **step(bulletin))


def test_whoever_drafted_it_does_not_approve_though_a_colleague_proposed_it():
    closed_quarter()
    bulletin = drafted()
    propose_bulletin(actor=make_actor("programme_manager"), **step(bulletin))

    with refusal("own_draft"):
        approve_bulletin(actor=writer(), **step(bulletin))
    told = Notice.objects.filter(kind="bulletin.proposed")
    assert writer().user_id not in told.values_list("user_id", flat=True)


def test_the_database_holds_to_two_persons_as_well():
    closed_quarter()
    bulletin = drafted()

    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).update(
            proposed_by_id=writer().user_id, approved_by_id=writer().user_id
        )


def test_the_order_of_the_steps_is_kept():
    closed_quarter()
    bulletin = drafted()

    with refusal("not_proposed"):
        approve_bulletin(actor=second(), **step(bulletin))
    with refusal("not_approved"):
        publish_bulletin(actor=writer(), **step(bulletin))
    with refusal("not_waiting"):
        send_back_bulletin(actor=writer(), **step(bulletin))
    propose_bulletin(actor=writer(), **step(bulletin))
    with refusal("not_draft"):
        propose_bulletin(actor=writer(), **step(bulletin))
    with refusal("not_draft"):
        services.save_text(actor=writer(), text=text_of(bulletin), **step(bulletin))
    with refusal("not_approved"):
        publish_bulletin(actor=second(), **step(bulletin))


def test_an_approver_sends_it_back_with_a_reason_and_it_can_be_changed_again():
    closed_quarter()
    bulletin = drafted()
    propose_bulletin(actor=writer(), **step(bulletin))
    approve_bulletin(actor=second(), **step(bulletin))

    with refusal("no_reason"):
        send_back_bulletin(actor=second(), note=" ", **step(bulletin))
    done = send_back_bulletin(actor=second(), note="请补充案例", **step(bulletin))

    assert (done.status, done.review_note, done.approved_by_id) == ("draft", "请补充案例", None)
    assert Notice.objects.filter(kind="bulletin.sent_back").get().url.endswith("/edit/")
    assert published(done).review_note == ""


def test_the_proposer_takes_it_back_without_a_word():
    closed_quarter()
    bulletin = drafted()
    propose_bulletin(actor=writer(), **step(bulletin))

    assert send_back_bulletin(actor=writer(), **step(bulletin)).status == "draft"


@pytest.mark.parametrize("reached", ["proposed", "approved"])
def test_figures_that_no_longer_hold_are_neither_approved_nor_published(reached):
    tree, _closing = closed_quarter()
    bulletin = drafted()
    propose_bulletin(actor=writer(), **step(bulletin))
    if reached == "approved":
        approve_bulletin(actor=second(), **step(bulletin))
    make_inspection(tree.outlets[0], tree.outlets[0].inspections.first().edition, on="2021-06-30")
    close("2021Q2")

    act = approve_bulletin if reached == "proposed" else publish_bulletin
    with refusal("closing_superseded"):
        act(actor=second(), **step(bulletin))


# --- published ------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["save_text", "recompose", "propose"])
def test_a_published_bulletin_never_changes(act):
    closed_quarter()
    bulletin = published()
    more = {"text": text_of(bulletin)} if act == "save_text" else {}

    with refusal("published"):
        getattr(services, act)(actor=writer(), **step(bulletin), **more)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "另一个标题"},
        {"issuer": "别的银行"},
        {"content_hash": "0" * 64},
        {"prose": {"zh": {}, "en": {}}},
    ],
)
def test_tampering_with_a_frozen_bulletin_is_seen_and_refused(change):
    closed_quarter()
    bulletin = published()
    services.file_of(bulletin, "docx", "zh")  # a file made before does not help
    Bulletin.objects.filter(pk=bulletin.pk).update(**change)
    bulletin.refresh_from_db()

    assert not stored.is_intact(bulletin)
    with refusal("tampered"):
        services.file_of(bulletin, "docx", "zh")


def test_one_figure_changed_by_one_hundredth_is_tampering():
    closed_quarter()
    bulletin = published()
    assert stored.is_intact(bulletin)

    bulletin.computed["outlets"][0][4] += 1

    assert not stored.is_intact(bulletin)


def test_the_file_of_a_published_bulletin_is_made_once(monkeypatch):
    closed_quarter()
    bulletin = published()

    first = services.file_of(bulletin, "docx", "zh", "https://hearth.example")
    monkeypatch.setattr(services, "render", lambda *_args: pytest.fail("made again"))
    again = services.file_of(bulletin, "docx", "zh", "https://hearth.example")

    assert again == first
    kept = Rendition.objects.get()
    assert (kept.kind, kept.language, kept.size) == ("docx", "zh", len(first))
    assert files.read(kept.sha256) == first


def test_a_kept_file_that_is_damaged_or_gone_is_made_again():
    closed_quarter()
    bulletin = published()
    first = services.file_of(bulletin, "docx", "zh")
    kept = files.path_of(Rendition.objects.get().sha256)

    kept.write_bytes(b"torn")
    assert services.file_of(bulletin, "docx", "zh") == first
    kept.unlink()
    assert services.file_of(bulletin, "docx", "zh") == first
    assert kept.read_bytes() == first


def test_the_file_of_a_draft_is_not_kept():
    closed_quarter()

    services.file_of(drafted(), "docx", "zh")

    assert not Rendition.objects.exists()


# --- revisions ------------------------------------------------------------------------------------


def test_a_revision_stands_beside_the_published_one_and_says_what_differs():
    tree, _closing = closed_quarter()
    first = published()
    before = stored.fingerprint(first)
    edition = tree.outlets[0].inspections.first().edition
    make_inspection(tree.outlets[1], edition, mark("A01"), mark("B03"), on="2021-06-30")
    close("2021Q2")

    revision = services.revise(actor=writer(), bulletin_id=first.pk, reason="补录一次检查")
    text = text_of(revision, number="示银〔2021〕2号")
    revision = services.save_text(actor=writer(), text=text, **step(revision))

    told = stored.differences(revision, "en")
    assert told[:2] == [
        "This is revision 2; it takes the place of revision 1.",
        "Reason: 补录一次检查",
    ]
    assert "Checks that count: 11 instead of 10." in told
    assert "Changed in the head: document number." in told
    assert any(line.startswith("东城分行: score") for line in told)
    assert stored.differences(revision, "zh")[0] == "本通报为第2版，取代第1版。"
    first.refresh_from_db()
    assert stored.fingerprint(first) == before == first.content_hash

    done = published(revision)

    assert [one.revision for one in revisions_of(done)] == [2, 1]
    assert newest("2021Q2") == done
    assert actions()[4] == "bulletin.revised"


def test_a_revision_of_words_alone_says_that():
    closed_quarter()
    first = published()
    revision = services.revise(actor=writer(), bulletin_id=first.pk, reason="改错字")
    assert stored.differences(revision, "en")[2:] == ["Nothing differs yet."]

    prose = {"zh": revision.prose["zh"] | {"good": "请学习。"}, "en": revision.prose["en"]}
    revision = services.save_text(
        actor=writer(), text=text_of(revision, prose=prose), **step(revision)
    )

    assert stored.differences(revision, "en")[2:] == ["Text written anew in: Good outlets."]


def test_revising_needs_a_published_newest_one_and_a_reason():
    closed_quarter()
    bulletin = drafted()
    with refusal("not_published"):
        services.revise(actor=writer(), bulletin_id=bulletin.pk, reason="x")
    published(bulletin)
    with refusal("no_reason"):
        services.revise(actor=writer(), bulletin_id=bulletin.pk, reason=" ")
    second_one = services.revise(actor=writer(), bulletin_id=bulletin.pk, reason="x")
    with refusal("revision_exists") as refused:
        services.revise(actor=writer(), bulletin_id=bulletin.pk, reason="x")
    assert refused.value.facts["bulletin"] == second_one.pk


# --- lists ----------------------------------------------------------------------------------------


def test_who_sees_what():
    closed_quarter()
    bulletin = drafted()

    def seen(actor):
        return list(Bulletin.objects.visible_to(actor))

    assert seen(make_actor("programme_manager")) == [bulletin]
    assert seen(make_actor("branch_manager")) == []
    published(bulletin)
    assert seen(make_actor("branch_manager")) == [bulletin]
    assert seen(make_actor("mystery_shopper")) == seen(make_actor("system_admin")) == []


def test_closed_periods_without_a_bulletin_are_offered():
    closed_quarter(before=True)
    drafted()

    assert [closing.period for closing in closings_without_bulletin()] == ["2021Q1"]

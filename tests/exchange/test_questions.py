"""Questions from sheets and from files of other systems."""

import io

import pytest

from hearth.exchange.kinds import KINDS
from hearth.learning.models import Question
from hearth.network.actors import operator
from hearth.platform.spreadsheets import UnreadableFile
from tests.factories import make_actor, make_tree
from tests.learning.test_domain_gift import FILE as GIFT
from tests.learning.test_domain_moodle import FILE as MOODLE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree():
    return make_tree()


def run(*files, actor=None, dry_run=False):
    sources = [
        (name, io.BytesIO(text if isinstance(text, bytes) else text.encode()))
        for name, text in files
    ]
    return KINDS["questions"].run(actor or operator("x"), sources, dry_run=dry_run)


def test_a_gift_file_comes_in_and_again_changes_nothing():
    report = run(("bank.gift", GIFT))
    assert report.ok, report.to_text()
    assert (report.read, report.created) == (6, 6)
    kept = Question.objects.get(code="Q1")
    assert (kept.options[0], kept.answer, kept.topic) == ("A=微笑问候", ["A"], "六个一")
    again = run(("bank.txt", GIFT.encode("gb18030")))
    assert (again.created, again.unchanged) == (0, 6)


def test_a_moodle_file_with_one_bad_question_writes_nothing():
    report = run(("bank.xml", MOODLE))
    assert [(e.sheet, e.row) for e in report.errors] == [("bank.xml", 29), ("bank.xml", 30)]
    assert not Question.objects.exists()
    good = MOODLE.decode().replace('type="essay"', 'type="category"').replace("M6", "M7")
    good = good[: good.index(' <question type="truefalse"><name><text>M7')] + "</quiz>"
    report = run(("bank.xml", good), dry_run=True)
    assert (report.ok, report.created) == (True, 4)
    assert not Question.objects.exists()
    assert run(("bank.xml", good)).created == 4


def test_two_questions_of_one_name_are_told_apart():
    text = "::A:: One? {T}\n\n::A:: One? {T}\n\n::A:: Two? {F}\n"
    report = run(("bank.gift", text))
    assert report.skipped == 1
    assert [(e.row, e.column) for e in report.errors] == [(5, "question")]


def test_what_the_register_refuses_is_named_by_its_line():
    report = run(("bank.gift", "::A:: One? {=only}\n\n::B:: \n{T}\n\n::C:: x {=1 ~2}"))
    assert [(e.row, e.column) for e in report.errors] == [(3, "stem")]


def test_sheets_still_come_in_and_not_together_with_files():
    sheet = "question,kind,stem,options,answer,points\nQ,single,?,A=1;B=2,A,2\n"
    assert run(("questions.csv", sheet)).created == 1
    with pytest.raises(UnreadableFile) as refused:
        run(("questions.csv", sheet), ("bank.gift", GIFT))
    assert refused.value.code == "sheet_and_file"


def test_what_is_no_text_or_too_large_is_refused(settings):
    with pytest.raises(UnreadableFile) as refused:
        run(("bank.gift", b"\xff\xff\xff"))
    assert refused.value.code == "not_text"
    settings.HEARTH_UPLOAD_BYTES = 10
    with pytest.raises(UnreadableFile) as refused:
        run(("bank.gift", GIFT))
    assert refused.value.code == "too_large"


def test_only_who_keeps_questions_brings_them_in():
    from hearth.kernel.errors import NotAllowed

    with pytest.raises(NotAllowed):
        run(("bank.gift", GIFT), actor=make_actor("branch_manager"))

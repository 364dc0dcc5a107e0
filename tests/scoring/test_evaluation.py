"""What documents are worth, and that the stored sums are those of the stored document for ever."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from hearth.inspections.documents import document_hash, tidy
from hearth.inspections.models import Inspection
from hearth.kernel.rounding import div_half_up
from hearth.network.models import Unit
from hearth.scoring.domain.marks import BadMarks
from hearth.scoring.evaluation import evaluate, explain, mark_problem_text, rules_for
from hearth.standards.queries import criteria_of, rules_in
from tests.factories import make_tree
from tests.factories_inspections import document, make_inspection, mark
from tests.factories_standards import edition_content, make_edition
from tests.scoring.rules import mark_lists, slowly

pytestmark = pytest.mark.django_db
BOOK = rules_in(edition_content())


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


def as_document(marks, unlisted="met"):
    """Marks as the page or a file hands them in."""
    return {
        "unlisted": unlisted,
        "marks": [
            mark(m.criterion, m.verdict, **({} if m.value is None else {"value": str(m.value)}))
            for m in marks
        ],
    }


def test_the_stored_sums_are_those_of_the_stored_document(tree, edition):
    outlet = tree.outlets[0]

    @settings(max_examples=120)
    @given(mark_lists(BOOK))
    def holds(marks):
        stored = Inspection.objects.get(
            pk=make_inspection(outlet, edition, document=as_document(marks)).pk
        )
        again = explain(stored)
        assert (stored.earned_milli, stored.possible_milli) == (
            again.earned_milli,
            again.possible_milli,
        )
        assert (stored.lost_milli, stored.score_centi) == (again.lost_milli, again.score_centi)
        assert stored.critical == again.critical
        assert stored.modules == {
            m.code: [m.earned_milli, m.possible_milli, m.score_centi] for m in again.modules
        }
        assert stored.score_centi == slowly(BOOK, marks, "met")[0]
        failed = {m.criterion for m in marks if m.verdict == "not_met"}
        assert {f.criterion.code for f in stored.findings.select_related("criterion")} == failed
        assert stored.findings_count == len(failed)
        own = {line.code: line.lost_milli for line in again.lines if line.because == "own"}
        for found in stored.findings.select_related("criterion"):
            assert found.lost_milli == own.get(found.criterion.code, found.lost_milli)

    holds()


def test_what_was_unlisted_as_unseen_is_not_scored(tree, edition):
    check = make_inspection(
        tree.outlets[0], edition, document=document(mark("A01"), unlisted="not_observable")
    )

    assert (check.possible_milli, check.earned_milli, check.score_centi) == (2000, 0, 0)
    assert explain(check).score_centi == 0


def test_the_arithmetic_does_not_follow_the_outlet_to_another_kind(tree, edition):
    """B06 is asked of full outlets only: 25 points with it, 24 without."""
    outlet = tree.outlets[0]
    check = make_inspection(outlet, edition, mark("B06"))
    assert (check.possible_milli, check.score_centi) == (25_000, 9600)

    Unit.objects.filter(pk=outlet.pk).update(kind="轻型网点")

    again = explain(Inspection.objects.get(pk=check.pk))
    assert (again.possible_milli, again.score_centi) == (25_000, 9600)


@pytest.mark.parametrize(
    ("channel", "outlet", "points"),
    [("video", 0, 25_000), ("mystery", 1, 24_000), ("onsite", 0, 23_000), ("self", 1, 22_000)],
)
def test_a_check_is_scored_by_what_it_asks(tree, edition, channel, outlet, points):
    check = make_inspection(tree.outlets[outlet], edition, channel=channel)

    assert (check.possible_milli, check.score_centi) == (points, 10_000)


def test_repeated_occurrences_are_one_finding_with_all_notes(tree, edition):
    check = make_inspection(
        tree.outlets[0],
        edition,
        mark("A02", value="2", note="垃圾"),
        mark("A02"),
        mark("A02", value="1", note="烟头 " + "长" * 995),
    )

    found = check.findings.get()
    assert (found.value, found.lost_milli) == ("4", 2000)  # 4 × 0.5, at most 2
    assert found.note.startswith("垃圾; 烟头 长")
    assert len(found.note) == 1000


def test_a_finding_costs_what_it_lost_by_itself(tree, edition):
    """A gate and a zeroed module take more along; that stands in the arithmetic, not here."""
    check = make_inspection(tree.outlets[0], edition, mark("A04"), mark("B03"), mark("A03"))

    lost = {f.criterion.code: f.lost_milli for f in check.findings.select_related("criterion")}
    assert lost == {"A03": 4000, "A04": 1000, "B03": 3000}
    assert check.lost_milli == 10_000 + 5_000
    assert check.critical == "zero_module:A04"
    because = {line.code: line.because for line in explain(check).lines}
    assert because["A01"] == "critical_module:A04"
    assert because["B04"] == "gate:B03"


def test_thirds_of_points_are_rounded_once(tree, edition):
    check = make_inspection(tree.outlets[0], edition, mark("A03", value="1"))

    assert check.findings.get().lost_milli == 2667
    assert check.score_centi == div_half_up(10_000 * (25 * 3 - 8), 25 * 3)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (mark("Z99"), "unknown_criterion"),
        (mark("A01", "perhaps"), "unknown_verdict"),
        (mark("A01", value="3"), "value_not_used"),
        (mark("A02", value="1.5"), "not_whole"),
        (mark("A02", value="0"), "occurrences_out_of_range"),
        (mark("A02", value="10000"), "occurrences_out_of_range"),
        (mark("A03", value="4"), "level_out_of_range"),
        (mark("B01", value="D"), "unknown_option"),
        (mark("B02", value="warm"), "not_a_number"),
    ],
)
def test_marks_that_do_not_fit_are_named_in_words(edition, given, code):
    rules = rules_for(edition, "video", "综合网点")

    with pytest.raises(BadMarks) as bad:
        evaluate(rules, criteria_of(edition), document(given))

    (problem,) = bad.value.problems
    assert problem.code == code
    assert mark_problem_text(problem)
    assert "%(" not in mark_problem_text(problem)


def test_judging_twice_and_lying_outside_the_bands_have_words():
    content = edition_content()
    bounded = [c for c in content.criteria if c.code == "B02"]
    from dataclasses import replace

    narrow = replace(bounded[0], bands="16..18=1;18..30=2")
    edition = make_edition(edition_content(criteria=(*content.criteria[:5], narrow)))
    rules = rules_for(edition, "video", "")

    with pytest.raises(BadMarks) as bad:
        evaluate(
            rules,
            criteria_of(edition),
            document(mark("A01"), mark("A01"), mark("B02", value="31")),
        )

    codes = {p.code: mark_problem_text(p) for p in bad.value.problems}
    assert set(codes) == {"repeated", "outside_bands"}
    assert "31" in codes["outside_bands"]


def test_the_document_is_stored_under_its_hash(tree, edition):
    check = make_inspection(tree.outlets[0], edition, mark("A01", note="灯箱 🙂 𠮷"))

    stored = Inspection.objects.get(pk=check.pk)
    assert stored.document_hash == document_hash(
        tidy(stored.document),
        unit=stored.unit.code,
        edition=edition.content_hash,
        channel="video",
        inspected_at="2021-05-20T04:00:00+00:00",
    )

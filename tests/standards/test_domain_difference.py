from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from hearth.standards.domain.difference import FieldChange, RowChange, difference
from tests.scoring.rules import book, rule


def compare(old, new):
    return difference(asdict(old), asdict(new))


def test_equal_editions_do_not_differ():
    found = compare(book(rule("A"), rule("B")), book(rule("A"), rule("B")))

    assert not found
    assert found.edition == ()
    assert not found.criteria


def test_every_kind_of_change_is_named():
    old = book(rule("A"), rule("B"), rule("C", module="M1"), rule("D"))
    new = book(
        rule("N"),
        rule("A", points=3000, critical="cap:60"),
        rule("D"),
        rule("B", module="M2"),
        scheme="deduction",
        base=100_000,
    )

    found = compare(old, new)

    assert found
    assert found.edition == (
        FieldChange("scheme", "share", "deduction"),
        FieldChange("base_milli", None, 100_000),
    )
    assert (found.modules.added, found.modules.removed) == (("M2",), ("M1",))
    assert (found.criteria.added, found.criteria.removed) == (("N",), ("C",))
    assert found.criteria.changed == (
        RowChange(
            "A",
            (FieldChange("points_milli", 2000, 3000), FieldChange("critical", "none", "cap:60")),
        ),
        RowChange("B", (FieldChange("module", "M0", "M2"),)),
    )
    assert found.criteria.moved == ("D",)


def test_modules_may_be_rows_with_titles():
    old = {"title": "T", "modules": [{"code": "M", "title": "Lobby"}], "criteria": []}
    new = {"note": "x", "modules": [{"code": "M", "title": "Hall", "position": 3}], "criteria": []}

    found = difference(old, new)

    assert found.edition == (FieldChange("title", "T", None), FieldChange("note", None, "x"))
    assert found.modules.changed == (RowChange("M", (FieldChange("title", "Lobby", "Hall"),)),)


def test_rows_pushed_down_have_not_moved():
    old = book(*(rule(code) for code in "ABCDE"))

    assert compare(old, book(*(rule(code) for code in "NABCDE"))).criteria.moved == ()
    assert compare(old, book(*(rule(code) for code in "BCDEA"))).criteria.moved == ("A",)
    assert compare(old, book(*(rule(code) for code in "EDCBA"))).criteria.moved != ()


@given(st.permutations("ABCDEF"), st.sets(st.sampled_from("ABCDEF")))
def test_moving_the_moved_rows_is_enough_and_least(order, dropped):
    kept = [code for code in order if code not in dropped]
    old = book(*(rule(code) for code in "ABCDEF"))

    moved = compare(old, book(*(rule(code) for code in kept))).criteria.moved

    stayed = [code for code in kept if code not in moved]
    assert stayed == sorted(stayed)
    longest = max(
        (
            len(run)
            for choice in range(2 ** len(kept))
            if (run := [c for n, c in enumerate(kept) if choice >> n & 1]) == sorted(run)
        ),
        default=0,
    )
    assert len(stayed) == longest

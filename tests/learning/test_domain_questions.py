"""What makes a question complete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.learning.domain.questions import LETTERS, answer_of, faults, options_of

TWO = ("A=first", "B=second")


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        ("single", ["a"], ("A",)),
        ("multiple", ["CA"], ("A", "C")),
        ("multiple", ["A，C"], ("A", "C")),
        ("multiple", ["C", "A", "A"], ("A", "C")),
        ("true_false", ["Y"], ("true",)),
        ("true_false", ["错误"], ("false",)),
        ("true_false", ["perhaps"], ("perhaps",)),
        ("blank", [" 18 ", "", "eighteen"], ("18", "eighteen")),
    ],
)
def test_an_answer_has_one_form(kind, written, read):
    assert answer_of(kind, written) == read


def test_options_have_one_form():
    assert options_of(["a＝ first ", "B = second", "third"]) == ("A=first", "B=second", "third")


@pytest.mark.parametrize(
    ("kind", "options", "answer", "codes"),
    [
        ("single", TWO, ("A",), []),
        ("single", TWO, ("A", "B"), ["answer_one"]),
        ("single", TWO, ("C",), ["answer_unknown"]),
        ("single", TWO, (), ["answer_none"]),
        ("multiple", TWO, ("A", "B"), []),
        ("multiple", ("A=only",), ("A",), ["options_few"]),
        ("multiple", ("A=one", "two"), ("A",), ["option_unlettered"]),
        ("multiple", ("A=one", "C=three"), ("A",), ["option_order"]),
        ("true_false", (), ("true",), []),
        ("true_false", TWO, ("true",), ["options_none"]),
        ("true_false", (), ("true", "false"), ["answer_truth"]),
        ("blank", (), ("18",), []),
        ("blank", (), (), ["answer_none"]),
    ],
)
def test_faults_are_found(kind, options, answer, codes):
    assert [code for _column, code in faults(kind, options, answer)] == codes


@given(st.integers(2, 26), st.data())
def test_any_choice_of_lettered_options_is_sound(count, data):
    options = options_of([f"{letter.lower()}={letter}" for letter in LETTERS[:count]])
    right = data.draw(st.sets(st.sampled_from(LETTERS[:count]), min_size=1))
    assert faults("multiple", options, answer_of("multiple", ["".join(right)])) == []
    assert answer_of("multiple", list(answer_of("multiple", list(right)))) == tuple(sorted(right))

"""GIFT, as Moodle and others write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.learning.domain.gift import read_gift

FILE = r"""
// a comment
$CATEGORY: $course$/top/六个一

::Q1:: 客户进门先做什么? {
  =微笑问候 #对
  ~先取号
  ~不理会
  ####六个一的第一个
}

::Q2::[html]哪些客户要优先? {
  ~%50%老年客户
  ~%50%行动不便客户
  ~%-100%年轻客户
}

清洁日要拍照。{T}

::Q4::低温标准是 {=18 =十八} 度。

::Q5:: 温度是几度? {#18:0.5}

::Q6:: 转义 \{甲\} \= 乙\: {=丙\=丁 ~戊; 己}
"""


def by_code(found):
    return {one.code: one for one in found.questions}


def test_a_file_is_read_whole():
    found = read_gift(FILE)
    assert found.faults == []
    assert len(found.questions) == 6
    said = by_code(found)
    first = said["Q1"]
    assert (first.kind, first.answer, first.topic, first.line) == ("single", ("A",), "六个一", 5)
    assert first.options == ("A=微笑问候", "B=先取号", "C=不理会")
    assert first.explanation == "六个一的第一个"
    assert (said["Q2"].kind, said["Q2"].answer) == ("multiple", ("A", "B"))
    assert said["Q2"].stem == "哪些客户要优先?"
    assert (said["Q4"].kind, said["Q4"].answer) == ("blank", ("18", "十八"))
    assert said["Q4"].stem == "低温标准是 ____ 度。"
    assert (said["Q5"].kind, said["Q5"].answer) == ("blank", ("18",))
    assert said["Q6"].stem == "转义 {甲} = 乙:"
    assert said["Q6"].options == ("A=丙=丁", "B=戊； 己")
    unnamed = next(one for one in found.questions if one.kind == "true_false")
    assert unnamed.answer == ("true",)
    assert unnamed.code == by_code(read_gift(FILE))[unnamed.code].code
    assert unnamed.code.startswith("G")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Only a text.", "gift_description"),
        ("Not closed {=a ~b", "gift_unclosed"),
        ("Two {=a} and {=b}", "gift_several"),
        ("An essay {}", "gift_essay"),
        ("Match {=a -> b =c -> d}", "gift_matching"),
        ("Unmarked {a b}", "gift_answers"),
        ("Empty {= ~b}", "gift_answers"),
        ("Range {#1..5}", "gift_range"),
        ("Several {#=1 =2}", "gift_range"),
        ("None right {~a ~b}", "no_right_answer"),
        ("Many {=a " + "~b " * 26 + "}", "many_options"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(text, code):
    found = read_gift(f"\n\n{text}\n")
    assert [(fault.code, fault.line) for fault in found.faults] == [(code, 3)]
    assert found.questions == []


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    found = read_gift(text)
    assert all(one.line >= 1 for one in (*found.questions, *found.faults))


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=2, max_size=8, unique=True))
def test_options_come_out_as_they_went_in(words):
    body = " ".join([f"={words[0]}", *(f"~{word}" for word in words[1:])])
    (one,) = read_gift(f"::T:: Which? {{{body}}}").questions
    assert [option[2:] for option in one.options] == words
    assert one.answer == ("A",)

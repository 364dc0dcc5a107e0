"""Moodle XML, and what a hostile file may try."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.learning.domain.moodle import read_moodle

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
 <question type="category"><category><text>$course$/top/适老服务</text></category></question>
 <question type="multichoice">
  <name><text>M1</text></name>
  <questiontext format="html">
   <text><![CDATA[<p>老年客户&nbsp;进门,<b>先</b>做什么?</p>]]></text>
  </questiontext>
  <generalfeedback format="html"><text>主动迎接</text></generalfeedback>
  <defaultgrade>2.5</defaultgrade><single>true</single>
  <answer fraction="100" format="html"><text><![CDATA[<p>迎上去</p>]]></text></answer>
  <answer fraction="0" format="html"><text>坐着</text></answer>
 </question>
 <question type="multichoice">
  <name><text>M2</text></name>
  <questiontext format="plain_text"><text>a &lt; b?</text></questiontext>
  <single>false</single><idnumber>ID-2</idnumber>
  <answer fraction="50"><text>x;y</text></answer><answer fraction="50"><text>z</text></answer>
  <answer fraction="-100"><text>w</text></answer>
 </question>
 <question type="truefalse">
  <name><text>M3</text></name><questiontext><text>真的?</text></questiontext>
  <answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer>
 </question>
 <question type="shortanswer">
  <name><text>M4</text></name><questiontext><text>几度?</text></questiontext>
  <answer fraction="100"><text>18</text></answer><answer fraction="30"><text>17</text></answer>
 </question>
 <question type="essay"><name><text>M5</text></name></question>
 <question type="truefalse"><name><text>M6</text></name></question>
</quiz>
""".encode()


def test_a_file_is_read_whole():
    found = read_moodle(FILE)
    said = {one.code: one for one in found.questions}
    first = said["M1"]
    assert first.stem == "老年客户 进门,先做什么?"
    assert (first.kind, first.answer, first.points) == ("single", ("A",), 2500)
    assert (first.options, first.topic) == (("A=迎上去", "B=坐着"), "适老服务")
    assert first.explanation == "主动迎接"
    second = said["ID-2"]
    assert (second.stem, second.kind, second.answer) == ("a < b?", "multiple", ("A", "B"))
    assert second.options[0] == "A=x；y"
    assert (said["M3"].kind, said["M3"].answer) == ("true_false", ("false",))
    assert (said["M4"].kind, said["M4"].answer) == ("blank", ("18",))
    assert [(fault.code, fault.value) for fault in found.faults] == [
        ("xml_kind", "essay"),
        ("no_right_answer", "M6"),
    ]


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<quiz><question type="truefalse"><name><text>&b;</text></name></question></quiz>"""
READS = b"""<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<quiz><question type="essay"><name><text>&f;</text></name></question></quiz>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (LAUGHS, "xml_entities"),
        (READS, "xml_entities"),
        (b'<!DOCTYPE quiz SYSTEM "http://127.0.0.1:1/x.dtd"><quiz/>', "xml_entities"),
        (b"<quiz><question>", "xml_broken"),
        (b"", "xml_broken"),
        (b"<other/>", "xml_no_quiz"),
    ],
)
def test_what_is_no_sound_file_is_refused_whole(content, code):
    found = read_moodle(content)
    assert [fault.code for fault in found.faults] == [code]
    assert found.questions == []


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content):
    found = read_moodle(content)
    assert found.questions == []


def test_a_choice_of_too_many_is_named():
    answers = b"".join(b'<answer fraction="100"><text>a</text></answer>' for _n in range(27))
    head = b"<quiz><question type='multichoice'><name><text>M</text></name>"
    found = read_moodle(head + answers + b"</question></quiz>")
    assert [fault.code for fault in found.faults] == ["many_options"]

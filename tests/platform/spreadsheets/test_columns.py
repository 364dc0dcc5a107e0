from __future__ import annotations

import pytest
from django.utils.functional import lazy, lazystr
from django.utils.translation import get_language

from hearth.platform.spreadsheets import Column
from hearth.platform.spreadsheets.columns import in_languages, match_headings, names_of


def bilingual(english, chinese):
    """A lazy text as gettext makes it, without a catalogue."""
    return lazy(lambda: chinese if get_language() == "zh-hans" else english, str)()


COLUMNS = [
    Column("code", bilingual("Code", "机构编码"), "code", required=True),
    Column("name", bilingual("Name", "机构名称"), required=True),
    Column("opened_on", bilingual("Opened on", "开业日期"), "date"),
]


def test_headings_are_known_by_identifier_or_label_of_either_language_in_any_order():
    found = match_headings(COLUMNS, ["开业日期", "CODE *", " Ｎame＊"])

    assert found.positions == {"opened_on": 0, "code": 1, "name": 2}
    assert not found.faults
    assert not found.missing


def test_an_unknown_heading_is_named_with_the_one_that_was_meant():
    found = match_headings(COLUMNS, ["code", "name", "open_on"])

    [(index, heading, reason)] = found.faults
    assert (index, heading) == (2, "open_on")
    assert reason == "No such column. Did you mean “Opened on” (opened_on)?"


def test_a_heading_like_none_is_answered_with_all_there_are():
    found = match_headings(COLUMNS, ["code", "name", "电话"])

    assert found.faults[0][2] == "No such column. The columns are: code, name, opened_on."


def test_a_heading_that_is_there_twice_under_both_names_is_refused():
    found = match_headings(COLUMNS, ["code", "机构编码", "name"])

    assert found.faults == [(1, "机构编码", "This column is there twice. Delete one of them.")]


def test_missing_required_columns_and_blank_headings_are_told():
    found = match_headings(COLUMNS, ["code", "", None])

    assert [column.name for column in found.missing] == ["name"]
    assert found.blank == [1, 2]


def test_two_columns_of_one_label_are_a_mistake_of_the_room():
    with pytest.raises(ValueError, match="another one is called"):
        match_headings([Column("a", "Same"), Column("b", "same ")], ["a"])


def test_an_identifier_wins_over_the_label_of_another_column():
    names = names_of([("kind", "Type"), ("type", "Sort")])

    assert names["type"] == "type"


def test_labels_are_taken_in_every_language_once():
    assert in_languages(bilingual("Code", "编码")) == ("Code", "编码")
    assert in_languages(lazystr("Code")) == ("Code",)


def test_a_choice_without_choices_is_a_mistake_of_the_room():
    with pytest.raises(ValueError, match="needs choices"):
        Column("level", "Level", "choice")

"""Work over time: bars by days, arrows, today, and the list on a phone."""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element

import pytest

from hearth.kernel import charts
from hearth.kernel.charts.svg import PHONE
from tests.kernel.charts import pictures
from tests.kernel.charts.pictures import SVG


def having(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if name in one.attrib.get("class", "").split()]


def row(key: str, start: date, end: date, **more: object) -> charts.Stretch:
    return charts.Stretch(key, key, start, end, f"{start} – {end}", **more)


JUNE = row("A", date(2021, 6, 1), date(2021, 6, 10), done=0.5)
LATER = row("B", date(2021, 6, 11), date(2021, 6, 30), waits_for=("A",), waits="待 A")


def drawn(*rows: charts.Stretch, width: int = 760, **more: object) -> Element:
    return pictures.read(charts.gantt(charts.Gantt("x", rows, **more), width=width))


def test_a_bar_is_as_long_as_its_days_both_ends_included() -> None:
    widths = [float(one.attrib["width"]) for one in having(drawn(JUNE, LATER), "hc-b")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.05)


def test_the_filled_part_is_the_share_that_is_done() -> None:
    root = drawn(JUNE, row("C", date(2021, 6, 1), date(2021, 6, 10)))
    whole = float(having(root, "hc-b")[0].attrib["width"])
    filled = [one for one in having(root, "hc-f") if one.tag == f"{SVG}rect"]
    assert [float(one.attrib["width"]) for one in filled] == [pytest.approx(whole / 2, abs=0.02)]


def test_what_begins_after_another_starts_where_that_one_ends() -> None:
    first, then = having(drawn(JUNE, LATER), "hc-b")
    assert float(first.attrib["x"]) + float(first.attrib["width"]) == pytest.approx(
        float(then.attrib["x"]), abs=0.02
    )


def test_an_arrow_for_each_wait_and_none_for_what_is_not_there() -> None:
    lost = row("C", date(2021, 7, 1), date(2021, 7, 2), waits_for=("A", "gone", "C"))
    root = drawn(JUNE, LATER, lost)
    arrows = [one for one in having(root, "hc-tick") if one.tag == f"{SVG}path"]
    assert len(arrows) == 2


def test_a_wait_against_the_calendar_is_still_drawn() -> None:
    early = row("Z", date(2021, 5, 1), date(2021, 5, 3), waits_for=("B",))
    assert len(having(drawn(LATER, early), "hc-tick")) == 1
    assert len(having(drawn(early, LATER), "hc-tick")) == 1


def test_on_a_phone_arrows_become_words() -> None:
    root = drawn(JUNE, LATER, width=PHONE)
    assert having(root, "hc-tick") == []
    assert any("待 A" in word.text for word in pictures.words_of(root))
    assert "2021-06-11 – 2021-06-30 · 待 A" in [word.text for word in pictures.words_of(root)]


@pytest.mark.parametrize("width", [PHONE, 760])
@pytest.mark.parametrize(
    ("today", "lines"),
    [(date(2021, 6, 15), 1), (date(2021, 5, 1), 0), (date(2022, 1, 1), 0), (None, 0)],
)
def test_today_stands_where_the_calendar_holds_it(
    today: date | None, lines: int, width: int
) -> None:
    root = drawn(JUNE, LATER, width=width, today=today, today_label="今天")
    assert len(having(root, "hc-ref")) == lines
    assert [w.text for w in pictures.words_of(root)].count("今天") == lines


def test_what_needs_a_hand_has_a_sign_beside_its_colour() -> None:
    late = row("L", date(2021, 6, 1), date(2021, 6, 3), tone=charts.Tone.EMBER)
    signs = [one for one in having(drawn(late), "hc-ember") if one.tag == f"{SVG}path"]
    assert len(signs) == 1


def test_words_that_have_no_room_beside_their_bar_are_in_the_tip() -> None:
    whole = row("A", date(2021, 1, 1), date(2021, 12, 31))
    root = drawn(whole, width=600)
    assert whole.text not in [word.text for word in pictures.words_of(root)]
    assert any(whole.text in title for title in pictures.titles_of(root))


def test_ticks_widen_the_calendar_and_are_thinned() -> None:
    months = tuple((date(2021, month, 1), f"2021年{month}月") for month in range(1, 13))
    root = drawn(JUNE, ticks=months, width=560)
    assert len(having(root, "hc-axis")) == 12
    shown = [word.text for word in pictures.words_of(root) if word.text.endswith("月")]
    assert shown[0] == "2021年1月"
    assert 2 <= len(shown) < 12


def test_nothing_to_do_is_a_picture_all_the_same() -> None:
    assert drawn().tag == f"{SVG}svg"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((row("A", date(2021, 6, 2), date(2021, 6, 1)),), "before it begins"),
        ((row("A", date(2021, 6, 1), date(2021, 6, 1), done=1.2),), "outside"),
        ((JUNE, JUNE), "twice"),
    ],
)
def test_rows_that_cannot_be_are_refused(rows: tuple[charts.Stretch, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        drawn(*rows)

"""How numbers, dates and labels are written in an official document, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hearth.kernel.rounding import div_half_up

if TYPE_CHECKING:
    from datetime import date

    from hearth.bulletins.rendering.document import Language

DIGITS = "零一二三四五六七八九"
LARGEST_NUMERAL = 99
LAST_CHINESE_LEVEL = 2
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def chinese_numeral(number: int) -> str:
    """``number`` as a heading counts it: 一, 十, 十一, 二十, 九十九.

    Raises:
        ValueError: outside 1 to 99, further than any document counts its headings.
    """
    if not 1 <= number <= LARGEST_NUMERAL:
        raise ValueError(f"no heading is numbered {number}")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones or not tens else "")


def heading_label(counts: tuple[int, ...], language: Language) -> str:
    """The number before a heading, with what parts it from the text.

    Args:
        counts: how many headings of each level so far, from level 1 down to its own; its length
            is the level of the heading.
        language: zh gives 一、 （一） 1. （1）; en gives 1. 1.1 1.1.1 1.1.1.1.
    """
    level, number = len(counts), counts[-1]
    if language == "en":
        return f"{number}. " if level == 1 else ".".join(map(str, counts)) + " "
    shape = ("{}、", "（{}）", "{}.", "（{}）")[level - 1]
    return shape.format(chinese_numeral(number) if level <= LAST_CHINESE_LEVEL else number)


def caption_label(kind: str, number: int, language: Language) -> str:
    """表1, 图1, Table 1 or Figure 1, with the space that follows.

    Args:
        kind: ``table`` or ``chart``.
        number: counted through the whole document, attachments included.
        language: of the label.
    """
    if language == "en":
        return f"{'Table' if kind == 'table' else 'Figure'} {number}. "
    return f"{'表' if kind == 'table' else '图'}{number}\u3000"


def attachment_label(place: int, total: int, language: Language) -> str:
    """附件 when there is one, 附件1, 附件2 … when there are more (Annex, Annex 1 …)."""
    name = "Annex" if language == "en" else "附件"
    if total == 1:
        return name
    return f"{name} {place}" if language == "en" else f"{name}{place}"


def date_text(day: date, language: Language) -> str:
    """2021年6月22日, without leading zeros, or 22 June 2021."""
    if language == "en":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def document_number(code: str, year: int, serial: int) -> str:
    """The number of a document (发文字号): 辽农银服通〔2021〕3号.

    The year stands whole in six-cornered brackets; the serial has neither 第 nor leading zeros.

    Args:
        code: of the issuing organ and the kind of document, such as 辽农银服通.
        year: four digits.
        serial: 1 or more, counted within the year.

    Raises:
        ValueError: an empty code, or a year or serial out of bounds.
    """
    if not code.strip() or not 1949 <= year <= 9999 or serial < 1:
        raise ValueError(f"no document number from {code!r}, {year}, {serial}")
    return f"{code.strip()}〔{year}〕{serial}号"


def count_text(count: int, language: Language) -> str:
    """A whole number: 2821 in a Chinese document, 2,821 in an English one."""
    return f"{count:,}" if language == "en" else str(count)


def score_text(score_centi: int) -> str:
    """A score of hundredths with both decimals: 9400 gives 94.00."""
    sign = "-" if score_centi < 0 else ""
    whole, hundredths = divmod(abs(score_centi), 100)
    return f"{sign}{whole}.{hundredths:02d}"


def movement_text(places: int | None) -> str:
    """Places won or lost since the period before: +5, -2, 0; None (not comparable) gives —."""
    return "—" if places is None else f"{places:+d}" if places else "0"


def share_text(part: int, whole: int) -> str:
    """A share in percent to one decimal, rounded half up; exactly nothing and all without it.

    A share that is not all never reads as 100 %, and one that is something never as 0 %.
    """
    if whole <= 0:
        return "—"
    if part in {0, whole}:
        return "100%" if part else "0%"
    tenths = min(max(div_half_up(1000 * part, whole), 1), 999)
    return f"{tenths // 10}.{tenths % 10}%"

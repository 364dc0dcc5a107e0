"""Invented names of places and people.

Place words are put together from two characters that name trees, birds, water and things to
read; ``tests/exchange/demo`` checks that none of them is the name of an outlet known to us.
"""

from __future__ import annotations

from functools import cache

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import content_rows

_FIRST = "云青枫桐柏榆槐兰菊荷芦雁鹤鹭莺书墨砚琴笛霁虹露霜溪汀渚禾稻麦桑竹松梅杉棠梧蓼苇帆"
_SECOND = "川林泉亭桥渡湾坡岭谷原园苑庭轩里塘岸屏岚洲屿浦畔台坞庄"
_COUNTRY = frozenset("川林泉桥渡湾坡岭谷原塘洲浦坞庄")  # what a rural town may be named after
_SIDES = "东南西北"

_ROADS = ("路", "路", "路", "街", "街", "大街")

_COMMON = "王李张刘陈杨赵孙周徐于高马"  # in the north-east; each as often as five others
_SURNAMES = (
    "黄吴胡朱郭何林罗郑梁谢宋唐许韩冯邓曹彭肖田董潘袁蔡蒋杜叶程魏苏吕丁任卢姚沈姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤佟关那富赫肇"
)
_GIVEN_SHORT = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚玲丹萍鹏辉宇浩鑫宁博琳莹雪婷佳帅旭颖倩岩楠晶阳悦彤"
)

UNUSUAL_NAMES = (
    "王䶮",  # characters outside the first plane of fonts, and names that are not surname and given
    "赵𬘡",
    "李㛃",
    "刘𤩽",
    "欧阳雨霏",
    "尉迟嘉禾",
    "乌云·塔娜",
    "阿拉坦其其格",
    "仉一鸣",
    "逄书瑶",
    "亓文博",
    "司徒安然",
)


@cache
def place_words() -> tuple[str, ...]:
    """Every word an outlet may be named after, in a fixed order; about a thousand."""
    avoided = frozenset(_listed("not_a_place"))
    words = (first + second for first in _FIRST for second in _SECOND)
    return tuple(word for word in words if word not in avoided)


@cache
def _listed(name: str) -> tuple[str, ...]:
    """Words of ``content/words.csv``: ``given`` names, or what is or means something else."""
    return tuple(row["word"] for row in content_rows("words") if row["list"] == name)


def outlet_words(chance: Chance, count: int) -> list[str]:
    """``count`` different words for the outlets of one place, in a random order.

    Beyond the plain words come those with a side (云亭东); beyond these, numbered ones.
    """
    words = chance.shuffled(place_words())
    if count > len(words):
        words += [word + side for side in _SIDES for word in words]
    number = 2
    while count > len(words):
        words += [f"{word}第{number}" for word in place_words()]
        number += 1
    return words[:count]


def street(chance: Chance) -> str:
    """A street with a house number: 鹤渡街36号."""
    return f"{chance.pick(place_words())}{chance.pick(_ROADS)}{1 + chance.below(219)}号"


def town(chance: Chance) -> str:
    """The name of a rural town: 麦渡镇."""
    return f"{chance.pick(_country_words())}镇"


@cache
def _country_words() -> tuple[str, ...]:
    return tuple(word for word in place_words() if word[1] in _COUNTRY)


def person_name(chance: Chance) -> str:
    """A Chinese name: surname and, for four in five, a given name of two characters, else one."""
    surname = chance.pick(_SURNAMES)
    if chance.random() < len(_COMMON) * 5 / (len(_COMMON) * 5 + len(_SURNAMES)):
        surname = chance.pick(_COMMON)
    return surname + (
        chance.pick(_listed("given")) if chance.random() < 0.8 else chance.pick(_GIVEN_SHORT)
    )

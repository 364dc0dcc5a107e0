"""One example of every chart, and the tools to read a picture back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from hearth.kernel import charts
from hearth.kernel.charts.svg import Box, Look, box_of

SVG = "{http://www.w3.org/2000/svg}"
BRANCHES = {
    "210100": "沈阳", "210300": "鞍山", "210400": "抚顺", "210500": "本溪", "210600": "丹东",
    "210700": "锦州", "210800": "营口", "210900": "阜新", "211000": "辽阳", "211100": "盘锦",
    "211200": "铁岭", "211300": "朝阳", "211400": "葫芦岛",
}  # fmt: skip
NAMES = tuple(f"{name}分行" for name in BRANCHES.values())
SCORES = (93.4, 91.05, 90.2, 88.87, 94.0, 92.15, 91.05, 87.3, 93.99, 90.0, 89.5, 92.6, 86.41)
WORDS = ("高于平均", "与平均无显著差别", "低于平均")
GROUPS = tuple(charts.Group)
MAP_WORDS = charts.MapWords(
    caption="示意图,不作为划界依据",
    legend="综合得分",
    outside="不在辖内",
    no_data="暂无得分",
    problem="存在逾期问题",
    off_map="{n} 家网点不在图内",
    cluster="{n} 家",
)

Draw = Callable[..., charts.Svg]


def a_bars(label: str = "", start: float = 0.0, href: str = "/branches/1/") -> charts.Bars:
    rows = tuple(
        charts.Bar(
            label=label or name,
            value=score,
            text=f"{score:.2f}",
            href=href,
            tone=(charts.Tone.EMBER, charts.Tone.NEUTRAL, charts.Tone.GOOD)[number % 3],
            previous=score - 0.7 if number % 4 else None,
            lead=str(number + 1),
            note="▲2",
        )
        for number, (name, score) in enumerate(zip(NAMES, SCORES, strict=True))
    )
    return charts.Bars(
        title=label or "各行得分",
        bars=(*rows, charts.Bar(label or "大石桥", None, "未排名")),
        desc=label or "葫芦岛最低",
        reference=charts.Reference(91.0, label or "全省平均 91.00"),
        previous_label=label or "上季度",
        keys=(
            (charts.Tone.EMBER, label or "需要帮扶"),
            (charts.Tone.GOOD, label or "明显好于平均"),
        ),
        start=start,
    )


def a_caterpillar(count: int = 13, label: str = "", href: str = "/o/") -> charts.Caterpillar:
    chance = Random(5)
    units = []
    for number in range(count):
        score, reach = chance.gauss(91, 2.5), chance.uniform(0.5, 3)
        units.append(
            charts.Ranked(
                label=label or f"{NAMES[number % 13]}{number}",
                score=score,
                text=f"{score:.2f}",
                low=None if number == 4 else score - reach,
                high=None if number == 4 else score + reach,
                group=GROUPS[number % 3],
                rank=f"{number + 1} (1–{count})",
                href=f"{href}{number}/" if href else "",
            )
        )
    return charts.Caterpillar(
        title=label or "排名",
        units=tuple(units),
        groups=(label or WORDS[0], label or WORDS[1], label or WORDS[2]),
        mean=charts.Reference(91.0, label or "全省平均 91.00"),
        score_header=label or "得分",
        rank_header=label or "名次(95% 区间)",
        ranks="第 {first}–{last} 名",
    )


def a_lines(count: int = 3, label: str = "", multiples: bool = False) -> charts.Lines:
    chance = Random(3)
    tones = list(charts.Tone)
    times = tuple(f"{year}Q{quarter}" for year in (2019, 2020, 2021) for quarter in (1, 2, 3, 4))
    series = []
    for number in range(count):
        moments = []
        for position in range(len(times)):
            value = 90 + chance.gauss(0, 2)
            gap = position == 5 and number == 1
            moments.append(
                charts.Moment(None)
                if gap
                else charts.Moment(value, f"{value:.2f}", f"/p/{position}/", value - 1, value + 1)
            )
        name = label or f"第{number}个渠道"
        series.append(charts.Series(name, tuple(moments), tones[number % 8]))
    return charts.Lines(
        title=label or "走势",
        times=times,
        series=tuple(series),
        reference=charts.Reference(90.0, label or "达标线 90"),
        multiples=multiples,
    )


def a_columns(stacked: bool = False, label: str = "") -> charts.Columns:
    layers = tuple(
        charts.Layer(
            label or name,
            tuple(
                charts.Amount(float(number * 3 + shift), str(number * 3 + shift), f"/c/{number}/")
                for number in range(13)
            ),
            tone,
        )
        for shift, (name, tone) in enumerate(
            (
                ("环境", charts.Tone.ENVIRONMENT),
                ("服务", charts.Tone.SERVICE),
                ("再", charts.Tone.SERVICE),
            )
        )
    )
    reference = charts.Reference(20.0, label or "平均 20")
    names = tuple(label or name for name in NAMES)
    return charts.Columns(label or "问题数", names, layers, stacked=stacked, reference=reference)


def a_heatmap(columns: int = 10, rows: int = 13, label: str = "") -> charts.Heatmap:
    chance = Random(11)
    body = tuple(
        charts.HeatRow(
            label or NAMES[number % 13],
            tuple(
                charts.Cell(None)
                if (number + column) % 17 == 3
                else charts.Cell(value := chance.gauss(91, 4), f"{value:.1f}", f"/m/{number}/")
                for column in range(columns)
            ),
            f"/b/{number}/",
        )
        for number in range(rows)
    )
    heads = tuple(label or f"特殊群体关爱{number}" for number in range(columns))
    return charts.Heatmap(label or "分行与模块", heads, body, no_data=label or "未检查")


def a_coverage(label: str = "") -> charts.Coverage:
    return charts.Coverage(
        title=label or "本月检查",
        text=label or "本月已检查 700 / 797 家",
        total=797,
        parts=(
            charts.Part(520, label or "视频", charts.Tone.ENVIRONMENT, "/v/"),
            charts.Part(180, label or "现场", charts.Tone.SERVICE, "/s/"),
        ),
        rest=label or "尚未检查",
        rest_href="/none/",
        target=0.95,
        target_label=label or "目标 95%",
    )


def a_histogram(label: str = "") -> charts.Histogram:
    chance = Random(2)
    values = [chance.gauss(91, 3) for _ in range(797)]
    bins = tuple(
        charts.Bin(one.low, one.high, one.count, one.text, f"/s/?from={one.low:g}")
        for one in charts.bins_of(values, [80.0 + step for step in range(21)])
    )
    markers = (
        charts.Marker(91.02, label or "平均 91.02"),
        charts.Marker(91.4, label or "中位数 91.40", charts.Tone.SERVICE),
        charts.Marker(85.0, label or "达标线 85", charts.Tone.EMBER),
    )
    return charts.Histogram(label or "分布", bins, markers, axis=label or "综合得分")


def a_funnel(label: str = "") -> charts.Funnel:
    steps = (("发现问题", 1843, ""), ("已反馈", 1702, "92.3%"), ("已销号", 1390, "81.7%"))
    return charts.Funnel(
        label or "整改",
        tuple(
            charts.Step(label or name, count, f"{count:,}", share, "/f/")
            for name, count, share in steps
        ),
    )


def some_areas(label: str = "") -> tuple[charts.MapArea, ...]:
    return tuple(
        charts.MapArea(code, score, f"{score:.2f}", label, f"/b/{code}/")
        for code, score in zip(BRANCHES, SCORES, strict=True)
    )


def some_points(count: int = 260, label: str = "") -> tuple[charts.MapPoint, ...]:
    chance = Random(1)
    points = []
    codes = list(BRANCHES)
    for number in range(count):
        lon, lat = charts.random_point_in(codes[number % 13], chance, gather=0.7)
        value = None if number % 40 == 0 else chance.gauss(91, 3)
        text = "" if value is None else f"{value:.2f}"
        name = label or f"第{number}支行"
        points.append(
            charts.MapPoint(lon, lat, name, value, text, number % 9 == 0, f"/o/{number}/")
        )
    return tuple(points)


def a_map(points: int = 0, focus: str = "", label: str = "") -> charts.LiaoningMap:
    return charts.LiaoningMap(
        label or "全省得分", MAP_WORDS, some_areas(label), some_points(points, label), focus=focus
    )


def a_map_elsewhere(count: int = 300) -> charts.LiaoningMap:
    chance = Random(9)
    points = tuple(
        charts.MapPoint(
            -122.5 + chance.random() * 0.13, 37.7 + chance.random() * 0.11, f"No. {number}",
            chance.gauss(88, 6), "88", number % 20 == 0, f"/o/{number}/",
        )
        for number in range(count)
    )  # fmt: skip
    return charts.LiaoningMap("San Francisco", MAP_WORDS, (), points)


def a_gantt(count: int = 12, label: str = "", href: str = "/tasks/") -> charts.Gantt:
    chance = Random(3)
    tones = (charts.Tone.NEUTRAL, charts.Tone.EMBER, charts.Tone.GOOD)
    rows = []
    for number in range(count):
        start = date(2021, 1, 1) + timedelta(days=number * 11 % 200)
        end = start + timedelta(days=chance.randrange(70))
        rows.append(
            charts.Stretch(
                key=f"H{number}",
                label=label or f"排查并更换全辖网点灯箱招牌{number}",
                start=start,
                end=end,
                text=label or f"{start:%m-%d} – {end:%m-%d} 推进中",
                done=(0.0, 0.4, 1.0)[number % 3],
                tone=tones[number % 3],
                lead=label or f"H-{number:02d}",
                waits_for=(f"H{number - 1}", f"H{number // 2}", "gone") if number else (),
                waits=label or "待 H-01",
                href=f"{href}{number}/" if href else "",
            )
        )
    return charts.Gantt(
        title=label or "任务进度",
        rows=tuple(rows),
        ticks=tuple((date(2021, month, 1), label or f"{month}月") for month in range(1, 11)),
        today=date(2021, 6, 15),
        today_label=label or "今天",
        keys=((charts.Tone.EMBER, label or "逾期"), (charts.Tone.GOOD, label or "已完成")),
        desc=label or "两项逾期",
    )


PICTURES: dict[str, Draw] = {
    "bars": lambda **how: charts.bars(a_bars(), **how),
    "bars on a cut axis": lambda **how: charts.bars(a_bars(start=80.0), **how),
    "caterpillar": lambda **how: charts.caterpillar(a_caterpillar(), **how),
    "caterpillar of 797": lambda **how: charts.caterpillar(a_caterpillar(797), **how),
    "lines": lambda **how: charts.lines(a_lines(), **how),
    "small multiples": lambda **how: charts.lines(a_lines(13, multiples=True), **how),
    "grouped columns": lambda **how: charts.columns(a_columns(), **how),
    "stacked columns": lambda **how: charts.columns(a_columns(stacked=True), **how),
    "heatmap": lambda **how: charts.heatmap(a_heatmap(), **how),
    "heatmap of weeks": lambda **how: charts.heatmap(a_heatmap(52, 45), **how),
    "coverage": lambda **how: charts.coverage_strip(a_coverage(), **how),
    "histogram": lambda **how: charts.histogram(a_histogram(), **how),
    "funnel": lambda **how: charts.funnel(a_funnel(), **how),
    "gantt": lambda **how: charts.gantt(a_gantt(), **how),
    "gantt of many": lambda **how: charts.gantt(a_gantt(90), **how),
    "map of areas": lambda **how: charts.liaoning_map(a_map(), **how),
    "map of points": lambda **how: charts.liaoning_map(a_map(260), **how),
    "map in focus": lambda **how: charts.liaoning_map(a_map(260, "210100"), **how),
    "map elsewhere": lambda **how: charts.liaoning_map(a_map_elsewhere(), **how),
    "map of clusters": lambda **how: charts.liaoning_map(a_map_elsewhere(1600), **how),
}


class Words(NamedTuple):
    """A piece of text in a picture and the room it takes."""

    text: str
    box: Box
    size: float


def read(svg: str) -> Element:
    """The picture as a tree; fails where it is not well-formed or not UTF-8."""
    return fromstring(svg.encode("utf-8"))


def words_of(root: Element) -> list[Words]:
    """All upright text."""
    return list(_words(root))


def _words(element: Element) -> Iterator[Words]:
    if "transform" in element.attrib:
        return
    if element.tag == f"{SVG}text":
        size = float(element.attrib["font-size"])
        look = Look(
            element.attrib.get("class", ""), size, element.attrib.get("text-anchor", "start")
        )
        at = (float(element.attrib["x"]), float(element.attrib["y"]))
        yield Words(element.text or "", box_of(at, element.text or "", look), size)
    for child in element:
        yield from _words(child)


def overlaps(root: Element) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other by more than a pixel."""
    words = words_of(root)
    found = []
    for number, one in enumerate(words):
        for other in words[number + 1 :]:
            if one.box.meets(other.box, -1.0):
                found.append((one.text, other.text))
    return found


def links_of(root: Element) -> list[str]:
    return [link.attrib["href"] for link in root.iter(f"{SVG}a")]


def titles_of(root: Element) -> list[str]:
    return [title.text or "" for title in root.iter(f"{SVG}title")]

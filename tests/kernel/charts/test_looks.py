"""The table of looks, the style sheets and the contrast between their colours."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from hearth.kernel.charts import STANDALONE, theme
from hearth.kernel.charts.theme import CLASSES, LIGHT, LOOKS, Tone, attributes
from tests.kernel.charts.pictures import PICTURES, Draw, read

CSS = Path(__file__).parents[3] / "hearth" / "static" / "css"
CHARTS = (CSS / "charts.css").read_text("utf-8")
TOKENS = (CSS / "tokens.css").read_text("utf-8")
DARK = '[data-bs-theme="dark"]'


def declarations(body: str) -> dict[str, str]:
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL)
    pairs = (part.split(":", 1) for part in body.split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def rules(sheet: str) -> list[tuple[str, dict[str, str]]]:
    """Selector and declarations of every rule, in order; rules within @-rules are left out."""
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    plain = re.sub(r"@[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", plain)
    return [
        (selector.strip(), declarations(body))
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain)
    ]


def colours(theme_name: str) -> dict[str, str]:
    """The chart colours of a theme as the page computes them: tokens first, else the fallback."""
    chart: dict[str, str] = {}
    tokens: dict[str, str] = {}
    for selector, found in rules(CHARTS):
        if selector.startswith(".hc,") or (
            theme_name == "dark" and selector.startswith(f"{DARK} .hc")
        ):
            chart |= {name[5:]: value for name, value in found.items() if name.startswith("--hc-")}
    for selector, found in rules(TOKENS):
        if selector.startswith(":root,") or (theme_name == "dark" and selector == DARK):
            tokens |= found
    return {name: _computed(value, tokens) for name, value in chart.items()}


def _computed(value: str, tokens: dict[str, str]) -> str:
    match = re.fullmatch(r"var\((--[\w-]+), (#\w+)\)", value)
    return tokens.get(match[1], match[2]) if match else value


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_files_have_the_colours_of_the_light_page() -> None:
    page = colours("light")
    assert {name: page[name] for name in LIGHT} == dict(LIGHT)


def test_every_look_is_the_same_in_the_style_sheet_and_in_the_same_order() -> None:
    prefix = ".hc ."
    sheet = {
        selector.removeprefix(prefix): found
        for selector, found in rules(CHARTS)
        if re.fullmatch(r"\.hc \.hc-[\w]+", selector) and selector != ".hc .hc-hit"
    }
    assert list(sheet) == list(LOOKS)
    for name, look in LOOKS.items():
        expected = {
            key: "var(--hc-tone, var(--hc-ink))" if value == "@tone"
            else f"var(--hc-{value[1:]})" if value.startswith("@")
            else value
            for key, value in look.items()
        }  # fmt: skip
        assert sheet[name] == expected, name


def test_every_tone_has_its_class() -> None:
    found = dict(rules(CHARTS))
    for tone in Tone:
        assert found[f".hc-{tone.value}"] == {"--hc-tone": f"var(--hc-{tone.value})"}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_charts_use_no_class_that_the_style_sheet_lacks(draw: Draw) -> None:
    used = {name for one in read(draw()).iter() for name in one.attrib.get("class", "").split()}
    known = set(LOOKS) | {f"hc-{tone.value}" for tone in Tone} | {"hc", "hc-hit"}
    assert used <= known


def test_a_class_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        attributes("hc-nothing")


def test_the_later_rule_wins_whatever_the_order_of_the_classes() -> None:
    assert attributes("hc-soft hc-t") == attributes("hc-t hc-soft")
    assert LIGHT["soft"] in attributes("hc-t hc-soft")


@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_text_is_readable_on_everything_it_stands_on(theme_name: str) -> None:
    page = colours(theme_name)
    for name in ("ink", "soft", *(tone.value for tone in Tone)):
        assert contrast(page[name], page["paper"]) >= 4.5, name
    for name in ("ink", "soft"):
        assert contrast(page[name], page["track"]) >= 4.5, name
        assert contrast(page[name], page["land"]) >= 4.5, name
    for step in range(1, CLASSES + 1):
        assert contrast(page[f"on-{step}"], page[f"seq-{step}"]) >= 4.5, step


@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_the_sequence_goes_one_way_in_lightness(theme_name: str) -> None:
    page = colours(theme_name)
    against_white = [contrast(page[f"seq-{step}"], "#ffffff") for step in range(1, CLASSES + 1)]
    assert against_white == sorted(against_white, reverse=theme_name == "dark")
    steps = pairwise(against_white)
    assert all(max(a, b) / min(a, b) >= 1.3 for a, b in steps)


def test_paper_prints_the_light_colours() -> None:
    printed = re.search(r"@media print \{\s*[^{]+\{([^}]*)\}", CHARTS)
    assert printed
    found = {
        name[5:]: value for name, value in declarations(printed[1]).items() if name[:5] == "--hc-"
    }
    for name, value in LIGHT.items():
        assert found[name] == value, name


def test_a_typesetter_takes_every_chart_with_chinese_text(tmp_path: Path) -> None:
    typst = pytest.importorskip("typst")
    pages = []
    for number, (name, draw) in enumerate(PICTURES.items()):
        (tmp_path / f"{number}.svg").write_text(draw(width=680, paint=STANDALONE), "utf-8")
        pages.append(f'#image("{number}.svg", width: 100%, alt: "{name}")')
    (tmp_path / "all.typ").write_text("\n".join(pages), "utf-8")
    pdf = typst.compile(str(tmp_path / "all.typ"))
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 100_000


def test_the_tone_of_a_class_decides_its_colour() -> None:
    assert LIGHT["ember"] in attributes("hc-f hc-ember")
    assert LIGHT["ink"] in attributes("hc-f")
    assert theme.tone_class(Tone.GOOD) == "hc-good"

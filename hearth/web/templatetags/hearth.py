"""Template words of the house; loaded everywhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.platform.wording import period_title
from hearth.web.naming import edition_name

register = template.Library()
register.filter(edition_name)
_ICONS: dict[str, str] = {}


@register.filter
def points(centi: int | None) -> str:
    """A score in hundredths as people read it: 9437 is '94.37'; nothing is a dash."""
    return "—" if centi is None else f"{centi // 100}.{centi % 100:02d}"


@register.filter
def milli(value: int | None) -> str:
    """Criterion points in thousandths, without needless zeros: 2500 is '2.5'."""
    if value is None:
        return "—"
    text = f"{abs(value) // 1000}.{abs(value) % 1000:03d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """A share 0..1 as a percentage; nothing is a dash."""
    return "—" if share is None else f"{share * 100:.{digits}f}%"


@register.filter
def period(wanted: Period | str) -> str:
    """A period, or its key, as a heading says it: 2021Q2 is '2021年第二季度' or 'Q2 2021'."""
    try:
        return period_title(wanted if isinstance(wanted, Period) else Period.parse(wanted))
    except BadValue:
        return str(wanted)


@register.filter
def lookup(mapping: dict, key: object) -> object:
    """``mapping[key]``, empty when missing."""
    return mapping.get(key, "")


@register.simple_tag
def icon(name: str, css: str = "icon") -> SafeString:
    """An SVG of ``static/icons``, inline so that it takes the text's colour; decorative."""
    if name not in _ICONS:
        file = Path(settings.PACKAGE_DIR) / "static" / "icons" / f"{name}.svg"
        _ICONS[name] = file.read_text(encoding="utf-8").strip()
    svg = _ICONS[name].replace("<svg ", f'<svg class="{css}" aria-hidden="true" ', 1)
    return mark_safe(svg)  # noqa: S308 - our own files, no user text


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The current query string with ``changes``; a None value leaves that key out."""
    said = context["request"].GET
    pairs = {key: said.getlist(key) for key in said if key not in changes}
    pairs |= {key: [value] for key, value in changes.items() if value not in (None, "")}
    return "?" + urlencode(pairs, doseq=True)


@register.filter
def magnitude(number: int) -> int:
    """A number without its sign; the arrow beside it tells the direction."""
    return abs(number)

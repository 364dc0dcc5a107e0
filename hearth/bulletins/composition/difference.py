"""What a revision says otherwise than the one before it, stated in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.bulletins.composition.defaults import SECTIONS, section_titles
from hearth.bulletins.composition.wording import DJANGO_LANGUAGE, LANGUAGES, Language
from hearth.figures.registry import FIGURES
from hearth.kernel.rounding import centi_text

MOST_BRANCHES = 13
RANK, CODE, SCORE = 0, 1, 4  # columns of ``annexes.outlet_rows``


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[Language, str]]:
    """Sentences, each in Chinese and English: what it replaces and why, then what differs.

    Args:
        before: ``revision``, ``title``, ``title_en``, ``issuer``, ``number``, ``addressees``,
            ``prose`` and ``computed`` of the earlier revision.
        after: the same of the later one, and ``reason``.
    """
    spoken: dict[Language, list[str]] = {}
    for language in LANGUAGES:
        with translation.override(DJANGO_LANGUAGE[language]):
            told = [
                *_figures(before["computed"], after["computed"]),
                *_branches(before["computed"], after["computed"]),
                *_outlets(before["computed"], after["computed"]),
                *_ledgers(before["computed"], after["computed"]),
                *_texts(before, after, language),
            ]
            spoken[language] = [*_statement(before, after), *(told or [_("Nothing differs yet.")])]
    return [
        dict(zip(LANGUAGES, pair, strict=True))
        for pair in zip(*(spoken[language] for language in LANGUAGES), strict=True)
    ]


def _statement(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    said = _("This is revision %(revision)s; it takes the place of revision %(before)s.") % {
        "revision": after["revision"],
        "before": before["revision"],
    }
    return [said, _("Reason: %(reason)s") % {"reason": after["reason"]}]


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    words = {
        "score_centi": _("Score of the network: %(after)s instead of %(before)s."),
        "checks": _("Checks that count: %(after)s instead of %(before)s."),
        "findings": _("Findings: %(after)s instead of %(before)s."),
        "outlets_ranked": _("Outlets ranked: %(after)s instead of %(before)s."),
        "below_pass": _("Outlets below the pass line: %(after)s instead of %(before)s."),
    }
    old, new = before["key_figures"], after["key_figures"]
    return [
        template % {"before": _figure(key, old[key]), "after": _figure(key, new[key])}
        for key, template in words.items()
        if old[key] != new[key]
    ]


def _figure(key: str, value: int | None) -> str:
    if value is None:
        return "—"
    return centi_text(value) if key.endswith("_centi") else str(value)


def _branches(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    old = {row[0]: row for row in before["key_figures"]["branches"]}
    changed = [
        (row, old.get(row[0], [row[0], row[1], None, None]))
        for row in after["key_figures"]["branches"]
        if old.get(row[0], [None] * 4)[2:] != row[2:]
    ]
    told = [
        _("%(name)s: score %(after)s instead of %(before)s, rank %(rank)s instead of %(old_rank)s.")
        % {
            "name": new[1],
            "after": _figure("score_centi", new[3]),
            "before": _figure("score_centi", was[3]),
            "rank": _figure("rank", new[2]),
            "old_rank": _figure("rank", was[2]),
        }
        for new, was in changed[:MOST_BRANCHES]
    ]
    more = len(changed) - len(told)
    if more:
        told.append(
            ngettext("%(n)s more branch changed.", "%(n)s more branches changed.", more)
            % {"n": more}
        )
    return told


def _outlets(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    old = {row[CODE]: row for row in before["outlets"]}
    new = {row[CODE]: row for row in after["outlets"]}
    scores = sum(row[SCORE] != old[code][SCORE] for code, row in new.items() if code in old)
    ranks = sum(row[RANK] != old[code][RANK] for code, row in new.items() if code in old)
    differing = len(new.keys() ^ old.keys())
    told = []
    if scores or ranks:
        told.append(
            _("Outlets with another score: %(scores)s; with another rank: %(ranks)s.")
            % {"scores": scores, "ranks": ranks}
        )
    if differing:
        told.append(_("Outlets listed in only one of the two: %(n)s.") % {"n": differing})
    return told


def _ledgers(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Figures of the ledgers that read otherwise; bulletins of earlier days hold none."""
    old, new = (one["key_figures"].get("ledgers", {}) for one in (before, after))
    return [
        _("%(name)s: %(after)s instead of %(before)s.")
        % {"name": FIGURES[key].name, "after": text, "before": old[key]}
        for key, text in new.items()
        if key in old and key in FIGURES and old[key] != text
    ]


def _texts(before: Mapping[str, Any], after: Mapping[str, Any], language: Language) -> list[str]:
    told = []
    names = {
        "title": _("title"),
        "title_en": _("English title"),
        "issuer": _("issuing organ"),
        "number": _("document number"),
        "addressees": _("addressees"),
    }
    comma = "、" if language == "zh" else ", "
    changed = [label for key, label in names.items() if before[key] != after[key]]
    if changed:
        told.append(_("Changed in the head: %(parts)s.") % {"parts": comma.join(changed)})
    titles = {"opening": _("opening")} | section_titles()
    parts = [titles[key] for key in SECTIONS if _prose(before, key) != _prose(after, key)]
    if parts:
        told.append(_("Text written anew in: %(parts)s.") % {"parts": comma.join(parts)})
    return told


def _prose(content: Mapping[str, Any], key: str) -> list[str]:
    return [content["prose"].get(language, {}).get(key, "") for language in LANGUAGES]

"""四、存在的主要问题: what failed, how often, where, and what it looked like."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.bulletins.composition.facts import Example, Facts, FaultFacts, PartFaults
from hearth.bulletins.composition.wording import (
    Block,
    Part,
    Runs,
    Voice,
    per_text,
    plain,
    sentence,
)
from hearth.bulletins.rendering.formatting import share_text
from hearth.bulletins.rendering.text import em_width
from hearth.kernel.rounding import centi_text, div_half_up

TOLD, DRAWN = 5, 10
LABEL_EM = 11.5  # width of a label beside its bar
PLACES = 3  # branches named where a fault is frequent
WEAK_MODULES = 2


def faults(facts: Facts, voice: Voice) -> list[Block]:
    """All findings, the weakest modules, and the most frequent faults one by one."""
    if not facts.tally.findings or not facts.faults:
        return [voice.text(sentence(_("The checks of this period found no fault.")))]
    blocks = [voice.text(_found(facts, voice), _modules(facts, voice))]
    told = facts.faults[:TOLD]
    said = _("Most frequent faults (%(n)s):")
    blocks.append(voice.text(sentence(said, n=str(len(told)))))
    blocks += [_fault(place, fault, facts, voice) for place, fault in enumerate(told, start=1)]
    blocks.append(bars(facts, voice))
    return blocks


def _found(facts: Facts, voice: Voice) -> Runs:
    tally, before = facts.tally, facts.tally_before
    template = ngettext(
        "The checks found %(findings)s fault, %(each)s a check; %(clean)s checks (%(share)s)"
        " found none.",
        "The checks found %(findings)s faults, %(each)s a check; %(clean)s checks (%(share)s)"
        " found none.",
        tally.findings,
    )
    said = sentence(
        template,
        findings=voice.count(tally.findings, voice.faults()),
        each=per_text(tally.findings, tally.checks),
        clean=voice.count(tally.clean, voice.checks()),
        share=share_text(tally.clean, tally.checks),
    )
    if before is None or not before.checks:
        return said
    more = sentence(
        _("In the period before it was %(each)s a check."),
        each=per_text(before.findings, before.checks),
    )
    return [*said, {"t": " " if voice.language == "en" else ""}, *more]


def _modules(facts: Facts, voice: Voice) -> Runs | None:
    if len(facts.modules) <= WEAK_MODULES:
        return None
    weak = [
        sentence(
            _("%(name)s (%(share)s%%)"),
            name=voice.either(module.title, module.title_en),
            share=centi_text(module.score_centi),
        )
        for module in facts.modules[:WEAK_MODULES]
    ]
    return sentence(
        _("The modules that reach the least of their points are %(names)s."),
        names=voice.listed(weak),
    )


def _fault(place: int, fault: FaultFacts, facts: Facts, voice: Voice) -> Block:
    text = bare(voice.either(fault.text, fault.text_en))
    head = sentence(
        _('%(place)s. %(code)s "%(text)s":'), place=str(place), code=fault.code, text=text
    )
    block = voice.text(
        head, _frequency(fault, facts, voice), _places(fault, voice), _example(fault, voice)
    )
    return block | {"kind": "item"}


def bare(text: str) -> str:
    """A criterion's words without the full stop, to stand inside a sentence."""
    return text.strip().rstrip("。.")


def _frequency(fault: FaultFacts, facts: Facts, voice: Voice) -> Runs:
    parts: dict[str, Part] = {
        "findings": voice.count(fault.findings, voice.faults(fault.pk)),
        "checks": voice.count(fault.checks),
        "share": share_text(fault.findings, fault.checks),
        "outlets": voice.count(fault.outlets, voice.faults(fault.pk)),
    }
    if fault.before is None or not fault.before[1]:
        return sentence(
            _(
                "not met in %(findings)s of %(checks)s checks that asked it (%(share)s),"
                " at %(outlets)s outlets."
            ),
            **parts,
        )
    return sentence(
        _(
            "not met in %(findings)s of %(checks)s checks that asked it (%(share)s; in the period"
            " before %(before)s), at %(outlets)s outlets."
        ),
        before=share_text(*fault.before),
        **parts,
    )


def _places(fault: FaultFacts, voice: Voice) -> Runs | None:
    parts = [part for part in fault.parts if part.outlets]
    if len(parts) <= PLACES:
        return None
    often = sorted(parts, key=lambda part: (-part.findings / part.outlets, part.code))[:PLACES]
    if not often[-1].findings:
        return None
    return sentence(
        _("Most often for each outlet: %(names)s."),
        names=voice.listed([_place(part, fault, voice) for part in often]),
    )


def _place(part: PartFaults, fault: FaultFacts, voice: Voice) -> Runs:
    address = f"{voice.faults(fault.pk)}&under={part.code}"
    rate = voice.figure(per_text(part.findings, part.outlets), address, part.path)
    return sentence(_("%(name)s (%(rate)s)"), name=part.name, rate=rate)


def _example(fault: FaultFacts, voice: Voice) -> Runs | None:
    example = fault.example
    if example is None:
        return None
    if not example.outlet:
        return sentence(_('Example: at one outlet, "%(note)s".'), note=bare(example.note))
    return sentence(
        _('Example: at %(outlet)s, "%(note)s".'), outlet=example.outlet, note=bare(example.note)
    )


def example_text(example: Example | None, voice: Voice) -> str:
    """An example as a cell of a table: the words, and the outlet's code where it may be told."""
    if example is None:
        return "—"
    note = bare(example.note)
    return (
        plain(sentence(_("%(note)s (%(code)s)"), note=note, code=example.code))
        if example.code
        else note
    )


def bars(facts: Facts, voice: Voice) -> Block:
    """The most frequent faults by the share of checks that found them."""
    shown = facts.faults[:DRAWN]
    return {
        "kind": "chart",
        "draw": "bars",
        "caption": _("Criteria most often not met, of the checks that asked"),
        "desc": _("The longer the bar, the larger the share of checks that found the fault."),
        "previous_label": _("the period before"),
        "keys": [["ember", _("red line")]] if any(f.severity == "red" for f in shown) else [],
        "start": 0,
        "items": [
            {
                "label": _label(fault, voice),
                "centi": _share_centi(fault.findings, fault.checks),
                "text": share_text(fault.findings, fault.checks),
                "previous": None if fault.before is None else _share_centi(*fault.before),
                "note": "",
                "tone": "ember" if fault.severity == "red" else "neutral",
                "to": voice.faults(fault.pk),
                "at": voice.root,
            }
            for fault in shown
        ],
    }


def _label(fault: FaultFacts, voice: Voice) -> str:
    """Code and beginning of a criterion, as much as stands beside a bar; the list has the rest."""
    text = f"{fault.code} {bare(voice.either(fault.text, fault.text_en))}"
    if em_width(text) <= LABEL_EM:
        return text
    while em_width(text) > LABEL_EM - 1:
        text = text[:-1]
    return text.rstrip(" ：:，,") + "…"


def _share_centi(part: int, whole: int) -> int:
    """Hundredths of a percent."""
    return div_half_up(10_000 * part, whole) if whole else 0

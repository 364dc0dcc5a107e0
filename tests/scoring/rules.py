"""Rulebooks and marks for tests of scoring, and a slow reading of the rules to test against."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from hearth.scoring.domain.marks import Mark
from hearth.standards.domain.rulebook import CriterionRule, Rulebook

OPTIONS = (("A", Fraction(1)), ("B", Fraction(1, 2)), ("C", Fraction(0)))
BANDS = ((Decimal(18), Fraction(1)), (Decimal(16), Fraction(1, 2)), (None, Fraction(0)))
METHODS = ("pass_fail", "deduct", "scale", "choice", "number")


def rule(code, method="pass_fail", points=2000, module="M0", **more):
    """A criterion with everything its method needs; options and bands give all, half, nothing."""
    half, whole = (f"{p / 1000:g}" for p in (points / 2, points))
    needs: dict[str, dict[str, Any]] = {
        "deduct": {"step_milli": 500},
        "scale": {"levels": 3},
        "choice": {"options": f"A={whole};B={half};C=0"},
        "number": {"bands": f"18..={whole};16..18={half};..16=0"},
    }
    return CriterionRule(code, module, method, points, **(needs.get(method, {}) | more))


def book(*rules, scheme="share", base=None, not_applicable="rescale", **more):
    """A rulebook of these criteria, its modules in the order of their first criterion."""
    modules = tuple(dict.fromkeys(r.module for r in rules))
    return Rulebook(scheme, base, not_applicable, None, rules, modules, **more)


@st.composite
def rulebooks(draw, scheme=None):
    """Valid rulebooks of one to eight criteria; a gate guards only what stands after it."""
    size = draw(st.integers(1, 8))
    scheme = scheme or draw(st.sampled_from(["share", "deduction"]))
    rules = []
    for place in range(size):
        points = 500 * draw(st.integers(2, 8))
        method = draw(st.sampled_from(METHODS))
        more = {
            "critical": draw(
                st.sampled_from(["none"] * 6 + ["zero_module", "zero_total", "cap:60", "cap:12.5"])
            ),
            "gates": tuple(
                f"C{guarded}" for guarded in range(place + 1, size) if draw(st.integers(0, 5)) == 0
            ),
        }
        if method == "deduct":
            more["max_lost_milli"] = draw(st.sampled_from([None, points, 500]))
        if method == "scale":
            more["levels"] = draw(st.integers(2, 7))
        module = f"M{draw(st.integers(0, 2))}"
        rules.append(rule(f"C{place}", method, points, module, **more))
    base = 1000 * draw(st.integers(1, 20)) if scheme == "deduction" else None
    unapplied = draw(st.sampled_from(["rescale", "full_marks"]))
    return book(*rules, scheme=scheme, base=base, not_applicable=unapplied)


def values(of):
    """Values that a criterion may be given when it is not met."""
    return {
        "pass_fail": st.sampled_from([None, ""]),
        "deduct": st.sampled_from([None, "", "1", 2, "3.0", Decimal(4), "37"]),
        "scale": st.one_of(
            st.sampled_from([None, "", "1.0"]),
            st.integers(0, of.levels or 0),
            st.integers(0, of.levels or 0).map(str),
        ),
        "choice": st.sampled_from([None, "", "A", "B", "C", " B "]),
        "number": st.one_of(
            st.sampled_from([None, "", "18", "16.000", 17, "-3.5"]),
            st.decimals(10, 25, places=2),
        ),
    }[of.method]


@st.composite
def mark_lists(draw, rulebook):
    """Marks that the rulebook accepts, in any order, some deduct criteria listed twice."""
    marks = []
    for of in rulebook.criteria:
        verdict = draw(
            st.sampled_from([None, "met", "not_met", "not_met", "not_applicable", "not_observable"])
        )
        if verdict is None:
            continue
        value = None
        if verdict == "not_met" or (verdict == "met" and of.method not in {"pass_fail", "deduct"}):
            value = draw(values(of))
        marks.append(Mark(of.code, verdict, value))
        if verdict == "not_met" and of.method == "deduct" and draw(st.booleans()):
            marks.append(Mark(of.code, verdict, draw(values(of))))
    return draw(st.permutations(marks))


@st.composite
def inspections(draw, scheme=None):
    """A rulebook, marks for it, and the verdict of what they do not list."""
    rulebook = draw(rulebooks(scheme))
    marks = draw(mark_lists(rulebook))
    return rulebook, marks, draw(st.sampled_from(["met", "not_observable"]))


def own_loss(of, verdict, marks, scheme):
    """Points one criterion loses by itself, in thousandths, as an exact fraction."""
    listed = [m.value for m in marks if m.criterion == of.code]
    value = listed[0] if listed and listed[0] not in (None, "") else None
    if of.method == "deduct":
        count = sum(int(Decimal(str(v or 1))) for v in listed)
        cap = of.max_lost_milli or (of.points_milli if scheme == "share" else 10**9)
        return min(count * of.step_milli, cap) if verdict == "not_met" else 0
    if of.method == "pass_fail" or value is None:
        return of.points_milli if verdict == "not_met" else 0
    text = str(value).strip()
    if of.method == "scale":
        kept = Fraction(int(Decimal(text)), of.levels)
    elif of.method == "choice":
        kept = dict(OPTIONS)[text]
    else:
        kept = next(p for low, p in BANDS if low is None or Decimal(text) >= low)
    return of.points_milli * (1 - kept)


def taken(rulebook, verdicts):
    """Codes that failed gates take, found by asking again until nothing is added (SC-05)."""
    lost: set[str] = set()
    while True:
        more = {
            guarded
            for of in rulebook.criteria
            if verdicts[of.code] == "not_met" or of.code in lost
            for guarded in of.gates
            if verdicts[guarded] != "not_applicable"
        }
        if more <= lost:
            return lost
        lost |= more


def slowly(rulebook, marks, unlisted):
    """Score by the letter of SC-01 to SC-05: the score in hundredths and [possible, lost] a module.

    Possible and lost are exact thousandths.
    """
    verdicts = {of.code: unlisted for of in rulebook.criteria}
    verdicts |= {m.criterion: m.verdict for m in marks}
    gone = taken(rulebook, verdicts)
    failed = [of for of in rulebook.criteria if verdicts[of.code] == "not_met"]
    modules = {module: [Fraction(0), Fraction(0)] for module in rulebook.modules}
    for of in rulebook.criteria:
        verdict = verdicts[of.code]
        lost = Fraction(own_loss(of, verdict, marks, rulebook.scheme))
        if of.code in gone:
            lost, verdict = max(lost, Fraction(of.points_milli)), "not_met"
        if verdict == "not_observable":
            continue
        if verdict == "not_applicable" and rulebook.not_applicable == "rescale":
            continue
        if any(f.critical == "zero_module" and f.module == of.module for f in failed):
            lost = max(lost, Fraction(of.points_milli))
        modules[of.module][0] += of.points_milli
        modules[of.module][1] += lost
    possible = sum((pair[0] for pair in modules.values()), Fraction(0))
    all_lost = sum((pair[1] for pair in modules.values()), Fraction(0))
    if not possible:
        return None, modules
    if rulebook.scheme == "deduction":
        possible = Fraction(rulebook.base_milli)
    score = int(10_000 * max(Fraction(0), possible - all_lost) / possible + Fraction(1, 2))
    for of in failed:
        effect, _, cap = of.critical.partition(":")
        limit = {"zero_total": 0, "cap": int(Decimal(cap or 0) * 100)}.get(effect, 10_000)
        score = min(score, limit)
    return score, modules

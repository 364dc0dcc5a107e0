"""Whether the rules of an edition hold together; every problem at once, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from hearth.kernel.problems import BadValue, Problem
from hearth.standards.domain.rulebook import (
    METHODS,
    MOST_LEVELS,
    SCHEMES,
    CriterionRule,
    Rulebook,
)
from hearth.standards.domain.syntax import parse_bands, parse_critical, parse_options


def validate(rulebook: Rulebook) -> list[Problem]:
    """Everything that keeps the rules from being published, in the order of the sheet.

    An empty list means that ``rulebook.sheet`` compiles and that every inspection can be scored.

    Codes of the edition (``where`` is empty or a module): ``scheme_unknown``,
    ``not_applicable_unknown``, ``base_missing``, ``base_not_positive``, ``pass_out_of_range``,
    ``total_mismatch`` (``stated_milli``, ``sum_milli``), ``no_criteria``, ``module_repeated``,
    ``module_empty``.

    Codes of a criterion (``where`` is its code, ``position`` its place): ``code_missing``,
    ``code_with_separator``, ``code_repeated`` (``first``: place of the first),
    ``module_unknown`` (``module``), ``method_unknown`` (``method``), ``points_not_positive``,
    ``step_missing``, ``step_not_positive``, ``max_lost_not_positive``, ``max_lost_over_points``,
    ``levels_missing``, ``levels_out_of_range`` (``low``, ``high``), ``best_not_points``
    (``best_milli``, ``points_milli``), ``gate_self``, ``gate_unknown`` (``gate``), ``gate_cycle``
    (``path``: codes of one round), and what ``syntax`` raises for options, bands and critical.
    """
    return [
        *_edition_problems(rulebook),
        *_module_problems(rulebook),
        *_repeated_codes(rulebook),
        *_each_criterion(rulebook),
        *_cycle_problems(rulebook),
    ]


def _edition_problems(rulebook: Rulebook) -> Iterator[Problem]:
    if rulebook.scheme not in SCHEMES:
        yield Problem("scheme_unknown", "", {"scheme": rulebook.scheme}, "scheme")
    if rulebook.not_applicable not in {"rescale", "full_marks"}:
        facts = {"not_applicable": rulebook.not_applicable}
        yield Problem("not_applicable_unknown", "", facts, "not_applicable")
    if rulebook.scheme == "deduction" and rulebook.base_milli is None:
        yield Problem("base_missing", field="base_points")
    if rulebook.base_milli is not None and rulebook.base_milli <= 0:
        yield Problem("base_not_positive", field="base_points")
    if rulebook.pass_centi is not None and not 0 <= rulebook.pass_centi <= 10_000:
        yield Problem("pass_out_of_range", field="pass_points")
    if not rulebook.criteria:
        yield Problem("no_criteria")
    total = sum(rule.points_milli for rule in rulebook.criteria)
    if rulebook.total_milli is not None and rulebook.total_milli != total:
        sums = {"stated_milli": rulebook.total_milli, "sum_milli": total}
        yield Problem("total_mismatch", "", sums, "total_points")


def _module_problems(rulebook: Rulebook) -> Iterator[Problem]:
    used = {rule.module for rule in rulebook.criteria}
    for module, times in Counter(rulebook.modules).items():
        if times > 1:
            yield Problem("module_repeated", module, {"module": module}, "module")
        if module not in used:
            yield Problem("module_empty", module, {"module": module}, "module")


def _repeated_codes(rulebook: Rulebook) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, rule in enumerate(rulebook.criteria):
        if first.setdefault(rule.code, place) != place:
            yield Problem("code_repeated", rule.code, {"first": first[rule.code]}, "code", place)


def _each_criterion(rulebook: Rulebook) -> Iterator[Problem]:
    codes = {rule.code for rule in rulebook.criteria}
    modules = set(rulebook.modules)
    for place, rule in enumerate(rulebook.criteria):
        checks = (_own_problems(rule, modules), _method_problems(rule), _gate_problems(rule, codes))
        for check in checks:
            for problem in check:
                yield Problem(problem.code, rule.code, problem.facts, problem.field, place)


def _own_problems(rule: CriterionRule, modules: set[str]) -> Iterator[Problem]:
    if not rule.code:
        yield Problem("code_missing", field="code")
    if set(rule.code) & set(";；:："):  # lists separate codes by one, reasons by the other
        yield Problem("code_with_separator", field="code")
    if rule.module not in modules:
        yield Problem("module_unknown", facts={"module": rule.module}, field="module")
    if rule.method not in METHODS:
        yield Problem("method_unknown", facts={"method": rule.method}, field="method")
    if rule.points_milli <= 0:
        yield Problem("points_not_positive", field="points")
    try:
        parse_critical(rule.critical)
    except BadValue as reason:
        yield Problem(reason.code, facts=reason.facts, field="critical")


def _method_problems(rule: CriterionRule) -> Iterable[Problem]:
    checks: dict[str, Callable[[CriterionRule], Iterator[Problem]]] = {
        "deduct": _deduct_problems,
        "scale": _scale_problems,
        "choice": _choice_problems,
        "number": _number_problems,
    }
    check = checks.get(rule.method)
    return check(rule) if check else ()


def _deduct_problems(rule: CriterionRule) -> Iterator[Problem]:
    if rule.step_milli is None:
        yield Problem("step_missing", field="step_points")
    elif rule.step_milli <= 0:
        yield Problem("step_not_positive", field="step_points")
    if rule.max_lost_milli is None:
        return
    if rule.max_lost_milli <= 0:
        yield Problem("max_lost_not_positive", field="max_lost")
    if rule.max_lost_milli > rule.points_milli:
        facts = {"max_lost_milli": rule.max_lost_milli, "points_milli": rule.points_milli}
        yield Problem("max_lost_over_points", facts=facts, field="max_lost")


def _scale_problems(rule: CriterionRule) -> Iterator[Problem]:
    if rule.levels is None:
        yield Problem("levels_missing", field="levels")
    elif not 2 <= rule.levels <= MOST_LEVELS:
        yield Problem("levels_out_of_range", facts={"low": 2, "high": MOST_LEVELS}, field="levels")


def _choice_problems(rule: CriterionRule) -> Iterator[Problem]:
    try:
        options = parse_options(rule.options)
    except BadValue as reason:
        yield Problem(reason.code, facts=reason.facts, field="options")
        return
    yield from _best_problems(rule, [points for _, points in options], "options")


def _number_problems(rule: CriterionRule) -> Iterator[Problem]:
    try:
        bands = parse_bands(rule.bands)
    except BadValue as reason:
        yield Problem(reason.code, facts=reason.facts, field="bands")
        return
    yield from _best_problems(rule, [band.points_milli for band in bands], "bands")


def _best_problems(rule: CriterionRule, earned: list[int], field: str) -> Iterator[Problem]:
    """The best value earns the criterion's points: more breaks 100, less cannot be reached."""
    if max(earned) != rule.points_milli:
        facts = {"best_milli": max(earned), "points_milli": rule.points_milli}
        yield Problem("best_not_points", facts=facts, field=field)


def _gate_problems(rule: CriterionRule, codes: set[str]) -> Iterator[Problem]:
    for gate in dict.fromkeys(rule.gates):
        if gate == rule.code:
            yield Problem("gate_self", facts={"gate": gate}, field="gates")
        elif gate not in codes:
            yield Problem("gate_unknown", facts={"gate": gate}, field="gates")


def _cycle_problems(rulebook: Rulebook) -> Iterator[Problem]:
    """One problem for each round of gates that leads back to where it began."""
    guarded = {
        rule.code: [gate for gate in rule.gates if gate != rule.code] for rule in rulebook.criteria
    }
    places = {rule.code: place for place, rule in enumerate(rulebook.criteria)}
    done: set[str] = set()
    for code in guarded:
        cycle = _cycle_from(code, guarded, done)
        if cycle:
            yield Problem("gate_cycle", cycle[0], {"path": cycle}, "gates", places[cycle[0]])


def _cycle_from(
    start: str, guarded: dict[str, list[str]], done: set[str]
) -> tuple[str, ...] | None:
    """The first round met on a walk from ``start``; whatever was walked is ``done`` afterwards."""
    path: dict[str, Iterator[str]] = {}
    step: str | None = start
    cycle: tuple[str, ...] | None = None
    while step is not None:
        if step in path:
            walked = list(path)
            cycle = cycle or tuple(walked[walked.index(step) :])
        elif step not in done:
            path[step] = iter(guarded.get(step, ()))
        step = _next_step(path, done)
    return cycle


def _next_step(path: dict[str, Iterator[str]], done: set[str]) -> str | None:
    while path:
        last = next(reversed(path))
        step = next(path[last], None)
        if step is not None:
            return step
        del path[last]
        done.add(last)
    return None

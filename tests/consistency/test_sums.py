"""Records are added up in the registry of figures and nowhere else.

A page, a report or an API that counts records by itself will sooner or later state another number
than the figure of the same name. Whoever needs a new one declares it in ``hearth/figures``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
HOUSE = TOP / "hearth"
ROOMS = (
    "premises",
    "outreach",
    "learning",
    "voices",
    "honours",
    "rectification",
    "exchange",
    "workflows",
    "web",
    "api",
)
"""What keeps records of ledgers, and what shows them. Beside these stand ``scoring``, which figures
read; ``programme``, which counts its own tasks; and the bulletin, which counts the checks of one
closing and is frozen with it."""
SUMS = {"Count", "Sum", "Avg", "Max", "Min", "StdDev", "Variance"}
LET_BE = {
    "services": "a write keeps bounds: so many photos, so many sign-ins a minute",
    "migrations": "once",
    "demo": "says what it loaded",
    "domain": "plain Python, which reaches no database",
}
"""Folders that are not looked at, and why."""

LENGTH = "length of a list as it is narrowed, for its pages and tabs"
QUEUE = "what waits for somebody now: the length of a work list, of no day"
BESIDE = "beside one row of a list, the number of its own parts"
TREE = "nodes of the tree, which is drawn from them"
NEWEST = "the newest day, no number"
READINGS = "``Sum`` is of the room's own domain: readings of sensors, kept by hours"
OTHER = "no records of ledgers: standards, notices, jobs, accounts"
ALLOWED: dict[str, str] = {
    "api/figures.py:read_trace": LENGTH,
    "api/paging.py:paged": LENGTH,
    "web/paging.py:count": LENGTH,
    "web/ledgers/overview.py:counted": LENGTH,
    "premises/queries/orders.py:counts_by_state": LENGTH,
    "web/bulletins/views/reading.py:bulletin_list": LENGTH,
    "rectification/queries.py:standing": QUEUE,
    "web/cockpit/duties.py:_activities": QUEUE,
    "web/cockpit/duties.py:_adjustments": QUEUE,
    "web/cockpit/duties.py:_checks_to_do": QUEUE,
    "web/cockpit/duties.py:_office": QUEUE,
    "web/cockpit/duties.py:_programme": QUEUE,
    "web/cockpit/duties.py:_rectifications": QUEUE,
    "web/cockpit/duties.py:_unconfirmed": QUEUE,
    "web/cockpit/duties.py:_visits": QUEUE,
    "web/cockpit/duties.py:_voices": QUEUE,
    "web/cockpit/duties.py:_orders": QUEUE,
    "web/cockpit/duties.py:_watchlists": QUEUE,
    "web/cockpit/duties.py:_reviews": QUEUE,
    "web/context.py:_unread": QUEUE,
    "web/history.py:waiting": QUEUE,
    "web/outreach/views/history.py:_page": QUEUE,
    "web/premises/views/history.py:_page": QUEUE,
    "web/inspections/views/reviewing.py:review": QUEUE,
    "web/outreach/summary.py:summary": QUEUE,
    "web/programme/views/documents.py:document_list": QUEUE,
    "web/programme/views/meetings.py:meeting_list": QUEUE,
    "web/scoring/views/adjustments.py:_page": LENGTH,
    "web/scoring/views/policies.py:policy_list": QUEUE,
    "premises/queries/health.py:counts": LENGTH,
    "premises/queries/plans.py:assets": NEWEST,
    "premises/queries/warmth.py:halls": READINGS,
    "web/cleaning/queries.py:open_rectifications": BESIDE,
    "web/premises/views/plans.py:plan_list": BESIDE,
    "web/watchlists/views/lists.py:_by_list": BESIDE,
    "web/watchlists/views/lists.py:detail": LENGTH,
    "voices/queries.py:cases_for": BESIDE,
    "web/voices/views/cases.py:column": LENGTH,
    "web/voices/views/cases.py:desk": QUEUE,
    "web/voices/views/solicitations.py:solicitation_list": LENGTH,
    "outreach/queries/overview.py:photos_of": BESIDE,
    "outreach/queries/sampling.py:findings": BESIDE,
    "web/outreach/views/experience.py:overview": BESIDE,
    "web/outreach/views/samples.py:sample_list": BESIDE,
    "web/visits/views/lists.py:detail": BESIDE,
    "outreach/queries/mobile.py:target_states": NEWEST,
    "premises/queries/temperatures.py:newest_day": NEWEST,
    "premises/queries/temperatures.py:_summed": READINGS,
    "web/network/queries.py:levels_on": TREE,
    "web/network/queries.py:outlets_below": TREE,
    "web/audit/views/system.py:health": OTHER,
    "web/standards/reading.py:criterion": OTHER,
    "web/standards/reading.py:edition": OTHER,
    "web/standards/reading.py:standard_list": OTHER,
    "workflows/upkeep.py:check_demonstration": OTHER,
}


def aggregates(source: str) -> Iterator[tuple[str, int, str]]:
    """Function, line and call of everything in ``source`` that adds rows up in the database."""

    def walk(node: ast.AST, inside: str) -> Iterator[tuple[str, int, str]]:
        for child in ast.iter_child_nodes(node):
            name = inside
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                name = child.name if isinstance(child, ast.FunctionDef) else inside
            if isinstance(child, ast.Call) and _adds_up(child):
                yield name, child.lineno, ast.unparse(child.func)
            yield from walk(child, name)

    yield from walk(ast.parse(source), "")


def _adds_up(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in SUMS
    if not isinstance(call.func, ast.Attribute):
        return False
    # a text's count() names what it looks for, a queryset's takes nothing
    is_count = call.func.attr == "count" and not call.args and not call.keywords
    return is_count or call.func.attr in SUMS | {"aggregate", "acount", "aaggregate"}


def found() -> dict[str, list[str]]:
    """Where the house adds up, by file and function."""
    places: dict[str, list[str]] = {}
    for room in ROOMS:
        for file in sorted((HOUSE / room).rglob("*.py")):
            path = file.relative_to(HOUSE)
            if set(LET_BE) & set(path.parts):
                continue
            for inside, line, call in aggregates(file.read_text(encoding="utf-8")):
                places.setdefault(f"{path.as_posix()}:{inside}", []).append(f"{line} {call}")
    return places


def test_records_are_added_up_by_figures_only():
    """Declare a figure and ask ``hearth.figures.engine``; a reason here is for what is none."""
    others = {place: calls for place, calls in found().items() if place not in ALLOWED}

    assert others == {}


def test_every_exception_still_stands():
    assert sorted(set(ALLOWED) - set(found())) == []


@pytest.mark.parametrize(
    "source",
    [
        "rows.aggregate(n=1)",
        "rows.annotate(n=Count('pk'))",
        "rows.annotate(n=models.Sum('persons'))",
        "Activity.objects.filter(kind=1).count()",
    ],
)
def test_the_guard_sees_a_sum(source):
    assert list(aggregates(source))


@pytest.mark.parametrize("source", ["text.count('a')", "len(rows)", "Counter(rows)", "counted(a)"])
def test_the_guard_lets_other_calls_be(source):
    assert not list(aggregates(source))

"""Loads the demonstration through the same services that everyone uses, whole or not at all."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.exchange.adjustments import AdjustmentsImport
from hearth.exchange.demo.administration import (
    APPROVED_BY,
    PROPOSED_BY,
    demo_accounts,
    demo_policy,
    invent_adjustments,
)
from hearth.exchange.demo.chance import SEED
from hearth.exchange.demo.checks import CheckPlan, InventedCheck, invent_checks
from hearth.exchange.demo.content import Row, content_rows, demo_rulebook
from hearth.exchange.demo.days import demo_quarters
from hearth.exchange.demo.ledgers import PUBLISHED, ground_of, present_year
from hearth.exchange.demo.network import OUTLETS, InventedNetwork, invent_network
from hearth.exchange.demo.year import LEDGERS, sorted_ledgers
from hearth.exchange.people import PeopleImport
from hearth.exchange.registers import RegisterImport
from hearth.exchange.standard import StandardImport
from hearth.exchange.units import UnitsImport
from hearth.inspections.models import Inspection
from hearth.inspections.services.assignments import assign
from hearth.inspections.services.recording import Outcome, Submission, record_many
from hearth.kernel.errors import RuleViolation
from hearth.kernel.periods import Period
from hearth.ledgers.registers import REGISTERS
from hearth.network.actors import actor_of
from hearth.network.models import Grant, Person, Placement, Unit, User
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import ImportReport
from hearth.scoring.evaluation import evaluate, rules_for
from hearth.scoring.models import Adjustment
from hearth.scoring.services.adjustments_decided import decide_adjustments
from hearth.scoring.services.closing import close_period
from hearth.scoring.services.policies import (
    PolicyText,
    decide_policy,
    propose_policy,
    save_policy,
)
from hearth.standards.models import Edition
from hearth.standards.queries import criteria_of

Report = Callable[[int, int, str], None]
BATCH = 2000
ASSIGNED = 6
LARGEST_OUTLETS = 30_000


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How large a demonstration is to be."""

    outlets: int = OUTLETS
    quarters: int = 2  # closed ones before the open one
    video: int = 6  # video checks an outlet and quarter
    seed: str = str(SEED)


def is_loaded() -> bool:
    """Whether any record of a network is there already."""
    return Unit.objects.exists()


@transaction.atomic
def load_demo(
    *, actor: Actor, size: DemoSize, report: Report, today: date | None = None
) -> dict[str, int]:
    """Load an invented network with its staff, checks and closed quarters; all or nothing.

    Returns:
        How many outlets, people and inspections there are.

    Raises:
        RuleViolation: ``not_empty``; records are there already.
    """
    if is_loaded():
        raise RuleViolation(
            "not_empty",
            _("Records are here already. Load the demonstration into an empty HEARTH_HOME."),
        )
    today = today or timezone.localdate()
    quarters = demo_quarters(today, closed=size.quarters)
    network = invent_network(size.outlets, today=today, seed=size.seed)
    report(0, 1, _("network and staff"))
    _load_network(actor, network)
    edition = _load_standard(actor)
    _load_accounts(network, today)
    _load_policy(quarters, today)
    rows = invent_adjustments(network.units, quarters, today=today, seed=size.seed)
    load_adjustments(rows, quarters[-1])
    load_ledgers(actor, network, today, size.seed, report)
    checks = invent_checks(
        network.units,
        demo_rulebook().criteria,
        quarters,
        today=today,
        seed=size.seed,
        plan=CheckPlan(video_per_quarter=size.video),
    )
    expected = int(size.outlets * (size.quarters + 0.5) * (size.video + 4))
    count = _load_checks(actor, checks, edition, expected, report)
    _give_out(edition, today)
    for number, key in enumerate(quarters[:-1]):
        report(number, size.quarters, _("closing quarters"))
        close_period(actor=_named("manager"), period=Period.parse(key), today=today)
    report(1, 1, _("closing quarters"))
    return {
        "outlets": Unit.objects.outlets().count(),
        "people": Person.objects.count(),
        "inspections": count,
    }


def _import(
    kind: UnitsImport | PeopleImport | StandardImport, actor: Actor, files: list[Path]
) -> None:
    _require(kind.run(actor, files, options={"publish": True}))


def _require(report: ImportReport) -> None:
    if not report.ok:
        raise RuleViolation("demo_refused", report.to_text())


def _written(folder: str, name: str, rows: Sequence[Row]) -> Path:
    target = Path(folder) / f"{name}.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return target


def _load_network(actor: Actor, network: InventedNetwork) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _import(UnitsImport(), actor, [_written(folder, "units", network.units)])
        _import(PeopleImport(), actor, [_written(folder, "people", network.people)])


def _load_standard(actor: Actor) -> Edition:
    with tempfile.TemporaryDirectory() as folder:
        files = [_written(folder, n, content_rows(n)) for n in ("standard", "criteria")]
        _import(StandardImport(), actor, files)
    return Edition.objects.select_related("standard").get()


def _load_accounts(network: InventedNetwork, today: date) -> None:
    """One account a role, offered on the sign-in page; and those of the other inspectors."""
    started = today - timedelta(days=400)
    units = dict(Unit.objects.values_list("code", "pk"))
    for account in demo_accounts(network):
        user = User.objects.create_user(
            account.username,
            name=account.name,
            name_en=account.name_en,
            is_demo=True,
            person=Person.objects.filter(staff_no=account.staff_no).first(),
        )
        Grant.objects.create(
            user=user, role=account.role, unit_id=units[account.unit], valid_from=started
        )
    known = set(User.objects.values_list("username", flat=True))
    for row in content_rows("raters"):
        if row["username"] not in known:
            User.objects.create_user(row["username"], name=row["name"], name_en=row["name_en"])


def _named(username: str) -> Actor:
    return actor_of(User.objects.get(username=username), on=timezone.localdate())


def _load_policy(quarters: Sequence[str], today: date) -> None:
    policy = demo_policy(quarters)
    text = PolicyText(
        name=policy.name,
        effective_from=policy.effective_from,
        weights=dict(policy.weights),
        minimum_coverage_percent=policy.minimum_coverage_percent,
        bonus_cap_centi=policy.bonus_cap_centi,
        veto_cap_centi=policy.veto_cap_centi,
        pass_centi=policy.pass_centi,
    )
    proposer, approver = _named(policy.proposed_by), _named(policy.approved_by)
    saved = save_policy(actor=proposer, text=text)
    proposed = propose_policy(actor=proposer, policy_id=saved.pk, version=saved.version)
    decide_policy(actor=approver, policy_id=saved.pk, version=proposed.version, approve=True)


def load_adjustments(rows: Sequence[Row], open_quarter: str) -> None:
    """Proposed by one and approved by another, but for the newest one of the open quarter."""
    if not rows:
        return
    with tempfile.TemporaryDirectory() as folder:
        files = [_written(folder, "adjustments", rows)]
        _require(AdjustmentsImport().run(_named(PROPOSED_BY), files))
    waiting = Adjustment.objects.waiting().order_by("pk")
    newest = waiting.filter(period=open_quarter).order_by("-decided_on", "-pk").first()
    chosen = [f"{row.pk}:{row.version}" for row in waiting if row != newest]
    decide_adjustments(actor=_named(APPROVED_BY), chosen=chosen, approve=True)


def load_ledgers(
    actor: Actor, network: InventedNetwork, today: date, seed: str, report: Report
) -> None:
    """The records of the programme of 2021 and of the present year, through the imports.

    Raises:
        RuleViolation: ``demo_refused``, an import found a bad cell.
    """
    root = next(row["code"] for row in network.units if row["level"] == "province")
    before: dict[str, list[Row]] = {}
    years = [year for year in (PUBLISHED, present_year(today)) if year is not None]
    for number, year in enumerate(years):
        ground = ground_of(network, year.until, seed)
        if not ground.outlets or not ground.people:
            continue
        before = sorted_ledgers(ground, year, root, before)
        for part, (kind, rows) in enumerate(before.items()):
            report(number * LEDGERS + part, len(years) * LEDGERS, _("ledgers"))
            import_ledgers(actor, {kind: rows})
    report(1, 1, _("ledgers"))


def import_ledgers(actor: Actor, ledgers: Mapping[str, Sequence[Row]]) -> None:
    """Rows of registers by kind of import, in the order in which they can be imported.

    Raises:
        RuleViolation: ``demo_refused``, an import found a bad cell.
    """
    for kind, rows in ledgers.items():
        with tempfile.TemporaryDirectory() as folder:
            source = _written(folder, kind, rows)
            _require(RegisterImport(REGISTERS[kind]).run(actor, [source]))


def _load_checks(
    actor: Actor, checks: Iterator[InventedCheck], edition: Edition, expected: int, report: Report
) -> int:
    """Store the checks batch by batch; ``expected`` is about how many there are."""
    scorer = _Scorer(edition)
    done = 0
    report(0, expected, _("checks"))  # the rate is counted from here
    while batch := list(islice(checks, BATCH)):
        pairs = [scorer.scored(check) for check in batch]
        record_many(actor, pairs, one_event="inspections.demonstrated")
        done += len(batch)
        report(done, max(expected, done), _("checks"))
    return done


class _Scorer:
    """Turns invented checks into submissions with their worth."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.criteria = criteria_of(edition)
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.users = dict(User.objects.values_list("username", "pk"))
        self.places: dict[int, list[tuple[date, date | None, str]]] = {}
        rows = Placement.objects.order_by("valid_from")
        for unit_id, start, end, path in rows.values_list(
            "unit_id", "valid_from", "valid_to", "path"
        ):
            self.places.setdefault(unit_id, []).append((start, end, path))

    def scored(self, check: InventedCheck) -> tuple[Submission, Outcome]:
        unit = self.units[check.unit]
        document = {"unlisted": check.unlisted, "marks": [dict(mark) for mark in check.marks]}
        submission = Submission(
            uuid=check.uuid,
            unit=unit,
            unit_path=self._place(unit, check.inspected_at.date()),
            edition=self.edition,
            channel=check.channel,
            inspected_at=check.inspected_at,
            document=document,  # type: ignore[arg-type]  # rows are marks as written in a file
            inspector_id=self.users[check.inspector],
            reference=check.reference,
            is_ranked=check.is_ranked,
            status=check.status,
        )
        rules = rules_for(self.edition, check.channel, unit.kind)
        return submission, evaluate(rules, self.criteria, submission.document)

    def _place(self, unit: Unit, day: date) -> str:
        spans: Iterator[str] = (
            path
            for start, end, path in self.places[unit.pk]
            if start <= day and (end is None or day < end)
        )
        return next(spans, unit.path)


def _give_out(edition: Edition, today: date) -> None:
    """A few assignments for the inspector and the shopper who can sign in."""
    manager = _named("manager")
    seen = Inspection.objects.filter(inspected_on__gt=today - timedelta(days=20))
    waiting = Unit.objects.outlets().open_on(today).exclude(pk__in=seen.values("unit_id"))
    units = list(waiting.order_by("path")[: ASSIGNED * 2]) or list(Unit.objects.outlets()[:2])
    for number, unit in enumerate(units):
        username, channel = ("inspector", "onsite") if number % 2 else ("shopper", "mystery")
        assign(
            actor=manager,
            unit=unit,
            edition=edition,
            channel=channel,
            assignee=User.objects.get(username=username),
            due_on=today + timedelta(days=number),
        )

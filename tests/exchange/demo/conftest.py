"""One small and one whole demonstration, each made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from hearth.exchange.demo.checks import InventedCheck, invent_checks
from hearth.exchange.demo.content import demo_rulebook
from hearth.exchange.demo.days import demo_quarters
from hearth.exchange.demo.network import InventedNetwork, invent_network

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Demo:
    """What the tests look at."""

    today: date
    quarters: tuple[str, ...]
    network: InventedNetwork
    checks: tuple[InventedCheck, ...]


def make(outlets: int) -> Demo:
    network = invent_network(outlets, today=TODAY)
    quarters = demo_quarters(TODAY)
    checks = invent_checks(network.units, demo_rulebook().criteria, quarters, today=TODAY)
    return Demo(TODAY, quarters, network, tuple(checks))


@pytest.fixture(scope="session")
def small() -> Demo:
    return make(60)


@pytest.fixture(scope="session")
def whole() -> Demo:
    return make(797)

"""Records of a small network and templates over them, for tests of reports."""

from __future__ import annotations

from datetime import date

from hearth.bulletins.models import TemplateVersion
from hearth.bulletins.reports import services
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.services import TemplateText
from hearth.network.actors import operator
from hearth.network.scope import Actor
from tests.factories import Tree, make_tree
from tests.factories_outreach import make_activity
from tests.factories_premises import make_facility_check, make_order, make_sign

DAY, EARLIER = date(2021, 6, 22), date(2021, 6, 15)
ZH = """# {机构}工作进展（截至{日期}）
维修标牌{signs.repaired}块{如果 signs.repaired 上升}，增加{signs.repaired:差额}块{结束}。
## 服务升温
{如果 home_visits.count 有}上门服务{home_visits.count}次，此前{home_visits.count:上期}次。{结束}"""
EN = """# Progress of {unit} to {date}
Signs repaired: {signs.repaired}{if signs.repaired up}, {signs.repaired:change} more{end}.
## Warmer service
{if home_visits.count any}Visits: {home_visits.count}, before {home_visits.count:before}.{end}"""


def writer() -> Actor:
    """Who writes templates and keeps reports."""
    return operator("writer")


def text(**changes: str) -> TemplateText:
    """A good template with what ``changes`` say."""
    fields = {"name": "进展", "name_en": "Progress", "zh": ZH, "en": EN}
    return TemplateText(**fields | changes)


def template(code: str = "progress", **changes: str) -> TemplateVersion:
    """Its first version."""
    return services.add_template(actor=writer(), code=code, text=text(**changes))


def recorded() -> Tree:
    """Three signs, two repaired in the east before 15 June and one in the west after it.

    Two home visits of the east, one after 15 June; one facility present of two.
    """
    tree = make_tree()
    days = (date(2021, 3, 1), date(2021, 5, 20), date(2021, 6, 20))
    for outlet, day in zip((*tree.east_outlets[:2], tree.west_outlets[0]), days, strict=True):
        sign = make_sign(outlet)
        make_order(outlet, sign=sign, kind="repair", opened_on=day, done_on=day)
    for day in (date(2021, 2, 3), date(2021, 6, 18)):
        make_activity(tree.east_outlets[0], "home_visit", on=day)
    make_facility_check(tree.east_outlets[0], "ramp", present=True)
    make_facility_check(tree.west_outlets[0], "ramp", present=False)
    return tree


def asked(unit, as_of: date = DAY, earlier: date | None = EARLIER, since: date | None = None):
    """A report of the unit."""
    return Asked.about(unit, as_of, earlier, since)

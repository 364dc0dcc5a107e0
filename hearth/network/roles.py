"""Roles are code: what each may do, said in words that the user can read.

A role holds permissions; a grant gives a role to a user at a unit, and with it the part of the
tree below. System, security and audit administration are three roles and never one person
(``EXCLUSIVE``). Permission names read ``room.verb``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

PERMISSIONS: dict[str, Any] = {
    "network.view": _("see units in the tree and on the map"),
    "network.edit": _("add, move, merge and close units"),
    "people.view": _("see staff and their posts"),
    "people.edit": _("add staff and change their posts"),
    "accounts.manage": _("make accounts, give and take roles, end sessions"),
    "standards.view": _("read inspection standards"),
    "standards.edit": _("draft and import standards"),
    "standards.publish": _("publish and retire standards"),
    "inspections.assign": _("assign checks to inspectors"),
    "inspections.fill": _("fill in and submit checks"),
    "inspections.view": _("read released checks and their arithmetic"),
    "inspections.view_all": _("read checks before they are released"),
    "inspections.view_inspector": _("see who carried out a check"),
    "inspections.review": _("review submitted checks"),
    "inspections.release": _("release reviewed checks to the outlets"),
    "scores.view": _("see scores, ranks and how they came about"),
    "rectification.view": _("see findings being put right"),
    "rectification.answer": _("put findings right and say how"),
    "rectification.verify": _("verify what another put right, close it or open it again"),
    "premises.view": _("see signs, facilities, work orders, temperatures and watchlists"),
    "premises.edit": _("keep signs, facilities and work orders"),
    "premises.verify": _("verify the work of the past in one act"),
    "premises.measure": _("send temperature readings from sensors"),
    "premises.approve": _("approve what enters and leaves a watchlist"),
    "outreach.view": _("see activities, special services and stations"),
    "outreach.edit": _("record activities, home visits and special services"),
    "outreach.confirm": _("confirm activities and verify samples of them"),
    "outreach.personal": _("open personal data of a home visit, with a reason"),
    "learning.view": _("see tests and who sat them"),
    "learning.edit": _("keep questions, tests and their results"),
    "voices.view": _("see solicitations, entries and cases"),
    "voices.write": _("hand in entries, write cases and like them"),
    "voices.edit": _("run solicitations and publish cases"),
    "honours.view": _("see awards and the head office's results"),
    "honours.edit": _("keep awards and the head office's results"),
    "figures.view": _("explore figures and read reports"),
    "report.keep": _("keep reports as they stand"),
    "report.edit": _("write the templates of reports"),
    "programme.view": _("see the yearly plan, tasks and targets"),
    "programme.work": _("report on tasks and acknowledge documents"),
    "programme.edit": _("keep the yearly plan, send documents and set targets"),
    "adjustments.record": _("record bonuses, deductions and vetoes"),
    "adjustments.approve": _("approve bonuses, deductions and vetoes that another recorded"),
    "policy.propose": _("propose a scoring policy"),
    "policy.approve": _("approve a scoring policy that another proposed"),
    "period.close": _("close and reopen a period"),
    "bulletin.view": _("read published bulletins"),
    "bulletin.edit": _("draft and edit a bulletin"),
    "bulletin.approve": _("approve a bulletin that another drafted"),
    "bulletin.publish": _("publish an approved bulletin"),
    "exchange.import": _("import records from spreadsheets"),
    "exchange.export": _("export lists as spreadsheets"),
    "tokens.own": _("make access tokens for other systems"),
    "audit.view": _("read and verify the audit trail"),
    "system.view": _("see the health of the system, jobs and backups"),
}


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its name, what it is for, and what it may do."""

    key: str
    name: Any
    description: Any
    permissions: frozenset[str]


_LEDGERS = {
    "rectification.view",
    "premises.view",
    "outreach.view",
    "learning.view",
    "voices.view",
    "honours.view",
    "figures.view",
    "programme.view",
}
_READ = {
    "network.view",
    "standards.view",
    "inspections.view",
    "scores.view",
    "bulletin.view",
    *_LEDGERS,
}
_KEEPS = {
    "rectification.answer",
    "premises.edit",
    "outreach.edit",
    "programme.work",
    "voices.write",
    "exchange.import",
}
_HEAD = _READ | _KEEPS | {"people.view", "exchange.export", "outreach.personal"}
_BRANCH = _HEAD | {"outreach.confirm", "premises.verify", "rectification.verify", "report.keep"}
_QUALITY = {"inspections.view_all", "inspections.view_inspector", "inspections.review"}
_OFFICE = {
    "network.edit",
    "people.edit",
    "standards.edit",
    "standards.publish",
    "inspections.assign",
    "inspections.release",
    "adjustments.record",
    "adjustments.approve",
    "policy.propose",
    "policy.approve",
    "period.close",
    "bulletin.edit",
    "bulletin.approve",
    "bulletin.publish",
    "premises.approve",
    "premises.measure",
    "learning.edit",
    "voices.edit",
    "honours.edit",
    "programme.edit",
    "report.edit",
    "tokens.own",
}

ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role(
            "programme_manager",
            _("Programme manager"),
            _("Runs the programme: standards, policies, the quarter and its bulletin."),
            frozenset(_BRANCH | _QUALITY | _OFFICE),
        ),
        Role(
            "branch_manager",
            _("Branch manager"),
            _("Looks after the outlets of one branch: where it stands and what is late."),
            frozenset(_BRANCH),
        ),
        Role(
            "outlet_head",
            _("Outlet head"),
            _("Heads one outlet: reads its checks and the arithmetic behind each score."),
            frozenset(_HEAD),
        ),
        Role(
            "inspector",
            _("Inspector"),
            _("Checks outlets by video and on site, and submits what was seen."),
            frozenset({"network.view", "standards.view", "inspections.fill"}),
        ),
        Role(
            "mystery_shopper",
            _("Mystery shopper"),
            _("Visits the outlets assigned to them as a customer; sees nothing else."),
            frozenset({"inspections.fill"}),
        ),
        Role(
            "reviewer",
            _("Reviewer"),
            _("Reviews submitted checks before they are released."),
            frozenset(
                _READ
                | _QUALITY
                | {"inspections.release", "rectification.verify", "exchange.export"}
            ),
        ),
        Role(
            "staff",
            _("Staff"),
            _("Works at a unit: reads its results and the bulletins, and has a voice."),
            frozenset(_READ | {"voices.write"}),
        ),
        Role(
            "auditor",
            _("Auditor"),
            _("Reads who did what and proves that nothing was altered."),
            frozenset(_READ | {"inspections.view_all", "audit.view", "exchange.export"}),
        ),
        Role(
            "system_admin",
            _("System administrator"),
            _("Keeps the system running; sees no programme records."),
            frozenset({"system.view"}),
        ),
        Role(
            "security_admin",
            _("Security administrator"),
            _("Makes accounts and gives roles; sees no programme records."),
            frozenset({"accounts.manage"}),
        ),
    )
}

NETWORK_WIDE = frozenset(
    {
        "standards.edit",
        "standards.publish",
        "policy.propose",
        "policy.approve",
        "period.close",
        "bulletin.edit",
        "bulletin.approve",
        "bulletin.publish",
        "learning.edit",
        "voices.edit",
        "honours.edit",
        "programme.edit",
        "report.edit",
    }
)
"""What is one for the whole network: held only through a grant at its top."""

BOUNDS_WHAT_IS_READ = frozenset({"exchange.export"})
"""Permissions to take along what others let one read: only of units where both are held."""

EXCLUSIVE = frozenset({"system_admin", "security_admin", "auditor"})
ANONYMOUS = frozenset({"mystery_shopper"})  # whose names stay with planners and reviewers

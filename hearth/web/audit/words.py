"""What the machine words of the trail mean to a reader.

Every action that a service records has its words here (a test compares). An action that an older
or newer Hearth recorded is shown as it stands.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hearth.network.roles import ROLES

ACTIONS: dict[str, Any] = {
    "account.created": _("made an account"),
    "account.edited": _("changed an account"),
    "account.deactivated": _("closed an account"),
    "account.reactivated": _("opened an account again"),
    "account.password_reset": _("gave a temporary password"),
    "account.password_changed": _("changed the own password"),
    "account.language_set": _("changed the language"),
    "account.read": _("looked at an account"),
    "account.signed_in": _("signed in"),
    "account.signed_out": _("signed out"),
    "account.session_ended": _("ended a session"),
    "account.sessions_ended": _("ended all sessions of an account"),
    "account.locked_out": _("locked an account after wrong passwords"),
    "grant.given": _("gave a role"),
    "grant.ended": _("took a role back"),
    "token.created": _("made an access token"),
    "token.revoked": _("revoked an access token"),
    "unit.created": _("added a unit"),
    "unit.edited": _("changed a unit"),
    "unit.moved": _("moved a unit"),
    "unit.merged": _("merged a unit into another"),
    "unit.closed": _("closed a unit"),
    "unit.reopened": _("took the closing of a unit back"),
    "tree.settled": _("brought dated moves into force"),
    "person.created": _("added a member of staff"),
    "person.edited": _("changed a member of staff"),
    "person.read": _("saw how to reach a member of staff"),
    "people.exported": _("exported staff"),
    "audit.read": _("read the audit trail"),
    "audit.exported": _("exported the audit trail"),
    "audit.verification_started": _("had the audit trail verified"),
    "system.backed_up": _("made a backup"),
    "system.restored": _("restored a backup"),
}

OBJECTS: dict[str, Any] = {
    "network.user": _("account"),
    "network.grant": _("role of an account"),
    "network.apitoken": _("access token"),
    "network.unit": _("unit"),
    "network.person": _("member of staff"),
}


def action_words(action: str) -> str:
    """What was done, as it follows the name of who did it."""
    return str(ACTIONS.get(action, action))


FACTS: dict[str, Any] = {
    "changed": _("changed"),
    "expires_at": _("ends"),
    "filters": _("filters"),
    "permissions": _("permissions"),
    "reason": _("reason"),
    "role": _("role"),
    "seq": _("number"),
    "sessions": _("sessions"),
    "unit": _("unit"),
    "user": _("account"),
    "valid_from": _("from"),
    "valid_to": _("until (excluded)"),
}


def actor_words(actor: str, name: str) -> str:
    """Who did it; where no person acts, the machine itself."""
    return str(_("the system")) if actor == "system" else name


def fact_words(key: str) -> str:
    """What a fact beside the words is called."""
    return str(FACTS.get(key, key))


def value_words(key: str, value: Any) -> Any:
    """A fact's value; roles, lists and choices are put into words, the rest stays as recorded."""
    if key == "role" and value in ROLES:
        return ROLES[value].name
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{k}={v}" for k, v in sorted(value.items()))
    return "—" if value is None else value


def object_words(object_type: str) -> str:
    """What it was done to."""
    return str(OBJECTS.get(object_type, object_type))

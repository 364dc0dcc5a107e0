"""What the machine words of the trail mean to a reader.

Every action that a service records has its words here (a test compares). An action that an older
or newer Hearth recorded is shown as it stands.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    "edition.saved": _("saved a draft of a standard"),
    "edition.published": _("published a standard"),
    "edition.retired": _("retired a standard"),
    "edition.discarded": _("discarded a draft of a standard"),
    "assignment.made": _("assigned a check"),
    "assignment.withdrawn": _("withdrew an assignment"),
    "draft.started": _("began a check"),
    "draft.correction": _("began the correction of a check"),
    "draft.discarded": _("discarded a check that was begun"),
    "evidence.added": _("added a photo or file to a check"),
    "evidence.removed": _("removed a photo or file from a check"),
    "inspection.submitted": _("submitted a check"),
    "inspection.reviewed": _("reviewed a check"),
    "inspection.returned": _("returned a check"),
    "inspection.released": _("released a check"),
    "inspection.withdrawn": _("withdrew a check"),
    "inspections.imported": _("imported checks"),
    "inspections.demonstrated": _("loaded the checks of the demonstration"),
    "rectification.opened": _("had findings put right"),
    "rectification.accepted": _("accepted a finding"),
    "rectification.fixed": _("reported a finding as put right"),
    "rectification.closed": _("signed a finding off"),
    "rectification.reopened": _("sent a finding back"),
    "rectification.withdrawn": _("withdrew findings with their check"),
    "rectification.told": _("told who is late with findings"),
    "deadline.proposed": _("proposed other deadlines"),
    "deadline.approved": _("approved other deadlines"),
    "entry.handed_in": _("handed in a name or slogan"),
    "entry.chosen": _("chose a name or slogan"),
    "case.saved": _("wrote a case"),
    "case.submitted": _("handed in a case"),
    "case.approved": _("approved a case"),
    "case.returned": _("gave a case back"),
    "case.published": _("published a case"),
    "case.withdrawn": _("took a case back"),
    "case.liked": _("liked a case"),
    "case.unliked": _("liked a case no longer"),
    "adjustment.recorded": _("recorded a bonus, deduction or veto"),
    "adjustment.withdrawn": _("withdrew a bonus, deduction or veto"),
    "policy.saved": _("saved a policy"),
    "policy.proposed": _("proposed a policy"),
    "policy.approved": _("approved a policy"),
    "policy.rejected": _("rejected a policy"),
    "period.closed": _("closed a period"),
    "bulletin.drafted": _("drafted a bulletin"),
    "bulletin.saved": _("edited a bulletin"),
    "bulletin.recomposed": _("computed the draft of a bulletin anew"),
    "bulletin.proposed": _("proposed a bulletin for approval"),
    "bulletin.sent_back": _("sent a bulletin back"),
    "bulletin.approved": _("approved a bulletin"),
    "bulletin.published": _("published a bulletin"),
    "bulletin.revised": _("began a revision of a bulletin"),
    "record.imported": _("imported records of a ledger"),
    "record.added": _("added a record to a ledger"),
    "record.changed": _("changed a record of a ledger"),
    "record.withdrawn": _("took a record of a ledger back"),
    "activity.confirmed": _("confirmed an activity"),
    "activity.returned": _("sent an activity back"),
    "photo.added": _("added a photo to a record"),
    "photo.removed": _("removed a photo from a record"),
    "sign_in.opened": _("opened the sign-in to an activity"),
    "sign_in.closed": _("took over how many signed in"),
    "sign_in.made": _("signed in to an activity"),
    "sample_rate.set": _("set the share of activities to be verified"),
    "sample.drawn": _("drew a sample of activities"),
    "sample.verified": _("verified an activity"),
    "trip.planned": _("planned a trip of mobile service"),
    "trip.cancelled": _("took a trip of mobile service back"),
    "trip.stop_left_out": _("said why a stop was left out"),
    "trip.stop_visited": _("visited a stop"),
    "experience.reported": _("reported an experience visit"),
    "experience.idea_decided": _("decided on an idea"),
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
    "standards.edition": _("standard"),
    "inspections.assignment": _("assignment"),
    "inspections.draft": _("check begun"),
    "inspections.inspection": _("check"),
    "inspections.evidence": _("photo or file"),
    "rectification.rectification": _("finding to put right"),
    "rectification.deadline": _("rule of deadlines"),
    "voices.entry": _("name or slogan"),
    "voices.case": pgettext_lazy("voices", "case"),
    "scoring.policy": _("policy"),
    "scoring.adjustment": _("bonus, deduction or veto"),
    "scoring.closing": _("closing of a period"),
    "bulletins.bulletin": _("bulletin"),
    "outreach.activity": _("activity"),
    "outreach.feature": _("special service of an outlet"),
    "outreach.station": _("station of care"),
    "outreach.samplerate": _("rate of sampling"),
    "outreach.sample": _("sample of activities"),
    "outreach.sampleitem": _("activity of a sample"),
    "outreach.trip": _("trip of mobile service"),
    "outreach.tripstop": _("stop of a trip"),
    "outreach.experiencevisit": _("experience visit"),
    "outreach.observation": _("observation of an experience visit"),
}


FACTS: dict[str, Any] = {
    "bytes": _("bytes"),
    "checks": _("checks"),
    "days": _("days"),
    "from_day": _("in force from"),
    "kept": _("kept"),
    "opened": _("opened"),
    "rectifications": _("findings"),
    "withdrawn": _("withdrawn"),
    "channel": _("channel"),
    "code": _("code"),
    "codes": _("codes"),
    "columns": _("columns"),
    "content_hash": _("hash of the content"),
    "count": _("how many"),
    "criteria": _("criteria"),
    "digest": _("hash of all"),
    "file": _("file"),
    "files": _("files"),
    "hash": _("hash"),
    "language": _("language"),
    "made_at": _("made at"),
    "note": _("note"),
    "on": _("on"),
    "period": _("period"),
    "revision": _("revision"),
    "rows": _("rows"),
    "sha256": _("hash of the file"),
    "staff_no": _("staff number"),
    "units": _("units"),
    "weights": _("weights"),
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


def action_words(action: str) -> str:
    """What was done, as it follows the name of who did it."""
    return str(ACTIONS.get(action, action))


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

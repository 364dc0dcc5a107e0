"""What the machine words of home visits mean to people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STAGES: dict[str, Any] = {
    "requested": pgettext_lazy("visit", "asked for"),
    "triaged": pgettext_lazy("visit", "to be planned"),
    "planned": pgettext_lazy("visit", "to be approved"),
    "approved": pgettext_lazy("visit", "approved"),
    "on_site": pgettext_lazy("visit", "at the door"),
    "left": pgettext_lazy("visit", "on the way back"),
    "back": pgettext_lazy("visit", "to be called"),
    "closed": pgettext_lazy("visit", "closed"),
    "cancelled": pgettext_lazy("visit", "cancelled"),
}
TONES: dict[str, str] = {
    "requested": "ember",
    "triaged": "ember",
    "planned": "warn",
    "approved": "good",
    "on_site": "warn",
    "left": "warn",
    "back": "ember",
}
NEXT: dict[str, Any] = {
    "requested": _("Call back: who is it for, what is needed, is a document at hand?"),
    "triaged": _("Agree on a time and say which two go."),
    "planned": _("A third person approves the appointment."),
    "approved": _("Two go on the day, with the device."),
    "on_site": _("Document, own wish, signature; then say what became of it."),
    "left": _("Back at the outlet, hand in the vouchers."),
    "back": _("From the next day on someone who did not go calls and asks how it was."),
    "closed": _("Nothing more is to be done."),
    "cancelled": _("It was cancelled; nothing more is to be done."),
}
DONE: dict[str, Any] = {
    "requested": _("Asked for"),
    "triaged": _("Looked at"),
    "planned": _("Appointment proposed"),
    "approved": pgettext_lazy("step of a visit", "Approved"),
    "on_site": _("Arrived"),
    "left": pgettext_lazy("step of a visit", "Left"),
    "back": _("Back, vouchers handed in"),
    "closed": _("Called and closed"),
}
"""The steps of a visit once they are behind."""
TOLD: dict[str, Any] = {
    "requested": _("We have your request and will call you."),
    "triaged": _("We are looking for a time with you."),
    "planned": _("A time is proposed; it is being approved."),
    "approved": _("The visit is fixed. Two of our staff will come and show you their cards."),
    "on_site": _("Our staff are with you."),
    "left": _("The visit is over. We will call you from tomorrow on."),
    "back": _("The visit is over. We will call you from tomorrow on."),
    "closed": _("The visit is done. Thank you."),
    "cancelled": _("This request has ended. Call us if that is not right."),
}
"""What the public page says of a stage, in words for those who asked."""
CHANNELS: dict[str, Any] = {
    "outlet": pgettext_lazy("visit", "at the outlet"),
    "phone": pgettext_lazy("visit", "by telephone"),
    "public": pgettext_lazy("visit", "on the public page"),
}
GROUPS: dict[str, Any] = {
    "very_old": _("Very old"),
    "ill": _("Seriously ill"),
    "disabled": _("Disabled"),
    "other": pgettext_lazy("visit", "Another reason"),
}
NEEDS: dict[str, Any] = {
    "account": _("Open an account"),
    "social_security": _("Activate a social-security card"),
    "password": _("Reset a password"),
    "other": pgettext_lazy("visit", "Something else"),
}
OUTCOMES: dict[str, Any] = {
    "served": pgettext_lazy("visit", "done"),
    "partly": pgettext_lazy("visit", "partly done, the rest follows"),
    "stopped": pgettext_lazy("visit", "stopped, nothing was done"),
}
CANCELLED: dict[str, Any] = {
    "by_customer": _("The customer does not want it any more"),
    "not_reached": _("Nobody was reached"),
    "elsewhere": _("Was helped elsewhere"),
    "not_eligible": _("A home visit is not for this"),
    "double": _("Asked for twice"),
    "idle": _("Nobody moved it for too long"),
    "other": pgettext_lazy("visit", "Another reason"),
}
CALLS: dict[str, Any] = {
    "satisfied": pgettext_lazy("call", "content"),
    "dissatisfied": pgettext_lazy("call", "not content"),
    "disputed": pgettext_lazy("call", "says it was not so"),
    "not_reached": pgettext_lazy("call", "nobody reached"),
}
REASONS: dict[str, Any] = {
    "arrange": _("To arrange the appointment"),
    "visit": _("To make the visit"),
    "call": _("To call afterwards"),
    "complaint": _("To look into a complaint"),
    "other": pgettext_lazy("visit", "Another reason"),
}


def spaced(code: str) -> str:
    """A code in groups of four, as it is read out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))

"""Handing in names and slogans, and choosing the one of each kind."""

from __future__ import annotations

import uuid as uuids

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.voices.models import Entry, Solicitation
from hearth.voices.queries import home_of, is_own

LONGEST = 200  # characters of an entry


@transaction.atomic
def hand_in(*, actor: Actor, solicitation_id: int, uuid: uuids.UUID, kind: str, text: str) -> Entry:
    """Hand in one entry; the same UUID again returns what is there.

    Args:
        actor: who hands it in; it belongs to the unit where they work today.
        solicitation_id: what was asked.
        uuid: made before it was sent, so that a second sending is known as such.
        kind: of ``Entry.Kind``.
        text: the name or slogan, at most 200 characters.

    Raises:
        Solicitation.DoesNotExist: nobody asked the actor for this.
        NotAllowed: lacks ``voices.write``.
        RuleViolation: ``closed``, ``no_text``, ``too_long``, ``said_already`` (the same text by
            the same account) or ``no_home`` (an account without post and role).
    """
    actor.require("voices.write")
    asked = Solicitation.objects.visible_to(actor.scope_for("voices.view"))
    solicitation = asked.get(pk=solicitation_id)
    code = f"W{uuid.hex[:16]}"
    known = Entry.objects.standing().filter(solicitation=solicitation, code=code).first()
    if known is not None:
        return known
    now = timezone.now()
    today = timezone.localdate(now)
    text = " ".join(text.split())
    _require_open(solicitation)
    _require_text(text)
    said = Entry.objects.standing().filter(
        solicitation=solicitation, kind=kind, text=text, recorded_by_id=actor.user_id
    )
    if said.exists():
        raise RuleViolation("said_already", _("You handed this in already."), field="text")
    home = home_of(actor, today)
    if home is None:
        raise RuleViolation("no_home", _("Your account belongs to no unit."))
    entry = Entry.objects.create(
        solicitation=solicitation,
        code=code,
        kind=Entry.Kind(kind),
        text=text,
        author=home.person,
        submitted_at=now,
        unit=home.unit,
        unit_path=home.path,
        recorded_by_id=actor.user_id,
    )
    audit.record(actor, "entry.handed_in", entry, unit_path=entry.unit_path)
    return entry


def _require_open(solicitation: Solicitation) -> None:
    today = timezone.localdate()
    if solicitation.is_withdrawn or not solicitation.opens_on <= today <= solicitation.closes_on:
        raise RuleViolation(
            "closed",
            _("Entries are taken from %(opens)s to %(closes)s.")
            % {"opens": solicitation.opens_on, "closes": solicitation.closes_on},
        )


def _require_text(text: str) -> None:
    if not text:
        raise RuleViolation("no_text", _("Write it down first."), field="text")
    if len(text) > LONGEST:
        raise RuleViolation(
            "too_long", _("Write at most %(n)s characters.") % {"n": LONGEST}, field="text"
        )


@transaction.atomic
def choose(*, actor: Actor, entry_id: int, version: int) -> Entry:
    """Choose an entry; another of its kind that was chosen before is so no longer.

    Raises:
        Entry.DoesNotExist: there is none, or it was withdrawn.
        NotAllowed: lacks ``voices.edit`` where the solicitation was asked.
        StaleWrite: changed since ``version``.
        RuleViolation: ``own_entry``.
    """
    rows = Entry.objects.standing().select_related("solicitation").select_for_update(of=("self",))
    entry = rows.get(pk=entry_id)
    actor.require("voices.edit", entry.solicitation.unit_path)
    if entry.version != version:
        raise StaleWrite(
            "stale",
            _("Someone changed this entry meanwhile. Reload the page, look, and choose again."),
            version=entry.version,
        )
    if is_own(actor, entry):
        raise RuleViolation("own_entry", _("Another person chooses than wrote it."))
    chosen = Entry.objects.filter(
        solicitation=entry.solicitation_id, kind=entry.kind, is_chosen=True
    )
    for other in chosen.exclude(pk=entry.pk).select_for_update():
        other.is_chosen, other.version = False, other.version + 1
        other.save(update_fields=["is_chosen", "version"])
    entry.is_chosen, entry.chosen_at, entry.chosen_by_id = True, timezone.now(), actor.user_id
    entry.version += 1
    entry.save(update_fields=["is_chosen", "chosen_at", "chosen_by", "version"])
    audit.record(actor, "entry.chosen", entry, unit_path=entry.unit_path)
    return entry

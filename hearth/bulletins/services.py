"""Bulletins: drafted, written, proposed by one person, approved by another, published, revised."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hearth.bulletins import stored
from hearth.bulletins.composition import compose
from hearth.bulletins.composition.defaults import (
    SECTIONS,
    default_addressees,
    default_prose,
    default_title,
)
from hearth.bulletins.composition.difference import difference
from hearth.bulletins.composition.wording import DJANGO_LANGUAGE, LANGUAGES, Language
from hearth.bulletins.documents import render
from hearth.bulletins.models import Bulletin, Rendition
from hearth.bulletins.queries import facts_of, newest, records_changed_since
from hearth.bulletins.stored import Kind
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.kernel.periods import Period
from hearth.network.scope import Actor
from hearth.platform import audit, files
from hearth.scoring.models import Closing
from hearth.scoring.queries import current_closing

Status = Bulletin.Status
LONGEST_PROSE = 20_000  # characters of one section in one language
CONTENT_TYPES: dict[Kind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class BulletinText:
    """What people write in a bulletin; ``prose`` by language (zh, en) and section."""

    title: str
    title_en: str = ""
    issuer: str = ""
    number: str = ""
    addressees: str = ""
    prose: dict[Language, dict[str, str]] = field(default_factory=dict)


# --- drafting -------------------------------------------------------------------------------------


@transaction.atomic
def draft_bulletin(*, actor: Actor, period: Period, named_examples: bool = False) -> Bulletin:
    """Make the first draft of a period's bulletin from its current closing.

    Issuer and addressees are those of the newest bulletin there is; titles, opening and demands
    are proposed in both languages.

    Args:
        actor: who drafts.
        period: a closed one.
        named_examples: examples of faults name their outlet, except those of mystery shoppers.

    Raises:
        NotAllowed: lacks ``bulletin.edit``.
        RuleViolation: ``not_closed``, ``closing_behind`` (records changed since), or
            ``bulletin_exists`` (its key is in the facts).
    """
    actor.require("bulletin.edit")
    known = newest(period.key)
    if known is not None:
        raise RuleViolation(
            "bulletin_exists",
            _("%(period)s has a bulletin already. Open that one.") % {"period": period.key},
            bulletin=known.pk,
        )
    closing = _ready_closing(period)
    like = Bulletin.objects.published().for_list().order_by("-published_at").first()
    titles, prose = _defaults(period)
    bulletin = Bulletin.objects.create(
        period=period.key,
        closing=closing,
        title=titles["zh"],
        title_en=titles["en"],
        issuer=like.issuer if like else "",
        addressees=like.addressees if like else _in("zh", default_addressees),
        prose=prose,
        computed=compose(facts_of(closing, named_examples=named_examples)),
        drafted_by_id=actor.user_id,
    )
    audit.record(actor, "bulletin.drafted", bulletin, **_facts(bulletin))
    return bulletin


def _defaults(period: Period) -> tuple[dict[Language, str], dict[Language, dict[str, str]]]:
    titles, prose = {}, {}
    for language in LANGUAGES:
        titles[language] = _in(language, default_title, period)
        prose[language] = _in(language, default_prose, period)
    return titles, prose


def _in(language: Language, say: Any, *args: object) -> Any:
    with translation.override(DJANGO_LANGUAGE[language]):
        return say(*args)


def _ready_closing(period: Period) -> Closing:
    """The closing that holds, when its records are still those that were ranked."""
    closing = current_closing(period)
    if closing is None:
        raise RuleViolation(
            "not_closed",
            _("%(period)s is not closed. Close it first; the bulletin is made from its result.")
            % {"period": period.key},
        )
    if records_changed_since(closing):
        raise RuleViolation(
            "closing_behind",
            _(
                "Checks or adjustments of %(period)s changed after it was closed. Close it again"
                " first, so that scores and findings speak of the same records."
            )
            % {"period": period.key},
        )
    return closing


def _facts(bulletin: Bulletin) -> dict[str, Any]:
    return {
        "period": bulletin.period,
        "revision": bulletin.revision,
        "closing": bulletin.closing.revision,
    }


@transaction.atomic
def recompose(
    *, actor: Actor, bulletin_id: int, version: int, named_examples: bool | None = None
) -> Bulletin:
    """Compute a draft anew from the closing that holds now; what people wrote stays.

    Args:
        actor: who does it.
        bulletin_id: a draft.
        version: that the actor has seen.
        named_examples: None leaves it as it is.

    Raises:
        NotAllowed: lacks ``bulletin.edit``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``not_draft`` or ``closing_behind``.
    """
    actor.require("bulletin.edit")
    bulletin = _locked(bulletin_id, version)
    _require_draft(bulletin)
    closing = _ready_closing(Period.parse(bulletin.period))
    named = bulletin.computed["named_examples"] if named_examples is None else named_examples
    bulletin.closing = closing
    bulletin.computed = compose(facts_of(closing, named_examples=named))
    _saved(bulletin)
    audit.record(actor, "bulletin.recomposed", bulletin, **_facts(bulletin))
    return bulletin


@transaction.atomic
def save_text(*, actor: Actor, bulletin_id: int, version: int, text: BulletinText) -> Bulletin:
    """Keep what was written in a draft. Unknown sections are ignored, blanks at the ends go.

    Raises:
        NotAllowed: lacks ``bulletin.edit``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``not_draft``, ``no_title`` or ``too_long``.
    """
    actor.require("bulletin.edit")
    bulletin = _locked(bulletin_id, version)
    _require_draft(bulletin)
    if not text.title.strip():
        raise RuleViolation("no_title", _("The bulletin needs a Chinese title."))
    for name in ("title", "title_en", "issuer", "number", "addressees"):
        setattr(bulletin, name, getattr(text, name).strip())
    bulletin.prose = {
        language: {key: _prose(text.prose.get(language, {}).get(key, "")) for key in SECTIONS}
        for language in LANGUAGES
    }
    _saved(bulletin)
    audit.record(actor, "bulletin.saved", bulletin, **_facts(bulletin))
    return bulletin


def _prose(text: str) -> str:
    if len(text) > LONGEST_PROSE:
        raise RuleViolation(
            "too_long",
            _("The text of a section may have at most %(n)s characters.") % {"n": LONGEST_PROSE},
        )
    return text.replace("\r\n", "\n").strip()


def _locked(bulletin_id: int, version: int) -> Bulletin:
    bulletin = (
        Bulletin.objects.select_for_update(of=("self",))
        .select_related("closing")
        .get(pk=bulletin_id)
    )
    if bulletin.version != version:
        raise StaleWrite(
            "stale_bulletin",
            _("Someone changed this bulletin meanwhile. Reload to see it."),
            version=bulletin.version,
        )
    return bulletin


def _require_draft(bulletin: Bulletin) -> None:
    if bulletin.is_published:
        raise RuleViolation(
            "published",
            _("A published bulletin never changes. Make a revision beside it."),
        )
    if bulletin.status != Status.DRAFT:
        raise RuleViolation(
            "not_draft",
            _("It was proposed and is no longer a draft. Send it back to change it."),
        )


def _saved(bulletin: Bulletin) -> None:
    """Store a change with the next version; a revision's difference follows its content."""
    if bulletin.revision > 1 and not bulletin.is_published:
        before = Bulletin.objects.get(period=bulletin.period, revision=bulletin.revision - 1)
        bulletin.difference = [
            {language: said[language] for language in LANGUAGES}
            for said in difference(stored.content_of(before), stored.content_of(bulletin))
        ]
    bulletin.version += 1
    bulletin.save()


# --- two persons ----------------------------------------------------------------------------------


@transaction.atomic
def propose(*, actor: Actor, bulletin_id: int, version: int) -> Bulletin:
    """Hand a draft to a second person.

    Raises:
        NotAllowed: lacks ``bulletin.edit``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``not_draft``, or ``closing_superseded``.
    """
    actor.require("bulletin.edit")
    bulletin = _locked(bulletin_id, version)
    _require_draft(bulletin)
    _require_current(bulletin)
    bulletin.status, bulletin.proposed_by_id = Status.PROPOSED, actor.user_id
    bulletin.approved_by_id = bulletin.approved_at = None
    bulletin.review_note = ""
    _saved(bulletin)
    audit.record(actor, "bulletin.proposed", bulletin, **_facts(bulletin))
    return bulletin


def _require_current(bulletin: Bulletin) -> None:
    if not bulletin.closing.is_current:
        raise RuleViolation(
            "closing_superseded",
            _(
                "%(period)s was closed again after this was composed. Compose it anew; what you"
                " wrote stays."
            )
            % {"period": bulletin.period},
        )


@transaction.atomic
def approve(*, actor: Actor, bulletin_id: int, version: int) -> Bulletin:
    """Approve what another person proposed.

    Raises:
        NotAllowed: lacks ``bulletin.approve``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``not_proposed``, ``own_proposal``, ``own_draft`` (a colleague proposed
            it) or ``closing_superseded``.
    """
    actor.require("bulletin.approve")
    bulletin = _locked(bulletin_id, version)
    if bulletin.status != Status.PROPOSED:
        raise RuleViolation("not_proposed", _("Only a proposed bulletin can be approved."))
    if bulletin.proposed_by_id == actor.user_id:
        raise RuleViolation(
            "own_proposal", _("You proposed this bulletin; a second person has to approve it.")
        )
    if bulletin.drafted_by_id == actor.user_id:
        raise RuleViolation(
            "own_draft",
            _("You drafted this bulletin; a second person has to approve it."),
        )
    _require_current(bulletin)
    bulletin.status = Status.APPROVED
    bulletin.approved_by_id, bulletin.approved_at = actor.user_id, timezone.now()
    _saved(bulletin)
    audit.record(actor, "bulletin.approved", bulletin, **_facts(bulletin))
    return bulletin


@transaction.atomic
def send_back(*, actor: Actor, bulletin_id: int, version: int, note: str = "") -> Bulletin:
    """Make a draft again of what was proposed or approved: by the proposer, or by an approver.

    Args:
        actor: who sends it back.
        bulletin_id: a proposed or approved one.
        version: that the actor has seen.
        note: why; an approver has to say it, the proposer need not.

    Raises:
        NotAllowed: is not the proposer and lacks ``bulletin.approve``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``not_waiting`` or ``no_reason``.
    """
    bulletin = _locked(bulletin_id, version)
    is_own = bulletin.proposed_by_id == actor.user_id
    actor.require("bulletin.edit" if is_own else "bulletin.approve")
    if bulletin.status not in {Status.PROPOSED, Status.APPROVED}:
        raise RuleViolation("not_waiting", _("It is neither proposed nor approved."))
    if not is_own and not note.strip():
        raise RuleViolation("no_reason", _("Say what has to be changed."))
    bulletin.status, bulletin.review_note = Status.DRAFT, note.strip()[:400]
    bulletin.approved_by_id = bulletin.approved_at = None
    _saved(bulletin)
    audit.record(actor, "bulletin.sent_back", bulletin, note=note.strip(), **_facts(bulletin))
    return bulletin


# --- publishing -----------------------------------------------------------------------------------


@transaction.atomic
def publish(*, actor: Actor, bulletin_id: int, version: int) -> Bulletin:
    """Freeze an approved bulletin under its content hash; from now on everyone may read it.

    Raises:
        NotAllowed: lacks ``bulletin.publish``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``not_approved`` or ``closing_superseded``.
    """
    actor.require("bulletin.publish")
    bulletin = _locked(bulletin_id, version)
    if bulletin.status != Status.APPROVED:
        raise RuleViolation(
            "not_approved", _("A second person has to approve it before it is published.")
        )
    _require_current(bulletin)
    bulletin.status = Status.PUBLISHED
    bulletin.published_by_id, bulletin.published_at = actor.user_id, timezone.now()
    bulletin.content_hash = stored.fingerprint(bulletin)
    _saved(bulletin)
    audit.record(
        actor,
        "bulletin.published",
        bulletin,
        content_hash=bulletin.content_hash,
        **_facts(bulletin),
    )
    return bulletin


@transaction.atomic
def revise(*, actor: Actor, bulletin_id: int, reason: str) -> Bulletin:
    """Begin the next revision beside a published bulletin; that one stays as it is.

    The draft holds the text of the published one and figures computed anew from the closing that
    holds now. What differs is stated in it and follows every change until it is published.

    Raises:
        NotAllowed: lacks ``bulletin.edit``.
        RuleViolation: ``not_published``, ``revision_exists`` (its key is in the facts),
            ``no_reason``, ``not_closed`` or ``closing_behind``.
    """
    actor.require("bulletin.edit")
    before = Bulletin.objects.select_for_update(of=("self",)).get(pk=bulletin_id)
    if not before.is_published:
        raise RuleViolation("not_published", _("It is not published yet: change the draft itself."))
    last = newest(before.period)
    if last is not None and last.revision > before.revision:
        raise RuleViolation(
            "revision_exists",
            _("There is a later revision already. Go on with that one."),
            bulletin=last.pk,
        )
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why the bulletin is revised."))
    closing = _ready_closing(Period.parse(before.period))
    bulletin = Bulletin(
        period=before.period,
        revision=before.revision + 1,
        closing=closing,
        prose=before.prose,
        computed=compose(facts_of(closing, named_examples=before.computed["named_examples"])),
        reason=reason.strip()[:400],
        drafted_by_id=actor.user_id,
        version=0,
    )
    for name in ("title", "title_en", "issuer", "number", "addressees"):
        setattr(bulletin, name, getattr(before, name))
    _saved(bulletin)
    audit.record(actor, "bulletin.revised", bulletin, reason=bulletin.reason, **_facts(bulletin))
    return bulletin


# --- files ----------------------------------------------------------------------------------------


def file_of(bulletin: Bulletin, kind: Kind, language: Language, base_url: str = "") -> bytes:
    """The bulletin as a file; a published one is rendered once and handed out the same ever after.

    Raises:
        RuleViolation: ``tampered``; the published content is not what was published.
    """
    if not bulletin.is_published:
        return render(bulletin, kind, language, base_url)
    if not stored.is_intact(bulletin):
        raise RuleViolation(
            "tampered",
            _(
                "This bulletin is not what was published: its content no longer gives its hash."
                " Tell the administrator; a backup holds the true one."
            ),
        )
    found = Rendition.objects.filter(
        bulletin=bulletin, kind=kind, language=language, base_url=base_url
    ).first()
    kept_content = _kept(found.sha256) if found else None
    if kept_content is not None:
        return kept_content
    content = render(bulletin, kind, language, base_url)
    kept = files.store(content, CONTENT_TYPES[kind])
    Rendition.objects.update_or_create(
        bulletin=bulletin,
        kind=kind,
        language=language,
        base_url=base_url,
        defaults={"sha256": kept.sha256, "size": kept.size},
    )
    return content


def _kept(sha256: str) -> bytes | None:
    """A stored file, if it is there and still what it was."""
    try:
        content = files.read(sha256)
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None

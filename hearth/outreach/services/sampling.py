"""Samples for verification: the rate, the draw, the results."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.kernel.periods import Period
from hearth.network.domain.paths import SEGMENT
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.outreach.domain.sampling import by_stratum, draw, population_hash
from hearth.outreach.models import Activity, Sample, SampleItem, SampleRate
from hearth.outreach.services.activities import worked_on
from hearth.outreach.services.words import CONFIRM, STALE
from hearth.platform import audit

STRATUM = 2 * SEGMENT  # length of a branch's path: every branch has its share


@transaction.atomic
def set_rate(*, actor: Actor, permille: int, valid_from: date) -> SampleRate:
    """Set the share to be drawn from a day on; the rate of past days stays as it was.

    Raises:
        NotAllowed: the actor keeps no programme for the whole network.
        RuleViolation: ``rate_out_of_range`` (1 to 1000 thousandths), ``rate_in_the_past``, or
            ``rate_taken`` where one begins on that day.
    """
    actor.require("programme.edit")
    if not 1 <= permille <= 1000:
        raise RuleViolation("rate_out_of_range", _("A share from 0.1 % to 100 %."), field="percent")
    if valid_from < timezone.localdate():
        raise RuleViolation(
            "rate_in_the_past",
            _("A rate begins today or later; samples of the past were drawn at theirs."),
            field="valid_from",
        )
    if SampleRate.objects.filter(valid_from=valid_from).exists():
        raise RuleViolation(
            "rate_taken", _("A rate begins on this day already."), field="valid_from"
        )
    rate = SampleRate.objects.create(
        permille=permille, valid_from=valid_from, set_by_id=actor.user_id or None
    )
    audit.record(actor, "sample_rate.set", rate, permille=permille, valid_from=valid_from)
    return rate


def rate_on(day: date) -> SampleRate:
    """The rate in force on ``day``.

    Raises:
        RuleViolation: ``no_rate``.
    """
    rate = SampleRate.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if rate is None:
        raise RuleViolation("no_rate", _("No rate of sampling is set for this day."))
    return rate


@transaction.atomic
def draw_sample(*, actor: Actor, unit: Unit, period: Period) -> Sample:
    """Draw what is verified of one unit's activities of one period that is over.

    Drawn from all that stand, confirmed or not, with a share of every branch. The seed contains
    the newest hash of the trail, so that nobody knew beforehand what would be drawn, and everyone
    can draw it again afterwards.

    Raises:
        NotAllowed: the actor may not confirm there.
        RuleViolation: ``period_not_over``, ``drawn`` already, ``nothing_to_draw``, ``no_rate``.
    """
    actor.require(CONFIRM, unit.path)
    if period.end > timezone.localdate():
        raise RuleViolation(
            "period_not_over", _("Draw when the period is over; records still come in.")
        )
    if Sample.objects.filter(unit=unit, period=period.key).exists():
        raise _drawn()
    rows = Activity.objects.standing().under(unit.path).between(period.start, period.end)
    found = {
        number: (pk, path) for pk, number, path in rows.values_list("pk", "activity", "unit_path")
    }
    if not found:
        raise RuleViolation("nothing_to_draw", _("No activity was recorded in this period."))
    permille = rate_on(period.last_day).permille
    seed = audit.head()[1] or period.key
    strata = by_stratum([(path[:STRATUM], number) for number, (_pk, path) in found.items()])
    drawn = draw(strata, permille=permille, seed=seed)
    try:
        with transaction.atomic():
            sample = Sample.objects.create(
                unit=unit,
                unit_path=unit.path,
                period=period.key,
                permille=permille,
                seed=seed,
                population=len(found),
                population_hash=population_hash(found),
                drawn_by_id=actor.user_id or None,
            )
    except IntegrityError as clash:
        raise _drawn() from clash
    SampleItem.objects.bulk_create(
        [SampleItem(sample=sample, activity_id=found[number][0]) for number in drawn],
        batch_size=100,
    )
    audit.record(
        actor,
        "sample.drawn",
        sample,
        unit_path=unit.path,
        period=period.key,
        seed=seed,
        permille=permille,
        population=len(found),
        population_hash=sample.population_hash,
        items=len(drawn),
    )
    return sample


def _drawn() -> RuleViolation:
    return RuleViolation("drawn", _("The sample of this period is drawn already."))


@transaction.atomic
def verify(*, actor: Actor, item: SampleItem, version: int, result: str, note: str) -> SampleItem:
    """Say what verification of one activity found; a later look may correct it.

    Raises:
        NotAllowed: the actor may not confirm there.
        StaleWrite: another verified it meanwhile.
        RuleViolation: ``own_work``, ``result_unknown``; ``no_note`` where it did not hold;
            ``evidence_missing`` where it held and nothing is shown.
    """
    actor.require(CONFIRM, item.activity.unit_path)
    rows = SampleItem.objects.select_for_update(of=("self",)).select_related("activity")
    current = rows.get(pk=item.pk)
    if current.version != version:
        raise StaleWrite("stale", STALE, version=current.version)
    if worked_on(actor, current.activity) or current.activity.confirmed_by_id == actor.user_id:
        raise RuleViolation(
            "own_work",
            _("Who recorded, held or confirmed an activity does not verify it. Ask a colleague."),
        )
    known = set(SampleItem.Result.values) - {SampleItem.Result.PENDING.value}
    if result not in known:
        raise RuleViolation("result_unknown", _("Choose what was found."), field="result")
    if result != SampleItem.Result.HELD and not note.strip():
        raise RuleViolation("no_note", _("Say what was found."), field="note")
    if result == SampleItem.Result.HELD and not (note.strip() or current.photos.exists()):
        raise RuleViolation(
            "evidence_missing",
            _("Show a photo, or say by what you saw that it took place."),
            field="note",
        )
    current.result, current.note = result, note.strip()
    current.verified_by_id, current.verified_at = actor.user_id or None, timezone.now()
    current.version += 1
    current.save()
    audit.record(
        actor,
        "sample.verified",
        current,
        unit_path=current.activity.unit_path,
        result=result,
        activity=current.activity_id,
    )
    return current

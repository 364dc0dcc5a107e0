"""Rules of home visits: their stages, how names are shown, and how long the way takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hearth.kernel.problems import BadValue
from hearth.outreach.domain.places import distance_km

Place = tuple[float, float]
"""Longitude and latitude in degrees (WGS 84)."""

STAGES = ("requested", "triaged", "planned", "approved", "on_site", "left", "back", "closed")
"""In the order in which a visit goes through them; 'cancelled' may follow each but the last."""
OPEN_STAGES = STAGES[:-1]

ACTS = {
    "triage": ("requested", "triaged"),
    "plan": ("triaged", "planned", "approved"),
    "approve": ("planned",),
    "send_back": ("planned",),
    "arrive": ("approved",),
    "record": ("on_site",),
    "leave": ("on_site",),
    "hand_in": ("left",),
    "call": ("back",),
    "cancel": OPEN_STAGES,
}
"""At which stages each act may be done."""

STEP = timedelta(minutes=15)
SEARCH_DAYS = 14
MOST_CALLS = 3  # tries after which a visit may be closed though nobody was reached


def may(act: str, stage: str) -> bool:
    """Whether ``act`` may be done with a visit at ``stage``."""
    return stage in ACTS[act]


# --- names and numbers ----------------------------------------------------------------------------


def masked_name(name: str) -> str:
    """A name as lists show it: 王小明 is 王**, one character alone is *; nothing stays nothing."""
    name = name.strip()
    if len(name) < 2:
        return "*" * len(name)
    return f"{name[0]}**"


def masked_phone(phone: str) -> str:
    """A number as lists show it: 13812341234 is 138****1234; a short one shows its end only."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-2:]}" if phone else ""


def clean_phone(text: str) -> str:
    """A telephone number as digits alone, without the country's 86.

    Full-width digits, spaces, hyphens and brackets are how people write; they go.

    Raises:
        BadValue: ``phone_malformed``; 7 to 12 digits are expected.
    """
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(c for c in plain if not (c.isspace() or c in "-–—()+."))
    if plain.strip().startswith("+86"):
        digits = digits[2:]
    elif digits.startswith("0086"):
        digits = digits[4:]
    if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12):
        raise BadValue("phone_malformed")
    return digits


_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\s\-–—().]+(?=[0-9])")
_NUMBER_OF_SOMEONE = re.compile(
    r"(?<![0-9])(?:1[3-9][0-9]{9}|0[0-9]{9,11}|[0-9]{17}[0-9Xx]|[0-9]{16,19})(?![0-9])"
)


def tells_of(text: str, *, name: str, phone: str) -> bool:
    """Whether ``text`` says who somebody is, so that it must not stand where all may read it.

    That is their name or number, or what looks like the number of any mobile telephone, of a
    telephone with its area code, of an identity card or of a bank card.
    """
    plain = unicodedata.normalize("NFKC", text)
    digits = _BETWEEN_DIGITS.sub("", plain)
    if any(map(_NUMBER_OF_SOMEONE.search, (plain, digits))) or (phone and phone in digits):
        return True
    own = "".join(unicodedata.normalize("NFKC", name).split())
    return len(own) > 1 and own in "".join(plain.split())


def clean_place(text: str) -> Place | None:
    """Longitude and latitude as a map shows them, '123.43, 41.80'; None for nothing.

    Raises:
        BadValue: ``place_malformed``.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", " ").split()
    if not plain:
        return None
    try:
        longitude, latitude = map(float, plain)
    except ValueError:
        raise BadValue("place_malformed") from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadValue("place_malformed")
    return longitude, latitude


# --- the way --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Travel:
    """How long ways take, as data with a date.

    Attributes:
        detour_permille: the road's length in thousandths of the straight line; 1000 or more.
        speed_kmh: of the vehicle, door to door; 1 or more.
        margin_minutes: for parking and the stairs, on every way.
    """

    detour_permille: int
    speed_kmh: int
    margin_minutes: int

    def between(self, one: Place | None, other: Place | None) -> timedelta:
        """Time from one place to another, in whole minutes, rounded up.

        A place that is not known counts as no distance: the margin alone.
        """
        minutes = float(self.margin_minutes)
        if one is not None and other is not None:
            road = distance_km(one, other) * self.detour_permille / 1000
            minutes += road / self.speed_kmh * 60
        return timedelta(minutes=-int(-minutes // 1))


@dataclass(frozen=True, slots=True)
class Stay:
    """Someone is at a place from an instant to an instant (excluded)."""

    starts: datetime
    ends: datetime
    place: Place | None


def clashes(wanted: Stay, held: Iterable[Stay], travel: Travel) -> list[Stay]:
    """Those of ``held`` that the same people cannot do beside ``wanted``, with the way between."""
    return [
        stay
        for stay in held
        if wanted.starts < stay.ends + travel.between(stay.place, wanted.place)
        and stay.starts < wanted.ends + travel.between(wanted.place, stay.place)
    ]


def nearest_free(
    wanted: Stay,
    held: Sequence[Stay],
    travel: Travel,
    windows: Iterable[tuple[datetime, datetime]],
) -> datetime | None:
    """The start nearest to the wanted one at which the same stay clashes with nothing.

    Args:
        wanted: the stay that clashes.
        held: what the people have to do already.
        travel: how long ways take.
        windows: when visits are made, from and to; the whole stay lies in one of them.

    Returns:
        None when there is none. Of two equally near the earlier one.
    """
    length = wanted.ends - wanted.starts
    free = (
        start
        for opens, closes in windows
        for start in _steps(opens, closes - length)
        if not clashes(Stay(start, start + length, wanted.place), held, travel)
    )
    return min(free, key=lambda start: (abs(start - wanted.starts), start), default=None)


def _steps(first: datetime, last: datetime) -> Iterator[datetime]:
    """Every quarter of an hour from ``first`` to ``last``, both included."""
    start = first
    while start <= last:
        yield start
        start += STEP

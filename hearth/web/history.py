"""Confirming at once what an import brought: the day before which, what waits, on what one relies.

Activities and work orders have a page of this kind each; what differs is which records and which
service.
"""

from __future__ import annotations

import uuid as uuids
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, Max, Min
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hearth.kernel.errors import NotAllowed, Refusal
from hearth.kernel.periods import Period
from hearth.ledgers.history import Seen
from hearth.network.scope import Scope
from hearth.web.forms import HearthForm, put_refusal
from hearth.web.http import AppRequest
from hearth.web.network.reach import below, tops

SHOWN = 20
"""Records that the page shows of all that wait, the oldest first."""


class UntilForm(HearthForm):
    """Before which day; as it was not asked, the quarter that runs now stays out."""

    until = forms.DateField(label=_("What lies before"), required=False)

    @classmethod
    def read(cls, query: QueryDict) -> tuple[UntilForm, date]:
        """The form as it is shown, and the day that holds."""
        start = Period.of(timezone.localdate(), "quarter").start
        asked = cls(query)
        day = (asked.cleaned_data["until"] if asked.is_valid() else None) or start
        return (asked if asked.errors else cls(initial={"until": day})), day


class HistoryForm(HearthForm):
    """One act: before which day, how many the page showed, and on what one relies."""

    until = forms.DateField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    act = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("On what you rely"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is kept with every record, such as “as in the paper ledgers of 2020”."),
    )

    def said(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        return {
            "until": data["until"],
            "note": data["note"],
            "seen": Seen(data["seen"], data["act"]),
        }


Shown = Callable[[date, UntilForm, HistoryForm | None], HttpResponse]
"""The page for what lies before a day; with a form that was refused its note and errors stay."""


def answered(
    request: AppRequest, act: Callable[..., int], show: Shown, done: Callable[[int], HttpResponse]
) -> HttpResponse:
    """Show what one act would confirm; on POST do it, for what was shown and with a reason.

    Args:
        request: of the page.
        act: the service, by ``actor``, ``until``, ``note`` and ``seen``; how many it confirmed.
        show: makes the page.
        done: says how many and leads on.

    Raises:
        NotAllowed: of the service.
    """
    if request.method != "POST":
        until_form, until = UntilForm.read(request.GET)
        return show(until, until_form, None)
    form = HistoryForm(request.POST)
    if form.is_valid():
        try:
            return done(act(actor=request.actor, **form.said()))
        except NotAllowed:
            raise
        except Refusal as refusal:
            put_refusal(form, refusal)
    until = form.cleaned_data.get("until") or timezone.localdate()
    return show(until, UntilForm(initial={"until": until}), form)


def again(refused: HistoryForm | None, until: date, seen: int) -> HistoryForm:
    """The form about what the page shows now; of a refused one the note and the errors stay."""
    start = {"until": until, "seen": seen, "act": uuids.uuid4()}
    if refused is None:
        return HistoryForm(initial=start)
    refused.data = start | {"note": refused.data.get("note", "")}  # its errors are found already
    return refused


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one act would confirm.

    Attributes:
        count: how many records.
        first: day of the oldest; None for none.
        last: day of the newest.
        kinds: by kind, the most first.
        places: by the units right below the reader's own, in the order of the tree; beside them
            what lies elsewhere in the reader's part of the tree.
        rows: the oldest of them.
    """

    count: int
    first: date | None
    last: date | None
    kinds: list[tuple[str, int]]
    places: list[tuple[str, int]]
    rows: list[Any]


def waiting(rows: Any, scope: Scope, day: str, names: Mapping[Any, Any]) -> Waiting:
    """What waits in ``rows``; a fixed number of queries.

    Args:
        rows: records of one ledger, which have a kind.
        scope: where the reader may confirm.
        day: column that dates a record.
        names: of the kinds, by what the column holds.
    """
    bare = rows.order_by()
    ends = bare.aggregate(first=Min(day), last=Max(day))
    kinds = dict(bare.values_list("kind").annotate(n=Count("pk")))
    paths = dict(bare.values_list("unit_path").annotate(n=Count("pk")))
    listed = sorted(kinds.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return Waiting(
        sum(kinds.values()),
        _day(ends["first"]),
        _day(ends["last"]),
        [(str(names[kind]), n) for kind, n in listed],
        _places(paths, scope),
        list(rows.select_related("unit").order_by(day, "pk")[:SHOWN]),
    )


def _day(found: Any) -> date | None:
    return timezone.localdate(found) if hasattr(found, "hour") else found


def _places(paths: Mapping[str, int], scope: Scope) -> list[tuple[str, int]]:
    heads = tops(scope)
    units = below(scope, heads[0]) if len(heads) == 1 else heads
    counted: Counter[str] = Counter()
    for path, n in paths.items():
        counted[_under(path, (one.path for one in units))] += n
    found = [(one.name, counted[one.path]) for one in units if counted[one.path]]
    return [*found, (str(_("elsewhere")), counted[""])] if counted[""] else found


def _under(path: str, tops_of: Iterable[str]) -> str:
    return next((one for one in tops_of if path.startswith(one)), "")

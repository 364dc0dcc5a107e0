"""The ledger of other banks' outlets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.ledgers.registers import Field, Register
from hearth.outreach.models import PeerOutlet
from hearth.outreach.registers.shared import EDIT, VIEW, since_fields, span_faults, unit_field
from hearth.platform.spreadsheets import Column

PEERS = Register(
    kind="peer_outlets",
    title=_("Outlets of other banks"),
    model=PeerOutlet,
    fields=[
        Field(
            Column("peer", pgettext_lazy("ledger", "Number"), "code", required=True, max_length=40)
        ),
        unit_field(),
        Field(Column("bank", _("Bank"), required=True, max_length=60)),
        Field(Column("name", pgettext_lazy("ledger", "Name"), required=True, max_length=120)),
        Field(Column("city", pgettext_lazy("unit", "City"), max_length=40)),
        Field(Column("district", pgettext_lazy("unit", "District"), max_length=40)),
        Field(Column("address", pgettext_lazy("unit", "Address"), max_length=200), lists=False),
        *since_fields(),
    ],
    natural_key=("peer",),
    day="since",
    view=VIEW,
    edit=EDIT,
    check=span_faults,
    notes=(_("The unit is the branch of ours in whose area the outlet lies."),),
    example={
        "peer": "P-0007",
        "unit": "BR01",
        "bank": "Another bank",
        "name": "Market Street outlet",
        "since": "2021-01-01",
    },
    label=str,
    list_order=("unit_path", "bank", "name"),
)

"""Everything that comes in and goes out in bulk, under one interface.

The page, the command line and the interface for other systems know kinds only; a new one is a
module of this room and one line in ``KINDS`` or ``EXPORTS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from hearth.exchange.adjustments import AdjustmentsImport
from hearth.exchange.inspections import InspectionsImport
from hearth.exchange.people import PeopleExport, PeopleImport
from hearth.exchange.questions import QuestionsImport
from hearth.exchange.readings import ReadingsImport
from hearth.exchange.registers import RegisterExport, RegisterImport
from hearth.exchange.standard import StandardImport
from hearth.exchange.tasks import TasksExport, TasksImport
from hearth.exchange.units import UnitsExport, UnitsImport
from hearth.learning.registers import QUESTIONS
from hearth.ledgers.registers import REGISTERS
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import ImportReport, Progress, SheetSpec, Source, Table

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = str


class ImportKind(Protocol):
    """One kind of record that spreadsheets bring in."""

    @property
    def key(self) -> str:
        """Its name in addresses and on the command line."""

    @property
    def title(self) -> StrOrPromise:
        """Its name for people."""

    @property
    def permission(self) -> str:
        """What the actor must hold beside ``exchange.import``."""

    def specs(self) -> Sequence[SheetSpec]:
        """Its sheets, for templates and for reading."""

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check and write everything, or nothing when a single cell is bad.

        Args:
            actor: who imports; the services ask for the permission again.
            sources: files, uploads and folders.
            dry_run: report what would change and write nothing.
            options: of this kind, such as ``publish`` of a standard.
            progress: told the rows done and the rows there are.

        Raises:
            UnreadableFile: a file or sheet cannot be read at all.
            NotAllowed: the actor lacks the permission.
        """


class ExportKind(Protocol):
    """One list that leaves as a spreadsheet, in the form in which it would come in again."""

    @property
    def key(self) -> str:
        """Its name in addresses and on the command line."""

    @property
    def title(self) -> StrOrPromise:
        """Its name for people."""

    @property
    def permission(self) -> str:
        """What the actor must hold beside ``exchange.export``."""

    def tables(self, actor: Actor, filters: Mapping[str, Any]) -> Sequence[Table]:
        """The sheets with the rows that the actor reaches and the filters leave.

        Raises:
            NotAllowed: the actor lacks the permission.
        """


_IMPORTS: list[ImportKind] = [
    UnitsImport(),
    PeopleImport(),
    StandardImport(),
    InspectionsImport(),
    AdjustmentsImport(),
    *(
        QuestionsImport() if register is QUESTIONS else RegisterImport(register)
        for register in REGISTERS.values()
    ),
    ReadingsImport(),
    TasksImport(),
]
_EXPORTS: list[ExportKind] = [
    UnitsExport(),
    PeopleExport(),
    *map(RegisterExport, REGISTERS.values()),
    TasksExport(),
]
KINDS: dict[str, ImportKind] = {kind.key: kind for kind in _IMPORTS}
"""Every import by key, in the order in which a new network needs them."""

EXPORTS: dict[str, ExportKind] = {kind.key: kind for kind in _EXPORTS}
"""Every export by key."""

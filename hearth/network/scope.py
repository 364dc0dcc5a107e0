"""Who acts and what they reach: ``Actor`` and ``Scope``.

Every query starts from ``visible_to(scope)``; an empty scope matches nothing. A path never gets
used again for another place in the tree, so the paths a granted unit has ever had reach also the
records of the days when it lay elsewhere (design rule 6.1, ADR 0002).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hearth.kernel.errors import NotAllowed
from hearth.network.domain.paths import SEGMENT
from hearth.network.roles import NETWORK_WIDE, PERMISSIONS, ROLES


def end_of(path: str) -> str:
    """The first text after every descendant of ``path``; paths are digits only."""
    return path + "z"


@dataclass(frozen=True, slots=True)
class Scope:
    """The parts of the organisation tree that someone reaches, as path prefixes."""

    paths: tuple[str, ...] = ()

    def q(self, field: str = "path") -> Q:
        """Filter for a path column; ``field`` may cross relations ('unit__path')."""
        clause = Q(pk__in=[])
        for path in self.paths:
            clause |= Q(**{f"{field}__gte": path, f"{field}__lt": end_of(path)})
        return clause

    def covers(self, path: str) -> bool:
        """True when the place lies inside this scope."""
        return any(path.startswith(prefix) for prefix in self.paths)

    def both(self, other: Scope) -> Scope:
        """What lies in this scope and in ``other``."""
        inner = {path for path in self.paths if other.covers(path)}
        inner |= {path for path in other.paths if self.covers(path)}
        return Scope(tuple(sorted(inner)))

    @property
    def is_empty(self) -> bool:
        """True when it reaches nothing."""
        return not self.paths


@dataclass(frozen=True, slots=True)
class ActorGrant:
    """One role at one unit, as held now; ``paths`` are all places the unit has ever had."""

    role: str
    unit_id: int
    unit_name: str
    paths: tuple[str, ...]

    @property
    def is_at_top(self) -> bool:
        """Whether the unit is the top of the network."""
        return any(len(path) == SEGMENT for path in self.paths)


@dataclass(frozen=True)
class Actor:
    """The one who acts, with everything decided about them for this request or command."""

    user_id: int
    name: str
    username: str
    grants: tuple[ActorGrant, ...] = ()
    is_operator: bool = False  # the command line of the machine itself: every permission
    narrowed_to: frozenset[str] | None = None  # permissions left by an API token
    within: Scope | None = None  # all that is reached, whatever the grants say; None: no such bound

    @property
    def identity(self) -> str:
        """Name in the trail, 'user:12'."""
        return f"user:{self.user_id}"

    @cached_property
    def scope(self) -> Scope:
        """What this actor sees of the tree."""
        return self.scope_for("network.view")

    def scope_for(self, permission: str) -> Scope:
        """The part of the tree where the actor holds ``permission``.

        What is one for the whole network (``NETWORK_WIDE``) is held at the top or not at all.
        """
        if self.is_operator:
            return Scope(("",))
        if self.narrowed_to is not None and permission not in self.narrowed_to:
            return Scope()
        paths = {p for g in self.grants if permission in ROLES[g.role].permissions for p in g.paths}
        if permission in NETWORK_WIDE:
            paths = {path for path in paths if len(path) == SEGMENT}
        found = Scope(tuple(sorted(paths)))
        return found if self.within is None else found.both(self.within)

    def only_where(self, permission: str) -> Actor:
        """The same actor, who reaches nothing where ``permission`` is not held.

        Someone may hold several roles. What one of them lets them read everywhere is not theirs to
        take away because another lets them export the list of a single outlet.
        """
        return replace(self, within=self.scope_for(permission))

    def can(self, permission: str, path: str | None = None) -> bool:
        """Whether the actor holds ``permission`` anywhere, or at ``path`` when one is given."""
        scope = self.scope_for(permission)
        return not scope.is_empty if path is None else scope.covers(path)

    def require(self, permission: str, path: str | None = None) -> None:
        """Let pass or refuse.

        Raises:
            NotAllowed: the permission is not held (there).
        """
        if not self.can(permission, path):
            raise NotAllowed(
                "not_allowed",
                _("Your roles do not allow this. Ask the programme office if you need it."),
                permission=permission,
            )

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Everything the actor may do somewhere."""
        if self.is_operator:
            held = frozenset(PERMISSIONS)
            return held if self.narrowed_to is None else self.narrowed_to & held
        named = {p for g in self.grants for p in ROLES[g.role].permissions}
        return frozenset(p for p in named if self.can(p))

    @property
    def roles(self) -> tuple[str, ...]:
        """Keys of all roles held, without repetition, in their declared order."""
        held = {grant.role for grant in self.grants}
        return tuple(key for key in ROLES if key in held)

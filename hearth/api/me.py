"""What the caller may do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop
from ninja import Router
from pydantic import BaseModel, Field

from hearth.api.access import ApiRequest, signed_in
from hearth.api.errors import answers

router = Router(tags=[gettext_noop("Access")])


class HeldRole(BaseModel):
    role: str
    unit: str = Field(description=gettext_noop("Name of the unit below which it is held."))


class Me(BaseModel):
    permissions: list[str] = Field(
        description=gettext_noop("What the token or session may do somewhere.")
    )
    roles: list[HeldRole]
    expires_at: datetime | None = Field(
        description=gettext_noop("End of the token; null for a session.")
    )


@router.get(
    "/me",
    response=answers(Me),
    summary=gettext_noop("What this token may do"),
    description=gettext_noop("A first call to see that a token works, and how long it still does."),
)
@signed_in
def me(request: ApiRequest) -> Any:
    actor = request.actor
    return Me(
        permissions=sorted(actor.permissions),
        roles=[HeldRole(role=grant.role, unit=grant.unit_name) for grant in actor.grants],
        expires_at=request.token.expires_at if request.token else None,
    )

"""Who may send readings."""

from __future__ import annotations

from tests.consistency.scope_pages import POST, Case

API: dict[str, tuple[Case, ...]] = {
    "send_readings": (
        Case(
            ("premises.measure",),
            methods=POST,
            body=lambda _w, _me, _own: {
                "readings": [{"sensor": "x", "at": "2021-01-12T09:30:00Z", "celsius": 17}]
            },
        ),
    ),
}

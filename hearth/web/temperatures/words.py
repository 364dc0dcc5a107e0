"""What the machine words of readings mean to a reader."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "unknown_sensor": _("nobody has registered it"),
    "retired": _("it was taken down before"),
    "malformed": _("cannot be read"),
    "out_of_range": _("no thermometer says that"),
    "bad_time": _("its clock is wrong"),
}

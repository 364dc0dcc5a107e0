"""Password rules beyond Django's own."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class ThreeClassesValidator:
    """Three of the four classes: lower case, upper case, digits, other signs (MLPS level 3)."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a password of fewer than three classes."""
        classes = (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
        if sum(classes) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Use at least three of: small letters, capital letters, digits, other signs.")

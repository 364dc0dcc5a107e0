"""Signing in and out, one's own account, and the accounts of others."""

from hearth.web.accounts.views.signing_in import locked_out

__all__ = ["locked_out"]  # the settings name it

"""Units and where they lie, people and their posts, accounts and their grants."""

from hearth.network.models.accounts import ApiToken, Grant, SignIn, User
from hearth.network.models.people import Person, Post
from hearth.network.models.units import Placement, Unit

__all__ = ["ApiToken", "Grant", "Person", "Placement", "Post", "SignIn", "Unit", "User"]

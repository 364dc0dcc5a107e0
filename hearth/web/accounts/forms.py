"""Forms of this area."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.network.models import User
from hearth.network.roles import PERMISSIONS, ROLES
from hearth.network.services.accounts import AccountDetails
from hearth.network.services.grants import Span
from hearth.network.services.tokens import offered_permissions
from hearth.web.forms import HearthForm


class SignInForm(HearthForm):
    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        return self.cleaned_data["username"].lower()


class ChangePasswordForm(HearthForm):
    current = forms.CharField(
        label=_("Current password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_(
            "At least 10 signs, of three kinds: small letters, capital letters, digits, "
            "other signs. Not a common password, and not your name."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise forms.ValidationError(_("The two new passwords differ. Type both again."))
        return again


class TokenForm(HearthForm):
    name = forms.CharField(
        label=_("What is it for?"),
        max_length=60,
        help_text=_("Name the system that will use it, so that you know what to revoke."),
    )
    permissions = forms.MultipleChoiceField(
        label=_("What may it do?"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("How long does it last?"),
        coerce=int,
        initial=90,
        choices=[
            (30, _("30 days")),
            (90, _("90 days")),
            (180, _("half a year")),
            (365, _("one year")),
        ],
    )

    def __init__(self, actor: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(p, PERMISSIONS[p]) for p in offered_permissions(actor)]
        self.fields["permissions"].choices = offered  # type: ignore[attr-defined]


class UserFilterForm(HearthForm):
    q = forms.CharField(
        label=_("Name, sign-in name or staff number"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    unit = forms.CharField(label=_("Unit (code), and below"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("open", _("Open")),
            ("closed", _("Closed")),
            ("no_role", _("Without a role")),
            ("temporary", _("Temporary password")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [("", _("All")), *((role.key, role.name) for role in ROLES.values())]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class AccountForm(HearthForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=60,
        help_text=_("2 to 60 small letters, digits and . _ @ -; for example the staff number."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    staff_no = forms.CharField(
        label=_("Staff number"),
        required=False,
        max_length=40,
        help_text=_("Ties the account to a member of staff; leave empty for outsiders."),
    )
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=80)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    @staticmethod
    def values_of(user: User) -> dict[str, Any]:
        """What the form shows for an account as it stands."""
        return {
            "version": user.version,
            "name": user.name,
            "username": user.username,
            "staff_no": user.person.staff_no if user.person else "",
            "name_en": user.name_en,
            "email": user.email,
            "language": user.language,
        }

    def details(self) -> AccountDetails:
        """The checked values in the form that the services take."""
        return AccountDetails(
            **{key: value for key, value in self.cleaned_data.items() if key != "version"}
        )


class ReasonForm(HearthForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("It stays on the audit trail."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GrantForm(HearthForm):
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.key, role.name) for role in ROLES.values()],
        widget=forms.RadioSelect,
    )
    unit = forms.IntegerField(
        label=_("Unit"),
        widget=forms.HiddenInput,
        error_messages={"required": _("Find the unit and choose it.")},
    )
    start = forms.DateField(label=_("From"))
    last = forms.DateField(
        label=_("Until and including"),
        required=False,
        help_text=_("Empty: until someone takes it back."),
    )

    def span(self) -> Span:
        """The days of the role; its last day is included on the page and excluded in a span."""
        last = self.cleaned_data["last"]
        return Span(self.cleaned_data["start"], last + timedelta(days=1) if last else None)

    @staticmethod
    def from_today() -> dict[str, Any]:
        """A role that begins today."""
        return {"start": timezone.localdate()}

"""Accounts, the roles granted to them, their sign-ins and their tokens."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hearth.network.models.people import Person
from hearth.network.models.units import Unit
from hearth.network.scope import Scope


class UserQuerySet(models.QuerySet["User"]):
    """Named filters over accounts."""

    def manageable_from(self, scope: Scope, on: date) -> Self:
        """Accounts of people whose every present or coming role lies in ``scope``.

        Whoever manages accounts of one branch must not reach, by a new password, someone who
        also holds a role above it. Accounts without roles are anybody's; operators nobody's.
        """
        elsewhere = Grant.objects.unended(on).exclude(scope.q("unit__path"))
        found = self.filter(is_operator=False)
        found = found.exclude(pk__in=elsewhere.values("user_id"))
        return found.none() if scope.is_empty else found

    def matching(self, text: str) -> Self:
        """Accounts whose name or sign-in name, or whose person, has every word of ``text``."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(name_en__icontains=word)
                | Q(username__icontains=word)
                | Q(person__search_text__contains=word.lower())
            )
        return found


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts; services call it, and Django's authentication looks users up by it."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Store a new account; without a password nobody can sign in with it."""
        user: User = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who can sign in, or the operator of the command line (who cannot)."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="user")
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)  # acts from the command line only
    is_demo = models.BooleanField(default=False)  # offered on the sign-in page
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name


class GrantQuerySet(models.QuerySet["Grant"]):
    """Named filters over grants."""

    def held_on(self, day: date) -> Self:
        """Grants in force on ``day``."""
        return self.unended(day).filter(valid_from__lte=day)

    def unended(self, day: date) -> Self:
        """Grants in force on ``day`` or yet to begin; one ended before it began is neither."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day)).exclude(
            valid_to__lte=F("valid_from")
        )


class Grant(models.Model):
    """One role for one user at one unit and below, from a day to a day (excluded)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30)  # key of network.roles.ROLES
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(valid_to__isnull=True),
                name="grant_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} at {self.unit_id}"


class SignIn(models.Model):
    """One session of a user, so that they can see where they are signed in and end it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=200, blank=True)  # the browser's own words, shortened
    address = models.GenericIPAddressField(null=True)
    signed_in_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="sign_in_user_seen")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.signed_in_at:%Y-%m-%d %H:%M}"


class ApiToken(models.Model):
    """A key for another system: acts as its owner, narrowed to some permissions, until a day.

    Only the SHA-256 of the key is kept; the key itself is shown once.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"

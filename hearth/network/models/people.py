"""Staff and what they do where."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from hearth.network.domain.paths import SEGMENT
from hearth.network.models.units import Unit
from hearth.network.scope import Scope
from hearth.platform.sealed import EncryptedTextField


class PersonQuerySet(models.QuerySet["Person"]):
    """Named filters over people."""

    def visible_to(self, scope: Scope) -> Self:
        """People with a post, past or present, at a unit in ``scope``."""
        posts = Post.objects.filter(scope.q("unit__path"))
        if any(len(path) <= SEGMENT for path in scope.paths):  # nearly everyone: ask for each
            return self.filter(models.Exists(posts.filter(person=models.OuterRef("pk"))))
        return self.filter(pk__in=posts.values("person_id"))

    def matching(self, text: str) -> Self:
        """People whose name, staff number or pinyin initials contain every word of ``text``."""
        found = self
        for word in text.lower().split():
            found = found.filter(search_text__contains=word)
        return found


class Person(models.Model):
    """A member of staff."""

    staff_no = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    phone = EncryptedTextField(row="staff_no", blank=True)  # at most 40 characters
    is_basic_operations = models.BooleanField(default=False)  # every knowledge test covers them
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)  # first day no longer employed
    search_text = models.CharField(max_length=400)
    version = models.PositiveIntegerField(default=1)

    objects = PersonQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class PostQuerySet(models.QuerySet["Post"]):
    """Named filters over posts."""

    def held_on(self, day: date) -> Self:
        """Posts held at the end of ``day``."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class Post(models.Model):
    """One person's post at one unit, from a day (included) to a day (excluded)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    title = models.CharField(max_length=60)  # 网点负责人, 大堂经理, 柜员 …
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "valid_to"], name="post_unit_to")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_to__isnull=True), name="post_one_open"
            ),
            models.CheckConstraint(
                name="post_span_forward",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.title} {self.unit_id}"

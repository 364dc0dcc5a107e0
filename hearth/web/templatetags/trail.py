"""Template words for the audit trail."""

from __future__ import annotations

from django import template

from hearth.web.audit import words

register = template.Library()
register.filter("action_words", words.action_words)
register.filter("actor_words", words.actor_words)
register.filter("object_words", words.object_words)

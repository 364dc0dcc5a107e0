"""Forms of this area, and the reading of a filled-in checklist."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hearth.inspections.documents import InspectionDocument
from hearth.inspections.enums import Channel
from hearth.inspections.models import Inspection
from hearth.network.models import Grant, Unit, User
from hearth.network.roles import ROLES
from hearth.network.scope import Actor
from hearth.standards.models import Edition
from hearth.web.forms import HearthForm
from hearth.web.naming import edition_name
from hearth.web.picking import Source, picked

VERDICTS = ("met", "not_met", "not_applicable", "not_observable")
LONGEST_NOTE = 1000
LONGEST_VALUE = 40


def unit_by_code(actor: Actor, code: str, permission: str = "network.view") -> Unit:
    """The unit with this code in the actor's reach, else a form error that says how to go on."""
    unit = Unit.objects.visible_to(actor.scope_for(permission)).filter(code=code.strip()).first()
    if unit is None:
        raise forms.ValidationError(
            _("There is no unit with the code %(code)s in your part of the tree."),
            params={"code": code},
        )
    return unit


class EditionField(forms.ModelChoiceField):
    """A choice of editions, by the titles that people know."""

    def label_from_instance(self, edition: Edition) -> str:
        return edition_name(edition)


class StartForm(HearthForm):
    """Which outlet, by which standard, through which channel."""

    unit = forms.CharField(label=_("Outlet (code)"), max_length=40)
    edition = EditionField(Edition.objects.none(), label=_("Standard"), empty_label=None)
    channel = forms.ChoiceField(label=_("Channel"), choices=[])

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        usable = Edition.objects.in_force(timezone.localdate()).select_related("standard")
        self.fields["edition"].queryset = usable  # type: ignore[attr-defined]
        own = [c for c in Channel.choices if c[0] in {"video", "onsite", "self", "experience"}]
        self.fields["channel"].choices = own  # type: ignore[attr-defined]
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}

    def clean_unit(self) -> Unit:
        return unit_by_code(self.actor, self.cleaned_data["unit"])


class ReviewForm(HearthForm):
    """What the reviewer decides."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Note to the inspector"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(HearthForm):
    """An act that needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


INSPECTORS = Source("inspections:inspector-options", code="username")


def inspectors() -> QuerySet[User]:
    """Accounts that may be given a check today."""
    fillers = [key for key, role in ROLES.items() if "inspections.fill" in role.permissions]
    holders = Grant.objects.held_on(timezone.localdate()).filter(role__in=fillers)
    users = User.objects.filter(pk__in=holders.values("user_id"), is_active=True)
    return users.order_by("name", "pk")


class AssignForm(HearthForm):
    """Who checks which outlet, by when; begun with the newest edition of a ``standard`` by code."""

    unit = forms.CharField(label=_("Outlet (code)"), max_length=40)
    edition = EditionField(Edition.objects.none(), label=_("Standard"), empty_label=None)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Inspector"), empty_label=None)
    due_on = forms.DateField(label=_("Due on"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        today = timezone.localdate()
        usable = Edition.objects.in_force(today).select_related("standard")
        self.fields["edition"].queryset = usable  # type: ignore[attr-defined]
        if standard := self.initial.get("standard"):
            self.initial["edition"] = usable.filter(standard__code=standard).first()
        assignee: Any = self.fields["assignee"]
        self.fields["assignee"] = picked(assignee, inspectors(), INSPECTORS)
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}

    def clean_unit(self) -> Unit:
        return unit_by_code(self.actor, self.cleaned_data["unit"], "inspections.assign")

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose today or a later day."))
        return due_on


class ListFilter(HearthForm):
    """What the list of checks is narrowed to."""

    q = forms.CharField(label=_("Outlet"), required=False, max_length=60)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All channels")), *Channel.choices]
    )
    status = forms.ChoiceField(label=_("State"), required=False, choices=[])
    edition = EditionField(
        Edition.objects.none(), label=_("Standard"), required=False, empty_label=_("All standards")
    )
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    under = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    criterion = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(value, STATES[value]) for value in Inspection.Status.values]
        self.fields["status"].choices = [("", _("All states")), *states]  # type: ignore[attr-defined]
        used = Edition.objects.exclude(status="draft").select_related("standard")
        self.fields["edition"].queryset = used.order_by("standard__code", "-effective_from")  # type: ignore[attr-defined]


class QueueFilter(HearthForm):
    """What the queue of checks to review is narrowed to."""

    q = forms.CharField(label=_("Outlet"), required=False, max_length=60)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All channels")), *Channel.choices]
    )
    status = forms.ChoiceField(
        required=False,
        choices=[("", ""), ("submitted", ""), ("reviewed", "")],
        widget=forms.HiddenInput,
    )


STATES = {
    "submitted": _("Waiting for review"),
    "reviewed": _("Reviewed"),
    "released": _("Released"),
    "returned": _("Returned"),
    "withdrawn": _("Withdrawn"),
}


def document_from_post(post: QueryDict, codes: list[str]) -> InspectionDocument:
    """The document that a posted checklist says; used where the page runs without script.

    Field names are ``verdict-CODE``, ``value-CODE``, ``note-CODE``; photos are kept by the server.
    """
    marks: list[Any] = []
    for code in codes:
        verdict = post.get(f"verdict-{code}", "")
        if verdict not in VERDICTS:
            continue
        mark: dict[str, Any] = {"criterion": code, "verdict": verdict}
        note = storable(post.get(f"note-{code}", "")).strip()[:LONGEST_NOTE]
        value = storable(post.get(f"value-{code}", "")).strip()[:LONGEST_VALUE]
        if note:
            mark["note"] = note
        if value and verdict == "not_met":  # the field is there for every verdict, hidden
            mark["value"] = value
        marks.append(mark)
    return {
        "unlisted": "met",
        "marks": marks,
        "remarks": storable(post.get("remarks", "")).strip()[:LONGEST_NOTE],
    }


def storable(raw: Any) -> str:
    """``raw`` as a text that every database keeps in JSON, with its lines ended one way.

    Without null characters and halves of surrogate pairs, which PostgreSQL refuses; a posted form
    ends its lines with CR LF where a script sends LF.
    """
    text = str(raw).replace("\x00", "").replace("\r\n", "\n")
    return text.encode("utf-8", "ignore").decode("utf-8")

"""The yearly plan and its work list, meetings, documents sent down, and targets."""

from hearth.programme.models.attachments import Attachment
from hearth.programme.models.documents import Document, Receipt
from hearth.programme.models.meetings import Attendance, Meeting
from hearth.programme.models.plans import Measure, Pillar, Programme
from hearth.programme.models.targets import Target
from hearth.programme.models.tasks import Task, TaskShare
from hearth.programme.models.views import SavedView

__all__ = [
    "Attachment",
    "Attendance",
    "Document",
    "Measure",
    "Meeting",
    "Pillar",
    "Programme",
    "Receipt",
    "SavedView",
    "Target",
    "Task",
    "TaskShare",
]

"""What an older Hearth kept of imports in the clear goes, but nothing that a record cites."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from hearth.platform import files
from hearth.platform.models import Job
from hearth.workflows.upkeep import forget_uploads
from tests.factories import make_tree
from tests.factories_premises import make_order

pytestmark = pytest.mark.django_db


def job_with(*kept: files.StoredFile, over: bool) -> Job:
    return Job.objects.create(
        uuid=uuid.uuid4(),
        kind="import",
        params={"kind": "people", "files": [["people.csv", file.sha256] for file in kept]},
        status="done" if over else "queued",
        finished_at=timezone.now() if over else None,
    )


def test_files_of_imports_that_are_over_are_removed_once():
    list_of_people = files.store(b"name,phone\n", "text/csv")
    job = job_with(list_of_people, over=True)

    assert (forget_uploads(), forget_uploads()) == (1, 0)

    assert not files.path_of(list_of_people.sha256).exists()
    job.refresh_from_db()
    assert job.params == {"kind": "people"}


def test_what_waits_or_is_cited_stays():
    waiting = files.store(b"still to be read", "text/csv")
    job_with(waiting, over=False)
    cited = files.store(b"a picture that was sent as a list too", "image/jpeg")
    make_order(make_tree().outlets[0]).photos.create(
        uuid=uuid.uuid4(),
        sha256=cited.sha256,
        size=cited.size,
        content_type="image/jpeg",
        width=1,
        height=1,
    )
    job_with(waiting, cited, over=True)

    assert forget_uploads() == 1

    assert files.path_of(waiting.sha256).exists()
    assert files.path_of(cited.sha256).exists()

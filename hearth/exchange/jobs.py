"""Imports that run beside the pages: the files are kept first, sealed, then read by the worker."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from django.utils import timezone, translation

from hearth.exchange.kinds import KINDS
from hearth.network.actors import actor_of
from hearth.network.models import User
from hearth.network.scope import Actor
from hearth.platform import files, jobs
from hearth.platform.models import Job


def enqueue_import(
    *,
    actor: Actor,
    kind: str,
    uploads: list[tuple[str, bytes]],
    options: dict[str, Any],
    language: str,
) -> Job:
    """Keep the uploaded files and queue their import; reports are worded in ``language``.

    Raises:
        NotAllowed: the actor lacks the permission of the kind.
        KeyError: there is no such kind.
    """
    actor.require(KINDS[kind].permission)
    left = actor.narrowed_to
    return jobs.enqueue(
        "import",
        user_id=actor.user_id,
        uploads=uploads,
        kind=kind,
        options=options,
        language=language,
        narrowed_to=None if left is None else sorted(left),
    )


@jobs.kind("import")
def run_import(job: Job, report: jobs.Report) -> dict[str, Any]:
    """Run one queued import as its user, with the roles they hold now.

    What a token asked for stays within the permissions of that token.
    """
    params = job.params
    user = User.objects.get(pk=job.created_by_id)
    left = params.get("narrowed_to")
    actor = actor_of(
        user, on=timezone.localdate(), narrowed_to=None if left is None else frozenset(left)
    )
    sources = [(kept.name, io.BytesIO(kept.content())) for kept in job.files.all()]
    # An older Hearth queued it: its files lie open, named in the parameters (``forget_uploads``).
    sources += [(name, io.BytesIO(files.read(digest))) for name, digest in params.get("files", [])]
    options = dict(params["options"])
    dry_run = bool(options.pop("dry_run", False))
    with translation.override(params["language"]):
        outcome = KINDS[params["kind"]].run(
            actor,
            sources,
            dry_run=dry_run,
            options=options,
            progress=lambda done, total: report(done, total, "read"),
        )
        named = replace(outcome, kind=str(KINDS[params["kind"]].title))
        return outcome.to_dict() | {"summary": named.summary()}

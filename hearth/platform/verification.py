"""Walking the whole trail as background work: minutes where it holds millions of events."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.utils.translation import gettext_noop

from hearth.platform import audit, jobs
from hearth.platform.jobs import Report
from hearth.platform.models import Job

KIND = "audit.verify"
MOST_FAULTS = 100
STAGE = gettext_noop("Walking the chain")


@jobs.kind(KIND)
def verify_trail(job: Job, report: Report) -> dict[str, Any]:
    """Check every event; the result holds how many there are and the first hundred faults."""
    faults = audit.verify(report=lambda done, total: report(done, total, STAGE))
    found = [{"seq": fault.seq, "code": fault.code} for fault in islice(faults, MOST_FAULTS)]
    seq, digest = audit.head()
    report(seq, seq, STAGE)
    return {"events": seq, "head": digest, "faults": found}

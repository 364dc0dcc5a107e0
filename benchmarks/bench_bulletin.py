"""The bulletin of a quarter: composed, then as PDF and as DOCX with charts and the full ranking.

    python -m benchmarks.bench_bulletin [--outlets 797] [--video 20]

The quarter is the demonstration's. Every step runs once and cold, as it does when a bulletin is
published. Budget: 10 s each.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from datetime import date

from benchmarks.frame import calibrate, peak_mb, prepare, quiet_progress, timed


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--outlets", type=int, default=797)
    parser.add_argument("--video", type=int, default=20)
    args = parser.parse_args()
    home = prepare(tempfile.mkdtemp(prefix="hearth-bulletin-"))
    try:
        calibrate()
        _measure(args)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def _measure(args: argparse.Namespace) -> None:
    from hearth.bulletins.documents import render
    from hearth.bulletins.services import draft_bulletin
    from hearth.exchange.demo.load import DemoSize, load_demo
    from hearth.kernel.periods import Period
    from hearth.network.actors import operator
    from hearth.scoring.services.closing import close_period

    actor = operator("bench")
    size = DemoSize(args.outlets, 1, args.video)
    load_demo(actor=actor, size=size, report=quiet_progress, today=date(2026, 7, 1))
    period = Period.parse("2026Q2")
    close_period(actor=actor, period=period, today=date(2026, 7, 1))
    with timed("compose"):
        bulletin = draft_bulletin(actor=actor, period=period)
    for kind in ("pdf", "docx"):
        for language in ("zh", "en"):
            with timed(f"{kind} in {language}"):
                content = render(bulletin, kind, language)  # type: ignore[arg-type]
            print(f"{len(content) / 1e6:.2f} MB")
    print(f"peak {peak_mb():.0f} MB")


if __name__ == "__main__":
    raise SystemExit(main())

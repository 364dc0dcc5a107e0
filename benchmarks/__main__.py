"""``python -m benchmarks``: every measurement, one after another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run each ``bench_*.py`` in a process of its own; non-zero when one fails."""
    failed = 0
    for file in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"--- {file.stem}", flush=True)
        failed |= subprocess.call([sys.executable, "-m", f"benchmarks.{file.stem}"])
    return failed


if __name__ == "__main__":
    sys.exit(main())

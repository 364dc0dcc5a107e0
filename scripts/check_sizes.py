"""Refuse files that a reader can no longer hold in the head.

    python scripts/check_sizes.py

Code 600 lines, tests 800, templates 150; statements, branches and arguments of
functions are counted by ruff. Migrations and what a tool has written are not looked at.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
CODE, TEST, TEMPLATE = 600, 800, 150
SUFFIXES = {".py", ".ts", ".mjs", ".css", ".html", ".typ"}


def limit(file: PurePosixPath) -> int | None:
    """The greatest number of lines ``file`` may have; None where nobody reads it as code."""
    if file.suffix not in SUFFIXES or "migrations" in file.parts:
        return None
    if file.suffix == ".html":
        return TEMPLATE
    is_test = file.parts[0] == "tests" or file.parts[:2] == ("frontend", "test")
    return TEST if is_test else CODE


def too_long(files: Iterable[str], root: Path = ROOT) -> Iterator[str]:
    """One line for each file over its limit."""
    for name in files:
        allowed = limit(PurePosixPath(name))
        path = root / name
        if allowed is None or not path.is_file():
            continue
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > allowed:
            yield f"{name}: {lines} lines; split it, {allowed} is the limit"


def known_files(root: Path = ROOT) -> list[str]:
    """Every file that git knows or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


def main() -> int:
    """Print what is too long; 0 when nothing is."""
    found = list(too_long(known_files()))
    print("\n".join(found) or "Sizes: every file can be read in one go.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
